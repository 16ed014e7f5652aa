"""Routing of a call to a workspace: an org-wide app has one token for all workspaces of its organisation.

https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
"""

from collections.abc import Mapping

from ..state.errors import SlackError
from ..state.local_slack import LocalSlack

# Methods whose reference says "team_id: required if org token is used".
NEED_TEAM_ID = frozenset({"bots.info", "conversations.list", "reactions.list", "usergroups.list", "users.list"})
_TAKE_TEAM_ID = NEED_TEAM_ID | {"chat.scheduledMessages.list"}
_NAMED_CHANNELS = ("channel", "channel_id", "channels")
_NAMED_USERS = ("user", "user_id", "users")


def workspace_of_call(slack: LocalSlack, method: str, arguments: Mapping[str, object]) -> LocalSlack:
    """Find the workspace that a bot token's call acts on.

    A workspace's own token decides alone, and `team_id` is ignored. For an org-wide token it is
    the workspace of `team_id`, for the methods that have it (Bolt's client sends it with all, which
    Slack permits), else that of the channel or user named, else the organisation's first.
    Raises SlackError `missing_argument` where only `team_id` can tell, and for a workspace
    that the token is not valid for `team_not_found` (bots.info) or `team_access_not_granted`.
    """
    if not slack.org_wide:
        return slack
    granted = slack.org_installations
    team_id = str(arguments.get("team_id") or "") if method in _TAKE_TEAM_ID else ""
    # bots.info takes the organisation's ID as well.
    if team_id and not (method == "bots.info" and team_id == slack.enterprise_id):
        workspace = next((each for each in granted if each.workspace.team_id == team_id), None)
        if workspace is None:
            raise SlackError("team_not_found" if method == "bots.info" else "team_access_not_granted")
        return workspace
    if method in NEED_TEAM_ID and not team_id:
        # Reported: https://github.com/slack-go/slack/issues/1157
        raise SlackError("missing_argument", arg="team_id")
    named = {
        each.strip() for name in (*_NAMED_CHANNELS, *_NAMED_USERS) for each in str(arguments.get(name) or "").split(",")
    }
    return next((each for each in granted if _has_any(each, named)), granted[0] if granted else slack)


def _has_any(slack: LocalSlack, named: set[str]) -> bool:
    return bool(named & slack.workspace.users.keys() or named & slack.workspace.channels.keys())
