"""views.* and reactions.*: modals, home tabs and reactions."""

from ..actions import modals, posting
from ..blockkit.views import read_view
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall, paginate, refuse_archived


async def views_open(call: MethodCall) -> JsonObject:
    """views.open: needs a trigger, so that no app opens a modal unasked."""
    checked = read_view(call.arguments.get("view"), "modal")
    user_id = call.slack.triggers.exchange(call.required("trigger_id"))
    return {"view": modals.open_modal(call.slack, user_id, checked)}


async def views_push(call: MethodCall) -> JsonObject:
    """views.push: onto the modals of the person who pulled the trigger."""
    checked = read_view(call.arguments.get("view"), "modal")
    user_id = call.slack.triggers.exchange(call.required("trigger_id"))
    return {"view": modals.push_modal(call.slack, user_id, checked)}


async def views_update(call: MethodCall) -> JsonObject:
    """views.update, by `view_id` or `external_id`."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    user_id, view = modals.find_view(call.slack, view_id=view_id, external_id=external_id)
    if not modals.is_opened_by(call.slack, view):
        raise SlackError("not_found")
    checked = read_view(call.arguments.get("view"), view["type"])
    _compare_hash(call, view)
    return {"view": modals.update_view(call.slack, user_id, view, checked)}


async def views_publish(call: MethodCall) -> JsonObject:
    """views.publish: one person's home tab."""
    slack = call.slack
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    user = slack.workspace.users.get(call.required("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    checked = read_view(call.arguments.get("view"), "home")
    if user.user_id in slack.homes:
        _compare_hash(call, slack.homes[user.user_id])
    return {"view": modals.publish_home(slack, user.user_id, checked)}


async def reactions_add(call: MethodCall) -> JsonObject:
    """reactions.add."""
    channel, ts = _item(call)
    refuse_archived(channel)
    posting.react(call.slack, channel, ts, _emoji(call), call.slack.credentials.bot_user_id, added=True)
    return {}


async def reactions_remove(call: MethodCall) -> JsonObject:
    """reactions.remove."""
    channel, ts = _item(call)
    posting.react(call.slack, channel, ts, _emoji(call), call.slack.credentials.bot_user_id, added=False)
    return {}


async def reactions_get(call: MethodCall) -> JsonObject:
    """reactions.get."""
    channel, ts = _item(call)
    return {"type": "message", "channel": channel.channel_id, "message": channel.messages[ts]}


async def reactions_list(call: MethodCall) -> JsonObject:
    """reactions.list: what a person has reacted to where the bot can see it, the latest message first."""
    workspace = call.slack.workspace
    user_id = call.text("user") or call.user_id
    if user_id not in workspace.users:
        raise SlackError("user_not_found")
    found: list[JsonObject] = [
        {"type": "message", "channel": channel.channel_id, "message": message}
        for channel in workspace.channels.values()
        if channel.is_visible_to(call.user_id)
        for message in channel.messages.values()
        if any(user_id in each["users"] for each in message.get("reactions", []))
    ]
    found.sort(key=lambda item: float(item["message"]["ts"]), reverse=True)
    page, cursor = paginate(found, call, default=100, most=1000)
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


def _compare_hash(call: MethodCall, view: JsonObject) -> None:
    """An app that changes a view it has not seen the latest of is refused."""
    given = call.text("hash")
    if given and given != view["hash"]:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
    "reactions.add": Method(reactions_add, ("reactions:write",)),
    "reactions.remove": Method(reactions_remove, ("reactions:write",)),
    "reactions.get": Method(reactions_get, ("reactions:read",)),
    "reactions.list": Method(reactions_list, ("reactions:read",)),
}
