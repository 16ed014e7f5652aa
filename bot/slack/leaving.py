"""When a workspace takes the app away, everything of theirs goes."""

from __future__ import annotations

import logging

from bot.slack.installed import Installed
from bot.slack.speaker import Payload
from bot.slack.turn import Turn
from bot.store import Store

logger = logging.getLogger(__name__)


async def forget_workspace(store: Store, installed: Installed, turn: Turn, event: Payload) -> None:
    """Delete what is kept of the workspace, on app_uninstalled, or when the bot's own token was revoked."""
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return
    received = turn.received
    # An organisation's own deliveries carry its ID in place of a workspace's.
    whole_organisation = received.team_id == received.enterprise_id
    turn.changes.append(store.forgetting("" if whole_organisation else received.team_id, received.enterprise_id))
    installed.forget()
    logger.info("uninstalled from %s; its rows are deleted", received.team_id)
