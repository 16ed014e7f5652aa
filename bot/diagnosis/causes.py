"""Causal order of several events, from the articles' `caused_by`."""

from __future__ import annotations

from bot.diagnosis.values import Match
from bot.knowledge import Article

_RANK = {"failure": 0, "warning": 1, "information": 2, "success": 3}


def causes_of(match: Match) -> frozenset[str]:
    """IDs of the events that can be behind a match: those its article names and those its documented codes name."""
    if match.article.outcome == "success":
        return frozenset()
    codes = [code for code in match.codes if code not in match.misfits]
    return frozenset(match.article.caused_by).union(*(code.caused_by for code in codes))


def follows_from(match: Match, others: list[Match]) -> Article | None:
    """Return the article among the others that most likely caused this one; None when none is known to."""
    causes = causes_of(match)
    present = [other.article for other in others if other.article.id in causes and other.article is not match.article]
    # What a code names is nearer than what its event names in general.
    near = {cause for code in match.codes for cause in code.caused_by}
    present.sort(key=lambda article: article.id not in near)
    return present[0] if present else None


def in_order_of_cause(matches: list[Match]) -> list[Match]:
    """Put causes before what follows from them; otherwise failures before warnings before successes, as they came."""
    waiting = sorted(matches, key=lambda match: (_RANK[match.article.outcome], match.article.kind == "code"))
    ordered: list[Match] = []
    while waiting:
        free = next((match for match in waiting if follows_from(match, waiting) is None), waiting[0])
        waiting.remove(free)
        ordered.append(free)
    return ordered
