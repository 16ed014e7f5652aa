"""Uninstallation: removing the app from a workspace or an organisation, with its events."""

from ..delivery.events import announce
from ..parsing import JsonObject
from ..state.local_slack import LocalSlack


def remove_app(slack: LocalSlack) -> None:
    """Uninstall the app from the workspace, or from the organisation where it is org-wide."""
    slack.tokens.uninstall()
    announce(slack, {"type": "app_uninstalled", "event_ts": slack.clock.next_ts()})
    announce_revocation(slack)


def leave_workspace(slack: LocalSlack) -> None:
    """Remove the app from this workspace alone: an org-wide one keeps its token and receives team_access_revoked."""
    if not slack.org_wide:
        remove_app(slack)
        return
    slack.granted = False
    revoked = {"type": "team_access_revoked", "team_ids": [slack.workspace.team_id]}
    announce(slack, {**revoked, "event_ts": slack.clock.next_ts()})


def announce_revocation(slack: LocalSlack) -> None:
    """Announce tokens_revoked for the bot's token."""
    revoked: JsonObject = {"oauth": [], "bot": [slack.credentials.bot_user_id]}
    announce(slack, {"type": "tokens_revoked", "tokens": revoked, "event_ts": slack.clock.next_ts()})
