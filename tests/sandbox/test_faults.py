"""Injected faults by method, workspace, number of hits and share of calls, and rate limits."""

import asyncio
import time

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import SlackSandbox
from bot.sandbox.api.handler import METHODS
from bot.sandbox.delivery.rates import EVENTS_AN_HOUR, LIMITS, RateLimiter
from bot.sandbox.state.clock import VirtualClock

from .conftest import FULL_MANIFEST
from .echo_app import FORM, MANIFEST
from .test_deliveries import open_socket, serve_plainly
from .test_interactions import fresh_response_url, fresh_trigger
from .test_web_api import RANDOM, SUPPORT, refusal


def plain(slack: SlackSandbox) -> AsyncWebClient:
    """Client without retries."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)


async def test_a_rate_limit_names_the_seconds_to_wait(slack: SlackSandbox):
    """The answer is a 429 with Retry-After; nothing is posted, and the next call succeeds."""
    fault = slack.faults.add(method="chat.postMessage", kind="ratelimited", times=1, retry_after=30)
    before = len(slack.messages())
    answer = await refusal(plain(slack).chat_postMessage(channel=SUPPORT, text="x"))

    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "30")
    assert len(slack.messages()) == before
    assert (await plain(slack).chat_postMessage(channel=SUPPORT, text="x"))["ok"]
    assert (fault.hits, [each.ok for each in slack.calls]) == (1, [False, True])


async def test_slack_sdks_handler_waits_and_calls_again(slack: SlackSandbox):
    """slack_sdk's own retry handler understands the answer."""
    slack.faults.add(method="chat.*", kind="ratelimited", times=1, retry_after=0)
    client = plain(slack)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))

    assert (await client.chat_postMessage(channel=SUPPORT, text="x"))["ok"]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_error_is_no_json(slack: SlackSandbox, status):
    """The page is HTML, as a proxy sends it."""
    slack.faults.add(method="chat.postMessage", kind="server_error", status=status)
    with pytest.raises(SlackApiError) as refused:
        await plain(slack).chat_postMessage(channel=SUPPORT, text="x")

    assert refused.value.response.status_code == status
    assert (await plain(slack).auth_test())["ok"]


@pytest.mark.parametrize("work_done", [False, True])
async def test_a_connection_reset_leaves_the_app_in_doubt(slack: SlackSandbox, work_done):
    """The error does not tell if the message was posted."""
    slack.faults.add(method="chat.postMessage", kind="reset_after_read", times=1, work_done=work_done)
    before = len(slack.messages())
    with pytest.raises(aiohttp.ClientError):
        await plain(slack).chat_postMessage(channel=SUPPORT, text="x")

    assert len(slack.messages()) == before + work_done


async def test_slack_sdks_own_retry_posts_twice(slack: SlackSandbox):
    """A bot's posting client must not have retry handlers."""
    slack.faults.add(method="chat.postMessage", kind="reset_after_read", times=1, work_done=True)
    client = plain(slack)
    client.retry_handlers.append(AsyncConnectionErrorRetryHandler(max_retry_count=1))
    await client.chat_postMessage(channel=SUPPORT, text="once?")

    assert [each["text"] for each in slack.messages()[-2:]] == ["once?", "once?"]


