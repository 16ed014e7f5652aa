"""The look-up of known texts: the same before all are indexed and after."""

from __future__ import annotations

import pytest

from bot.diagnosis.message_matches import SEARCHED, MessageIndex
from bot.knowledge import Knowledge
from bot.knowledge.library import read_knowledge
from bot.knowledge.serialisation import dump_knowledge, load_knowledge_from
from bot.settings import KNOWLEDGE


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read_knowledge(KNOWLEDGE)


def found(index: MessageIndex, text: str) -> list[tuple[str, str, str]]:
    return [(each.article.id, each.text, each.kind) for each in index.find(text)]


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.thorough), 12])
def test_the_first_texts_find_what_all_later_ones_find(knowledge: Knowledge, step: int) -> None:
    """Whole and in part, with a slip, two in one text, and what articles quote; in every script."""
    messages = [text for texts in knowledge.messages.values() for text in texts]
    texts = [*messages, *(text[: len(text) * 2 // 3] for text in messages), *(text[6:] for text in messages)]
    texts += [f"{one}\nand then: {other}" for one, other in zip(messages, messages[7:], strict=False)]
    texts += [text.replace("e", "", 1) for text in messages]
    texts += [f"it says {quoted}" for each in knowledge.articles.values() for quoted in each.quoted]
    texts = texts[::step]
    later = MessageIndex(knowledge.articles, knowledge.messages, searched=0)
    expected = {text: found(later, text) for text in texts}
    first = MessageIndex(knowledge.articles, knowledge.messages, searched=10**9)

    assert {text: found(first, text) for text in texts} == expected
    assert sum(map(bool, expected.values())) > 1_000 / step


def test_a_sentence_of_several_articles_is_nobodys_from_the_first_text_on(knowledge: Knowledge) -> None:
    one, other = list(knowledge.articles)[:2]
    shared = "The kettle must be descaled before the whistle can be replaced."
    texts = {
        one: (f"The lid of the kettle does not close any more today. {shared}",),
        other: (f"The spout of the kettle was knocked off the stove. {shared}",),
    }
    index = MessageIndex({name: knowledge.articles[name] for name in (one, other)}, texts)

    assert found(index, shared) == []
    assert [name for name, _, _ in found(index, texts[other][0])] == [other]


def test_all_texts_are_indexed_only_when_much_was_searched(knowledge: Knowledge) -> None:
    """To index everything takes longer than the rest of an answer; it is done once, when many texts came."""
    index = MessageIndex(knowledge.articles, knowledge.messages)
    question = "why can't NDES verify the challenge"
    index.find(question)
    assert not index.is_complete
    index.find(question * (2 * SEARCHED // len(question)))

    assert index.is_complete


def test_quoted_phrases_are_known_without_reading_the_prose(knowledge: Knowledge) -> None:
    kept, _ = load_knowledge_from(dump_knowledge(knowledge))
    index = MessageIndex(kept.articles, kept.messages)

    assert [name for name, _, _ in found(index, "it ends with: not within its validity period")] == [
        "line-sending-request-to-crp"
    ]
    assert not any(each.prose._read for each in kept.articles.values())  # type: ignore[attr-defined]
