"""Differences of the two databases in statements.

A statement is built once and kept: building one takes several times as long as running it. So what it is given, and the
time, are parts of it and not values in it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Double, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# Rows and queries whose columns the type checker cannot know.
AnyRow = Row[Any]
AnySelect = Select[Any]


class _Now(FunctionElement[float]):
    """The time, told when the statement runs."""

    type = Double()
    inherit_cache = True


@compiles(_Now, "postgresql")
def _ask_postgres(_element: _Now, _compiler: object, **_: object) -> str:
    return "CAST(EXTRACT(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)"


@compiles(_Now, "sqlite")
def _ask_process(_element: _Now, _compiler: object, **_: object) -> str:
    return "sceptic_now()"


# The time for everybody, in seconds since 1970: PostgreSQL's own clock. SQLite has one process, so its clock is that of
# the machine when the store was opened, and then one that cannot jump.
NOW: Final = _Now()


def insert_into(db: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Make an INSERT that knows ON CONFLICT, which both databases spell alike."""
    return insert_for(db.dialect.name, table)


def insert_for(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Make such an INSERT where there is no connection yet: for a statement that is built once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
