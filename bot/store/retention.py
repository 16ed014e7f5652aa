"""What keeps the store in order: counts, deletion of what is old or of who has left, and recovery after a crash."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.sql import Delete, Update

from bot.store.dialect import NOW, insert_into
from bot.store.outbox import VISIBLE_SECONDS, WHOLE_TEAM
from bot.store.tables import (
    channel_cursors,
    channel_queues,
    feedback,
    inbox,
    installations,
    metadata,
    outbox,
    unanswered,
)
from bot.store.values import ClaimedDelivery, FeedbackCounts, Installation

_DAY: Final = 86_400
# Slack's late redeliveries come within hours; a key is remembered for longer than that, whatever the retention.
_KEYS_DAYS: Final = 7
_FOREVER: Final = 3600.0
# Somewhat longer than until the retention is applied again.
_LATELY: Final = 2 * 3600.0
# Emptied or deleted in one transaction: some milliseconds, since on SQLite deliveries wait for them.
_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are by (table, state), and for how many seconds each table's oldest could have been worked on.

    The latter is 0 when none is due.
    """

    rows: dict[tuple[str, str], int]
    due_seconds: dict[str, float]

    @property
    def oldest_due_seconds(self) -> float:
        """The greater of both tables."""
        return max(self.due_seconds.values())


def count(db: Connection) -> Counts:
    """Count what is waiting and what went wrong. Rows that are done are not counted: there are too many."""
    rows: dict[tuple[str, str], int] = {}
    for table in (inbox, outbox):
        # Named one by one, so that the index skips what is done.
        left = table.c.state.in_(("open", "sending", "dead", "ambiguous"))
        for state, number in db.execute(select(table.c.state, func.count()).where(left).group_by(table.c.state)):
            rows[table.name, state] = number
    delivery = select(func.min(inbox.c.due_at)).where(inbox.c.state == "open", inbox.c.due_at <= NOW)
    ages = {
        table: db.execute(select(NOW - since)).scalar()
        for table, since in (("inbox", delivery.scalar_subquery()), ("outbox", _waiting()))
    }
    return Counts(rows, {table: max(0.0, float(age or 0)) for table, age in ages.items()})


def _waiting() -> ScalarSelect[float]:
    """Since when the first row of a free lane could have been sent."""
    heads = (
        select(outbox.c.team_id, outbox.c.channel_id, func.min(outbox.c.id).label("id"))
        .where(outbox.c.state.in_(("open", "sending")))
        .group_by(outbox.c.team_id, outbox.c.channel_id)
        .subquery()
    )
    whole = channel_queues.alias()
    free, all_free = func.coalesce(channel_queues.c.free_at, 0.0), func.coalesce(whole.c.free_at, 0.0)
    since = case((free > all_free, free), else_=all_free)
    since = case((outbox.c.created_at > since, outbox.c.created_at), else_=since)
    return (
        select(func.min(since))
        .select_from(heads)
        .join(outbox, outbox.c.id == heads.c.id)
        .outerjoin(
            channel_queues,
            and_(channel_queues.c.team_id == heads.c.team_id, channel_queues.c.channel_id == heads.c.channel_id),
        )
        .outerjoin(whole, and_(whole.c.team_id == heads.c.team_id, whole.c.channel_id == WHOLE_TEAM))
        .where(free <= NOW, all_free <= NOW)
        .scalar_subquery()
    )


def recover(db: Connection) -> None:
    """After SQLite's only process has died: what it had taken is free again, and no waiting is longer than it should be."""
    db.execute(update(inbox).where(inbox.c.state == "open", inbox.c.due_at > NOW).values(due_at=NOW))
    latest = db.execute(select(func.max(inbox.c.received_at))).scalar()
    jump = 0.0 if latest is None else max(0.0, float(db.execute(select(latest - NOW)).scalar_one()))
    if jump:
        # The machine's clock was ahead and has been set right: what waited by it would wait that much longer.
        db.execute(update(channel_queues).values(free_at=channel_queues.c.free_at - jump))
    db.execute(
        update(channel_queues)
        .where(or_(channel_queues.c.taken, channel_queues.c.free_at > NOW + _FOREVER))
        .values(free_at=NOW + VISIBLE_SECONDS, taken=False)
    )


def tidy(db: Connection, days: int) -> int:
    """Take the texts out of what was finished so many days ago, and forget what is older than redeliveries are.

    Of each kind some at a time, so that nobody waits long for the writer: to be called until nothing is left. Returns
    how many rows were emptied or deleted.
    """
    changed = 0
    for table, empty in ((inbox, {"body": "{}"}), (outbox, {"arguments": "{}", "otherwise": "", "follow_up": ""})):
        # First what goes altogether, so that it is not emptied before. States are named for the index.
        old = and_(table.c.state == "done", table.c.done_at < NOW - max(days, _KEYS_DAYS) * _DAY)
        changed += _change_some(db, table, delete(table), old)
        finished = and_(table.c.state.in_(("done", "dead", "ambiguous")), table.c.done_at < NOW - days * _DAY)
        left = or_(*(table.c[name] != value for name, value in empty.items()))
        changed += _change_some(db, table, update(table).values(empty), and_(finished, left))
        # An older Sceptic beside this one leaves them in what it has done.
        lately = and_(table.c.state == "done", table.c.done_at > NOW - _LATELY)
        changed += _change_some(db, table, update(table).values(empty), and_(lately, left))
    # A question without an answer is somebody's words; one that still comes is kept.
    changed += _change_some(db, unanswered, delete(unanswered), unanswered.c.last_at < NOW - days * _DAY)
    idle = and_(channel_queues.c.free_at < NOW - _KEYS_DAYS * _DAY, ~_in_use())
    changed += _change_some(db, channel_queues, delete(channel_queues), idle)
    return changed


