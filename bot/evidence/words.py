"""Words of a message: those written as one identifier, and how many are not what people ask with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.evidence import cues
from bot.evidence.event_details import HEX
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.lexicon import Lexicon

# Each word written as one identifier holds one of these.
_JOINT = lazy_pattern(r"[A-Z_](?<=[A-Za-z0-9_].)", re.ASCII)
_WORD = lazy_pattern(r"[A-Za-z0-9_]+", re.ASCII)
_JOINED = lazy_pattern(r"[a-z0-9][A-Z]|_|[A-Z]{2}[a-z]")
_CJK = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff]+")
_ASKING_WORD = lazy_pattern(r"[A-Za-zÀ-ÿ'’\-]{1,60}|[0-9A-Za-z_]{1,60}")
_FEW = 8
"""Words beyond those people ask with after which there is no need to count on."""


def joined_words(stretch: str) -> Iterator[tuple[int, str]]:
    """Yield the words written as one identifier, by an underscore or by capitals inside, and where each begins."""
    end = 0
    for joint in _JOINT.finditer(stretch):
        start = joint.start()
        if start < end:
            continue
        while (
            start > end and (stretch[start - 1].isalnum() or stretch[start - 1] == "_") and stretch[start - 1].isascii()
        ):
            start -= 1
        word = _WORD.match(stretch, start)
        assert word is not None  # noqa: S101 - it begins with what was found
        end = word.end()
        if word[0][0].isalpha() and _JOINED.search(word[0]):
            yield start, word[0]


class WordsLeft:
    """Counts the words of a text's prose that are neither identifiers nor what people ask with, when it is first asked."""

    __slots__ = ("_count", "_lexicon", "_stretches", "_text")

    def __init__(self, text: str, stretches: Iterable[tuple[int, int]], lexicon: Lexicon) -> None:
        self._text, self._stretches, self._lexicon = text, stretches, lexicon
        self._count = -1.0

    def __call__(self) -> float:
        """Return how many there are; beyond a few no further stretch is counted."""
        if self._count < 0:
            self._count = 0.0
            for start, end in self._stretches:
                if self._count < _FEW:
                    self._count += words_beyond_asking(self._text[start : min(end, start + 2000)], self._lexicon)
        return self._count


def words_beyond_asking(stretch: str, lexicon: Lexicon) -> float:
    """Count the words that are neither identifiers nor what people ask with; below one, the message is about its number.

    Two Chinese or Japanese characters count as a word.
    """
    left = 0.0
    stretch = HEX.sub(" ", stretch)
    stretch = lexicon.without_codes(stretch)
    owners = lexicon.cues.owners
    for word in _ASKING_WORD.findall(stretch):
        text = word.casefold().strip("'-")
        if (
            text
            and text not in cues.ASKING
            and text not in owners
            and not text[0].isdigit()
            and not _JOINED.search(word)
        ):
            left += 1
    if stretch.isascii():
        return left
    for run in _CJK.findall(stretch):
        left += len(cues.ASKING_CJK.sub("", run)) / 2
    return left
