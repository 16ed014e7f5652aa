"""Group commit: what waits is written together, and each still succeeds or fails by itself. On both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.store import Store, StoreBusyError, StoreError, open_store
from bot.store.database import EVERY_TEAM
from bot.store.tables import feedback, inbox, outbox
from tests.store.factories import call, delivery, fail, rows, spill

# Seconds that a machine with much else to do may take for a thousand rows.
PATIENT = 30.0


@pytest.fixture
def commits(store: Store) -> list[Any]:
    """Grows by one with each transaction that is committed."""
    seen: list[Any] = []
    event.listen(store.database.writing, "commit", seen.append)
    if store.database.single_statement is not None:
        event.listen(store.database.single_statement, "after_execute", lambda *given: seen.append(given))
    return seen


async def test_many_deliveries_are_kept_in_few_transactions(store: Store, commits: list[Any]) -> None:
    """A thousand that arrive together wait for the disk twice, not a thousand times."""
    kept = await asyncio.gather(*(store.receive(delivery(f"tea {number}"), PATIENT) for number in range(1000)))

    assert all(kept)
    assert len(commits) == 2
    assert len(await rows(store, inbox)) == 1000


async def test_deliveries_and_outcomes_share_a_transaction(store: Store, commits: list[Any]) -> None:
    """Whatever is to be written at that moment."""
    await asyncio.gather(
        *(store.receive(delivery(f"tea {number}")) for number in range(20)),
        *(store.complete_now(delivery(f"milk {number}"), [call(f"milk {number}")]) for number in range(20)),
    )

    assert len(commits) == 1
    assert len(await rows(store, outbox)) == 20


async def test_a_change_that_fails_fails_alone(store: Store) -> None:
    """Those who share its transaction are kept all the same, once."""
    outcomes = await asyncio.gather(
        *(store.receive(delivery(f"before {number}")) for number in range(5)),
        store.writer.write("T1", spill),
        store.writer.write("T1", fail),
        *(store.complete_now(delivery(f"after {number}"), [call(f"after {number}")]) for number in range(5)),
        return_exceptions=True,
    )

    assert outcomes[:5] == [True] * 5
    assert isinstance(outcomes[5], ZeroDivisionError)
    assert isinstance(outcomes[6], StoreError)
    assert "teapots" in str(outcomes[6])
    assert outcomes[7:] == [None] * 5
    assert (len(await rows(store, inbox)), len(await rows(store, outbox))) == (10, 5)


async def test_who_lost_a_deadlock_is_tried_again(postgres_database) -> None:
    """PostgreSQL ends one of two transactions that wait for each other; it has done nothing wrong."""
    store = await open_store(postgres_database(), lambda _: None)
    tries: list[int] = []

    def change(db: Connection) -> str:
        tries.append(1)
        if len(tries) < 3:
            db.execute(text("DO $$ BEGIN RAISE EXCEPTION 'teapot' USING ERRCODE = 'deadlock_detected'; END $$"))
        return "written"

    assert await store.writer.write("T1", change) == "written"
    assert len(tries) == 3
    await store.close()


async def test_an_error_says_nothing_of_what_was_to_be_written(store: Store) -> None:
    """Statements and their values hold what people wrote."""

    def insert(db: Connection) -> None:
        db.execute(inbox.insert().values(team_id="T1", key="secret", body="secret"))

    with pytest.raises(StoreError) as error:
        await store.writer.write("T1", insert)

    assert "secret" not in str(error.value).partition("DETAIL")[0]
    assert "INSERT" not in str(error.value)


async def occupy(store: Store, begun: asyncio.Event, free: asyncio.Event) -> None:
    """Hold the database's own lock on what is written, like another program would."""
    database = store.database
    with (database.writing if database.is_postgres else database.reading).connect() as db:
        if store.database.is_postgres:
            db.exec_driver_sql("LOCK TABLE inbox, feedback IN ACCESS EXCLUSIVE MODE")
        else:
            db.exec_driver_sql("UPDATE lanes SET taken = taken")
        begun.set()
        await free.wait()
        db.rollback()


async def test_what_could_not_be_written_in_time_is_not_written_later(store: Store) -> None:
    """Callers who were told no must be able to rely on it: the change does not happen when the database comes free."""
    begun, free = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(occupy(store, begun, free))
    await begun.wait()
    note = store.feedback("T1", "", "1.0", "U1", "helped", "20502")
    with pytest.raises(StoreBusyError, match=r"did not take a write within 0\.3 seconds"):
        await store.writer.write("T1", note, within=0.3)
    free.set()
    await holding
    await store.receive(delivery("after"))

    assert await rows(store, feedback) == []
    assert [row["key"] for row in await rows(store, inbox)] == ["after"]


async def test_a_delivery_that_cannot_be_kept_in_time_is_refused(store: Store) -> None:
    """Slack is then told 503; what comes again is new, or known, and is there once in the end."""
    begun, free = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(occupy(store, begun, free))
    await begun.wait()
    with pytest.raises(StoreBusyError):
        await store.receive(delivery(), within=0.3)
    assert not holding.done()
    free.set()
    await holding
    await store.receive(delivery())

    assert len(await rows(store, inbox)) == 1


async def test_the_writer_goes_on_after_any_error(store: Store) -> None:
    """One failing write after the other, and then one that succeeds."""
    for _ in range(3):
        with pytest.raises(StoreError):
            await store.writer.write(EVERY_TEAM, fail)

    assert await store.receive(delivery())


async def test_whoever_stops_waiting_leaves_the_others_alone(store: Store) -> None:
    """A cancelled caller's change is not made; its neighbours' are."""
    leaving = asyncio.create_task(store.complete_now(delivery("leaves"), [call("leaves")]))
    staying = asyncio.create_task(store.complete_now(delivery("stays"), [call("stays")]))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying

    assert [row["key"] for row in await rows(store, outbox)] == ["stays"]


async def test_closing_writes_what_is_left(address: str) -> None:
    """Changes that wait when the bot stops are written before it ends."""
    store = await open_store(address, lambda _: None)
    waiting = [asyncio.create_task(store.receive(delivery(f"tea {number}"), PATIENT)) for number in range(700)]
    await asyncio.sleep(0)
    await store.close()
    assert all(await asyncio.gather(*waiting))
    again = await open_store(address, lambda _: None)

    assert len(await rows(again, inbox)) == 700
    await again.close()


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
async def test_a_connection_that_died_while_it_lay_idle_costs_nothing(store: Store, postgres: Any) -> None:
    """PostgreSQL was started anew, say: the connection is asked first whether it lives, and another takes its place."""
    for number in range(2):
        assert await store.receive(delivery(f"tea {number}"))
        await store.complete_now(delivery(f"milk {number}"), [])
        end_connections(postgres, store)
        # For a second it counts as alive.
        await asyncio.sleep(1.1)

    assert len(await rows(store, inbox)) == 4


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
async def test_a_connection_that_died_in_use_costs_one_refusal(store: Store, postgres: Any) -> None:
    """Slack delivers again what was refused."""
    assert await store.receive(delivery("tea"))
    assert await store.receive(delivery("milk"))
    end_connections(postgres, store)

    with pytest.raises(StoreError):
        await store.receive(delivery("sugar"))
    assert await store.receive(delivery("sugar"))


def end_connections(postgres: Any, store: Store) -> None:
    """End every connection of the store, as its server does when it stops."""
    ended = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = "
    postgres.psql(f"{ended}'{store.database.url.database}'")
