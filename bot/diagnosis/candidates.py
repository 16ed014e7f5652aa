"""Chooses among the articles that several products have for one number, code or name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evidence import Evidence
from bot.knowledge import Article


def choose(candidates: tuple[Article, ...], evidence: Evidence, codes: Iterable[Article] = ()) -> tuple[Article, ...]:
    """Keep the articles of the products that a text is about; several are left where it does not tell.

    Codes beside the number tell most, then words that mean one product, then those that may mean it.
    """
    if len(candidates) < 2:
        return candidates
    for named in (frozenset(code.product.id for code in codes), evidence.strong, evidence.weak):
        if kept := tuple(article for article in candidates if article.product.id in named):
            return kept
    return candidates


def is_of_another(article: Article, evidence: Evidence) -> bool:
    """Tell whether the words of a text name other products, and not the one that an article is of."""
    named = evidence.strong | evidence.weak
    return bool(named) and article.product.id not in named


def is_of_another_for_certain(article: Article, evidence: Evidence) -> bool:
    """Tell whether a text names other products by words that mean nothing else, and not the one that an article is of."""
    return bool(evidence.strong) and article.product.id not in evidence.strong | evidence.weak
