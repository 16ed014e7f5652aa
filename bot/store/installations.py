"""Installations of the app, by workspace or organisation."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Connection,
    bindparam,
    or_,
    select,
)

from bot.store.dialect import NOW, insert_into
from bot.store.tables import (
    installations,
)
from bot.store.values import Installation


def save_installation(db: Connection, installation: Installation) -> None:
    """Note where the app is installed, in place of what was known before."""
    values = {
        "bot_token": installation.bot_token,
        "bot_user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
        "scopes": installation.scopes,
        "installed_at": NOW,
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


def find_installation(db: Connection, team_id: str, enterprise_id: str) -> Installation | None:
    """Find the workspace's own installation, else its organisation's."""
    row = db.execute(_INSTALLATION, {"this_team_id": team_id, "this_enterprise_id": enterprise_id}).first()
    if row is None:
        return None
    return Installation(row.team_id, row.enterprise_id, row.bot_token, row.bot_user_id, row.bot_id, row.scopes)
