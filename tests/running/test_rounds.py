"""The loop of the worker and the sender: what is done side by side, and for whom there is room."""

from __future__ import annotations

import asyncio

from bot.slack.rounds import Rounds
from bot.store import Claimed, Store
from tests.store.things import delivery


async def test_a_workspace_whose_work_hangs_keeps_nobody_waiting(store: Store) -> None:
    """Forty deliveries of one workspace never end; another's are handled all the same, as they come."""
    handled: list[str] = []
    hanging: list[str] = []

    done = asyncio.Event()

    async def handle(claimed: Claimed, _asked: float) -> None:
        if claimed.received.team_id == "T1":
            hanging.append(claimed.received.key)
            await asyncio.Event().wait()
        handled.append(claimed.received.key)
        await store.settle(claimed, [])
        done.set()

    for number in range(40):
        await store.keep(delivery(f"hangs {number}", "T1"))
    rounds = Rounds("inbox", store.claim, handle, lambda claimed: claimed.received.team_id)
    going = asyncio.create_task(rounds.go())
    async with asyncio.timeout(20):
        for number in range(30):
            await store.keep(delivery(f"quick {number}", "T2"))
            rounds.wake()
            await done.wait()
            done.clear()
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    assert handled == [f"quick {number}" for number in range(30)]
    assert hanging == [f"hangs {number}" for number in range(8)]
