"""auth.*, api.*, apps.*: who is calling, and how the app connects."""

from ..errors import Json, SlackError
from .call import Call, Method


async def auth_test(call: Call) -> Json:
    """auth.test."""
    workspace, credentials = call.slack.workspace, call.slack.credentials
    return {
        "url": f"{call.slack.base_url}/",
        "team": workspace.name,
        "user": call.slack.bot.name,
        "team_id": workspace.team_id,
        "user_id": credentials.bot_user_id,
        "bot_id": credentials.bot_id,
        "is_enterprise_install": False,
    }


async def api_test(call: Call) -> Json:
    """api.test: gives back what it was given."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.arguments))
    return {"args": dict(call.arguments)}


async def connections_open(call: Call) -> Json:
    """apps.connections.open: the address of a new Socket Mode connection."""
    ticket = call.slack.sockets.issue_ticket()
    address = call.slack.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.slack.credentials.app_id}"}


METHODS = {
    "auth.test": Method(auth_test),
    "api.test": Method(api_test, caller="anyone"),
    "apps.connections.open": Method(connections_open, caller="app"),
}
