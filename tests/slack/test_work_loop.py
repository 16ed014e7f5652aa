"""The loop of the worker and the sender: what is done side by side, and for whom there is room."""

from __future__ import annotations

import asyncio
import time

from bot.slack.delivery.work_loop import WorkLoop
from bot.slack.platform.signals import Signal
from bot.store import ClaimedDelivery, Store
from tests.store.factories import delivery

MANY = [f"T{number}" for number in range(12)]


async def test_a_workspace_whose_work_hangs_keeps_nobody_waiting(store: Store) -> None:
    """Forty deliveries of one workspace never end; another's are handled all the same, as they come."""
    signal = Signal()
    handled: list[str] = []
    hanging: list[str] = []

    done = asyncio.Event()

    async def handle(claimed: ClaimedDelivery, _asked: float) -> None:
        if claimed.delivery.team_id == "T1":
            hanging.append(claimed.delivery.key)
            await asyncio.Event().wait()
        handled.append(claimed.delivery.key)
        await store.complete(claimed, [])
        done.set()

    for number in range(40):
        await store.receive(delivery(f"hangs {number}", "T1"))
    loop = WorkLoop("inbox", store.claim, handle, lambda claimed: claimed.delivery.team_id, signal, 0.5)
    going = asyncio.create_task(loop.run())
    async with asyncio.timeout(20):
        for number in range(30):
            await store.receive(delivery(f"quick {number}", "T2"))
            signal()
            await done.wait()
            done.clear()
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    assert handled == [f"quick {number}" for number in range(30)]
    assert hanging == [f"hangs {number}" for number in range(8)]


async def test_among_many_workspaces_one_has_two_things_under_way_at_once(store: Store) -> None:
    """Twelve have had something to do lately, then forty deliveries of one of them come, which do not end."""
    signal = Signal()
    handled: list[str] = []
    hanging: list[str] = []
    wakes = asyncio.Event()

    async def handle(claimed: ClaimedDelivery, _asked: float) -> None:
        if claimed.delivery.key.startswith("hangs"):
            hanging.append(claimed.delivery.key)
            wakes.set()
            await asyncio.Event().wait()
        await store.complete(claimed, [])
        handled.append(claimed.delivery.key)
        wakes.set()

    async def handle_all(keys: list[str], teams: list[str]) -> None:
        for key, team_id in zip(keys, teams, strict=True):
            await store.receive(delivery(key, team_id))
        signal()
        while not set(keys) <= set(handled):
            await wakes.wait()
            wakes.clear()

    loop = WorkLoop("inbox", store.claim, handle, lambda claimed: claimed.delivery.team_id, signal, 0.5)
    going = asyncio.create_task(loop.run())
    async with asyncio.timeout(20):
        await handle_all([f"before {team_id}" for team_id in MANY], MANY)
        # For a fifth of a second more a place of it is taken.
        await asyncio.sleep(0.3)
        for number in range(40):
            await store.receive(delivery(f"hangs {number}", "T0"))
        await handle_all([f"beside {team_id}" for team_id in MANY[1:]], MANY[1:])
        while len(hanging) < 2:
            await wakes.wait()
            wakes.clear()
        await handle_all([f"after {team_id}" for team_id in MANY[1:]], MANY[1:])
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    assert hanging == ["hangs 0", "hangs 1"]
    assert set(handled[len(MANY) :]) == {f"{when} {team_id}" for when in ("beside", "after") for team_id in MANY[1:]}


async def test_among_many_workspaces_a_burst_of_one_is_spread_out(store: Store) -> None:
    """Two at once, and a place is not free again before a fifth of a second; everything is handled in the end."""
    signal = Signal()
    begun: list[tuple[str, float]] = []
    wakes = asyncio.Event()

    async def handle(claimed: ClaimedDelivery, _asked: float) -> None:
        begun.append((claimed.delivery.key, time.monotonic()))
        await store.complete(claimed, [])
        wakes.set()

    async def wait_for(number: int) -> None:
        while len(begun) < number:
            await wakes.wait()
            wakes.clear()

    loop = WorkLoop("inbox", store.claim, handle, lambda claimed: claimed.delivery.team_id, signal, 0.5)
    going = asyncio.create_task(loop.run())
    async with asyncio.timeout(20):
        for team_id in MANY:
            await store.receive(delivery(f"before {team_id}", team_id))
        signal()
        await wait_for(len(MANY))
        since = time.monotonic()
        for number in range(11):
            await store.receive(delivery(f"burst {number:02}", "T0"))
        signal()
        await wait_for(len(MANY) + 11)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    burst = begun[len(MANY) :]
    assert [key for key, _ in burst] == [f"burst {number:02}" for number in range(11)]
    assert burst[-1][1] - since >= 5 * 0.2
