"""Posted means once: the outbox is sent in each channel's order, and looked for in Slack before any second attempt."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context.handling import reference_of
from bot.slack.delivery.metrics import Measures
from bot.slack.delivery.posted_lookup import (
    KEY_EVENT,
    THREAD_GONE,
    NotLookable,
    Posted,
    RemovalError,
    ThreadGone,
    find_posted,
    read_posted,
    remove_posted,
)
from bot.slack.delivery.work_loop import Rounds
from bot.slack.platform.file_upload import UPLOAD, upload
from bot.store import LeaseLostError, Sending, Store, StoreError

logger = logging.getLogger(__name__)

# About one message a second and channel is what Slack takes.
_PAUSE_SECONDS: Final = 1.0
CALL_SECONDS: Final = 10
# A whole attempt, everything before the call included, ends before its lease of 30 seconds does.
_ATTEMPT_SECONDS: Final = 25.0
# After a call of which nobody knows whether Slack did it: time for it to become visible there.
_VISIBLE_SECONDS: Final = 3.0
_RETRY_SECONDS: Final = (1.0, 5.0, 15.0, 60.0, 120.0, 300.0)
# A day and a bit of Slack being away, at five minutes a try.
_MOST_ATTEMPTS: Final = 300
# Doing these twice is the same as doing them once.
_REPEATABLE: Final = {"chat.update", "views.publish"}
# Slack's own trouble: the call may or may not have been carried out.
_UNCLEAR: Final = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}

# Gives the client that speaks for a workspace; None when the app is no longer installed there.
ClientOf = Callable[[str, str], Awaitable[AsyncWebClient | None]]


def opaque_key(sending: Sending) -> str:
    """What a posted message carries in its metadata. Every app in the workspace can read it, so it tells nothing."""
    return hashlib.sha256(f"{sending.team_id}/{sending.outgoing.key}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class Speaking:
    """Sends what is in the outbox until stopped. Survives every error of the database and of Slack."""

    store: Store
    client_of: ClientOf
    measures: Measures
    session: aiohttp.ClientSession
    # Called when a call was followed up: there is something for the worker.
    work: Callable[[], None]
    rounds: Rounds[Sending] = field(init=False)
    # By the monotonic clock: when the outcome of a call was last kept.
    moved: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Know where to take from, and what to do with it."""
        self.rounds = Rounds(
            "outbox",
            lambda most, room: self.store.claim_outgoing(most, room),
            self._send,
            lambda sending: sending.team_id,
        )

    def wake(self) -> None:
        """Say that there is something to send."""
        self.rounds.wake()

    async def speak(self) -> None:
        """Send what is due, some calls at a time, until told to stop; calls under way then come to their end."""
        await self.rounds.go()

    def stop(self) -> None:
        """Take nothing more."""
        self.rounds.stop()

    async def _send(self, sending: Sending, asked: float) -> None:
        # The key of a call is that of the delivery it comes from, and a number.
        reference = reference_of(sending.team_id, sending.outgoing.key.rpartition("/")[0])
        structlog.contextvars.bind_contextvars(reference=reference, team_id=sending.team_id)
        try:
            outcome = await self._attempt(sending, asked + _ATTEMPT_SECONDS)
            self.moved = time.monotonic()
            words = "to be told later" if outcome in {"retried", "limited"} else "told"
            logger.debug(words, extra={"method": sending.outgoing.method, "outcome": outcome})
            if sending.outgoing.follow_up is not None:
                self.work()
        except LeaseLostError:
            outcome = "taken"
        except StoreError as error:
            # The lease runs out; before the next attempt Slack is looked at.
            logger.warning("what became of a call could not be kept: %s", error)
            outcome = "retried"
        self.measures.sent.labels(sending.outgoing.method, outcome).inc()
        if outcome != "done" or sending.outgoing.method != "chat.postMessage":
            # The channel does not rest: its next call may be due.
            self.wake()

    async def _attempt(self, sending: Sending, until: float) -> str:
        began = time.monotonic()
        # Whether Slack may have done it already, in an attempt of which nobody knows the end.
        reached = sending.first_tried_at is not None
        calling = False
        try:
            async with asyncio.timeout_at(until):
                client = await self.client_of(sending.team_id, sending.enterprise_id)
                if client is None:
                    await self.store.give_up(sending, "dead", "not_installed")
                    return "dead"
                if reached and (outcome := await self._settled_before(client, sending)):
                    return outcome
                reached, calling = False, True
                posted = await self._call(client, sending)
                if posted.outside_thread:
                    # Whatever fails from here on, it is in Slack.
                    reached = True
                    return await self._take_back(client, sending, posted)
        except SlackApiError as error:
            return await self._refused(sending, error, reached)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # No connection came about, so nothing can have reached Slack by this attempt.
            return await self._again(sending, type(error).__name__, reached=reached)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return await self._again(sending, type(error).__name__, reached=reached or calling)
        finally:
            self.measures.sent_in.observe(time.monotonic() - began)
        pause = _PAUSE_SECONDS if sending.outgoing.method == "chat.postMessage" else 0.0
        await self.store.sent(sending, posted.ts, pause)
        return "done"

    async def _settled_before(self, client: AsyncWebClient, sending: Sending) -> str:
        """See what became of an earlier attempt; "" when the call is to be made."""
        outgoing = sending.outgoing
        replaces = any(outgoing.arguments.get(name) for name in ("replace_original", "delete_original"))
        if outgoing.method in _REPEATABLE or replaces:
            return ""
        if outgoing.method not in {"chat.postMessage", UPLOAD}:
            # Nobody can look at what one person was shown, and showing it twice is worse than counting it openly.
            await self.store.give_up(sending, "ambiguous", "an earlier attempt may have been shown")
            return "ambiguous"
        try:
            posted = await find_posted(client, sending, opaque_key(sending))
        except NotLookable as error:
            await self.store.give_up(sending, "ambiguous", str(error))
            return "ambiguous"
        except ThreadGone:
            return await self._end_without_thread(sending)
        if posted is None:
            return ""
        if posted.outside_thread:
            return await self._take_back(client, sending, posted)
        await self.store.sent(sending, posted.ts, _PAUSE_SECONDS)
        return "found"

    async def _take_back(self, client: AsyncWebClient, sending: Sending, posted: Posted) -> str:
        """Delete what was meant for a thread and stands at the channel's root: its parent was deleted meanwhile."""
        try:
            await remove_posted(client, str(sending.outgoing.arguments["channel"]), posted)
        except RemovalError as error:
            logger.warning("an answer outside its thread was not deleted, trying again (%s)", error)
            raise
        return await self._end_without_thread(sending)

    async def _end_without_thread(self, sending: Sending) -> str:
        """Settle a call whose thread is no more, as Slack's refusal; an answer is then for its asker alone."""
        outgoing = sending.outgoing
        if outgoing.otherwise is None:
            await self.store.refused(sending, THREAD_GONE)
            return THREAD_GONE
        method, arguments = outgoing.otherwise
        if method == "response_url":
            arguments = {**arguments, "response_type": "ephemeral"}
        sending = replace(sending, outgoing=replace(outgoing, otherwise=(method, arguments)))
        await self.store.send_otherwise(sending, THREAD_GONE)
        return THREAD_GONE

    async def _call(self, client: AsyncWebClient, sending: Sending) -> Posted:
        arguments = dict(sending.outgoing.arguments)
        if sending.outgoing.method == "response_url":
            await self._respond(arguments)
            return Posted("")
        if sending.outgoing.method == UPLOAD:
            return await upload(client, self.session, arguments, CALL_SECONDS)
        if sending.outgoing.method != "chat.postMessage":
            answer = await client.api_call(sending.outgoing.method, json=arguments)
            return Posted(str(answer.get("ts") or answer.get("message_ts") or ""))
        arguments["metadata"] = {"event_type": KEY_EVENT, "event_payload": {"key": opaque_key(sending)}}
        answer = await client.api_call(sending.outgoing.method, json=arguments)
        return replace(read_posted(arguments, answer.get("message") or {}), ts=str(answer.get("ts") or ""))

    async def _respond(self, arguments: dict[str, Any]) -> None:
        url = arguments.pop("response_url")
        async with self.session.post(url, json=arguments, timeout=aiohttp.ClientTimeout(CALL_SECONDS)) as answer:
            said = await answer.text()
            if answer.status != 200:
                error = said if said.replace("_", "").isalnum() else f"http_{answer.status}"
                refusal = _Refusal(error, answer.status, answer.headers.get("Retry-After"))
                raise SlackApiError(error, refusal)  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def _refused(self, sending: Sending, error: SlackApiError, reached: bool) -> str:
        answer = error.response
        said, status = str(answer.get("error") or ""), int(getattr(answer, "status_code", 200) or 200)
        if said in {"ratelimited", "rate_limited"} or status == 429:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            seconds = float(headers.get("retry-after") or _RETRY_SECONDS[1])
            await self.store.send_later(sending, seconds, "ratelimited", reached=reached, whole_team=True)
            return "limited"
        if status >= 500 or said in _UNCLEAR:
            return await self._again(sending, said or f"http_{status}", reached=True)
        if said == THREAD_GONE:
            return await self._end_without_thread(sending)
        if sending.outgoing.otherwise is not None:
            await self.store.send_otherwise(sending, said)
            self.wake()
            return "retried"
        if sending.outgoing.follow_up is not None:
            await self.store.refused(sending, said)
            return "refused"
        logger.error("Slack refuses %s: %s", sending.outgoing.method, said)
        await self.store.give_up(sending, "dead", said)
        return "dead"

    async def _again(self, sending: Sending, error: str, *, reached: bool) -> str:
        if sending.attempts >= _MOST_ATTEMPTS:
            state: Literal["ambiguous", "dead"] = "ambiguous" if reached else "dead"
            await self.store.give_up(sending, state, error)
            return state
        seconds = _RETRY_SECONDS[min(sending.attempts, len(_RETRY_SECONDS)) - 1]
        await self.store.send_later(
            sending, max(seconds, _VISIBLE_SECONDS) if reached else seconds, error, reached=reached
        )
        return "retried"


class _Refusal(dict[str, Any]):
    """A response URL's refusal in the form of the Web API's."""

    def __init__(self, error: str, status: int, retry_after: str | None) -> None:
        super().__init__(ok=False, error=error)
        self.status_code = status
        self.headers = {"retry-after": retry_after} if retry_after else {}
