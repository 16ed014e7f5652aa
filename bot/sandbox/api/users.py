"""Methods users.*, usergroups.list, bots.info and team.info."""

import hashlib

from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.external_members import find_external_user
from ..state.local_slack import LocalSlack
from ..state.workspace import User
from .method_call import Method, MethodCall, paginate

_READ = ("users:read",)
# Not confirmed for every field; the email address and the roles are certainly absent.
_OF_GUESTS = ("id", "team_id", "name", "deleted", "color", "real_name", "tz", "is_bot", "is_app_user", "updated")
_PROFILE_OF_GUESTS = (
    *("real_name", "real_name_normalized", "display_name", "display_name_normalized", "avatar_hash"),
    *("status_text", "status_emoji"),
)


async def users_info(call: MethodCall) -> JsonObject:
    """Serve users.info."""
    slack, user_id = call.slack, call.required("user")
    user = slack.workspace.users.get(user_id)
    if user:
        return {"user": describe(slack, user, call.flag("include_locale"))}
    guest = find_external_user(slack, user_id)
    if guest is None:
        raise SlackError("user_not_found")
    return {"user": describe_guest(slack.home_of(user_id), *guest)}


async def users_list(call: MethodCall) -> JsonObject:
    """Serve users.list."""
    with_locale = call.flag("include_locale")
    users = [describe(call.slack, each, with_locale) for each in call.slack.workspace.users.values()]
    page, cursor = paginate(users, call, default=1000, most=1000)
    answer = {"members": page, "cache_ts": int(call.slack.clock.now())}
    return {**answer, "response_metadata": {"next_cursor": cursor}}


async def bots_info(call: MethodCall) -> JsonObject:
    """Serve bots.info."""
    slack = call.slack
    if call.text("bot", slack.credentials.bot_id) != slack.credentials.bot_id:
        raise SlackError("bot_not_found")
    bot = {
        "id": slack.credentials.bot_id,
        "deleted": False,
        "name": slack.manifest.bot_name,
        "updated": int(slack.clock.now()),
        "app_id": slack.credentials.app_id,
        "user_id": slack.credentials.bot_user_id,
        "icons": {},
    }
    return {"bot": bot}


async def team_info(call: MethodCall) -> JsonObject:
    """Serve team.info."""
    workspace = _team_asked_for(call).workspace
    enterprise = workspace.enterprise
    team: JsonObject = {
        "id": workspace.team_id,
        "name": workspace.name,
        "url": f"{call.slack.base_url}/",
        "domain": workspace.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "is_verified": False,
    }
    if enterprise:
        team |= {
            "enterprise_id": enterprise.enterprise_id,
            "enterprise_name": enterprise.name,
            "enterprise_domain": enterprise.domain,
        }
    return {"team": team}


def _team_asked_for(call: MethodCall) -> LocalSlack:
    """Find the named workspace among those the token may see: its installation's, and those that share a channel."""
    slack, team_id = call.slack, call.text("team")
    connected = [side for channel in slack.workspace.channels.values() for side in slack.workspaces_of(channel)]
    known = {each.workspace.team_id: each for each in [slack, *slack.org_installations, *connected]}
    if team_id and team_id not in known:
        raise SlackError("team_not_found")
    return known[team_id] if team_id else slack


async def usergroups_list(call: MethodCall) -> JsonObject:
    """Serve usergroups.list."""
    workspace = call.slack.workspace
    groups = []
    for each in workspace.usergroups:
        group: JsonObject = {
            "id": each.usergroup_id,
            "team_id": workspace.team_id,
            "is_usergroup": True,
            "name": each.name,
            "description": "",
            "handle": each.handle,
            "is_external": False,
            "date_create": 0,
            "date_update": 0,
            "date_delete": 0,
            "auto_type": None,
            "prefs": {"channels": [], "groups": []},
        }
        if call.flag("include_users"):
            group["users"] = list(each.members)
        if call.flag("include_count"):
            group["user_count"] = len(each.members)
        groups.append(group)
    return {"usergroups": groups}


def describe(slack: LocalSlack, user: User, with_locale: bool) -> JsonObject:
    """Build a user object, with the email address only when the app may read it."""
    profile: JsonObject = {
        "title": user.title,
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "",
        "team": slack.workspace.team_id,
    }
    if user.bot_id:
        profile |= {"api_app_id": slack.credentials.app_id, "bot_id": user.bot_id, "always_active": False}
    elif "users:read.email" in slack.manifest.bot_scopes:
        profile["email"] = user.email
    described = {
        "id": user.user_id,
        "team_id": slack.workspace.team_id,
        "name": user.name,
        "deleted": False,
        "color": hashlib.sha256(user.user_id.encode()).hexdigest()[:6],
        "real_name": user.real_name,
        "tz": user.tz,
        "profile": profile,
        **_describe_role(user),
        "is_bot": bool(user.bot_id),
        "is_app_user": False,
        "updated": int(slack.clock.now()),
    }
    enterprise = slack.workspace.enterprise
    if enterprise:
        described["enterprise_user"] = {
            "id": user.user_id,
            "enterprise_id": enterprise.enterprise_id,
            "enterprise_name": enterprise.name,
            "is_admin": False,
            "is_owner": False,
            "teams": [slack.workspace.team_id],
        }
    return {**described, "locale": user.locale} if with_locale else described


def _describe_role(user: User) -> JsonObject:
    return {
        "is_admin": user.role in ("admin", "owner"),
        "is_owner": user.role == "owner",
        "is_restricted": user.role in ("multi_channel_guest", "single_channel_guest"),
        "is_ultra_restricted": user.role == "single_channel_guest",
    }


def describe_guest(home: LocalSlack, user: User, is_seen: bool) -> JsonObject:
    """Build the reduced user object of an external member; a stranger is in no channel that the app sees.

    https://docs.slack.dev/apis/slack-connect
    """
    described = describe(home, user, with_locale=False)
    reduced = {name: described[name] for name in _OF_GUESTS}
    profile = {name: described["profile"][name] for name in _PROFILE_OF_GUESTS}
    return {**reduced, "is_stranger": not is_seen, "profile": {**profile, "team": home.org_or_team_id}}


METHODS = {
    "users.info": Method(handle=users_info, scopes=_READ),
    "users.list": Method(handle=users_list, scopes=_READ),
    "usergroups.list": Method(handle=usergroups_list, scopes=("usergroups:read",)),
    "bots.info": Method(handle=bots_info, scopes=_READ),
    "team.info": Method(handle=team_info, scopes=("team:read",)),
}
