"""The inbox: a delivery is kept once, taken by one, and handled in one transaction. On both databases."""

from __future__ import annotations

import asyncio

import pytest
from cachetools import TTLCache
from sqlalchemy import text

from bot.store import AT_WORK, Capacity, Change, Delivery, LeaseLostError, Store, StoreError, open_store
from bot.store.database import EVERY_TEAM
from bot.store.tables import channel_cursors, feedback, inbox, outbox
from tests.store.factories import call, claim_one, delivery, fail, let_pass, rows, spill, states


async def test_a_delivery_is_kept_once(store: Store) -> None:
    """Slack delivers again; the second time is told from the first, and changes nothing."""
    assert await store.receive(delivery())
    assert not await store.receive(delivery())

    assert [(row["key"], row["state"]) for row in await rows(store, inbox)] == [("tea", "open")]


async def test_of_the_same_delivery_in_one_transaction_one_is_new(store: Store) -> None:
    """Redeliveries that arrive together are written together."""
    kept = await asyncio.gather(*(store.receive(delivery(key)) for key in ["tea", "milk", "tea", "tea"]))

    assert kept == [True, True, False, False]
    assert len(await rows(store, inbox)) == 2


async def test_an_echo_is_kept_as_handled_and_without_its_words(store: Store) -> None:
    """The bot's own message comes back: nothing is to be done, but it was received, and so far the channel was heard."""
    kept = await asyncio.gather(
        store.receive(delivery("mine", channel_id="C1", ts="20.000000", echo=True)),
        store.receive(delivery("theirs", channel_id="C1", ts="10.000000")),
    )
    again = await store.receive(delivery("mine", channel_id="C1", ts="20.000000", echo=True))
    claimed = await store.claim(10)

    assert (kept, again) == ([True, True], False)
    assert [each.delivery.key for each in claimed] == ["theirs"]
    mine, theirs = sorted(await rows(store, inbox), key=lambda row: str(row["key"]))
    assert (mine["state"], mine["body"], theirs["done_at"]) == ("done", "{}", None)
    assert mine["done_at"] == pytest.approx(mine["received_at"], abs=5)
    assert [row["ts"] for row in await rows(store, channel_cursors)] == ["20.000000"]


async def test_the_same_key_of_two_workspaces_is_two_deliveries(store: Store) -> None:
    """Nobody is kept from being heard by another's ID."""
    assert await store.receive(delivery(team_id="T1"))
    assert await store.receive(delivery(team_id="T2"))


async def test_two_replicas_keep_a_delivery_once(postgres_database) -> None:
    """Each of 200 deliveries comes to both at once, in opposite orders; one of them says it is new."""
    address = postgres_database()
    first, second = [await open_store(address, lambda _: None) for _ in range(2)]
    keys = [f"tea {number}" for number in range(200)]
    here, there = await asyncio.gather(
        asyncio.gather(*(first.receive(delivery(key)) for key in keys)),
        asyncio.gather(*(second.receive(delivery(key)) for key in reversed(keys))),
    )

    assert [one + other for one, other in zip(here, reversed(there), strict=True)] == [1] * 200
    assert len(await rows(first, inbox)) == 200
    await first.close()
    await second.close()


async def test_a_delivery_comes_back_as_it_went_in(store: Store) -> None:
    """With what JSON can hold: nothing that a database might not like is lost."""
    body = {"text": 'tea\x00pot 茶壺 \ud800 👍 "', "n": [1, 2.5, None, True], "deep": {"er": {}}}
    await store.receive(Delivery("T1", "E1", "k", "command", body))
    (claimed,) = await store.claim(1)

    assert claimed.delivery.body == body
    assert (claimed.delivery.team_id, claimed.delivery.enterprise_id) == ("T1", "E1")
    assert (claimed.delivery.key, claimed.delivery.kind, claimed.attempts) == ("k", "command", 1)


