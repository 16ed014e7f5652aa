"""Limits of what strangers hold open: connections, and bodies that nobody has verified. The oldest gives way to the newest.

Slack's own requests come whole within milliseconds, so it is never the oldest that waits; refusing the newest instead would
let anybody who holds all places keep Slack out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

# Each open connection takes a file descriptor, of which a process commonly has 1,024. Slack opens some dozens.
MOST_CONNECTIONS: Final = 500
# Each may take a megabyte of memory.
MOST_BODIES: Final = 50


@dataclass(slots=True)
class Connections:
    """Open connections and unverified bodies of one port."""

    most: int = MOST_CONNECTIONS
    most_bodies: int = MOST_BODIES
    # Connections over which something came that was signed; they are never closed for others.
    _trusted: set[object] = field(default_factory=set)
    _bodies: dict[asyncio.Timeout, None] = field(default_factory=dict)

    def trust(self, request: web.Request) -> None:
        """Keep a connection whatever comes, since its request was signed."""
        self._trusted.add(request.protocol)

    def has_room(self, server: web.Server) -> bool:
        """Make room for one connection more, if need be by closing the oldest that is not trusted."""
        live = server.connections
        if len(live) < self.most:
            return True
        self._trusted.intersection_update(live)
        # One that was closed a moment ago is still listed, without its transport.
        open_now = [each for each in live if each.transport is not None]
        if len(open_now) < self.most:
            return True
        oldest = next((each for each in open_now if each not in self._trusted), None)
        if oldest is None:
            return False
        oldest.force_close()
        return True

    @contextmanager
    def reading(self, within: asyncio.Timeout) -> Iterator[None]:
        """Count a body while it is read; the time of the oldest is over when there are too many."""
        if len(self._bodies) >= self.most_bodies:
            oldest = next(iter(self._bodies))
            del self._bodies[oldest]
            oldest.reschedule(asyncio.get_running_loop().time())
        self._bodies[within] = None
        try:
            yield
        finally:
            self._bodies.pop(within, None)


class CappedSite(web.TCPSite):
    """A port with a limit of open connections."""

    connections: Connections = Connections()

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        server = self._runner.server
        assert server is not None  # noqa: S101 - the runner is set up before a site is made
        limits = self.connections

        def connect() -> asyncio.Protocol:
            return server() if limits.has_room(server) else _Closing()

        await web.BaseSite.start(self)
        self._server = await asyncio.get_running_loop().create_server(connect, self._host, self._port, backlog=512)


class _Closing(asyncio.Protocol):
    """A connection that is closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()


async def hide_software(_request: web.Request, response: web.StreamResponse) -> None:
    """Leave out which versions of which libraries answer."""
    response.headers.pop("Server", None)
