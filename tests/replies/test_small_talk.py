"""Greetings, thanks and questions about the bot: known lists, a line or two, and never in place of a question."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from click.testing import CliRunner

from bot.ask_batch import answer_line
from bot.cli import main
from bot.diagnosis import Sceptic
from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.small_talk import find_small_talk, render_small_talk
from bot.replies.texts import say

KINDS = ("greeting", "thanks", "abilities", "nature", "complaint")


@pytest.fixture
def knowledge(sceptic: Sceptic) -> Knowledge:
    return sceptic.knowledge


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("hello", "greeting", None),
        ("  Hi there!! ", "greeting", None),
        ("Hello Sceptic", "greeting", None),
        ("good morning :)", "greeting", None),
        ("你好！", "greeting", "zh-TW"),
        ("早安。", "greeting", "zh-TW"),
        ("Thanks, that helped!", "thanks", None),
        ("THANK YOU", "thanks", None),
        ("謝謝～", "thanks", "zh-TW"),
        ("What can you do?", "abilities", None),
        ("which products do you know?", "abilities", None),
        ("你會什麼？", "abilities", "zh-TW"),
        ("Who are you?", "nature", None),
        ("are you an AI?", "nature", None),
        ("That's not what I asked!", "complaint", None),
        ("答非所問…", "complaint", "zh-TW"),
        ("ありがとうございます", "thanks", None),
        ("你是 AI 嗎？".replace(" ", ""), "nature", "zh-TW"),
    ],
)
def test_small_talk_is_recognised_however_it_is_typed(text: str, kind: str, language: Language | None) -> None:
    """With capitals, punctuation and widths as people type them; the language is that of the words."""
    found = find_small_talk(text)

    assert found is not None
    assert (found.kind, found.language) == (kind, language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "hello, what is 20502",
        "thanks but 0x409 is still there",
        "what can you do about event 20502",
        "who are you to reject my certificate request",
        "the connector says hello world",
        "hi " * 60,
        "謝謝，可是憑證還是沒有下來",
        "sceptic",
    ],
)
def test_a_question_is_not_small_talk(text: str) -> None:
    """Only a text that is nothing else is answered with a word."""
    assert find_small_talk(text) is None


def test_no_phrase_stands_in_two_lists() -> None:
    """It would be answered as one of them by chance."""
    lists = [
        {phrase.strip() for phrase in say(language, f"talk.{kind}").split("|")}
        for language in LANGUAGES
        for kind in KINDS
    ]
    for one, other in combinations(lists, 2):
        assert not one & other


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_word_in_return_is_short_and_says_how_to_ask(kind, language: Language, knowledge: Knowledge) -> None:
    """But for thanks, each names something that can be asked; no argument is left unfilled."""
    reply = render_small_talk(kind, language, knowledge.products.values())

    assert len(reply.text) < 420
    assert len(reply.blocks) == 1
    assert "{" not in reply.text
    assert kind in {"thanks", "complaint"} or "20502" in reply.text or "/event help" in reply.text


def test_thanks_for_help_with_an_open_incident_offer_to_note_the_fix(knowledge: Knowledge) -> None:
    """The button opens the form that asks for cause and fix."""
    reply = render_small_talk("thanks", "en", knowledge.products.values(), 7)
    (button,) = reply.blocks[-1]["elements"]

    assert (button["action_id"], button["value"], button["text"]["text"]) == (
        "open_incident:resolve",
        "7",
        "Note what fixed it",
    )


@pytest.mark.parametrize("surface", ["command", "mention", "direct", "channel", "thread"])
@pytest.mark.parametrize("text", ["hello", "thanks!", "what can you do", "你會什麼"])
def test_a_batch_is_silent_on_small_talk(text: str, surface: str, sceptic: Sceptic) -> None:
    """The friendly line is a chat's."""
    line = json.dumps({"text": text, "surface": surface}).encode()
    answered = json.loads(answer_line(1, line, sceptic) or "")

    assert (answered["decision"], answered["entries"], answered["choices"]) == ("silent", [], [])


def test_the_terminal_answers_a_greeting_and_does_not_find_anything() -> None:
    """The words are those of the chat."""
    result = CliRunner().invoke(main, ["ask", "what can you do?"])

    assert "I explain events and codes of" in result.output
