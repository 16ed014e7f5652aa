"""Tells a report of an event from talk that reports none, by the marks around it.

A sentence needs a mark of a report to be one; and a condition, a plan, a finished job, an errand, a document, a script or a
joke is none whatever marks it has. A question is no statement that something is over, so the softer kinds do not count in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.reports import marks_of_reports
from bot.evidence.talk import Reach, is_code, marks_of_talk

_ENDS: Final[dict[str, re.Pattern[str]]] = {
    # A comma between numbers only lists them.
    "clause": re.compile(r"[.!?](?=\s|$)|[。；;\n—]|[,，、](?!\s?\d)|\s-\s"),
    "sentence": re.compile(r"[.!?](?=\s|$)|[。\n]"),
    "line": re.compile(r"\n"),
}
_ASKS: Final = lazy_pattern(
    r"\?|[嗎吗呢]|ですか|ますか|でしょうか|誰|谁|什麼|什么|怎|如何|(?<![a-z])(?:anyone|anybody|who|what|why|how)(?![a-z])",
    re.IGNORECASE,
)
# "since we fixed the account …" says when, not that it is over.
_SINCE: Final = lazy_pattern(
    r"(?<![a-z])(?:since|after|although|though|despite|until|seit|nachdem|obwohl)(?![a-z])"
    r"|之[後后]|以[來来]|[後后](?:又|就|還|还|開始|开始)|てから|のに",
    re.IGNORECASE,
)
_WIDEST: Final = 160
"""Characters on each side of an identifier within which its sentence is looked at."""
_DENIAL: Final = lazy_pattern(
    r"(?:(?<![a-z])(?:not|isn't|ain't|wasn't|nicht|kein\w{0,2}|never|no)\s(?:(?:the|from|an?|our|of|der|die|das|vom|von|our)\s){0,2}"
    r"|不是|並非|并非|非)\s?[\"'「“]?$",
    re.IGNORECASE,
)


class Stance:
    """The marks in a stretch of prose, each with its places; read once."""

    def __init__(self, stretch: str, *, in_context: bool) -> None:
        self._stretch, self._in_context = stretch, in_context
        self._places: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._reports: list[int] | None = None
        for match in marks_of_talk().finditer(stretch):
            if match["asked"] is None and match.lastgroup is not None:
                self._places.setdefault(match.lastgroup.rstrip("_"), []).append(match.start())
        self._is_code = is_code(stretch)

    @property
    def is_about_a_text(self) -> bool:
        """Tell whether the whole message speaks of a document, a lesson or a meeting, and not of something that happens."""
        return "message" in self._places

    @property
    def is_no_report(self) -> bool:
        """Tell whether a message that was pasted whole speaks of a document, a plan, an exercise or a job that is closed."""
        return self.is_about_a_text or "sentence" in self._places or (self._is_code and "\n" not in self._stretch)

    def reports_nothing(self, start: int, end: int) -> bool:
        """Tell whether what is said around a place says that nothing of it happens here and now."""
        if not self._places and not self._is_code:
            return False
        if self.is_about_a_text or (self._is_code and is_code(self._around("line", start, end)[2])):
            return True
        first, last, sentence = self._around("sentence", start, end)
        if self._has("sentence", first, last) or (not self._in_context and self._has("joke", first, last)):
            return True
        first, last, clause = self._around("clause", start, end)
        if self._has("clause", first, last) or self._has("clause_before", end, last):
            return True
        if _ASKS.search(sentence):
            return False
        return self._has("statement", first, last) or (self._has("over", first, last) and not _SINCE.search(clause))

    def asks(self, start: int, end: int) -> bool:
        """Tell whether the sentence of a place is a question."""
        return _ASKS.search(self._around("sentence", start, end)[2]) is not None

    def has_report(self, start: int, end: int) -> bool:
        """Tell whether the sentence around a place has a mark of a report."""
        if self._reports is None:
            self._reports = [match.start() for match in marks_of_reports().finditer(self._stretch)]
        first, last, _ = self._around("sentence", start, end)
        return bisect_left(self._reports, first) < bisect_left(self._reports, last)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return where the sentence of a place begins and ends, as far as it is looked at."""
        return self._around("sentence", start, end)[:2]

    def _has(self, reach: Reach, first: int, last: int) -> bool:
        places = self._places.get(reach, ())
        return bisect_left(places, first) < bisect_left(places, last)

    def _around(self, what: str, start: int, end: int) -> tuple[int, int, str]:
        """Return the clause, sentence or line of a place, with its own end: where it begins, where it ends, and itself."""
        if what not in self._ends:
            self._ends[what] = [match.start() for match in _ENDS[what].finditer(self._stretch)]
        ends = self._ends[what]
        place = bisect_right(ends, max(0, start - 1))
        first = max(ends[place - 1] + 1 if place else 0, start - _WIDEST)
        place = bisect_left(ends, end)
        last = min(ends[place] + 1 if place < len(ends) else len(self._stretch), end + _WIDEST)
        return first, last, self._stretch[first:last]


def is_denial(before: str) -> bool:
    """Tell whether the words before a name say that it is not that one."""
    return _DENIAL.search(before) is not None
