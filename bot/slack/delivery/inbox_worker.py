"""Handling what was received: each delivery goes through Bolt's listeners, and its outcome is kept in one transaction."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackClientError

from bot.slack.context.handling import Turn, apology
from bot.slack.delivery.metrics import Measures
from bot.slack.delivery.work_loop import Rounds
from bot.store import Claimed, LeaseLostError, Store, StoreError

logger = logging.getLogger(__name__)

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
    rounds: Rounds[Claimed] = field(init=False)
    # By the monotonic clock: when the outcome of a delivery was last kept.
    moved: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Know where to take from, and what to do with it."""
        self.rounds = Rounds(
            "inbox",
            lambda most, room: self.store.claim(most, room),
            self._handle,
            lambda claimed: claimed.received.team_id,
        )

    def wake(self) -> None:
        """Say that there is something to do."""
        self.rounds.wake()

    async def work(self) -> None:
        """Handle what is due, some at a time, until told to stop; what is being handled then comes to its end."""
        await self.rounds.go()

    def stop(self) -> None:
        """Take nothing more."""
        self.rounds.stop()

    async def _handle(self, claimed: Claimed, asked: float) -> None:
        turn = Turn(claimed.received, claimed)
        structlog.contextvars.bind_contextvars(reference=turn.reference, team_id=claimed.received.team_id)
        try:
            async with asyncio.timeout_at(asked + _HANDLING_SECONDS):
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
