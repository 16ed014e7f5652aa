"""Literal pieces of text by which messages are about an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.knowledge import Article
from bot.knowledge.aliases import phrases

_SPACES: Final = re.compile(r"\s+")


class PhraseIndex:
    """Finds the literal pieces in a text, in any case and however it breaks its lines."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._pieces = sorted(
            ((_plain(piece), article) for article in articles for piece in phrases(article)),
            key=lambda each: -len(each[0]),
        )

    def find(self, text: str) -> Iterator[tuple[str, Article]]:
        """Yield the pieces that stand in a text, the longest first, none that is a part of another."""
        rest = _plain(text)
        for piece, article in self._pieces:
            if piece in rest:
                yield piece, article
                rest = rest.replace(piece, "\0")


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip().casefold()
