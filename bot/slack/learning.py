"""Learning from use: questions that got no answer, and what a team noted under an article for itself."""

from __future__ import annotations

import hashlib
from typing import Final

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies import Reply, under_notes
from bot.slack.speaker import Speaker
from bot.slack.turn import Turn
from bot.triage.privacy import redact

_LONGEST: Final = 300


def note_unanswered(speaker: Speaker, turn: Turn, diagnosis: Diagnosis, question: str) -> None:
    """Count a question that nobody could answer, with everything private masked."""
    if diagnosis.decision not in {"silent", "unknown"} or not question.strip():
        return
    masked = " ".join(redact(question).split())[:_LONGEST]
    digest = hashlib.sha256(masked.casefold().encode()).hexdigest()
    decision = diagnosis.decision
    turn.changes.append(
        speaker.store.deciding(turn.received, lambda ledger: ledger.note_unanswered(digest, masked, decision))
    )


async def with_notes(speaker: Speaker, turn: Turn, diagnosis: Diagnosis, reply: Reply, language: Language) -> Reply:
    """Put under an answer what this workspace noted under its articles."""
    if diagnosis.decision != "answer":
        return reply
    ids = [match.article.id for match in diagnosis.matches]
    ids += [code.id for match in diagnosis.matches for code in match.codes]
    received = turn.received
    notes = await speaker.store.look(received.team_id, received.enterprise_id, lambda ledger: ledger.notes(ids))
    return under_notes(reply, [(each.article_id, each.user_id, each.words, each.noted_at) for each in notes], language)
