"""Health pages for whoever runs the bot: /healthz, /readyz and Prometheus' /metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.slack.delivery.inbox_worker import InboxWorker
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import OutboxSender
from bot.store import Counts, Store, StoreError


@dataclass(slots=True)
class Health:
    """Health of the loops, the store and the connection."""

    store: Store
    worker: InboxWorker
    sender: OutboxSender
    metrics: Metrics
    # Whether Slack can reach the bot.
    connected: Callable[[], bool]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the three pages."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.serve_metrics),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """Answer 200 while work moves, 503 when it is stalled, so that a restart may help."""
        behind = time.monotonic() - min(self.worker.loop.heartbeat, self.sender.loop.heartbeat)
        if behind > self.store.timings.heartbeat:
            return _said("stalled", f"no round for {behind:.0f} s")
        try:
            due = (await self._counts()).due_seconds
        except StoreError:
            # A restart would not bring the database back.
            return _said("ok", "the database does not answer", status=200)
        for table, moved in (("inbox", self.worker.moved), ("outbox", self.sender.moved)):
            # A backlog is not stalled while rows are being completed.
            still = min(due[table], time.monotonic() - moved)
            if still > self.store.timings.stalled:
                return _said("stalled", f"nothing of the {table} was done for {still:.0f} s, though it is due")
        return _said("ok", "", status=200)

    async def readyz(self, _request: web.Request) -> web.Response:
        """Answer 200 when deliveries can be stored: the database answers, and Slack can reach the bot."""
        if not self.connected():
            return _said("not ready", "not connected to Slack")
        try:
            await self._counts()
        except StoreError:
            # The error itself is in the log; here it might disclose an address.
            return _said("not ready", "the database does not answer")
        return _said("ready", "", status=200)

    async def serve_metrics(self, _request: web.Request) -> web.Response:
        """Serve the metrics."""
        try:
            counts = await self._counts()
        except StoreError:
            self.metrics.waiting.clear()
            self.metrics.oldest_due.clear()
        else:
            self.metrics.waiting.clear()
            for (table, state), number in counts.rows.items():
                self.metrics.waiting.labels(table, state).set(number)
            for table, seconds in counts.due_seconds.items():
                self.metrics.oldest_due.labels(table).set(seconds)
        self.metrics.connected.set(self.connected())
        return web.Response(body=generate_latest(self.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _counts(self) -> Counts:
        try:
            async with asyncio.timeout(self.store.timings.health):
                return await self.store.counts()
        except TimeoutError as error:
            raise StoreError("The database does not answer.") from error


def _said(status_word: str, why: str, status: int = 503) -> web.Response:
    return web.json_response({"status": status_word, **({"why": why} if why else {})}, status=status)
