"""Corrections of answers: *Not helpful* and *None of these* open one form, and what it says is kept for the next training."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.privacy import redact
from bot.replies import action_ids
from bot.replies.answers.correction_form import LONGEST, correction_form, read_correction_form
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.context.shared_answers import note_feedback, read_or_say_gone
from bot.slack.platform.message_text import text_of, without_mentions
from bot.slack.platform.payloads import Interaction, Submission
from bot.store import Correction

logger = logging.getLogger(__name__)

# The form must open within three seconds; it can be sent without the question in it, too.
_QUESTION_WITHIN_SECONDS: Final = 1.2


async def open_correction(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Interaction, client: AsyncWebClient
) -> None:
    """Ask why an answer did not help, and note that it did not; choices of which none is right are no answer."""
    await ack()
    shared = await read_or_say_gone(responder, handling, body, client)
    if shared is None:
        return
    if body["actions"][0]["action_id"] == action_ids.NOT_HELPFUL:
        note_feedback(handling, body, shared)
    numbers = [article.number for match in shared.diagnosis.matches for article in (match.article, *match.codes)]
    question = await _question_of(responder, client, body)
    form = correction_form(shared.diagnosis.entries, numbers, question, shared.language)
    await client.views_open(trigger_id=body["trigger_id"], view=form)


async def _question_of(responder: Responder, client: AsyncWebClient, body: Interaction) -> str:
    """Return the first message of the answer's thread, masked, where everybody of the workspace can read it; else nothing.

    Whoever corrects an answer need not be who asked, and what was asked elsewhere was asked in confidence.
    """
    channel_id, thread_ts = body["channel"]["id"], (body.get("message") or {}).get("thread_ts")
    if not thread_ts:
        return ""
    try:
        async with asyncio.timeout(_QUESTION_WITHIN_SECONDS):
            if not await responder.visibility.is_public(client, channel_id):
                return ""
            answer = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=1)
    except (SlackClientError, ClientError, OSError, TimeoutError, ValueError) as error:
        logger.warning("the question of an answer is not known (%s); the form opens without it", type(error).__name__)
        return ""
    messages = answer.get("messages") or []
    return masked_words(without_mentions(text_of(messages[0]))) if messages else ""


async def save_correction(
    responder: Responder,  # noqa: ARG001 - a listener
    handling: Handling,
    ack: DeferredAck,
    body: Submission,
    client: AsyncWebClient,  # noqa: ARG001 - a listener
) -> None:
    """Store what the form says, with everything private masked."""
    await ack()
    said = read_correction_form(body["view"])
    correction = Correction(
        question=masked_words(said.question), answered=said.answered, why=said.why, meant=masked_words(said.meant)
    )
    handling.change(lambda transaction: transaction.note_correction(correction))


def masked_words(words: str) -> str:
    """Return somebody's words as they are kept in a correction."""
    return " ".join(redact(words).split())[:LONGEST]
