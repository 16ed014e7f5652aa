"""Matches event IDs in sentences: by the cue that a number is one, and by the products that the words speak of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from bot.diagnosis.candidates import choose, is_of_another
from bot.diagnosis.case import Case, is_commoner_elsewhere
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.identity import Identities
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Cue, Evidence, Identifier
from bot.knowledge import Article

_SHORTEST_ALONE = 4
"""Digits from which a number that stands alone is asked about, documented or not."""
_FEW_WORDS = 2
"""Words beyond those of asking that a message may have and still be about the event it names."""
_BESIDE = 40
"""Characters within which a number and a code stand together."""
_CUED: Mapping[Cue, ReasonKind] = {
    "event": "id_cued",
    "code": "id_cued",
    "alone": "id_alone",
    "context": "id_in_context",
    "position": "id_in_context",
}


def judge_identifiers(case: Case, sceptic: Sceptic) -> None:
    """Match the numbers in sentences that something marks as event IDs, and account for those that nobody documented."""
    evidence = case.evidence
    beside = _codes_beside(evidence, sceptic.identities)
    taken = {event.event_id for event in case.others}
    judged: set[tuple[str, Cue | None]] = set()
    marked: list[tuple[Identifier, bool]] = [(identifier, True) for identifier in evidence.identifiers]
    for identifier, is_marked in [*marked, *((number, False) for number in evidence.unmarked)]:
        digits, cue = identifier.digits, identifier.cue if is_marked else None
        if digits in taken or (digits, cue) in judged:
            continue
        judged.add((digits, cue))
        codes = beside.get(digits, {})
        found = choose(sceptic.identities.events(digits), evidence, codes)
        if cue is None or cue == "position":
            cue = _cue_of_weak(case, sceptic, digits, cue, found, codes)
        if cue is None:
            case.note("number_unmarked", digits)
        else:
            _judge_identifier(case, sceptic, digits, cue, found)


def _codes_beside(evidence: Evidence, identities: Identities) -> dict[str, dict[Article, None]]:
    """Tell for each number which documented codes stand within a few characters of it."""
    codes = sorted(
        (
            (code.span.start, code.span.end, code.digits, article)
            for code in evidence.codes
            for article in identities.codes(code)
        ),
        key=lambda each: each[:3],
    )
    starts = [start for start, *_ in codes]
    beside: dict[str, dict[Article, None]] = {}
    for number in (*evidence.identifiers, *evidence.unmarked) if codes else ():
        # Only the nearest on each side counts, so that a wall of numbers and codes is read in one go.
        at = bisect_left(starts, number.span.start)
        for start, end, _, article in codes[max(0, at - 1) : at + 1]:
            if start - number.span.end <= _BESIDE and number.span.start - end <= _BESIDE:
                beside.setdefault(number.digits, {})[article] = None
    return beside


def _cue_of_weak(
    case: Case,
    sceptic: Sceptic,
    digits: str,
    cue: Cue | None,
    found: tuple[Article, ...],
    codes: Mapping[Article, None],
) -> Cue | None:
    """Tell what makes a number without a cue of its own an event ID: standing alone, with a code, or being asked about."""
    longest = sceptic.knowledge.lexicon.longest_id
    if case.evidence.bare and (cue or found or _SHORTEST_ALONE <= len(digits) <= longest + 1):
        return "alone"
    named = {code.id for code in codes}
    if any(named.intersection(article.codes) for article in found) or (found and case.asked and codes):
        return "context"
    if cue == "position" and case.asked and (found or sceptic.identities.neighbours(digits)):
        return "position"
    if cue is None and found and case.asked and (foreign := _foreign(case, sceptic, digits, found[0])):
        case.belongs_to(digits, foreign, "foreign_words")
    return None


def _foreign(case: Case, sceptic: Sceptic, digits: str, article: Article | None) -> str | None:
    prose = case.evidence.prose
    return sceptic.identities.foreign(prose, prose.find(digits), article)


def _judge_identifier(case: Case, sceptic: Sceptic, digits: str, cue: Cue, found: tuple[Article, ...]) -> None:
    evidence = case.evidence
    if foreign := _foreign(case, sceptic, digits, found[0] if found else None):
        case.belongs_to(digits, foreign, "foreign_words")
        return
    if digits in sceptic.knowledge.broken:
        case.note("article_broken", digits)
        return
    if not found:
        if cue not in {"context", "position"} or sceptic.identities.neighbours(digits):
            case.unknown.setdefault(digits, None)
        case.note("id_unknown", digits)
        return
    if len(found) > 1:
        case.is_one_of(digits, found)
        return
    (article,) = found
    is_about = evidence.is_about(article.product.id)
    commoner = is_commoner_elsewhere(article) and not is_about
    # "event 31415 in the ERP system" is nobody's we know: a cue speaks unasked only among the product's words, or alone.
    ours = is_about or (evidence.words_left <= _FEW_WORDS and not is_of_another(article, evidence))
    reasons = [MatchReason(_CUED[cue], digits), *([MatchReason("commoner_elsewhere", digits)] if commoner else [])]
    case.gather(article, *reasons, strong=cue == "event" and ours and not commoner)
