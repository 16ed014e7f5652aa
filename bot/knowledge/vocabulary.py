"""Compiles what products say of their words and shapes into the lexicon that texts are read with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from bot.evidence.lexicon import Lexicon, ProductWords, compile_lexicon
from bot.knowledge.aliases import event_numbers
from bot.knowledge.names import is_everyday, names_of, spelling, useless_names
from bot.knowledge.product_values import HEXADECIMAL, Product
from bot.knowledge.values import Article

_SHORTEST: Final = 4
"""Digits from which a number may be an event ID by its place in a sentence alone."""


def _sayable(product: Product) -> tuple[str, ...]:
    """Return what an event of a product may be said to be from: its names, its logs and its sources."""
    shared = (name for log in product.shared_logs for name in log.providers)
    names = (name for name, _ in names_of(product))
    sayable = dict.fromkeys((*names, *product.log_names, *product.providers, *shared))
    # A source may be called as an everyday word is: WAS.
    return tuple(name for name in sayable if not is_everyday(name))


def _own_shape(shape: str) -> str:
    """Return a shape of codes without hexadecimal numbers, which are read for every product."""
    return "" if shape == HEXADECIMAL else shape.removeprefix(f"{HEXADECIMAL}|").removesuffix(f"|{HEXADECIMAL}")


def lexicon_of(products: Iterable[Product], articles: Collection[Article]) -> Lexicon:
    """Compile the lexicon of these products; of IDs the lengths count that articles really have."""
    products = tuple(products)
    useless = useless_names(products)
    lengths = {product.id: _id_lengths(product, articles) for product in products}
    return compile_lexicon(_words_of(product, useless, lengths[product.id]) for product in products)


def _words_of(product: Product, useless: Collection[str], id_lengths: frozenset[int]) -> ProductWords:
    """Return a product's words; those of one without events, which everybody's events may be about, give nothing to it alone."""
    names = (name for name, _ in names_of(product))
    strong = tuple(word for word in (*names, *product.strong_words) if spelling(word) not in useless)
    owns = product.writes_events
    return ProductWords(
        product=product.id,
        strong=strong if owns else (),
        weak=product.weak_words if owns else (),
        shared=() if owns else (*strong, *product.weak_words),
        names=tuple(name for name in _sayable(product) if spelling(name) not in useless) if owns else (),
        owners=product.owners,
        id_lengths=id_lengths,
        code_shape=_own_shape(product.code_shape),
        status_word=product.status_word,
    )


def _id_lengths(product: Product, articles: Iterable[Article]) -> frozenset[int]:
    """Return the lengths of event IDs that articles explain; of shorter ones everybody's talk is full."""
    numbers = (n for each in articles if each.product is product and each.kind == "event" for n in event_numbers(each))
    return frozenset(length for length in map(len, numbers) if length >= _SHORTEST)
