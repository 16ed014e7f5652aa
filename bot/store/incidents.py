"""Incidents in the store: one row each, the record as JSON; a row is locked while its incident is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from bot.store import cards, incident_queries
from bot.store.cards import NO_CARD, CardState, read_card
from bot.store.dialect import NOW, AnyRow, AnySelect, insert_into
from bot.store.leases_and_retries import Timings
from bot.store.tables import incidents, numbers
from bot.triage import OPEN, Incident

_RECORD: Final = TypeAdapter(Incident)


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident as it is stored: its language, how often its card was edited, and what is known of the card."""

    incident: Incident
    language: str
    revision: int
    card: CardState = NO_CARD


def open_incident(
    db: Connection, draft: Incident, enterprise_id: str, language: str, timings: Timings
) -> tuple[Incident, bool]:
    """Keep a new incident under the workspace's next number; with False the one its thread has already."""
    here = (draft.team_id, draft.channel_id, draft.thread_ts)
    if (before := find(db, *here)) is not None:
        return before.incident, False
    row = {"team_id": draft.team_id, "enterprise_id": enterprise_id, "last": 1}
    statement = insert_into(db, numbers).values(row)
    number = db.execute(
        statement.on_conflict_do_update(index_elements=["team_id"], set_={"last": numbers.c.last + 1}).returning(
            numbers.c.last
        )
    ).scalar_one()
    # The number's row is locked now: nobody else can have opened this thread in between.
    if (before := find(db, *here)) is not None:
        return before.incident, False
    incident = replace(draft, number=number)
    db.execute(
        insert_into(db, incidents).values(
            {
                "team_id": draft.team_id,
                "enterprise_id": enterprise_id,
                "number": number,
                "channel_id": draft.channel_id,
                "thread_ts": draft.thread_ts,
                "opened_at": draft.opened_at,
                "language": language,
                "revision": 0,
                # Soon after it is posted the card is looked at again, so that its timestamp is known for good.
                "card_due_at": NOW + timings.card_between,
                "card_at": 0.0,
                "card_ts": "",
                **_columns(incident),
            }
        )
    )
    incident_queries.note(db, incident, enterprise_id)
    return incident, True


_OF_THREAD: Final = select(incidents).where(
    incidents.c.team_id == bindparam("this_team_id"),
    incidents.c.channel_id == bindparam("this_channel_id"),
    incidents.c.thread_ts == bindparam("this_thread_ts"),
)
_OF_NUMBER: Final = select(incidents).where(
    incidents.c.team_id == bindparam("this_team_id"), incidents.c.number == bindparam("this_number")
)


def find(db: Connection, team_id: str, channel_id: str, thread_ts: str, *, lock: bool = False) -> StoredIncident | None:
    """Find the incident of a thread; with `lock` nobody else changes it until the transaction ends."""
    here = {"this_team_id": team_id, "this_channel_id": channel_id, "this_thread_ts": thread_ts}
    return _one(db, _OF_THREAD, here, lock)


def find_number(db: Connection, team_id: str, number: int, *, lock: bool = False) -> StoredIncident | None:
    """Find the incident with a number."""
    return _one(db, _OF_NUMBER, {"this_team_id": team_id, "this_number": number}, lock)


def showing_file(db: Connection, team_id: str, file_id: str) -> list[StoredIncident]:
    """Find open incidents whose evidence is in a file; of what is over the record stays as it was."""
    named = incidents.c.record.contains(f'"{file_id}"', autoescape=True)
    mine = and_(incidents.c.team_id == team_id, incidents.c.status.in_(sorted(OPEN)), named)
    found = [as_stored(db, row) for row in db.execute(select(incidents).where(mine))]
    return [each for each in found if any(file_id in files for files in each.incident.files.values())]


def _one(db: Connection, statement: AnySelect, this: Mapping[str, object], lock: bool) -> StoredIncident | None:
    row = db.execute(statement.with_for_update() if lock else statement, this).first()
    return None if row is None else as_stored(db, row)