def _change_some(db: Connection, table: Table, change: Update | Delete, which: ColumnElement[bool]) -> int:
    """Change the next few of these rows; returns how many. What another replica is just working on is left to it."""
    keys = list(table.primary_key.columns)
    few = select(*keys).where(which).limit(_AT_A_TIME).with_for_update(skip_locked=True)
    # A query of its own: PostgreSQL may run a sub-select anew for every row, and each time it chooses others.
    chosen = [tuple(row) for row in db.execute(few)]
    if chosen:
        db.execute(change.where(tuple_(*keys).in_(chosen)))
    return len(chosen)


def _in_use() -> Any:
    pending = outbox.c.state.in_(("open", "sending"))
    here = and_(outbox.c.team_id == channel_queues.c.team_id, outbox.c.channel_id == channel_queues.c.channel_id)
    return select(outbox.c.id).where(here, pending).exists()


def forget(db: Connection, team_id: str, enterprise_id: str, dead_token: str | None = None) -> None:
    """Delete everything of a workspace; with an empty `team_id`, of the whole organisation.

    With the token that no longer works ("" when none was known), nothing is deleted where the app has come back with
    another since that was found out.
    """
    if not team_id and not enterprise_id:
        raise ValueError("neither a workspace nor an organisation is named")
    here = and_(installations.c.team_id == team_id, installations.c.enterprise_id == enterprise_id)
    # Locked, so that the app cannot come back between this look and the end.
    kept = db.execute(select(installations.c.bot_token).where(here).with_for_update()).scalar()
    if dead_token is not None and kept is not None and kept != dead_token:
        return
    on_postgres = db.dialect.name == "postgresql"
    if on_postgres:
        # All of a big workspace takes longer than a statement may, and would be cancelled each time.
        db.execute(text("SET LOCAL statement_timeout = 0"))
    # First what deliveries that are just being kept lock first, or each would wait for the other.
    for table in sorted(metadata.tables.values(), key=lambda each: each is not channel_cursors):
        theirs = table.c.team_id == team_id if team_id else table.c.enterprise_id == enterprise_id
        db.execute(delete(table).where(theirs))
    if on_postgres:
        # Others write in the same transaction.
        db.execute(text("SET LOCAL statement_timeout TO DEFAULT"))


def erase_delivery(db: Connection, claimed: ClaimedDelivery) -> None:
    """Forget how far a workspace was heard in which a delivery came after it had left.

    Nothing is deleted where the app has just been installed.
    """
    delivery = claimed.delivery
    if find_installation(db, delivery.team_id, delivery.enterprise_id) is not None:
        return
    db.execute(delete(channel_cursors).where(channel_cursors.c.team_id == delivery.team_id))


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
    """The workspace's own installation, else its organisation's."""
    row = db.execute(_INSTALLATION, {"this_team_id": team_id, "this_enterprise_id": enterprise_id}).first()
    if row is None:
        return None
    return Installation(row.team_id, row.enterprise_id, row.bot_token, row.bot_user_id, row.bot_id, row.scopes)


def read_channel_cursors(db: Connection) -> list[tuple[str, str, str, str]]:
    """Each channel and its latest message: team, organisation, channel, timestamp."""
    rows = db.execute(
        select(
            channel_cursors.c.team_id,
            channel_cursors.c.enterprise_id,
            channel_cursors.c.channel_id,
            channel_cursors.c.ts,
        )
    )
    return [(row.team_id, row.enterprise_id, row.channel_id, row.ts) for row in rows]


def threads_since(db: Connection, team_id: str, channel_id: str, since: float) -> list[str]:
    """The threads in which the bot has spoken."""
    here = (outbox.c.team_id == team_id) & (outbox.c.channel_id == channel_id) & (outbox.c.created_at > since)
    return list(db.execute(select(outbox.c.thread_ts).where(here, outbox.c.thread_ts != "").distinct()).scalars())


def feedback_counts(db: Connection, team_id: str, since: float) -> tuple[FeedbackCounts, ...]:
    """What was said of the answers about each article since then (seconds since 1970), the least helpful first.

    An answer about several articles counts for the first, which it begins with.
    """
    said: dict[str, Counter[str]] = {}
    mine = (feedback.c.team_id == team_id) & (feedback.c.said_at > since)
    for row in db.execute(
        select(feedback.c.articles, feedback.c.said, func.count())
        .where(mine)
        .group_by(feedback.c.articles, feedback.c.said)
    ):
        said.setdefault(row[0].partition(",")[0], Counter())[row[1]] += row[2]
    found = [FeedbackCounts(article, each["helpful"], each.total() - each["helpful"]) for article, each in said.items()]
    return tuple(sorted(found, key=lambda each: (-each.unhelpful, -each.helpful, each.article_id)))


def note_feedback(
    db: Connection,
    team_id: str,
    enterprise_id: str,
    message_ts: str,
    user_id: str,
    said: str,
    articles: str,
) -> None:
    """Keep what someone said about an answer; saying something else later replaces it."""
    values = {"said": said, "articles": articles, "said_at": NOW}
    row = {"team_id": team_id, "enterprise_id": enterprise_id, "message_ts": message_ts, "user_id": user_id, **values}
    keys = ["team_id", "message_ts", "user_id"]
    db.execute(insert_into(db, feedback).values(row).on_conflict_do_update(index_elements=keys, set_=values))