async def test_claiming_is_fair_between_workspaces(store: Store) -> None:
    """A workspace with a hundred deliveries does not keep another's one waiting."""
    for number in range(100):
        await store.receive(delivery(f"noise {number}", "T1"))
    await store.receive(delivery("quiet", "T2"))
    taken = await store.claim(4)

    assert sorted(each.delivery.key for each in taken) == ["noise 0", "noise 1", "noise 2", "quiet"]


async def test_no_more_of_a_workspace_is_taken_than_there_is_room_for(store: Store) -> None:
    """Its rows under way count; another workspace has all of its own room."""
    for number in range(6):
        await store.receive(delivery(f"noise {number}", "T1"))
        await store.receive(delivery(f"other {number}", "T2"))
    taken = await store.claim(10, Capacity(4, {"T1": 3}))
    more = await store.claim(10, Capacity(4, {"T1": 4, "T2": 5}))

    assert sorted(each.delivery.key for each in taken) == ["noise 0", "other 0", "other 1", "other 2", "other 3"]
    assert more == []


async def test_what_is_taken_is_not_taken_again_before_its_lease_ends(store: Store) -> None:
    """The lease is for a worker that died; until then nobody else handles the delivery."""
    first = await claim_one(store)
    assert await store.claim(10) == []
    await let_pass(store, AT_WORK.lease - 5)
    assert await store.claim(10) == []
    await let_pass(store, 6)
    (second,) = await store.claim(10)

    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)


async def test_two_replicas_never_take_the_same_delivery(postgres_database) -> None:
    """Both take from 60 at once, until nothing is left."""
    address = postgres_database()
    replicas = [await open_store(address, lambda _: None) for _ in range(2)]
    for number in range(60):
        await replicas[0].receive(delivery(f"tea {number}", f"T{number % 7}"))

    async def take(store: Store) -> list[str]:
        taken: list[str] = []
        for _ in range(12):
            taken += [each.delivery.key for each in await store.claim(5)]
        return taken

    here, there = await asyncio.gather(*map(take, replicas))

    assert len(here + there) == 60
    assert len(set(here + there)) == 60
    for each in replicas:
        await each.close()


@pytest.mark.parametrize("end", ["settle", "put_back", "bury"])
async def test_who_lost_the_lease_keeps_nothing_of_the_transaction(store: Store, end: str) -> None:
    """A worker that slept through its lease ends nothing: neither the row nor what was to be told."""
    late = await claim_one(store)
    await let_pass(store, AT_WORK.lease + 1)
    (mine,) = await store.claim(1)
    ends = {
        "settle": store.complete(late, [call("late")]),
        "put_back": store.reschedule(late, 1.0, "late"),
        "bury": store.dead_letter(late, "late", [call("late")]),
    }
    with pytest.raises(LeaseLostError):
        await ends.pop(end)
    for unused in ends.values():
        unused.close()

    assert await rows(store, outbox) == []
    await store.complete(mine, [call("mine")])
    assert [row["key"] for row in await rows(store, outbox)] == ["mine"]
    assert [(row["state"], row["error"]) for row in await rows(store, inbox)] == [("done", "")]


async def test_what_is_done_cannot_be_done_again(store: Store) -> None:
    """The same claim settles once."""
    claimed = await claim_one(store)
    await store.complete(claimed, [call("one")])
    with pytest.raises(LeaseLostError):
        await store.complete(claimed, [call("two")])

    assert [row["key"] for row in await rows(store, outbox)] == ["one"]


@pytest.mark.parametrize(("change", "error"), [(spill, ZeroDivisionError), (fail, StoreError)])
async def test_handling_is_one_transaction(store: Store, change: Change, error: type[Exception]) -> None:
    """A change that fails leaves nothing of the others, no call in the outbox, and the delivery still to be handled."""
    claimed = await claim_one(store)
    with pytest.raises(error):
        await store.complete(claimed, [call()], [store.feedback("T1", "", "1.0", "U1", "helped", "20502"), change])

    assert await rows(store, outbox) == []
    assert await rows(store, feedback) == []
    assert await states(store, inbox) == ["open"]


