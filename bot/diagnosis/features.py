"""Turns words into the features that free text is compared by: words, parts of words, and what they are about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from zlib import crc32

from opencc import OpenCC

from bot.diagnosis.polarity import Polarity, read_polarity

_TOKEN = re.compile(r"[a-zà-öø-ÿœ]+(?:['’][a-zà-ÿ]{1,4})?|[\u3040-\u30ff\u3400-\u9fff]+|[\uac00-\ud7af]+")
_CJK_FROM: Final = "\u3000"
_HAN = re.compile(r"[\u3400-\u9fff]")
_MAX_CHARACTERS: Final = 600
_CACHED_TOKENS: Final = 50_000

Blocks = tuple[list[int], list[int], list[int]]
"""Hashes of three kinds of features, each weighed apart: words with their pairs, parts of words, concepts with their pairs."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What was extracted from a text: its features, the words behind those of the first block, and its polarity."""

    blocks: Blocks
    words: Mapping[int, str]
    polarity: Polarity | None


@cache
def _to_taiwan() -> OpenCC:
    return OpenCC("s2twp")


@dataclass(frozen=True, slots=True)
class _Token:
    """What one word, or one run of Chinese, Japanese or Korean characters, adds to the blocks."""

    words: tuple[tuple[int, str], ...]
    parts: tuple[int, ...]
    concepts: frozenset[str]
    first: str
    last: str


class Features:
    """Extracts features; built with the lexicon of concepts: concept → expressions, of which `verif*` is a stem."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._lexicon = ConceptIndex(concepts)
        self._tokens: dict[str, _Token] = {}

    def extract(self, text: str) -> Extract:
        """Extract the features of a text, of which the first 600 characters are read."""
        words: dict[int, str] = {}
        parts: set[int] = set()
        concepts: set[str] = set()
        folded = fold(text[:_MAX_CHARACTERS])
        tokens = [self._token(spelled) for spelled in _TOKEN.findall(folded)]
        for at, token in enumerate(tokens):
            words.update(token.words)
            parts.update(token.parts)
            concepts |= token.concepts
            if at:
                pair = f"{tokens[at - 1].last} {token.first}"
                words[_hash("b" + pair)] = pair
                concepts |= self._lexicon.of_phrase(pair)
            if at > 1:
                concepts |= self._lexicon.of_phrase(f"{tokens[at - 2].last} {tokens[at - 1].last} {token.first}")
        polarity = read_polarity(folded)
        names = [*sorted(concepts), f"said-{polarity}"]
        pairs = [f"{one}×{two}" for at, one in enumerate(names) for two in names[at + 1 :]]
        abouts = [_hash("k" + name) for name in (*names, *pairs)]
        blocks = (list(words), list(parts), abouts)
        return Extract(blocks, words, polarity)

    def _token(self, spelled: str) -> _Token:
        token = self._tokens.get(spelled)
        if token is None:
            if len(self._tokens) >= _CACHED_TOKENS:
                self._tokens.clear()
            read = _latin if spelled[0] < _CJK_FROM else _characters
            token = self._tokens[spelled] = read(spelled, self._lexicon)
        return token


class ConceptIndex:
    """Tells which concepts a word, a phrase or a run of characters touches."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._stems: defaultdict[str, set[str]] = defaultdict(set)
        for name, expressions in concepts.items():
            for expression in expressions:
                folded = fold(expression).replace("'", "").replace("’", "").strip()
                target = self._stems if folded.endswith("*") else self._exact
                target[
                    " ".join(_TOKEN.findall(folded.rstrip("*"))) if folded[:1] < _CJK_FROM else folded.rstrip("*")
                ].add(name)
        self._longest = max((len(each) for each in self._exact if each[:1] >= _CJK_FROM), default=0)

    def of_word(self, word: str) -> frozenset[str]:
        """Return the concepts of a Latin word, by itself and by its stems."""
        found = set(self._exact.get(word, ()))
        for length in range(3, len(word) + 1):
            found |= self._stems.get(word[:length], frozenset())
        return frozenset(found)

    def of_phrase(self, phrase: str) -> set[str]:
        """Return the concepts of two or three words."""
        found = self._exact.get(phrase) or self._stems.get(phrase)
        return found if found else set()

    def of_characters(self, run: str) -> frozenset[str]:
        """Return the concepts of all expressions inside a run of characters."""
        found: set[str] = set()
        for at in range(len(run)):
            for length in range(1, min(self._longest, len(run) - at) + 1):
                found |= self._exact.get(run[at : at + length], frozenset())
        return frozenset(found)


def fold(text: str) -> str:
    """Lower the case and write Chinese in Taiwan's characters and terms."""
    folded = text.lower()
    return _to_taiwan().convert(folded) if _HAN.search(folded) else folded


def _hash(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace"))


def _latin(word: str, lexicon: ConceptIndex) -> _Token:
    bare = word.replace("'", "").replace("’", "")
    padded = f" {bare[:24]} "
    parts = {_hash("c" + padded[at : at + n]) for n in (3, 4, 5) for at in range(len(padded) - n + 1)}
    return _Token(((_hash("w" + bare), bare),), tuple(parts), lexicon.of_word(bare), bare, bare)


def _characters(run: str, lexicon: ConceptIndex) -> _Token:
    run = run[:80]
    words = [run[at : at + n] for n in (1, 2, 3) for at in range(len(run) - n + 1)]
    parts = {_hash("c" + run[at : at + n]) for n in (1, 2, 4) for at in range(len(run) - n + 1)}
    return _Token(
        tuple((_hash("w" + word), word) for word in words), tuple(parts), lexicon.of_characters(run), run[0], run[-1]
    )
