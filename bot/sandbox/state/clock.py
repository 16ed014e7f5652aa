"""Time as the sandbox sees it. Everything that waits or stamps goes through one clock."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

# Turns of the event loop that a task woken by the clock gets before the next one is woken.
_TURNS = 10


class Clock:
    """The machine's time, and message timestamps that never repeat."""

    def __init__(self) -> None:
        self._last_micros = 0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def machine_time(self) -> float:
        """Seconds since 1970 as the app's own clock has them: what requests are signed with."""
        return time.time()

    def next_ts(self) -> str:
        """A new message timestamp such as `1700000000.000100`, later than every earlier one."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros, 1_000_000)
        return f"{seconds}.{micros:06d}"

    async def sleep(self, seconds: float) -> None:
        """Let this many seconds pass."""
        await asyncio.sleep(seconds)

    async def within(self, seconds: float, awaited: Awaitable[T]) -> T:
        """The awaited value, or `TimeoutError` when it takes longer."""
        # Not wait_for: before Python 3.12 it can lose a cancellation, and closing then waits for retries of minutes.
        async with asyncio.timeout(seconds):
            return await awaited


class VirtualClock(Clock):
    """Time that stands still until `advance` moves it, and then wakes all who slept, in their order.

    A deadline (`within`) also ends by the machine's time, so that nothing hangs in
    a test that forgets to move the clock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = time.time()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Seconds since 1970, as far as the clock was moved."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was moved past this."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), sleeper))
        await sleeper

    async def within(self, seconds: float, awaited: Awaitable[T]) -> T:
        """The awaited value, or `TimeoutError` when the clock, or the machine's, goes past the deadline."""
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
        """Move the clock; `rest` is awaited before each step, for work that the machine's time needs."""
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
