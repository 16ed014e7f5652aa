"""Gaps of the knowledge: listed entries without an article, few phrasings, old reviews, missing languages."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.knowledge.phrasings import is_asked_about, load_phrasings
from bot.knowledge.values import Article, Knowledge
from bot.languages import LANGUAGES, translations

_GOOD: Final = 25
"""Phrasings, in each language, from which on what is asked about is found well."""
_GOOD_PASTED: Final = 5
"""The same for what is pasted more than asked about."""
_OLDEST: Final = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything that is still to be done, by kind."""

    # Entries of a list that lead to no article, as they are listed.
    unwritten: tuple[str, ...]
    # Of an article the language in which it has fewer phrasings than it should, and how many.
    few_phrasings: tuple[tuple[Article, str, int], ...]
    not_reviewed: tuple[Article, ...]
    # An article and the language that it lacks.
    untranslated: tuple[tuple[Article, str], ...]


def find_coverage(knowledge: Knowledge, listed: Iterable[str], today: datetime.date) -> Coverage:
    """Find what is missing, as of a day; `listed` are IDs, numbers, names or aliases that should have an article."""
    oldest = (today - _OLDEST).isoformat()
    articles = knowledge.articles.values()
    known = {_folded(name) for article in articles for name in _names(article)}
    known |= {_folded(name) for product in knowledge.products.values() for name in product.neutral_codes}
    return Coverage(
        unwritten=tuple(name for name in dict.fromkeys(listed) if _folded(name) not in known),
        few_phrasings=tuple(_few_phrasings(knowledge)),
        not_reviewed=tuple(article for article in articles if article.reviewed < oldest),
        untranslated=tuple(
            (article, language)
            for article in articles
            for language in translations()
            if not article.product.path(f"{article.id}.{language}.md").is_file()
        ),
    )


def _names(article: Article) -> Iterator[str]:
    yield from (article.id, article.number, article.name, *article.aliases)


def _folded(name: str) -> str:
    return name.strip().casefold()


def _few_phrasings(knowledge: Knowledge) -> Iterator[tuple[Article, str, int]]:
    counts: Counter[tuple[str | None, str]] = Counter()
    for product in knowledge.products.values():
        phrasings, _ = load_phrasings(*product.folders)
        counts.update((each.article_id, each.language) for each in phrasings)
    for article in knowledge.articles.values():
        good = article.product.fewest_phrasings or _GOOD if is_asked_about(article) else _GOOD_PASTED
        for language in LANGUAGES:
            if (count := counts[article.id, language]) < good:
                yield article, language, count
