"""Backfill after an outage: reads from Slack the messages that came behind each channel's cursor.

A read costs one call for each channel, one more for each 200 messages that were missed there, and one for each
thread with new replies; it needs no scope beyond those for hearing messages.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.platform.history import read_pages
from bot.slack.platform.installations import Installations
from bot.slack.platform.message_events import is_written, make_event, missed_events
from bot.slack.platform.signals import Signal
from bot.store import Json, Store, StoreError

logger = logging.getLogger(__name__)

# Messages older than this are not backfilled: nobody waits for an answer any more.
_FURTHEST_SECONDS: Final = 86_400.0
# Threads in which the bot posted and that are older than the channel's latest page.
_FURTHER_THREADS: Final = 10
# Transient errors of Slack; all others are permanent.
_PASSING: Final = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
EVERYWHERE: Final = ""
_ALL: Final = (EVERYWHERE, "")


@dataclass(frozen=True, slots=True)
class ChannelCursor:
    """A channel, and from when on it is to be read (seconds since 1970 by Slack's clock)."""

    team_id: str
    enterprise_id: str
    channel_id: str
    since: float


@dataclass(slots=True)
class Backfill:
    """Reads channels again after a gap; messages that were received already meet their own keys."""

    store: Store
    installations: Installations
    inbox_signal: Signal
    # Earliest missed time by workspace.
    _since: dict[str, float] = field(default_factory=dict)
    _missed: asyncio.Event = field(default_factory=asyncio.Event)

    def missed(self, since: float | None = None, team_id: str = EVERYWHERE) -> None:
        """Request a backfill from then on (seconds since 1970), by default from about now."""
        since = time.time() if since is None else since
        self._since[team_id] = min(since, self._since.get(team_id, since))
        self.store.backfilling.add((team_id, ""))
        self._missed.set()

    async def cursors(self) -> list[ChannelCursor]:
        """Read the cursors of all channels, before new messages come in.

        From here on nothing new moves that, until the place has been read. Other replicas need not know: one that
        listened all the time has missed nothing, and one that did not holds the place for itself.
        """
        self.store.backfilling.add(_ALL)
        return [
            ChannelCursor(team, org, channel, float(ts))
            for team, org, channel, ts in await self.store.channel_cursors()
        ]

    async def run(self, first: list[ChannelCursor]) -> None:
        """Backfill once, and again after each gap, until cancelled."""
        cursors = first
        while True:
            cursors.sort(key=lambda cursor: (cursor.team_id, cursor.channel_id))
            self._hold(cursors)
            # One task for each workspace: a rate-limited one keeps no other waiting.
            async with asyncio.TaskGroup() as group:
                for _, theirs in groupby(cursors, lambda cursor: cursor.team_id):
                    group.create_task(self._read_all(list(theirs)))
            cursors = await self._next()

    def _hold(self, cursors: list[ChannelCursor]) -> None:
        """Hold these places, each until it has been read, and what was missed since."""
        self.store.backfilling.clear()
        self.store.backfilling.update((cursor.team_id, cursor.channel_id) for cursor in cursors)
        self.store.backfilling.update((team_id, "") for team_id in self._since)

    async def _next(self) -> list[ChannelCursor]:
        while True:
            await self._missed.wait()
            try:
                channel_cursors = await self.cursors()
            except StoreError as error:
                logger.warning("backfill has to wait: %s", error)
                await asyncio.sleep(self.store.timings.backfill_retry)
                continue
            since, self._since = self._since, {}
            self._missed.clear()
            everywhere = since.get(EVERYWHERE)
            found = []
            for each in channel_cursors:
                times = [then for then in (everywhere, since.get(each.team_id)) if then is not None]
                if times:
                    found.append(ChannelCursor(each.team_id, each.enterprise_id, each.channel_id, min(times)))
            return found

    async def _read_all(self, cursors: list[ChannelCursor]) -> None:
        structlog.contextvars.bind_contextvars(team_id=cursors[0].team_id)
        for cursor in cursors:
            while True:
                try:
                    await self.read_channel(cursor)
                    break
                except SlackApiError as error:
                    said = str(error.response.get("error") or "")
                    if error.response.status_code < 500 and said not in _PASSING:
                        logger.warning("backfill of a channel is refused: Slack says %s", said)
                        break
                    logger.warning("backfill of a channel failed, retry follows: Slack says %s", said or "nothing")
                except (StoreError, SlackClientError, aiohttp.ClientError, OSError, ValueError) as error:
                    logger.warning("backfill of a channel failed, retry follows (%s)", type(error).__name__)
                await asyncio.sleep(self.store.timings.backfill_retry)
            self.store.backfilling.discard((cursor.team_id, cursor.channel_id))

    async def read_channel(self, cursor: ChannelCursor) -> None:
        """Store what was missed in a channel. Raises slack_sdk's errors and StoreError."""
        client = await self.installations.client_of(cursor.team_id, cursor.enterprise_id)
        found = await self.installations.find(cursor.team_id, cursor.enterprise_id)
        if client is None or found is None:
            return
        since = max(cursor.since - self.store.timings.backfill_margin, time.time() - _FURTHEST_SECONDS)
        messages = [message async for message in read_pages(client, cursor.channel_id, since)]
        written = [message for message in messages if float(message["ts"]) > since]
        for thread_ts in await self._threads(cursor, messages, since):
            replies = read_pages(client, cursor.channel_id, since, thread_ts)
            written += [message async for message in replies if float(message["ts"]) > since]
        new = 0
        for message in sorted(written, key=lambda each: float(each["ts"])):
            if is_written(message, found.bot_user_id):
                new += await self._keep(cursor, message, found.bot_user_id)
        if new:
            logger.info("backfill found %d messages", new)
            self.inbox_signal()

    async def _threads(self, cursor: ChannelCursor, messages: list[Json], since: float) -> list[str]:
        """List the threads with new replies, and the latest of the bot's own that are too far back to be seen."""
        known = {str(message["ts"]) for message in messages}
        spoken = await self.store.threads_since(cursor.team_id, cursor.channel_id, since - _FURTHEST_SECONDS)
        further = sorted(set(spoken) - known, key=float, reverse=True)[:_FURTHER_THREADS]
        return [str(each["ts"]) for each in messages if float(each.get("latest_reply") or 0) > since] + further

    async def _keep(self, cursor: ChannelCursor, message: Json, bot_user_id: str) -> int:
        """Store a message as the events that Slack would have sent; 1 when one of them is new."""
        new = 0
        for name in missed_events(message, cursor.channel_id, bot_user_id):
            kept = await self.store.receive(
                make_event(name, message, cursor.team_id, cursor.enterprise_id, cursor.channel_id, bot_user_id)
            )
            if not kept and "edited" in message:
                # The first version was handled already; edits are not backfilled.
                break
            new |= kept
        return int(new)
