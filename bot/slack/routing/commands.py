"""`/event`'s grammar: one table of its subcommands, from which dispatch, help, "did you mean" and the manifest's hint come.

Whatever is no subcommand is a question.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.replies.answers.flows import find_flows, render_flows
from bot.replies.answers.render import render_why
from bot.replies.answers.small_talk import find_small_talk, render_small_talk
from bot.replies.texts import say
from bot.replies.workspace.help import CommandHelp, render_did_you_mean, render_help
from bot.slack.answers.notes import note_unanswered, with_kept, with_notes
from bot.slack.context.command_request import CommandRequest
from bot.slack.context.conversation import read_notes
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.incidents import lists
from bot.slack.platform.message_text import without_mentions
from bot.slack.platform.payloads import CommandPayload
from bot.slack.workspace.channel_settings import answer_here, speak_of, with_channel_settings

Listener = Callable[[Responder, Handling, CommandRequest], Awaitable[None]]

# Limit of words behind a word that is nearly a subcommand's; a longer text is a question.
_MOST_WORDS_BEHIND: Final = 3
_LIKENESS: Final = 0.75
_SHORTEST_LIKE: Final = 4
_INCIDENT: Final = re.compile(r"inc[-\s]?\d{1,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One subcommand of `/event`."""

    name: str
    # Whether the text behind the word belongs to the subcommand; if not, the whole is a question.
    takes: Callable[[str], bool]
    # The manifest's hint for it.
    usage: str
    listener: Listener
    # The help's example, and the line that it stands in; subcommands of one topic share a line.
    example: str
    topic: str
    # The explanations for what people type in its place, each of which has words of its own; "" needs none.
    mistaken: tuple[str, ...] = ("",)

    @property
    def words(self) -> Mapping[Language, tuple[str, ...]]:
        """Return the words people type for it, by language."""
        return {language: tuple(say(language, f"command.{self.name}").split()) for language in LANGUAGES}

    @property
    def mistaken_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return the words of all languages that people type in its place, by the explanation that they are given."""
        keys = {why: f"mistaken.{self.name}" + (f"_{why}" if why else "") for why in self.mistaken}
        return {
            why: tuple(word for language in LANGUAGES for word in say(language, key).split())
            for why, key in keys.items()
        }

    def is_called(self, word: str) -> bool:
        """Return True for one of its words, in whichever language."""
        return any(word in words for words in self.words.values())

    def language_of(self, word: str) -> Language | None:
        """Return the language that a word is of; None for English, which people of every language type."""
        if word in self.words[DEFAULT]:
            return None
        return next((each for each, words in self.words.items() if word in words), None)


async def _answer_help(responder: Responder, handling: Handling, request: CommandRequest) -> None:  # noqa: ARG001 - a listener
    language = request.language or await responder.language_of(request.client, request.user_id)
    await request.answer(render_help(language, responder.commands, responder.sceptic.knowledge.products.values()))


async def _answer_why(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """Explain why a question is answered, and why it would not be unasked; the channel's settings are a reason, too."""
    diagnosis = responder.decide(request.text, "command")
    handling.decided(diagnosis, "command")
    language = await responder.language(request.client, diagnosis, request.user_id)
    reply = render_why(diagnosis, responder.decide(request.text, "channel"), language)
    await request.answer(await with_channel_settings(responder, handling, request, reply, language))


