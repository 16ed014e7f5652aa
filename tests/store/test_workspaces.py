"""Every row belongs to a workspace: with another's IDs nothing of it is seen or changed, 0 leaks in over 10,000 tries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, event, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store import (
    ClaimedCall,
    ClaimedDelivery,
    Installation,
    LeaseLostError,
    Store,
    WorkspaceTransaction,
    open_store,
)
from bot.store.database import EVERY_TEAM
from bot.store.tables import metadata
from tests.fixtures.databases import NewDatabase, address_of, filled
from tests.fixtures.examples import examples
from tests.store.cross_tenant import (
    CHANNELS,
    DECISIONS,
    LOOKS,
    MARKER,
    edit_cards,
    fill_incidents,
    let_cards_wait,
    see_open_incidents,
)
from tests.store.factories import call, delivery, fill_the_rest, put_out, rows

TABLES = list(metadata.tables.values())
THEIRS, OURS = ("TVICTIM", "EVICTIM"), ("TOTHER", "EOTHER")
DELIVERING = ["keep", "at_once", "settle", "put_back", "bury", "sent", "later", "limited", "give_up", "otherwise"]
DELIVERING += ["refused", "installation", "threads", "feedback", "install", "forget"]
DELIVERING += ["resolved_since", "open_incidents", "edit_cards"]
OPERATIONS = [*DELIVERING, *(f"look {name}" for name in LOOKS), *(f"decide {name}" for name in DECISIONS)]
# Examples and tries in each: 2 databases * 84 * 60 is above ten thousand.
EXAMPLES, TRIES = 84, 60


class Victim:
    """A workspace with something in every table and state, whose IDs another uses."""

    def __init__(self, claimed: list[ClaimedDelivery], sending: list[ClaimedCall]) -> None:
        self.claimed = claimed
        self.sending = sending

    @classmethod
    async def fill(cls, store: Store) -> Victim:
        team_id, enterprise_id = THEIRS
        await store.install(Installation(team_id, enterprise_id, "xoxb-victim", "UVICTIM", "BVICTIM"))
        await store.install(Installation("", enterprise_id, "xoxb-victim-org", "UVICTIM", "BVICTIM"))
        await fill_incidents(store, team_id, enterprise_id)
        for number, channel_id in enumerate(CHANNELS):
            outgoing = call(
                f"answer {number}", channel_id, thread_ts=f"{MARKER}.0", fallback=("chat.postEphemeral", {})
            )
            await put_out(
                store, outgoing, call(f"later {number}", channel_id), team_id=team_id, enterprise_id=enterprise_id
            )
            heard = {"channel_id": channel_id, "ts": f"{number}.000"}
            await store.receive(delivery(f"key {number}", team_id, enterprise_id, **heard))
        await store.writer.write(team_id, store.feedback(team_id, enterprise_id, "1.0", "U1", "helped", MARKER))
        await fill_the_rest(store, team_id, enterprise_id)
        filled = cls(await store.claim(2), await store.claim_calls(2))
        await let_cards_wait(store, team_id, enterprise_id)
        return filled


async def theirs(store: Store) -> list[str]:
    """All that is the victim's, in every table."""

    def look(db: Connection) -> list[str]:
        found = [str(dict(row)) for table in TABLES for row in db.execute(select(table)).mappings()]
        return sorted(row for row in found if MARKER in row)

    return await store.database.read(EVERY_TEAM, look)


