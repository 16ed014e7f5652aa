"""A store that was left by an older Sceptic with everything under way is upgraded when it is opened, and loses nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from sqlalchemy import create_engine, insert, inspect, select, text

from bot.store import Delivery, Store, open_store
from bot.store.backup import restore
from bot.store.database import read_address
from bot.store.revisions import _config
from bot.store.tables import inbox, metadata, outbox
from tests.store.factories import rows

# Made by the last Sceptic before this schema: handled, waiting, claimed and given up, an incident with its card.
OLD = (Path(__file__).parent / "store_of_schema_0004.sql").read_text(encoding="utf-8")
TEAM, CHANNEL = "T0TEAPOT000", "C0SUPPORT00"
SECRET = "Summer2024!x"


def make_file(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(OLD)
    return path


def make_old(address: str, tmp_path: Path) -> None:
    """Leave the old store behind an address."""
    url = read_address(address)
    if url.get_backend_name() == "sqlite":
        make_file(Path(str(url.database)))
        return
    source = create_engine(f"sqlite:///{make_file(tmp_path / 'old.db')}")
    target = create_engine(url)
    with target.begin() as db, source.connect() as old:
        config = _config()
        config.attributes["connection"] = db
        alembic.upgrade(config, "0004")
        db.execute(text("SELECT set_config('sceptic.team_id', '*', true)"))
        there = inspect(old)
        for table in metadata.sorted_tables:
            # Later schemas have more tables and columns.
            names = [each["name"] for each in there.get_columns(table.name)] if there.has_table(table.name) else []
            if (
                found := [dict(row) for row in old.execute(select(*map(table.c.get, names))).mappings()]
                if names
                else []
            ):
                db.execute(insert(table), found)
    source.dispose()
    target.dispose()


@pytest.fixture
def old_address(address: str, tmp_path: Path) -> str:
    make_old(address, tmp_path)
    return address


def holding_the_secret(folder: Path) -> list[str]:
    """Return the names of the store's files that hold the secret somewhere."""
    return [each.name for each in folder.glob("sceptic.db*") if SECRET.encode() in each.read_bytes()]


async def keys_of_due_deliveries(store: Store) -> list[str]:
    return [each.delivery.key.rpartition("/")[2] for each in await store.claim(9)]


async def send_everything(store: Store) -> list[tuple[str, bool]]:
    """Send what is due; each call's key, and whether it is looked for in Slack first."""
    sent = []
    while calls := await store.claim_calls(9):
        for each in calls:
            sent.append((each.call.key, each.first_tried_at is not None))
            await store.complete_call(each, "9.000001", 0.0)
    return sent


async def test_what_was_under_way_is_handled_and_sent_once(old_address: str) -> None:
    """A call that an older process was just sending is looked for under its old key before it is sent again."""
    store = await open_store(old_address, lambda _: None)
    if not store.database.is_postgres:
        # A moment in which what was just sent becomes visible in Slack.
        await asyncio.sleep(store.timings.visible)
    waiting = {"1782900020.000100", "1782900021.000100"}

    assert waiting <= set(await keys_of_due_deliveries(store))
    assert await send_everything(store) == [
        ("sending", True),
        ("elsewhere", False),
        ("behind", False),
        ("card/1/1", False),
    ]
    assert await store.claim_calls(9) == []
    await store.close()


async def test_what_was_done_or_given_up_is_still_known(old_address: str) -> None:
    """A redelivery is known by its key, an incident by its thread, its card by its message; dead letters keep their text."""
    store = await open_store(old_address, lambda _: None)
    again = Delivery(TEAM, "", f"message/{CHANNEL}/1782900000.000100", "event", {})
    stored = await store.read(TEAM, "", lambda transaction: transaction.find(CHANNEL, "1782900000.000100"))
    given_up = {(row["key"], row["state"]): row for row in await rows(store, outbox)}

    assert not await store.receive(again)
    assert stored is not None
    assert (stored.incident.number, stored.card.ts) == (1, "1782900003.000300")
    assert "about dead" in given_up["dead", "dead"]["arguments"]
    assert ("ambiguous", "ambiguous") in given_up
    assert [row["state"] for row in await rows(store, inbox)].count("dead") == 1
    assert (await store.installation(TEAM, "")) is not None
    await store.close()


async def test_no_text_of_what_was_handled_is_left(old_address: str, tmp_path: Path) -> None:
    store = await open_store(old_address, lambda _: None)
    kept = f"{await rows(store, inbox)}{await rows(store, outbox)}"
    await store.close()

    assert SECRET not in kept
    assert holding_the_secret(tmp_path) == []


async def test_a_backup_of_an_older_sceptic_is_upgraded_when_it_is_restored(address: str, tmp_path: Path) -> None:
    """The backup itself stays as it is; everything that waits is looked for in Slack first."""
    backup = make_file(tmp_path / "backup.db")
    before = backup.read_bytes()
    figures, _ = await asyncio.to_thread(restore, address, backup)
    store = await open_store(address, lambda _: None)
    kept: list[dict[str, Any]] = await rows(store, inbox)

    assert figures["incidents"] == 1
    assert SECRET not in str(kept)
    assert {row["key"].rpartition("/")[2] for row in kept if row["state"] == "open"} >= {"1782900020.000100"}
    assert backup.read_bytes() == before
    await store.close()
