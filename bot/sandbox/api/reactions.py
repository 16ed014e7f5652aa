"""Methods reactions.*."""

from ..actions import posting
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall, paginate, refuse_archived


async def reactions_add(call: MethodCall) -> JsonObject:
    """Serve reactions.add."""
    channel, ts = _item(call)
    refuse_archived(channel)
    posting.react(call.slack, channel, ts, _emoji(call), call.slack.credentials.bot_user_id, added=True)
    return {}


async def reactions_remove(call: MethodCall) -> JsonObject:
    """Serve reactions.remove."""
    channel, ts = _item(call)
    posting.react(call.slack, channel, ts, _emoji(call), call.slack.credentials.bot_user_id, added=False)
    return {}


async def reactions_get(call: MethodCall) -> JsonObject:
    """Serve reactions.get."""
    channel, ts = _item(call)
    return {"type": "message", "channel": channel.channel_id, "message": channel.messages[ts]}


async def reactions_list(call: MethodCall) -> JsonObject:
    """Serve reactions.list: a person's reactions that the bot can see, the latest message first."""
    workspace = call.slack.workspace
    user_id = call.text("user") or call.user_id
    if user_id not in workspace.users:
        raise SlackError("user_not_found")
    items: list[JsonObject] = [
        {"type": "message", "channel": channel.channel_id, "message": message}
        for channel in workspace.channels.values()
        if channel.is_visible_to(call.user_id)
        for message in channel.messages.values()
        if any(user_id in each["users"] for each in message.get("reactions", []))
    ]
    items.sort(key=lambda item: float(item["message"]["ts"]), reverse=True)
    page, cursor = paginate(items, call, default=100, most=1000)
    return {"items": page, "response_metadata": {"next_cursor": cursor}}


def _item(call: MethodCall) -> tuple[Channel, str]:
    if not call.text("channel") or not call.timestamp("timestamp"):
        raise SlackError("no_item_specified")
    channel, ts = call.channel(), call.text("timestamp")
    if call.slack.credentials.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel, ts


def _emoji(call: MethodCall) -> str:
    name = call.required("name").strip(":")
    if not all(each.isalnum() or each in "_+-'" for each in name):
        raise SlackError("invalid_name")
    return name


METHODS = {
    "reactions.add": Method(handle=reactions_add, scopes=("reactions:write",)),
    "reactions.remove": Method(handle=reactions_remove, scopes=("reactions:write",)),
    "reactions.get": Method(handle=reactions_get, scopes=("reactions:read",)),
    "reactions.list": Method(handle=reactions_list, scopes=("reactions:read",)),
}
