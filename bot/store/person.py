"""One person in the store: counted, exported, and forgotten without a trace. The bot may be running."""

from __future__ import annotations

import json
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, delete, or_, select, update

from bot.store.database import read_address, shown
from bot.store.errors import StoreError
from bot.store.offline import connected, is_postgres, require_current
from bot.store.tables import channel_queues, channel_settings, feedback, inbox, incidents, metadata, notes, outbox
from bot.store.values import Json

_USER: Final = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)
# In place of a person in texts and records; it is no ID, so nobody is mentioned by it.
_NOBODY: Final = "—"
# Columns that tell rows apart, or name the receiver of a call.
_KEYS: Final = {"key", "channel_id", "user_id", "digest"}
_UNFINISHED: Final = ("open", "sending", "dead", "ambiguous")


def count_person(address: str, user_id: str) -> dict[str, int]:
    """Count the rows of each table that name a person. Raises StoreError when there are none."""
    with _opened(address, user_id, writes=False) as db:
        found = {table.name: sum(1 for _ in _rows(db, table, user_id)) for table in metadata.sorted_tables}
    found = {name: number for name, number in found.items() if number}
    if not found:
        raise StoreError(f"The store holds nothing of {user_id}.")
    return found


def export_person(address: str, user_id: str) -> Json:
    """Return what one person did and wrote, and nobody else's words. Raises StoreError when there is nothing."""
    count_person(address, user_id)
    with _opened(address, user_id, writes=False) as db:
        opinions = db.execute(select(feedback).where(feedback.c.user_id == user_id)).mappings()
        written = db.execute(select(notes).where(notes.c.user_id == user_id)).mappings()
        who = or_(channel_settings.c.owner == user_id, channel_settings.c.set_by == user_id)
        settings = db.execute(select(channel_settings).where(who)).mappings()
        return {
            "user_id": user_id,
            "incidents": [_acts(row["team_id"], row["record"], user_id) for row in _rows(db, incidents, user_id)],
            "notes": [{name: row[name] for name in ("team_id", "article_id", "words", "noted_at")} for row in written],
            "feedback": [{name: row[name] for name in ("team_id", "articles", "said", "said_at")} for row in opinions],
            "channels": [
                {
                    "team_id": row["team_id"],
                    "channel_id": row["channel_id"],
                    "owner_of_new_incidents": row["owner"] == user_id,
                    "set_by_them": row["set_by"] == user_id,
                }
                for row in settings
            ],
            "waiting": {table.name: sum(1 for _ in _rows(db, table, user_id)) for table in (inbox, outbox)},
        }


def write_export(export: Json, file: Path) -> None:
    """Write an export into a new file that its owner alone can read. Raises StoreError when it cannot be written."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            json.dump(export, written, ensure_ascii=False, indent=2)
    except FileExistsError as error:
        raise StoreError(f"{file} is there already; an export never replaces a file, so name another.") from error
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror}); choose another place or free disk space."
        ) from error


def _acts(team_id: str, record: str, user_id: str) -> Json:
    """Return a person's part in an incident."""
    incident = json.loads(record)
    return {
        "team_id": team_id,
        "number": incident["number"],
        "channel_id": incident["channel_id"],
        "opened_by_them": incident["opened_by"] == user_id,
        "owner": incident["owner"] == user_id,
        "acts": [each for each in incident["timeline"] if each["user_id"] == user_id],
        "steps": {key: mark for key, mark in incident["marks"].items() if mark["user_id"] == user_id},
    }


def forget_person(address: str, user_id: str) -> dict[str, int]:
    """Take a person out of every row; incidents and notes stand on without them. Returns the changed rows of each table.

    Their opinions are deleted, and so is what waits of what they sent, or is to be told to them. Raises StoreError when
    there is nothing.
    """
    found = count_person(address, user_id)
    with _opened(address, user_id, writes=True) as db:
        db.execute(delete(feedback).where(feedback.c.user_id == user_id))
        db.execute(delete(channel_queues).where(channel_queues.c.channel_id == user_id))
        db.execute(update(channel_settings).where(channel_settings.c.owner == user_id).values(owner=""))
        _end_waiting(db, user_id)
        stand_in = secrets.token_hex(8)
        for table in metadata.sorted_tables:
            for row in list(_rows(db, table, user_id)):
                _replace(db, table, row, user_id, stand_in)
    _clear_log(address)
    return found


