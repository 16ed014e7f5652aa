"""The sentence that an identifier stands in: the products, logs and sources that it names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.evidence.cues import ASKING
from bot.evidence.labels import LEVELS, field_of
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.lexicon import Lexicon
from bot.evidence.misreading import as_printed
from bot.evidence.stance import Stance, is_denial
from bot.evidence.values import NOTHING_BESIDE, Beside
from bot.evidence.windows_logs import ABBREVIATED, find_windows_logs, is_windows_log, spell_out
from bot.evidence.words import words_beyond_asking

_SENTENCE_ENDS: Final = lazy_pattern(r"[.!?](?=\s|$)|[。！？]|\n")
_CLAUSE_ENDS: Final = lazy_pattern(r"[.!?](?=\s|$)|[。！？\n,;，；、—–|]|\s-\s")
_PARTS_END: Final = lazy_pattern(
    r"[.!?](?=\s|$)|[。！？\n,;，；、—–|/]|\s-\s|(?<![a-z])(?:and|or|but|vs\.?|versus|und|oder)(?![a-z])|[和跟與与及或]",
    re.IGNORECASE,
)
_NAME: Final = r"[A-Z][\w.\-/]{1,60}(?: [A-Z(][\w.\-/)]{1,40}){0,4}"
_LABELLED: Final = lazy_pattern(
    r"(?:(?<![A-Za-z])(?i:event ?source|source|provider|log ?name|event ?log|log|channel|quelle|protokoll)"
    r"|ソース|來源|来源|記錄檔(?:名稱)?|日誌|日志(?:名称)?)"
    rf"(?:\s?(?i:is|was|named|called|=|:|是|為|为))?[\s\"'`*(]{{0,3}}(?P<behind>{_NAME})"
    rf"|(?P<short>{ABBREVIATED})[ -]?(?i:event ?)?(?i:logs?)|(?P<before>{_NAME}|[\u4e00-\u9fff]{{2,6}})[\"'`*)]{{0,2}}\s?"
    r"(?:(?i:event ?log|log)(?![A-Za-z])|記錄檔|事件記錄|日誌|日志|ログ)"
)
# What stands behind the name of a field, or before the rest of a name: "EventCode=…", "WinEventLog:…".
_GOES_ON: Final = lazy_pattern(r"=|:(?=[A-Za-z])")
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
# A line break is no end where rows of nothing but numbers follow, perhaps below a blank line and the names of their columns.
_ROW: Final = r"[ \t>*•|\-]{0,8}\d[\d \t.,:x*()|%+/\-→>]{3,60}(?:件|次|筆|笔)?[ \t|]{0,4}(?:\n|$)"
_ROWS_FOLLOW: Final = lazy_pattern(
    rf"\n(?:[ \t]{{0,8}}\n|[A-Za-z][A-Za-z \t|]{{1,40}}\n|[ \t]{{0,4}}[-= \t|]{{3,60}}\n){{0,3}}{_ROW}"
)
# A row that begins as an item of a list does, below a line that announces it.
_ITEM_FOLLOWS: Final = lazy_pattern(r"\n[ \t]{0,8}[*•\-–·][ \t]{0,3}\d{1,5}(?![\w.])")
_ANNOUNCES: Final = lazy_pattern(r"[:：][ \t]{0,3}$")
_IN_ROW: Final = lazy_pattern(_ROW)
# What may stand between a name and the number that belongs to it.
_MARKS: Final = r"[\s\"'`*()\[\]<>{}:,;/|\-–—→=#@~、，；【】「」（）]*"
_JOINS: Final = lazy_pattern(
    rf"{_MARKS}(?:(?:event ?)?(?:logs?|ids?|events?|errors?|warnings?|codes?|service|ereignis|fehler)"
    r"|from(?: the)?|on(?: the)?|in(?: the)?|by|,? ?\(?(?:source|provider|來源|来源|ソース|quelle)(?: is)?"
    r"|記錄檔|記錄|记录|日誌|日志|ログ|事件|イベント|錯誤|错误|的|の|[有沒没]{1,3}|會|会|出現|出现|一?直?[報报寫写跳]|先)?"
    rf"{_MARKS}(?:ids?|記錄檔|事件|有|裡|里)?[\s:=#\"'`]*",
    re.IGNORECASE,
)
FULL_NAME: Final = 10
"""Letters from which a log's or a source's name is nobody's word for something else."""
_CELLS: Final = lazy_pattern(r"[|<]")
_AROUND: Final = 3
"""Names on each side of a place that are looked at."""
_DENIAL: Final = 20
_LONGEST_JOIN: Final = 24
_CLOSE: Final = 4
"""Characters between a number and the name of a log that stands directly beside it."""
_BRIEF: Final = 3
"""Words, beyond names and those people ask with, up to which a sentence says nothing but what it names."""
_LONGEST_BRIEF: Final = 200
_WIDEST: Final = 100
"""Characters around an identifier that are looked at for the names of others."""


