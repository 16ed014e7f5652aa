"""`/event`'s grammar: what is a subcommand, what is a question, and what was meant."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
import yaml

from bot.knowledge.library import read_knowledge
from bot.replies.workspace.help import render_did_you_mean, render_help
from bot.settings import KNOWLEDGE
from bot.slack.routing.commands import (
    COMMANDS,
    Suggestion,
    asks_for_help,
    find_command,
    help_lines,
    suggest_command,
    usage_hint,
)

NAMES = [each.name for each in COMMANDS]


def name_of(text: str) -> str:
    found = find_command(text)
    return found.name if found else ""


def test_every_word_belongs_to_one_row() -> None:
    """Neither two subcommands share one, nor is one of them somebody's mistake."""
    words = [word for each in COMMANDS for word in chain.from_iterable(each.words.values())]
    mistaken = [word for each in COMMANDS for word in chain.from_iterable(each.mistaken_words.values())]

    assert len(words + mistaken) == len(set(words + mistaken))
    assert all(word == word.casefold() and " " not in word for word in words + mistaken)


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_subcommand_is_found_by_each_of_its_words(command) -> None:
    """In each language, with capitals and spaces as people type them; its example and the manifest's are such."""
    rest = "10010" if command.name == "why" else ""
    for word in chain.from_iterable(command.words.values()):
        assert name_of(f"  {word.upper()}   {rest} ") == command.name
    assert name_of(command.example) in {command.name, "help" if not command.example else command.name}
    assert name_of(command.usage) == command.name


@pytest.mark.parametrize("word", ["pasted", "mentioned", "never", "Never", "貼上", "提及", "永不"])
def test_a_setting_may_stand_behind_here(word: str) -> None:
    """And nothing else may."""
    assert name_of(f"here {word}") == "here"
    assert name_of(f"here {word} please") == ""


@pytest.mark.parametrize(
    "question",
    [
        "20502",
        "open issues with the RA certificate?",
        "mine shows 0x409",
        "why",
        "here is what NDES01 says: 20502",
        "help me with 20502",
        "opening the console fails",
    ],
)
def test_a_question_that_begins_with_such_a_word_is_a_question(question: str) -> None:
    assert find_command(question) is None


def test_nothing_and_a_mention_alone_ask_for_help() -> None:
    """A mention of the bot without a word does so, too."""
    assert all(asks_for_help(each) for each in ("", "  ", "<@U0BOT>", "<@U0BOT> Help", "說明"))
    assert not asks_for_help("help me with 20502")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("close INC-1", Suggestion("search INC-1", "card")),
        ("claim inc-42", Suggestion("search INC-42", "card")),
        ("關閉 INC-7", Suggestion("search INC-7", "card")),
        ("INC-7", Suggestion("search INC-7")),
        ("open INC-7", Suggestion("search INC-7")),
        ("incidents", Suggestion("open")),
        ("事件單", Suggestion("open")),
        ("hush", Suggestion("here", "hush")),
        ("靜音", Suggestion("here", "hush")),
        ("resolve", Suggestion("search SERVER01", "card")),
        ("serch NDES01", Suggestion("search NDES01")),
        ("opne", Suggestion("open")),
        ("mine please", Suggestion("mine")),
        ("here mentionned", Suggestion("here")),
        ("why", Suggestion("why …")),
        ("commands", Suggestion("help")),
    ],
)
def test_what_was_meant(typed: str, meant: Suggestion) -> None:
    """Another product's subcommand, a slip of the finger, or the right word with the wrong thing behind it."""
    assert suggest_command(typed) == meant
    assert find_command(meant.text) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "milk past its date",
        "close the door of the server room when you leave",
        "find out why the wifi is slow in the canteen today",
        "ticket INC-1 is closed",
        "cat",
        "resolve this for me",
    ],
)
def test_what_was_no_subcommand_is_left_alone(typed: str) -> None:
    assert suggest_command(typed) is None


def test_the_manifest_hints_at_every_subcommand(checkout: Path) -> None:
    """The hint is made from the table, and nobody has to keep it by hand."""
    manifest = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    (command,) = manifest["features"]["slash_commands"]

    assert command["usage_hint"] == usage_hint()


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_help_names_every_subcommand(language) -> None:
    """But itself; and each suggestion's explanation has its words."""
    text = render_help(language, help_lines(), read_knowledge(KNOWLEDGE).products.values()).text
    assert [each.name for each in COMMANDS if f"/event {each.example}" not in text or not each.example] == ["help"]

    for why in {why for each in COMMANDS for why in each.mistaken}:
        assert "/event search `x" in render_did_you_mean("search `x", why, language).text
