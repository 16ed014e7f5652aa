"""Method oauth.v2.access: installing the app, and rotating its token."""

from ..actions.bot_user import admit_bot
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.tokens import TOKEN_SECONDS
from .method_call import Method, MethodCall


async def oauth_v2_access(call: MethodCall) -> JsonObject:
    """Serve oauth.v2.access: exchange a code, or a refresh token, for a token."""
    check_client(call)
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


def check_client(call: MethodCall) -> None:
    """Check the client ID and secret; SlackError `invalid_client_id` or `bad_client_secret`."""
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
}