def wait_for_no_disk(store: Store) -> None:
    """Thousands of small transactions: here it matters what is in them, and not that they outlive a power failure."""
    setting = "SET synchronous_commit = off" if store.database.is_postgres else "PRAGMA synchronous = OFF"

    def turn(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not record.info.setdefault("waits for no disk", False):
            connection.cursor().execute(setting)
            record.info["waits for no disk"] = True

    event.listen(store.database.writing, "checkout", turn)


async def attempt(store: Store, victim: Victim, operation: str, number: int, channel_id: str) -> object:
    """Do something as the other workspace, with IDs of the victim's. Returns what was told."""
    team_id, enterprise_id = OURS
    kind, _, name = operation.partition(" ")
    if kind == "look":
        return await store.read(team_id, enterprise_id, lambda ledger: LOOKS[name](ledger, number, channel_id))
    if kind == "decide":
        return await store.write(team_id, enterprise_id, lambda ledger: DECISIONS[name](ledger, number, channel_id))
    received = delivery(f"key {number % 3}", team_id, enterprise_id, channel_id=channel_id, ts=f"{number}.000")
    claimed = replace(victim.claimed[number % len(victim.claimed)], delivery=received)
    sending = replace(victim.sending[number % len(victim.sending)], team_id=team_id, enterprise_id=enterprise_id)
    note = store.feedback(team_id, enterprise_id, "1.0", "U1", "wrong", "")
    outgoing = call(f"answer {number % 3}", channel_id)
    state: Literal["dead", "ambiguous"] = "dead" if number % 2 else "ambiguous"
    acts = {
        "keep": lambda: store.receive(received),
        "at_once": lambda: store.complete_now(received, [outgoing], [note]),
        "settle": lambda: store.complete(claimed, [outgoing], [note]),
        "put_back": lambda: store.reschedule(claimed, 0.0, "stolen"),
        "bury": lambda: store.dead_letter(claimed, "stolen", [outgoing]),
        "sent": lambda: store.complete_call(sending, "9.9", 0.0),
        "later": lambda: store.reschedule_call(sending, 0.0, "stolen", reached=bool(number % 2)),
        "limited": lambda: store.reschedule_call(sending, 600.0, "stolen", reached=False, whole_team=True),
        "give_up": lambda: store.give_up(sending, state, "stolen"),
        "otherwise": lambda: store.use_fallback(sending, "stolen"),
        "refused": lambda: store.refuse_call(sending, "stolen"),
        "resolved_since": lambda: store.resolved_since(team_id, 0.0),
        "open_incidents": lambda: see_open_incidents(store, THEIRS[0]),
        "edit_cards": lambda: edit_cards(store, team_id),
        "installation": lambda: store.installation(team_id, enterprise_id),
        "threads": lambda: store.threads_since(team_id, channel_id, 0.0),
        "feedback": lambda: store.writer.write(team_id, note),
        "install": lambda: store.install(Installation(team_id, enterprise_id, "xoxb-other", "U1", "B1")),
        "forget": lambda: store.writer.write(team_id, store.workspace_deletion(team_id, enterprise_id)),
    }
    try:
        return await acts[operation]()
    except LeaseLostError:
        return None


@pytest.fixture
async def victim(store: Store) -> Victim:
    return await Victim.fill(store)


@pytest.mark.thorough
async def test_with_another_workspaces_ids_nothing_of_it_is_seen_or_changed(store: Store, victim: Victim) -> None:
    """Every function of the store, in any order and many at once, with keys, rows, channels and people of another."""
    wait_for_no_disk(store)
    before = await theirs(store)
    assert len(before) > len(TABLES)
    tried: list[str] = []

    @settings(max_examples=examples(EXAMPLES), database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 9), st.sampled_from(CHANNELS)),
            min_size=TRIES,
            max_size=TRIES,
        )
    )
    def hold(acts: list[tuple[str, int, str]]) -> None:
        async def all_at_once() -> list[object]:
            return await asyncio.gather(*(attempt(store, victim, *act) for act in acts))

        told = loop.run_until_complete(all_at_once())
        tried.extend(act[0] for act in acts)
        assert MARKER not in str(told)
        assert loop.run_until_complete(theirs(store)) == before

    loop = Loop(asyncio.get_running_loop())
    await asyncio.to_thread(hold)

    assert len(tried) >= examples(EXAMPLES) * TRIES
    assert set(tried) == set(OPERATIONS)
    # What the other did with IDs of its own was done: the tries were no empty ones.
    assert await store.receive(delivery("new", *OURS))


