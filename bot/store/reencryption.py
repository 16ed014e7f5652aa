"""Encrypting tokens, and rotating the key, by a command beside running bots."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.store.database import TROUBLE, read_address, said_by, shown
from bot.store.encryption import count_replicas_without, encrypt_all, forget_tokens
from bot.store.errors import StoreError
from bot.store.offline import connected, is_postgres, require_current
from bot.store.sqlite_file import is_in_use, take_file
from bot.store.token_cipher import TokenCipher


def encrypt_tokens(address: str, cipher: TokenCipher, *, anyway: bool = False) -> int:
    """Encrypt all tokens with the first key; returns how many installations there are.

    Raises StoreError while a running bot could not read them afterwards, unless it is to be done `anyway`, and
    KeyMissingError when no key fits what is encrypted already.
    """
    url = read_address(address)
    with _beside_bots(url, cipher, anyway=anyway), connected(url, writes=True) as db:
        require_current(db, shown(url))
        if not anyway and cipher and (number := count_replicas_without(db, cipher.fingerprints[0])):
            raise StoreError(
                f"{number} connections are of bots that have not the key {cipher.fingerprints[0]}: bring all replicas to this "
                "version, with that key in SCEPTIC_TOKEN_KEY, and try again; or do it --anyway, if they are gone."
            )
        done = encrypt_all(db, cipher)
    _erase_traces(url)
    return done


def forget_lost(address: str, cipher: TokenCipher) -> int:
    """Delete the installations whose tokens no key fits; returns how many. Raises StoreError."""
    url = read_address(address)
    with connected(url, writes=True) as db:
        require_current(db, shown(url))
        return forget_tokens(db, cipher)


@contextmanager
def _beside_bots(url: URL, cipher: TokenCipher, *, anyway: bool) -> Iterator[None]:
    """Hold SQLite's file while no bot has it; raises StoreError when one has it that does not read its keys anew."""
    path = Path(str(url.database))
    if is_postgres(url) or not path.is_file():
        yield
    elif is_in_use(path):
        if not anyway and not cipher.read_again():
            raise StoreError(
                f"A Sceptic runs on the store {path}. Restart it instead: it encrypts with the first key when it starts. "
                "With the keys in a file (SCEPTIC_TOKEN_KEY_FILE) it would go on, for it reads them anew."
            )
        yield
    else:
        lock = take_file(path, look=False)
        try:
            yield
        finally:
            lock.release()


def _erase_traces(url: URL) -> None:
    """Rewrite what holds the tokens as they were before."""
    if is_postgres(url):
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as db:
                db.execute(text("VACUUM FULL installations"))
        except TROUBLE as error:
            raise StoreError(
                f"The tokens are encrypted, but their old rows may still be on the disk ({said_by(error)}); "
                "have the table's owner run: VACUUM FULL installations"
            ) from error
        return
    try:
        with closing(sqlite3.connect(str(url.database), timeout=10)) as db:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StoreError(
            f"The tokens are encrypted, but they may still be in free parts of the file ({error}); run it again."
        ) from error
