"""Unanswered questions, and a team's notes under articles."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.languages import Language
from bot.privacy import redact
from bot.replies.answers.notes import render_kept, under_notes
from bot.replies.values import Reply
from bot.slack.context.handling import Handling
from bot.slack.context.policy import Act
from bot.slack.context.responder import Answer, Responder
from bot.slack.platform.message_text import without_mentions
from bot.store import Note

_LONGEST: Final = 300


async def note_unanswered(
    responder: Responder,
    handling: Handling,
    client: AsyncWebClient,
    diagnosis: Diagnosis,
    question: str,
    channel_id: str,
    *,
    private: bool = False,
) -> bool:
    """Count a question that got no answer, without the asker and with everything private masked; True when it is kept.

    The administrators who read it in the App Home could have read it in a public channel. What was asked in a command
    or direct message (`private`) was asked in confidence: it is kept only where a setting says so, and the asker is told.
    """
    if diagnosis.decision not in {"silent", "unknown", "not_covered"} or not question.strip():
        return False
    if not await responder.visibility.may_keep_question(client, channel_id, private=private):
        return False
    digest, masked = masked_question(question)
    decision = diagnosis.decision
    handling.change(lambda transaction: transaction.note_unanswered(digest, masked, decision))
    return True


def masked_question(question: str) -> tuple[str, str]:
    """Return a question as it is kept, without whom it mentions, and before it the digest that it is found by."""
    masked = " ".join(redact(without_mentions(question)).split())[:_LONGEST]
    return hashlib.sha256(masked.casefold().encode()).hexdigest(), masked


def with_kept(reply: Reply, language: Language) -> Reply:
    """Tell whoever asked in private that their question is kept, and how."""
    told = render_kept(language)
    return Reply(f"{reply.text} {told.text}", (*reply.blocks, *told.blocks))


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
    if not channel_id and not await visibility.permits(Act.READ_NOTES, client, handling.delivery, user_id):
        return answer.reply
    rows = [(each.article_id, each.user_id, each.words, each.noted_at) for each in notes]
    return under_notes(answer.reply, rows, responder.sceptic.knowledge, answer.language)
