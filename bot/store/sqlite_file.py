"""SQLite's file: locking it for one process, noticing that it was removed, and creating it only on purpose."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from filelock import FileLock, Timeout

from bot.store.errors import StoreError


def take_file(path: Path, *, look: bool = True) -> FileLock:
    """Lock the file for this process, and with `look` create it when there is none.

    Raises StoreError when another process has it, when it cannot be written, and for whatever looks like a store
    that was lost: there only a person can say that a new one is wanted.
    """
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} of the store does not exist; make it or correct DATABASE_URL.")
    # Resolve links, so that one file has one lock.
    lock = FileLock(f"{path.resolve()}.lock", thread_local=False, is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreError(
            f"Another Sceptic uses the store {path}; stop it first, or use PostgreSQL to run several."
        ) from error
    except OSError as error:
        raise StoreError(_unwritable(path, error)) from error
    try:
        if look:
            _make_if_new(path)
    except (OSError, sqlite3.Error) as error:
        lock.release()
        raise StoreError(_unwritable(path, error)) from error
    except StoreError:
        lock.release()
        raise
    return lock


def is_in_use(path: Path) -> bool:
    """Tell whether a process has the file locked."""
    lock = FileLock(f"{path.resolve()}.lock", thread_local=False, is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError as error:
        raise StoreError(_unwritable(path, error)) from error
    lock.release()
    return False


def _make_if_new(path: Path) -> None:
    marker = moved_marker(path)
    if marker.exists():
        raise StoreError(
            f"The store {path} was moved to {marker.read_text(encoding='utf-8').strip()}; set DATABASE_URL to that "
            f"database, or delete {marker} to go on with the file."
        )
    if path.is_dir():
        raise StoreError(f"The store {path} is a folder; name a file in DATABASE_URL.")
    if path.exists():
        if path.stat().st_size == 0:
            raise StoreError(
                f"The store {path} is an empty file; put a backup in its place (sceptic store restore), "
                "or delete it to begin anew."
            )
        return
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size > 0:
        raise StoreError(
            f"The store {path} is gone, but its last writes are still in {log.name}; put the file or a backup back "
            f"(sceptic store restore), or move {log.name} away to begin anew."
        )
    make_file(path)


def make_file(path: Path) -> None:
    """Create an empty database atomically and readable by its owner only: it will hold tokens."""
    new = Path(f"{path.resolve()}.new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(new)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
    put_in_place(new, path.resolve())


def put_in_place(new: Path, path: Path) -> None:
    """Rename a finished file into place and sync the folder, so that it survives a power failure."""
    _sync(new, os.O_RDWR)
    new.replace(path)
    if os.name == "posix":
        _sync(path.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def moved_marker(path: Path) -> Path:
    """Return the path of the file that says a store was moved to another database, and where to."""
    return Path(f"{path}.moved")


def place_of(path: Path) -> tuple[int, int, bool]:
    """Return the file's device and inode, and whether it has a write-ahead log."""
    found = path.stat()
    return found.st_dev, found.st_ino, Path(f"{path}-wal").exists()


def check_place(path: Path, place: tuple[int, int, bool]) -> None:
    """Raise StoreError when the file or its log was removed: writes would be lost with the process."""
    try:
        found = place_of(path)
    except FileNotFoundError:
        found = (0, 0, False)
    if found[:2] == place[:2] and found[2] >= place[2]:
        return
    raise StoreError(
        f"The store {path} was deleted or replaced while it was in use; stop Sceptic, put it back and start."
    )


def damaged(path: Path | None) -> str:
    """Return the advice for a damaged file."""
    return f"The store {path} is damaged; put a backup in its place (sceptic store restore), or move it away to begin anew."


def written_to(path: Path | None) -> str:
    """Return the advice for a file that another program has locked."""
    return f"Another program is writing to the store {path}; close that program first."


def _unwritable(path: Path, error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error)
    return f"The store {path} cannot be written ({said}); correct its permissions or free disk space."
