"""Clocks: everything that waits or makes a timestamp uses one of them."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

# Turns of the event loop for a woken task before the next one wakes.
_TURNS = 10


class Clock:
    """System clock, with message timestamps that never repeat."""

    def __init__(self) -> None:
        self._last_micros = 0

    def now(self) -> float:
        """Return Slack's time in seconds since 1970."""
        return time.time()

    def machine_time(self) -> float:
        """Return the system's time in seconds since 1970, which the app compares signatures with."""
        return time.time()

    def next_ts(self) -> str:
        """Make a message timestamp such as `1700000000.000100`, later than every earlier one."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06d}"

    async def sleep(self, seconds: float) -> None:
        """Wait this many seconds."""
        await asyncio.sleep(seconds)

    async def within(self, seconds: float, awaited: Awaitable[T]) -> T:
        """Await a value; raise TimeoutError after this many seconds."""
        # Not wait_for: before Python 3.12 it can lose a cancellation, and closing then waits for retries of minutes.
        async with asyncio.timeout(seconds):
            return await awaited


class VirtualClock(Clock):
    """Clock that stands still until `advance` moves it and wakes the sleepers in order.

    A deadline (`within`) also expires by real time, so that nothing hangs in a test that
    does not move the clock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = time.time()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Return the virtual time in seconds since 1970."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved this many seconds."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), sleeper))
        await sleeper

    async def within(self, seconds: float, awaited: Awaitable[T]) -> T:
        """Await a value; raise TimeoutError when the virtual or the real time passes the deadline."""
        working = asyncio.ensure_future(awaited)
        ending = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({working, ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise TimeoutError
        finally:
            working.cancel()
            ending.cancel()
            await asyncio.gather(working, ending, return_exceptions=True)

    async def advance(self, seconds: float, rest: Callable[[], Awaitable[None]]) -> None:
        """Move the clock and wake the sleepers; `rest` is awaited before each step, for work in real time."""
        goal = self._now + seconds
        await rest()
        while self._sleepers and self._sleepers[0][0] <= goal:
            moment, _, sleeper = heapq.heappop(self._sleepers)
            if sleeper.done():
                continue
            self._now = max(self._now, moment)
            sleeper.set_result(None)
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            await rest()
        self._now = goal