def change(
    db: Connection, team_id: str, number: int, move: Callable[[Incident], Incident], timings: Timings
) -> Incident | None:
    """Make a move and have the card follow it; what `move` raises comes through, and nothing is kept."""
    stored = find_number(db, team_id, number, lock=True)
    if stored is None:
        return None
    after = move(stored.incident)
    if after != stored.incident:
        soon = NOW + timings.card_gather
        apart = incidents.c.card_at + timings.card_between
        due = func.coalesce(incidents.c.card_due_at, case((soon > apart, soon), else_=apart))
        db.execute(
            update(incidents)
            .where(incidents.c.team_id == team_id, incidents.c.number == number)
            .values(card_due_at=due, **_columns(after))
        )
        incident_queries.follow(db, stored.incident, after)
    return after


def _columns(incident: Incident) -> dict[str, object]:
    return {
        "status": incident.status,
        "priority": incident.priority,
        "owner": incident.owner,
        "changed_at": NOW,
        "resolved_at": incident.resolved_at,
        "record": _RECORD.dump_json(incident, fallback=dict, warnings=False).decode(),
    }


_DUE: Final = incidents.c.card_due_at <= NOW


def has_due_cards(db: Connection) -> bool:
    """Tell whether some card may be behind."""
    return db.execute(select(incidents.c.number).where(_DUE).limit(1)).first() is not None


def due_cards(db: Connection, most: int, timings: Timings) -> list[StoredIncident]:
    """Read incidents whose card is behind and may be edited; of the others it is looked at again soon."""
    rows = db.execute(
        select(incidents).where(_DUE).order_by(incidents.c.card_due_at).limit(most).with_for_update(skip_locked=True)
    ).all()
    found = []
    for stored in [as_stored(db, row) for row in rows]:
        if cards.rests(db, stored.card, timings):
            cards.postpone_card(db, stored.incident, timings)
        else:
            found.append(stored)
    return found


def lock_unchanged(db: Connection, stored: StoredIncident) -> str | None:
    """Lock an incident that is as it was read, its card included; its organisation, or None when it has changed."""
    this = {"this_team_id": stored.incident.team_id, "this_number": stored.incident.number}
    row = db.execute(_OF_NUMBER.with_for_update(), this).first()
    return row.enterprise_id if row is not None and as_stored(db, row) == stored else None


def still_open(db: Connection) -> tuple[float, list[tuple[str, str, StoredIncident]]]:
    """Read the time, and every open incident of every workspace."""
    now = float(db.execute(select(NOW)).scalar_one())
    rows = db.execute(select(incidents).where(incidents.c.status.in_(sorted(OPEN)))).all()
    return now, [
        (
            row.team_id,
            row.enterprise_id,
            StoredIncident(_RECORD.validate_json(row.record), row.language, row.revision),
        )
        for row in rows
    ]


def resolved_since(db: Connection, team_id: str, since: float) -> list[tuple[float, str]]:
    """Return incidents that are or were resolved and changed after `since` (seconds since 1970), with the time of change.

    Records are given as they are kept; `read_record` takes long for many of them. The record remembers a resolution that
    was taken back, so a reopened incident is among them.
    """
    where = and_(incidents.c.team_id == team_id, incidents.c.changed_at > since)
    once = or_(incidents.c.status == "resolved", incidents.c.record.like('%"kind":"resolved"%'))
    rows = db.execute(select(incidents.c.changed_at, incidents.c.record).where(where, once))
    return [(row.changed_at, row.record) for row in rows]


def is_there(db: Connection, team_id: str, number: int, opened_at: float) -> bool:
    """Return True while the incident opened at `opened_at` (seconds since 1970) still has this number."""
    this = and_(incidents.c.team_id == team_id, incidents.c.number == number, incidents.c.opened_at == opened_at)
    return db.execute(select(incidents.c.number).where(this)).first() is not None


def read_record(record: str) -> Incident:
    """Read a record as it is kept."""
    return _RECORD.validate_json(record)


def as_stored(db: Connection, row: AnyRow) -> StoredIncident:
    """Read a row of the table, and what the outbox knows of its card."""
    card = read_card(db, row.team_id, row.channel_id, row.number, row.card_ts)
    return StoredIncident(_RECORD.validate_json(row.record), row.language, row.revision, card)
