"""users.*, bots.*, team.*: who and what is in the workspace."""

import hashlib

from ..core import LocalSlack
from ..errors import Json, SlackError
from ..workspace import User
from .call import Call, Method, page_of

_READ = ("users:read",)


async def users_info(call: Call) -> Json:
    """users.info."""
    user = call.slack.workspace.users.get(call.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": describe(call.slack, user, call.flag("include_locale"))}


async def users_list(call: Call) -> Json:
    """users.list."""
    with_locale = call.flag("include_locale")
    users = [describe(call.slack, each, with_locale) for each in call.slack.workspace.users.values()]
    page, cursor = page_of(users, call, default=1000, most=1000)
    answer = {"members": page, "cache_ts": int(call.slack.clock.now())}
    return {**answer, "response_metadata": {"next_cursor": cursor}}


async def bots_info(call: Call) -> Json:
    """bots.info."""
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


async def team_info(call: Call) -> Json:
    """team.info."""
    workspace = call.slack.workspace
    team = {
        "id": workspace.team_id,
        "name": workspace.name,
        "url": f"{call.slack.base_url}/",
        "domain": workspace.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "is_verified": False,
    }
    return {"team": team}


async def usergroups_list(call: Call) -> Json:
    """usergroups.list."""
    workspace = call.slack.workspace
    groups = []
    for each in workspace.usergroups:
        group: Json = {
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


def describe(slack: LocalSlack, user: User, with_locale: bool) -> Json:
    """A user object; the address only when the app may read it."""
    profile: Json = {
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
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_bot": bool(user.bot_id),
        "is_app_user": False,
        "updated": int(slack.clock.now()),
    }
    return {**described, "locale": user.locale} if with_locale else described


METHODS = {
    "users.info": Method(users_info, _READ),
    "users.list": Method(users_list, _READ),
    "usergroups.list": Method(usergroups_list, ("usergroups:read",)),
    "bots.info": Method(bots_info, _READ),
    "team.info": Method(team_info, ("team:read",)),
}
