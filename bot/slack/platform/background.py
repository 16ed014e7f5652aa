"""Background loops that outlive their own errors."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

logger = logging.getLogger(__name__)


async def keep_running(name: str, run: Callable[[], Awaitable[None]], retries: Sequence[float]) -> None:
    """Run a loop until it ends or is cancelled; after an error that it did not expect, log that and start it anew.

    `retries` are the pauses before each new start, in seconds; a loop that ran for longer than the last begins with the first.
    """
    failures = 0
    while True:
        began = time.monotonic()
        try:
            await run()
            return
        except Exception:
            failures = 0 if time.monotonic() - began > retries[-1] else failures
            pause = retries[min(failures, len(retries) - 1)]
            logger.exception("unexpected error in %s; it starts anew in %g s", name, pause)
        failures += 1
        await asyncio.sleep(pause)
