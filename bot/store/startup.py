"""Opening the store: checks the database, waits for a PostgreSQL that is not up yet, and migrates the schema."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, text

from bot.store import recovery
from bot.store.database import EVERY_TEAM, TROUBLE, Database, check_health, connect, read_address, said_by, shown
from bot.store.encryption import ENCRYPTED, announced, prepare_encryption
from bot.store.errors import StoreError
from bot.store.leases_and_retries import AT_WORK, Timings
from bot.store.revisions import migrate
from bot.store.sqlite_file import damaged, written_to
from bot.store.store import Store
from bot.store.token_cipher import TokenCipher

_LONGEST_WAIT: Final = 10.0
# Permanent errors: waiting does not help.
_WRONG_ADDRESS: Final = re.compile(
    r"password authentication failed|no password supplied|(?:database|role) .*does not exist|no pg_hba\.conf entry"
    r"|invalid (?:\S+ value|port|URI|connection option)|weak sslmode|permission denied|not permitted to log in"
    r"|does not support SSL|(?:certificate|private key) file",
    re.IGNORECASE | re.DOTALL,
)

# The revision since which handled rows hold no text.
_EMPTIED: Final = "0006"
_UPGRADED: Final = (
    "The store was upgraded, and the texts of messages that were handled are no longer in it; "
    "backups made before still hold them, so make a new one and delete those."
)
_COMPACT: Final = "free disk space, stop Sceptic and run: sqlite3 FILE VACUUM"


async def open_store(
    address: str,
    tell: Callable[[str], None],
    timings: Timings = AT_WORK,
    *,
    new: bool = False,
    cipher: TokenCipher | None = None,
) -> Store:
    """Open the store and bring its schema up to date; waits for a PostgreSQL that is not there yet.

    `tell` is given a sentence for whatever a person should know: also that the store was made, unless it is meant to
    be `new`. Raises StoreError with a sentence that says what to do for everything that waiting does not mend.
    """
    cipher = cipher or TokenCipher()
    database = connect(read_address(address), announced(cipher))
    try:
        await _prepare_when_there(database, cipher, tell, timings, new=new)
    # A start that is cancelled while it waits leaves no connection open either.
    except BaseException:
        await database.close()
        raise
    database.note_place()
    return Store(database, timings, cipher)


async def _prepare_when_there(
    database: Database, cipher: TokenCipher, tell: Callable[[str], None], timings: Timings, *, new: bool
) -> None:
    wait = 1.0
    while True:
        try:
            return await _prepare(database, cipher, tell, timings, new=new)
        except TROUBLE as error:
            said = said_by(error)
            if not database.is_postgres or _WRONG_ADDRESS.search(said):
                raise StoreError(_sentence(database, said)) from error
            tell(f"Waiting for the database at {database.url.host or 'its socket'}: {said.splitlines()[0]}")
        await asyncio.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)


def _sentence(database: Database, said: str) -> str:
    if database.is_postgres:
        return f"The database refuses DATABASE_URL: {said}"
    if "not a database" in said or "malformed" in said:
        return damaged(database.path)
    if "locked" in said:
        return written_to(database.path)
    return f"The store {database.path} cannot be opened ({said}); correct its permissions or free disk space."


async def _prepare(
    database: Database, cipher: TokenCipher, tell: Callable[[str], None], timings: Timings, *, new: bool
) -> None:
    def prepare(db: Connection) -> list[str]:
        check_health(database, db)
        said = []
        before = migrate(db)
        if not before and not new:
            said.append(f"A new store was made in {shown(database.url)}.")
        if before and before < _EMPTIED:
            said.append(_UPGRADED)
        database.show_team(db, EVERY_TEAM)
        said += prepare_encryption(db, cipher, alone=not before or not database.is_postgres)
        if not database.is_postgres:
            recovery.recover(db, timings.visible)
        elif sees_everything(db):
            said.append(
                "The database user is a superuser or bypasses row-level security; give Sceptic an ordinary one."
            )
        return said

    said = await database.write(prepare)
    if _UPGRADED in said or ENCRYPTED in said:
        try:
            await database.clear_log(compact=True)
        except StoreError as error:
            said.append(f"What was deleted may still be in free parts of {shown(database.url)} ({error}); {_COMPACT}")
    for sentence in said:
        tell(sentence)


def sees_everything(db: Connection) -> bool:
    """Tell whether row-level security does not hold for PostgreSQL's user."""
    mine = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return bool(db.execute(text(mine)).scalar())
