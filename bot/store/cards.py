"""The card of an incident: one message in its thread, which the outbox posts once and then edits.

Invariants, whatever dies when:
* at most one card is in Slack, and never two calls that may each become a post are under way;
* no call is put in beside one that is `sending`, or that was tried and may be refused at its next attempt;
* a card is edited from the record as it is when the edit is put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from bot.store.dialect import NOW, AnySelect
from bot.store.leases_and_retries import Timings
from bot.store.tables import incidents, outbox
from bot.triage import Incident

# The error of a call whose thread was deleted meanwhile: Slack's own word.
THREAD_GONE: Final = "thread_not_found"


@dataclass(frozen=True, slots=True)
class CardState:
    """The state of a card. `edited_at`, in seconds since 1970, is when Slack last had an edit; 0 before the first."""

    # Timestamp of the message; empty until Slack has posted it.
    ts: str = ""
    # True while a post is waiting, or an edit that may turn into a post.
    is_pending: bool = False
    # True when the thread was deleted, so that there can be no card.
    is_thread_gone: bool = False
    edited_at: float = 0.0


NO_CARD: Final = CardState()


def read_card(db: Connection, team_id: str, channel_id: str, number: int, known_ts: str) -> CardState:
    """Read what the outbox knows of a card; `known_ts` is what was noted of it before its post's row was deleted."""
    this = {"this_team_id": team_id, "this_channel_id": channel_id, "this_card": f"card/{number}/%"}
    row = db.execute(_CARD, this).one()
    return CardState(row.ts or known_ts, bool(row.pending), row.ended == THREAD_GONE, float(row.edited_at or 0.0))


def _card_state() -> AnySelect:
    """Build the one statement that reads a card's state.

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
    # An edit that was tried may be refused at the next attempt, and become a post.
    tried = or_(outbox.c.state == "sending", outbox.c.first_tried_at.is_not(None))
    waiting = and_(here, outbox.c.state.in_(("open", "sending")), or_(is_post, and_(is_edit, tried)))
    return select(
        latest.scalar_subquery().label("ts"),
        ended.scalar_subquery().label("ended"),
        exists().where(waiting).label("pending"),
        select(func.max(outbox.c.done_at)).where(done, is_edit).scalar_subquery().label("edited_at"),
    )


_CARD: Final = _card_state()


def rests(db: Connection, card: CardState, timings: Timings) -> bool:
    """Return True while a card may not be edited: a call is pending, or the last edit was a moment ago."""
    now = float(db.execute(select(NOW)).scalar_one())
    return card.is_pending or card.edited_at > now - timings.card_between


def postpone_card(db: Connection, incident: Incident, timings: Timings) -> None:
    """Make the card due again soon."""
    here = (incidents.c.team_id == incident.team_id) & (incidents.c.number == incident.number)
    db.execute(update(incidents).where(here).values(card_due_at=NOW + timings.card_gather))


def note_edit(db: Connection, incident: Incident, ts: str) -> None:
    """Count an edit of the card; with the next change it is due again."""
    here = (incidents.c.team_id == incident.team_id) & (incidents.c.number == incident.number)
    edited = {"card_due_at": None, "card_at": NOW, "card_ts": ts, "revision": incidents.c.revision + 1}
    db.execute(update(incidents).where(here).values(edited))


def drop_waiting_edits(db: Connection, incident: Incident) -> None:
    """Delete edits of the card that were never tried: a newer one follows."""
    queue = and_(
        outbox.c.state == "open", outbox.c.team_id == incident.team_id, outbox.c.channel_id == incident.channel_id
    )
    is_edit = and_(outbox.c.key.like(f"card/{incident.number}/%"), outbox.c.method == "chat.update")
    db.execute(delete(outbox).where(queue, is_edit, outbox.c.first_tried_at.is_(None)))
