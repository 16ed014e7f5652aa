"""Receiver: stores each of Slack's deliveries before it is acknowledged."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies import action_ids
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, apology, reference_of
from bot.slack.context.responder import Responder
from bot.slack.delivery.metrics import Metrics
from bot.slack.platform.message_events import WRITTEN, message_key
from bot.slack.platform.signals import Signal
from bot.slack.platform.web_client import strict_client
from bot.store import Delivery, Json, RequestKind, Store, StoreError

logger = logging.getLogger(__name__)

_REFUSED: Final = 503


@dataclass(slots=True)
class Receiver:
    """Stores deliveries; the first of Bolt's middleware after the signature was verified."""

    store: Store
    metrics: Metrics
    inbox_signal: Signal
    outbox_signal: Signal
    # Starts a backfill: called with the earliest time (seconds since 1970) of missed messages, and their workspace.
    missed: Callable[[float, str], None]
    # Time of the first refused delivery; Slack gives some of them up after a few minutes.
    _refusing_since: float | None = None

    async def receive(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[object]]) -> BoltResponse | None:
        """Store a delivery and acknowledge it, or let it through to the listener that answers it at once."""
        req.context["client"] = strict_client(req.context.client)
        if "handling" in req.context:
            await next()
            return None
        if req.body.get("type") == "app_rate_limited":
            logger.warning("Slack leaves out events (app_rate_limited); the channels are read instead")
            since = float(req.body.get("minute_rate_limited") or time.time())
            self.missed(since, str(req.body.get("team_id") or ""))
            return BoltResponse(status=200)
        delivery = read_delivery(req)
        if delivery is None:
            await next()
            return None
        structlog.contextvars.bind_contextvars(
            reference=reference_of(delivery.team_id, delivery.key), team_id=delivery.team_id
        )
        if is_answered_at_once(delivery.body):
            req.context["handling"] = Handling(delivery, store=self.store)
            await next()
            return None
        return await self._keep(delivery)

    async def _keep(self, delivery: Delivery) -> BoltResponse:
        began = time.monotonic()
        try:
            new = await self.store.receive(delivery)
        except StoreError as error:
            return self._refuse(delivery, error)
        self.metrics.deliveries.labels(delivery.kind, _outcome(delivery, new)).inc()
        self.metrics.acknowledged_in.observe(time.monotonic() - began)
        if self._refusing_since is not None:
            self.missed(self._refusing_since, "")
            self._refusing_since = None
        if new and not delivery.echo:
            self.inbox_signal()
        return BoltResponse(status=200)

    def _refuse(self, delivery: Delivery, error: StoreError) -> BoltResponse:
        logger.error("not kept, so not acknowledged: %s", error)
        self.metrics.deliveries.labels(delivery.kind, "refused").inc()
        self._refusing_since = self._refusing_since or time.time()
        return BoltResponse(status=_REFUSED)

    async def apologize(self, handling: Handling) -> BoltResponse:
        """Acknowledge a click that failed, and tell the person, since an acknowledgement shows nothing."""
        try:
            await self.store.complete_now(handling.delivery, apology(handling).calls)
        except StoreError as error:
            return self._refuse(handling.delivery, error)
        self.outbox_signal()
        return BoltResponse(status=200)

    def at_once(self, listener: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[BoltResponse | None]]:
        """Make a listener that runs within Slack's three seconds; its outcome is committed, then acknowledged."""

        async def answer(
            responder: Responder, handling: Handling, ack: AsyncAck, body: Json, client: AsyncWebClient
        ) -> BoltResponse | None:
            said = DeferredAck()
            await listener(responder=responder, handling=handling, ack=said, body=body, client=client)
            began = time.monotonic()
            try:
                await self.store.complete_now(handling.delivery, handling.calls, handling.changes)
            except StoreError as error:
                return self._refuse(handling.delivery, error)
            self.metrics.deliveries.labels(handling.delivery.kind, "kept").inc()
            if handling.decision is not None:
                self.metrics.decided.labels(*handling.decision).inc()
            self.metrics.acknowledged_in.observe(time.monotonic() - began)
            if handling.calls:
                self.outbox_signal()
            return await ack(**said.arguments)

        return answer


def is_answered_at_once(body: Json) -> bool:
    """Tell whether a delivery has to be answered within three seconds, by its nature."""
    if "command" in body or body.get("type") in {"view_submission", "block_suggestion"}:
        return True
    names = [body.get("callback_id") or ""] if body.get("type") in {"shortcut", "message_action"} else []
    names += [action.get("action_id") or "" for action in body.get("actions") or []]
    return any(name.startswith(action_ids.OPENS) for name in names)


def read_delivery(req: AsyncBoltRequest) -> Delivery | None:
    """Read a request as a delivery; None for Slack's checks of the address itself."""
    body = req.body
    context = req.context
    # An organisation's own events name no workspace.
    team_id = context.team_id or context.enterprise_id or ""
    if body.get("type") in {"url_verification", "ssl_check"} or "ssl_check" in body or not team_id:
        return None
    key, kind, channel_id, ts = _identity(body)
    return Delivery(team_id, context.enterprise_id or "", key, kind, body, channel_id, ts, _is_echo(body))


def _is_echo(body: Json) -> bool:
    """Return True for the bot's own message, which Bolt would ignore only after it was stored and claimed."""
    event = body.get("event") or {}
    if event.get("type") != "message":
        return False
    return any(
        each.get("is_bot") and each.get("user_id") == event.get("user") for each in body.get("authorizations") or []
    )


def _outcome(delivery: Delivery, new: bool) -> str:
    if not new:
        return "again"
    return "echo" if delivery.echo else "kept"


def _identity(body: Json) -> tuple[str, RequestKind, str, str]:
    """Return a delivery's key and kind, and for what was said in a channel that channel and the message's timestamp."""
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        channel_id, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
        name = str(event.get("type") or "")
        written = name == "app_mention" or (name == "message" and event.get("subtype") in WRITTEN)
        if written and channel_id and ts:
            return message_key(name, channel_id, ts), "event", channel_id, ts
        # An invitation to a channel, or an opened direct message, tells where there is something to read.
        heard = str(event.get("event_ts") or "") if name in {"message", "app_home_opened"} and channel_id else ""
        return f"event/{body.get('event_id') or _digest(body)}", "event", channel_id if heard else "", heard
    kind: RequestKind = "command" if "command" in body else "interaction"
    return f"{kind}/{body.get('trigger_id') or _digest(body)}", kind, "", ""


def _digest(body: Json) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