def _end_waiting(db: Connection, user_id: str) -> None:
    """Empty what waits or was given up of a person: what they sent, and what is for them alone."""
    for table, empty in ((inbox, {"body": "{}"}), (outbox, {"arguments": "{}", "otherwise": "", "follow_up": ""})):
        for row in list(_rows(db, table, user_id)):
            if row["state"] in _UNFINISHED and user_id in _people(table, row):
                ended = {"state": "done", "done_at": time.time(), **empty}
                db.execute(update(table).where(table.c.id == row["id"]).values(ended))


def _people(table: Table, row: Mapping[str, Any]) -> set[object]:
    """Return who sent a delivery, or for whom alone a call is."""
    if table is outbox:
        arguments = json.loads(row["arguments"])
        return {row["channel_id"], arguments.get("user"), arguments.get("user_id"), arguments.get("channel")}
    body = json.loads(row["body"])
    event, user = body.get("event") or {}, body.get("user") or {}
    previous = (event.get("previous_message") or {}).get("user")
    return {event.get("user"), previous, user.get("id"), body.get("user_id")}


def _rows(db: Connection, table: Table, user_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows in which a person is named, whatever the column."""
    texts = [column for column in table.columns if column.type.python_type is str]
    if not texts:
        return
    named = or_(*(column.contains(user_id, autoescape=True) for column in texts), *_folded(table, user_id))
    word = re.compile(rf"\b{user_id}\b", re.IGNORECASE)
    for row in db.execute(select(table).where(named)).mappings():
        if any(word.search(str(row[column.name] or "")) for column in texts):
            yield dict(row)


def _folded(table: Table, user_id: str) -> list[Any]:
    """Match the words of the search index, which are in small letters."""
    return [table.c.words.contains(user_id.casefold(), autoescape=True)] if "words" in table.c else []


def _replace(db: Connection, table: Table, row: Mapping[str, Any], user_id: str, stand_in: str) -> None:
    word = re.compile(rf"(?:<@)?\b{user_id}\b(?:\|[^<>]*)?>?", re.IGNORECASE)
    changed: dict[str, Any] = {
        column.name: word.sub(stand_in if column.name in _KEYS and table is not notes else _NOBODY, row[column.name])
        for column in table.columns
        if isinstance(row[column.name], str) and word.search(row[column.name])
    }
    if table is incidents:
        record = json.loads(row["record"])
        if record["owner"] == user_id:
            # Nobody owns it now, and its thread is reminded of that.
            record["owner"], changed["owner"] = "", ""
        changed["record"] = word.sub(_NOBODY, json.dumps(record, ensure_ascii=False, separators=(",", ":")))
        # The card is brought up to date at Slack.
        changed["card_due_at"] = 0.0
    if changed:
        here = and_(*(column == row[column.name] for column in table.primary_key.columns))
        db.execute(update(table).where(here).values(changed))


@contextmanager
def _opened(address: str, user_id: str, *, writes: bool) -> Iterator[Connection]:
    """Give a transaction on the store of an address, for a user ID that is one."""
    if not _USER.fullmatch(user_id):
        raise StoreError(f"{user_id} is no user ID of Slack's, such as U012AB3CD; it stands in the person's profile.")
    url = read_address(address)
    with connected(url, writes=writes) as db:
        require_current(db, shown(url))
        yield db


def _clear_log(address: str) -> None:
    """Empty SQLite's write-ahead log, which still holds what was replaced; a running bot does so within a minute, too."""
    url = read_address(address)
    if is_postgres(url):
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(Path(str(url.database)), timeout=5.0)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
