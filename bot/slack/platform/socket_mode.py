"""The Socket Mode connection, and a watchdog for one that is open but silent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

logger = logging.getLogger(__name__)

_PING_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 5.0
# slack_sdk reconnects after 40 silent seconds; when that fails, the whole connection is rebuilt.
SILENT_SECONDS: Final = 60.0
# Longest gap of a regular change of connections.
_GAP_SECONDS: Final = 25.0
_CLOSING_SECONDS: Final = 5.0
# Slack's deadline for an acknowledgement.
_ACKNOWLEDGING_SECONDS: Final = 3.0


_Listener = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


class _UnderWay:
    """Counter of envelopes that are not acknowledged yet."""

    def __init__(self) -> None:
        self.none = asyncio.Event()
        self.none.set()
        self._number = 0

    def counting(self, listener: _Listener) -> _Listener:
        """Make a listener that is counted for as long as it runs; Bolt's acknowledges at its end."""

        async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            self._number += 1
            self.none.clear()
            try:
                await listener(client, request)
            finally:
                self._number -= 1
                if not self._number:
                    self.none.set()

        return listen


@dataclass(slots=True)
class SocketModeConnection:
    """One Socket Mode connection, kept alive by `watch`. Measures by the monotonic clock, which does not jump."""

    app: AsyncApp
    app_token: str
    # Called after a gap with its start (seconds since 1970).
    missed: Callable[[float], None]
    ping_seconds: float = _PING_SECONDS
    silent_seconds: float = SILENT_SECONDS
    look_seconds: float = _LOOK_SECONDS
    gap_seconds: float = _GAP_SECONDS
    _handler: AsyncSocketModeHandler | None = None
    _under_way: _UnderWay = field(default_factory=_UnderWay)
    _pong: float | None = None
    # Time of the last sign of life from Slack.
    _alive: float = field(default_factory=time.monotonic)

    @property
    def connected(self) -> bool:
        """Return True while Slack has answered a ping lately."""
        session = self._handler.client.current_session if self._handler else None
        return session is not None and not session.closed and time.monotonic() - self._alive < self.silent_seconds

    async def open(self) -> None:
        """Connect, however often that takes.

        slack_sdk tries for ever with the address it was given once, which soon is no longer good: after
        `silent_seconds` another is asked for.
        """
        while True:
            self._handler = handler = AsyncSocketModeHandler(
                self.app, self.app_token, web_client=self.app.client, ping_interval=self.ping_seconds
            )
            listeners = handler.client.socket_mode_request_listeners
            listeners[:] = [self._under_way.counting(each) for each in listeners]
            try:
                async with asyncio.timeout(self.silent_seconds):
                    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            except TimeoutError:
                logger.warning("no connection to Slack came about in %.0f s; trying anew", self.silent_seconds)
                await self._let_go()
                continue
            self._pong, self._alive = None, time.monotonic()
            return

    async def watch(self) -> None:
        """Watch the connection until cancelled, and rebuild it when it is silent."""
        while True:
            await asyncio.sleep(self.look_seconds)
            assert self._handler is not None  # noqa: S101 - opened before it is watched
            pong = self._handler.client.last_ping_pong_time
            silent = time.monotonic() - self._alive
            # Where slack_sdk knows of no pong it notes its own ping; only a change after that is a sign of life.
            lives = None not in {pong, self._pong} and pong != self._pong
            self._pong = pong
            if lives:
                self._alive = time.monotonic()
                if silent > self.gap_seconds:
                    self.missed(time.time() - silent)
            elif silent > self.silent_seconds:
                logger.warning("the connection to Slack has been silent for %.0f s; building a new one", silent)
                since = self._alive
                await self._let_go()
                await self.open()
                self.missed(time.time() - (time.monotonic() - since))

    async def close(self) -> None:
        """Disconnect once all envelopes are acknowledged."""
        if self._handler is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ACKNOWLEDGING_SECONDS):
                    await self._under_way.none.wait()
        await self._let_go()

    async def _let_go(self) -> None:
        """Close without waiting for a side that does not answer."""
        handler, self._handler = self._handler, None
        if handler is None:
            return
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        except TimeoutError:
            logger.warning("the old connection did not close in time")
            await _abandon(handler.client)


async def _abandon(client: SocketModeClient) -> None:
    """Cancel the tasks that slack_sdk's own close would cancel after its closing handshake."""
    for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
        if task is not None:
            task.cancel()
    await client.aiohttp_client_session.close()
