"""Matches names of events and codes, exact or misspelled."""

from __future__ import annotations

from bot.diagnosis.candidates import choose, is_of_another
from bot.diagnosis.case import LONGEST_QUESTION, Case
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason, ReasonKind


def judge_names(case: Case, sceptic: Sceptic) -> None:
    """Match names written as one identifier exactly; asked, also names that are misspelled or spelled as words."""
    for squashed, text in {name.squashed: name.text for name in case.evidence.names}.items():
        found = choose(sceptic.names.exact(squashed), case.evidence)
        if len(found) > 1:
            case.is_one_of(text, found)
        elif found:
            case.gather(found[0], MatchReason("name_matches", text), strong=not found[0].generic_name)
    if not case.asked or case.strong or len(case.evidence.prose) > LONGEST_QUESTION:
        return
    for match in sceptic.names.find(case.evidence.prose):
        if is_of_another(match.article, case.evidence):
            continue
        kind: ReasonKind = "name_matches" if match.score == 100 else "name_resembles"
        case.gather(match.article, MatchReason(kind, match.text), strong=False)