class Surroundings:
    """Finds what is named in the sentence of each identifier of a stretch; reads the stretch once."""

    def __init__(self, stretch: str, lexicon: Lexicon, *, several: bool, in_context: bool) -> None:
        self._stretch, self._lexicon, self._several = stretch, lexicon, several
        self._in_context = in_context
        self._is_read = False
        self._known_stance: Stance | None = None

    def _read(self) -> None:
        """Read the stretch, for the first identifier in it: most texts have none."""
        stretch, lexicon, lower = self._stretch, self._lexicon, self._stretch.lower()
        self._is_read = True
        self._named = _together(lexicon.find_names(as_printed(stretch)))
        self._ended = sorted((last, first, names) for first, last, names in self._named)
        self._logs = list(find_windows_logs(stretch)) if self._in_context else []
        self._others = list(_others(as_printed(stretch), lexicon)) if any(label in lower for label in _LABELS) else []
        # A word that several products have tells of none of them.
        words = _together(lexicon.find_words(stretch)) if self._several else []
        self._words = [each for each in words if "|" not in each[2]]
        self._sentences = _ends(_SENTENCE_ENDS, stretch) if self._named or self._others or self._logs else []
        self._clauses = [_ends(pattern, stretch) for pattern in (_PARTS_END, _CLAUSE_ENDS)] if self._words else []

    def of(self, start: int, end: int, *, is_name: bool = False) -> Beside:
        """Tell what is named beside an identifier that stands between two offsets; a name tells by itself whose it is."""
        if not self._is_read:
            self._read()
        is_asked = self._in_context or is_name
        talk = is_asked and self._stance.reports_nothing(start, end)
        nothing = talk or (is_asked and not self._is_report(start, end))
        if not (self._named or self._others or self._words or self._logs):
            return Beside(reports_nothing=True, is_talk=talk) if nothing else NOTHING_BESIDE
        nearest = sorted(_nearest(self._named, self._sentences, start, end))
        named = frozenset(name for _, names in nearest for name in names.split("|"))
        others = sorted(_nearest(self._others, self._sentences, start, end))
        product = ""
        for ends in self._clauses:
            if found := sorted(_nearest(self._words, ends, start, end)):
                product = found[0][1]
                break
        other, apart = (others[0][1], others[0][0]) if others else ("", 0)
        logs = sorted(_nearest(self._logs, self._sentences, start, end))
        beside = Beside(
            named,
            product,
            other,
            reports_nothing=nothing,
            is_talk=talk,
            windows_log=logs[0][1] if logs else "",
            other_next_to=bool(other) and apart <= _CLOSE,
        )
        return self._beside_a_name(start, end, beside) if nearest else beside

    def _in_full(self, start: int, end: int) -> frozenset[str]:
        """Return the products that have a full name, a log's or a source's, in the sentence, of the few names around a place."""
        first, last = _bounds(self._sentences, start, end)
        at = bisect_left(self._named, (start, 0, ""))
        around = self._named[max(0, at - _AROUND) : at + _AROUND]
        within = [each for each in around if each[0] >= first and (last is None or each[0] < last)]
        # In a row of cells or in markup each number has a label of its own.
        within = [each for each in within if not _CELLS.search(self._stretch, min(each[1], end), max(start, each[0]))]
        full = (names for begin, stop, names in within if stop - begin >= FULL_NAME)
        return frozenset(name for names in full for name in names.split("|"))

    def ends_a_name(self, at: int) -> bool:
        """Tell whether a name, log or source ends at an offset."""
        return bool(self.name_before(at)[1])

    def name_before(self, at: int) -> tuple[str, frozenset[str]]:
        """Return the name, log or source that ends at an offset, and the products that have it."""
        if not self._is_read:
            self._read()
        place = bisect_left(self._ended, (at, 0, ""))
        if place == len(self._ended) or self._ended[place][0] != at:
            return "", frozenset()
        end, start, names = self._ended[place]
        return self._stretch[start:end], frozenset(names.split("|"))

    @property
    def _stance(self) -> Stance:
        """The talk in the stretch; most identifiers stand among no product's words, and nobody asks."""
        if self._known_stance is None:
            self._known_stance = Stance(self._stretch, in_context=self._in_context)
        return self._known_stance

    def _is_report(self, start: int, end: int) -> bool:
        """Tell whether the sentence has a mark of a report, or hardly a word beside names and numbers."""
        if self._stance.has_report(start, end):
            return True
        first, last = self._stance.sentence(start, end)
        if last - first > _LONGEST_BRIEF:
            return False
        rest, at = [], first
        for name in self._named[bisect_left(self._named, (first, 0, "")) :]:
            if name[0] >= last:
                break
            rest.append(self._stretch[at : name[0]])
            at = name[1]
        return words_beyond_asking(" ".join([*rest, self._stretch[at:last]]), self._lexicon) <= _BRIEF

    def _beside_a_name(self, start: int, end: int, beside: Beside) -> Beside:
        """Add how near the nearest name is, and whether it is denied."""
        text, (distance, is_before) = self._stretch, self._distance(start, end)
        joint = text[start - distance : start] if is_before else text[end : end + distance]
        denied = self._is_denied(start, is_before)
        next_to = distance <= _LONGEST_JOIN and _JOINS.fullmatch(joint) is not None
        line = text.rfind("\n", 0, start) + 1
        return replace(
            beside,
            next_to=next_to or _IN_ROW.match(text, line) is not None,
            window=text[max(0, start - _WIDEST) : end + _WIDEST],
            at=min(start, _WIDEST),
            distance=distance,
            reports_nothing=beside.reports_nothing or denied,
            is_talk=beside.is_talk or denied,
            in_full=self._in_full(start, end),
        )

    def _is_denied(self, start: int, is_before: bool) -> bool:
        """Tell whether the nearest name is what it is not: "not the kettle's"."""
        at = bisect_left(self._named, (start, 0, ""))
        name = self._named[at - 1 if is_before else at][0]
        return is_denial(self._stretch[max(0, name - _DENIAL) : name])

    def _distance(self, start: int, end: int) -> tuple[int, bool]:
        """Return how far the nearest name is, and whether it stands before."""
        at = bisect_left(self._named, (start, 0, ""))
        before = start - self._named[at - 1][1] if at else None
        behind = self._named[at][0] - end if at < len(self._named) else None
        if before is not None and (behind is None or before <= behind):
            return max(0, before), True
        return max(0, behind or 0), False


