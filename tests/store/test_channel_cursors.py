"""Channel cursors: not farther than up to what is still to be read."""

from __future__ import annotations

import asyncio

from bot.slack.delivery.backfill import EVERYWHERE, Backfill, ChannelCursor
from bot.slack.platform.signals import Signal
from bot.store import Delivery, Store, open_store
from tests.store.factories import delivery


def said(ts: str, team_id: str = "T1", channel_id: str = "C1") -> Delivery:
    return delivery(f"{channel_id} {ts}", team_id, channel_id=channel_id, ts=ts)


async def heard(store: Store) -> dict[tuple[str, str], str]:
    return {(team_id, channel_id): ts for team_id, _, channel_id, ts in await store.channel_cursors()}


async def test_a_kill_while_catching_up_begins_again_where_it_began(address: str) -> None:
    """The first live message says nothing of what was missed before it; a new channel is noted all the same."""
    for ts in ("1000.0", "9000.0"):
        store = await open_store(address, lambda _: None)
        await Backfill(store, None, Signal()).cursors()  # type: ignore[arg-type]  # nothing is read
        await store.receive(said(ts))
        await store.close()
    store = await open_store(address, lambda _: None)

    assert await heard(store) == {("T1", "C1"): "1000.0"}
    await store.close()


async def test_a_place_that_was_read_is_heard_from_again(store: Store) -> None:
    """Those whose reading goes on stay where they are, and so does a workspace that missed something meanwhile."""
    places = [("T1", "C1"), ("T1", "C2"), ("T2", "C3")]
    for team_id, channel_id in places:
        await store.receive(said("1000.0", team_id, channel_id))
    at_second = asyncio.Event()

    class HangingAtTheSecond(Backfill):
        async def read_channel(self, cursor: ChannelCursor) -> None:
            if cursor.channel_id == "C2":
                at_second.set()
                await asyncio.Event().wait()

    catching_up = HangingAtTheSecond(store, None, Signal())  # type: ignore[arg-type]  # nothing is read
    running = asyncio.create_task(catching_up.run(await catching_up.cursors()))
    await at_second.wait()
    await asyncio.sleep(0)
    catching_up.missed(8000.0, "T2")
    # Behind what was written lately another change is not written down at once.
    store.receipts.noted.clear()
    for team_id, channel_id in places:
        await store.receive(said("9000.0", team_id, channel_id))
    running.cancel()

    found = await heard(store)
    assert [found[place] for place in places] == ["9000.0", "1000.0", "1000.0"]
    assert (EVERYWHERE, "") not in store.backfilling
