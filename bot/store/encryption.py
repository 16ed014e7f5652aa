"""Encryption of what is in the table of installations: switching it on, rotating the key, forgetting what no key fits.

One row says that encryption is on, and proves which keys fit. Until it is there, tokens are written in clear: an older
replica beside this one could not read them otherwise.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, text, update

from bot.store.dialect import insert_into
from bot.store.errors import StoreError
from bot.store.tables import installations, token_encryption
from bot.store.token_cipher import KeyMissingError, TokenCipher, is_encrypted

_PROOF: Final = "sceptic"
ENCRYPTED: Final = "The tokens of workspaces were encrypted with the first key of SCEPTIC_TOKEN_KEY."
_IN_CLEAR: Final = (
    "Tokens of workspaces are in clear until `sceptic store encrypt` is run, once every replica has SCEPTIC_TOKEN_KEY."
)
_REPLICA: Final = "sceptic keys "
_FILE: Final = "file "
_NAMES: Final = (
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_COLUMNS: Final = ("bot_token", "refresh_token")
_HERE: Final = (token_encryption.c.team_id == "") & (token_encryption.c.enterprise_id == "")


def is_on(db: Connection) -> bool:
    """Tell whether tokens are to be written encrypted."""
    return db.execute(select(token_encryption.c.key_id).where(_HERE)).scalar() is not None


def key_id(db: Connection) -> str:
    """Return the fingerprint of the key in use; empty while tokens are in clear."""
    return db.execute(select(token_encryption.c.key_id).where(_HERE)).scalar() or ""


def require_key(db: Connection, cipher: TokenCipher) -> None:
    """Raise KeyMissingError, naming the key by its fingerprint, when tokens are encrypted and no key fits."""
    row = db.execute(select(token_encryption.c.proof, token_encryption.c.key_id).where(_HERE)).first()
    if row is None:
        return
    try:
        cipher.decrypt(row.proof, "", "")
    except KeyMissingError as error:
        ours = ", ".join(cipher.fingerprints)
        found = f"SCEPTIC_TOKEN_KEY holds {ours}" if ours else "SCEPTIC_TOKEN_KEY is not set"
        raise KeyMissingError(f"{error} (They were encrypted with the key {row.key_id}; {found}.)") from error


def prepare_encryption(db: Connection, cipher: TokenCipher, *, alone: bool) -> list[str]:
    """Encrypt with the first key when the store is opened, if no replica that lacks it can be beside this one.

    Returns what a person should know. Raises KeyMissingError when no key fits.
    """
    require_key(db, cipher)
    if not cipher or key_id(db) == cipher.fingerprints[0]:
        return []
    if alone:
        return [ENCRYPTED] if encrypt_all(db, cipher) else []
    return [] if is_on(db) else [_IN_CLEAR]


def announced(cipher: TokenCipher) -> str:
    """Return the name under which a bot connects to PostgreSQL: it says which keys it has, or that it reads a file anew."""
    return f"{_REPLICA}{_FILE if cipher.read_again() else ''}{','.join(cipher.fingerprints)}"


def count_replicas_without(db: Connection, key: str) -> int:
    """Count the connections of bots that cannot read what the key encrypts; an older Sceptic's have no name."""
    if db.dialect.name != "postgresql":
        return 0
    names = db.execute(text(_NAMES)).scalars()
    return sum(
        not name or (name.startswith(_REPLICA) and not name.startswith(_REPLICA + _FILE) and key not in name)
        for name in names
    )


def hold_writers(db: Connection) -> None:
    """Keep the switch from being turned between looking at it and writing a token."""
    if db.dialect.name == "postgresql":
        db.execute(text("LOCK TABLE installations IN ROW EXCLUSIVE MODE"))


def encrypt_all(db: Connection, cipher: TokenCipher) -> int:
    """Encrypt every token with the first key, and all new ones from now on. Returns how many installations there are.

    Raises KeyMissingError when no key fits what is encrypted already; then nothing is changed.
    """
    if not cipher:
        raise StoreError("Set SCEPTIC_TOKEN_KEY first, to a key as `sceptic store key` prints it.")
    if db.dialect.name == "postgresql":
        db.execute(text("LOCK TABLE installations IN EXCLUSIVE MODE"))
    require_key(db, cipher)
    rows = db.execute(select(installations)).all()
    for row in rows:
        place = (row.team_id, row.enterprise_id)
        tokens = {name: getattr(row, name) for name in _COLUMNS if getattr(row, name)}
        values = {name: cipher.encrypt(cipher.decrypt(kept, *place), *place) for name, kept in tokens.items()}
        db.execute(update(installations).where(_is(row)).values(values))
    proof = {"proof": cipher.encrypt(_PROOF, "", ""), "key_id": cipher.fingerprints[0]}
    added = insert_into(db, token_encryption).values({"team_id": "", "enterprise_id": "", **proof})
    db.execute(added.on_conflict_do_update(index_elements=["team_id", "enterprise_id"], set_=proof))
    return len(rows)


def forget_tokens(db: Connection, cipher: TokenCipher) -> int:
    """Delete the installations whose token no key fits, and the proof if none fits it. Returns how many."""
    forgotten = 0
    for row in db.execute(select(installations)).all():
        try:
            for name in _COLUMNS:
                cipher.decrypt(getattr(row, name), row.team_id, row.enterprise_id)
        except KeyMissingError:
            db.execute(delete(installations).where(_is(row)))
            forgotten += 1
    try:
        require_key(db, cipher)
    except KeyMissingError:
        db.execute(delete(token_encryption).where(_HERE))
    return forgotten


def delete_tokens(db: Connection) -> None:
    """Delete every installation, and that tokens are encrypted."""
    db.execute(delete(installations))
    db.execute(delete(token_encryption))


def count_clear(db: Connection) -> tuple[int, int]:
    """Count installations, and those of them with a token in clear."""
    kept = db.execute(select(*(installations.c[name] for name in _COLUMNS))).all()
    return len(kept), sum(any(token and not is_encrypted(token) for token in row) for row in kept)


def _is(row: Row[Any]) -> ColumnElement[bool]:
    c = installations.c
    return and_(c.team_id == row.team_id, c.enterprise_id == row.enterprise_id)
