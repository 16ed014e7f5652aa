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


async def test_among_many_workspaces_one_has_two_things_under_way_at_once(store: Store) -> None:
    """Twelve have had something to do lately, then forty deliveries of one of them come, which do not end."""
    handled: list[str] = []
    hanging: list[str] = []
    wakes = asyncio.Event()

    async def handle(claimed: Claimed, _asked: float) -> None:
        if claimed.received.key.startswith("hangs"):
            hanging.append(claimed.received.key)
            await asyncio.Event().wait()
        await store.settle(claimed, [])
        handled.append(claimed.received.key)
        wakes.set()

    async def handle_all(keys: list[str], teams: list[str]) -> None:
        for key, team_id in zip(keys, teams, strict=True):
            await store.keep(delivery(key, team_id))
        rounds.wake()
        while not set(keys) <= set(handled):
            await wakes.wait()
            wakes.clear()

    teams = [f"T{number}" for number in range(12)]
    rounds = Rounds("inbox", store.claim, handle, lambda claimed: claimed.received.team_id)
    going = asyncio.create_task(rounds.go())
    async with asyncio.timeout(20):
        await handle_all([f"before {team_id}" for team_id in teams], teams)
        for number in range(40):
            await store.keep(delivery(f"hangs {number}", "T0"))
        await handle_all([f"beside {team_id}" for team_id in teams[1:]], teams[1:])
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    assert hanging == ["hangs 0", "hangs 1"]
    assert set(handled[len(teams) :]) == {f"beside {team_id}" for team_id in teams[1:]}
