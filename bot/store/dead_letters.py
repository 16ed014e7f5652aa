"""Dead letters: rows given up, listed without anything people wrote, and put back for another try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, case, func, literal, select, update

from bot.store.database import read_address, shown
from bot.store.offline import connected, require_current
from bot.store.tables import inbox, metadata, outbox

_MOST: Final = 100
_GIVEN_UP: Final = ("dead", "ambiguous")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row that was given up. `what` is the kind of delivery or the Web API method; `at` seconds since 1970."""

    table: str
    id: int
    team_id: str
    key: str
    what: str
    state: str
    attempts: int
    error: str
    at: float


@dataclass(frozen=True, slots=True)
class StoreOverview:
    """A store at a glance: rows by table, and by (table, state); the latest that were given up."""

    place: str
    tables: dict[str, int]
    states: dict[tuple[str, str], int]
    troubles: list[DeadLetter]


def read_overview(address: str) -> StoreOverview:
    """Count rows and list those given up. The bot may be running. Raises StoreError."""
    url = read_address(address)
    with connected(url) as db:
        require_current(db, shown(url))
        tables = {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
        states = {
            (table.name, state): number
            for table in (inbox, outbox)
            for state, number in db.execute(
                select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state)
            )
        }
        troubles = _troubles(db, inbox, "kind") + _troubles(db, outbox, "method")
    return StoreOverview(shown(url), tables, states, troubles)


def _troubles(db: Connection, table: Table, what: str) -> list[DeadLetter]:
    found = (
        select(
            literal(table.name),
            *(table.c[name] for name in ("id", "team_id", "key", what, "state", "attempts", "error", "done_at")),
        )
        .where(table.c.state.in_(_GIVEN_UP))
        .order_by(table.c.done_at.desc())
        .limit(_MOST)
    )
    return [DeadLetter(*row) for row in db.execute(found)]


def retry(address: str) -> tuple[int, int]:
    """Make all dead rows due again, for the running bot. Raises StoreError.

    Returns how many rows that are, and how many stay dead since the retention has taken their text. What is ambiguous
    is left alone: it may have been posted.
    """
    url = read_address(address)
    with connected(url, writes=True) as db:
        require_current(db, shown(url))
        again, empty = 0, 0
        dead = inbox.c.state == "dead"
        values: dict[str, object] = {"state": "open", "done_at": None, "due_at": 0.0}
        again += db.execute(update(inbox).where(dead, inbox.c.body != "{}").values(values)).rowcount
        dead = outbox.c.state == "dead"
        # Posts are looked up in Slack once more. Nothing else can be looked up, and a dead row never reached Slack.
        tried = case((outbox.c.method == "chat.postMessage", outbox.c.first_tried_at), else_=None)
        values = {"state": "open", "done_at": None, "first_tried_at": tried}
        again += db.execute(update(outbox).where(dead, outbox.c.arguments != "{}").values(values)).rowcount
        for table in (inbox, outbox):
            left = select(func.count()).select_from(table).where(table.c.state == "dead")
            empty += db.execute(left).scalar_one()
    return again, empty
