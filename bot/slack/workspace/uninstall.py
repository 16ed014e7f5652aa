"""Deletion of everything of a workspace that uninstalls the app."""

from __future__ import annotations

import logging
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context.handling import Handling
from bot.slack.platform.installations import Installations
from bot.slack.platform.payloads import UninstallEvent

logger = logging.getLogger(__name__)

# Slack's errors for a token that was revoked.
_GONE: Final = {"account_inactive", "token_revoked", "invalid_auth", "not_authed", "app_not_installed", "token_expired"}


async def handle_uninstall(installations: Installations, handling: Handling, event: UninstallEvent) -> None:
    """Delete everything of the workspace, on app_uninstalled or when the bot's own token was revoked.

    Such a delivery may come late, or twice; when the app was installed again meanwhile, nothing is deleted.
    """
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return
    delivery = handling.delivery
    # The token as it is now, which may be newer than the one remembered.
    installations.forget()
    client = await installations.client_of(delivery.team_id, delivery.enterprise_id)
    dead_token = "" if client is None else str(client.token)
    if client is not None and await _works(client):
        logger.info("heard of being uninstalled, but the token still works; nothing is deleted")
        return
    # An organisation's own deliveries carry its ID in place of a workspace's.
    whole_organisation = delivery.team_id == delivery.enterprise_id
    team_id = "" if whole_organisation else delivery.team_id
    # The app may be installed again before this is committed.
    handling.changes.append(handling.store.workspace_deletion(team_id, delivery.enterprise_id, dead_token))
    installations.forget()
    logger.info("uninstalled; the workspace's rows are deleted")


async def _works(client: AsyncWebClient) -> bool:
    try:
        await client.auth_test()
    except SlackApiError as error:
        if error.response.get("error") in _GONE:
            return False
        raise
    return True
