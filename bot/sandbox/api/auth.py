"""Methods auth.* and api.test: the identity behind a token."""

from ..actions.uninstall import announce_revocation
from ..parsing import JsonObject
from ..state.errors import SlackError
from .method_call import Method, MethodCall, paginate


async def auth_test(call: MethodCall) -> JsonObject:
    """Serve auth.test."""
    workspace, enterprise = call.slack.workspace, call.slack.workspace.enterprise
    answer: JsonObject = {
        "url": f"{call.slack.base_url}/",
        "team": workspace.name,
        "user": workspace.users[call.user_id].name,
        "team_id": workspace.team_id,
        "user_id": call.user_id,
        "is_enterprise_install": call.slack.org_wide,
    }
    if enterprise:
        answer["enterprise_id"] = enterprise.enterprise_id
    # Not confirmed: that an org-wide token's team is the organisation.
    if enterprise and call.slack.org_wide and not call.person:
        answer |= {"team": enterprise.name, "team_id": enterprise.enterprise_id}
    return answer if call.person else {**answer, "bot_id": call.slack.credentials.bot_id}


async def api_test(call: MethodCall) -> JsonObject:
    """Serve api.test, which echoes its arguments."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.arguments))
    return {"args": dict(call.arguments)}


async def list_teams(call: MethodCall) -> JsonObject:
    """Serve auth.teams.list: the workspaces that the token is valid for."""
    teams = [{"id": each.workspace.team_id, "name": each.workspace.name} for each in call.slack.org_installations]
    page, cursor = paginate(teams, call, default=100, most=1000)
    return {"teams": page, "response_metadata": {"next_cursor": cursor}}


async def revoke(call: MethodCall) -> JsonObject:
    """Serve auth.revoke, for the token that calls."""
    if call.flag("test"):
        return {"revoked": False}
    call.slack.tokens.revoke(call.token)
    announce_revocation(call.slack)
    return {"revoked": True}


METHODS = {
    "auth.test": Method(handle=auth_test, takes_people=True),
    "api.test": Method(handle=api_test, caller="anyone"),
    "auth.teams.list": Method(handle=list_teams),
    "auth.revoke": Method(handle=revoke),
}
