"""Matches what a number means in the product that took the place of the one that has it, or in the one before it."""

from __future__ import annotations

from bot.diagnosis.case import Case
from bot.diagnosis.values import MatchReason
from bot.knowledge import Article, Knowledge


def match_counterparts(
    case: Case, knowledge: Knowledge, written: str, found: tuple[Article, ...], product: str
) -> bool:
    """Match the articles that mean in the product that the words name what these do in another, such as an old ID "on the new one".

    Returns whether there are any. The nearest is answered, unless one number became several.
    """
    named = [name for each in found for name in knowledge.counterparts_in(each.id, product)]
    articles = tuple(knowledge.articles[name] for name in dict.fromkeys(named))
    if not articles or not case.asked or product not in case.evidence.strong:
        return False
    pair = knowledge.counterparts.get(found[0].id)
    if len(articles) == 1 or (pair is not None and pair.fit != "one to many"):
        case.gather(articles[0], MatchReason("counterpart", written), strong=False)
    else:
        # Several numbers became one: of an event its events are meant, not the codes that they carry.
        of_kind = tuple(each for each in articles if each.kind == found[0].kind)
        case.is_one_of(written, of_kind or articles)
    return True
