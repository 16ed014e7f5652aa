"""Literal payloads through both doors: what Slack delivers twice, and what bots say."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import SlackSandbox
from tests.e2e.test_dialogues import PASTE


def message(slack: SlackSandbox, ts: str, **fields: Any) -> dict[str, Any]:
    """An event callback as Slack sends it."""
    event = {
        "type": "message",
        "channel": "C0SUPPORT00",
        "channel_type": "channel",
        "user": "U0AMY000000",
        "text": PASTE,
        # A reply, since what is posted in the sandbox is delivered already.
        "thread_ts": ts,
        "ts": f"{ts}9",
        "event_ts": f"{ts}9",
        "team": slack.team_id,
    }
    return {
        "type": "event_callback",
        "team_id": slack.team_id,
        "api_app_id": slack.app_id,
        "event_id": f"Ev{ts.replace('.', '')}",
        "event_time": int(float(ts)),
        "event": {**event, **fields},
        "authorizations": [{"team_id": slack.team_id, "user_id": slack.bot_user_id, "is_bot": True}],
    }


async def post_signed(
    slack: SlackSandbox, payload: dict[str, Any] | str, secret: str, ago: float = 0, kind: str = "application/json"
) -> int:
    """Send a payload to the bot over HTTP, signed with this secret so many seconds ago; the status of its answer."""
    body = payload if isinstance(payload, str) else json.dumps(payload)
    timestamp = str(int(time.time() - ago))
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)),
    }
    assert slack.request_url is not None
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.request_url, data=io.BytesIO(body.encode()), headers=headers) as answer,
    ):
        return answer.status


async def answered(slack: SlackSandbox, *awaited: str) -> list[str | None]:
    """Return the threads that were answered, once those awaited and a paste after everything before have been.

    Deliveries are handled side by side, so that a later one may be answered first.
    """
    last = await slack.post(PASTE, channel="support", user="lee")

    def threads() -> list[str | None]:
        return [call.arguments.get("thread_ts") for call in slack.calls if call.method.startswith("chat.")]

    await slack.wait_for(lambda: {last, *awaited} <= set(threads()))
    await slack.settled()
    found = threads()
    found.remove(last)
    return found


async def test_a_redelivered_event_is_answered_once(slack: SlackSandbox) -> None:
    """Slack delivers again when it hears nothing for three seconds."""
    ts = await slack.post("an event follows", channel="support", user="amy")
    for retry in range(4):
        envelope = await slack.deliver("events_api", message(slack, ts), retry=retry)
        assert envelope.acked

    assert await answered(slack, ts) == [ts]


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B0OTHERBOT0", "subtype": "bot_message"},
        {"bot_id": "B0OTHERBOT0"},
        {"subtype": "message_changed", "message": {"text": PASTE}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
    ],
)
async def test_bots_and_notices_are_not_answered(slack: SlackSandbox, fields: dict[str, Any]) -> None:
    """Another bot's paste, an edit, a deletion and a notice are acknowledged and left alone."""
    ts = await slack.post("an event follows", channel="support", user="amy")
    envelope = await slack.deliver("events_api", message(slack, ts, **fields))

    assert envelope.acked
    assert await answered(slack) == []


async def test_the_bot_does_not_answer_itself(slack: SlackSandbox) -> None:
    """Its own message comes back to it as an event."""
    ts = await slack.post("an event follows", channel="support", user="amy")
    envelope = await slack.deliver("events_api", message(slack, ts, user=slack.bot_user_id))

    assert envelope.acked
    assert await answered(slack) == []


@pytest.mark.parametrize("slack", ["http"], indirect=True)
async def test_a_wrong_signature_is_refused(slack: SlackSandbox) -> None:
    """Whoever does not know the secret is not Slack; Socket Mode has no signatures."""
    ts = await slack.post("an event follows", channel="support", user="amy")

    assert await post_signed(slack, message(slack, ts), "not-the-secret") == 401
    assert await answered(slack) == []


@pytest.mark.parametrize("slack", ["http"], indirect=True)
@pytest.mark.parametrize(("ago", "status"), [(290, 200), (-290, 200), (310, 401), (-310, 401)])
async def test_a_stale_timestamp_is_refused(slack: SlackSandbox, ago: float, status: int) -> None:
    """Five minutes either way; what is older may be somebody's recording."""
    ts = await slack.post("an event follows", channel="support", user="amy")

    assert await post_signed(slack, message(slack, ts), slack.signing_secret, ago) == status
    expected = [ts] if status == 200 else []
    assert await answered(slack, *expected) == expected


@pytest.mark.parametrize("slack", ["http"], indirect=True)
async def test_a_body_that_nobody_understands_is_refused_and_the_next_one_answered(slack: SlackSandbox) -> None:
    """Rightly signed all the same: half a document, another kind, too deep, too large, nothing."""
    kinds = ("application/json", "application/x-www-form-urlencoded", "text/plain", "application/json; charset=teapot")
    bodies = ("", "{", "[1]", "null", "payload=%7B", "payload=[1]", "[" * 100_000, "x" * 5_000_000)
    for body in bodies:
        for kind in kinds:
            assert 200 <= await post_signed(slack, body, slack.signing_secret, kind=kind) < 500, (body[:20], kind)

    assert await answered(slack) == []
