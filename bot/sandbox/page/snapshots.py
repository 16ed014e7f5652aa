"""Snapshots and updates for a window of the page, limited to its person's view."""

from ..parsing import JsonObject
from ..state.external_members import is_ext_shared, is_external_user
from ..state.local_slack import INSPECTOR_RECORDS, LocalSlack
from ..state.workspace import Channel, User


def snapshot(slack: LocalSlack, user: User) -> JsonObject:
    """Build the full content of this person's window."""
    workspace = slack.workspace
    channels = [each for each in workspace.channels.values() if each.is_visible_to(user.user_id)]
    records = [each.to_inspector() for each in slack.calls[-INSPECTOR_RECORDS:]]
    records += [each.to_inspector() for each in slack.deliveries.envelopes[-INSPECTOR_RECORDS:]]
    return {
        "type": "snapshot",
        "me": user.user_id,
        "team": {"id": workspace.team_id, "name": workspace.name},
        "teams": list_workspaces(slack),
        "app": _app(slack),
        "users": _users(slack),
        "channels": [describe_channel(slack, each, user) for each in channels],
        "views": slack.views.get(user.user_id, []),
        "home": slack.homes.get(user.user_id),
        "records": sorted(records, key=lambda each: float(each["at"])),
    }


def update_for(slack: LocalSlack, user: User, update: JsonObject) -> JsonObject:
    """Limit an update to this person's view; a channel they cannot see is reported as gone."""
    if update["type"] == "teams":
        return {"type": "teams", "teams": list_workspaces(slack)}
    if update["type"] != "channel":
        return update
    channel = slack.workspace.channels.get(str(update["channel"]))
    if channel is None or not channel.is_visible_to(user.user_id):
        return {"type": "channel_gone", "channel": update["channel"]}
    return {"type": "channel", "channel": describe_channel(slack, channel, user), "users": _users(slack)}


def list_workspaces(slack: LocalSlack) -> list[JsonObject]:
    """List the sandbox's workspaces, for the switcher."""
    return [{"id": each.workspace.team_id, "name": each.workspace.name} for each in slack.installations]


def describe_channel(slack: LocalSlack, channel: Channel, user: User) -> JsonObject:
    """Build a channel with its messages, including this person's ephemeral ones."""
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "is_archived": channel.is_archived,
        "is_external": is_ext_shared(slack, channel),
        "shared_with": [each.workspace.name for each in slack.workspaces_of(channel) if each is not slack],
        "members": sorted(channel.members),
        "pins": {ts: str(pin["created_by"]) for ts, pin in channel.pins.items()},
        "bookmarks": list(channel.bookmarks.values()),
        "messages": list(channel.messages.values()),
        "ephemerals": list(channel.ephemerals.get(user.user_id, {}).values()),
    }


def _users(slack: LocalSlack) -> list[JsonObject]:
    """List the workspace's users, and those of others with whom a channel is shared."""
    user_ids = list(slack.workspace.users)
    for channel in slack.workspace.channels.values():
        user_ids += sorted(channel.members) if channel.sharing else []
    return [_describe_user(slack, each) for each in dict.fromkeys(user_ids)]


def _describe_user(slack: LocalSlack, user_id: str) -> JsonObject:
    home = slack.home_of(user_id).workspace
    user = home.users[user_id]
    return {
        "id": user.user_id,
        "name": user.name,
        "real_name": user.real_name,
        "locale": user.locale,
        "title": user.title,
        "is_bot": bool(user.bot_id),
        "from": home.name if is_external_user(slack, user_id) else "",
        "is_here": user_id in slack.workspace.users,
    }


def _app(slack: LocalSlack) -> JsonObject:
    manifest = slack.manifest
    return {
        "name": manifest.name,
        "description": manifest.description,
        "bot_user_id": slack.credentials.bot_user_id,
        "home_tab": manifest.home_tab,
        "messages_tab": manifest.messages_tab,
        "connected": slack.app_connected,
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in manifest.commands
        ],
        "shortcuts": [
            {"callback_id": each.callback_id, "name": each.name, "kind": each.kind} for each in manifest.shortcuts
        ],
    }
