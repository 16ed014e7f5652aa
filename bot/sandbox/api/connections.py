"""Methods auth.test, api.test and apps.connections.open."""

from ..parsing import JsonObject
from ..state.errors import SlackError
from .method_call import Method, MethodCall


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


async def connections_open(call: MethodCall) -> JsonObject:
    """Serve apps.connections.open: issue the address of a new Socket Mode connection."""
    ticket = call.slack.sockets.issue_ticket()
    address = call.slack.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.slack.credentials.app_id}"}


METHODS = {
    "auth.test": Method(handle=auth_test, takes_people=True),
    "api.test": Method(handle=api_test, caller="anyone"),
    "apps.connections.open": Method(handle=connections_open, caller="app"),
}
