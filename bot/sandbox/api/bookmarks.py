"""Methods bookmarks.*.

The errors: https://docs.slack.dev/reference/methods/bookmarks.add and the pages beside it. Not
confirmed: that a channel has 100 bookmarks at most.
"""

import secrets

from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall

MOST_BOOKMARKS = 100


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


def _channel(call: MethodCall) -> Channel:
    channel = call.channel("channel_id")
    if call.slack.credentials.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _bookmark(call: MethodCall, channel: Channel) -> JsonObject:
    bookmark = channel.bookmarks.get(call.required("bookmark_id"))
    if bookmark is None:
        raise SlackError("not_found")
    return bookmark


def _link(link: str) -> str:
    if not link.lower().startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    return link


METHODS = {
    "bookmarks.add": Method(handle=bookmarks_add, scopes=("bookmarks:write",)),
    "bookmarks.edit": Method(handle=bookmarks_edit, scopes=("bookmarks:write",)),
    "bookmarks.remove": Method(handle=bookmarks_remove, scopes=("bookmarks:write",)),
    "bookmarks.list": Method(handle=bookmarks_list, scopes=("bookmarks:read",)),
}
