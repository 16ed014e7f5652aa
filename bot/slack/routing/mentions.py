"""The grammar of mentions: one table of what "@Sceptic triage this" or "@Sceptic hush" does.

Whatever else a mention says is a question.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.languages import LANGUAGES
from bot.replies.phrases import bare
from bot.replies.texts import say
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.incidents.opening import start_from_mention
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.message_text import without_mentions
from bot.slack.platform.payloads import MessageEvent
from bot.slack.workspace.channel_settings import set_thread_speech

# False when the mention is to be answered as a question all the same.
MentionListener = Callable[[Responder, SimilarIncidents, Handling, MessageEvent, AsyncWebClient], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class MentionCommand:
    """One thing that a mention can ask for; people's phrases for it are the catalogues' `mention.<name>`."""

    name: str
    listener: MentionListener


async def _open_incident(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
) -> bool:
    await start_from_mention(responder, similar_incidents, handling, event, client)
    return True


async def _set_speech(
    responder: Responder,
    _similar_incidents: SimilarIncidents,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
    *,
    hushed: bool,
) -> bool:
    return await set_thread_speech(responder, handling, event, client, hushed=hushed)


# To add one, add its row here, and its phrases to the catalogues in bot/replies/texts.
MENTION_COMMANDS: Final = (
    MentionCommand("triage", _open_incident),
    MentionCommand("hush", partial(_set_speech, hushed=True)),
    MentionCommand("speak", partial(_set_speech, hushed=False)),
)


def find_mention_command(text: str) -> MentionCommand | None:
    """Find what a mention asks for, in whichever language; None when it says anything else, too."""
    said = bare(without_mentions(text))
    phrases = {phrase: each for each in MENTION_COMMANDS for phrase in _phrases(f"mention.{each.name}")}
    ways = (said, *(said.removeprefix(word).strip() for word in _phrases("mention.please")))
    return next((phrases[each] for each in ways if each in phrases), None)


def _phrases(key: str) -> tuple[str, ...]:
    return tuple(bare(phrase) for language in LANGUAGES for phrase in say(language, key).split("|"))
