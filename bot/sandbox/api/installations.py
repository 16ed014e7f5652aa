"""Methods auth.teams.list and apps.event.authorizations.list: the app's installations."""

from ..delivery.event_payloads import describe_authorization, installations_seeing
from ..parsing import JsonObject
from .method_call import Method, MethodCall, paginate


async def list_teams(call: MethodCall) -> JsonObject:
    """Serve auth.teams.list: the workspaces that the token is valid for."""
    teams = [{"id": each.workspace.team_id, "name": each.workspace.name} for each in call.slack.org_installations]
    page, cursor = paginate(teams, call, default=100, most=1000)
    return {"teams": page, "response_metadata": {"next_cursor": cursor}}


async def list_authorizations(call: MethodCall) -> JsonObject:
    """Serve apps.event.authorizations.list, with the app-level token.

    A manifest cannot say which scopes that token has; the sandbox's has authorizations:read.
    """
    installed = installations_seeing(call.slack, call.required("event_context"))
    page, cursor = paginate([describe_authorization(each) for each in installed], call, default=100, most=1000)
    return {"authorizations": page, "response_metadata": {"next_cursor": cursor}}


METHODS = {
    "auth.teams.list": Method(handle=list_teams),
    "apps.event.authorizations.list": Method(handle=list_authorizations, caller="app"),
}
