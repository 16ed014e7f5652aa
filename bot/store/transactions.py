"""One workspace's incidents and channel settings within one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, delete, select, update

from bot.store import cards, corrections, feedback, inbox, incident_queries, incidents, outbox
from bot.store.dialect import NOW, insert_into
from bot.store.incident_queries import IncidentPage, Viewer
from bot.store.incidents import StoredIncident
from bot.store.leases_and_retries import Timings
from bot.store.tables import channel_settings, charts, notes, unanswered
from bot.store.values import ChannelSettings, Chart, Correction, Delivery, FeedbackCounts, Note, SlackCall
from bot.triage import Incident
from bot.triage.transitions import Move, MoveRefused, MoveResult, apply

_CHANNEL_SETTINGS: Final = (
    select(channel_settings)
    .where(
        channel_settings.c.team_id == bindparam("this_team_id"),
        channel_settings.c.channel_id == bindparam("this_channel_id"),
        channel_settings.c.thread_ts.in_(("", bindparam("this_thread_ts"))),
    )
    .order_by(channel_settings.c.thread_ts.desc())
    .limit(1)
)
_NOTES: Final = (
    select(notes)
    .where(
        notes.c.team_id == bindparam("this_team_id"),
        notes.c.article_id.in_(bindparam("article_ids", expanding=True)),
    )
    .order_by(notes.c.noted_at.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class WorkspaceTransaction:
    """One transaction on a workspace's rows. It may run again after a conflict, so its caller has no side effects."""

    db: Connection
    team_id: str
    enterprise_id: str
    timings: Timings

    def enqueue_calls(self, calls: Sequence[SlackCall]) -> None:
        """Enqueue calls to Slack, which are made once the transaction is committed."""
        outbox.add(self.db, self.team_id, self.enterprise_id, calls)

    def open(self, draft: Incident, language: str) -> tuple[Incident, bool]:
        """Open an incident under the next number; with False the one that its thread has already."""
        return incidents.open_incident(self.db, draft, self.enterprise_id, language, self.timings)

    def enqueue_delivery(self, delivery: Delivery) -> None:
        """Enqueue a delivery, which is handled like one of Slack's once the transaction is committed."""
        inbox.enqueue(self.db, delivery)

    def find(self, channel_id: str, thread_ts: str) -> StoredIncident | None:
        """Find the incident of a thread."""
        return incidents.find(self.db, self.team_id, channel_id, thread_ts)

    def showing_file(self, file_id: str) -> list[StoredIncident]:
        """Find open incidents whose evidence is in a file."""
        return incidents.showing_file(self.db, self.team_id, file_id)

    def find_number(self, number: int) -> StoredIncident | None:
        """Find the incident with a number."""
        return incidents.find_number(self.db, self.team_id, number)

    def change(self, number: int, move: Callable[[Incident], Incident]) -> Incident | None:
        """Make a move and mark the card due; what the move raises comes through, and nothing is kept."""
        return incidents.change(self.db, self.team_id, number, move, self.timings)

    def apply(self, number: int, move: Move) -> MoveResult | None:
        """Make a person's move now and mark the card due; None when there is no such incident."""
        stored = self.find_number(number)
        if stored is None:
            return None
        try:
            after = self.change(number, lambda incident: apply(incident, move, self.now()))
        except MoveRefused as refused:
            return MoveResult(stored.incident, stored.incident, refused)
        return MoveResult(stored.incident, after or stored.incident)

    def touch_card(self, number: int) -> None:
        """Mark the card due though the incident has not changed."""
        stored = self.find_number(number)
        if stored is not None:
            cards.postpone_card(self.db, stored.incident, self.timings)

    def find_open(self, viewer: Viewer, *, mine: bool = False, most: int = 15) -> IncidentPage:
        """List the open incidents that the viewer may see, the most pressing first."""
        return incident_queries.find_open(self.db, self.team_id, viewer, most, mine=mine)

    def search(self, viewer: Viewer, words: str, *, number: int = 0, most: int = 15) -> IncidentPage:
        """Incidents that the viewer may see and that say all these words, the one with the number first."""
        return incident_queries.search(self.db, self.team_id, viewer, words, most, number)

    def channels_since(self, since: float) -> list[str]:
        """List the channels with incidents opened after `since` (seconds since 1970), those with the most first."""
        return incident_queries.channels_since(self.db, self.team_id, since)

    def commonest(
        self,
        since: float,
        most: int = 10,
        without: Collection[str] = (),
        channels: Collection[str] | None = None,
    ) -> list[tuple[str, int]]:
        """Events and codes by the number of incidents opened after `since` (seconds since 1970) that show them."""
        return incident_queries.commonest(self.db, self.team_id, since, most, without, channels)

    def set_channel_settings(self, wanted: ChannelSettings, set_by: str) -> None:
        """Store the settings of a channel or thread."""
        keys = {"team_id": self.team_id, "channel_id": wanted.channel_id, "thread_ts": wanted.thread_ts}
        values = {
            "speak": wanted.speak,
            "language": wanted.language,
            "privately": wanted.privately,
            "owner": wanted.owner,
            "outsiders_move": wanted.outsiders_move,
            "set_by": set_by,
            "set_at": NOW,
        }
        row = {**keys, "enterprise_id": self.enterprise_id, **values}
        statement = insert_into(self.db, channel_settings).values(row)
        self.db.execute(statement.on_conflict_do_update(index_elements=[*keys], set_=values))

    def channel_settings(self, channel_id: str, thread_ts: str = "") -> ChannelSettings:
        """Return the thread's own settings, else the channel's, else the default."""
        here = {"this_team_id": self.team_id, "this_channel_id": channel_id, "this_thread_ts": thread_ts}
        row = self.db.execute(_CHANNEL_SETTINGS, here).first()
        if row is None:
            return ChannelSettings(channel_id)
        return ChannelSettings(
            channel_id,
            thread_ts=row.thread_ts,
            speak=row.speak,
            language=row.language,
            privately=row.privately,
            owner=row.owner,
            outsiders_move=bool(row.outsiders_move),
            set_by=row.set_by,
        )

    def chart(self) -> Chart | None:
        """Read the chart that was uploaded last."""
        row = self.db.execute(select(charts).where(charts.c.team_id == self.team_id)).first()
        return (
            None
            if row is None
            else Chart(
                row.file_id, tuple((str(each), int(count)) for each, count in json.loads(row.shown)), row.made_at
            )
        )

    def keep_chart(self, file_id: str, shown: Sequence[tuple[str, int]]) -> None:
        """Store the file of the uploaded chart, and the numbers it shows."""
        values = {"file_id": file_id, "shown": json.dumps(shown), "made_at": NOW}
        row = {"team_id": self.team_id, "enterprise_id": self.enterprise_id, **values}
        statement = insert_into(self.db, charts).values(row)
        self.db.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_=values))

    def note_unanswered(self, digest: str, question: str, decision: str) -> None:
        """Count a question that got no answer. Everything private in it has been masked."""
        keys = {"team_id": self.team_id, "digest": digest}
        row = {
            **keys,
            "enterprise_id": self.enterprise_id,
            "question": question,
            "decision": decision,
            "times": 1,
            "last_at": NOW,
        }
        changed = {"times": unanswered.c.times + 1, "last_at": NOW}
        statement = insert_into(self.db, unanswered).values(row)
        self.db.execute(statement.on_conflict_do_update(index_elements=[*keys], set_=changed))

    def forget_words(self, digest: str, question: str, keys: Sequence[str]) -> None:
        """Forget a text that its writer took back: as a question, under corrections, and in dead deliveries' bodies.

        A question that others asked as well is counted once less.
        """
        mine = (unanswered.c.team_id == self.team_id) & (unanswered.c.digest == digest)
        self.db.execute(update(unanswered).where(mine).values(times=unanswered.c.times - 1))
        self.db.execute(delete(unanswered).where(mine, unanswered.c.times < 1))
        corrections.forget(self.db, self.team_id, question)
        inbox.forget_dead(self.db, self.team_id, keys)

    def unanswered(self, most: int = 20) -> list[tuple[str, int]]:
        """Questions without an answer and how often they came, the commonest first."""
        mine = select(unanswered.c.question, unanswered.c.times).where(unanswered.c.team_id == self.team_id)
        rows = self.db.execute(mine.order_by(unanswered.c.times.desc(), unanswered.c.last_at.desc()).limit(most))
        return [(row.question, row.times) for row in rows]

    def note_correction(self, correction: Correction) -> None:
        """Store a correction. Everything private in it has been masked."""
        corrections.note(self.db, self.team_id, self.enterprise_id, correction)

    def corrections(self, most: int = 20) -> list[Correction]:
        """Read the latest corrections."""
        return corrections.read(self.db, self.team_id, most)

    def feedback_counts(self, since: float) -> tuple[FeedbackCounts, ...]:
        """Return the feedback on each article's answers since `since` (seconds since 1970), the least helpful first."""
        return feedback.feedback_counts(self.db, self.team_id, since)

    def add_note(self, article_id: str, user_id: str, words: str, incident: int) -> None:
        """Put a team's note under an article; a second one from the same incident replaces the first."""
        mine = (notes.c.team_id == self.team_id) & (notes.c.article_id == article_id)
        self.db.execute(delete(notes).where(mine, notes.c.incident == incident))
        row = {
            "team_id": self.team_id,
            "enterprise_id": self.enterprise_id,
            "article_id": article_id,
            "user_id": user_id,
            "words": words,
            "incident": incident,
            "noted_at": NOW,
        }
        self.db.execute(insert_into(self.db, notes).values(row))

    def notes(self, article_ids: Sequence[str], most: int = 3) -> list[Note]:
        """Read the latest notes of this workspace under some articles."""
        rows = self.db.execute(_NOTES, {"this_team_id": self.team_id, "article_ids": article_ids, "most": most})
        return [Note(row.article_id, row.user_id, row.words, row.incident, row.noted_at) for row in rows]

    def now(self) -> float:
        """Read the database's time, in seconds since 1970."""
        return float(self.db.execute(select(NOW)).scalar_one())
