"""The grammar of mentions: what opens an incident or hushes the bot, and what is a question."""

from __future__ import annotations

from itertools import chain

import pytest

from bot.languages import LANGUAGES
from bot.replies.phrases import bare
from bot.replies.texts import say
from bot.slack.routing.commands import suggest_command
from bot.slack.routing.mentions import MENTION_COMMANDS, find_mention_command

BOT = "<@U0SCEPTIC0>"


def name_of(text: str) -> str:
    found = find_mention_command(text)
    return found.name if found else ""


def phrases(name: str) -> list[str]:
    return list(chain.from_iterable(say(language, f"mention.{name}").split("|") for language in LANGUAGES))


@pytest.mark.parametrize("name", [each.name for each in MENTION_COMMANDS])
def test_each_phrase_asks_for_its_row(name: str) -> None:
    """Also with capitals, marks, and a polite word before it."""
    for phrase in phrases(name):
        assert name_of(f"{BOT} {phrase}") == name
        assert name_of(f"{BOT} {phrase.upper()}!") == name
        assert name_of(f"please, {phrase}。 {BOT}") == name
        assert name_of(f"請{phrase}") == name


def test_no_phrase_belongs_to_two_rows() -> None:
    found = [bare(phrase) for each in MENTION_COMMANDS for phrase in dict.fromkeys(phrases(each.name))]

    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "question",
    [
        "",
        "please",
        "what does this mean?",
        "triage this 20502",
        "how do I open an incident with Microsoft",
        "the service did not stop",
        "stop the connector service",
        "speak to the CA's owner",
        "開單時出現 20502",
        "分級 CA 是什麼",
    ],
)
def test_anything_more_is_a_question(question: str) -> None:
    assert name_of(f"{BOT} {question}") == ""


@pytest.mark.parametrize("word", ["hush", "安靜", "靜音", "開口"])
def test_whoever_types_it_behind_the_slash_is_told_to_mention_the_bot(word: str) -> None:
    """The same word that is meant for a mention, and has to be said in a thread."""
    assert name_of(word) in {"hush", "speak"}
    assert suggest_command(word) is not None
