"""A line between the bot and Slack that can go dead without being cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.sandbox import SlackSandbox


@dataclass
class Line:
    """Carries bytes between the bot's Socket Mode connection and Slack, or swallows them."""

    port: int = 0
    dead: bool = False
    opened: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        both = [asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))]
        self.tasks.update(both)
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, back):
            each.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while part := await reader.read(65_536):
                if not self.dead:
                    writer.write(part)
                    await writer.drain()


@asynccontextmanager
async def line_to(slack: SlackSandbox) -> AsyncIterator[Line]:
    """From here on Slack hands out this line's address for Socket Mode; its Web API is reached as before."""
    line = Line(urlsplit(slack.url).port or 0)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    before = slack._slack.base_url
    slack._slack.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        slack._slack.base_url = before
        server.close()
        for task in line.tasks:
            task.cancel()
        await asyncio.gather(*line.tasks, return_exceptions=True)