class Loop:
    """Runs the test's coroutines from Hypothesis' thread, in the loop that the store belongs to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def run_until_complete(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)


# --- row-level security, the second fence -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_workspaces(postgres: Any, new_database: NewDatabase) -> str:
    """The name of a PostgreSQL database with the rows of two workspaces in every table."""
    name = new_database()
    filled(address_of(postgres, name), Victim.fill, fill_ours)
    return name


@pytest.fixture
async def fenced(postgres_database: NewDatabase, two_workspaces: str) -> AsyncIterator[Store]:
    """A store on a copy of it."""
    store = await open_store(postgres_database(two_workspaces), lambda _: None)
    yield store
    await store.close()


async def fill_ours(store: Store) -> None:
    team_id, enterprise_id = OURS
    await store.install(Installation(team_id, enterprise_id, "xoxb-other", "U1", "B1"))
    await put_out(store, call("answer 0"), team_id=team_id, enterprise_id=enterprise_id)
    await store.claim_calls(9)
    await store.receive(delivery("key 0", team_id, enterprise_id, channel_id="C1", ts="1.000"))
    await store.writer.write(team_id, store.feedback(team_id, enterprise_id, "1.0", "U1", "helped", "20502"))
    await fill_the_rest(store, team_id, enterprise_id)


def test_all_that_the_bot_asks_of_a_ledger_is_tried() -> None:
    """Any new method is tried with another workspace's IDs, too."""
    asked = {name for name, each in vars(WorkspaceTransaction).items() if callable(each) and not name.startswith("_")}
    assert asked == {*LOOKS, *DECISIONS}


def select_all(table: Table) -> Any:
    return lambda db: db.execute(text(f"SELECT team_id FROM {table.name}")).scalars().all()


@pytest.mark.parametrize("table", TABLES, ids=str)
async def test_postgresql_itself_shows_a_workspace_only_its_own_rows(fenced: Store, table: Table) -> None:
    """Even to a statement that forgot to ask for the workspace."""
    assert set(await fenced.database.read(OURS[0], select_all(table))) == {OURS[0]}
    assert set(await fenced.database.read(THEIRS[0], select_all(table))) == {THEIRS[0]}
    assert {OURS[0], THEIRS[0]} <= set(await fenced.database.read(EVERY_TEAM, select_all(table)))


@pytest.mark.parametrize("table", TABLES, ids=str)
async def test_postgresql_shows_nothing_when_no_workspace_was_named(fenced: Store, table: Table) -> None:
    """On a fresh connection and on one that served a workspace before; not an organisation's row either."""
    with fenced.database.writing.connect() as db:
        for _ in range(2):
            assert select_all(table)(db) == []
            db.rollback()
            fenced.database.show_team(db, THEIRS[0])
            db.commit()


@pytest.mark.parametrize("table", TABLES, ids=str)
async def test_postgresql_lets_a_workspace_change_only_its_own_rows(fenced: Store, table: Table) -> None:
    """Not by changing, deleting, giving away or adding."""
    before = await rows(fenced, table, THEIRS[0])

    def change(db: Connection) -> None:
        fenced.database.show_team(db, OURS[0])
        db.execute(text(f"UPDATE {table.name} SET enterprise_id = 'stolen'"))
        db.execute(text(f"DELETE FROM {table.name}"))

    def give_away(db: Connection) -> None:
        fenced.database.show_team(db, OURS[0])
        db.execute(text(f"UPDATE {table.name} SET team_id = '{THEIRS[0]}', enterprise_id = 'given'"))

    with fenced.database.writing.connect() as db:
        with pytest.raises(ProgrammingError, match="row-level security"):
            give_away(db)
        db.rollback()
        change(db)
        db.commit()

    assert await rows(fenced, table, OURS[0]) == []
    assert await rows(fenced, table, THEIRS[0]) == before


async def test_a_superuser_is_warned_about(postgres: Any, postgres_database) -> None:
    """The fence does not hold for one; an ordinary user is not warned about."""
    address = postgres_database()
    told: list[str] = []
    for each in (address, address.replace("sceptic@", "postgres@")):
        store = await open_store(each, told.append)
        await store.close()

    assert [sentence for sentence in told if "superuser" in sentence] == [
        "The database user is a superuser or bypasses row-level security; give Sceptic an ordinary one."
    ]


def test_every_table_says_whose_its_rows_are() -> None:
    """Without it a row could not be shown to one workspace only, nor deleted with it."""
    assert len(TABLES) >= 6
    assert [table.name for table in TABLES if not {"team_id", "enterprise_id"} <= set(table.columns.keys())] == []
