"""Rotation of bot tokens: apps that Slack gives tokens for twelve hours, and refresh tokens for the next.

https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.platform.web_client import UnreadableAnswerError
from bot.store import Installation, Store

logger = logging.getLogger(__name__)

# Before its end a token is refreshed while the old one still works; slack_sdk begins as early.
EARLY_SECONDS: Final = 7_200.0
# For which one replica has the refreshing for itself; a refresh token works once.
_LEASE_SECONDS: Final = 20.0
# Slack's words for what another try may mend.
_PASSING: Final = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_WAIT_SECONDS: Final = 0.5
_WAITS: Final = 5


@dataclass(frozen=True, slots=True)
class TokenRotation:
    """Refreshing of the tokens in the store, by one replica at a time."""

    settings: Settings
    store: Store
    client: AsyncWebClient
    now: Callable[[], float] = time.time

    async def refresh(self, found: Installation) -> Installation:
        """Return the installation with a token that works for a while, which may be as it was found.

        Raises TimeoutError when the token is over and no new one came: the delivery is then handled later. When Slack
        refuses to refresh it for good, as it does after the app was uninstalled, the old one is returned: its calls fail.
        """
        if found.expires_at is None or found.expires_at - self.now() > EARLY_SECONDS:
            return found
        if await self.store.claim_refresh(found, _LEASE_SECONDS):
            fresh = await self._ask(found)
        elif not self._works(found):
            fresh = await self._await_other(found)
        else:
            fresh = None
        if fresh is None and not self._works(found):
            raise TimeoutError("the token of a workspace has ended, and Slack has not given the next one yet")
        return fresh or found

    def _works(self, found: Installation) -> bool:
        return found.expires_at is None or found.expires_at > self.now()

    async def _ask(self, found: Installation) -> Installation | None:
        """Have Slack exchange the refresh token, and store what it gives; None when another try may give one.

        Returns what was found when Slack refuses for good.
        """
        if not (self.settings.slack_client_id and self.settings.slack_client_secret):
            logger.error("the token of a workspace ends; set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET to refresh it")
            return None
        try:
            told = await self.client.api_call(
                "oauth.v2.access",
                data={
                    "client_id": self.settings.slack_client_id,
                    "client_secret": self.settings.slack_client_secret,
                    "grant_type": "refresh_token",
                    "refresh_token": found.refresh_token,
                },
            )
        except SlackApiError as error:
            return found if _is_final(found, str(error.response.get("error"))) else None
        except (TimeoutError, OSError, UnreadableAnswerError) as error:
            logger.warning("the token of a workspace could not be refreshed yet (%s)", type(error).__name__)
            return None
        fresh = replace(
            found,
            bot_token=str(told["access_token"]),
            refresh_token=str(told["refresh_token"]),
            expires_at=self.now() + float(told["expires_in"]),
        )
        await self.store.install(fresh)
        logger.info("a token was refreshed", extra={"team_id": found.team_id or found.enterprise_id})
        return fresh

    async def _await_other(self, found: Installation) -> Installation | None:
        """Wait for the token that another replica is just fetching."""
        for _ in range(_WAITS):
            await asyncio.sleep(_WAIT_SECONDS)
            other = await self.store.installation(found.team_id, found.enterprise_id)
            if other is not None and self._works(other):
                return other
        return None


def _is_final(found: Installation, word: str) -> bool:
    """Tell whether Slack's word means that no other try will help, and log it."""
    place = {"team_id": found.team_id or found.enterprise_id}
    if word in _PASSING:
        logger.warning("the token of a workspace could not be refreshed yet (%s)", word, extra=place)
        return False
    logger.error(
        "Slack refuses to refresh the token of a workspace (%s); have it install the app again", word, extra=place
    )
    return True
