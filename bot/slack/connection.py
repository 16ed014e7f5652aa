"""The Socket Mode connection, and a watchdog for one that is open but silent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

logger = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 5.0
# slack_sdk reconnects by itself after 20 silent seconds; when it has not managed to, everything is built anew.
SILENT_SECONDS: Final = 60.0
# A pause that no regular change of connections makes.
_GAP_SECONDS: Final = 15.0
_CLOSING_SECONDS: Final = 5.0


@dataclass(slots=True)
class Connection:
    """One Socket Mode connection that is kept alive until `run` is cancelled."""

    app: AsyncApp
    app_token: str
    # Told since when (seconds since 1970) nothing could be heard, after a gap.
    missed: Callable[[float], None]
    silent_seconds: float = SILENT_SECONDS
    look_seconds: float = _LOOK_SECONDS
    _handler: AsyncSocketModeHandler | None = None
    _pong: float | None = None
    # By the monotonic clock: when the other side last gave a sign of life.
    _alive: float = field(default_factory=time.monotonic)

    @property
    def connected(self) -> bool:
        """Whether the other side has given a sign of life lately."""
        session = self._handler.client.current_session if self._handler else None
        return session is not None and not session.closed and time.monotonic() - self._alive < self.silent_seconds

    async def open(self) -> None:
        """Connect."""
        self._handler = AsyncSocketModeHandler(self.app, self.app_token, web_client=self.app.client)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        self._pong, self._alive = None, time.monotonic()

    async def watch(self) -> None:
        """Look after the connection until cancelled."""
        while True:
            await asyncio.sleep(self.look_seconds)
            assert self._handler is not None  # noqa: S101 - opened before it is watched
            pong = self._handler.client.last_ping_pong_time
            silent = time.monotonic() - self._alive
            if pong != self._pong:
                self._pong, self._alive = pong, time.monotonic()
                if silent > _GAP_SECONDS:
                    self.missed(time.time() - silent)
            elif silent > self.silent_seconds:
                logger.warning("the connection to Slack has been silent for %.0f s; building a new one", silent)
                await self.close()
                await self.open()
                self.missed(time.time() - silent)

    async def close(self) -> None:
        """Disconnect; a side that does not answer is not waited for."""
        handler, self._handler = self._handler, None
        if handler is None:
            return
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        except TimeoutError:
            logger.warning("the old connection did not close in time")
