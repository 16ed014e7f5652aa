"""Numbers that nothing marks as event IDs: what beside them makes them one, or the number, year or version of something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.diagnosis.case import Case, is_short
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.sources import is_in_log, is_named, is_sourced, may_report
from bot.evidence import Beside, Cue, Evidence, Identifier
from bot.evidence.lazy_pattern import lazy_pattern
from bot.knowledge import Article

SHORTEST_ALONE: Final = 4
"""Digits from which a number that stands alone is asked about, documented or not."""
_MONTH: Final = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]{0,7}\.?\s{1,2}"
    r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s{1,2})?"
)
_YEAR: Final = rf"(?<![a-z])(?:(?:from|since|in|of|until|before|after|seit|vom|von)\s{{1,2}}|{_MONTH})%s(?!\w)|%s\s?年"
LIKELY_YEARS: Final = range(2000, 2036)
"""Years that people speak of; another number behind "since" is an event's where one has it."""

# One pattern for all numbers: to compile one for each took longer than all else that is asked about it.
_ID_OF_A_LIST: Final = lazy_pattern(r"^[ \t\"'\-]{0,12}id[\"']?[ \t]{0,3}:[ \t\"']{0,4}(\d+)\b", re.MULTILINE)


def find_weak_cue(
    case: Case,
    sceptic: Sceptic,
    identifier: Identifier,
    cue: Cue | None,
    found: tuple[Article, ...],
    codes: Mapping[Article, None],
) -> Cue | None:
    """Tell what makes a number without a cue of its own an event ID: standing alone, with a code, or being asked about."""
    digits, beside, longest = identifier.digits, identifier.beside, sceptic.knowledge.lexicon.longest_id
    may_be_one = bool(cue or found) or SHORTEST_ALONE <= len(digits) <= longest + 1
    if case.evidence.bare and may_be_one and not _is_version(sceptic, identifier, found):
        return "alone"
    is_everybodys = not case.asked and cue == "position" and not case.evidence.in_context
    if is_everybodys and _is_any_id(case.evidence.prose, digits):
        return None
    if any(may_report(article, beside) for article in found):
        return "event" if beside.is_labelled else "position"
    if beside.labelled or (beside.counts and len(digits) < SHORTEST_ALONE):
        return None
    named = {code.id for code in codes}
    if any(named.intersection(article.codes) for article in found) or (found and case.asked and codes):
        return "context"
    if (cue or beside.next_to) and any(is_named(case, article, beside) for article in found):
        return "position"
    if any(is_in_log(article, beside, case.evidence) for article in found):
        return "position"
    if (beside.next_to or beside.owners) and any(
        is_short(a) and ((case.asked and a.product.id in beside.named) or is_sourced(a, beside)) for a in found
    ):
        return "position"
    return _find_cue_of_asked(case, sceptic, identifier, cue, found) if case.asked else None


def _find_cue_of_asked(
    case: Case, sceptic: Sceptic, identifier: Identifier, cue: Cue | None, found: tuple[Article, ...]
) -> Cue | None:
    """Tell what makes a number an event ID where somebody asks; one that is another product's is noted."""
    digits, beside = identifier.digits, identifier.beside
    if _is_of_other_generation(found, sceptic, case.evidence):
        return "context"
    is_owned = any(article.product.id in beside.owners for article in found)
    if is_owned or (cue == "position" and (found or _is_near_something(sceptic, digits))):
        return "position"
    if _is_said_of_a_product(sceptic, identifier) or (not found and _is_of_another_log(identifier)):
        return "position"
    if cue is None and found and (foreign := find_foreign(case, sceptic, digits, found[0], beside)):
        case.belongs_to(digits, foreign, "foreign_words")
    return None


def _is_said_of_a_product(sceptic: Sceptic, identifier: Identifier) -> bool:
    """Tell whether a number stands directly beside the one product it may be an event of, and counts or dates nothing."""
    beside, digits = identifier.beside, identifier.digits
    whose = beside.owners or (beside.named if beside.next_to else frozenset())
    if not whose or beside.counts or beside.goes_on or beside.labelled or int(digits) in LIKELY_YEARS:
        return False
    lengths = [sceptic.knowledge.products[each].id_digits for each in whose]
    return any(fewest <= len(digits) <= most for fewest, most in lengths)


def _is_of_another_log(identifier: Identifier) -> bool:
    """Tell whether a number of an event ID's length stands directly beside a log that is none of the products'."""
    beside = identifier.beside
    return beside.other_next_to and not beside.labelled and len(identifier.digits) >= SHORTEST_ALONE


def _is_version(sceptic: Sceptic, identifier: Identifier, found: tuple[Article, ...]) -> bool:
    """Tell whether a number behind a product's name is a year or a version, and no event: "TEAPOT 2019", "KETTLE 10"."""
    whose = identifier.beside.owners or (identifier.beside.named if identifier.beside.next_to else frozenset())
    if not whose or any(article.product.id in whose for article in found):
        return False
    fewest = min(sceptic.knowledge.products[each].id_digits[0] for each in whose)
    return int(identifier.digits) in LIKELY_YEARS or len(identifier.digits) < fewest


def _is_near_something(sceptic: Sceptic, digits: str) -> bool:
    """Tell whether documented events stand close by a number, or a code of Windows is written so."""
    return bool(
        sceptic.identities.neighbours(digits)
        or (len(digits) >= SHORTEST_ALONE and sceptic.identities.codes_of_number(digits))
    )


def _is_any_id(prose: str, digits: str) -> bool:
    """Tell whether a number is the "id" in a list of keys and values, which everything has."""
    return digits in _ids_of_a_list(prose)


# Each number of a text asks, one after the other.
@lru_cache(maxsize=4)
def _ids_of_a_list(prose: str) -> frozenset[str]:
    return frozenset(match[1] for match in _ID_OF_A_LIST.finditer(prose))


def _is_of_other_generation(found: tuple[Article, ...], sceptic: Sceptic, evidence: Evidence) -> bool:
    """Tell whether a text names a product whose other generation has the number."""
    return any(sceptic.knowledge.counterparts_in(article.id, named) for article in found for named in evidence.strong)


def is_year(digits: str, prose: str) -> bool:
    """Tell whether a number is said as a year is: "from 2020", "2020 年"."""
    return int(digits) in LIKELY_YEARS and re.search(_YEAR % (digits, digits), prose, re.IGNORECASE) is not None


def find_foreign(case: Case, sceptic: Sceptic, digits: str, article: Article | None, beside: Beside) -> str | None:
    """Name the other product that the words around a number speak of."""
    if article is not None and (beside.owners == {article.product.id} or may_report(article, beside)):
        return None
    if article is not None and article.product.id in beside.named:
        # Another product that is named further away has something else.
        return sceptic.identities.foreign_nearer(beside, len(digits), article)
    prose = case.evidence.prose
    return sceptic.identities.foreign(prose, prose.find(digits), article)
