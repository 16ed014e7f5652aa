"""The quick looks by which a text is passed over or counted later: they leave nothing out that a full reading finds."""

from __future__ import annotations

import re
from random import Random
from typing import ClassVar

import pytest

from bot.evidence import mentions, normalise, words
from bot.evidence.lexicon import empty_lexicon
from bot.evidence.normalise import Normal
from bot.evidence.notations import error_numbers
from bot.evidence.words import WordsLeft, joined_words, words_beyond_asking
from tests.fixtures.reading import read_evidence

# The plain form of the pattern: slower, for it is tried at each character.
_JOINED_WORD = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9_]*|(?<=[a-z0-9])[A-Z][A-Za-z0-9_]*|(?<=[A-Z]{2})[a-z][A-Za-z0-9_]*)",
    re.ASCII,
)
_PIECES = [
    *("31", "410", "3l", "Ox", "ox", "0x", "FA", "defaced", "beef", "2147", "h"),
    *("_", "A", "aB", "ABc", "kettle", "NDES", "é", "事件", "event", "code", "id"),
    *(".", "-", "/", "\n"),
]


def _texts(count: int) -> list[str]:
    random = Random(31)
    return ["".join(random.choice([*_PIECES, " "]) for _ in range(random.randint(1, 9))) for _ in range(count)]


def test_a_text_that_is_passed_over_mentions_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most lines of a chat are passed over; one that names a code in letters alone is not."""
    lexicon = empty_lexicon()
    passed = [text for text in _texts(4_000) if not mentions.may_mention(text, lexicon)]
    monkeypatch.setattr(mentions, "may_mention", lambda _text, _lexicon: True)

    found = [mentions.read_mentions(Normal(text), [(0, len(text))], lexicon, in_context=True) for text in passed]

    assert len(passed) > 100
    assert {(each.identifiers, each.unmarked, each.doubtful, each.codes, each.names) for each in found} == {
        ((), (), (), (), ())
    }


@pytest.mark.parametrize("text", ["code DEFACEDB", "it says OxFA", "KettleDescaleFailed", "kettle_descaled"])
def test_what_has_no_digit_is_read_all_the_same(text: str) -> None:
    evidence = read_evidence(text)

    assert evidence.codes or evidence.names


def test_joined_words_are_those_of_the_plain_pattern() -> None:
    for text in _texts(4_000):
        assert list(joined_words(text)) == [(each.start(), each[0]) for each in _JOINED_WORD.finditer(text)], text


def test_words_are_counted_once_and_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def count(stretch: str, _lexicon: object) -> float:
        counted.append(stretch)
        return words_beyond_asking(stretch, empty_lexicon())

    monkeypatch.setattr(words, "words_beyond_asking", count)
    words_left = WordsLeft("the kettle boils 31410", [(0, 22)], empty_lexicon())

    assert counted == []
    assert (words_left(), words_left()) == (2.0, 2.0)
    assert counted == ["the kettle boils 31410"]


def test_a_character_that_was_met_before_is_folded_all_the_same() -> None:
    """Characters that are their own plain form are remembered, the others are not."""
    text = "診斷碼 ＃３１４１０ café"

    assert [normalise.normalise(text).text for _ in range(2)] == ["診斷碼 #31410 café"] * 2


def test_a_long_decimal_and_an_error_number_are_read_all_the_same() -> None:
    digits = {code.digits for code in read_evidence("error -2147024891, %%1069 and WIN32: 5").codes}

    assert digits == {"80070005", "8007042D"}


def test_a_record_is_looked_at_and_not_the_whole_paste() -> None:
    """Each record of a paste is asked about, so a look at all of it would cost the square of its length."""

    class Watched(str):
        lowered: ClassVar[list[int]] = []

        def lower(self) -> str:
            self.lowered.append(len(self))
            return super().lower()

    assert list(error_numbers(Watched("WIN32: 5 " * 1_000), 0, 9)) == [(0, 8, "80070005")]
    assert Watched.lowered == []