async def _answer_flow(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """Show the flows, or the one of a name; behind the word of a flow that is none, the whole was a question."""
    knowledge = responder.sceptic.knowledge
    flows = find_flows(knowledge, request.text)
    if request.text and not flows:
        await _answer_question(responder, handling, replace(request, text=f"{request.word} {request.text}"))
        return
    language = request.language or await responder.language_of(request.client, request.user_id)
    await request.answer(render_flows(flows, knowledge, language))


async def _answer_question(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    if (talk := find_small_talk(request.text)) is not None:
        handling.decided(Diagnosis("silent"), "command")
        language = talk.language or await responder.language_of(request.client, request.user_id)
        products = responder.sceptic.knowledge.products.values()
        await request.answer(render_small_talk(talk.kind, language, products))
        return
    diagnosis = responder.decide(without_mentions(request.text), "command")
    handling.decided(diagnosis, "command")
    suggested = suggest_command(request.text) if diagnosis.decision == "silent" else None
    if suggested is not None:
        language = await responder.language(request.client, diagnosis, request.user_id)
        await request.answer(render_did_you_mean(suggested.text, suggested.why, language))
        return
    answer = await responder.answer(request.client, diagnosis, request.user_id, private=True)
    notes = await read_notes(handling, diagnosis)
    reply = await with_notes(responder, handling, request.client, answer, notes, user_id=request.user_id)
    kept = note_unanswered(
        responder, handling, request.client, diagnosis, request.text, request.channel_id, private=True
    )
    await request.answer(with_kept(reply, answer.language) if await kept else reply)


def _nothing(rest: str) -> bool:
    return not rest


def _something(rest: str) -> bool:
    return bool(rest)


def _anything(rest: str) -> bool:  # noqa: ARG001 - decides
    return True


def _one_word(rest: str) -> bool:
    return len(rest.split()) < 2


def _setting(rest: str) -> bool:
    return not rest or speak_of(rest) is not None


# To add a subcommand, add its row here, and its words and the help's line to the catalogues in bot/replies/texts.
COMMANDS: Final = (
    Command(
        name="why",
        takes=_something,
        usage="why …",
        listener=_answer_why,
        example="why …",
        topic="why",
        mistaken=(),
    ),
    Command(
        name="flow",
        takes=_one_word,
        usage="flow",
        listener=_answer_flow,
        example="flow",
        topic="flow",
        mistaken=(),
    ),
    Command(
        name="open",
        takes=_nothing,
        usage="open",
        listener=lists.answer_open,
        example="open",
        topic="incidents",
    ),
    Command(
        name="mine",
        takes=_nothing,
        usage="mine",
        listener=lists.answer_mine,
        example="mine",
        topic="incidents",
    ),
    Command(
        name="search",
        takes=_anything,
        usage="search …",
        listener=lists.answer_search,
        example="search SERVER01",
        topic="incidents",
        mistaken=("", "card"),
    ),
    Command(
        name="here",
        takes=_setting,
        usage="here",
        listener=answer_here,
        example="here",
        topic="here",
        mistaken=("", "hush"),
    ),
    Command(
        name="help",
        takes=_nothing,
        usage="help",
        listener=_answer_help,
        example="",
        topic="",
    ),
)
_HELP: Final = COMMANDS[-1]


async def answer_command(
    responder: Responder, handling: Handling, ack: DeferredAck, body: CommandPayload, client: AsyncWebClient
) -> None:
    """Answer `/event` in the acknowledgement: privately, with nothing left to be sent."""
    text = body.get("text") or ""
    request = CommandRequest(
        client=client,
        ack=ack,
        user_id=body["user_id"],
        channel_id=body["channel_id"],
        trigger_id=body["trigger_id"],
        text=text,
    )
    if (over := await responder.over_budget(client, handling.delivery, request.user_id)) is not None:
        await request.answer(over.reply)
        return
    command = find_command(text)
    if command is None:
        await _answer_question(responder, handling, request)
        return
    word, rest = _split(text)
    await command.listener(
        responder, handling, replace(request, text=rest, word=word, language=command.language_of(word))
    )


def find_command(text: str) -> Command | None:
    """Find the subcommand of a text; None for a question, also for one that only begins with such a word."""
    word, rest = _split(without_mentions(text))
    if not word:
        return _HELP
    return next((each for each in COMMANDS if each.is_called(word) and each.takes(rest)), None)


def asks_for_help(text: str) -> bool:
    """Return True for a text without a word, and for the word help."""
    return find_command(text) is _HELP


def usage_hint() -> str:
    """Return the hint that the manifest gives for `/event`."""
    return " | ".join(["an event ID", "a code", "a question", *(each.usage for each in COMMANDS)])


def help_lines() -> tuple[CommandHelp, ...]:
    """Return the examples of each line of the help, in the table's order."""
    topics = dict.fromkeys(each.topic for each in COMMANDS if each.topic)
    return tuple(
        CommandHelp(topic, tuple(each.example for each in COMMANDS if each.topic == topic)) for topic in topics
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested correction of the text behind `/event`, with its explanation."""

    text: str
    why: str = ""


def suggest_command(text: str) -> Suggestion | None:
    """Find what a text without an answer was meant to be: "close INC-1", "incidents", "serch SERVER01"."""
    word, rest = _split(text)
    mistaken = {
        each: (command, why) for command in COMMANDS for why, words in command.mistaken_words.items() for each in words
    }
    number = next((each for each in (text.strip(), rest) if _INCIDENT.fullmatch(each)), "")
    known = word in mistaken or any(each.is_called(word) for each in COMMANDS)
    if number and (number != rest or known):
        return Suggestion(f"search {number.upper()}", mistaken[word][1] if word in mistaken else "")
    if word in mistaken and not rest:
        command, why = mistaken[word]
        return Suggestion(command.example or command.name, why)
    if len(rest.split()) > _MOST_WORDS_BEHIND:
        return None
    exact = next((each for each in COMMANDS if each.is_called(word)), None)
    command_like = exact or _nearest(word)
    if command_like is None:
        return None
    return Suggestion(f"{command_like.name} {rest}".strip() if command_like.takes(rest) else command_like.example)


def _nearest(word: str) -> Command | None:
    words = {each: command for command in COMMANDS for every in command.words.values() for each in every}
    likely = [each for each in words if len(each) >= _SHORTEST_LIKE]
    return next((words[each] for each in difflib.get_close_matches(word, likely, 1, _LIKENESS)), None)


def _split(text: str) -> tuple[str, str]:
    word, _, rest = text.strip().partition(" ")
    return word.casefold(), rest.strip()
