"""Installations of the bot, and the Web API clients with their tokens."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import Final

from cachetools import TTLCache
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings, SettingsError
from bot.slack.platform.token_rotation import TokenRotation
from bot.slack.platform.web_client import StrictWebClient, UnreadableAnswerError
from bot.store import AT_WORK, Installation, Store

_KNOWN_SECONDS: Final = 30
# Seconds for which a command that arrives during the start is kept waiting.
_STARTING_SECONDS: Final = 2.0


@dataclass(slots=True)
class Installations:
    """The bot's token in each workspace: the one of the settings, and those in the store."""

    settings: Settings
    store: Store
    client: AsyncWebClient
    _rotation: TokenRotation = field(init=False)
    # None when the settings have no token, and all workspaces are in the store.
    _own: asyncio.Future[Installation | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    _known: TTLCache[tuple[str, str], Installation] = field(default_factory=lambda: TTLCache(10_000, _KNOWN_SECONDS))

    def __post_init__(self) -> None:
        """Refresh rotated tokens with the same client."""
        self._rotation = TokenRotation(self.settings, self.store, self.client)

    async def introduce(self) -> None:
        """Try both tokens of the settings once: with a wrong one, slack_sdk's Socket Mode client would try for ever.

        Raises SettingsError for a token that Slack refuses, and OSError when Slack cannot be reached.
        """
        if not self.settings.slack_bot_token:
            self._own.set_result(None)
            return
        name = "SLACK_BOT_TOKEN"
        try:
            told = await self.client.auth_test(token=self.settings.slack_bot_token)
            if self.settings.slack_app_token:
                name = "SLACK_APP_TOKEN"
                await self.client.apps_connections_open(app_token=self.settings.slack_app_token)
        except SlackApiError as error:
            reason = error.response.get("error")
            raise SettingsError(f"Slack refuses {name} ({reason}); copy it again from your app's pages.") from error
        except (TimeoutError, UnreadableAnswerError) as error:
            raise OSError(f"no answer from {self.settings.slack_api_url}") from error
        own = Installation(
            "" if told.get("is_enterprise_install") else told["team_id"],
            told.get("enterprise_id") or "",
            self.settings.slack_bot_token,
            told["user_id"],
            told.get("bot_id") or "",
            str(told.headers.get("x-oauth-scopes") or "").replace(" ", ""),
        )
        self._own.set_result(own)

    async def find(self, team_id: str, enterprise_id: str) -> Installation | None:
        """Return who the bot is in a workspace; None where it is not installed. Raises StoreError and TimeoutError."""
        async with asyncio.timeout(_STARTING_SECONDS):
            own = await asyncio.shield(self._own)
        if own is not None:
            whole_organisation = not own.team_id and own.enterprise_id == (enterprise_id or team_id)
            if own.team_id == team_id or whole_organisation:
                return own
        place = (team_id, enterprise_id)
        found = self._known.get(place)
        # Only installations that exist are cached: another replica may install the app at any moment.
        if found is None and (found := await self.store.installation(*place)) is not None:
            found = self._known[place] = await self._rotation.refresh(found)
        return found

    def forget(self) -> None:
        """Ask the store again, after somebody uninstalled the app."""
        self._known.clear()

    async def authorize(self, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """Return the bot's identity in a delivery's workspace, for Bolt."""
        found = await self.find(team_id or enterprise_id or "", enterprise_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            # Empty where Slack did not say.
            bot_scopes=found.scopes.split(",") if found.scopes else None,
        )

    async def client_of(self, team_id: str, enterprise_id: str) -> AsyncWebClient | None:
        """Return the client of a workspace; None where the app is not installed."""
        found = await self.find(team_id, enterprise_id)
        return None if found is None else make_client(self.settings, found.bot_token, self.client)


def make_client(
    settings: Settings, token: str | None, like: AsyncWebClient | None = None, seconds: float = AT_WORK.call
) -> AsyncWebClient:
    """Make a Web API client that never retries by itself: a repeated chat.postMessage is a message posted twice.

    Session and timeout are those of the client that it is `like`, else a request may take `seconds`.
    """
    return StrictWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=like.timeout if like else math.ceil(seconds),
        retry_handlers=[],
        session=like.session if like else None,
    )
