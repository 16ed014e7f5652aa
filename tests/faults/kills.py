"""Runs in which the one bot is killed: at random instants, and at every named point."""

from __future__ import annotations

import asyncio
from typing import Final

from tests.faults.databases import Database
from tests.faults.load import Crowd
from tests.faults.setup import Door
from tests.faults.stage import Arena, Result
from tests.faults.tampering import POINTS

_RATE: Final = 15.0
# A named point that nobody passes for so long is left, and not counted as a kill.
_PATIENCE_SECONDS: Final = 6.0


async def random_kills(arena: Arena, database: Database, kills: int, door: Door = "http") -> Result:
    """kill -9 at random instants, one in four of them while the bot is still starting."""
    async with arena.ground(database, door=door) as ground:
        crowd = Crowd(ground)
        async with crowd.talking(_RATE):
            for _ in range(kills):
                bot = await ground.start()
                starting = ground.chance.random() < 0.25
                await asyncio.sleep(ground.chance.uniform(0.0, 0.3) if starting else ground.chance.uniform(0.3, 1.8))
                await ground.kill(bot)
            await ground.start_ready()
        return await arena.result(f"kill -9 at random, {door}", crowd, kills)


async def named_points(arena: Arena, database: Database, each: int, door: Door = "http") -> Result:
    """kill -9 at every named point, so many times at each."""
    async with arena.ground(database, door=door) as ground:
        crowd = Crowd(ground)
        reached = dict.fromkeys(POINTS, 0)
        await ground.start_ready()
        digest = await crowd.ask_for_a_digest()
        await ground.end()
        async with crowd.talking(_RATE):
            points = list(POINTS) * each
            # On a busy machine nobody may come by a point in time; a second and a third bot wait for it then.
            for tries in range(3):
                for point in points if not tries else [point for point, number in reached.items() if not number]:
                    bot = await ground.start(point=point, passes=ground.chance.randint(1, 3))
                    opens = point.startswith("modal")
                    clicking = asyncio.create_task(crowd.open_articles(digest, bot)) if opens else None
                    reached[point] += await ground.bots.gone(bot, _PATIENCE_SECONDS)
                    await ground.kill(bot)
                    if clicking:
                        await clicking
            await ground.start_ready()
        result = await arena.result(f"kill -9 at {len(POINTS)} named points, {door}", crowd, sum(reached.values()))
        result.notes += [f"never reached: {point}" for point, number in reached.items() if not number]
        return result
