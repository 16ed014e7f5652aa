"""Distributed echo app: OAuth installs it in workspaces and organisations, and it keeps their tokens."""

import re
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Org, SlackSandbox, Team

from .echo_app import add_listeners


class InstalledApp:
    """Bolt app for all workspaces; Bolt finds the token by the payload."""

    def __init__(self, slack: SlackSandbox, folder: Path) -> None:
        client = AsyncWebClient(base_url=slack.api_url)
        self.store = FileInstallationStore(base_dir=str(folder), client_id=slack.client_id)
        known = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        settings = AsyncOAuthSettings(**known, installation_store=self.store)
        self._flow = AsyncOAuthFlow(client=client, settings=settings)
        self.bolt = AsyncApp(
            name="echo", client=client, signing_secret=slack.signing_secret, installation_store=self.store
        )
        self.bolt.enable_token_revocation_listeners()
        # Bolt's context of each payload that it found a token for.
        self.contexts: list[dict[str, Any]] = []
        self.bolt.middleware(self._keep)
        add_listeners(self.bolt)
        # Bolt answers 404 without a listener.
        self.bolt.event(re.compile("."))(_hear)

    async def install(self, place: Team | Org) -> Installation:
        """Approve the app as a person, exchange the code, and store the installation."""
        installation = await self._flow.run_installation(await place.authorize())
        assert installation
        await self.store.async_save(installation)
        return installation

    async def _keep(self, context: Any, body: dict[str, Any], next: Any) -> None:
        names = ("team_id", "enterprise_id", "is_enterprise_install", "user_id", "bot_token")
        actor = ("actor_team_id", "actor_enterprise_id", "actor_user_id")
        kind = body.get("event", body).get("type") or body.get("command")
        self.contexts.append({"kind": kind, **{name: context.get(name) for name in (*names, *actor)}})
        await next()


async def _hear() -> None:
    """Acknowledge any other event."""
