"""External members of a shared channel: their identity and messages as another organisation's workspace sees them.

https://docs.slack.dev/apis/slack-connect
"""

from dataclasses import replace

from ..parsing import JsonObject
from .local_slack import LocalSlack
from .workspace import Channel, User, Workspace

# Stub of a file in a Slack Connect channel's message; files.info has the rest.
# https://docs.slack.dev/reference/events/message/file_share
_FILE_STUB = {"created": 0, "mode": "file_access", "file_access": "check_file_info", "timestamp": 0, "user": ""}


def is_ext_shared(slack: LocalSlack, channel: Channel) -> bool:
    """Tell a Slack Connect channel, which connects more than one organisation."""
    return len({each.org_or_team_id for each in slack.workspaces_of(channel)}) > 1


def is_external_user(slack: LocalSlack, user_id: str) -> bool:
    """Tell a user of another organisation than the workspace's."""
    return slack.home_of(user_id).org_or_team_id != slack.org_or_team_id


def with_channel_members(slack: LocalSlack, channel: Channel) -> Workspace:
    """Copy the workspace with the channel's members of other workspaces added, so that they can be mentioned.

    Of two people with one name, the workspace's own comes first.
    """
    if channel.sharing is None:
        return slack.workspace
    guests = {
        user_id: user
        for side in slack.workspaces_of(channel)
        for user_id, user in side.workspace.users.items()
        if user_id in channel.members
    }
    return replace(slack.workspace, users=slack.workspace.users | guests)


def find_external_user(slack: LocalSlack, user_id: str) -> tuple[User, bool] | None:
    """Find a user of another workspace with whom a channel is shared, and tell if the app is in such a channel.

    None for a user in no channel of this workspace: Slack discloses nothing about them.
    """
    shared = [each for each in slack.workspace.channels.values() if each.sharing and user_id in each.members]
    user = slack.home_of(user_id).workspace.users.get(user_id)
    if not shared or user is None:
        return None
    return user, any(each.is_visible_to(slack.credentials.bot_user_id) for each in shared)


def message_seen_in(slack: LocalSlack, channel: Channel, message: JsonObject) -> JsonObject:
    """Return a message, or an event that is one, as the app receives it in this workspace.

    In a Slack Connect channel a message by an external member has `user_team`, `source_team`
    and `user_profile`, and names files by their ID only.
    """
    if not is_ext_shared(slack, channel):
        return message
    seen = dict(message)
    for inner in ("message", "previous_message"):
        if inner in seen:
            seen[inner] = message_seen_in(slack, channel, seen[inner])
    if seen.get("files"):
        seen["files"] = [{"id": each["id"], **_FILE_STUB} for each in seen["files"]]
    user_id = str(seen.get("user", ""))
    if not is_external_user(slack, user_id):
        return seen
    home = slack.home_of(user_id)
    profile = _profile(home, home.workspace.users[user_id])
    return {**seen, "user_team": home.org_or_team_id, "source_team": home.org_or_team_id, "user_profile": profile}


def _profile(home: LocalSlack, user: User) -> JsonObject:
    return {
        "avatar_hash": "",
        "first_name": user.real_name.partition(" ")[0],
        "real_name": user.real_name,
        "display_name": user.name,
        "team": home.org_or_team_id,
        "name": user.name,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }
