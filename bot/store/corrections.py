"""Corrections of answers and questions without one: kept for a workspace, and listed for whoever trains the matcher."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import Connection, RowMapping, delete, select

from bot.store.database import read_address, shown
from bot.store.dialect import NOW, insert_into
from bot.store.offline import connected, require_current
from bot.store.tables import corrections, unanswered
from bot.store.values import Correction, UnansweredQuestion


def note(db: Connection, team_id: str, enterprise_id: str, correction: Correction) -> None:
    """Keep a correction; one that is sent again is kept once."""
    values = {
        "question": correction.question,
        "answered": ",".join(correction.answered),
        "why": correction.why,
        "meant": correction.meant,
    }
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    row = {"team_id": team_id, "enterprise_id": enterprise_id, "digest": digest, **values, "said_at": NOW}
    statement = insert_into(db, corrections).values(row)
    db.execute(statement.on_conflict_do_update(index_elements=["team_id", "digest"], set_={"said_at": NOW}))


def forget(db: Connection, team_id: str, question: str) -> None:
    """Delete the corrections of a question that its writer took back."""
    if question:
        db.execute(delete(corrections).where(corrections.c.team_id == team_id, corrections.c.question == question))


def read(db: Connection, team_id: str, most: int) -> list[Correction]:
    """Read the latest corrections of a workspace."""
    mine = select(corrections).where(corrections.c.team_id == team_id)
    return [_correction(row) for row in db.execute(mine.order_by(corrections.c.said_at.desc()).limit(most)).mappings()]


def list_unanswered(address: str) -> tuple[list[UnansweredQuestion], list[Correction]]:
    """Read what all workspaces asked in vain, the commonest first, and all corrections, the latest first.

    The bot may be running. Raises StoreError.
    """
    url = read_address(address)
    with connected(url) as db:
        require_current(db, shown(url))
        asked = db.execute(select(unanswered).order_by(unanswered.c.times.desc(), unanswered.c.question)).all()
        said = db.execute(select(corrections).order_by(corrections.c.said_at.desc(), corrections.c.digest)).mappings()
        questions = [UnansweredQuestion(row.question, row.decision, row.times) for row in asked]
        return questions, [_correction(row) for row in said]


def _correction(row: RowMapping) -> Correction:
    answered = tuple(filter(None, str(row["answered"]).split(",")))
    return Correction(question=row["question"], answered=answered, why=row["why"], meant=row["meant"])
