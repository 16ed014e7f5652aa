"""Methods apps.*: Socket Mode connections, authorizations of an event, and uninstalling."""

from ..actions.uninstall import remove_app
from ..delivery.event_payloads import describe_authorization, installations_seeing
from ..parsing import JsonObject
from .method_call import Method, MethodCall, paginate
from .oauth import check_client


async def connections_open(call: MethodCall) -> JsonObject:
    """Serve apps.connections.open: issue the address of a new Socket Mode connection."""
    ticket = call.slack.sockets.issue_ticket()
    address = call.slack.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.slack.credentials.app_id}"}


async def list_authorizations(call: MethodCall) -> JsonObject:
    """Serve apps.event.authorizations.list, with the app-level token.

    A manifest cannot say which scopes that token has; the sandbox's has authorizations:read.
    """
    installed = installations_seeing(call.slack, call.required("event_context"))
    page, cursor = paginate([describe_authorization(each) for each in installed], call, default=100, most=1000)
    return {"authorizations": page, "response_metadata": {"next_cursor": cursor}}


async def uninstall(call: MethodCall) -> JsonObject:
    """Serve apps.uninstall: app_uninstalled and tokens_revoked follow, and no token stays valid."""
    check_client(call)
    remove_app(call.slack)
    return {}


METHODS = {
    "apps.connections.open": Method(handle=connections_open, caller="app"),
    "apps.event.authorizations.list": Method(handle=list_authorizations, caller="app"),
    "apps.uninstall": Method(handle=uninstall),
}
