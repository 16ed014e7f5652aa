"""The names of products: whose event a number is may hang on one, so a name means one product and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.evidence.cues import ASKING
from bot.knowledge.faults import Place
from bot.knowledge.product_values import Product

_IDEOGRAPHS: Final = ("㐀", "鿿")
_SMALL: Final = re.compile(r"[a-z]+")


def names_of(product: Product) -> Iterator[tuple[str, Place]]:
    """Yield a product's names and aliases, each with its place in product.yaml."""
    for language, title in product.titles.items():
        yield title, ("name", language)
    for at, alias in enumerate(product.aliases):
        yield alias, ("aliases", at)


def spelling(name: str) -> str:
    """Return a name as texts are compared with it: in any case, with or without spaces."""
    return "".join(name.casefold().split())


def is_everyday(word: str) -> bool:
    """Tell whether a word is in ordinary talk everywhere."""
    return word.casefold() in ASKING or (len(word) == 1 and _IDEOGRAPHS[0] <= word <= _IDEOGRAPHS[1])


def is_no_name(name: str) -> bool:
    """Tell whether a name is an everyday word; one word without a capital or a digit is taken for one."""
    return is_everyday(name) or _SMALL.fullmatch(name) is not None


def useless_names(products: Iterable[Product]) -> frozenset[str]:
    """Return the spellings of names that tell nothing: everyday words, and names that mean another product, too.

    A name that a product shares with the one that took its place tells that it is one of the two.
    """
    products = tuple(products)
    useless: set[str] = set()
    for product in products:
        own = {spelling(name) for name, _ in names_of(product)}
        useless |= {spelling(name) for name, _ in names_of(product) if is_no_name(name)}
        for other in products:
            if other is not product and not are_generations(product, other):
                words = (*(name for name, _ in names_of(other)), *other.strong_words)
                useless |= own.intersection(map(spelling, words))
    return frozenset(useless)


def are_generations(one: Product, other: Product) -> bool:
    """Tell whether one of two products took the place of the other."""
    return one.superseded_by == other.id or other.superseded_by == one.id
