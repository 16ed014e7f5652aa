"""Sandboxes for the tests, with the echo app over either transport."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.fixtures.doors import DOORS

from .echo_app import MANIFEST, make_app
from .installed_app import InstalledApp

FULL_MANIFEST = Path(__file__).with_name("full_manifest.yml")


@pytest.fixture
async def slack() -> AsyncIterator[SlackSandbox]:
    """Sandbox without an app, with shorter waits than Slack's."""
    async with SlackSandbox(MANIFEST, ack_seconds=0.4, retry_seconds=(0.0, 0.05)) as sandbox:
        yield sandbox


@pytest.fixture
def client(slack: SlackSandbox) -> AsyncWebClient:
    """slack_sdk's client with the bot token."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture(params=DOORS)
async def echo(request: pytest.FixtureRequest, slack: SlackSandbox) -> AsyncIterator[AsyncApp]:
    """Echo app, connected by Socket Mode or by signed HTTP; every test runs with both."""
    app = make_app(slack)
    if request.param == "socket":
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()
        await slack.connected()
        yield app
        await handler.close_async()
    else:
        runner = await serve(app)
        host, port = runner.addresses[0][:2]
        slack.request_url = f"http://{host}:{port}/slack/events"
        yield app
        slack.request_url = None
        await runner.cleanup()


@pytest.fixture
def org_manifest(tmp_path: Path) -> Path:
    """Manifest of an app for whole organisations, with all events and scopes that the sandbox knows."""
    document = yaml.safe_load(FULL_MANIFEST.read_text(encoding="utf-8"))
    document["features"]["shortcuts"] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["shortcuts"]
    document["settings"]["org_deploy_enabled"] = True
    document["settings"]["event_subscriptions"]["bot_events"] += [
        "channel_shared",
        "channel_unshared",
        "team_access_granted",
        "team_access_revoked",
    ]
    path = tmp_path / "org_manifest.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@pytest.fixture
async def many(org_manifest: Path) -> AsyncIterator[SlackSandbox]:
    """Sandbox for several workspaces, on virtual time, with that app; its events fail at once."""
    async with SlackSandbox(org_manifest, virtual_time=True) as sandbox:
        sandbox.request_url = "http://127.0.0.1:9/slack/events"
        yield sandbox


@pytest.fixture(params=DOORS)
async def distributed(
    request: pytest.FixtureRequest, org_manifest: Path, tmp_path: Path
) -> AsyncIterator[tuple[SlackSandbox, InstalledApp]]:
    """Sandbox with the distributed echo app, not installed yet, over either transport."""
    async with SlackSandbox(org_manifest) as slack:
        app = InstalledApp(slack, tmp_path / "installations")
        if request.param == "socket":
            handler = AsyncSocketModeHandler(app.bolt, slack.app_token)
            await handler.connect_async()
            await slack.connected()
            yield slack, app
            await handler.close_async()
        else:
            runner = await serve(app.bolt)
            host, port = runner.addresses[0][:2]
            slack.request_url = f"http://{host}:{port}/slack/events"
            yield slack, app
            slack.request_url = None
            await runner.cleanup()


async def serve(app: AsyncApp) -> web.AppRunner:
    """Serve the app over HTTP on a free port."""

    async def events(request: web.Request) -> web.Response:
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    server = web.Application()
    server.router.add_post("/slack/events", events)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


@pytest.fixture
async def full() -> AsyncIterator[SlackSandbox]:
    """Sandbox on virtual time, with an app that has every permission; its events fail at once."""
    async with SlackSandbox(FULL_MANIFEST, virtual_time=True) as sandbox:
        sandbox.request_url = "http://127.0.0.1:9/slack/events"
        yield sandbox


@pytest.fixture
def bot(full: SlackSandbox) -> AsyncWebClient:
    """Client of that app."""
    return AsyncWebClient(token=full.bot_token, base_url=full.api_url)


@pytest.fixture
def rotating_manifest(tmp_path: Path) -> Path:
    """Manifest of the same app, with token rotation."""
    document = yaml.safe_load(FULL_MANIFEST.read_text(encoding="utf-8"))
    document["settings"]["token_rotation_enabled"] = True
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def heard(slack: SlackSandbox, name: str) -> list[dict[str, Any]]:
    """List the events of this name that the app was sent, oldest first."""
    return [each.payload["event"] for each in slack.envelopes if each.name == name]
