"""The bot in a workspace: the sandbox, and a real one when its tokens are set."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.platform import socket_mode
from bot.slack.serve import serve
from tests.smoke.scenarios import ByApi

NAMES = ("SCEPTIC_SMOKE_BOT_TOKEN", "SCEPTIC_SMOKE_APP_TOKEN", "SCEPTIC_SMOKE_USER_TOKEN", "SCEPTIC_SMOKE_CHANNEL")


@dataclass(frozen=True)
class Workspace:
    """Workspace with the app in it: tokens, a channel, and the longest wait for an answer."""

    api_url: str
    bot_token: str
    app_token: str
    user_token: str
    channel_id: str
    # Seconds.
    patience: float
    pause: float

    def client(self, token: str) -> AsyncWebClient:
        """Make a client that waits when it is rate limited."""
        handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=3)]
        return AsyncWebClient(token=token, base_url=self.api_url, retry_handlers=handlers)


@asynccontextmanager
async def the_sandbox(settings: Settings, checkout: Path) -> AsyncIterator[Workspace]:
    async with SlackSandbox(manifest=checkout / "manifest.yml", ack_seconds=1.5) as slack:
        slack.allows_unknown_methods = True
        tokens = (slack.bot_token, slack.app_token, slack.user_token("amy"))
        yield Workspace(slack.api_url, *tokens, channel_id="C0SUPPORT00", patience=5, pause=0.02)


@asynccontextmanager
async def a_real_workspace(settings: Settings, checkout: Path) -> AsyncIterator[Workspace]:
    missing = [name for name in NAMES if not os.environ.get(name)]
    if missing:
        pytest.skip(f"against a real Slack only with {', '.join(missing)}; see the README")
    yield Workspace(settings.api_url, *(os.environ[name] for name in NAMES), patience=30, pause=1)


@pytest.fixture(params=[the_sandbox, a_real_workspace], ids=["sandbox", "slack"])
async def workspace(request: pytest.FixtureRequest, settings: Settings, checkout: Path) -> AsyncIterator[Workspace]:
    async with request.param(settings, checkout) as found:
        yield found


@dataclass
class Wire:
    """Connection between Slack and the bot, which can change deliveries."""

    # Users whose posts reach the bot as if they were typed.
    person: str = ""
    # Marks of texts whose first delivery is not acknowledged.
    lossy: set[str] = field(default_factory=set)
    # Received events, oldest first.
    heard: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, *arguments: Any, **named: Any) -> AsyncSocketModeHandler:
        """Make the handler that the bot uses in place of Bolt's."""
        return _Handler(self, *arguments, **named)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler with the two changes of the wire."""

    def __init__(self, wire: Wire, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._wire = wire

    async def handle(self, client: Any, req: Any) -> None:
        event = req.payload.get("event", {})
        text = event.get("text", "")
        self._wire.heard.append(dict(event))
        if event.get("user") == self._wire.person:
            for name in ("bot_id", "app_id", "bot_profile"):
                event.pop(name, None)
        if not req.retry_attempt and any(mark in text for mark in self._wire.lossy):
            await run_async_bolt_app(self.app, req)
        else:
            await super().handle(client, req)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Wire that removes the bot_id from messages posted by a person's token, as the bot answers no apps."""
    found = Wire()
    monkeypatch.setattr(socket_mode, "AsyncSocketModeHandler", found)
    return found


@pytest.fixture
async def place(
    workspace: Workspace, wire: Wire, settings: Settings, sceptic: Sceptic, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[ByApi]:
    """Channel with the bot running; a call of the bot's that Slack refuses fails the test."""
    person = workspace.client(workspace.user_token)
    wire.person = (await person.auth_test())["user_id"]
    bot_user_id = (await workspace.client(workspace.bot_token).auth_test())["user_id"]
    tokens = {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_api_url": workspace.api_url,
    }
    ready = asyncio.Event()
    bot = asyncio.create_task(serve(replace(settings, **tokens), sceptic, lambda _: ready.set()))
    await asyncio.wait_for(ready.wait(), 30)
    yield ByApi(person, workspace.channel_id, f"<@{bot_user_id}>", workspace.patience, workspace.pause)
    bot.cancel()
    with suppress(asyncio.CancelledError):
        await bot
    complaints = [each for each in caplog.get_records("call") if each.levelno >= logging.WARNING]
    assert [each.getMessage() for each in complaints if each.name.startswith(("bot", "slack_bolt"))] == []
