"""The names by which articles refer to one another, also across products, and how these are said in prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.knowledge.aliases import event_number
from bot.knowledge.product_values import Product
from bot.knowledge.values import Article, with_numbers
from bot.languages import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class References:
    """The IDs that articles may name: those of all loaded products, and the aliases that lead to them."""

    # The article's ID, by itself and by each alias.
    targets: Mapping[str, str]
    # Folders of the products that are loaded.
    loaded: frozenset[str]

    def lack(self, named: str, product: Product) -> bool:
        """Tell whether nothing is there that a product's files name.

        What may be an article of a product that they refer to, and that is not loaded, is given the benefit of the doubt.
        """
        return (
            named not in self.targets
            and named not in product.neutral_codes
            and self.loaded.issuperset(product.refers_to)
        )


def references_of(
    articles: Iterable[Article], written: Iterable[str], products: Iterable[Product]
) -> tuple[References, list[tuple[Article, str, str]]]:
    """Return the names that may be referred to, and each alias that leads elsewhere already, with where.

    `written` are the IDs of all article files, also of those that could not be read.
    """
    targets = {name: name for name in written}
    articles = sorted(articles, key=lambda article: article.id)
    targets |= {article.id: article.id for article in articles}
    twice = [
        (article, alias, targets[alias])
        for article in articles
        for alias in article.aliases
        if targets.setdefault(alias, article.id) != article.id
    ]
    return References(MappingProxyType(targets), frozenset(product.id for product in products)), twice


def resolve(articles: Mapping[str, Article], references: References) -> dict[str, Article]:
    """Put the articles' own IDs for what articles name, and into prose what people call them; drop what is not loaded."""
    shown = {language: _shown(articles, language) for language in LANGUAGES}
    return {article.id: _resolved(article, references, shown) for article in articles.values()}


def _resolved(article: Article, references: References, shown: Mapping[Language, Mapping[str, str]]) -> Article:
    targets = references.targets

    def found(named: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(targets[name] for name in named if name in targets))

    proses = {}
    for language, prose in article.prose.items():
        by_code = {targets.get(code, code): text for code, text in prose.causes_by_code.items()}
        proses[language] = with_numbers(replace(prose, causes_by_code=by_code), shown[language])
    return replace(
        article,
        codes=found(article.codes),
        caused_by=found(article.caused_by),
        prose=MappingProxyType(proses),
    )


def _shown(articles: Mapping[str, Article], language: Language) -> dict[str, str]:
    """Return what stands in prose in place of each ID and alias that is nothing people say."""
    shown: dict[str, str] = {}
    for article in articles.values():
        for name, words in _names(article, language):
            if name != words:
                shown.setdefault(name, words)
    return shown


def _names(article: Article, language: Language) -> Iterator[tuple[str, str]]:
    if article.kind in ("topic", "line"):
        yield from ((name, article.prose[language].title) for name in (article.id, *article.aliases))
        return
    called = article.product.called_event.get(language, "{number}")
    if article.kind == "code":
        yield article.id, article.number
        return
    yield article.id, called.replace("{number}", article.number)
    for alias in article.aliases:
        if number := event_number(article, alias):
            yield alias, called.replace("{number}", number)
