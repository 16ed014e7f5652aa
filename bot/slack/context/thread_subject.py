"""The product that a thread is about already, by its incident or the bot's own answer in it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.knowledge import Knowledge
from bot.replies.action_ids import START_TRIAGE
from bot.replies.answers.share import unpack
from bot.slack.platform.message_text import text_of, without_mentions
from bot.slack.platform.payloads import Message
from bot.triage import Incident

logger = logging.getLogger(__name__)

# Errors of Slack that a retry would not mend.
_FINAL: Final = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}
_MOST_READ: Final = 100


@dataclass(frozen=True, slots=True)
class ThreadSubject:
    """The first message of a thread, and the ID of the product that the bot's latest answer in it is about."""

    first_message: str = ""
    product_id: str | None = None


def subject_of_incident(incident: Incident, knowledge: Knowledge) -> str | None:
    """Return the ID of the product whose events an incident shows; None where it shows several products', or none's."""
    return _only_product((each.article_id for each in incident.sightings), knowledge)


async def read_thread_subject(
    client: AsyncWebClient, channel_id: str, thread_ts: str, knowledge: Knowledge
) -> ThreadSubject:
    """Read a thread's first message and subject; both empty where Slack does not show the thread."""
    try:
        answer = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=_MOST_READ)
    except SlackApiError as error:
        if error.response.get("error") not in _FINAL:
            raise
        logger.warning("conversations.replies failed: %s", error.response.get("error"))
        return ThreadSubject()
    messages: list[Message] = answer.get("messages") or []
    if not messages:
        return ThreadSubject()
    answered = (found for each in reversed(messages) if (found := _answered(each, knowledge)) is not None)
    return ThreadSubject(without_mentions(text_of(messages[0])), next(answered, None))


def _answered(message: Message, knowledge: Knowledge) -> str | None:
    """Return the product of an answer of the bot: its buttons name the articles, and people cannot post any."""
    if not message.get("bot_id"):
        return None
    for block in message.get("blocks") or []:
        for element in block.get("elements") or []:
            if element.get("action_id") == START_TRIAGE and (shared := unpack(element.get("value") or "", knowledge)):
                return _only_product(shared.diagnosis.entries, knowledge)
    return None


def _only_product(article_ids: Iterable[str], knowledge: Knowledge) -> str | None:
    found = {knowledge.articles[each].product.id for each in article_ids if each in knowledge.articles}
    return found.pop() if len(found) == 1 else None
