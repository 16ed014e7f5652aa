"""Retention: blanks old payloads, and deletes old rows and those of workspaces that uninstalled the app."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.sql import Delete, Update
from sqlalchemy.sql.selectable import Exists

from bot.store.dialect import NOW
from bot.store.installations import is_installed
from bot.store.tables import (
    channel_cursors,
    channel_queues,
    corrections,
    inbox,
    installations,
    metadata,
    outbox,
    unanswered,
)
from bot.store.token_cipher import TokenCipher
from bot.store.values import ClaimedDelivery

_DAY: Final = 86_400
# Days for which keys are kept whatever the retention: longer than the hours within which Slack redelivers.
_KEYS_DAYS: Final = 7
# Somewhat longer than the interval of the retention.
_LATELY: Final = 2 * 3600.0


def tidy(db: Connection, days: int, most: int) -> int:
    """Blank payloads finished more than `days` ago; delete rows older than Slack's redelivery window.

    Each call changes at most `most` rows of each kind, so that nobody waits long for the writer: call it until it
    returns 0. Returns the number of rows blanked or deleted.
    """
    changed = 0
    said = {"arguments": "{}", "otherwise": "", "follow_up": "", "for_others": ""}
    for table, empty in ((inbox, {"body": "{}"}), (outbox, said)):
        # Deletions first, so that no row is blanked just to be deleted. States are named so that the index is used.
        old = and_(table.c.state == "done", table.c.done_at < NOW - max(days, _KEYS_DAYS) * _DAY)
        changed += _change_some(db, most, table, delete(table), old)
        finished = and_(table.c.state.in_(("done", "dead", "ambiguous")), table.c.done_at < NOW - days * _DAY)
        left = or_(*(table.c[name] != value for name, value in empty.items()))
        changed += _change_some(db, most, table, update(table).values(empty), and_(finished, left))
        # An older version beside this one leaves payloads in rows it completes.
        lately = and_(table.c.state == "done", table.c.done_at > NOW - _LATELY)
        changed += _change_some(db, most, table, update(table).values(empty), and_(lately, left))
    # Unanswered questions are people's words; those that still come are kept. So are corrections.
    changed += _change_some(db, most, unanswered, delete(unanswered), unanswered.c.last_at < NOW - days * _DAY)
    changed += _change_some(db, most, corrections, delete(corrections), corrections.c.said_at < NOW - days * _DAY)
    idle = and_(channel_queues.c.free_at < NOW - _KEYS_DAYS * _DAY, ~_in_use())
    changed += _change_some(db, most, channel_queues, delete(channel_queues), idle)
    return changed


def _change_some(db: Connection, most: int, table: Table, change: Update | Delete, which: ColumnElement[bool]) -> int:
    """Change the next few of these rows and return how many; rows that another replica has locked are skipped."""
    keys = list(table.primary_key.columns)
    few = select(*keys).where(which).limit(most).with_for_update(skip_locked=True)
    # A query of its own: PostgreSQL may evaluate a sub-select once per row, with other rows each time.
    chosen = [tuple(row) for row in db.execute(few)]
    if chosen:
        db.execute(change.where(tuple_(*keys).in_(chosen)))
    return len(chosen)


def _in_use() -> Exists:
    pending = outbox.c.state.in_(("open", "sending"))
    here = and_(outbox.c.team_id == channel_queues.c.team_id, outbox.c.channel_id == channel_queues.c.channel_id)
    return select(outbox.c.id).where(here, pending).exists()


def forget(
    db: Connection, team_id: str, enterprise_id: str, cipher: TokenCipher, dead_token: str | None = None
) -> None:
    """Delete everything of a workspace; with an empty `team_id`, of the whole organisation.

    With the token that no longer works ("" when none was known), nothing is deleted where the app has come back with
    another since that was found out.
    """
    if not team_id and not enterprise_id:
        raise ValueError("neither a workspace nor an organisation is named")
    here = and_(installations.c.team_id == team_id, installations.c.enterprise_id == enterprise_id)
    # Locked, so that the app cannot be installed again before the end of the transaction.
    kept = db.execute(select(installations.c.bot_token).where(here).with_for_update()).scalar()
    if dead_token is not None and kept is not None and cipher.decrypt(kept, team_id, enterprise_id) != dead_token:
        return
    on_postgres = db.dialect.name == "postgresql"
    if on_postgres:
        # No statement timeout: deleting a big workspace takes longer, and would be cancelled each time.
        db.execute(text("SET LOCAL statement_timeout = 0"))
    # Lock in the order in which receipts lock, or each would wait for the other.
    for table in sorted(metadata.tables.values(), key=lambda each: each is not channel_cursors):
        theirs = table.c.team_id == team_id if team_id else table.c.enterprise_id == enterprise_id
        db.execute(delete(table).where(theirs))
    if on_postgres:
        # Other changes follow in the same transaction.
        db.execute(text("SET LOCAL statement_timeout TO DEFAULT"))


def erase_delivery(db: Connection, claimed: ClaimedDelivery) -> None:
    """Delete the channel cursors of a workspace from which a delivery came after the app was uninstalled.

    Nothing is deleted where the app has just been installed.
    """
    delivery = claimed.delivery
    if is_installed(db, delivery.team_id, delivery.enterprise_id):
        return
    db.execute(delete(channel_cursors).where(channel_cursors.c.team_id == delivery.team_id))
