"""The bot being started and stopped beside a local Slack that stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.serve import serve
from bot.store import Timings
from tests.e2e.conftest import free_port
from tests.slack_models import held_against_the_models  # noqa: F401 - autouse in this folder

Door = Literal["socket", "http"]
# The bot inside `async with`; gives the address of its pages.
Running = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
async def slack(checkout: Path) -> AsyncIterator[SlackSandbox]:
    """Start a local Slack that does not soon try again what it does not hear acknowledged."""
    async with SlackSandbox(manifest=checkout / "manifest.yml") as sandbox:
        yield sandbox


def connected(settings: Settings, slack: SlackSandbox, door: Door) -> Settings:
    """The settings for this Slack."""
    return replace(
        settings,
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token if door == "socket" else "",
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        sceptic_port=free_port(),
    )


@pytest.fixture
def running(settings: Settings, sceptic: Sceptic, slack: SlackSandbox, timings: Timings) -> Running:
    @asynccontextmanager
    async def run(door: Door = "socket", **changes: object) -> AsyncIterator[str]:
        ready, mine = asyncio.Event(), replace(connected(settings, slack, door), **changes)
        bot = asyncio.create_task(serve(mine, sceptic, lambda _: ready.set(), timings=timings))
        started = asyncio.create_task(ready.wait())
        await asyncio.wait({bot, started}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            await bot
        try:
            address = f"http://127.0.0.1:{mine.sceptic_port}"
            if door == "http":
                slack.request_url = f"{address}/slack/events"
            else:
                await slack.connected()
            yield address
        finally:
            started.cancel()
            bot.cancel()
            with suppress(asyncio.CancelledError):
                await bot
            slack.request_url = None

    return run
