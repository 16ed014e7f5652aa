"""The words and shapes by which texts speak of products. Which products there are comes in from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.evidence.cues import USUAL_LENGTHS, Cues, make_cues

_NOTHING: Final = re.compile(r"(?!)")
# A hyphen, but for one between brackets, which stands for a range.
_HYPHEN = re.compile(r"-(?![^\[\]]*\])")
_FILE_GOES_ON = re.compile(r"[_.\\][A-Za-z0-9]")
_LATIN = re.compile(r"[A-Za-z0-9À-ɏ]")
# What people say of any product's events: the tool they look at.
_ANY_PRODUCT: Final = r"event ?viewer|eventvwr|event ?log"
_ANY_PRODUCT_CJK: Final = r"事件檢視器|事件查看器|イベント ?ビューアー?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWords:
    """The words and shapes of one product, as its author lists them.

    Latin words are matched at their edges in any case, with a space, a hyphen or neither between them; `*` at the end
    stands for any ending; others are matched anywhere.
    """

    product: str
    # Its names, and words that mean it wherever they stand.
    strong: tuple[str, ...] = ()
    # Words that mean it only in company: other things have them, too.
    weak: tuple[str, ...] = ()
    # What an event may be said to be from: the product's names, logs and sources.
    names: tuple[str, ...] = ()
    # Single words that, directly before "event", "id" or "code", say whose it is.
    owners: tuple[str, ...] = ()
    # Words that tell that a text is about such things at all, and not which product it is about.
    shared: tuple[str, ...] = ()
    # Lengths of its event IDs, in digits.
    id_lengths: frozenset[int] = frozenset()
    # A regular expression of its codes; empty where they are hexadecimal numbers, which are read for every product.
    code_shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words and shapes of all products, compiled; see `compile_lexicon`."""

    strong: tuple[tuple[str, re.Pattern[str]], ...] = ()
    weak: tuple[tuple[str, re.Pattern[str]], ...] = ()
    names: tuple[tuple[str, re.Pattern[str]], ...] = ()
    context: re.Pattern[str] = _NOTHING
    cues: Cues
    code_shapes: tuple[tuple[str, re.Pattern[str]], ...] = ()

    @property
    def longest_id(self) -> int:
        """Digits of the longest event ID that any product, or Windows as a rule, has."""
        return max(self.cues.id_lengths | USUAL_LENGTHS)

    def products_in(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the products that a text names by strong words, and by weak ones."""
        if self.context.search(text) is None:
            return frozenset(), frozenset()
        strong = frozenset(product for product, words in self.strong if words.search(text))
        return strong, frozenset(product for product, words in self.weak if words.search(text))

    def find_names(self, text: str) -> list[tuple[int, int, str]]:
        """Return where a text names products, their logs and sources: start, end, and the product, ascending."""
        found = _places(self.names, text)
        # A file is named after a program, and is none of its events' sources.
        return [each for each in found if _FILE_GOES_ON.match(text, each[1]) is None] if found else found

    def find_words(self, text: str) -> list[tuple[int, int, str]]:
        """Return where a text speaks of one product: start, end, and the product, ascending.

        A word that several have tells nothing, but where it means one of them for certain. Words that other things have,
        too, count only where none are certain.
        """
        certain = _alone(_places((*self.strong, *self.names), text))
        return certain or _alone(_places(self.weak, text))


def _places(patterns: Iterable[tuple[str, re.Pattern[str]]], text: str) -> list[tuple[int, int, str]]:
    return sorted((*match.span(), product) for product, words in patterns for match in words.finditer(text))


def _alone(mentions: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Keep the mentions at whose place only one product is meant, each once."""
    owners: dict[tuple[int, int], set[str]] = {}
    for start, end, product in mentions:
        owners.setdefault((start, end), set()).add(product)
    return [(start, end, next(iter(found))) for (start, end), found in owners.items() if len(found) == 1]


def compile_lexicon(products: Iterable[ProductWords]) -> Lexicon:
    """Compile the words of all products into what texts are read with."""
    products = tuple(products)
    words = [word for each in products for word in (*each.strong, *each.weak, *each.shared)]
    owners = frozenset(word.casefold() for each in products for word in each.owners)
    return Lexicon(
        strong=tuple((each.product, words_pattern(each.strong)) for each in products),
        weak=tuple((each.product, words_pattern(each.weak)) for each in products),
        names=tuple((each.product, words_pattern(each.names)) for each in products if each.names),
        context=words_pattern(words, _ANY_PRODUCT, _ANY_PRODUCT_CJK),
        cues=make_cues(owners, frozenset[int]().union(*(each.id_lengths for each in products))),
        code_shapes=tuple((each.product, shape_pattern(each.code_shape)) for each in products if each.code_shape),
    )


def words_pattern(words: Iterable[str], latin: str = "", other: str = "") -> re.Pattern[str]:
    """Match any of these words; `latin` and `other` are further patterns, with edges and without."""
    edged, inside = [latin] if latin else [], [other] if other else []
    for word in words:
        spelled = re.escape(word.rstrip("*")).replace(r"\ ", "[ -]?") + (r"\w{0,20}" if word.endswith("*") else "")
        (edged if _LATIN.match(word) else inside).append(spelled)
    parts = [rf"(?<![a-z])(?:{'|'.join(edged)})(?![a-z])"] if edged else []
    return re.compile("|".join([*parts, *inside]), re.IGNORECASE | re.ASCII) if parts or inside else _NOTHING


def shape_pattern(shape: str) -> re.Pattern[str]:
    """Match codes of a shape, with or without the hyphens in it, in any case and with their edges."""
    loose = _HYPHEN.sub("[-_ ]?", shape)
    return re.compile(rf"(?<![0-9A-Za-z_\-.])(?:{loose})(?![0-9A-Za-z_\-])", re.IGNORECASE | re.ASCII)


@cache
def empty_lexicon() -> Lexicon:
    """Return the lexicon of no product."""
    return compile_lexicon(())
