"""Inbox worker: each delivery passes through Bolt's listeners, and its outcome is stored in one transaction."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackClientError

from bot.slack.context.handling import Handling, apology
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.work_loop import WorkLoop
from bot.slack.platform.signals import Signal
from bot.store import ClaimedDelivery, LeaseLostError, Store, StoreError

logger = logging.getLogger(__name__)

# Transient failures, which are retried.
_PASSING: Final = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, StoreError)


@dataclass(slots=True)
class InboxWorker:
    """Handles deliveries of the inbox until stopped. Survives every error of the database and of the listeners."""

    app: AsyncApp
    store: Store
    metrics: Metrics
    inbox_signal: Signal
    outbox_signal: Signal
    loop: WorkLoop[ClaimedDelivery] = field(init=False)
    # Monotonic time of the last stored outcome.
    moved: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.loop = WorkLoop(
            "inbox",
            lambda most, capacity: self.store.claim(most, capacity),
            self._handle,
            lambda claimed: claimed.delivery.team_id,
            self.inbox_signal,
            self.store.timings.poll,
        )

    async def run(self) -> None:
        """Handle due deliveries until stopped; handlings under way are finished first."""
        await self.loop.run()

    def stop(self) -> None:
        """Claim nothing more."""
        self.loop.stop()

    async def _handle(self, claimed: ClaimedDelivery, asked: float) -> None:
        handling = Handling(claimed.delivery, store=self.store, claimed=claimed)
        timings = self.store.timings
        structlog.contextvars.bind_contextvars(reference=handling.reference, team_id=claimed.delivery.team_id)
        try:
            async with asyncio.timeout_at(asked + timings.handling):
                if claimed.attempts <= timings.handling_attempts:
                    await self._listen(handling)
                else:
                    handling.error = RuntimeError("taken again and again without an end")
        except TimeoutError as error:
            handling.error = error
        try:
            await self._settle(handling, claimed)
            self.moved = time.monotonic()
        except LeaseLostError:
            # Another worker holds the lease now; its outcome counts.
            self.metrics.handled.labels("taken").inc()
        except StoreError as error:
            # The lease runs out and the delivery is handled again, with the same keys.
            logger.warning("the outcome could not be stored, retry follows after the lease: %s", error)
        self.metrics.answered_in.observe(max(0.0, time.time() - claimed.received_at))
        self.outbox_signal()

    async def _listen(self, handling: Handling) -> None:
        body = dict(handling.delivery.body)
        await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, context={"handling": handling}))

    async def _settle(self, handling: Handling, claimed: ClaimedDelivery) -> None:
        if handling.error is None:
            await self.store.complete(claimed, handling.calls, handling.changes)
            self.metrics.handled.labels("done").inc()
            logger.debug("handled", extra={"attempt": claimed.attempts, "told": len(handling.calls)})
            if handling.decision is not None:
                self.metrics.decided.labels(*handling.decision).inc()
            return
        said = f"{type(handling.error).__name__}: {handling.reference}"
        retries = self.store.timings.handling_retries
        if isinstance(handling.error, _PASSING) and claimed.attempts <= len(retries):
            logger.warning("handling failed, retry follows (%s)", type(handling.error).__name__)
            await self.store.reschedule(claimed, retries[claimed.attempts - 1], said)
            self.metrics.handled.labels("retried").inc()
            return
        logger.error("handling failed, dead letter", exc_info=handling.error)
        await self.store.dead_letter(claimed, said, apology(handling).calls)
        self.metrics.handled.labels("dead").inc()
