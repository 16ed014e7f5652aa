"""Signals between the parts of a running bot: there is something new to do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Signal:
    """A signal that one loop waits for and anybody may set: `inbox_signal` and `outbox_signal`.

    It is a hint and may be lost with the process; a loop looks for work from time to time all the same.
    """

    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self) -> None:
        """Set the signal."""
        self._event.set()

    def clear(self) -> None:
        """Clear the signal."""
        self._event.clear()

    async def wait(self) -> None:
        """Wait until the signal is set."""
        await self._event.wait()
