"""Copies of a store: backup, restore, and the move from SQLite to PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select, text, update
from sqlalchemy.engine import URL, make_url

from bot.store.database import read_address, shown
from bot.store.encryption import delete_tokens, key_id, require_key
from bot.store.errors import StoreError
from bot.store.offline import connected, is_postgres, require_current
from bot.store.revisions import migrate, older_revisions, revision_of
from bot.store.sqlite_file import damaged, make_file, moved_marker, put_in_place, take_file, written_to
from bot.store.tables import inbox, metadata, outbox
from bot.store.token_cipher import KeyMissingError, TokenCipher
from bot.store.values import ANSWERED_SINCE

_ROWS_AT_A_TIME: Final = 1_000
Figures = Mapping[str, int]


def back_up(address: str, file: Path, patience: float = 10.0) -> Figures:
    """Write a consistent copy into a new SQLite file, while the bot goes on. Returns how many rows each table has.

    A store that another program has locked is waited for `patience` seconds. Raises StoreError when the file is there
    already, when it cannot be written, and for a damaged store.
    """
    url = read_address(address)
    if file.exists():
        raise StoreError(f"{file} is there already; a backup never replaces a file, so name another.")
    if not file.parent.is_dir():
        raise StoreError(f"The folder {file.parent} does not exist; make it first.")
    with _unfinished(file) as part:
        if is_postgres(url):
            _copy_postgres(url, part)
        else:
            _copy_file(Path(str(url.database)), part, patience)
        figures = check_copy(part)
        put_in_place(part, file)
    return figures


def _copy_postgres(url: URL, part: Path) -> None:
    """Copy one snapshot of all tables; only schema changes wait meanwhile."""
    with connected(url) as source:
        require_current(source, shown(url))
        with connected(_sqlite(part), writes=True) as target:
            migrate(target)
            _copy_rows(source, target)


def _copy_file(path: Path, part: Path, patience: float = 10.0) -> None:
    if not path.is_file():
        raise StoreError(f"There is no store in {path}; correct DATABASE_URL.")
    try:
        # All pages at once: a stepwise backup starts over at each write of the running bot.
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=patience)) as source,
            closing(sqlite3.connect(part)) as target,
        ):
            # Python's backup waits for ever for a locked file; with a read transaction begun, nobody can lock it.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if "disk is full" in str(error) or "I/O" in str(error):
            raise StoreError(f"{part.parent} has no room for the copy ({error}); free disk space.") from error
        raise StoreError(_unreadable(path, str(error))) from error


def _unreadable(path: Path, said: str) -> str:
    if "locked" in said:
        return written_to(path)
    if "not a database" in said or "malformed" in said:
        return damaged(path)
    return f"The store {path} cannot be read ({said}); correct its permissions and those of its folder."


def check_copy(file: Path) -> Figures:
    """Read all of a copy. Raises StoreError when it is damaged or of another schema."""
    with connected(_sqlite(file)) as db:
        _require_whole(db, file)
        require_current(db, str(file))
        return _count(db)


def restore(
    address: str, file: Path, cipher: TokenCipher | None = None, *, without_tokens: bool = False
) -> tuple[Figures, Path | None]:
    """Put a backup in the place of the store. Returns its figures, and where the old SQLite file is kept.

    A backup of an older Sceptic is upgraded on the way; the file itself stays as it is.
    Everything that waits in it is looked for in Slack before it is posted: it may have been since the backup.
    Raises StoreError while a bot runs on the store, and for a PostgreSQL database that is not empty; KeyMissingError
    when tokens in it were encrypted with a key that `cipher` has not, unless it is restored `without_tokens`.
    """
    url = read_address(address)
    with _upgraded(file, without_tokens=without_tokens) as copy:
        figures = check_copy(copy)
        with connected(_sqlite(copy)) as db:
            _require_key(db, file, cipher or TokenCipher())
        return figures, _restore(url, copy)


def _require_key(db: Connection, file: Path, cipher: TokenCipher) -> None:
    try:
        require_key(db, cipher)
    except KeyMissingError as error:
        raise KeyMissingError(
            f"{file} holds tokens that were encrypted with the key {key_id(db)}, which SCEPTIC_TOKEN_KEY has not. Set "
            "that key, several are separated by commas; or restore it --without-tokens and have each workspace install "
            "the app again. Nothing was changed."
        ) from error


def _restore(url: URL, file: Path) -> Path | None:
    """Put a checked file in the place of the store."""
    if is_postgres(url):
        with connected(_sqlite(file)) as source, connected(url, writes=True) as target:
            _fill(source, target)
            _look_first(target)
        return None
    path = Path(str(url.database)).resolve()
    kept = _free_name(path)
    # Whatever is in the way now, even an empty or damaged file, is moved aside below.
    with _held(path), _unfinished(path) as part:
        _copy_file(file, part)
        with connected(_sqlite(part), writes=True) as db:
            _look_first(db)
        for ending in ("", "-wal", "-shm"):
            old = Path(f"{path}{ending}")
            if old.exists():
                old.replace(f"{kept}{ending}")
        put_in_place(part, path)
        moved_marker(path).unlink(missing_ok=True)
    return kept if kept.exists() else None


@contextmanager
def _upgraded(file: Path, *, without_tokens: bool) -> Iterator[Path]:
    """Give a backup as it is, or an upgraded copy of it, maybe without tokens, that is deleted afterwards."""
    with connected(_sqlite(file)) as db:
        _require_whole(db, file)
        is_older = revision_of(db) in older_revisions()
    if not is_older and not without_tokens:
        yield file
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        _copy_file(file, copy)
        with connected(_sqlite(copy), writes=True) as db:
            migrate(db)
            if without_tokens:
                delete_tokens(db)
        with closing(sqlite3.connect(copy)) as plain:
            # Rewrite the file without pages that hold deleted text.
            plain.execute("VACUUM")
        yield copy


def _require_whole(db: Connection, file: Path) -> None:
    if db.execute(text("PRAGMA integrity_check(1)")).scalar_one() != "ok":
        raise StoreError(f"{file} is damaged; use another backup.")


def move(address: str, target_address: str) -> tuple[Figures, Path]:
    """Copy an SQLite store into an empty PostgreSQL database, in one transaction. Returns the figures and the marker.

    The file stays as it is; a marker beside it keeps everybody from going on with it by accident. Raises StoreError
    while a bot runs on the file, for a target that is not empty, and when a table did not arrive whole.
    """
    url, target_url = read_address(address), read_address(target_address)
    if is_postgres(url):
        raise StoreError("DATABASE_URL names PostgreSQL already; a move goes from an SQLite file to PostgreSQL.")
    if not is_postgres(target_url):
        raise StoreError("A move goes to PostgreSQL, so the address must begin with postgresql://.")
    path = Path(str(url.database))
    if not path.is_file():
        raise StoreError(f"There is no store in {path}; correct DATABASE_URL.")
    lock = take_file(path)
    try:
        with connected(url) as source, connected(target_url, writes=True) as target:
            require_current(source, str(path))
            figures = _fill(source, target)
        marker = moved_marker(path)
        marker.write_text(f"{shown(target_url)}\n", encoding="utf-8")
    finally:
        lock.release()
    return figures, marker


def _fill(source: Connection, target: Connection) -> Figures:
    """Copy all tables into an empty PostgreSQL, and compare row counts."""
    migrate(target)
    for table in metadata.sorted_tables:
        # No writes between the check and the copy.
        target.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
    if held := [name for name, number in _count(target).items() if number]:
        raise StoreError(f"The PostgreSQL database is not empty ({', '.join(held)}); give it an empty one.")
    _copy_rows(source, target)
    figures = _count(source)
    if _count(target) != figures:
        raise StoreError("Not every row arrived in PostgreSQL, so nothing was kept there; try again.")
    for table in metadata.sorted_tables:
        if (number := table.autoincrement_column) is not None:
            # Set each sequence behind the highest number copied.
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            target.execute(select(func.setval(sequence, func.max(number))))
    return figures


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        found = source.execution_options(yield_per=_ROWS_AT_A_TIME).execute(select(table)).mappings()
        for part in found.partitions():
            target.execute(insert(table), [dict(row) for row in part])


def _look_first(db: Connection) -> None:
    """Mark all waiting calls and deliveries as possibly posted since the backup was taken."""
    waiting = outbox.c.state.in_(("open", "sending"))
    tried = func.coalesce(outbox.c.first_tried_at, outbox.c.created_at)
    db.execute(update(outbox).where(waiting).values(first_tried_at=tried))
    # Replies to deliveries that were not handled yet have no outbox row so far.
    for row in db.execute(select(inbox.c.id, inbox.c.body, inbox.c.received_at).where(inbox.c.state == "open")).all():
        body = json.dumps({**json.loads(row.body), ANSWERED_SINCE: row.received_at})
        db.execute(update(inbox).where(inbox.c.id == row.id).values(body=body))


def _count(db: Connection) -> dict[str, int]:
    def count(table: Table) -> int:
        return db.execute(select(func.count()).select_from(table)).scalar_one()

    return {table.name: count(table) for table in metadata.sorted_tables}


def _sqlite(path: Path) -> URL:
    return make_url("sqlite://").set(database=str(path))


def _free_name(path: Path) -> Path:
    name = f"{path}.before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    return next(
        each for number in range(1, 1_000) if not (each := Path(f"{name}-{number}" if number > 1 else name)).exists()
    )


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock of a store's path, whatever lies there, so that no bot starts on it."""
    lock = take_file(path, look=False)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """Give a new empty file beside its final name; it is deleted unless it was renamed."""
    part = Path(f"{file}.part")
    try:
        make_file(part)
        yield part
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise StoreError(f"{file} cannot be written ({said}); choose another place or free disk space.") from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{part}{ending}").unlink(missing_ok=True)
