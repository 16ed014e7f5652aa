"""A backup during writes, restoring it, and the move to PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.replies.values import Reply
from bot.slack.context.handling import Calls
from bot.store import Store, StoreError, open_store
from bot.store.backup import back_up
from bot.store.tables import feedback, inbox, outbox
from tests.store.commands import (
    TABLES,
    command,
    everything,
    fill,
    found,
    make_store,
    put,
    read_file,
    refused,
    run,
    said,
    serve,
)
from tests.store.factories import call, delivery, let_pass, put_out, rows, send_all

# --- backup and restore ------------------------------------------------------------------------------------------------------


async def test_a_backup_holds_everything(address: str, store: Store, tmp_path: Path) -> None:
    """Of either database, in one file that only its owner can read; the figures are told."""
    await fill(store)
    shown = said(await command(address, "backup", tmp_path / "backup.db"))

    assert f"{sum(map(len, await everything(store)))} rows" in shown
    assert "2 inbox" not in shown
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    assert found(tmp_path, "backup*") == ["backup.db"]
    with closing(sqlite3.connect(tmp_path / "backup.db")) as db:
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (6,)
        assert db.execute(
            "SELECT text FROM (SELECT body AS text FROM inbox) WHERE text LIKE '%secret of open%'"
        ).fetchone()


async def test_a_backup_during_writes_is_consistent(address: str, store: Store, tmp_path: Path) -> None:
    """A delivery and its answer are written together; in three backups each has the other, and what came before."""
    # A busy machine, with a backup beside, may need longer than Slack waits.
    store.timings = replace(store.timings, receive=30.0)
    running = True
    kept = 0
    reached = [asyncio.Event() for _ in range(3)]

    async def write() -> None:
        nonlocal kept
        while running:
            numbers = range(kept, kept + 25)
            await asyncio.gather(
                *(store.complete_now(delivery(f"{n:06}"), [call(f"{n:06}", f"C{n % 9}")]) for n in numbers)
            )
            kept += 25
            if kept % 500 == 0 and kept <= 1500:
                reached[kept // 500 - 1].set()

    writing = asyncio.create_task(write())
    known = []
    for number in range(3):
        await reached[number].wait()
        known.append(kept)
        said(await command(address, "backup", tmp_path / f"backup{number}.db"))
    running = False
    await writing

    for number, before in enumerate(known):
        with closing(sqlite3.connect(tmp_path / f"backup{number}.db")) as db:
            heard = [key for (key,) in db.execute("SELECT key FROM inbox ORDER BY key")]
            told = [key for (key,) in db.execute("SELECT key FROM outbox ORDER BY key")]
        assert heard == told
        assert before <= len(heard) <= kept
        assert heard == [f"{n:06}" for n in range(len(heard))]
    assert kept > known[2]


async def test_a_backup_is_restored_and_the_old_store_kept(tmp_path: Path) -> None:
    """SQLite: the store is as it was at the backup, and what it replaced lies beside it, whole."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    await fill(store)
    before = await everything(store)
    said(await command(address, "backup", tmp_path / "backup.db"))
    await store.receive(delivery("later"))
    await store.close()
    shown = said(await command(address, "restore", tmp_path / "backup.db"))
    kept = tmp_path / found(tmp_path, "sceptic.db.before-*")[0]

    assert str(kept) in shown
    assert "later" in str(await read_file(kept))
    after = await read_file(tmp_path / "sceptic.db")
    assert [len(found) for found in after] == [len(found) for found in before]
    assert {row["key"]: row["state"] for row in after[TABLES.index(outbox)]} == {
        row["key"]: row["state"] for row in before[TABLES.index(outbox)]
    }


async def test_what_waits_in_a_backup_is_looked_for_before_it_is_posted(tmp_path: Path) -> None:
    """It may have been posted after the backup was taken; from its making on it is looked for in Slack."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    await put_out(store, call("waiting"))
    said(await command(address, "backup", tmp_path / "backup.db"))
    (row,) = await rows(store, outbox)
    assert row["first_tried_at"] is None
    await send_all(store)
    await store.close()
    said(await command(address, "restore", tmp_path / "backup.db"))

    again = await open_store(address, lambda _: None)
    (sending,) = await again.claim_calls(1)
    assert (sending.call.key, sending.first_tried_at) == ("waiting", row["created_at"])
    await again.close()


async def test_what_comes_of_a_delivery_in_a_backup_is_looked_for_as_well(
    address: str, store: Store, postgres_database, tmp_path: Path
) -> None:
    """It may have been answered after the backup was taken, and is handled again after restoring."""
    await store.receive(delivery("answered"))
    await store.receive(delivery("waiting"))
    (answered, _) = await store.claim(2)
    await store.complete(answered, [call("answer")])
    (row,) = [each for each in await rows(store, inbox) if each["state"] == "open"]
    said(await command(address, "backup", tmp_path / "backup.db"))
    target = postgres_database()
    said(await command(target, "restore", tmp_path / "backup.db"))

    again = await open_store(target, lambda _: None)
    await let_pass(again, 40)
    (waiting,) = await again.claim(2)
    turn = Calls(waiting.delivery)
    turn.post(Reply("an answer", ()), "C1", None)
    assert waiting.delivery.key == "waiting"
    assert [each.posted_since for each in turn.calls] == [row["received_at"]]
    assert {"text": "the secret of waiting"}.items() <= waiting.delivery.body.items()
    await again.close()


async def test_a_backup_is_restored_into_an_empty_postgresql(
    address: str, store: Store, postgres_database, tmp_path: Path
) -> None:
    """Whichever database it was taken from; new rows get numbers behind the old ones."""
    await fill(store)
    said(await command(address, "backup", tmp_path / "backup.db"))
    target = postgres_database()
    said(await command(target, "restore", tmp_path / "backup.db"))
    restored = await open_store(target, lambda _: None)

    assert [len(found) for found in await everything(restored)] == [len(found) for found in await everything(store)]
    assert await restored.receive(delivery("new"))
    assert not await restored.receive(delivery("open", "T2", "E1"))
    await restored.close()
    assert "is not empty" in refused(await command(target, "restore", tmp_path / "backup.db"))


async def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    """The running bot would go on in a file that nobody sees any more."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    said(await command(address, "backup", tmp_path / "backup.db"))
    await store.receive(delivery())

    assert "stop it first" in refused(await command(address, "restore", tmp_path / "backup.db"))
    assert "stop it first" in refused(await command(address, "move", "postgresql://teapot@127.0.0.1:9/tea"))
    assert len(await rows(store, inbox)) == 1
    await store.close()


