"""The aliases of articles: other IDs, event IDs, notations of codes and names that lead to the same article."""

from __future__ import annotations

import re
from typing import Final

from bot.knowledge.values import Article

# "ca-66" for the event 66 of the product whose articles are called ca-….
_NUMBERED: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z]+)*-(?P<number>0|[1-9][0-9]{0,5})", re.ASCII)
_BARE: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def event_number(article: Article, alias: str) -> str:
    """Return the event ID that an alias of an event is; empty where it is another kind of name."""
    if article.kind != "event":
        return ""
    if _BARE.fullmatch(alias):
        return alias
    numbered = _NUMBERED.fullmatch(alias)
    return numbered["number"] if numbered else ""


def event_numbers(article: Article) -> tuple[str, ...]:
    """Return all event IDs that an event's article explains, its own first."""
    others = (event_number(article, alias) for alias in article.aliases)
    return tuple(dict.fromkeys(number for number in (article.number, *others) if number))
