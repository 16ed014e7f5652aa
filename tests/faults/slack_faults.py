"""Slack misbehaves, or the clocks do: every fault the sandbox can do, to calls and to sockets, and wrong wall clocks that jump."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from bot.sandbox import InjectedFault
from tests.faults.databases import Database
from tests.faults.load import Crowd
from tests.faults.setup import Door, Ground
from tests.faults.stage import Arena, Result

_RATE: Final = 30.0
# Which calls a fault strikes; several faults together then spoil about a third of all calls.
_SHARE: Final = 0.035
_SHARE_OF_ENVELOPES: Final = 0.2
_REFRESH_SECONDS: Final = 0.2
_LONGEST_SECONDS: Final = 3600.0
# So many rows may wait: with every third call spoilt a slow machine does not keep up with people who talk on and on.
_MOST_WAITING: Final = 300
# What Slack's side may do to a call, in the sandbox's words.
FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "ratelimited"},
    {"kind": "server_error", "status": 500},
    {"kind": "server_error", "status": 503},
    {"kind": "server_error", "status": 503, "work_done": True},
    # A page in place of JSON, though the status says that all is well.
    {"kind": "server_error", "status": 200},
    {"kind": "server_error", "status": 200, "work_done": True},
    {"kind": "half_json"},
    {"kind": "half_json", "work_done": True},
    {"kind": "reset_after_read"},
    {"kind": "reset_after_read", "work_done": True},
    {"kind": "never_answers"},
    {"kind": "never_answers", "work_done": True},
    {"kind": "slow_body", "seconds": 0.3},
    # Slower than the bot's patience.
    {"kind": "slow_body", "seconds": 5.0},
)


async def slack_faults(arena: Arena, database: Database, each: int, door: Door = "http") -> Result:
    """Every fault of a call so many times, all of them mixed."""
    async with arena.ground(database, door=door, workspaces=4) as ground:
        crowd, slack = Crowd(ground), ground.slack
        await ground.start_ready(call_seconds=1.0, hurries=True)
        faults = [slack.faults.add("*", times=each, share=_SHARE, **fault) for fault in FAULTS]
        async with crowd.talking(_RATE):
            await _until(lambda: all(fault.hits >= each for fault in faults), crowd)
        result = await arena.result(
            f"{len(faults)} kinds of faults of calls, {door}", crowd, sum(f.hits for f in faults)
        )
        result.notes += _too_few(faults, each)
        return result


async def socket_faults(arena: Arena, database: Database, each: int) -> Result:
    """Socket Mode: the line breaks in the middle of an envelope, and Slack asks to connect anew, each so many times."""
    async with arena.ground(database, door="socket", workspaces=4) as ground:
        crowd, slack = Crowd(ground), ground.slack
        await ground.start_ready(call_seconds=1.0, hurries=True)
        half = slack.faults.add("*", "drop_mid_envelope", times=each, share=_SHARE_OF_ENVELOPES)
        async with crowd.talking(_RATE):
            refreshing = asyncio.create_task(_refresh(ground, each))
            await _until(lambda: half.hits >= each and refreshing.done(), crowd)
            refreshing.cancel()
        result = await arena.result("half frames and sockets that are closed", crowd, 2 * each)
        result.notes += _too_few([half], each)
        return result


async def _refresh(ground: Ground, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(_REFRESH_SECONDS)
        await ground.slack.disconnect()


async def _until(done: Callable[[], bool], crowd: Crowd) -> None:
    """Wait, at most for an hour; people listen while the bot is behind."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while not done() and time.monotonic() < deadline:
        await asyncio.sleep(1)
        crowd.listens = await asyncio.to_thread(crowd.ground.open_rows) > _MOST_WAITING


def _too_few(faults: Sequence[InjectedFault], each: int) -> list[str]:
    return [f"never as often as asked for: {fault.kind} {fault.hits}" for fault in faults if fault.hits < each]


async def clocks(arena: Arena, database: Database, times: int, door: Door = "http") -> Result:
    """The bot's clock, each life another: ten minutes ahead, behind, jumping; then one life with the right time.

    Over HTTP a signature ten minutes old is refused, as Slack wants it; three minutes are let through.
    """
    wrong = ({"clock_ahead": 600.0}, {"clock_ahead": -600.0}, {"clock_ahead": 600.0, "clock_swing": 1})
    slight = {"clock_ahead": 180.0, "clock_swing": 1}
    async with arena.ground(database, door=door) as ground:
        crowd = Crowd(ground)
        refused: list[bool] = []
        async with crowd.talking(5.0):
            for number in range(times):
                # The life in between is within what a signature may be off.
                for how in (slight, wrong[number % len(wrong)]):
                    begun = len(ground.slack.envelopes)
                    bot = await ground.start_ready(**how)
                    await asyncio.sleep(2.5)
                    await ground.kill(bot)
                    refused.append(not any(each.acked for each in ground.slack.envelopes[begun + 10 :]))
            await ground.start_ready()
            await asyncio.sleep(2)
        result = await arena.result(f"clocks off and jumping, {door}", crowd, 2 * times)
        result.notes.append(f"{sum(refused)} of {len(refused)} lives acknowledged nothing, since signatures looked old")
        return result
