"""The Bolt app: `register` is one table of everything the bot can do."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Sceptic
from bot.replies import render_error
from bot.settings import Settings, SettingsError
from bot.slack import asked, buttons, home, overheard
from bot.slack.speaker import Speaker, whisper

logger = logging.getLogger(__name__)


def build_app(settings: Settings, sceptic: Sceptic) -> AsyncApp:
    """Build the app; it talks to Slack only when it is started.

    The client never repeats a call by itself: a repeated chat.postMessage is a message posted twice.
    """
    client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.api_url, timeout=20, retry_handlers=[])
    signing_secret = settings.slack_signing_secret or secrets.token_hex(16)
    app = AsyncApp(client=client, signing_secret=signing_secret, raise_error_for_unhandled_request=False)
    register(app, Speaker(sceptic))
    return app


def register(app: AsyncApp, speaker: Speaker) -> None:
    """Say what the bot can do."""
    app.command("/event")(partial(asked.answer_command, speaker))
    app.event("app_mention")(partial(asked.answer_mention, speaker))
    app.event("message")(partial(overheard.hear_message, speaker))
    app.event("app_home_opened")(partial(home.show_home, speaker))
    app.shortcut("explain_event")(partial(asked.explain_message, speaker))
    app.action("share")(partial(buttons.share, speaker))
    app.action(re.compile("^choose:"))(partial(buttons.choose, speaker))
    app.action(re.compile("^open_article:"))(partial(buttons.open_article, speaker))
    app.action(re.compile("^feedback:"))(partial(buttons.take_feedback, speaker))
    app.error(report_error)


async def report_error(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> None:
    """Log what nobody expected, and tell the asker a reference under which it is found in the log."""
    reference = secrets.token_hex(4)
    logger.error("unexpected error, reference %s", reference, exc_info=error)
    event = body.get("event") or {}
    asked_bot = event.get("type") != "message" or event.get("channel_type") == "im"
    if context.channel_id and context.user_id and asked_bot:
        reply = render_error(reference)
        try:
            await whisper(client, reply, context.channel_id, context.user_id, event.get("thread_ts"))
        except SlackApiError as failed:
            logger.warning("could not tell reference %s: %s", reference, failed.response.get("error"))


async def serve(settings: Settings, sceptic: Sceptic, ready: Callable[[str], None] = lambda _sentence: None) -> None:
    """Run until cancelled: over Socket Mode when there is an app-level token, over HTTP otherwise.

    `ready` is given one sentence when messages are being received. Raises SettingsError for a token that Slack
    refuses and OSError when Slack cannot be reached.
    """
    # The weights are there before the first message, so that no question waits for them.
    await asyncio.to_thread(sceptic.words)
    app = build_app(settings, sceptic)
    if settings.slack_app_token:
        await _serve_socket(app, settings, ready)
    else:
        await _serve_http(app, settings, ready)


async def _introduce(client: AsyncWebClient, settings: Settings) -> None:
    """Try both tokens once: with a wrong one, slack_sdk's Socket Mode client would try for ever.

    Raises SettingsError for a token that Slack refuses, and OSError when Slack cannot be reached.
    """
    name = "SLACK_BOT_TOKEN"
    try:
        await client.auth_test()
        if settings.slack_app_token:
            name = "SLACK_APP_TOKEN"
            await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        reason = error.response.get("error")
        raise SettingsError(f"Slack refuses {name} ({reason}); copy it again from your app's pages.") from error
    except TimeoutError as error:
        raise OSError(f"no answer from {settings.api_url}") from error


async def _serve_socket(app: AsyncApp, settings: Settings, ready: Callable[[str], None]) -> None:
    await _introduce(app.client, settings)
    handler = AsyncSocketModeHandler(app, settings.slack_app_token, web_client=app.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    ready("Connected over Socket Mode.")
    try:
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


async def _serve_http(app: AsyncApp, settings: Settings, ready: Callable[[str], None]) -> None:
    server = app.server(port=settings.sceptic_port, path="/slack/events", host=settings.sceptic_host)
    runner = web.AppRunner(server.web_app)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.sceptic_host, settings.sceptic_port).start()
        await _introduce(app.client, settings)
        ready(f"Listening on http://{settings.sceptic_host}:{settings.sceptic_port}/slack/events")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
