"""The acknowledgement of a request that is answered at once, sent after its outcome is committed."""

from __future__ import annotations

from typing import Any


class DeferredAck:
    """Takes an acknowledgement's arguments, to be sent once the outcome is kept."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}

    async def __call__(self, **arguments: object) -> None:
        """Note what the acknowledgement says."""
        self.arguments = arguments
