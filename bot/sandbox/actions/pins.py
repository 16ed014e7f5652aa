"""Pins of a channel, set by the app or by a person."""

from ..delivery import events
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel

MOST_PINS = 100
_MARKS = ("pinned_to", "pinned_info")


def pin(slack: LocalSlack, channel: Channel, ts: str, user_id: str) -> None:
    """Pin a message; SlackError `already_pinned` or `too_many_pins`."""
    if ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins[ts] = {"created": int(slack.clock.now()), "created_by": user_id}
    _show(slack, channel, ts, user_id, "pin_added")


def unpin(slack: LocalSlack, channel: Channel, ts: str, user_id: str) -> None:
    """Remove a pin; SlackError `no_pin`."""
    if channel.pins.pop(ts, None) is None:
        raise SlackError("no_pin")
    _show(slack, channel, ts, user_id, "pin_removed")


def _show(slack: LocalSlack, channel: Channel, ts: str, user_id: str, kind: str) -> None:
    message = {name: each for name, each in channel.messages[ts].items() if name not in _MARKS}
    if kind == "pin_added":
        message |= {"pinned_to": [channel.channel_id]}
    channel.messages[ts] = message
    slack.publish_channel(channel)
    item: JsonObject = {"type": "message", "channel": channel.channel_id, "message": message, "created_by": user_id}
    event: JsonObject = {"type": kind, "user": user_id, "channel_id": channel.channel_id, "item": item}
    event |= {"pin_count": len(channel.pins), "event_ts": slack.clock.next_ts()}
    event |= {"has_pins": True} if kind == "pin_removed" and channel.pins else {}
    events.announce_in_channel(slack, channel, event)
