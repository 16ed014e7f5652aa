"""Literal pieces of text by which messages are about an article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Article
from bot.knowledge.aliases import phrases

_WORD: Final = re.compile(r"[a-z0-9]+")
_GAP: Final = "…"
_WIDEST: Final = 300
"""Characters that may stand where a piece leaves something out: a name, a path, an error's own text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of an article in a text, as it stands there."""

    article: Article
    # The letters of the piece itself, without what stands in its gaps.
    piece: str
    # The whole stretch of the text, in small letters and with single spaces.
    text: str


class PhraseIndex:
    """Finds the literal pieces in a text, in any case and however it breaks its lines; "…" is a gap in a piece."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._pieces = sorted(
            (
                (tuple(filter(None, map(str.strip, _plain(piece).split(_GAP)))), article)
                for article in articles
                for piece in phrases(article)
            ),
            key=lambda each: -sum(map(len, each[0])),
        )
        # A word inside a piece is a word of each text that has it; of pieces without one the text is searched.
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._without_word: list[int] = []
        for number, (parts, _) in enumerate(self._pieces):
            word = max((word for part in parts for word in _words_within(part)), key=len, default=None)
            (self._without_word if word is None else self._by_word[word]).append(number)

    def find(self, text: str) -> Iterator[Found]:
        """Yield the pieces that stand in a text, the longest first, none that is a part of another."""
        rest = _plain(text)
        near = [number for number in self._without_word if self._pieces[number][0][0] in rest]
        for word in self._by_word.keys() & set(_WORD.findall(rest)):
            near += self._by_word[word]
        for parts, article in map(self._pieces.__getitem__, sorted(near)):
            at = rest.find(parts[0])
            if at >= 0 and (end := _end_of(rest, parts, at)) >= 0:
                whole = rest[at:end]
                yield Found(article, " ".join(parts), whole)
                rest = rest.replace(whole, "\0")


def _words_within(part: str) -> list[str]:
    """Return the words that have something of the part on either side."""
    return [word[0] for word in _WORD.finditer(part) if word.start() > 0 and word.end() < len(part)]


def _end_of(text: str, parts: tuple[str, ...], at: int) -> int:
    """Return where a piece ends whose first part stands at an offset, -1 where another part is not near behind the last."""
    end = at + len(parts[0])
    for part in parts[1:]:
        place = text.find(part, end, end + _WIDEST + len(part))
        if place < 0:
            return -1
        end = place + len(part)
    return end


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
