"""Literal payloads through the HTTP door: what Slack delivers twice, and what bots say."""

from __future__ import annotations

import asyncio
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
        "ts": ts,
        "event_ts": ts,
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


async def deliver(slack: SlackSandbox, payload: dict[str, Any], *, retry: int = 0, secret: str | None = None) -> int:
    """Send a payload to the bot as Slack does; returns the HTTP status."""
    body = json.dumps(payload)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret or slack.signing_secret).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(signature),
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    assert slack.request_url is not None
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.request_url, data=body, headers=headers) as answer,
    ):
        return answer.status


def posted(slack: SlackSandbox) -> list[Any]:
    return [call for call in slack.calls if call.method.startswith("chat.")]


pytestmark = pytest.mark.parametrize("slack", ["http"], indirect=True)


async def test_a_redelivered_event_is_answered_once(slack: SlackSandbox) -> None:
    """Slack delivers again when it hears nothing for three seconds."""
    ts = await slack.post("an event follows", channel="support", user="amy")
    for retry in range(4):
        assert await deliver(slack, message(slack, ts), retry=retry) == 200
    await slack.wait_for(lambda: posted(slack))
    await asyncio.sleep(0.3)

    assert len(posted(slack)) == 1


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
    assert await deliver(slack, message(slack, ts, **fields)) == 200
    await asyncio.sleep(0.3)

    assert posted(slack) == []


async def test_the_bot_does_not_answer_itself(slack: SlackSandbox) -> None:
    """Its own message comes back to it as an event."""
    ts = await slack.post("an event follows", channel="support", user="amy")
    assert await deliver(slack, message(slack, ts, user=slack.bot_user_id)) == 200
    await asyncio.sleep(0.3)

    assert posted(slack) == []


async def test_a_wrong_signature_is_refused(slack: SlackSandbox) -> None:
    """Whoever does not know the secret is not Slack."""
    ts = await slack.post("an event follows", channel="support", user="amy")

    assert await deliver(slack, message(slack, ts), secret="not-the-secret") == 401
    assert posted(slack) == []
