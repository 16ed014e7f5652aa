"""Methods pins.*, reactions.* and bookmarks.*.

The errors: https://docs.slack.dev/reference/methods/pins.add and the pages beside it. Not confirmed:
that a channel has 100 bookmarks at most.
"""

import secrets

from ..actions import pins, posting
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall, paginate, refuse_archived

MOST_BOOKMARKS = 100


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


async def bookmarks_add(call: MethodCall) -> JsonObject:
    """Serve bookmarks.add, for links only."""
    channel = _channel(call)
    title, kind = call.required("title"), call.required("type")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    link = _link(call.text("link"))
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(call.slack.clock.now())
    bookmark = {
        "id": "Bk0" + secrets.token_hex(4).upper(),
        "channel_id": channel.channel_id,
        "title": title,
        "link": link,
        "emoji": call.text("emoji") or None,
        "icon_url": None,
        "type": kind,
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": "",
        "last_updated_by_user_id": call.slack.credentials.bot_user_id,
        "last_updated_by_team_id": call.slack.workspace.team_id,
        "shortcut_id": None,
        "app_id": call.slack.credentials.app_id,
        "app_action_id": None,
    }
    channel.bookmarks[str(bookmark["id"])] = bookmark
    call.slack.publish_channel(channel)
    return {"bookmark": bookmark}


async def bookmarks_edit(call: MethodCall) -> JsonObject:
    """Serve bookmarks.edit, which changes only the given fields."""
    channel = _channel(call)
    bookmark = _bookmark(call, channel)
    changes: JsonObject = {name: call.text(name) for name in ("title", "emoji") if call.text(name)}
    if call.text("link"):
        changes["link"] = _link(call.text("link"))
    channel.bookmarks[bookmark["id"]] = {**bookmark, **changes, "date_updated": int(call.slack.clock.now())}
    call.slack.publish_channel(channel)
    return {"bookmark": channel.bookmarks[bookmark["id"]]}


async def bookmarks_list(call: MethodCall) -> JsonObject:
    """Serve bookmarks.list."""
    return {"bookmarks": list(_channel(call).bookmarks.values())}


async def bookmarks_remove(call: MethodCall) -> JsonObject:
    """Serve bookmarks.remove."""
    channel = _channel(call)
    del channel.bookmarks[_bookmark(call, channel)["id"]]
    call.slack.publish_channel(channel)
    return {}


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


def _channel(call: MethodCall) -> Channel:
    channel = call.channel("channel_id")
    if call.slack.credentials.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _message(call: MethodCall) -> tuple[Channel, JsonObject]:
    channel, ts = call.joined_channel(), call.timestamp("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel, channel.messages[ts]


def _bookmark(call: MethodCall, channel: Channel) -> JsonObject:
    bookmark = channel.bookmarks.get(call.required("bookmark_id"))
    if bookmark is None:
        raise SlackError("not_found")
    return bookmark


def _link(link: str) -> str:
    if not link.lower().startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    return link


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
    "pins.add": Method(handle=pins_add, scopes=("pins:write",)),
    "pins.remove": Method(handle=pins_remove, scopes=("pins:write",)),
    "pins.list": Method(handle=pins_list, scopes=("pins:read",)),
    "reactions.add": Method(handle=reactions_add, scopes=("reactions:write",)),
    "reactions.remove": Method(handle=reactions_remove, scopes=("reactions:write",)),
    "reactions.get": Method(handle=reactions_get, scopes=("reactions:read",)),
    "reactions.list": Method(handle=reactions_list, scopes=("reactions:read",)),
    "bookmarks.add": Method(handle=bookmarks_add, scopes=("bookmarks:write",)),
    "bookmarks.edit": Method(handle=bookmarks_edit, scopes=("bookmarks:write",)),
    "bookmarks.remove": Method(handle=bookmarks_remove, scopes=("bookmarks:write",)),
    "bookmarks.list": Method(handle=bookmarks_list, scopes=("bookmarks:read",)),
}
