"""The bot's token travels to Slack's own hosts, encrypted, and nowhere else: an event names the address of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import Wanted
from bot.slack.platform.file_download import MessageReader, is_slacks

AT_SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "api_url", "trusted"),
    [
        ("https://files.slack.com/files-pri/T1-F1/tea.log", AT_SLACK, True),
        ("https://FILES.slack.com:443/files-pri/T1-F1/tea.log", AT_SLACK, True),
        ("https://slack.com/files/tea.log", AT_SLACK, True),
        ("https://files.slack-gov.com/tea.log", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:8765/files/tea.log", "http://127.0.0.1:8765/api/", True),
        ("http://files.slack.com/tea.log", AT_SLACK, False),
        ("https://files.slack.com:8443/tea.log", AT_SLACK, False),
        ("https://files.slack.com@teapot.example/tea.log", AT_SLACK, False),
        ("https://amy:pass@files.slack.com/tea.log", AT_SLACK, False),
        ("https://files.slack.com.teapot.example/tea.log", AT_SLACK, False),
        ("https://teapotslack.com/tea.log", AT_SLACK, False),
        ("https://files.slack.com/tea.log", "https://slack-gov.com/api/", False),
        ("http://127.0.0.1:8766/files/tea.log", "http://127.0.0.1:8765/api/", False),
        ("http://169.254.169.254/latest/meta-data", AT_SLACK, False),
        ("file:///etc/passwd", AT_SLACK, False),
        ("https://[::1/tea.log", AT_SLACK, False),
        ("https://files.slack.com:tea/tea.log", AT_SLACK, False),
        ("", AT_SLACK, False),
    ],
)
def test_whose_an_address_is(url: str, api_url: str, trusted: bool) -> None:
    assert is_slacks(url, api_url) == trusted


@pytest.fixture
async def stranger() -> AsyncIterator[TestServer]:
    """A host that is not Slack's; `heard` has the headers of each request."""
    heard: list[dict[str, str]] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.Response(text="20502")

    app = web.Application()
    app.router.add_get("/{rest:.*}", listen)
    async with TestServer(app) as server:
        server.heard = heard  # type: ignore[attr-defined]
        yield server


async def test_a_file_elsewhere_is_not_fetched_and_a_redirect_not_followed(stranger: TestServer) -> None:
    """The message is read without it."""
    app = web.Application()

    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPFound(stranger.make_url("/stolen"))

    app.router.add_get("/{rest:.*}", redirect)
    async with TestServer(app) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient("xoxb-teapot", str(slack.make_url("/api/")), session=session)
        reader = MessageReader(client, Wanted())
        for url in (stranger.make_url("/latest/meta-data"), slack.make_url("/files/tea.log")):
            file = {"name": "tea.log", "mimetype": "text/plain", "url_private": str(url)}
            read = await reader.read({"text": "tea", "files": [file]})  # type: ignore[typeddict-item]

            assert read.text == "tea"
    assert stranger.heard == []  # type: ignore[attr-defined]