def _others(stretch: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the logs and sources that are named as such and are none of the products'."""
    for match in _LABELLED.finditer(stretch):
        if match["short"]:
            yield match.start(), match.end(), spell_out(match["short"])
            continue
        name = (match["behind"] or match["before"]).strip(" .,-/()")
        if _GOES_ON.match(stretch, match.end()) or field_of(name) is not None:
            continue
        if field_of(" ".join(name.split()[:2])) is not None:
            # The names of a table's columns.
            continue
        if match["before"] and "/" not in name and not is_windows_log(name):
            # "the SRV-07 log" is a server's.
            continue
        if name.casefold() in lexicon.cues.owners:
            # A source that is called as an everyday word is, "WAS", is a product's all the same.
            continue
        is_name = is_windows_log(name) or sum(map(len, _tells(name))) >= _FEWEST_LETTERS
        if is_name and not lexicon.read_context(name)[0] and not lexicon.find_names(name):
            yield match.start(), match.end(), name


def _together(mentions: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Put the products that one word names at one place together, with a bar between them; a word within a longer one is none."""
    found: dict[tuple[int, int], dict[str, None]] = {}
    for start, end, product in mentions:
        found.setdefault((start, end), {})[product] = None
    kept: list[tuple[int, int, str]] = []
    furthest = -1
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if end > furthest:
            kept.append((start, end, "|".join(found[start, end])))
            furthest = end
    return kept


def _tells(name: str) -> list[str]:
    """Return the words of a name that are not of everybody's talk about logs."""
    words = (word.casefold() for word in re.findall(r"[A-Za-z]{2,}", name))
    return [word for word in words if word not in ASKING and word not in LEVELS]


def _ends(pattern: re.Pattern[str], stretch: str) -> list[int]:
    """Return where sentences or clauses end; a heading goes on in the rows of numbers below it."""
    ends, is_list = [], False
    for match in pattern.finditer(stretch):
        at = match.start()
        if match[0] == "\n":
            announced = is_list or _ANNOUNCES.search(stretch, max(0, at - 4), at) is not None
            is_list = announced and _ITEM_FOLLOWS.match(stretch, at) is not None
            if is_list or _ROWS_FOLLOW.match(stretch, at) is not None:
                continue
        ends.append(at)
    return ends


def _bounds(ends: list[int], start: int, end: int) -> tuple[int, int | None]:
    """Return where the sentence of an identifier begins, and where it ends, None at the end of the text."""
    place = bisect_right(ends, max(0, start - 1))
    first = ends[place - 1] + 1 if place else 0
    place = bisect_left(ends, end)
    return first, ends[place] if place < len(ends) else None


def _nearest(mentions: list[tuple[int, int, str]], ends: list[int], start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the nearest mention on each side that no end stands between, with its distance."""
    if not mentions:
        return
    first, last = _bounds(ends, start, end)
    at = bisect_left(mentions, (start, 0, ""))
    if at and mentions[at - 1][0] >= first:
        yield max(0, start - mentions[at - 1][1]), mentions[at - 1][2]
    if at < len(mentions) and (last is None or mentions[at][0] < last):
        yield mentions[at][0] - end, mentions[at][2]
