"""Slack misbehaves, or the clocks do: every fault the sandbox can do, and a wall clock that is wrong or jumps."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from tests.faults.arena import Arena, Result
from tests.faults.crowd import Crowd
from tests.faults.databases import Database
from tests.faults.ground import Door

_RATE: Final = 30.0
# Which calls a fault strikes; several faults together then spoil about a third of all calls.
_SHARE: Final = 0.035
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
    """Every fault so many times, all of them mixed; over Socket Mode also half frames and dropped sockets."""
    async with arena.ground(database, door=door, workspaces=4) as ground:
        crowd, slack = Crowd(ground), ground.slack
        await ground.start_ready(call_seconds=1.0, hurries=True)
        faults = [slack.faults.add("*", times=each, share=_SHARE, **fault) for fault in FAULTS]
        if door == "socket":
            half = slack.faults.add("*", "drop_mid_envelope", times=each, share=0.05)
            faults.append(half)
        deadline = time.monotonic() + _LONGEST_SECONDS
        async with crowd.talking(_RATE):
            while any(fault.hits < each for fault in faults) and time.monotonic() < deadline:
                await asyncio.sleep(1)
                crowd.listens = await asyncio.to_thread(ground.open_rows) > _MOST_WAITING
                if door == "socket" and ground.chance.random() < 0.1:
                    await slack.disconnect()
        result = await arena.result(
            f"{len(faults)} kinds of Slack's faults, {door}", crowd, sum(f.hits for f in faults)
        )
        result.notes += [
            f"never as often as asked for: {fault.kind} {fault.hits}" for fault in faults if fault.hits < each
        ]
        return result


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
