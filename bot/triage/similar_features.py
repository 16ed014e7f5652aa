"""Features by which incidents are compared: exact identifiers, and words in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from bot.diagnosis.features import fold

FeatureKind = Literal["code", "event", "computer", "ca", "word"]
Feature = tuple[FeatureKind, str]
IncidentKey = tuple[str, int]
"""`team_id` and the incident's number in that workspace."""

_KEPT_WORDS: Final = 200
_KEPT_IDENTIFIERS: Final = 100
_READ: Final = 4_000
"""Characters of the words that are read."""

CJK_FROM: Final = "\u3000"
_TOKEN = re.compile(r"[0-9a-zà-öø-ÿœ_'’-]+|[\u3400-\u9fff]+")
_DIGIT = re.compile(r"[0-9]")
_HYPHEN = re.compile(r"[_'’-]+")
_PARTICLE = re.compile("[的了嗎呢吧和與及或]")
_SUFFIXES: Final = ("ing", "ed", "es", "s", "e")
_FUNCTION_WORDS: Final = frozenset(
    """
    a about after again all also an and any are as at be because been before being but by can could did do
    does for from get got had has have how if in into is it its just may no not now of off on once one only or
    our out over so some than that the their them then there these they this to too two up us was we were what
    when where which while who why will with would you your 因為 所以 然後 沒有 我們 他們 這個 那個 可以 不能 已經 之後 由於 以及
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class ResolvedIncident:
    """The searchable part of a resolved incident; an open one is the query, as far as it is known.

    Identifiers are compared exactly, so they come as the articles spell them ("0x000002A7"); only the case of computers
    and certification authorities does not count, for Windows ignores it.
    """

    team_id: str
    number: int
    # IDs of the events' articles.
    articles: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    computers: tuple[str, ...] = ()
    # Certification authorities.
    cas: tuple[str, ...] = ()
    # Cause and fix of a resolved incident, what people wrote about an open one; English or Chinese.
    words: str = ""
    # Seconds since 1970.
    resolved_at: float = 0.0

    @property
    def key(self) -> IncidentKey:
        """Return the incident's key across workspaces."""
        return self.team_id, self.number


def read_features(row: ResolvedIncident) -> dict[Feature, str]:
    """Return an incident's features, each with its spelling."""
    identifiers: tuple[tuple[FeatureKind, tuple[str, ...]], ...] = (
        ("code", row.codes),
        ("event", row.articles),
        ("computer", row.computers),
        ("ca", row.cas),
    )
    features: dict[Feature, str] = {}
    for kind, values in identifiers:
        for value in dict.fromkeys(values[:_KEPT_IDENTIFIERS]):
            if value:
                features.setdefault((kind, value.casefold() if kind in {"computer", "ca"} else value), value)
    for at, (word, spelling) in enumerate(read_words(row.words).items()):
        if at == _KEPT_WORDS:
            break
        features["word", word] = spelling
    return features


def read_words(text: str) -> dict[str, str]:
    """Return the stemmed words of a text and its pairs of Chinese characters; tokens with a digit are left out."""
    words: dict[str, str] = {}
    for token in _TOKEN.findall(fold(text[:_READ])):
        if token[0] >= CJK_FROM:
            for run in _PARTICLE.split(token):
                for at in range(len(run) - 1):
                    words.setdefault(run[at : at + 2], run[at : at + 2])
        elif not _DIGIT.search(token):
            for spelling in _HYPHEN.split(token.removesuffix("'s").removesuffix("’s")):
                if len(spelling) > 1 and spelling not in _FUNCTION_WORDS:
                    words.setdefault(_stem(spelling), spelling)
    return {word: spelling for word, spelling in words.items() if word not in _FUNCTION_WORDS}


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) > 2 and not word.endswith("ss"):
            word = word.removesuffix(suffix)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word
