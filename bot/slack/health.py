"""Whether the bot is well, for whoever runs it: /healthz, /readyz and Prometheus' /metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.slack.measures import Measures
from bot.slack.speaking import Speaking
from bot.slack.worker import Worker
from bot.store import Store, StoreError

# Work that has been due for longer, or a loop that has not come round, means that nothing moves.
STALLED_SECONDS: Final = 60.0
_BEAT_SECONDS: Final = 30.0


@dataclass(slots=True)
class Health:
    """Looks at the loops, the store and the connection."""

    store: Store
    worker: Worker
    speaking: Speaking
    measures: Measures
    # Whether Slack can reach the bot.
    connected: Callable[[], bool]

    def routes(self) -> list[web.RouteDef]:
        """The three pages."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while work moves, 503 when it is stalled: then a restart may help."""
        behind = time.monotonic() - min(self.worker.beat, self.speaking.beat)
        if behind > _BEAT_SECONDS:
            return _said("stalled", f"no round for {behind:.0f} s")
        try:
            oldest = (await self.store.counts()).oldest_due_seconds
        except StoreError:
            # A restart would not bring the database back.
            return _said("ok", "the database does not answer", status=200)
        if oldest > STALLED_SECONDS:
            return _said("stalled", f"the oldest row has been due for {oldest:.0f} s")
        return _said("ok", "", status=200)

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 when deliveries can be kept: the database answers, and Slack can reach the bot."""
        if not self.connected():
            return _said("not ready", "not connected to Slack")
        try:
            await self.store.counts()
        except StoreError as error:
            return _said("not ready", str(error))
        return _said("ready", "", status=200)

    async def metrics(self, _request: web.Request) -> web.Response:
        """What Prometheus collects."""
        try:
            counts = await self.store.counts()
        except StoreError:
            self.measures.oldest_due.set(float("nan"))
        else:
            self.measures.waiting.clear()
            for (table, state), number in counts.rows.items():
                self.measures.waiting.labels(table, state).set(number)
            self.measures.oldest_due.set(counts.oldest_due_seconds)
        return web.Response(body=generate_latest(self.measures.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _said(status_word: str, why: str, status: int = 503) -> web.Response:
    return web.json_response({"status": status_word, **({"why": why} if why else {})}, status=status)
