"""Three bots on one PostgreSQL: they are killed, stopped and replaced while the others work."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Final

from bot.sandbox import Envelope
from tests.faults.bots import Bot
from tests.faults.databases import Database
from tests.faults.load import Crowd
from tests.faults.proxy import Proxy
from tests.faults.setup import Door, Ground, free_port
from tests.faults.stage import Arena, Result

_REPLICAS: Final = 3
_RATE: Final = 15.0


class Replicas:
    """The bots, each on a port of its own behind the proxy; with Socket Mode each on a connection of its own."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.ports = [free_port() for _ in range(_REPLICAS)]
        self.proxy = Proxy(self.ports)
        self.bots: list[Bot] = []

    async def start(self, stack: AsyncExitStack) -> None:
        """Start all of them, at once: the first to come makes the tables."""
        if self.ground.door == "http":
            await stack.enter_async_context(self.proxy.listening(self.ground.port))
        self.bots = [await self.ground.start(port) for port in self.ports]
        for bot in self.bots:
            await self.ground.bots.ready(bot)

    async def replace(self, place: int, how: int) -> None:
        """End one, kindly or not, and start another in its place: before the end when it is kind, as an upgrade does."""
        old, port = self.bots[place], self.ports[place]
        if how == signal.SIGKILL:
            await self.ground.kill(old)
            await asyncio.sleep(self.ground.chance.uniform(0, 0.5))
            self.bots[place] = await self.ground.start(port)
            return
        new_port = free_port()
        new = await self.ground.start_ready(new_port)
        self.bots[place] = new
        self.ports[place] = self.proxy.ports[place] = new_port
        old.kill(signal.SIGTERM)
        if not await self.ground.bots.gone(old, 20):
            raise TimeoutError("a bot that was told to stop did not")
        self.ground.alive.remove(old)


async def replicas(arena: Arena, database: Database, kills: int, door: Door = "http") -> Result:
    """Two in three ends are kill -9, the others SIGTERM with the next version already there."""
    async with arena.ground(database, door=door) as ground, AsyncExitStack() as stack:
        crowd, three = Crowd(ground), Replicas(ground)
        await three.start(stack)
        async with crowd.talking(_RATE):
            for number in range(kills + kills // 2):
                await asyncio.sleep(ground.chance.uniform(0.2, 1.2))
                kind = signal.SIGTERM if number % 3 == 2 else signal.SIGKILL
                await three.replace(ground.chance.randrange(_REPLICAS), kind)
        return await arena.result(f"three replicas, {door}", crowd, kills + kills // 2)


async def redeliveries(arena: Arena, database: Database, again: int, messages: int = 100) -> Result:
    """Every delivery comes again and again, to whichever replica is next; the last half six hours later."""
    several = database.name == "PostgreSQL"
    async with arena.ground(database) as ground, AsyncExitStack() as stack:
        crowd, three = Crowd(ground), Replicas(ground)
        if several:
            await three.start(stack)
        else:
            await ground.start_ready()
        async with crowd.talking(_RATE):
            await asyncio.sleep(messages / _RATE)
        await ground.quiet()
        events = [each for each in ground.slack.envelopes if each.kind == "events_api"]
        await _repeat(ground, [ground.chance.choice(events) for _ in range(again // 2)])
        await ground.end()
        hours = 6 * 3600.0
        ground.slack.clock_offset = hours
        for port in three.ports if several else [ground.port]:
            await ground.start_ready(port, clock_ahead=hours)
        await _repeat(ground, [ground.chance.choice(events) for _ in range(again - again // 2)])
        return await arena.result(f"redelivered{', three replicas' if several else ''}", crowd, again)


async def _repeat(ground: Ground, envelopes: list[Envelope]) -> None:
    for start in range(0, len(envelopes), 20):
        await asyncio.gather(*(ground.slack.redeliver(each) for each in envelopes[start : start + 20]))
