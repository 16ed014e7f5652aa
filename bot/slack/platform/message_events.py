"""Synthetic events for messages that backfill found in Slack."""

from __future__ import annotations

from typing import Final

from bot.store import ANSWERED_SINCE, Delivery, Json

# The key of a person's message is its place, so that a message that backfill finds is the same one.
WRITTEN: Final = {None, "file_share", "thread_broadcast", "me_message"}
_FOUND: Final = "found-"


def is_written(message: Json, bot_user_id: str) -> bool:
    """Return True for a message that a person wrote."""
    return (
        message.get("subtype") in WRITTEN
        and not message.get("bot_id")
        and bool(message.get("user"))
        and message["user"] != bot_user_id
    )


def missed_events(message: Json, channel_id: str, bot_user_id: str) -> list[str]:
    """Name the events that Slack would have sent: two for a mention, except in direct messages."""
    mentioned = f"<@{bot_user_id}" in (message.get("text") or "")
    return ["message", "app_mention"] if mentioned and not channel_id.startswith("D") else ["message"]


def make_event(
    name: str, message: Json, team_id: str, enterprise_id: str, channel_id: str, bot_user_id: str
) -> Delivery:
    """Make the delivery that a message would have been, under the key it would have had.

    It does not say how far the channel was heard: when the reading breaks off, it is to begin where it began.
    """
    ts = str(message["ts"])
    event = {**message, "type": name, "channel": channel_id, "event_ts": ts}
    if name == "message":
        event["channel_type"] = "im" if channel_id.startswith("D") else "channel"
    authorization = {
        "team_id": team_id,
        "enterprise_id": enterprise_id or None,
        "user_id": bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    body = {
        "type": "event_callback",
        "team_id": team_id,
        "enterprise_id": enterprise_id or None,
        "event_id": f"{_FOUND}{channel_id}-{ts}",
        "event": event,
        "authorizations": [authorization],
    }
    return Delivery(team_id, enterprise_id, message_key(name, channel_id, ts), "event", body)


def message_key(name: str, channel_id: str, ts: str) -> str:
    """Return the key of the event of this name about a message."""
    return f"{name}/{channel_id}/{ts}"


def earliest_reply(delivery: Delivery) -> float | None:
    """Return the earliest time (seconds since 1970) at which a reply to a delivery may be in Slack already, or None.

    A store that was restored from a backup remembers neither that a message was answered which is found in Slack
    again, nor what came of deliveries that waited in the backup.
    """
    if (since := delivery.body.get(ANSWERED_SINCE)) is not None:
        return float(since)
    if not str(delivery.body.get("event_id") or "").startswith(_FOUND):
        return None
    return float(delivery.body["event"]["ts"])
