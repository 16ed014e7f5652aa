"""A local Slack with the unchanged bot in it, over both of Slack's doors."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.diagnosis import Sceptic
from bot.evidence import EventLogReader
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.serve import serve
from bot.store import Timings
from tests.fixtures.doors import DOORS
from tests.slack_models import held_against_the_models  # noqa: F401 - autouse in this folder


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def event_logs() -> EventLogReader:
    """Reader of dropped event logs; a module may have one of its own."""
    return EventLogReader()


@pytest.fixture(params=DOORS)
async def slack(
    request: pytest.FixtureRequest,
    settings: Settings,
    sceptic: Sceptic,
    checkout: Path,
    timings: Timings,
    event_logs: EventLogReader,
    migrated_file: Path,
    tmp_path: Path,
) -> AsyncIterator[SlackSandbox]:
    shutil.copy(migrated_file, tmp_path / "sceptic.db")
    async with SlackSandbox(manifest=checkout / "manifest.yml") as sandbox:
        port = free_port()
        connected = replace(
            settings,
            slack_bot_token=sandbox.bot_token,
            slack_app_token=sandbox.app_token if request.param == "socket" else "",
            slack_signing_secret=sandbox.signing_secret,
            slack_api_url=sandbox.api_url,
            sceptic_port=port,
        )
        ready = asyncio.Event()
        bot = asyncio.create_task(
            serve(connected, sceptic, lambda _: ready.set(), timings=timings, event_logs=event_logs)
        )
        await asyncio.wait_for(ready.wait(), 20)
        if request.param == "http":
            sandbox.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            await sandbox.connected()
        yield sandbox
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot
