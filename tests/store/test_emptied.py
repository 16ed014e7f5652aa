"""People's words are gone from the store once they were handled, told or taken back: on the disk as well."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.store import Delivery, SlackCall, Store, open_store
from bot.store.database import EVERY_TEAM
from bot.store.dialect import NOW
from bot.store.tables import inbox, outbox
from tests.store.factories import call, claim_one, go_back, put_out, rows

SECRET = "Summer2024!x"
MESSAGE = {"event": {"type": "message", "text": f"password: {SECRET}", "ts": "1.000001"}}
DELETION = {"event": {"type": "message", "subtype": "message_deleted", "previous_message": MESSAGE["event"]}}
CLICK = {"container": {}, "message": {"text": SECRET}}


@pytest.fixture
def folder(tmp_path: Path, migrated_file: Path) -> Path:
    """A folder with nothing but an empty store in it, sceptic.db."""
    made = tmp_path / "store"
    made.mkdir()
    shutil.copy(migrated_file, made / "sceptic.db")
    return made


def written(key: str, body: dict[str, Any]) -> Delivery:
    return Delivery("T1", "", key, "event", body)


async def texts(store: Store) -> str:
    """All that both tables hold."""
    return f"{await rows(store, inbox)}{await rows(store, outbox)}"


def on_disk(place: Path) -> list[str]:
    """The names of the store's files that hold the secret somewhere."""
    return [file.name for file in place.iterdir() if SECRET.encode() in file.read_bytes()]


async def handle_everything(store: Store) -> None:
    """A message with a password, its deletion, the bot's words about it, a form, and a click that is followed up."""
    for key, body in (("message/C1/1.000001", MESSAGE), ("app_mention/C1/1.000001", MESSAGE), ("event/Ev1", DELETION)):
        await store.complete(await claim_one(store, written(key, body)), [])
    answer = call("answer", fallback=("response_url", {"text": SECRET}), follow_up=CLICK)
    arguments = {"channel": "C1", "text": SECRET}
    await put_out(store, answer, SlackCall("more", "C1", "chat.postMessage", arguments))
    await store.complete_now(written("interaction/1", {"view": {"state": SECRET}}), [])
    (first,) = await store.claim_calls(9)
    await store.complete_call(first, "2.000001", 0.0)
    (second,) = await store.claim_calls(9)
    await store.refuse_call(second, "is_archived")
    while claimed := await store.claim(9):
        for each in claimed:
            await store.complete(each, [])


async def test_what_was_handled_keeps_its_key_and_no_text(store: Store) -> None:
    """A redelivery is still known, and what was told is still found by its key."""
    await handle_everything(store)

    assert SECRET not in await texts(store)
    assert not await store.receive(written("message/C1/1.000001", MESSAGE))
    await put_out(store, call("answer"))
    assert await store.claim_calls(9) == []


async def test_a_call_that_is_followed_up_after_it_was_done_holds_no_text(store: Store) -> None:
    """A second click on a button whose post is long done."""
    await put_out(store, call("answer"))
    (sending,) = await store.claim_calls(9)
    await store.complete_call(sending, "2.000001", 0.0)
    await put_out(store, call("answer", follow_up=CLICK), call("other"))

    assert [row["follow_up"] for row in await rows(store, outbox) if row["key"] == "answer"] == [""]


async def test_what_waits_or_was_given_up_keeps_its_text(store: Store) -> None:
    """It is tried again."""
    await store.reschedule(await claim_one(store, written("later", MESSAGE)), 0.0, "TimeoutError")
    await store.dead_letter(await claim_one(store, written("dead", MESSAGE)), "KeyError")

    assert [SECRET in row["body"] for row in await rows(store, inbox)] == [True, True]


async def test_no_file_of_the_store_holds_what_was_handled(folder: Path) -> None:
    """Neither pages that were freed nor the write-ahead log, from which SQLite takes nothing away by itself."""
    store = await open_store(f"sqlite:///{folder / 'sceptic.db'}", lambda _: None)
    # Long texts lie in pages of their own.
    long = {"event": {**MESSAGE["event"], "text": f"{SECRET} {'tea ' * 20_000}"}}
    claimed = await claim_one(store, written("long", long))
    assert on_disk(folder) == ["sceptic.db-wal"]
    await store.complete(claimed, [])
    await handle_everything(store)

    assert await store.clear_log()
    assert on_disk(folder) == []
    await store.close()


async def test_a_log_that_somebody_reads_is_emptied_the_next_time(folder: Path) -> None:
    """A backup reads it, for one."""
    path = folder / "sceptic.db"
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    await store.complete(await claim_one(store, written("one", MESSAGE)), [])
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        await store.complete(await claim_one(store, written("two", MESSAGE)), [])
        assert not await store.clear_log()

    assert await store.clear_log()
    await store.close()


async def leave_as_before(store: Store, states: Iterable[str]) -> None:
    """Leave rows in these states with all their text, as an older Sceptic did."""
    given = {"team_id": "T1", "enterprise_id": "", "attempts": 1, "done_at": 1.0}

    def fill(db: Connection) -> None:
        for state in states:
            row = given | {"key": state, "state": state}
            if state != "ambiguous":
                db.execute(inbox.insert().values(kind="event", body=SECRET, received_at=1.0, due_at=1.0, **row))
            told = {"arguments": SECRET, "otherwise": SECRET, "follow_up": SECRET}
            db.execute(outbox.insert().values(channel_id="C1", method="chat.update", created_at=1.0, **told, **row))

    await store.writer.write(EVERY_TEAM, fill)


async def test_an_upgrade_empties_what_older_programs_left(address: str) -> None:
    """Rows that wait or were given up keep their text; and whoever upgrades reads that backups still hold the rest."""
    before = await open_store(address, lambda _: None)
    await leave_as_before(before, ("open", "done", "dead", "ambiguous"))
    await before.writer.write(EVERY_TEAM, lambda db: go_back(db, "0005"))
    await before.close()
    told: list[str] = []
    store = await open_store(address, told.append)
    received = {row["state"]: row["body"] for row in await rows(store, inbox)}
    made = {row["state"]: (row["arguments"], row["otherwise"], row["follow_up"]) for row in await rows(store, outbox)}
    await store.close()

    assert received == {"open": SECRET, "done": "{}", "dead": SECRET}
    assert made == {"done": ("{}", "", "")} | dict.fromkeys(("open", "dead", "ambiguous"), (SECRET,) * 3)
    assert [each for each in told if "backups made before still hold them" in each]


async def test_an_upgrade_leaves_nothing_in_free_parts_of_the_file(folder: Path) -> None:
    """An older Sceptic did not overwrite what it deleted."""
    path = folder / "sceptic.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete=OFF")
        db.execute("CREATE TABLE tea (words TEXT)")
        db.execute("INSERT INTO tea VALUES (?)", (f"{SECRET} {'tea ' * 20_000}",))
        db.execute("DROP TABLE tea")
        db.commit()
    before = await open_store(f"sqlite:///{path}", lambda _: None)
    await leave_as_before(before, ["done"])
    await before.writer.write(EVERY_TEAM, lambda db: go_back(db, "0005"))
    await before.close()
    assert on_disk(folder) == ["sceptic.db"]
    store = await open_store(f"sqlite:///{path}", lambda _: None)

    assert on_disk(folder) == []
    await store.close()


async def test_what_an_older_sceptic_beside_this_one_leaves_is_emptied_with_the_retention(store: Store) -> None:
    """Replicas are upgraded one after another."""
    await leave_as_before(store, ["done"])
    await store.writer.write(
        EVERY_TEAM, lambda db: [db.execute(update(each).values(done_at=NOW)) for each in (inbox, outbox)]
    )
    assert await store.tidy(days=30) == 2

    assert SECRET not in await texts(store)
