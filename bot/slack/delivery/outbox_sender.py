"""Outbox sender: each call once, in its channel's order; before a retry an earlier attempt is looked for in Slack."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context.handling import reference_of
from bot.slack.context.names import named_in, without_names
from bot.slack.context.visibility import Visibility
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.posted_lookup import (
    KEY_EVENT,
    THREAD_GONE,
    LookupRefused,
    RemovalError,
    ThreadGone,
    find_posted,
    remove_posted,
)
from bot.slack.delivery.work_loop import WorkLoop
from bot.slack.platform.file_upload import UPLOAD, upload
from bot.slack.platform.posted import Posted, read_posted
from bot.slack.platform.signals import Signal
from bot.store import ClaimedCall, Delivery, LeaseLostError, Store, StoreError

logger = logging.getLogger(__name__)

# Idempotent methods.
_REPEATABLE: Final = {"chat.update", "views.publish"}
# Methods by which people's names come before all readers of a channel, or one of them.
_IN_CHANNELS: Final = {"chat.postMessage", "chat.update", "chat.postEphemeral"}
# Slack's server errors: the call may or may not have been carried out.
_UNCLEAR: Final = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}

# Returns the client of a workspace; None when the app is no longer installed there.
ClientOf = Callable[[str, str], Awaitable[AsyncWebClient | None]]


def opaque_key(claimed: ClaimedCall) -> str:
    """Return the key in a posted message's metadata: a digest, since every app in the workspace can read it."""
    return hashlib.sha256(f"{claimed.team_id}/{claimed.call.key}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class OutboxSender:
    """Sends the calls of the outbox until stopped. Survives every error of the database and of Slack."""

    store: Store
    client_of: ClientOf
    metrics: Metrics
    session: aiohttp.ClientSession
    # Set when a follow-up put a new delivery into the inbox.
    inbox_signal: Signal
    outbox_signal: Signal
    # The readers of a channel may have changed while a call waited.
    visibility: Visibility = field(default_factory=Visibility)
    loop: WorkLoop[ClaimedCall] = field(init=False)
    # Monotonic time of the last stored outcome.
    moved: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.loop = WorkLoop(
            "outbox",
            lambda most, capacity: self.store.claim_calls(most, capacity),
            self._send,
            lambda claimed: claimed.team_id,
            self.outbox_signal,
            self.store.timings.poll,
        )

    async def run(self) -> None:
        """Send due calls until stopped; calls under way are finished first."""
        await self.loop.run()

    def stop(self) -> None:
        """Claim nothing more."""
        self.loop.stop()

    async def _send(self, claimed: ClaimedCall, asked: float) -> None:
        # The key of a call is that of the delivery it comes from, and a number.
        reference = reference_of(claimed.team_id, claimed.call.key.rpartition("/")[0])
        structlog.contextvars.bind_contextvars(reference=reference, team_id=claimed.team_id)
        try:
            outcome = await self._attempt(claimed, asked + self.store.timings.attempt)
            self.moved = time.monotonic()
            words = "call to be retried" if outcome in {"retried", "limited"} else "call completed"
            logger.debug(words, extra={"method": claimed.call.method, "outcome": outcome})
            if claimed.call.follow_up is not None:
                self.inbox_signal()
        except LeaseLostError:
            outcome = "taken"
        except StoreError as error:
            # The lease runs out, and the next attempt begins with a look-up in Slack.
            logger.warning("the outcome of a call could not be stored, retry follows after the lease: %s", error)
            outcome = "retried"
        self.metrics.sent.labels(claimed.call.method, outcome).inc()
        if outcome != "done" or claimed.call.method != "chat.postMessage":
            # The queue takes no pause: the channel's next call may be due.
            self.outbox_signal()

    async def _attempt(self, claimed: ClaimedCall, until: float) -> str:
        began = time.monotonic()
        # True when an earlier attempt of unknown outcome may have reached Slack.
        reached = claimed.first_tried_at is not None
        calling = False
        try:
            async with asyncio.timeout_at(until):
                client = await self.client_of(claimed.team_id, claimed.enterprise_id)
                if client is None:
                    await self.store.give_up(claimed, "dead", "not_installed")
                    return "dead"
                if reached and (outcome := await self._settled_before(client, claimed)):
                    return outcome
                permitted = await self._for_readers(client, claimed)
                if permitted is None:
                    await self.store.refuse_call(claimed, "read_by_others")
                    return "withheld"
                claimed, reached, calling = permitted, False, True
                posted = await self._call(client, claimed)
                if posted.outside_thread:
                    # The message is in Slack, whatever fails from here on.
                    reached = True
                    return await self._take_back(client, claimed, posted)
        except SlackApiError as error:
            return await self._refused(claimed, error, reached)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # No connection was made, so this attempt cannot have reached Slack.
            return await self._again(claimed, type(error).__name__, reached=reached)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return await self._again(claimed, type(error).__name__, reached=reached or calling)
        finally:
            self.metrics.sent_in.observe(time.monotonic() - began)
        pause = self.store.timings.pause if claimed.call.method == "chat.postMessage" else 0.0
        await self.store.complete_call(claimed, posted.ts, pause)
        return "done"

    async def _for_readers(self, client: AsyncWebClient, claimed: ClaimedCall) -> ClaimedCall | None:
        """Return the call as the channel's present readers may see it; None where they may see nothing of it."""
        call = claimed.call
        if call.for_others is not None:
            here = Delivery(claimed.team_id, claimed.enterprise_id, call.key, "event", {})
            if not await self.visibility.is_internal(client, here, call.channel_id, ""):
                method, arguments = call.for_others
                if not method:
                    return None
                call = replace(call, method=method, arguments=arguments)
        if call.method in _IN_CHANNELS and (named := named_in(call.arguments)):
            but = await self.visibility.nameable(client, str(call.arguments["channel"]), named)
            if but != named:
                call = replace(call, arguments=without_names(call.arguments, but))
        return replace(claimed, call=call)

    async def _settled_before(self, client: AsyncWebClient, claimed: ClaimedCall) -> str:
        """Look up an earlier attempt; return "" when the call is to be made."""
        call = claimed.call
        replaces = any(call.arguments.get(name) for name in ("replace_original", "delete_original"))
        if call.method in _REPEATABLE or replaces:
            return ""
        if call.method not in {"chat.postMessage", UPLOAD}:
            # Ephemeral messages cannot be looked up, and posting one twice is worse than counting it as ambiguous.
            await self.store.give_up(claimed, "ambiguous", "an earlier attempt may have been shown")
            return "ambiguous"
        try:
            posted = await find_posted(client, claimed, opaque_key(claimed))
        except LookupRefused as error:
            await self.store.give_up(claimed, "ambiguous", str(error))
            return "ambiguous"
        except ThreadGone:
            return await self._end_without_thread(claimed)
        if posted is None:
            return ""
        if posted.outside_thread:
            return await self._take_back(client, claimed, posted)
        await self.store.complete_call(claimed, posted.ts, self.store.timings.pause)
        return "found"

    async def _take_back(self, client: AsyncWebClient, claimed: ClaimedCall, posted: Posted) -> str:
        """Delete a reply that Slack posted at the channel's root because its parent was deleted meanwhile."""
        try:
            await remove_posted(client, str(claimed.call.arguments["channel"]), posted)
        except RemovalError as error:
            logger.warning("an answer outside its thread was not deleted, retry follows (%s)", error)
            raise
        return await self._end_without_thread(claimed)

    async def _end_without_thread(self, claimed: ClaimedCall) -> str:
        """Treat a call whose thread was deleted as refused; an answer is then shown to its asker alone."""
        call = claimed.call
        if call.fallback is None:
            await self.store.refuse_call(claimed, THREAD_GONE)
            return THREAD_GONE
        method, arguments = call.fallback
        if method == "response_url":
            arguments = {**arguments, "response_type": "ephemeral"}
        claimed = replace(claimed, call=replace(call, fallback=(method, arguments)))
        await self.store.use_fallback(claimed, THREAD_GONE)
        return THREAD_GONE

    async def _call(self, client: AsyncWebClient, claimed: ClaimedCall) -> Posted:
        arguments = dict(claimed.call.arguments)
        if claimed.call.method == "response_url":
            await self._respond(arguments)
            return Posted("")
        if claimed.call.method == UPLOAD:
            return await upload(client, self.session, arguments, self.store.timings.call)
        if claimed.call.method != "chat.postMessage":
            answer = await client.api_call(claimed.call.method, json=arguments)
            return Posted(str(answer.get("ts") or answer.get("message_ts") or ""))
        arguments["metadata"] = {"event_type": KEY_EVENT, "event_payload": {"key": opaque_key(claimed)}}
        answer = await client.api_call(claimed.call.method, json=arguments)
        return replace(read_posted(arguments, answer.get("message") or {}), ts=str(answer.get("ts") or ""))

    async def _respond(self, arguments: dict[str, object]) -> None:
        url = str(arguments.pop("response_url"))
        timeout = aiohttp.ClientTimeout(self.store.timings.call)
        async with self.session.post(url, json=arguments, timeout=timeout) as answer:
            said = await answer.text()
            if answer.status != 200:
                error = said if said.replace("_", "").isalnum() else f"http_{answer.status}"
                refusal = _Refusal(error, answer.status, answer.headers.get("Retry-After"))
                raise SlackApiError(error, refusal)  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def _refused(self, claimed: ClaimedCall, error: SlackApiError, reached: bool) -> str:
        answer = error.response
        said, status = str(answer.get("error") or ""), int(getattr(answer, "status_code", 200) or 200)
        if said in {"ratelimited", "rate_limited"} or status == 429:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            seconds = float(headers.get("retry-after") or self.store.timings.call_retries[1])
            await self.store.reschedule_call(claimed, seconds, "ratelimited", reached=reached, whole_team=True)
            return "limited"
        if status >= 500 or said in _UNCLEAR:
            return await self._again(claimed, said or f"http_{status}", reached=True)
        if said == THREAD_GONE:
            return await self._end_without_thread(claimed)
        if claimed.call.fallback is not None:
            await self.store.use_fallback(claimed, said)
            self.outbox_signal()
            return "retried"
        if claimed.call.follow_up is not None:
            await self.store.refuse_call(claimed, said)
            return "refused"
        logger.error("dead letter: Slack refuses %s: %s", claimed.call.method, said)
        await self.store.give_up(claimed, "dead", said)
        return "dead"

    async def _again(self, claimed: ClaimedCall, error: str, *, reached: bool) -> str:
        timings = self.store.timings
        if claimed.attempts >= timings.call_attempts:
            state: Literal["ambiguous", "dead"] = "ambiguous" if reached else "dead"
            await self.store.give_up(claimed, state, error)
            return state
        seconds = timings.call_retries[min(claimed.attempts, len(timings.call_retries)) - 1]
        if reached:
            seconds = max(seconds, timings.visible)
        await self.store.reschedule_call(claimed, seconds, error, reached=reached)
        return "retried"


class _Refusal(dict[str, object]):
    """A response URL's refusal in the form of the Web API's."""

    def __init__(self, error: str, status: int, retry_after: str | None) -> None:
        super().__init__(ok=False, error=error)
        self.status_code = status
        self.headers = {"retry-after": retry_after} if retry_after else {}
