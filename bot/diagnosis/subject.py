"""The subject of a text: which products it names, ours and others', and names that nobody knows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.diagnosis.features import fold, has_han
from bot.evidence import Lexicon
from bot.knowledge.other_names import OtherName

_SEPARATORS = re.compile(r"[\s_\-./]+")
_BETWEEN_SCRIPTS = re.compile(r"(?<=[a-z0-9]) (?=[\u3040-\u9fff])|(?<=[\u3040-\u9fff]) (?=[a-z0-9])")
_TOKEN = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9]*")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:;\n\"'(\[>*]\s*)$")
_CJK_FROM: Final = "\u3000"
_STARTS = re.compile(
    r"[^\W\d_\u3040-\u9fff\uac00-\ud7af][^\W_\u3040-\u9fff\uac00-\ud7af]*|\d+|[\u3040-\u9fff\uac00-\ud7af]"
)
"""Where a name may begin: at a Latin word, or anywhere among other characters."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The names that a text holds."""

    # A word that means one of our products for certain, and one that may.
    strong: bool
    weak: bool
    # Those of our products that words mean for certain, or that the conversation is about.
    ours: frozenset[str]
    # Others' products, and those of them that are neighbours of ours.
    foreign: tuple[str, ...]
    near: tuple[str, ...]
    # Words written as names: capitals within a sentence, or inside a word.
    capitalised: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Spelling:
    text: str
    name: OtherName
    needs_company: bool


@dataclass(frozen=True, slots=True)
class _Spellings:
    # By the Latin word or the other character that they begin with, the longest first.
    by_start: Mapping[str, Sequence[_Spelling]]
    # By the name of a product, the words in whose company its everyday words mean it.
    beside: Mapping[str, tuple[str, ...]]


