"""Time as the sandbox sees it. Everything that waits or stamps goes through one clock."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """The machine's time, and message timestamps that never repeat."""

    def __init__(self) -> None:
        self._last_micros = 0

    def now(self) -> float:
        """Seconds since 1970."""
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
        return await asyncio.wait_for(awaited, seconds)
