"""Live updates for the windows of the page."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ..parsing import JsonObject

# Limit for a window that never reads; it reloads everything when it reconnects.
_WAITING_UPDATES = 2000


class Feed:
    """Distributor of updates to the open windows of the people who may see them."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[JsonObject], str] = {}

    @contextmanager
    def listen(self, user_id: str) -> Iterator["asyncio.Queue[JsonObject]"]:
        """Open a queue of this person's updates."""
        queue: asyncio.Queue[JsonObject] = asyncio.Queue(_WAITING_UPDATES)
        self._listeners[queue] = user_id
        try:
            yield queue
        finally:
            del self._listeners[queue]

    def publish(self, update: JsonObject, to: Collection[str] | None = None) -> None:
        """Send an update to these users' windows, or to everyone's."""
        for queue, user_id in self._listeners.items():
            if (to is None or user_id in to) and not queue.full():
                queue.put_nowait(update)
