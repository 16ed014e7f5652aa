"""An examination of the store for `sceptic doctor`: read only, beside a running bot or instead of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from bot.store.database import read_address, shown
from bot.store.encryption import count_clear, key_id, require_key
from bot.store.installations import list_installations
from bot.store.offline import connected, is_postgres
from bot.store.revisions import newest_revision, older_revisions, revision_of
from bot.store.sqlite_file import damaged
from bot.store.startup import sees_everything
from bot.store.tables import inbox, outbox
from bot.store.token_cipher import KeyMissingError, TokenCipher
from bot.store.values import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreExamination:
    """A store as it was found; `faults` are sentences that say what to do, and so are `warnings`."""

    place: str
    # SQLite's file, whose folder needs room.
    file: Path | None = None
    # False where the first start will make it.
    exists: bool = True
    is_current: bool = False
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    # Empty while tokens are in clear.
    key_id: str = ""
    key_fault: str = ""
    installed: int = 0
    in_clear: int = 0
    # With tokens that could be decrypted; not all where there are very many.
    installations: tuple[Installation, ...] = ()


def examine_store(address: str, cipher: TokenCipher) -> StoreExamination:
    """Look at all a person should know of a store. Raises StoreError when it cannot be read."""
    url = read_address(address)
    file = None if is_postgres(url) else Path(str(url.database))
    if file is not None and not file.exists():
        return StoreExamination(place=shown(url), file=file, exists=False)
    with connected(url) as db:
        return _examine(db, shown(url), file, cipher)


def _examine(db: Connection, place: str, file: Path | None, cipher: TokenCipher) -> StoreExamination:
    found, newest = revision_of(db), newest_revision()
    if not found:
        return StoreExamination(place=place, file=file, exists=False)
    if found != newest:
        older = found in older_revisions()
        upgraded = f"It has the schema {found}, and the next start upgrades it to {newest}; make a backup first."
        newer = f"It was written by a newer Sceptic (schema {found}, this one knows {newest}); install that version."
        return StoreExamination(
            place=place, file=file, warnings=(upgraded,) if older else (), faults=() if older else (newer,)
        )
    warnings, faults = [], []
    if file is None:
        if sees_everything(db):
            warnings.append("Its user is a superuser or bypasses row-level security; give Sceptic an ordinary one.")
    else:
        faults += [] if db.execute(text("PRAGMA quick_check(1)")).scalar_one() == "ok" else [damaged(file)]
        if file.stat().st_mode & 0o077:
            warnings.append(f"Others on this machine can read {file}; run: chmod 600 {file}")
    if number := sum(_given_up(db)):
        warnings.append(f"{number} rows were given up; look at them with: sceptic store show")
    fault = ""
    try:
        require_key(db, cipher)
    except KeyMissingError as error:
        fault = str(error)
    installed, in_clear = count_clear(db)
    return StoreExamination(
        place=place,
        file=file,
        is_current=True,
        faults=tuple(faults),
        warnings=tuple(warnings),
        key_id=key_id(db),
        key_fault=fault,
        installed=installed,
        in_clear=in_clear,
        installations=() if fault else tuple(list_installations(db, cipher)),
    )


def _given_up(db: Connection) -> list[int]:
    return [
        db.execute(select(func.count()).where(table.c.state.in_(("dead", "ambiguous")))).scalar_one()
        for table in (inbox, outbox)
    ]
