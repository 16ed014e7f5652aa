"""Methods conversations.*: channels, their members and their messages."""

import re
from collections.abc import Callable

from ..actions.memberships import MOST_IN_GROUP_DM, add_member, group_dm
from ..actions.sharing import describe_sharing
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.external_members import message_seen_in
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel
from .method_call import Method, MethodCall, paginate, refuse_archived, scopes_by_kind

_KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "group", "mpim": "mpim", "im": "im"}
_SCOPE_OF_TYPE = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


async def list_channels(call: MethodCall) -> JsonObject:
    """Serve conversations.list."""
    kinds = {_KIND_OF_TYPE.get(each, "") for each in _types(call)}
    bot_user_id = call.slack.credentials.bot_user_id
    left_out = call.flag("exclude_archived")
    everywhere = call.slack.workspace.channels.values()
    channels = [each for each in everywhere if each.kind in kinds and not (left_out and each.is_archived)]
    visible = [describe(call.slack, each) for each in channels if each.is_visible_to(bot_user_id)]
    page, cursor = paginate(visible, call, default=100, most=1000)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


async def list_of_person(call: MethodCall) -> JsonObject:
    """Serve users.conversations: a person's channels, and of the private ones only those with the bot.

    https://docs.slack.dev/reference/methods/users.conversations
    """
    kinds = {_KIND_OF_TYPE.get(each, "") for each in _types(call)}
    bot_user_id = call.slack.credentials.bot_user_id
    user_id = call.text("user") or bot_user_id
    if user_id not in call.slack.workspace.users:
        raise SlackError("user_not_found")
    left_out = call.flag("exclude_archived")
    theirs = [
        each
        for each in call.slack.workspace.channels.values()
        if each.kind in kinds and user_id in each.members and not (left_out and each.is_archived)
    ]
    shared = [describe(call.slack, each) for each in theirs if each.kind == "channel" or bot_user_id in each.members]
    page, cursor = paginate(shared, call, default=100, most=999)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


async def info(call: MethodCall) -> JsonObject:
    """Serve conversations.info."""
    channel = call.channel()
    described = describe(call.slack, channel)
    if call.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    if call.flag("include_locale"):
        described["locale"] = "en-US"
    return {"channel": described}


