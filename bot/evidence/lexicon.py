"""The words and shapes by which texts speak of products. Which products there are comes in from outside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from bot.evidence.cues import USUAL_LENGTHS, Cues, make_cues
from bot.evidence.owners import find_owner_before, find_owner_behind
from bot.evidence.terms import Term, Terms, places_of, small_letters

_NOBODY: Final = frozenset[str]()
# A hyphen, but for one between brackets, which stands for a range.
_HYPHEN = re.compile(r"-(?![^\[\]]*\])")
_FILE_GOES_ON = re.compile(r"[_\\][A-Za-z0-9]|\.(?:[A-Za-z]|[0-9]{1,5}(?=[A-Za-z_.]))")
# Letters that stand for themselves: none of them is repeated or left out.
_BEGINNING = re.compile(r"[A-Za-z]+(?![A-Za-z?*{])")
# What people say of any product's events: the tool they look at.
_ANY_PRODUCT: Final = (
    "event viewer",
    "eventvwr",
    "event log",
    "事件檢視器",
    "事件查看器",
    "イベント ビューア",
)


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
    # The word before its codes that are statuses of a web server, which has sub-statuses; empty where it has none.
    status_word: str = ""


@dataclass(frozen=True, slots=True)
class CodeShape:
    """The shape of a product's codes, compiled for the first text that may hold one."""

    product: str
    shape: str
    # Small letters that each of its codes begins with; empty where they may begin with anything.
    beginning: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return the expression that matches a code with its edges."""
        return shape_pattern(self.shape)


Mention = tuple[int, int, str]
"""Where a text names a product: start, end, and the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words and shapes of all products, compiled; see `compile_lexicon`."""

    products: tuple[ProductWords, ...] = ()
    cues: Cues
    code_shapes: tuple[CodeShape, ...] = ()
    # Of each term the products, with its place among theirs, that it means for certain, that it may mean, and that it names.
    _strong: Mapping[Term, Sequence[tuple[str, int]]]
    _weak: Mapping[Term, Sequence[tuple[str, int]]]
    _names: Mapping[Term, Sequence[tuple[str, int]]]
    # The word before a status, by product.
    status_words: Mapping[str, str] = field(default_factory=dict)
    # Terms that tell that a text is about such things at all, those of products among them; and all there are.
    _context: Terms
    _name_terms: Terms
    _all: Terms
    # The words that say, directly before a number, whose it is, in small letters, and the products that have them.
    _owned_by: Mapping[str, frozenset[str]]

    @property
    def longest_id(self) -> int:
        """Digits of the longest event ID that any product, or Windows as a rule, has."""
        return max(self.cues.id_lengths | USUAL_LENGTHS)

    def read_context(self, text: str) -> tuple[bool, frozenset[str], frozenset[str]]:
        """Tell whether a text is about such things at all, and which products it names by strong words and by weak ones."""
        lower = small_letters(text)
        found = [each for each in self._context.near(lower) if each.is_letters or each.find(lower) is not None]
        if not found:
            return False, _NOBODY, _NOBODY
        strong, weak = (
            frozenset(product for term in found for product, _ in words.get(term, ()))
            for words in (self._strong, self._weak)
        )
        return True, strong, weak

    def products_in(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the products that a text names by strong words, and by weak ones."""
        return self.read_context(text)[1:]

    def products_alone_in(self, text: str) -> frozenset[str]:
        """Return the products that a text names by strong words, but for those that another product has as a weak one."""
        lower = small_letters(text)
        found = [each for each in self._context.near(lower) if each in self._strong]
        owners = [
            {product for product, _ in (*self._strong[each], *self._weak.get(each, ()))}
            for each in found
            if each.is_letters or each.find(lower) is not None
        ]
        return _NOBODY.union(*(each for each in owners if len(each) == 1))

    def find_names(self, text: str) -> list[Mention]:
        """Return where a text names products, their logs and sources, ascending."""
        lower = small_letters(text)
        found = _places(lower, self._name_terms.near(lower), self._names)
        # A file is named after a program, and is none of its events' sources.
        return [each for each in found if _FILE_GOES_ON.match(text, each[1]) is None] if found else found

    def find_owner(self, before: str) -> tuple[str, frozenset[str]]:
        """Return the word at the end of a text that says whose the number behind it is, and whose the word may be."""
        word = find_owner_before(before, self.cues.owners) if self.cues.owners else ""
        return (word, self._owned_by[word]) if word else ("", _NOBODY)

    def find_owner_behind(self, behind: str) -> tuple[str, frozenset[str], bool]:
        """Return the word behind a number that says whose it is, whose it may be, and whether a word or bracket says so."""
        word, is_said = find_owner_behind(behind, self.cues.owners) if self.cues.owners else ("", False)
        return (word, self._owned_by[word], is_said) if word else ("", _NOBODY, False)

    def find_words(self, text: str) -> list[Mention]:
        """Return where a text speaks of one product, ascending.

        A word that several have tells nothing, but where it means one of them for certain. Words that other things have,
        too, count only where none are certain.
        """
        lower = small_letters(text)
        near = self._all.near(lower)
        certain = _alone(sorted((*_places(lower, near, self._strong), *_places(lower, near, self._names))))
        return certain or _alone(_places(lower, near, self._weak))

    def replace_strong(self, text: str, name: str) -> str:
        """Put a name in place of words that mean a product for certain, one product after another."""
        for each in self.products:
            lower = small_letters(text)
            places = list(places_of([_term(word) for word in each.strong], lower))
            for start, end in reversed(places):
                text = text[:start] + name + text[end:]
        return text

    def may_hold_code(self, text: str) -> bool:
        """Tell, by how codes begin, whether a text may hold one of a product's own shape."""
        return bool(self.code_shapes) and any(True for _ in self._shapes_near(text))

    def find_codes(self, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, re.Match[str]]]:
        """Yield the codes of products' own shapes between two offsets, each with its product."""
        end = len(text) if end is None else end
        for each in self._shapes_near(text[start:end]) if self.code_shapes else ():
            for found in each.pattern.finditer(text, start, end):
                yield each.product, found

    def without_codes(self, text: str) -> str:
        """Put a space in place of each code of a product's own shape."""
        for each in self._shapes_near(text) if self.code_shapes else ():
            text = each.pattern.sub(" ", text)
        return text

    def _shapes_near(self, text: str) -> Iterator[CodeShape]:
        lower = text.lower()
        return (each for each in self.code_shapes if each.beginning in lower)


