"""Literal pieces of text by which messages are about an article."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.knowledge import Article
from bot.knowledge.aliases import phrases

_SPACES: Final = re.compile(r"\s+")
_TOLD_BY: Final = 4
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
        self._shortest = sum(map(len, self._pieces[-1][0])) if self._pieces else sys.maxsize

    @cached_property
    def _beginning(self) -> re.Pattern[str]:
        """Match the first letters of any piece: most texts have none of them, which one search tells."""
        return re.compile("|".join(sorted({re.escape(parts[0][:_TOLD_BY]) for parts, _ in self._pieces})))

    def find(self, text: str) -> Iterator[Found]:
        """Yield the pieces that stand in a text, the longest first, none that is a part of another."""
        rest = _plain(text)
        if len(rest) < self._shortest or self._beginning.search(rest) is None:
            return
        for parts, article in self._pieces:
            at = rest.find(parts[0])
            if at >= 0 and (end := _end_of(rest, parts, at)) >= 0:
                whole = rest[at:end]
                yield Found(article, " ".join(parts), whole)
                rest = rest.replace(whole, "\0")


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
    return _SPACES.sub(" ", text).strip().casefold()