class SubjectReader:
    """Reads the subject of texts by the words of our products and the names of others."""

    def __init__(
        self,
        lexicon: Lexicon,
        others: Iterable[OtherName],
        ours: Collection[str] = (),
        fold: Callable[[str], str] = fold,
    ) -> None:
        self._lexicon = lexicon
        self._fold = fold
        # What an entry calls by one of our names is ours as a whole.
        known = {name.casefold() for name in ours}
        self._others = tuple(other for other in others if other.name.casefold() not in known)
        self._ours = tuple(ours)
        self._cased = {spelling: other for other in self._others for spelling in other.cased}
        self._without_han = self._spellings_of(lambda text: not has_han(text))

    @cached_property
    def _with_han(self) -> _Spellings:
        # Only a text in Chinese waits for the tables that Chinese is folded with.
        found = self._spellings_of(has_han)
        by_start = {
            start: sorted((*self._without_han.by_start.get(start, ()), *spellings), key=_longest_first)
            for start, spellings in found.by_start.items()
        }
        beside = {
            name: (*self._without_han.beside.get(name, ()), *found.beside.get(name, ()))
            for name in (*self._without_han.beside, *found.beside)
        }
        return _Spellings({**self._without_han.by_start, **by_start}, beside)

    def _spellings_of(self, is_meant: Callable[[str], bool]) -> _Spellings:
        """Fold those spellings of others' names that are meant, but for what is a name of ours."""
        taken = {self._flat(name) for name in self._ours if is_meant(name)}
        by_start: defaultdict[str, list[_Spelling]] = defaultdict(list)
        for other in self._others:
            for spellings, needs_company in ((other.always, False), (other.words, True)):
                for flat in map(self._flat, filter(is_meant, spellings)):
                    start = _STARTS.match(flat)
                    if start is not None and flat not in taken:
                        by_start[start[0]].append(_Spelling(flat, other, needs_company))
        for found in by_start.values():
            found.sort(key=_longest_first)
        beside = {
            other.name: tuple(map(self._flat, filter(is_meant, other.beside))) for other in self._others if other.beside
        }
        return _Spellings(by_start, beside)

    def read(self, text: str, product: str | None = None) -> Subject:
        """Read a text; a product's ID is what it is about already, by where it was said."""
        flat = self._flat(text)
        found: dict[OtherName, None] = {}
        masked: list[str] = []
        end = 0
        for at, spelling in self._find_spellings(flat):
            found[spelling.name] = None
            if not spelling.name.near:
                # A longer name that begins with ours is another thing than ours.
                masked.append(flat[end:at])
                end = at + len(spelling.text)
        masked.append(flat[end:])
        tokens = [(token[0], token.start()) for token in _TOKEN.finditer(text)]
        found.update((self._cased[token], None) for token, _ in tokens if token in self._cased)
        left = " ".join(masked)
        strong, weak = self._lexicon.products_in(left)
        alone = self._lexicon.products_alone_in(left) if strong else frozenset[str]()
        return Subject(
            strong=bool(strong),
            weak=bool(weak) or product is not None,
            ours=alone if product is None else alone | {product},
            foreign=tuple(each.name for each in found if not each.near),
            near=tuple(each.name for each in found if each.near),
            capitalised=tuple(
                token for token, at in tokens if _is_inner_capital(token) or _is_capital_within(text, token, at)
            ),
        )

    @property
    def other_names(self) -> list[str]:
        """Names of others' products that are no neighbours of ours."""
        return sorted({each.text for found in self._with_han.by_start.values() for each in found if not each.name.near})

    def names_ours(self, text: str) -> bool:
        """Tell whether a text names one of our products, or may."""
        return any(self._lexicon.products_in(text))

    def replace_ours(self, text: str, name: str) -> str:
        """Put a name in place of words that mean one of our products for certain."""
        return self._lexicon.replace_strong(text, name)

    def _flat(self, text: str) -> str:
        """Fold a text, with one blank for whatever separates words and none between two scripts."""
        return _BETWEEN_SCRIPTS.sub("", _SEPARATORS.sub(" ", self._fold(text))).strip()

    def _find_spellings(self, flat: str) -> Iterator[tuple[int, _Spelling]]:
        """Yield the spellings in a text, from left to right, of several at one place the longest."""
        spellings = self._with_han if has_han(flat) else self._without_han
        end = 0
        for start in _STARTS.finditer(flat):
            here = spellings.by_start.get(start[0])
            if here is None or start.start() < end:
                continue
            spelling = next((each for each in here if _is_at(flat, start.start(), each, spellings.beside)), None)
            if spelling is not None:
                yield start.start(), spelling
                end = start.start() + len(spelling.text)


def _longest_first(spelling: _Spelling) -> int:
    return -len(spelling.text)


def _is_at(flat: str, at: int, spelling: _Spelling, beside: Mapping[str, tuple[str, ...]]) -> bool:
    end = at + len(spelling.text)
    if not flat.startswith(spelling.text, at) or not _has_edges(flat, at, end):
        return False
    return not spelling.needs_company or any(_stands_in(word, flat) for word in beside.get(spelling.name.name, ()))


def _has_edges(flat: str, at: int, end: int) -> bool:
    before, behind = flat[at - 1 : at], flat[end : end + 1]
    return not (_is_latin(before) and _is_latin(flat[at])) and not (_is_latin(behind) and _is_latin(flat[end - 1]))


def _is_latin(character: str) -> bool:
    return character.isalnum() and character < _CJK_FROM


def _stands_in(word: str, flat: str) -> bool:
    at = flat.find(word)
    while at >= 0:
        if _has_edges(flat, at, at + len(word)):
            return True
        at = flat.find(word, at + 1)
    return False


def _is_inner_capital(token: str) -> bool:
    # Quicker than to ask each letter.
    return (rest := token[1:]) != rest.lower()


def _is_capital_within(text: str, token: str, at: int) -> bool:
    return token[0].isupper() and _SENTENCE_BEFORE.search(text[max(0, at - 3) : at]) is None