def _places(lower: str, near: Iterable[Term], owners: Mapping[Term, Sequence[tuple[str, int]]]) -> list[Mention]:
    """Return where these terms stand that belong to a product, each product's by itself, ascending."""
    terms: dict[str, list[tuple[int, Term]]] = {}
    for term in near:
        for product, order in owners.get(term, ()):
            terms.setdefault(product, []).append((order, term))
    return sorted(
        (start, end, product)
        for product, found in terms.items()
        for start, end in places_of([term for _, term in sorted(found, key=lambda each: each[0])], lower)
    )


def _alone(mentions: list[Mention]) -> list[Mention]:
    """Keep the mentions at whose place only one product is meant, each once."""
    owners: dict[tuple[int, int], set[str]] = {}
    for start, end, product in mentions:
        owners.setdefault((start, end), set()).add(product)
    return [(start, end, next(iter(found))) for (start, end), found in owners.items() if len(found) == 1]


def compile_lexicon(products: Iterable[ProductWords]) -> Lexicon:
    """Compile the words of all products into what texts are read with."""
    products = tuple(products)
    owners = frozenset(word.casefold() for each in products for word in each.owners)
    strong, weak, names = (
        _owners((each.product, words) for each, words in of_kind)
        for of_kind in (
            [(each, each.strong) for each in products],
            [(each, each.weak) for each in products],
            [(each, each.names) for each in products],
        )
    )
    shared = [_term(word) for words in (_ANY_PRODUCT, *(each.shared for each in products)) for word in words]
    return Lexicon(
        products=products,
        cues=make_cues(owners, frozenset[int]().union(*(each.id_lengths for each in products))),
        code_shapes=tuple(
            CodeShape(each.product, each.code_shape, beginning_of(each.code_shape))
            for each in products
            if each.code_shape
        ),
        status_words={each.product: each.status_word for each in products if each.status_word},
        _owned_by={word: frozenset(each.product for each in products if word in _owners_of(each)) for word in owners},
        _strong=strong,
        _weak=weak,
        _names=names,
        _context=Terms((*strong, *weak, *shared)),
        _name_terms=Terms(names),
        _all=Terms((*strong, *weak, *names)),
    )


def _owners(words: Iterable[tuple[str, Sequence[str]]]) -> Mapping[Term, Sequence[tuple[str, int]]]:
    owners: defaultdict[Term, list[tuple[str, int]]] = defaultdict(list)
    for product, of_product in words:
        for order, term in enumerate(dict.fromkeys(map(_term, of_product))):
            owners[term].append((product, order))
    return dict(owners)


def _owners_of(product: ProductWords) -> frozenset[str]:
    return frozenset(word.casefold() for word in product.owners)


def _term(word: str) -> Term:
    return Term(small_letters(word))


def beginning_of(shape: str) -> str:
    """Return the small letters that each code of a shape begins with, as far as they are written out."""
    letters = _BEGINNING.match(shape)
    if letters is None or "|" in shape:
        return ""
    return letters[0].lower()


@cache
def shape_pattern(shape: str) -> re.Pattern[str]:
    """Match codes of a shape, with or without the hyphens in it, in any case and with their edges."""
    loose = _HYPHEN.sub("[-_ ]?", shape)
    return re.compile(rf"(?<![0-9A-Za-z_\-.])(?:{loose})(?![0-9A-Za-z_\-])", re.IGNORECASE | re.ASCII)


@cache
def empty_lexicon() -> Lexicon:
    """Return the lexicon of no product."""
    return compile_lexicon(())
