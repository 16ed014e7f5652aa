"""Literal pieces of text by which messages are about an article."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from bot.knowledge import Article
from bot.knowledge.aliases import phrases

_SPACES: Final = re.compile(r"\s+")
_TOLD_BY: Final = 4


class PhraseIndex:
    """Finds the literal pieces in a text, in any case and however it breaks its lines."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._pieces = sorted(
            ((_plain(piece), article) for article in articles for piece in phrases(article)),
            key=lambda each: -len(each[0]),
        )
        self._shortest = len(self._pieces[-1][0]) if self._pieces else sys.maxsize

    @cached_property
    def _beginning(self) -> re.Pattern[str]:
        """Match the first letters of any piece: most texts have none of them, which one search tells."""
        return re.compile("|".join(sorted({re.escape(piece[:_TOLD_BY]) for piece, _ in self._pieces})))

    def find(self, text: str) -> Iterator[tuple[str, Article]]:
        """Yield the pieces that stand in a text, the longest first, none that is a part of another."""
        rest = _plain(text)
        if len(rest) < self._shortest or self._beginning.search(rest) is None:
            return
        for piece, article in self._pieces:
            if piece in rest:
                yield piece, article
                rest = rest.replace(piece, "\0")


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()
