"""After an outage: reading in Slack what was not heard, since the channel was last heard from."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installed import Installed
from bot.store import Received, Store, StoreError

logger = logging.getLogger(__name__)

# Nobody waits for an answer to what is older.
_FURTHEST_SECONDS: Final = 86_400.0
# Clocks differ, and what was on its way when the line went dead is older than that moment.
_MARGIN_SECONDS: Final = 120.0
# The fewest messages that Slack gives any app at once.
_PAGE: Final = 15
_TRY_AGAIN_SECONDS: Final = 30.0
_NOT_OURS: Final = {"not_in_channel", "channel_not_found", "missing_scope", "is_archived", "thread_not_found"}


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, and from when on it is to be read (seconds since 1970 by Slack's clock)."""

    team_id: str
    enterprise_id: str
    channel_id: str
    since: float


@dataclass(slots=True)
class CatchingUp:
    """Reads channels again when there was a time in which nothing could be heard. What was heard is not kept twice."""

    store: Store
    installed: Installed
    # Called when something was found.
    wake: Callable[[], None]
    _since: float | None = None
    _missed: asyncio.Event = field(default_factory=asyncio.Event)

    def missed(self, since: float | None = None) -> None:
        """Say that messages may have been missed since then (seconds since 1970), by default since about now."""
        since = (time.time() if since is None else since) - _MARGIN_SECONDS
        self._since = since if self._since is None else min(self._since, since)
        self._missed.set()

    async def places(self) -> list[Place]:
        """Where the bot has listened, and how far. To be asked before new messages come in."""
        return [Place(team, org, channel, float(ts)) for team, org, channel, ts in await self.store.heard()]

    async def run(self, first: list[Place]) -> None:
        """Catch up once, and again whenever something was missed, until cancelled."""
        places = first
        while True:
            try:
                for place in places:
                    await self._read(place)
            except (StoreError, SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                logger.warning("catching up failed (%s), trying again", type(error).__name__)
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
                continue
            places = await self._next()

    async def _next(self) -> list[Place]:
        while True:
            await self._missed.wait()
            since, self._since = self._since, None
            self._missed.clear()
            try:
                heard = await self.places()
            except StoreError as error:
                logger.warning("catching up failed (%s), trying again", error)
                self.missed(since)
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
                continue
            return [Place(each.team_id, each.enterprise_id, each.channel_id, since or 0.0) for each in heard]

    async def _read(self, place: Place) -> None:
        client = await self.installed.client_of(place.team_id, place.enterprise_id)
        found = await self.installed.find(place.team_id, place.enterprise_id)
        if client is None or found is None:
            return
        since = max(place.since, time.time() - _FURTHEST_SECONDS)
        threads = set(await self.store.threads_since(place.team_id, place.channel_id, since - _FURTHEST_SECONDS))
        new = 0
        async for message in _messages(
            client, "conversations.history", channel=place.channel_id, oldest=f"{since:.6f}"
        ):
            new += await self._keep(place, message, found.bot_user_id)
            if message.get("reply_count"):
                threads.add(message["ts"])
        for thread_ts in sorted(threads):
            replies = _messages(
                client, "conversations.replies", channel=place.channel_id, ts=thread_ts, oldest=f"{since:.6f}"
            )
            async for message in replies:
                if float(message["ts"]) > since:
                    new += await self._keep(place, message, found.bot_user_id)
        if new:
            logger.info("caught up with %d messages", new)
            self.wake()

    async def _keep(self, place: Place, message: dict[str, Any], bot_user_id: str) -> int:
        """Keep a message as the event it would have been; 1 when it is new."""
        if message.get("bot_id") or not message.get("user") or message["user"] == bot_user_id:
            return 0
        # Slack tells of a mention twice, and the bot answers the event that is about it.
        name = "app_mention" if f"<@{bot_user_id}" in (message.get("text") or "") else "message"
        channel_type = "im" if place.channel_id.startswith("D") else "channel"
        event = {**message, "type": name, "channel": place.channel_id, "event_ts": message["ts"]}
        if name == "message":
            event["channel_type"] = channel_type
        body = {
            "type": "event_callback",
            "team_id": place.team_id,
            "enterprise_id": place.enterprise_id or None,
            "event_id": f"found-{place.channel_id}-{message['ts']}",
            "event": event,
            "authorizations": [
                {
                    "team_id": place.team_id,
                    "enterprise_id": place.enterprise_id or None,
                    "user_id": bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
        }
        key = f"{name}/{place.channel_id}/{message['ts']}"
        received = Received(
            place.team_id, place.enterprise_id, key, "event", body, place.channel_id, str(message["ts"])
        )
        return int(await self.store.keep(received))


async def _messages(client: AsyncWebClient, method: str, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
    """All messages of a channel or thread, waiting as long as Slack asks for. Nothing where the bot may not read."""
    arguments |= {"limit": _PAGE}
    while True:
        try:
            answer = await client.api_call(method, params=arguments)
        except SlackApiError as error:
            said = error.response.get("error")
            if said in _NOT_OURS:
                return
            if said == "ratelimited":
                await asyncio.sleep(float(error.response.headers.get("Retry-After", _TRY_AGAIN_SECONDS)))
                continue
            raise
        for message in answer.get("messages") or []:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        arguments["cursor"] = cursor