async def test_what_failed_waits_as_long_as_it_was_told(store: Store) -> None:
    """The attempt is counted and the error is kept, for whoever looks."""
    claimed = await claim_one(store)
    await store.reschedule(claimed, 60.0, "TimeoutError")
    await let_pass(store, 55)
    assert await store.claim(1) == []
    await let_pass(store, 6)
    (again,) = await store.claim(1)

    assert again.attempts == 2
    assert (await rows(store, inbox))[0]["error"] == "TimeoutError"


async def test_what_was_given_up_stays_and_is_counted(store: Store) -> None:
    """And the asker can be told, in the same transaction."""
    await store.dead_letter(await claim_one(store), "ValueError", [call("sorry")])

    assert await states(store, inbox) == ["dead"]
    assert [row["key"] for row in await rows(store, outbox)] == ["sorry"]
    assert (await store.counts()).rows == {("inbox", "dead"): 1, ("outbox", "open"): 1}
    assert await store.claim(1) == []


async def test_what_is_answered_at_once_is_kept_with_its_answer(store: Store) -> None:
    """It is never handled a second time, and delivered again it says nothing again."""
    await store.complete_now(delivery(), [call("one")])
    await store.complete_now(delivery(), [call("two")])

    assert await states(store, inbox) == ["done"]
    assert [row["key"] for row in await rows(store, outbox)] == ["one"]
    assert not await store.receive(delivery())
    assert await store.claim(1) == []


async def test_the_store_knows_how_far_each_channel_was_heard(store: Store) -> None:
    """The latest message counts, in whatever order they come."""
    for key, channel_id, ts in [("a", "C1", "20.000"), ("b", "C1", "10.000"), ("c", "C2", "5.000"), ("d", "", "")]:
        await store.receive(delivery(key, "T1", "E1", channel_id=channel_id, ts=ts))
    await asyncio.gather(
        *(store.receive(delivery(f"e{n}", "T1", "E1", channel_id="C3", ts=f"{n}.000")) for n in (31, 33, 32))
    )

    assert sorted(await store.channel_cursors()) == [
        ("T1", "E1", "C1", "20.000"),
        ("T1", "E1", "C2", "5.000"),
        ("T1", "E1", "C3", "33.000"),
    ]
    assert len(await rows(store, channel_cursors)) == 3


async def test_how_far_a_channel_was_heard_is_noted_once_a_minute(store: Store) -> None:
    """Reading what was missed begins a quarter of an hour earlier anyway; each note would cost every delivery."""
    clock = [1000.0]
    store.receipts.noted = TTLCache(10, 60, timer=lambda: clock[0])
    found = []
    for ts, passed in [("10.000", 0), ("11.000", 59), ("12.000", 2)]:
        clock[0] += passed
        await store.receive(delivery(ts, "T1", channel_id="C1", ts=ts))
        found += [row["ts"] for row in await rows(store, channel_cursors)]

    assert found == ["10.000", "10.000", "12.000"]


async def test_what_could_not_be_kept_was_not_heard(store: Store) -> None:
    """A channel whose first note went down with its transaction is noted with the next delivery."""
    await store.writer.write(EVERY_TEAM, lambda db: db.execute(text("ALTER TABLE heard RENAME TO teapots")))
    with pytest.raises(StoreError):
        await store.receive(delivery("a", "T1", channel_id="C1", ts="10.000"))
    await store.writer.write(EVERY_TEAM, lambda db: db.execute(text("ALTER TABLE teapots RENAME TO heard")))
    await store.receive(delivery("b", "T1", channel_id="C1", ts="11.000"))

    assert [row["ts"] for row in await rows(store, channel_cursors)] == ["11.000"]


async def test_the_age_of_what_waits_is_told(store: Store) -> None:
    """The oldest delivery tells since how many seconds it has been due; nothing waits in an empty store."""
    assert (await store.counts()).oldest_due_seconds == 0
    await store.receive(delivery())
    await let_pass(store, 40)

    assert 40 <= (await store.counts()).oldest_due_seconds < 50
