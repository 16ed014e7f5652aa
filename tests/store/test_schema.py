"""The schema: the migrations make exactly the tables, and a step that was released is never changed."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

import bot.store.migrations
from bot.store import Store, StoreError, open_store
from bot.store.database import EVERY_TEAM
from bot.store.revisions import newest_revision
from bot.store.tables import inbox, metadata
from tests.store.commands import command, said
from tests.store.factories import call, delivery, fail, go_back, put_out, rows, send_all

FOLDER = Path(bot.store.migrations.__file__).parent / "versions"
# SHA-256 of each step as it was released. A release adds a line for its steps; a line is never changed, since
# databases that have taken the step would differ from those that take it later.
RELEASED = {
    "0001_inbox_and_outbox.py": "8a11dac0fd51b287b80f1502a724bfea0b409b3ad058797ee6307ef00c7c2a46",
}


def test_no_step_that_was_released_is_changed() -> None:
    """Nor removed; and whatever is not released yet comes after all that is."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.py")}

    assert {name: found.get(name) for name in RELEASED} == RELEASED
    assert sorted(found)[: len(RELEASED)] == sorted(RELEASED)


async def test_the_steps_make_exactly_the_tables(store: Store) -> None:
    """Columns, types, keys and indexes: nothing more and nothing less than what the program works with."""

    def compare(db: Connection) -> object:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert await store.database.read(EVERY_TEAM, compare) == []


async def test_a_difference_would_be_found(store: Store) -> None:
    """The comparison sees a column and a table too many."""

    def spoil(db: Connection) -> object:
        db.execute(text("ALTER TABLE heard ADD COLUMN tea INTEGER"))
        db.execute(text("CREATE TABLE teapots (id INTEGER)"))
        return compare_metadata(MigrationContext.configure(db), metadata)

    assert len(await store.writer.write(EVERY_TEAM, spoil)) == 2  # type: ignore[arg-type]


async def test_on_postgresql_every_table_is_fenced(postgres_database) -> None:
    """A table that a later step adds must not be forgotten."""
    store = await open_store(postgres_database(), lambda _: None)

    def fenced(db: Connection) -> set[str]:
        found = "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
        return set(db.execute(text(f"{found} WHERE relrowsecurity AND relforcerowsecurity")).scalars())

    assert await store.database.read(EVERY_TEAM, fenced) == set(metadata.tables)
    await store.close()


async def test_the_bot_and_the_commands_use_the_schema_that_the_address_names(postgres_database) -> None:
    """Else a backup would be of other tables than the bot's. What the bot sets for itself holds as well."""
    plain = postgres_database()
    with psycopg.connect(plain, autocommit=True) as db:
        db.execute("CREATE SCHEMA tea")
    address = f"{plain}&options=-csearch_path%3Dtea"
    store = await open_store(address, lambda _: None)
    await store.receive(delivery())
    # By the connection for single statements, the one for transactions, and the command's own.
    assert [each["key"] for each in await rows(store, inbox)] == ["tea"]
    assert "inbox open: 1\n" in said(await command(address, "show"))
    assert await store.database.read("T1", lambda db: db.scalar(text("SHOW statement_timeout"))) == "10s"
    await store.close()

    with psycopg.connect(plain) as db:
        assert db.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE tableowner = 'sceptic'").fetchall() == [
            ("tea",)
        ]


async def test_opening_again_keeps_what_is_there(address: str) -> None:
    """A new store is announced once, with where it is; later nothing is said."""
    told: list[str] = []
    first = await open_store(address, told.append)
    await first.receive(delivery())
    await first.close()
    assert len(told) == 1
    assert told[0].startswith("A new store was made in ")
    second = await open_store(address, told.append)

    assert len(told) == 1
    assert not await second.receive(delivery())
    await second.close()


async def test_a_store_that_is_meant_to_be_new_is_not_announced(address: str) -> None:
    """Whoever only tries it has not lost anything."""
    told: list[str] = []
    store = await open_store(address, told.append, new=True)
    await store.close()

    assert told == []


