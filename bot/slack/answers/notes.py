"""Unanswered questions, and a team's notes under articles."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.privacy import redact
from bot.replies.answers.notes import under_notes
from bot.replies.values import Reply
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Answer, Responder
from bot.store import Note

_LONGEST: Final = 300


async def note_unanswered(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    diagnosis: Diagnosis,
    question: str,
    channel_id: str,
) -> None:
    """Count a question from a public channel that got no answer, without the asker and with everything private masked.

    The administrators who read it in the App Home could have read it there; what was asked elsewhere was asked in
    confidence.
    """
    if diagnosis.decision not in {"silent", "unknown", "not_covered"} or not question.strip():
        return
    if not await responder.visibility.is_public(client, channel_id):
        return
    masked = " ".join(redact(question).split())[:_LONGEST]
    digest = hashlib.sha256(masked.casefold().encode()).hexdigest()
    decision = diagnosis.decision
    handling.change(lambda transaction: transaction.note_unanswered(digest, masked, decision))


async def with_notes(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    answer: Answer,
    notes: Sequence[Note],
    *,
    user_id: str,
    channel_id: str = "",
) -> Reply:
    """Put a team's notes under an answer, where only members read it.

    The answer is for `user_id` alone, or for all who read `channel_id`.
    """
    if not notes:
        return answer.reply
    visibility = responder.visibility
    if channel_id and not await visibility.is_internal(client, handling.delivery, channel_id, user_id):
        return answer.reply
    if not channel_id and not await visibility.is_member(client, handling.delivery, user_id):
        return answer.reply
    rows = [(each.article_id, each.user_id, each.words, each.noted_at) for each in notes]
    return under_notes(answer.reply, rows, responder.sceptic.knowledge, answer.language)
