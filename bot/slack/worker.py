"""Handling what was received: each delivery goes through Bolt's listeners, and its outcome is kept in one transaction."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackClientError

from bot.replies import render_error
from bot.slack.measures import Measures
from bot.slack.turn import Turn
from bot.store import Claimed, LeaseLostError, Store, StoreError

logger = logging.getLogger(__name__)

_AT_A_TIME: Final = 16
# Looked for even when nobody called, for what waits for its time or was another replica's.
_LOOK_AGAIN_SECONDS: Final = 0.5
# Well within the lease, so that nobody else takes the delivery meanwhile.
_HANDLING_SECONDS: Final = 15.0
# After failures that may pass by themselves: Slack or the network did not answer.
_RETRY_SECONDS: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
# Retries, and the crashes of a process for other reasons, take less than this.
_MOST_ATTEMPTS: Final = 30
_PASSING: Final = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, StoreError)


@dataclass(slots=True)
class Worker:
    """Takes deliveries from the inbox until stopped. Survives every error of the database and of the listeners."""

    app: AsyncApp
    store: Store
    measures: Measures
    # Called when the outbox has something new.
    speak: Callable[[], None]
    _awake: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _ending: bool = False
    # By the monotonic clock: when this loop last came round, and when the outcome of a delivery was last kept.
    beat: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)

    def wake(self) -> None:
        """Say that there is something to do."""
        self._awake.set()

    async def work(self) -> None:
        """Handle what is due, some at a time, until told to stop; what is being handled then comes to its end."""
        try:
            while not self._ending:
                self.beat = time.monotonic()
                self._awake.clear()
                taken = await self._take(_AT_A_TIME - len(self._running))
                for claimed in taken:
                    task = asyncio.create_task(self._handle(claimed))
                    self._running.add(task)
                    task.add_done_callback(self._finished)
                if len(self._running) >= _AT_A_TIME or not taken:
                    await self._rest()
            if self._running:
                await asyncio.wait(set(self._running))
        finally:
            for task in self._running:
                task.cancel()

    def stop(self) -> None:
        """Take nothing more."""
        self._ending = True
        self.wake()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._awake.set()

    async def _rest(self) -> None:
        # Not wait_for: before Python 3.12 it can lose a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                await self._awake.wait()

    async def _take(self, most: int) -> list[Claimed]:
        if most <= 0:
            return []
        try:
            return await self.store.claim(most)
        except StoreError as error:
            logger.warning("the inbox cannot be read, trying again: %s", error)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            return []

    async def _handle(self, claimed: Claimed) -> None:
        turn = Turn(claimed.received, claimed)
        structlog.contextvars.bind_contextvars(reference=turn.reference, team_id=claimed.received.team_id)
        try:
            async with asyncio.timeout(_HANDLING_SECONDS):
                if claimed.attempts <= _MOST_ATTEMPTS:
                    await self._listen(turn)
                else:
                    turn.error = RuntimeError("taken again and again without an end")
        except TimeoutError as error:
            turn.error = error
        try:
            await self._settle(turn, claimed)
            self.moved = time.monotonic()
        except LeaseLostError:
            # Another has it and will end it; its outcome is the one that counts.
            self.measures.handled.labels("taken").inc()
        except StoreError as error:
            # The lease runs out and the delivery is handled again, with the same keys.
            logger.warning("the outcome could not be kept, it is handled again: %s", error)
        self.measures.answered_in.observe(max(0.0, time.time() - claimed.received_at))
        self.speak()

    async def _listen(self, turn: Turn) -> None:
        body = dict(turn.received.body)
        await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, context={"turn": turn}))

    async def _settle(self, turn: Turn, claimed: Claimed) -> None:
        if turn.error is None:
            await self.store.settle(claimed, turn.outgoing, turn.changes)
            self.measures.handled.labels("done").inc()
            logger.debug("handled", extra={"attempt": claimed.attempts, "told": len(turn.outgoing)})
            if turn.decision is not None:
                self.measures.decided.labels(*turn.decision).inc()
            return
        said = f"{type(turn.error).__name__}: {turn.reference}"
        if isinstance(turn.error, _PASSING) and claimed.attempts <= len(_RETRY_SECONDS):
            logger.warning("handling failed, trying again (%s)", type(turn.error).__name__)
            await self.store.put_back(claimed, _RETRY_SECONDS[claimed.attempts - 1], said)
            self.measures.handled.labels("retried").inc()
            return
        logger.error("handling failed", exc_info=turn.error)
        await self.store.bury(claimed, said, apology(turn).outgoing)
        self.measures.handled.labels("dead").inc()


def apology(turn: Turn) -> Turn:
    """Tell whoever asked that something went wrong, and the reference under which it is found in the log."""
    body = turn.received.body
    event = body.get("event") or {}
    sorry = Turn(turn.received)
    asked = event.get("type") == "app_mention" or event.get("channel_type") == "im" or turn.received.kind != "event"
    channel_id = event.get("channel") or (body.get("channel") or {}).get("id")
    user_id = event.get("user") or (body.get("user") or {}).get("id")
    if asked and isinstance(channel_id, str) and isinstance(user_id, str):
        # A key of its own: the delivery may be handled again one day, and must then find its own keys unused.
        key = f"{turn.received.key}/sorry"
        sorry.whisper(render_error(turn.reference), channel_id, user_id, event.get("thread_ts"), key)
    return sorry
