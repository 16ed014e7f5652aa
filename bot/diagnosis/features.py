"""Turns words into the features that free text is compared by: words, parts of words, and what they are about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zlib import crc32

from bot.diagnosis.function_words import content_runs, is_function_word
from bot.diagnosis.polarity import Outcome, read_polarity

if TYPE_CHECKING:
    from opencc import OpenCC

_TOKEN = re.compile(r"[a-zà-öø-ÿœ]+(?:['’][a-zà-ÿ]{1,4})?|[\u3040-\u30ff\u3400-\u9fff]+|[\uac00-\ud7af]+")
_CJK_FROM: Final = "\u3000"
_HAN = re.compile(r"[\u3400-\u9fff]")
_MAX_CHARACTERS: Final = 600
_CACHED_TOKENS: Final = 50_000

Blocks = tuple[list[int], list[int], list[int]]
"""Hashes of three kinds of features, each weighed apart: words with their pairs, parts of words, concepts with their pairs."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The features of a text, the words behind those of the first block, and what it says of an outcome."""

    blocks: Blocks
    words: Mapping[int, str]
    outcome: Outcome
    # Of the first block, those that say what the text is about: whole Latin words, and pairs of characters.
    content: tuple[int, ...]


@cache
def _to_taiwan() -> OpenCC:
    # Its tables take a seventh of a second to load: only a text in Chinese waits for them.
    from opencc import OpenCC

    return OpenCC("s2twp")


def write_traditional(text: str) -> str:
    """Return a text in Simplified Chinese as it is written in Taiwan."""
    return str(_to_taiwan().convert(text))


@dataclass(frozen=True, slots=True)
class _Token:
    """The contribution of one word, or of one run of Chinese, Japanese or Korean characters, to the blocks."""

    words: tuple[tuple[int, str], ...]
    parts: tuple[int, ...]
    concepts: frozenset[str]
    content: tuple[int, ...]
    first: str
    last: str


class _PairHashes(dict[tuple[str, str], int]):
    """Hashes of pairs of concepts, computed once each: a text of ten has fifty."""

    def __missing__(self, pair: tuple[str, str]) -> int:
        if len(self) >= _CACHED_TOKENS:
            self.clear()
        self[pair] = found = _hash("k{}×{}".format(*pair))
        return found


class Features:
    """Extracts features; concepts are found by their index."""

    def __init__(self, concepts: ConceptIndex) -> None:
        self.concepts = concepts
        self._tokens: dict[str, _Token] = {}
        self._keys: dict[str, frozenset[int]] = {}
        self._pairs = _PairHashes()

    def extract(self, text: str) -> Extract:
        """Extract the features of a text, of which the first 600 characters are read."""
        words: dict[int, str] = {}
        parts: set[int] = set()
        concepts: set[str] = set()
        content: dict[int, None] = {}
        folded = fold(text[:_MAX_CHARACTERS])
        tokens = [self._token(spelled) for spelled in _TOKEN.findall(folded)]
        for at, token in enumerate(tokens):
            words.update(token.words)
            parts.update(token.parts)
            concepts |= token.concepts
            content.update(dict.fromkeys(token.content))
            if at:
                pair = f"{tokens[at - 1].last} {token.first}"
                if token.words or tokens[at - 1].words:
                    words[_hash("b" + pair)] = pair
                concepts.update(self.concepts.of_phrase(pair))
            if at > 1:
                concepts.update(self.concepts.of_phrase(f"{tokens[at - 2].last} {tokens[at - 1].last} {token.first}"))
        outcome = read_polarity(folded)
        names = [*sorted(concepts), f"said-{outcome.said}"]
        abouts = [_hash("k" + name) for name in names]
        abouts += map(self._pairs.__getitem__, combinations(names, 2))
        blocks = (list(words), list(parts), abouts)
        return Extract(blocks, words, outcome, tuple(content))

    def extract_content(self, word: str) -> tuple[int, ...]:
        """Extract only what a word says that a text is about."""
        return tuple(key for spelled in _TOKEN.findall(fold(word)) for key in self._token(spelled).content)

    def extract_keys(self, word: str) -> frozenset[int]:
        """Extract the hashes of a word and its parts."""
        keys = self._keys.get(word)
        if keys is None:
            if len(self._keys) >= _CACHED_TOKENS:
                self._keys.clear()
            tokens = [self._token(spelled) for spelled in _TOKEN.findall(fold(word))]
            keys = frozenset(key for token in tokens for key in (*token.parts, *(each for each, _ in token.words)))
            self._keys[word] = keys
        return keys

    def _token(self, spelled: str) -> _Token:
        token = self._tokens.get(spelled)
        if token is None:
            if len(self._tokens) >= _CACHED_TOKENS:
                self._tokens.clear()
            read = _latin if spelled[0] < _CJK_FROM else _characters
            token = self._tokens[spelled] = read(spelled, self.concepts)
        return token