@pytest.mark.parametrize("damage", ["noise", "empty", "gone", "moved"])
async def test_a_backup_takes_the_place_of_whatever_is_left_of_a_store(damage: str, tmp_path: Path) -> None:
    """That is what it is for; the remains are kept, too."""
    path = tmp_path / "sceptic.db"
    address = f"sqlite:///{path}"
    store = await open_store(address, lambda _: None)
    await store.receive(delivery())
    said(await command(address, "backup", tmp_path / "backup.db"))
    await store.close()
    if damage == "moved":
        put(tmp_path / "sceptic.db.moved", b"postgresql://teapot/tea\n")
    else:
        put(path, {"noise": b"tea" * 5000, "empty": b"", "gone": None}[damage])
    shown = said(await command(address, "restore", tmp_path / "backup.db"))

    assert ("is kept as" in shown) == (damage != "gone")
    assert [row["key"] for row in (await read_file(path))[TABLES.index(inbox)]] == ["tea"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "no store of Sceptic's"), (b"tea" * 5000, "is damaged"), (None, "is damaged")],
    ids=["empty", "noise", "cut"],
)
async def test_what_is_no_whole_backup_is_not_restored(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    """The store stays as it is."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    await store.receive(delivery())
    backup = tmp_path / "backup.db"
    said(await command(address, "backup", backup))
    await store.close()
    backup.write_bytes(backup.read_bytes()[:-8192] if content is None else content)

    assert sentence in refused(await command(address, "restore", backup))
    assert len((await read_file(tmp_path / "sceptic.db"))[TABLES.index(inbox)]) == 1


async def test_a_backup_never_replaces_a_file_and_leaves_none_half_written(
    address: str, store: Store, tmp_path: Path
) -> None:
    """An older backup might be the last good one."""
    there = tmp_path / "there.db"
    there.write_text("tea", encoding="utf-8")

    assert "is there already" in refused(await command(address, "backup", there))
    assert there.read_text(encoding="utf-8") == "tea"
    assert "does not exist; make it" in refused(await command(address, "backup", tmp_path / "nowhere" / "b.db"))
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"tea" * 5000)
    assert "is damaged" in refused(await command(f"sqlite:///{damaged}", "backup", tmp_path / "b.db"))
    assert "There is no store" in refused(await command(f"sqlite:///{tmp_path}/none.db", "backup", tmp_path / "b.db"))
    assert found(tmp_path, "b.db*") == []
    assert found(tmp_path, "none.db*") == []


def test_a_store_that_another_program_has_locked_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """Such a lock also keeps everybody from reading. It is not damaged, and the next backup works."""
    path = tmp_path / "sceptic.db"
    make_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as browser:
        browser.execute("PRAGMA locking_mode=EXCLUSIVE")
        browser.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=f"Another program is writing to the store {path}; close that program"):
            back_up(f"sqlite:///{path}", tmp_path / "b.db", patience=0.1)

    assert found(tmp_path, "b.db*") == []
    said(run(f"sqlite:///{path}", "backup", tmp_path / "b.db"))


def test_a_store_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    """A person would put an old backup in the place of a good store."""
    path = tmp_path / "sceptic.db"
    make_store(f"sqlite:///{path}")
    (tmp_path / "sceptic.db-wal").mkdir()
    refusal = refused(run(f"sqlite:///{path}", "backup", tmp_path / "b.db"))

    assert f"The store {path} cannot be read (unable to open database file); correct its permissions" in refusal


# --- move ------------------------------------------------------------------------------------------------------------------


async def test_a_store_moves_to_postgresql_without_loss(tmp_path: Path, postgres_database) -> None:
    """Every row of every table as it was, among them 5,000 deliveries; the next numbers follow; the file is untouched."""
    path, target = tmp_path / "sceptic.db", postgres_database()
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    await fill(store)
    for part in range(0, 5000, 500):
        await asyncio.gather(*(store.receive(delivery(f"tea {n} 茶", f"T{n % 50}")) for n in range(part, part + 500)))
    before = await everything(store)
    await store.close()
    content = path.read_bytes()
    shown = said(await command(f"sqlite:///{path}", "move", target))
    moved = await open_store(target, lambda _: None)

    assert f"Moved {sum(map(len, before))} rows" in shown
    assert await everything(moved) == before
    assert path.read_bytes() == content
    last = before[TABLES.index(inbox)][-1]["id"]
    await moved.receive(delivery("new", "T3"))
    assert (await rows(moved, inbox))[-1]["id"] == last + 1
    await moved.close()


def test_a_moved_file_is_not_gone_on_with_by_accident(tmp_path: Path, postgres_database) -> None:
    """Opening it says where the store is now, without a password; deleting the marker allows it again."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    make_store(address)
    said(run(address, "move", postgres_database().replace("sceptic@", "sceptic:teapot@")))
    refusal = refused(serve(address))

    assert "was moved to postgresql://sceptic@/sceptic_" in refusal
    assert "set DATABASE_URL to that database" in refusal
    assert "teapot" not in refusal
    put(tmp_path / "sceptic.db.moved", None)
    make_store(address, "again")


async def test_a_move_goes_into_an_empty_postgresql_only(tmp_path: Path, postgres_database) -> None:
    """Both stores stay as they are, and nothing is marked as moved."""
    path, target = tmp_path / "sceptic.db", postgres_database()
    here = await open_store(f"sqlite:///{path}", lambda _: None)
    await here.receive(delivery("here"))
    await here.close()
    there = await open_store(target, lambda _: None)
    await there.receive(delivery("there"))

    assert "is not empty (inbox)" in refused(await command(f"sqlite:///{path}", "move", target))
    assert [row["key"] for row in await rows(there, inbox)] == ["there"]
    await there.close()
    assert "must begin with postgresql://" in refused(await command(f"sqlite:///{path}", "move", "sqlite:///tea.db"))
    assert "names PostgreSQL already" in refused(await command(target, "move", target))
    assert "There is no store" in refused(await command(f"sqlite:///{tmp_path}/none.db", "move", target))
    unreachable = refused(await command(f"sqlite:///{path}", "move", "postgresql://amy:teapot@127.0.0.1:9/tea"))
    assert "127.0.0.1" in unreachable
    assert "teapot" not in unreachable
    assert found(tmp_path, "*.moved") == []


async def test_a_row_that_does_not_fit_stops_the_move_as_a_whole(tmp_path: Path, postgres_database) -> None:
    """SQLite takes what PostgreSQL does not; nothing is left half moved."""
    path, target = tmp_path / "sceptic.db", postgres_database()
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    await store.receive(delivery("fits"))
    await store.receive(delivery("k" * 300))
    await store.close()

    assert "value too long" in refused(await command(f"sqlite:///{path}", "move", target))
    there = await open_store(target, lambda _: None)
    assert await rows(there, inbox) == []
    await there.close()
    assert found(tmp_path, "*.moved") == []


async def test_a_large_table_is_copied_in_parts(tmp_path: Path, postgres_database) -> None:
    """More rows than one part holds, from PostgreSQL into a backup."""
    address = postgres_database()
    store = await open_store(address, lambda _: None)

    def fill_feedback(db: Connection) -> None:
        values = {"enterprise_id": "", "message_ts": "1.0", "said": "helped", "articles": "", "said_at": 1.0}
        db.execute(insert(feedback), [values | {"team_id": "T1", "user_id": f"U{n}"} for n in range(2500)])

    await store.writer.write("T1", fill_feedback)
    assert "2500 feedback" in said(await command(address, "backup", tmp_path / "backup.db"))
    await store.close()
