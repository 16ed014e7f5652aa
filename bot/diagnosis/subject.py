"""The subject of a text: which products it names, ours and others', and names that nobody knows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.diagnosis.features import fold
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


class SubjectReader:
    """Reads the subject of texts by the words of our products and the names of others."""

    def __init__(self, lexicon: Lexicon, others: Iterable[OtherName], ours: Collection[str] = ()) -> None:
        self._lexicon = lexicon
        taken = {_flat(name) for name in ours}
        # By the Latin word or the other character that they begin with, the longest first.
        self._by_start: defaultdict[str, list[_Spelling]] = defaultdict(list)
        self._cased: dict[str, OtherName] = {}
        for other in others:
            self._cased |= dict.fromkeys(other.cased, other)
            for spellings, needs_company in ((other.always, False), (other.words, True)):
                for spelling in spellings:
                    flat = _flat(spelling)
                    start = _STARTS.match(flat)
                    if start is not None and flat not in taken:
                        self._by_start[start[0]].append(_Spelling(flat, other, needs_company))
        for found in self._by_start.values():
            found.sort(key=lambda each: -len(each.text))
        self._beside = {other.name: tuple(map(_flat, other.beside)) for other in others if other.beside}

    def read(self, text: str, product: str | None = None) -> Subject:
        """Read a text; a product's ID is what it is about already, by where it was said."""
        flat = _flat(text)
        found: dict[OtherName, None] = {}
        masked: list[str] = []
        end = 0
        for at, spelling in self._spellings(flat):
            found[spelling.name] = None
            if not spelling.name.near:
                # A longer name that begins with ours is another thing than ours.
                masked.append(flat[end:at])
                end = at + len(spelling.text)
        masked.append(flat[end:])
        tokens = [(token[0], token.start()) for token in _TOKEN.finditer(text)]
        found.update((self._cased[token], None) for token, _ in tokens if token in self._cased)
        strong, weak = self._lexicon.products_in(" ".join(masked))
        return Subject(
            strong=bool(strong),
            weak=bool(weak) or product is not None,
            foreign=tuple(each.name for each in found if not each.near),
            near=tuple(each.name for each in found if each.near),
            capitalised=tuple(
                token for token, at in tokens if _is_inner_capital(token) or _is_capital_within(text, token, at)
            ),
        )

    @property
    def other_names(self) -> list[str]:
        """Names of others' products that are no neighbours of ours."""
        return sorted({each.text for found in self._by_start.values() for each in found if not each.name.near})

    def names_ours(self, text: str) -> bool:
        """Tell whether a text names one of our products, or may."""
        return any(self._lexicon.products_in(text))

    def replace_ours(self, text: str, name: str) -> str:
        """Put a name in place of words that mean one of our products for certain."""
        for _, words in self._lexicon.strong:
            text = words.sub(name, text)
        return text

    def _spellings(self, flat: str) -> Iterator[tuple[int, _Spelling]]:
        """Yield the spellings in a text, from left to right, of several at one place the longest."""
        end = 0
        for start in _STARTS.finditer(flat):
            here = self._by_start.get(start[0])
            if here is None or start.start() < end:
                continue
            spelling = next((each for each in here if self._is_at(flat, start.start(), each)), None)
            if spelling is not None:
                yield start.start(), spelling
                end = start.start() + len(spelling.text)

    def _is_at(self, flat: str, at: int, spelling: _Spelling) -> bool:
        end = at + len(spelling.text)
        if not flat.startswith(spelling.text, at) or not _has_edges(flat, at, end):
            return False
        return not spelling.needs_company or any(
            _stands_in(word, flat) for word in self._beside.get(spelling.name.name, ())
        )


def _flat(text: str) -> str:
    """Fold a text, with one blank for whatever separates words and none between two scripts."""
    return _BETWEEN_SCRIPTS.sub("", _SEPARATORS.sub(" ", fold(text))).strip()


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
    return any(character.isupper() for character in token[1:])


def _is_capital_within(text: str, token: str, at: int) -> bool:
    return token[0].isupper() and _SENTENCE_BEFORE.search(text[max(0, at - 3) : at]) is None
