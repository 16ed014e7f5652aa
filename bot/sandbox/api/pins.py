"""Methods pins.*.

The errors: https://docs.slack.dev/reference/methods/pins.add and the pages beside it.
"""

from ..actions import pins
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall


async def pins_add(call: MethodCall) -> JsonObject:
    """Serve pins.add."""
    channel, message = _message(call)
    pins.pin(call.slack, channel, message["ts"], call.slack.credentials.bot_user_id)
    return {}


async def pins_remove(call: MethodCall) -> JsonObject:
    """Serve pins.remove."""
    channel, message = _message(call)
    pins.unpin(call.slack, channel, message["ts"], call.slack.credentials.bot_user_id)
    return {}


async def pins_list(call: MethodCall) -> JsonObject:
    """Serve pins.list, the latest first."""
    channel = call.joined_channel()
    items = [
        {"type": "message", "channel": channel.channel_id, "message": channel.messages[ts], **pin}
        for ts, pin in reversed(channel.pins.items())
        if ts in channel.messages
    ]
    return {"items": items}


def _message(call: MethodCall) -> tuple[Channel, JsonObject]:
    channel, ts = call.joined_channel(), call.timestamp("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel, channel.messages[ts]


METHODS = {
    "pins.add": Method(handle=pins_add, scopes=("pins:write",)),
    "pins.remove": Method(handle=pins_remove, scopes=("pins:write",)),
    "pins.list": Method(handle=pins_list, scopes=("pins:read",)),
}
