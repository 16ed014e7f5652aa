"""OAuth for further workspaces: /slack/install, Slack's own page, and /slack/oauth_redirect."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp
import yaml
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.settings import MANIFEST, Settings
from bot.slack.platform.installations import Installations
from bot.store import Installation, Store, StoreError

logger = logging.getLogger(__name__)

# Seconds for which Slack's page may stay open before somebody allows the app.
STATE_SECONDS: Final = 600


@dataclass(slots=True)
class SignedStates(AsyncOAuthStateStore):
    """Signed states, which any replica can verify: the time at which they end, and a signature over it.

    Bolt ties a state to the browser by a cookie, and Slack takes a code once; nothing needs to be remembered.
    """

    secret: str

    async def async_issue(self, *_args: object, **_more: object) -> str:
        """Make a state that is good for STATE_SECONDS."""
        said = f"{int(time.time()) + STATE_SECONDS}.{secrets.token_urlsafe(16)}"
        return f"{said}.{self._sign(said)}"

    async def async_consume(self, state: str) -> bool:
        """Return True for a state of ours that has not expired."""
        said, _, signature = state.rpartition(".")
        ends = said.partition(".")[0]
        genuine = hmac.compare_digest(signature.encode(), self._sign(said).encode())
        return genuine and ends.isdecimal() and time.time() < int(ends)

    def _sign(self, said: str) -> str:
        return hmac.new(self.secret.encode(), f"install {said}".encode(), hashlib.sha256).hexdigest()


@dataclass(slots=True)
class StoredInstallations(AsyncInstallationStore):
    """Bolt's installation store on ours."""

    store: Store
    installations: Installations

    async def async_save(self, installation: SlackInstallation) -> None:
        """Store a workspace's token, or an organisation's. Raises BoltError with the reason."""
        kept = Installation(
            "" if installation.is_enterprise_install else installation.team_id or "",
            installation.enterprise_id or "",
            installation.bot_token or "",
            installation.bot_user_id or "",
            installation.bot_id or "",
            ",".join(installation.bot_scopes or []),
            installation.bot_refresh_token or "",
            installation.bot_token_expires_at,
        )
        if not kept.bot_token or not kept.bot_user_id or not (kept.team_id or kept.enterprise_id):
            raise BoltError("Slack named no workspace, no bot or no token.")
        try:
            await self.store.install(kept)
        except StoreError as error:
            logger.warning("an installation could not be kept: %s", error)
            raise BoltError(str(error)) from error
        self.installations.forget()
        logger.info("installed", extra={"team_id": kept.team_id or kept.enterprise_id})


def oauth_routes(settings: Settings, store: Store, installations: Installations) -> list[web.RouteDef]:
    """Make the two pages, when SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are set."""
    if not (settings.slack_client_id and settings.slack_client_secret):
        return []
    scopes = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]
    flow = AsyncOAuthFlow(
        client=installations.client,
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            scopes=scopes,
            user_scopes=[],
            installation_store=StoredInstallations(store, installations),
            state_store=SignedStates(settings.slack_client_secret),
            state_expiration_seconds=STATE_SECONDS,
        ),
    )
    return [
        web.get(flow.install_path, _page(flow.handle_installation)),
        web.get(flow.redirect_uri_path, _page(flow.handle_callback)),
    ]


def _page(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def show(request: web.Request) -> web.Response:
        try:
            return await to_aiohttp_response(await handle(await to_bolt_request(request)))
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            logger.warning("Slack did not answer while the app was being installed (%s)", type(error).__name__)
            return web.Response(status=502, text="Slack does not answer. Please begin again in a few minutes.")

    return show