async def test_what_an_older_sceptic_kept_is_there_after_the_step(address: str) -> None:
    """Calls that waited while it was brought up to date are made, and nobody follows them up."""
    store = await open_store(address, lambda _: None)
    await put_out(store, call())

    await store.writer.write(EVERY_TEAM, lambda db: go_back(db, "0002"))
    await store.close()
    again = await open_store(address, lambda _: None)

    assert [each.call for each in await send_all(again)] == [call()]
    assert await again.claim(9) == []
    await again.close()


async def test_questions_of_unknown_origin_are_forgotten_with_the_step(address: str) -> None:
    """Before it, what was asked in a direct message was noted beside what was asked in a channel, in every workspace."""
    store = await open_store(address, lambda _: None)
    for team_id in ("T1", "T2"):
        await store.write(team_id, "", lambda ledger: ledger.note_unanswered("tea", "why tea", "silent"))
    await store.writer.write(EVERY_TEAM, lambda db: go_back(db, "0004"))
    await store.close()
    again = await open_store(address, lambda _: None)

    assert await again.read("T1", "", lambda ledger: ledger.unanswered()) == []
    assert await again.read("T2", "", lambda ledger: ledger.unanswered()) == []
    await again.close()


async def test_a_sceptic_at_work_goes_on_while_a_newer_one_changes_the_schema(address: str) -> None:
    """Replicas are upgraded one after another: a step adds what an older program need not know, and it works to its end."""
    store = await open_store(address, lambda _: None)
    await store.receive(delivery("before"))
    await put_out(store, call("before"))

    def step_on(db: Connection) -> None:
        for table in ("inbox", "outbox", "lanes", "heard"):
            db.execute(text(f"ALTER TABLE {table} ADD COLUMN newer TEXT"))
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await store.writer.write(EVERY_TEAM, step_on)
    await store.receive(delivery("after"))
    for claimed in await store.claim(9):
        await store.complete(claimed, [call(f"of {claimed.delivery.key}")])

    assert [each.call.key for each in await send_all(store)] == ["before", "of before", "of after"]
    await store.close()


async def test_a_store_of_a_newer_sceptic_is_refused(address: str) -> None:
    """With both schemas and what to do; it is left as it is."""
    store = await open_store(address, lambda _: None)
    await store.receive(delivery())

    def age(db: Connection) -> None:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await store.writer.write(EVERY_TEAM, age)
    await store.close()
    with pytest.raises(
        StoreError, match=rf"newer Sceptic \(schema 9999, this one knows {newest_revision()}\); install"
    ):
        await open_store(address, lambda _: None)


async def test_a_database_with_other_tables_is_refused(address: str) -> None:
    """Somebody else's database is not written to."""
    store = await open_store(address, lambda _: None)

    def change(db: Connection) -> None:
        for name in [*metadata.tables, "alembic_version"]:
            db.execute(text(f"DROP TABLE {name}"))
        db.execute(text("CREATE TABLE teapots (id INTEGER)"))

    await store.writer.write(EVERY_TEAM, change)
    await store.close()
    with pytest.raises(StoreError, match=r"not Sceptic's \(teapots\); give Sceptic one of its own"):
        await open_store(address, lambda _: None)


async def test_replicas_that_start_together_make_the_schema_once(postgres_database) -> None:
    """Five at once on an empty database."""
    address = postgres_database()
    told: list[str] = []
    stores = await asyncio.gather(*(open_store(address, told.append) for _ in range(5)))

    assert len(told) == 1
    assert all(await asyncio.gather(*(store.receive(delivery(f"tea {n}")) for n, store in enumerate(stores))))
    assert len(await rows(stores[0], metadata.tables["inbox"])) == 5
    for store in stores:
        with pytest.raises(StoreError, match="teapots"):
            await store.writer.write(EVERY_TEAM, fail)
        await store.close()
