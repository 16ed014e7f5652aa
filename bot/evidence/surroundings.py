"""The sentence that an identifier stands in: the products, logs and sources that it names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from bot.evidence.cues import ASKING
from bot.evidence.lexicon import Lexicon
from bot.evidence.values import NOTHING_BESIDE, Beside
from bot.evidence.windows_logs import is_windows_log

_SENTENCE_ENDS: Final = re.compile(r"[.!?](?=\s|$)|[。！？]|\n")
_CLAUSE_ENDS: Final = re.compile(r"[.!?](?=\s|$)|[。！？\n,;，；、—–|]|\s-\s")
_PARTS_END: Final = re.compile(
    r"[.!?](?=\s|$)|[。！？\n,;，；、—–|/]|\s-\s|(?<![a-z])(?:and|or|but|vs\.?|versus|und|oder)(?![a-z])|[和跟與与及或]",
    re.IGNORECASE,
)
_NAME: Final = r"[A-Z][\w.\-/]{1,60}(?: [A-Z(][\w.\-/)]{1,40}){0,4}"
_LABELLED: Final = re.compile(
    r"(?:(?<![A-Za-z])(?i:event ?source|source|provider|log ?name|event ?log|log|channel|quelle|protokoll)"
    r"|ソース|來源|来源|記錄檔(?:名稱)?|日誌|日志(?:名称)?)"
    rf"(?:\s?(?i:is|was|named|called|=|:|是|為|为))?[\s\"'`*(]{{0,3}}(?P<behind>{_NAME})"
    rf"|(?P<before>{_NAME}|[\u4e00-\u9fff]{{2,6}})[\"'`*)]{{0,2}}\s?"
    r"(?:(?i:event ?log|log)(?![A-Za-z])|記錄檔|事件記錄|日誌|日志|ログ)"
)
_LABELS: Final = (
    "log",
    "source",
    "provider",
    "channel",
    "quelle",
    "protokoll",
    "ログ",
    "ソース",
    "來源",
    "来源",
    "記錄",
    "日誌",
    "日志",
)
_FEWEST_LETTERS: Final = 3
_FAR: Final = 1_000
_NEXT: Final = 4
"""Characters between a name and a number that stands next to it: a space, brackets, a dash."""


class Surroundings:
    """Finds what is named in the sentence of each identifier of a stretch; reads the stretch once."""

    def __init__(self, stretch: str, lexicon: Lexicon, *, several: bool) -> None:
        self._stretch = stretch
        self._named = lexicon.find_names(stretch)
        lower = stretch.lower()
        self._others = list(_others(stretch, lexicon)) if any(label in lower for label in _LABELS) else []
        self._words = lexicon.find_words(stretch) if several else []
        self._sentences = _ends(_SENTENCE_ENDS, stretch) if self._named or self._others else []
        self._clauses = [_ends(pattern, stretch) for pattern in (_PARTS_END, _CLAUSE_ENDS)] if self._words else []

    def of(self, start: int, end: int) -> Beside:
        """Tell what is named beside an identifier that stands between two offsets."""
        if not (self._named or self._others or self._words):
            return NOTHING_BESIDE
        named = frozenset(name for _, name in _nearest(self._named, self._sentences, start, end))
        distance = min((each for each, _ in _nearest(self._named, self._sentences, start, end)), default=_FAR)
        others = [name for _, name in sorted(_nearest(self._others, self._sentences, start, end))]
        product = ""
        for ends in self._clauses:
            if found := sorted(_nearest(self._words, ends, start, end)):
                product = found[0][1]
                break
        return Beside(named, product, others[0] if others else "", next_to=distance <= _NEXT)


def _others(stretch: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the logs and sources that are named as such and are none of the products'."""
    for match in _LABELLED.finditer(stretch):
        name = (match["behind"] or match["before"]).strip(" .,-/()")
        if match["before"] and "/" not in name and not is_windows_log(name):
            # "the SRV-07 log" is a server's.
            continue
        is_name = is_windows_log(name) or sum(map(len, _tells(name))) >= _FEWEST_LETTERS
        if is_name and lexicon.context.search(name) is None and not lexicon.find_names(name):
            yield match.start(), match.end(), name


def _tells(name: str) -> list[str]:
    """Return the words of a name that are not of everybody's talk about logs."""
    return [word for word in re.findall(r"[A-Za-z]{2,}", name) if word.casefold() not in ASKING]


def _ends(pattern: re.Pattern[str], stretch: str) -> list[int]:
    return [match.start() for match in pattern.finditer(stretch)]


def _nearest(mentions: list[tuple[int, int, str]], ends: list[int], start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the nearest mention on each side that no end stands between, with its distance."""
    if not mentions:
        return
    place = bisect_right(ends, max(0, start - 1))
    first = ends[place - 1] + 1 if place else 0
    place = bisect_left(ends, end)
    last = ends[place] if place < len(ends) else None
    at = bisect_left(mentions, (start, 0, ""))
    if at and mentions[at - 1][0] >= first:
        yield max(0, start - mentions[at - 1][1]), mentions[at - 1][2]
    if at < len(mentions) and (last is None or mentions[at][0] < last):
        yield mentions[at][0] - end, mentions[at][2]
