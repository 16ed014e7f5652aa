"""Deliveries to the app by Socket Mode and by signed HTTP, until they are acknowledged."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import SandboxError, SlackSandbox

from .echo_app import make_app


async def test_a_mention_is_answered_in_its_thread(slack, echo):
    """Both events of a mention are delivered; the app answers one of them."""
    ts = await slack.post("@Echo hello")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)

    assert slack.messages("support", ts)[1]["text"] == f"You said: <@{slack.bot_user_id}> hello"
    assert {"message", "app_mention"} <= {each.name for each in slack.envelopes}
    await slack.settled()


async def test_a_direct_message_is_delivered_without_a_mention(slack, echo):
    """Slack sends no app_mention in direct messages."""
    await slack.post("hello @Echo", channel="dm", user="lee")
    await slack.wait_for(lambda: len(slack.direct_messages("lee")) == 2)

    assert "app_mention" not in {each.name for each in slack.envelopes}
    event = slack.envelopes[0].payload["event"]
    assert (event["channel_type"], event["channel"][0]) == ("im", "D")


async def test_an_event_has_slacks_wrapping(slack, echo):
    """Bolt authorizes by the outer payload, and apps deduplicate by event_id."""
    await slack.post("hello")
    await slack.settled()
    payload = slack.envelopes[0].payload

    assert payload["type"] == "event_callback"
    assert payload["api_app_id"] == slack.app_id
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["user_id"] == slack.bot_user_id
    assert {"client_msg_id", "blocks", "team", "ts", "user", "event_ts"} <= payload["event"].keys()


async def test_edits_and_deletions_are_delivered(slack, echo):
    """Apps update their answers on these events."""
    ts = await slack.post("before")
    await slack.edit(ts, "after")
    await slack.delete(ts)
    await slack.settled()
    changed, deleted = (each.payload["event"] for each in slack.envelopes[-2:])

    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed",
        "after",
        "before",
    )
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_a_deleted_parent_leaves_a_tombstone(slack, echo):
    """The replies stay."""
    ts = await slack.post("@Echo hello")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    await slack.delete(ts)

    assert slack.messages("support", ts)[0]["subtype"] == "tombstone"


async def test_a_channel_without_the_bot_is_not_heard(slack, echo):
    """Slack answers a mention there with a hint, and /invite adds the bot."""
    await slack.post("@Echo hello", channel="random")
    assert slack.envelopes == []
    assert "not in this channel" in slack.ephemerals("random")[-1]["text"]

    await slack.command("/invite", "@Echo", channel="random")
    await slack.post("@Echo hello", channel="random")
    await slack.settled()
    assert len(slack.envelopes) >= 2


async def test_an_event_nobody_subscribed_to_is_not_delivered(slack, echo):
    """The manifest has no reaction events."""
    ts = await slack.post("hello")
    await slack.react(ts, "eyes")
    await slack.settled()

    assert [each.name for each in slack.envelopes] == ["message"]


async def test_an_app_hears_its_own_messages(slack, echo):
    """An app that answers every message answers itself, as in Slack."""
    await echo.client.chat_postMessage(channel="C0SUPPORT00", text="mine")
    await slack.settled()

    assert slack.envelopes[-1].payload["event"]["bot_id"]


async def test_a_literal_payload_goes_through_the_open_door(slack, echo):
    """It is delivered unchanged, once, with the requested retry number; the envelope has the acknowledgement."""
    seen = []

    async def note(req, next):
        seen.append((req.headers.get("x-slack-retry-num", ["0"])[0], req.body))
        await next()

    echo.middleware(note)
    wrapping = {"team_id": slack.team_id, "api_app_id": slack.app_id}
    event = {"type": "app_mention", "user": "U0AMY000000", "channel": "C0SUPPORT00", "text": "literally"}
    ts = await slack.post("hello")
    await slack.settled()
    seen.clear()
    payload = {"type": "event_callback", "event_id": "Ev0", **wrapping, "event": {**event, "ts": ts}}
    heard = await slack.deliver("events_api", payload, retry=2)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    command = {"command": "/echo", "text": "literally", "user_id": "U0AMY000000", **wrapping}
    answered = await slack.deliver("slash_commands", command)

    assert [number for number, _ in seen][:1] == ["2"]
    assert seen[0][1] == payload
    assert ([each.number for each in heard.attempts], heard.retries) == ([2], 0)
    assert "You said: literally" in str(answered.ack)


async def test_requests_are_signed(slack: SlackSandbox):
    """slack_sdk's verifier accepts the signature over the received body."""
    seen: list[bool] = []
    verifier = SignatureVerifier(slack.signing_secret)

    async def listen(request: web.Request) -> web.Response:
        body = await request.text()
        seen.append(verifier.is_valid_request(body, dict(request.headers)))
        seen.append(not verifier.is_valid_request(body + " ", dict(request.headers)))
        return web.Response()

    runner = await serve_plainly(slack, listen)
    await slack.post("hello")
    await slack.command("/echo", "建宏 & co", user="lee")
    await slack.settled()
    await runner.cleanup()

    assert seen == [True] * 4


