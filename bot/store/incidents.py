"""Incidents in the store: one row each, the record as JSON; a row is locked while its incident is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Float, and_, bindparam, case, delete, exists, func, or_, select, update

from bot.store import incident_queries
from bot.store.dialect import NOW, AnyRow, AnySelect, insert_into
from bot.store.tables import incidents, numbers, outbox
from bot.triage import OPEN, Incident

# Several changes within so many seconds are one edit of the card, and two edits are at least so far apart.
GATHER_SECONDS: Final = 0.5
BETWEEN_SECONDS: Final = 2.0
_RECORD: Final = TypeAdapter(Incident)
# The error of a call whose thread was deleted meanwhile: Slack's own word.
THREAD_GONE: Final = "thread_not_found"


@dataclass(frozen=True, slots=True)
class StoredIncident:
    """An incident as it is kept: its language, and the timestamp of its card once Slack has told it."""

    incident: Incident
    language: str
    revision: int
    card_ts: str
    # A card is still to be posted, so its timestamp may come.
    card_coming: bool = False
    # An edit of the card is under way or may have to be made again, or Slack had one a moment ago.
    card_resting: bool = False
    # The thread is no more, so there can be no card.
    thread_gone: bool = False


def open_incident(db: Connection, draft: Incident, enterprise_id: str, language: str) -> tuple[Incident, bool]:
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
                "card_due_at": NOW + BETWEEN_SECONDS,
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
    """The incident of a thread; with `lock` nobody else changes it until the transaction ends."""
    here = {"this_team_id": team_id, "this_channel_id": channel_id, "this_thread_ts": thread_ts}
    return _one(db, _OF_THREAD, here, lock)


def find_number(db: Connection, team_id: str, number: int, *, lock: bool = False) -> StoredIncident | None:
    """The incident with a number."""
    return _one(db, _OF_NUMBER, {"this_team_id": team_id, "this_number": number}, lock)


def showing_file(db: Connection, team_id: str, file_id: str) -> list[StoredIncident]:
    """The open incidents whose evidence is in a file; of what is over the record stays as it was."""
    named = incidents.c.record.contains(f'"{file_id}"', autoescape=True)
    mine = and_(incidents.c.team_id == team_id, incidents.c.status.in_(sorted(OPEN)), named)
    found = [_kept(db, row) for row in db.execute(select(incidents).where(mine))]
    return [each for each in found if any(file_id in files for files in each.incident.files.values())]


def _one(db: Connection, statement: AnySelect, this: Mapping[str, object], lock: bool) -> StoredIncident | None:
    row = db.execute(statement.with_for_update() if lock else statement, this).first()
    return None if row is None else _kept(db, row)


def change(db: Connection, team_id: str, number: int, move: Callable[[Incident], Incident]) -> Incident | None:
    """Make a move and have the card follow it; what `move` raises comes through, and nothing is kept."""
    stored = find_number(db, team_id, number, lock=True)
    if stored is None:
        return None
    after = move(stored.incident)
    if after != stored.incident:
        soon = NOW + GATHER_SECONDS
        apart = incidents.c.card_at + BETWEEN_SECONDS
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


def take_due_cards(db: Connection, most: int) -> list[tuple[StoredIncident, str]]:
    """Take incidents whose card is behind, each with its organisation; their cards count as edited now."""
    due = incidents.c.card_due_at <= NOW
    rows = db.execute(
        select(incidents).where(due).order_by(incidents.c.card_due_at).limit(most).with_for_update(skip_locked=True)
    ).all()
    taken = [(_kept(db, row), row.enterprise_id) for row in rows]
    for stored, _ in taken:
        db.execute(
            update(incidents)
            .where(incidents.c.team_id == stored.incident.team_id, incidents.c.number == stored.incident.number)
            .values(card_due_at=None, card_at=NOW, card_ts=stored.card_ts, revision=incidents.c.revision + 1)
        )
    return taken


def postpone_card(db: Connection, incident: Incident) -> None:
    """Look at the card again soon: Slack has not said yet where it is, or was told of it a moment ago."""
    here = (incidents.c.team_id == incident.team_id) & (incidents.c.number == incident.number)
    db.execute(update(incidents).where(here).values(card_due_at=NOW + GATHER_SECONDS))


def drop_waiting_edits(db: Connection, incident: Incident) -> None:
    """Take edits of the card out of the outbox that were not sent: a newer one follows."""
    key = f"card/{incident.number}/%"
    lane = and_(
        outbox.c.state == "open", outbox.c.team_id == incident.team_id, outbox.c.channel_id == incident.channel_id
    )
    edits = and_(outbox.c.key.like(key), outbox.c.method == "chat.update", outbox.c.first_tried_at.is_(None))
    db.execute(delete(outbox).where(lane, edits))


def still_open(db: Connection) -> tuple[float, list[tuple[str, str, StoredIncident]]]:
    """The time, and every open incident of every workspace."""
    now = float(db.execute(select(NOW)).scalar_one())
    rows = db.execute(select(incidents).where(incidents.c.status.in_(sorted(OPEN)))).all()
    return now, [
        (
            row.team_id,
            row.enterprise_id,
            StoredIncident(_RECORD.validate_json(row.record), row.language, row.revision, row.card_ts),
        )
        for row in rows
    ]


def resolved_since(db: Connection, team_id: str, since: float) -> list[tuple[float, str]]:
    """What changed after `since` (seconds since 1970) among incidents that are or were resolved, with when it changed.

    Records are given as they are kept; `read_record` takes long for many of them. The record remembers a resolution that
    was taken back, so a reopened incident is among them.
    """
    where = and_(incidents.c.team_id == team_id, incidents.c.changed_at > since)
    once = or_(incidents.c.status == "resolved", incidents.c.record.like('%"kind":"resolved"%'))
    rows = db.execute(select(incidents.c.changed_at, incidents.c.record).where(where, once))
    return [(row.changed_at, row.record) for row in rows]


def is_there(db: Connection, team_id: str, number: int, opened_at: float) -> bool:
    """Whether there is still the incident that was opened then (seconds since 1970) under this number."""
    this = and_(incidents.c.team_id == team_id, incidents.c.number == number, incidents.c.opened_at == opened_at)
    return db.execute(select(incidents.c.number).where(this)).first() is not None


def read_record(record: str) -> Incident:
    """Read a record as it is kept."""
    return _RECORD.validate_json(record)


def _kept(db: Connection, row: AnyRow) -> StoredIncident:
    this = {"this_team_id": row.team_id, "this_channel_id": row.channel_id, "this_card": f"card/{row.number}/%"}
    card = db.execute(_CARD, this | {"between": BETWEEN_SECONDS}).one()
    return StoredIncident(
        _RECORD.validate_json(row.record),
        row.language,
        row.revision,
        card.ts or row.card_ts,
        bool(card.coming),
        bool(card.resting),
        card.ended == THREAD_GONE,
    )


def _card_state() -> AnySelect:
    """What the outbox knows of a card, in one statement.

    Under READ COMMITTED each statement sees a state of its own. Between two of them a post that was under way may be
    done: one sees no timestamp yet, the other nothing under way any more, and the card would be posted twice.
    """
    here = and_(
        outbox.c.team_id == bindparam("this_team_id"),
        outbox.c.channel_id == bindparam("this_channel_id"),
        outbox.c.key.like(bindparam("this_card")),
    )
    is_post, is_edit = outbox.c.method == "chat.postMessage", outbox.c.method == "chat.update"
    done = and_(here, outbox.c.state == "done")
    latest = select(outbox.c.ts).where(done, is_post, outbox.c.ts != "").order_by(outbox.c.id.desc()).limit(1)
    ended = select(outbox.c.error).where(done, is_post).order_by(outbox.c.id.desc()).limit(1)
    pending = and_(here, outbox.c.state.in_(("open", "sending")))
    # An edit that was tried may be refused at the next attempt, and is then a post.
    tried = or_(outbox.c.state == "sending", outbox.c.first_tried_at.is_not(None))
    lately = and_(done, outbox.c.done_at > NOW - bindparam("between", type_=Float))
    return select(
        latest.scalar_subquery().label("ts"),
        ended.scalar_subquery().label("ended"),
        exists().where(pending, is_post).label("coming"),
        or_(exists().where(pending, is_edit, tried), exists().where(lately, is_edit)).label("resting"),
    )


_CARD: Final = _card_state()