@dataclass(frozen=True, slots=True)
class ConceptIndex:
    """Tells which concepts a word, a phrase or a run of characters touches."""

    # Folded expressions and stems, with the concepts they stand under, and a hash of what they were read from.
    exact: Mapping[str, Sequence[str]]
    stems: Mapping[str, Sequence[str]]
    fingerprint: str = ""
    _longest: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        longest = max((len(each) for each in self.exact if each[:1] >= _CJK_FROM), default=0)
        object.__setattr__(self, "_longest", longest)

    @classmethod
    def of(cls, concepts: Mapping[str, Iterable[str]], fingerprint: str = "") -> ConceptIndex:
        """Index concept → expressions, of which `verif*` is a stem."""
        exact: defaultdict[str, set[str]] = defaultdict(set)
        stems: defaultdict[str, set[str]] = defaultdict(set)
        for name, expressions in concepts.items():
            for expression in expressions:
                folded = fold(expression).replace("'", "").replace("’", "").strip()
                target = stems if folded.endswith("*") else exact
                target[
                    " ".join(_TOKEN.findall(folded.rstrip("*"))) if folded[:1] < _CJK_FROM else folded.rstrip("*")
                ].add(name)
        by_expression, by_stem = ({text: sorted(names) for text, names in of.items()} for of in (exact, stems))
        return cls(by_expression, by_stem, fingerprint)

    def of_word(self, word: str) -> frozenset[str]:
        """Return the concepts of a Latin word, by itself and by its stems."""
        found = set(self.exact.get(word, ()))
        for length in range(3, len(word) + 1):
            found.update(self.stems.get(word[:length], ()))
        return frozenset(found)

    def of_phrase(self, phrase: str) -> Sequence[str]:
        """Return the concepts of two or three words."""
        return self.exact.get(phrase) or self.stems.get(phrase, ())

    def of_characters(self, run: str) -> frozenset[str]:
        """Return the concepts of all expressions inside a run of characters."""
        found: set[str] = set()
        for at in range(len(run)):
            for length in range(1, min(self._longest, len(run) - at) + 1):
                found.update(self.exact.get(run[at : at + length], ()))
        return frozenset(found)


@lru_cache(maxsize=16)
def fold(text: str) -> str:
    """Lower the case and write Chinese in Taiwan's characters and terms."""
    folded = text.lower()
    return _to_taiwan().convert(folded) if has_han(folded) else folded


def has_han(text: str) -> bool:
    """Tell whether a text has a Chinese character."""
    return _HAN.search(text) is not None


def _hash(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace"))


def _latin(word: str, index: ConceptIndex) -> _Token:
    bare = word.replace("'", "").replace("’", "")
    if is_function_word(bare):
        return _Token((), (), index.of_word(bare), (), bare, bare)
    padded = f" {bare[:24]} "
    parts = {_hash("c" + padded[at : at + n]) for n in (3, 4, 5) for at in range(len(padded) - n + 1)}
    key = _hash("w" + bare)
    content = (key,) if len(bare) > 1 else ()
    return _Token(((key, bare),), tuple(parts), index.of_word(bare), content, bare, bare)


def _characters(run: str, index: ConceptIndex) -> _Token:
    run = run[:80]
    words = {
        _hash("w" + part[at : at + n]): part[at : at + n]
        for part in content_runs(run)
        for n in (1, 2, 3)
        for at in range(len(part) - n + 1)
    }
    parts = {_hash("c" + run[at : at + n]) for n in (1, 2, 4) for at in range(len(run) - n + 1)}
    content = tuple(key for key, word in words.items() if len(word) == 2)
    return _Token(tuple(words.items()), tuple(parts), index.of_characters(run), content, run[0], run[-1])
