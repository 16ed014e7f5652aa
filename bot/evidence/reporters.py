"""The source, log or short word that reports each number of a text; in a list each number is what the first one is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.evidence.cues import REACH
from bot.evidence.lexicon import Lexicon
from bot.evidence.position import closes_a_fault, counts_something, is_count
from bot.evidence.reporting import begin_of_report, end_of_plural
from bot.evidence.surroundings import FULL_NAME, Surroundings
from bot.evidence.values import Beside

_SHORT: Final = 3
"""Digits up to which a number needs an end behind it: longer ones are seldom an amount."""
_Reporter = tuple[str, frozenset[str], bool]
"""By what word a number is reported, whose that word is, and whether nothing but an event can be meant."""
_NOBODY: _Reporter = ("", frozenset(), False)


class Reporters:
    """Tells whose report each number of a stretch is, one after the other: in a list each is what the first one is."""

    def __init__(self, text: str, lexicon: Lexicon, surroundings: Surroundings) -> None:
        self._text, self._lexicon, self._surroundings = text, lexicon, surroundings
        # Where the number before ends, with its plural, and whose it is.
        self._end, self._last = -1, _NOBODY

    def add(self, start: int, end: int, beside: Beside) -> Beside:
        """Add the products that report a number; what counts the one before it is passed over."""
        text = self._text
        self._last = reporter, products, is_labelled = self._reporter_before(start)
        self._end = end_of_plural(text, end)
        behind = text[self._end : end + 24]
        before = text[max(0, start - 2) : start]
        if not products or text[start] in "-0" or is_count(before, behind):
            return beside
        ends = not counts_something(behind) and (end - start > _SHORT or closes_a_fault(behind))
        # What is joined to its source counts nothing.
        if not ends and before[-1:] not in (".", "/"):
            return beside
        return replace(beside, reporters=products, reporter=reporter.casefold(), is_labelled=is_labelled)

    def _reporter_before(self, at: int) -> _Reporter:
        text = self._text
        if text[at - 1 : at] in (".", "/") and text[at - 2 : at - 1].isalpha():
            # As monitoring tools print it: "Kettle-Service.53".
            name, products = self._surroundings.name_before(at - 1)
            return (name, products, True) if products else _NOBODY
        begin, telling = begin_of_report(text, at)
        if begin <= self._end:
            return self._last
        name, products = self._surroundings.name_before(begin)
        if products:
            return name, products, telling or len(name) >= FULL_NAME
        before = text[max(0, begin - REACH) : begin]
        owner, products = self._lexicon.find_owner(before)
        if not products and telling:
            words = [word for word in self._lexicon.find_words(before) if word[1] == len(before)]
            return (before[words[0][0] :], frozenset({words[0][2]}), True) if words else _NOBODY
        return owner, products, telling
