"""Bringing the schema up to date when the store is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.store.errors import StoreError

_FOLDER: Final = Path(__file__).parent / "migrations"
# Arbitrary, but the same in every replica: the lock that is held while the schema changes.
_MIGRATION_LOCK: Final = 20_502


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def newest_revision() -> str:
    """Return the schema this program works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def older_revisions() -> set[str]:
    """Return the schemas that this program can upgrade."""
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    return known - {newest_revision()}


def revision_of(db: Connection) -> str:
    """Return the schema a database has, empty when it has none."""
    return MigrationContext.configure(db).get_current_revision() or ""


def migrate(db: Connection) -> str:
    """Bring the schema up to date, one replica at a time. Returns what it was before, empty for a new database.

    Raises StoreError when a newer program has written the store, or the database holds something else.
    """
    if db.dialect.name == "postgresql":
        db.execute(text("SET LOCAL lock_timeout = 0"))
        db.execute(text("SET LOCAL statement_timeout = 0"))
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
    before = revision_of(db)
    if before == newest_revision():
        return before
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    if before and before not in known:
        raise StoreError(
            f"The store was written by a newer Sceptic (schema {before}, this one knows {newest_revision()}); "
            "install that version or newer."
        )
    if not before and (others := sorted(set(inspect(db).get_table_names()) - {"alembic_version"})):
        raise StoreError(
            f"The database holds tables that are not Sceptic's ({', '.join(others[:3])}); give Sceptic one of its own."
        )
    config = _config()
    config.attributes["connection"] = db
    command.upgrade(config, "head")
    return before
