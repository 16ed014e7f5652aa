"""Compiles what products say of their words and shapes into the lexicon that texts are read with."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.evidence.lexicon import Lexicon, ProductWords, compile_lexicon
from bot.knowledge.names import names_of, spelling, useless_names
from bot.knowledge.values import HEXADECIMAL, Article, Product


def _sayable(product: Product) -> tuple[str, ...]:
    """Return what an event of a product may be said to be from: its names, its logs and its sources."""
    shared = (name for log in product.shared_logs for name in log.providers)
    names = (name for name, _ in names_of(product))
    return tuple(dict.fromkeys((*names, *product.log_names, *product.providers, *shared)))


def lexicon_of(products: Iterable[Product], articles: Collection[Article]) -> Lexicon:
    """Compile the lexicon of these products; of IDs the lengths count that articles really have."""
    products = tuple(products)
    useless = useless_names(products)
    return compile_lexicon(
        ProductWords(
            product=product.id,
            strong=tuple(
                word
                for word in (*(name for name, _ in names_of(product)), *product.strong_words)
                if spelling(word) not in useless
            ),
            weak=product.weak_words,
            names=tuple(name for name in _sayable(product) if spelling(name) not in useless),
            owners=product.owners,
            id_lengths=frozenset(
                len(each.number) for each in articles if each.product is product and each.kind == "event"
            ),
            code_shape="" if product.code_shape == HEXADECIMAL else product.code_shape,
        )
        for product in products
    )
