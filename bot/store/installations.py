"""Installations of the app, by workspace or organisation; their tokens are encrypted on the way in and out."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from bot.store.dialect import NOW, insert_into
from bot.store.encryption import hold_writers, is_on
from bot.store.tables import installations
from bot.store.token_cipher import TokenCipher
from bot.store.values import Installation


def save_installation(db: Connection, installation: Installation, cipher: TokenCipher) -> None:
    """Note where the app is installed, in place of what was known before."""
    place = (installation.team_id, installation.enterprise_id)
    hold_writers(db)
    encrypts = is_on(db)

    def keep(token: str) -> str:
        return cipher.encrypt(token, *place) if encrypts and token else token

    values = {
        "bot_token": keep(installation.bot_token),
        "bot_user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
        "scopes": installation.scopes,
        "installed_at": NOW,
        "refresh_token": keep(installation.refresh_token),
        "expires_at": installation.expires_at,
        "refreshing_until": 0.0,
    }
    row = {"team_id": installation.team_id, "enterprise_id": installation.enterprise_id, **values}
    keys = ["enterprise_id", "team_id"]
    db.execute(insert_into(db, installations).values(row).on_conflict_do_update(index_elements=keys, set_=values))


_INSTALLATION: Final = (
    select(installations)
    .where(
        installations.c.team_id.in_(("", bindparam("this_team_id"))),
        installations.c.enterprise_id == bindparam("this_enterprise_id"),
        or_(installations.c.team_id != "", installations.c.enterprise_id != ""),
    )
    .order_by(installations.c.team_id.desc())
    .limit(1)
)


def is_installed(db: Connection, team_id: str, enterprise_id: str) -> bool:
    """Tell whether the app is installed in the workspace, or in its organisation."""
    return _find(db, team_id, enterprise_id) is not None


def find_installation(db: Connection, team_id: str, enterprise_id: str, cipher: TokenCipher) -> Installation | None:
    """Find the workspace's own installation, else its organisation's. Raises KeyMissingError when no key fits."""
    row = _find(db, team_id, enterprise_id)
    return None if row is None else _read(row, cipher)


def list_installations(db: Connection, cipher: TokenCipher, most: int = 100) -> list[Installation]:
    """List the latest installations. Raises KeyMissingError."""
    rows = db.execute(select(installations).order_by(installations.c.installed_at.desc()).limit(most))
    return [_read(row, cipher) for row in rows]


def _read(row: Row[Any], cipher: TokenCipher) -> Installation:
    place = (row.team_id, row.enterprise_id)
    return Installation(
        *place,
        cipher.decrypt(row.bot_token, *place),
        row.bot_user_id,
        row.bot_id,
        row.scopes,
        cipher.decrypt(row.refresh_token, *place),
        row.expires_at,
    )


def claim_refresh(db: Connection, installation: Installation, seconds: float) -> bool:
    """Reserve the refreshing of a token for some seconds; False when another replica is at it, or was."""
    c = installations.c
    change = (
        update(installations)
        .where(c.team_id == installation.team_id, c.enterprise_id == installation.enterprise_id)
        .where(c.expires_at == installation.expires_at, c.refreshing_until < NOW)
        .values(refreshing_until=NOW + seconds)
    )
    return db.execute(change).rowcount == 1


def _find(db: Connection, team_id: str, enterprise_id: str) -> Row[Any] | None:
    return db.execute(_INSTALLATION, {"this_team_id": team_id, "this_enterprise_id": enterprise_id}).first()
