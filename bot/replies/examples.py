"""Examples of what people may ask, chosen from all products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final

from bot.knowledge import Product
from bot.languages import DEFAULT, Language

_MOST: Final = 6
"""Examples of each kind: a line of the help, and no list."""


@dataclass(frozen=True, slots=True)
class Examples:
    """IDs and codes, and questions in words, in the order in which they are worth naming."""

    identifiers: tuple[str, ...]
    questions: tuple[str, ...]


def by_weight(products: Iterable[Product]) -> list[Product]:
    """Put the product first along whose flow most others stand, and the one whose place it took."""
    found = list(products)
    along = Counter(each.flows_of for each in found if each.flows_of)
    return sorted(found, key=lambda each: -max(along[each.id], along[each.superseded_by]))


def choose_examples(products: Iterable[Product], language: Language) -> Examples:
    """Choose the first example of each product, then the second of each, as far as there is room."""
    listed = [each.examples.get(language) or each.examples.get(DEFAULT, ()) for each in by_weight(products)]
    return Examples(
        _in_turn([[each for each in own if not _is_question(each)] for own in listed]),
        _in_turn([list(filter(_is_question, own)) for own in listed]),
    )


def _in_turn(listed: Sequence[Sequence[str]]) -> tuple[str, ...]:
    found = (each for each in chain.from_iterable(zip_longest(*listed)) if each is not None)
    return tuple(dict.fromkeys(found))[:_MOST]


def _is_question(example: str) -> bool:
    """Return True for several words, or for what is written without spaces."""
    return " " in example or not example.isascii()
