"""The acknowledgement of a request that is answered at once, sent after its outcome is committed."""

from __future__ import annotations

from typing import Any


class DeferredAck:
    """An acknowledgement whose arguments are held back until the outcome is committed."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}

    async def __call__(self, **arguments: object) -> None:
        """Keep the arguments for later."""
        self.arguments = arguments
