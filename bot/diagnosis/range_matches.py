"""Matches ranges of IDs: the documented events in one are offered, failures first, and none is answered for the others."""

from __future__ import annotations

from collections import Counter
from typing import Final

from bot.diagnosis.candidates import choose
from bot.diagnosis.case import Case, is_short
from bot.diagnosis.engine import Sceptic
from bot.knowledge import Article, EventOutcome

_FEW_WORDS: Final = 2
"""Words beyond those of asking that a message may have and still be about the range."""
_ORDER: Final[tuple[EventOutcome, ...]] = ("failure", "warning", "information", "success")


def judge_ranges(case: Case, sceptic: Sceptic) -> None:
    """Offer what is documented in a range of IDs that somebody asks about, or note that nothing is."""
    evidence = case.evidence
    if not case.asked or not (evidence.in_context or evidence.words_left <= _FEW_WORDS):
        return
    for first, last in evidence.ranges:
        written = f"{first}-{last}"
        found = choose(tuple(_within(sceptic, int(first), int(last))), evidence)
        if found:
            owners = Counter(article.product for article in found)
            # The product that numbers its events so, before others that have one among them.
            ordered = sorted(found, key=lambda article: (-owners[article.product], *_worst_first(article)))
            case.is_within(written, tuple(ordered))
        else:
            case.is_unknown(written, "id_unknown")


def _within(sceptic: Sceptic, first: int, last: int) -> list[Article]:
    events = (each for each in sceptic.knowledge.articles.values() if each.kind == "event" and each.number.isdecimal())
    # Of shorter numbers every source has all.
    return [each for each in events if first <= int(each.number) <= last and not is_short(each)]


def _worst_first(article: Article) -> tuple[int, int]:
    return _ORDER.index(article.outcome), int(article.number)
