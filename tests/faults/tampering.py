"""Changes inside the bot for a run: points at which it kills itself, its clock, and its patience."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import slack_sdk.signature
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.delivery.inbox_worker import InboxWorker
from bot.slack.delivery.outbox_sender import OutboxSender
from bot.store import AT_WORK, Store, Timings
from bot.store import group_commit as writing
from bot.store.group_commit import Writer

Method = Callable[..., Awaitable[Any]]


class Fuse:
    """Kills this process when a point has been passed for the n-th time."""

    def __init__(self, passes: int) -> None:
        self.left = passes

    def burn(self) -> None:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _before_the_commit(fuse: Fuse) -> None:
    """The rows are written, and not yet committed; what is committed at once with writing is not yet written."""
    apply, keep_all = Writer._apply, writing.keep_all

    def patched(self: Writer, db: Any, batch: Any, keeping: Any, farther: Any) -> Any:
        results = apply(self, db, batch, keeping, farther)
        if keeping:
            fuse.burn()
        return results

    def patched_keep(db: Any, received: Any) -> Any:
        if db.get_isolation_level() == "AUTOCOMMIT":
            fuse.burn()
        return keep_all(db, received)

    Writer._apply = patched  # type: ignore[method-assign]
    writing.keep_all = patched_keep  # type: ignore[assignment]


def _after(owner: Any, name: str, fuse: Fuse, counts: Callable[..., bool] = lambda *_: True) -> None:
    """Kill behind a method; `counts` is given its result and its arguments."""
    method: Method = getattr(owner, name)

    async def patched(*given: Any, **named: Any) -> Any:
        result = await method(*given, **named)
        if counts(result, *given):
            fuse.burn()
        return result

    setattr(owner, name, patched)


def _before(owner: Any, name: str, fuse: Fuse) -> None:
    method: Method = getattr(owner, name)

    async def patched(*given: Any, **named: Any) -> Any:
        fuse.burn()
        return await method(*given, **named)

    setattr(owner, name, patched)


def _during_the_post(fuse: Fuse) -> None:
    """The request is on its way: anything from not yet read by Slack to answered."""
    start = aiohttp.ClientResponse.start
    chance = random.Random(os.getpid())

    async def patched(self: aiohttp.ClientResponse, *given: Any) -> Any:
        if self.url.path.endswith("/chat.postMessage"):
            await asyncio.sleep(chance.choice((0, 0.001, 0.004)))
            fuse.burn()
        return await start(self, *given)

    aiohttp.ClientResponse.start = patched  # type: ignore[method-assign]


def _is_post(_result: Any, _self: Any, _client: Any, sending: Any) -> bool:
    return bool(sending.call.method == "chat.postMessage")


POINTS: dict[str, Callable[[Fuse], None]] = {
    "before the inbox commit": _before_the_commit,
    "after the commit, before the 200": lambda fuse: _after(Store, "receive", fuse),
    "after the claim": lambda fuse: _after(Store, "claim", fuse, lambda claimed, *_: bool(claimed)),
    "before the outcome is kept": lambda fuse: _before(Store, "complete", fuse),
    "after the outcome is kept": lambda fuse: _after(Store, "complete", fuse),
    "after the outbox claim": lambda fuse: _after(Store, "claim_calls", fuse, lambda claimed, *_: bool(claimed)),
    "during the post": _during_the_post,
    "after the post, before done": lambda fuse: _after(OutboxSender, "_call", fuse, _is_post),
    "after done": lambda fuse: _after(Store, "complete_call", fuse),
    "command answered, not yet kept": lambda fuse: _before(Store, "complete_now", fuse),
    "command kept, not yet acknowledged": lambda fuse: _after(Store, "complete_now", fuse),
    "modal opened, not yet kept": lambda fuse: _after(AsyncWebClient, "views_open", fuse),
}


def _set_clock(ahead: float, swing: float) -> None:
    """Let the wall clock be `ahead` seconds wrong, and with `swing` jump back by twice that every other second."""
    real, steady = time.time, time.monotonic

    def wrong() -> float:
        back = swing and int(steady()) % 2
        return real() + (-ahead if back else ahead)

    time.time = wrong
    # It has taken the function out of its module.
    slack_sdk.signature.time = wrong  # type: ignore[attr-defined]


def _keep_nothing() -> None:
    """Acknowledge at once and store nothing: how fast the door is without a store."""

    async def keep(*_: Any) -> bool:
        return False

    Store.receive = keep  # type: ignore[method-assign, assignment]


def _one_by_one() -> None:
    """A transaction for each row, as without group commit."""
    writing._BATCH = 1  # type: ignore[misc]


def _never_work() -> None:
    """Leave the inbox alone, so that the door is all that is measured."""

    async def work(*_: Any) -> None:
        await asyncio.Event().wait()

    InboxWorker.run = work  # type: ignore[method-assign, assignment]


def timings_of(order: dict[str, Any]) -> Timings:
    """Return the timings of an order: a shorter call, or shorter pauses where a run would be spent waiting."""
    timings = AT_WORK
    if seconds := order.get("call_seconds"):
        timings = replace(timings, call=seconds)
    if order.get("hurries"):
        retries = (0.2, 0.5, 1.0, 1.0, 1.0)
        timings = replace(timings, pause=0.02, visible=0.2, call_retries=retries, handling_retries=retries)
    return timings


def tamper(order: dict[str, Any]) -> None:
    """Do to this process what an order asks for."""
    if point := order.get("point"):
        POINTS[point](Fuse(order.get("passes", 1)))
    if ahead := order.get("clock_ahead"):
        _set_clock(ahead, order.get("clock_swing", 0))
    if order.get("keeps_nothing"):
        _keep_nothing()
    if order.get("one_by_one"):
        _one_by_one()
    if order.get("only_keeps"):
        _never_work()
    if seconds := order.get("read_only_for"):
        _read_only_until(time.monotonic() + seconds)


def _read_only_until(end: float) -> None:
    """Until then SQLite refuses every write, in the words it has for a file that cannot be written."""
    apply = Writer._apply

    def patched(self: Writer, db: Any, *given: Any) -> Any:
        db.exec_driver_sql(f"PRAGMA query_only={int(time.monotonic() < end)}")
        try:
            return apply(self, db, *given)
        finally:
            # Otherwise the next transaction could not even begin.
            db.exec_driver_sql("PRAGMA query_only=0")

    Writer._apply = patched  # type: ignore[method-assign]
