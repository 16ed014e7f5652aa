"""People of other organisations in a shared channel: how they, and what they say, look from one workspace.

https://docs.slack.dev/apis/slack-connect
"""

from dataclasses import replace

from ..parsing import JsonObject
from .local_slack import LocalSlack
from .workspace import Channel, User, Workspace

# What stands in a message of a Slack Connect channel for each file: files.info tells the rest.
# https://docs.slack.dev/reference/events/message/file_share
_FILE_STUB = {"created": 0, "mode": "file_access", "file_access": "check_file_info", "timestamp": 0, "user": ""}


def is_ext_shared(slack: LocalSlack, channel: Channel) -> bool:
    """Whether the channel connects more than one organisation: Slack Connect."""
    return len({each.org_or_team_id for each in slack.workspaces_of(channel)}) > 1


def is_external_user(slack: LocalSlack, user_id: str) -> bool:
    """Whether this user belongs to another organisation than the workspace."""
    return slack.home_of(user_id).org_or_team_id != slack.org_or_team_id


def with_channel_members(slack: LocalSlack, channel: Channel) -> Workspace:
    """The workspace together with the people of other ones in this channel: whom one can mention there.

    Where two go by one name, one's own colleague is meant.
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
    """Someone of another workspace with whom a channel is shared, and whether the app sees such a channel.

    None for someone who is in no channel of this workspace's: Slack tells nothing of them.
    """
    shared = [each for each in slack.workspace.channels.values() if each.sharing and user_id in each.members]
    user = slack.home_of(user_id).workspace.users.get(user_id)
    if not shared or user is None:
        return None
    return user, any(each.is_visible_to(slack.credentials.bot_user_id) for each in shared)


def message_seen_in(slack: LocalSlack, channel: Channel, message: JsonObject) -> JsonObject:
    """A message, or an event that is one, as the app hears it in this workspace.

    In a Slack Connect channel someone from elsewhere comes with `user_team`, `source_team`
    and `user_profile`, and files are named by their ID only.
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
