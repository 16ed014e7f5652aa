"""Methods oauth.v2.access, auth.revoke and apps.uninstall: installing and removing the app."""

from ..actions.bot_user import admit_bot
from ..delivery.events import announce
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.tokens import TOKEN_SECONDS
from .method_call import Method, MethodCall


async def oauth_v2_access(call: MethodCall) -> JsonObject:
    """Serve oauth.v2.access: exchange a code, or a refresh token, for a token."""
    _check_client(call)
    if call.text("grant_type", "authorization_code") == "refresh_token":
        if not call.slack.manifest.token_rotation:
            raise SlackError("token_rotation_not_enabled")
        refresh_token = call.text("refresh_token")
        matching = (each for each in call.slack.installations if each.tokens.redeem_refresh_token(refresh_token))
        refusal = "invalid_refresh_token"
    else:
        if not call.text("code"):
            raise SlackError("no_code")
        matching = (each for each in call.slack.installations if each.tokens.redeem_code(call.text("code")))
        refusal = "invalid_code"
    # Only the first, since all workspaces of an org-wide app share the code.
    installed = next(matching, None)
    if installed is None:
        raise SlackError(refusal)
    for each in installed.org_installations:
        admit_bot(each)
    return _installation(installed)


async def uninstall(call: MethodCall) -> JsonObject:
    """Serve apps.uninstall: app_uninstalled and tokens_revoked follow, and no token stays valid."""
    _check_client(call)
    remove_app(call.slack)
    return {}


async def revoke(call: MethodCall) -> JsonObject:
    """Serve auth.revoke, for the token that calls."""
    if call.flag("test"):
        return {"revoked": False}
    call.slack.tokens.revoke(call.token)
    _tell_revoked(call.slack)
    return {"revoked": True}


def remove_app(slack: LocalSlack) -> None:
    """Uninstall the app from the workspace, or from the organisation where it is org-wide."""
    slack.tokens.uninstall()
    announce(slack, {"type": "app_uninstalled", "event_ts": slack.clock.next_ts()})
    _tell_revoked(slack)


def leave_workspace(slack: LocalSlack) -> None:
    """Remove the app from this workspace alone: an org-wide one keeps its token and receives team_access_revoked."""
    if not slack.org_wide:
        remove_app(slack)
        return
    slack.granted = False
    revoked = {"type": "team_access_revoked", "team_ids": [slack.workspace.team_id]}
    announce(slack, {**revoked, "event_ts": slack.clock.next_ts()})


def _tell_revoked(slack: LocalSlack) -> None:
    revoked: JsonObject = {"oauth": [], "bot": [slack.credentials.bot_user_id]}
    announce(slack, {"type": "tokens_revoked", "tokens": revoked, "event_ts": slack.clock.next_ts()})


def _check_client(call: MethodCall) -> None:
    credentials = call.slack.credentials
    if call.text("client_id") != credentials.client_id:
        raise SlackError("invalid_client_id")
    if call.text("client_secret") != credentials.client_secret:
        raise SlackError("bad_client_secret")


def _installation(slack: LocalSlack) -> JsonObject:
    enterprise = slack.workspace.enterprise
    answer: JsonObject = {
        "app_id": slack.credentials.app_id,
        "authed_user": {"id": slack.workspace.people()[0].user_id},
        "scope": ",".join(sorted(slack.manifest.bot_scopes)),
        "token_type": "bot",
        "access_token": slack.tokens.current,
        "bot_user_id": slack.credentials.bot_user_id,
        "team": None if slack.org_wide else {"id": slack.workspace.team_id, "name": slack.workspace.name},
        "enterprise": {"id": enterprise.enterprise_id, "name": enterprise.name} if enterprise else None,
        "is_enterprise_install": slack.org_wide,
    }
    if slack.tokens.rotating:
        answer |= {"refresh_token": slack.tokens.refresh_token, "expires_in": TOKEN_SECONDS}
    return answer


METHODS = {
    "oauth.v2.access": Method(handle=oauth_v2_access, caller="anyone"),
    "apps.uninstall": Method(handle=uninstall),
    "auth.revoke": Method(handle=revoke),
}