async def test_a_call_that_is_never_answered_runs_into_the_apps_timeout():
    """The sandbox still ends at once."""
    async with SlackSandbox(MANIFEST) as slack:
        slack.faults.add(method="chat.postMessage", kind="never_answers")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(plain(slack).chat_postMessage(channel=SUPPORT, text="x"), 0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 10


async def test_a_slow_body_comes_in_the_end(slack: SlackSandbox):
    """A client that waits gets a true answer."""
    slack.faults.add(method="auth.test", kind="slow_body", seconds=0.3)
    began = time.monotonic()

    assert (await plain(slack).auth_test())["team_id"] == slack.team_id
    assert time.monotonic() - began > 0.25


async def test_a_client_that_hangs_up_on_a_slow_body_is_let_go(slack: SlackSandbox):
    """The sandbox serves the next call."""
    slack.faults.add(method="auth.test", kind="slow_body", seconds=5, times=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(plain(slack).auth_test(), 0.1)
    assert (await plain(slack).auth_test())["ok"]


async def test_a_share_of_the_calls_fails_the_same_in_each_run():
    """About a third of the calls fails."""
    outcomes = []
    for _ in range(2):
        async with SlackSandbox(MANIFEST) as slack:
            slack.faults.add(method="auth.test", kind="ratelimited", share=0.3)
            for _ in range(40):
                await asyncio.gather(plain(slack).auth_test(), return_exceptions=True)
            outcomes.append([each.ok for each in slack.calls])

    assert outcomes[0] == outcomes[1]
    assert 5 <= outcomes[0].count(False) <= 20


async def test_a_fault_strikes_one_workspace_and_can_be_removed(slack: SlackSandbox):
    """The workspace is named by name or ID."""
    other = slack.add_workspace(name="Fabrikam")
    theirs = AsyncWebClient(token=other.bot_token, base_url=slack.api_url, retry_handlers=[])
    for workspace in ("Fabrikam", other.team_id):
        fault = slack.faults.add(method="auth.*", kind="ratelimited", workspace=workspace)
        assert (await plain(slack).auth_test())["ok"]
        assert (await refusal(theirs.auth_test()))["error"] == "ratelimited"
        slack.faults.remove(fault)
        assert (await theirs.auth_test())["ok"]
    with pytest.raises(ValueError, match="share"):
        slack.faults.add(share=2)


async def test_a_response_url_can_fail_too(slack: SlackSandbox):
    """A failed use is none of the five."""
    url = await fresh_response_url(slack)
    slack.faults.add(method="response_url", kind="server_error", times=1)
    statuses = [(await AsyncWebhookClient(url).send(text="x")).status_code for _ in range(7)]

    assert statuses == [503, *[200] * 5, 404]


async def test_a_socket_dropped_in_the_middle_of_an_envelope_gets_it_again(slack: SlackSandbox):
    """The app receives half a frame, which must have no effect."""
    slack.faults.add(method="events_api", kind="drop_mid_envelope", times=1, workspace=slack.team_id)
    async with aiohttp.ClientSession() as session:
        first = await open_socket(session, slack)
        await slack.post("hello")
        broken = await first.receive()
        second = await open_socket(session, slack)
        again = await second.receive_json()
        await second.send_json({"envelope_id": again["envelope_id"]})
        await slack.settled()
        await second.close()

    assert broken.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR)
    assert again["retry_attempt"] >= 1
    assert slack.envelopes[0].attempts[0].reason == "connection_failed"


@pytest.mark.parametrize(("offset", "accepted"), [(-299, True), (299, True), (-301, False), (301, False)])
async def test_a_signature_is_good_for_five_minutes(slack: SlackSandbox, offset, accepted):
    """slack_sdk's verifier compares with a clock that is ahead or behind."""
    verifier = SignatureVerifier(slack.signing_secret)
    seen = []

    async def listen(request: web.Request) -> web.Response:
        seen.append(verifier.is_valid_request(await request.text(), dict(request.headers)))
        return web.Response()

    runner = await serve_plainly(slack, listen)
    # The verifier's clock has fractions of a second, the timestamp has none.
    slack.clock_offset = offset + (0.9 if offset in (-299, 301) else 0)
    await slack.post("hello")
    await slack.settled()
    await runner.cleanup()

    assert seen == [accepted]


def test_every_method_has_its_rate():
    """Slack publishes a tier, or a rule of its own, for each method."""
    assert set(LIMITS) == set(METHODS)


async def test_a_channel_takes_one_message_a_second():
    """The second message is refused with the seconds to wait; another channel is free."""
    async with SlackSandbox(FULL_MANIFEST, virtual_time=True, strict_rates=True) as slack:
        client = plain(slack)
        await client.conversations_join(channel=RANDOM)
        await client.chat_postMessage(channel=SUPPORT, text="x")
        answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x"))
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
        await client.chat_postMessage(channel=RANDOM, text="x")
        await slack.advance(1)
        await client.chat_postMessage(channel=SUPPORT, text="x")


async def test_a_tier_is_kept_by_workspace_and_by_the_minute():
    """Tier 3 has fifty calls; the fifty-first waits until the first is a minute old."""
    async with SlackSandbox(FULL_MANIFEST, virtual_time=True, strict_rates=True) as slack:
        other = slack.add_workspace()
        theirs = AsyncWebClient(token=other.bot_token, base_url=slack.api_url)
        client = plain(slack)
        for _ in range(50):
            await client.conversations_info(channel=SUPPORT)
            await slack.advance(0.5)
        answer = await refusal(client.conversations_info(channel=SUPPORT))
        assert (answer["error"], answer.headers["Retry-After"]) == ("ratelimited", "35")
        assert (await theirs.conversations_info(channel="C1SUPPORT00"))["ok"]
        await slack.advance(34.9)
        assert (await refusal(client.conversations_info(channel=SUPPORT)))["error"] == "ratelimited"
        await slack.advance(0.2)
        assert (await client.conversations_info(channel=SUPPORT))["ok"]


async def test_without_strict_rates_nothing_is_counted(slack, client):
    for _ in range(25):
        await client.conversations_list()

    assert [call.ok for call in slack.calls] == [True] * 25


async def test_a_workspace_has_thirty_thousand_events_an_hour(full, monkeypatch):
    """Further events are dropped, and the app is notified once a minute."""
    clock = VirtualClock()
    rates = RateLimiter(clock, strict=True)
    assert all(rates.take_event("T1") for _ in range(EVENTS_AN_HOUR))
    assert (rates.take_event("T1"), rates.take_event("T2")) == (False, True)
    assert (rates.take_warning("T1"), rates.take_warning("T1")) == (True, False)

    monkeypatch.setattr(RateLimiter, "take_event", lambda _self, _team_id: False)
    for _ in range(3):
        await full.post("too much")
    assert [each.name for each in full.envelopes] == ["app_rate_limited"]


async def test_a_fault_leaves_a_trigger_unused_unless_the_work_was_done(slack: SlackSandbox):
    """An app that retries after a 503 still opens its modal."""
    client = plain(slack)
    trigger_id = await fresh_trigger(slack)
    slack.faults.add(method="views.open", kind="server_error", times=1)
    with pytest.raises(SlackApiError):
        await client.views_open(trigger_id=trigger_id, view=FORM)
    assert (await client.views_open(trigger_id=trigger_id, view=FORM))["ok"]
    slack.faults.clear()
