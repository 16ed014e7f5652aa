"""Virtual time: Slack's waits pass without real waiting."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import SandboxError, SlackSandbox

from .bare_app import Heard, bare_app, both_doors
from .echo_app import FORM, MANIFEST
from .test_deliveries import serve_plainly
from .test_interactions import fresh_response_url, fresh_trigger
from .test_web_api import refusal


@pytest.fixture
async def deaf() -> AsyncIterator[tuple[SlackSandbox, list[tuple[float, str]]]]:
    """Sandbox on virtual time whose app answers 503, with the attempts and their times."""
    heard: list[tuple[float, str]] = []
    async with SlackSandbox(MANIFEST, virtual_time=True) as slack:

        async def listen(request: web.Request) -> web.Response:
            heard.append((slack.now(), request.headers.get("X-Slack-Retry-Num", "0")))
            return web.Response(status=503)

        runner = await serve_plainly(slack, listen)
        yield slack, heard
        await runner.cleanup()


async def test_an_event_comes_again_at_once_after_a_minute_and_after_five(deaf):
    """Six minutes of virtual time pass, and no real ones."""
    slack, heard = deaf
    began, start = time.monotonic(), slack.now()
    await slack.post("hello")
    await slack.advance(59)
    assert len(heard) == 2
    await slack.advance(1)
    assert len(heard) == 3
    await slack.advance(299)
    assert len(heard) == 3
    await slack.advance(3600)

    assert [(round(at - start), number) for at, number in heard] == [(0, "0"), (0, "1"), (60, "2"), (360, "3")]
    assert [each.reason for each in slack.envelopes[0].attempts] == ["http_error"] * 4
    assert time.monotonic() - began < 50


async def test_settled_does_not_wait_for_a_clock_that_stands_still(deaf):
    """It names the unacknowledged delivery at once."""
    slack, _ = deaf
    await slack.post("hello")
    began = time.monotonic()
    with pytest.raises(SandboxError, match="not acknowledged by the app: message"):
        await slack.settled()
    assert time.monotonic() - began < 20


async def test_an_app_that_never_answers_is_out_of_time_when_the_clock_says_so():
    """Its command fails after three virtual seconds."""
    async with SlackSandbox(MANIFEST, virtual_time=True) as slack:
        asked = asyncio.ensure_future(slack.command("/echo"))
        await asyncio.sleep(0)
        await slack.advance(3)
        envelope = await asked

        assert not envelope.acked
        assert "failed with the error" in slack.ephemerals()[-1]["text"]


@both_doors
async def test_an_app_that_works_is_not_hurried_by_the_clock(door):
    """An acknowledgement gets real time before its deadline passes."""
    async with SlackSandbox(MANIFEST, virtual_time=True) as virtual:

        async def listen(_heard: Heard) -> None:
            await asyncio.sleep(0.1)

        async with bare_app(virtual, door, listen):
            await virtual.post("hello")
            await virtual.advance(600)

        assert [each.acked for each in virtual.envelopes[0].attempts] == [True]


async def test_triggers_and_response_urls_age_on_it(full, bot):
    """They expire after three seconds and thirty minutes."""
    in_time, late = await fresh_trigger(full), await fresh_trigger(full)
    url = await fresh_response_url(full)
    await full.advance(3)
    await bot.views_open(trigger_id=in_time, view=FORM)
    await full.advance(0.1)
    assert (await refusal(bot.views_open(trigger_id=late, view=FORM)))["error"] == "expired_trigger_id"

    await full.advance(30 * 60 - 3.1)
    assert (await AsyncWebhookClient(url).send(text="in time")).status_code == 200
    await full.advance(0.1)
    expired = await AsyncWebhookClient(url).send(text="too late")
    assert (expired.status_code, "expired_url" in expired.body) == (404, True)


async def test_a_clock_of_the_machines_cannot_be_moved(slack):
    """The error names `virtual_time`."""
    with pytest.raises(SandboxError, match="virtual_time"):
        await slack.advance(1)
