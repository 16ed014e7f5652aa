"""The index of literal pieces: each is found wherever it stands, with or without a word of its own inside."""

from __future__ import annotations

import pytest

from bot.diagnosis.phrases import PhraseIndex
from bot.knowledge import Article
from bot.knowledge.aliases import phrases
from bot.knowledge.library import read_knowledge
from bot.settings import KNOWLEDGE

ARTICLES = [article for article in read_knowledge(KNOWLEDGE).articles.values() if phrases(article)]


@pytest.mark.parametrize("frame", ["{}", "seen: {}.", "xx{}yy", "一{}二", "(\n\t{}\n)"])
def test_each_piece_is_found_wherever_it_stands(frame: str) -> None:
    index = PhraseIndex(ARTICLES)
    lost = [
        (article.id, piece)
        for article in ARTICLES
        for piece in phrases(article)
        # Where two articles have a piece the first is found; one that is a part of another is not found by itself.
        if not found(index, frame.format(piece.replace("…", "something")))
    ]

    assert lost == []


@pytest.mark.parametrize("text", ["", "the printer is on fire", "http", "20502", "the the the certificate"])
def test_nothing_is_found_in_a_text_without_any(text: str) -> None:
    assert found(PhraseIndex(ARTICLES), text) == []


def found(index: PhraseIndex, text: str) -> list[Article]:
    return [each.article for each in index.find(text)]