async def members(call: MethodCall) -> JsonObject:
    """Serve conversations.members."""
    page, cursor = paginate(sorted(call.channel().members), call, default=100, most=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def open_dm(call: MethodCall) -> JsonObject:
    """Serve conversations.open: the direct message with one person, or the group DM with several."""
    slack = call.slack
    if call.text("channel"):
        return {"channel": {"id": call.channel().channel_id}}
    people = [slack.workspace.users.get(each) for each in _users(call)]
    members = [each for each in people if each and each.user_id != slack.credentials.bot_user_id]
    if not people:
        raise SlackError("users_list_not_supplied")
    if len(members) < len(people):
        raise SlackError("user_not_found")
    if len(members) >= MOST_IN_GROUP_DM:
        raise SlackError("too_many_users")
    channels_before = len(slack.workspace.channels)
    alone = slack.workspace.direct_message(members[0].user_id) if len(members) == 1 else None
    channel = alone or group_dm(slack, [*members, slack.bot])
    described = describe(slack, channel) if call.flag("return_im") else {"id": channel.channel_id}
    if len(slack.workspace.channels) > channels_before:
        return {"channel": described}
    return {"no_op": True, "already_open": True, "channel": described}


async def join(call: MethodCall) -> JsonObject:
    """Serve conversations.join, for public channels only."""
    channel = call.channel()
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    refuse_archived(channel)
    if call.slack.credentials.bot_user_id in channel.members:
        return {
            "channel": describe(call.slack, channel),
            "warning": "already_in_channel",
        }
    add_member(call.slack, channel, call.slack.credentials.bot_user_id)
    return {"channel": describe(call.slack, channel)}


async def history(call: MethodCall) -> JsonObject:
    """Serve conversations.history, newest first."""
    channel = call.joined_channel()
    within = _period(call)
    messages = [each for each in reversed(channel.top_level()) if within(str(each["ts"]))]
    page, cursor = paginate(messages, call, default=100, most=999, cap=call.slack.rates.page_objects)
    answer: JsonObject = {
        "messages": [_shown(call, channel, each) for each in page],
        "has_more": bool(cursor),
        "pin_count": len(channel.pins),
    }
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


async def replies(call: MethodCall) -> JsonObject:
    """Serve conversations.replies: the parent and its replies, oldest first."""
    channel = call.joined_channel()
    message = channel.messages.get(call.required("ts"))
    if message is None:
        raise SlackError("thread_not_found")
    parent_ts = str(message.get("thread_ts", message["ts"]))
    within = _period(call)
    thread = [each for each in channel.thread(parent_ts) if each["ts"] == parent_ts or within(str(each["ts"]))]
    page, cursor = paginate(thread, call, default=1000, most=1000, cap=call.slack.rates.page_objects)
    answer: JsonObject = {"messages": [_shown(call, channel, each) for each in page], "has_more": bool(cursor)}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


def describe(slack: LocalSlack, channel: Channel) -> JsonObject:
    """Build a conversation object as the bot sees it."""
    described: JsonObject = {
        "id": channel.channel_id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "context_team_id": slack.workspace.team_id,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        return {**described, "is_org_shared": False, "user": channel.person, "is_user_deleted": False, "priority": 0}
    return {
        **described,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind in ("group", "mpim"),
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_general": channel.name == "general",
        "creator": channel.creator,
        **describe_sharing(slack, channel),
        "is_member": slack.credentials.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def _users(call: MethodCall) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in call.text("users").split(",") if each.strip()))


def _scope_to_open(call: MethodCall) -> tuple[str, ...]:
    if call.text("channel"):
        return ("im:write", "mpim:write")
    return ("mpim:write",) if len(_users(call)) > 1 else ("im:write",)


def _types(call: MethodCall) -> list[str]:
    return [each.strip() for each in call.text("types", "public_channel").split(",") if each.strip()]


def _scopes_of_types(call: MethodCall) -> tuple[str, ...]:
    """Return the scope of every listed type, or only the first missing one, which decides."""
    wanted = [_SCOPE_OF_TYPE.get(each, "") for each in _types(call)]
    if "" in wanted:
        raise SlackError("invalid_types")
    missing = [scope for scope in wanted if scope not in call.slack.manifest.bot_scopes]
    return tuple(missing[:1] or wanted)


def _period(call: MethodCall) -> Callable[[str], bool]:
    """Make a test for timestamps between `oldest` and `latest`, whose ends count only when `inclusive`."""
    low, high = _moment(call, "oldest", "0"), _moment(call, "latest", "9999999999.999999")
    if call.flag("inclusive"):
        return lambda ts: low <= float(ts) <= high
    return lambda ts: low < float(ts) < high


def _moment(call: MethodCall, name: str, default: str) -> float:
    moment = call.text(name) or default
    # Slack's page names "now" as the default of `latest`.
    if name == "latest" and moment == "now":
        return float(default)
    if not re.fullmatch(r"\d{1,10}(\.\d{0,6})?", moment, re.ASCII):
        raise SlackError(f"invalid_ts_{name}")
    return float(moment)


def _shown(call: MethodCall, channel: Channel, message: JsonObject) -> JsonObject:
    """Return the message as the app receives it, with the type alone of its metadata unless all was requested.

    https://docs.slack.dev/messaging/message-metadata
    """
    message = message_seen_in(call.slack, channel, message)
    if call.flag("include_all_metadata") or "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


METHODS = {
    "conversations.list": Method(handle=list_channels, scopes=_scopes_of_types),
    "users.conversations": Method(handle=list_of_person, scopes=_scopes_of_types),
    "conversations.info": Method(handle=info, scopes=scopes_by_kind("read"), takes_people=True),
    "conversations.members": Method(handle=members, scopes=scopes_by_kind("read")),
    "conversations.open": Method(handle=open_dm, scopes=_scope_to_open),
    "conversations.join": Method(handle=join, scopes=("channels:join",)),
    "conversations.history": Method(handle=history, scopes=scopes_by_kind("history"), takes_people=True),
    "conversations.replies": Method(handle=replies, scopes=scopes_by_kind("history"), takes_people=True),
}
