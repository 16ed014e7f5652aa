"""Sandbox with the echo app, for tests that open windows on its page."""

from collections.abc import AsyncIterator

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.fixtures.browser import browser_fixture

from ..echo_app import MANIFEST, make_app


@browser_fixture()
async def slack() -> AsyncIterator[SlackSandbox]:
    """Sandbox without an app, with shorter waits than Slack's."""
    async with SlackSandbox(MANIFEST, ack_seconds=0.4, retry_seconds=(0.0, 0.05)) as sandbox:
        yield sandbox


@browser_fixture()
async def bolt(slack: SlackSandbox) -> AsyncIterator[AsyncApp]:
    """Echo app over Socket Mode."""
    echo = make_app(slack)
    handler = AsyncSocketModeHandler(echo, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    yield echo
    await handler.close_async()


@browser_fixture()
async def app(bolt: AsyncApp) -> AsyncWebClient:
    """Client of the echo app."""
    return bolt.client