async def test_an_unacknowledged_http_event_is_sent_again_with_its_number(slack: SlackSandbox):
    """Each attempt has its number, its reason and the same event_id."""
    heard: list[tuple[str | None, str | None, str]] = []

    async def listen(request: web.Request) -> web.Response:
        payload = await request.json()
        headers = request.headers
        heard.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"), payload["event_id"]))
        return web.Response(status=200 if len(heard) == 3 else 503)

    runner = await serve_plainly(slack, listen)
    await slack.post("hello")
    await slack.settled()
    await runner.cleanup()

    assert [each[:2] for each in heard] == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({each[2] for each in heard}) == 1
    assert (slack.envelopes[0].acked, slack.envelopes[0].retries) == (True, 2)


async def test_a_late_http_answer_is_a_timeout(slack: SlackSandbox):
    """The deadline is 0.4 seconds here instead of three."""

    async def listen(request: web.Request) -> web.Response:
        await asyncio.sleep(1 if "X-Slack-Retry-Num" not in request.headers else 0)
        return web.Response()

    runner = await serve_plainly(slack, listen)
    await slack.post("hello")
    await slack.settled()
    await runner.cleanup()

    assert [each.reason for each in slack.envelopes[0].attempts] == ["http_timeout", ""]


async def test_nobody_at_the_request_url_is_reported(slack: SlackSandbox):
    """settled() names the unacknowledged delivery."""
    slack.request_url = "http://127.0.0.1:9/slack/events"
    await slack.post("hello")

    with pytest.raises(SandboxError, match="not acknowledged by the app: message"):
        await slack.settled()
    assert slack.envelopes[0].attempts[-1].reason == "connection_failed"


async def test_an_unacknowledged_socket_envelope_is_sent_again(slack: SlackSandbox):
    """The envelope has retry_attempt and retry_reason; its acknowledgement names the envelope_id."""
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(session, slack)
        await slack.post("hello")
        first = await socket.receive_json()
        second = await socket.receive_json()
        await socket.send_str("not json")
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await slack.settled()
        await socket.close()

    assert (first["type"], first["retry_attempt"], first["accepts_response_payload"]) == ("events_api", 0, False)
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert slack.envelopes[0].retries == 1


async def test_a_socket_that_closes_gives_its_envelopes_to_another(slack: SlackSandbox):
    """Its unacknowledged envelopes are delivered again."""
    async with aiohttp.ClientSession() as session:
        first = await open_socket(session, slack)
        await slack.post("hello")
        lost = await first.receive_json()
        second = await open_socket(session, slack)
        await first.close()
        again = await second.receive_json()
        await second.send_json({"envelope_id": again["envelope_id"]})
        await slack.settled()
        await second.close()

    assert lost["payload"]["event_id"] == again["payload"]["event_id"]


async def test_several_sockets_take_turns(slack: SlackSandbox):
    """Each envelope goes to one of them."""
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(session, slack) for _ in range(2)]
        await slack.post("one")
        await slack.post("two")
        texts = []
        for socket in sockets:
            envelope = await socket.receive_json()
            texts.append(envelope["payload"]["event"]["text"])
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
        for socket in sockets:
            await socket.close()

    assert sorted(texts) == ["one", "two"]


async def test_a_socket_needs_a_fresh_ticket(slack: SlackSandbox):
    """A URL from apps.connections.open opens one connection."""
    async with aiohttp.ClientSession() as session:
        address = await socket_address(session, slack)
        async with session.ws_connect(address):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(address)


async def test_bolt_comes_back_after_slack_asks_it_to_reconnect(slack: SlackSandbox):
    """Slack refreshes connections now and then."""
    handler = AsyncSocketModeHandler(make_app(slack), slack.app_token)
    try:
        await handler.connect_async()
        await slack.connected()
        await slack.disconnect("refresh_requested")
        await slack.wait_for(lambda: [each.method for each in slack.calls].count("apps.connections.open") > 1)
        await at_rest(slack, handler)
        ts = await slack.post("@Echo still there?")
        await slack.wait_for(lambda: len(slack.messages("support", ts)) > 1)
        await slack.settled()
    finally:
        await handler.close_async()

    assert [each["text"] for each in slack.messages("support", ts)][1:] == [
        f"You said: <@{slack.bot_user_id}> still there?"
    ]
    assert [each.retries for each in slack.envelopes] == [0] * len(slack.envelopes)


async def at_rest(slack: SlackSandbox, handler: AsyncSocketModeHandler) -> None:
    """Wait until slack_sdk has settled on one connection.

    It connects anew for Slack's word and once more for the closed socket; what is sent
    through the first of the two is lost, and rightly delivered again.
    """
    quiet = 0

    def looked_twice() -> bool:
        nonlocal quiet
        busy = handler.client.connect_operation_lock.locked() or not handler.client.message_queue.empty()
        quiet = 0 if busy or slack.connections != 1 else quiet + 1
        # Repeated, as the lock is free for a moment between the two.
        return quiet > 1

    await slack.wait_for(looked_twice)


async def open_socket(session: aiohttp.ClientSession, slack: SlackSandbox) -> Any:
    socket = await session.ws_connect(await socket_address(session, slack))
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["connection_info"]["app_id"] == slack.app_id
    return socket


async def socket_address(session: aiohttp.ClientSession, slack: SlackSandbox) -> str:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(slack.api_url + "apps.connections.open", headers=headers) as response:
        return str(json.loads(await response.text())["url"])


async def serve_plainly(slack: SlackSandbox, listen: Any) -> web.AppRunner:
    """Serve the app with a bare HTTP server."""
    server = web.Application()
    server.router.add_post("/slack/events", listen)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.request_url = f"http://{host}:{port}/slack/events"
    return runner
