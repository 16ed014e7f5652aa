"""Matches names of events and codes, exact or misspelled."""

from __future__ import annotations

from bot.diagnosis.candidates import choose, is_of_another
from bot.diagnosis.case import LONGEST_QUESTION, Case
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason, ReasonKind


def judge_names(case: Case, sceptic: Sceptic) -> None:
    """Match names written as one identifier exactly; asked, also names that are misspelled or spelled as words.

    A number that is named and that no article explains is not answered with a name that is merely near.
    """
    for name in {name.squashed: name for name in case.evidence.names}.values():
        found = choose(sceptic.names.exact(name.squashed), case.evidence, beside=name.beside)
        if len(found) > 1:
            case.is_one_of(name.text, found)
        elif found:
            is_named = found[0].product.id in name.beside.named
            speaks = (is_named or not found[0].generic_name) and not name.beside.reports_nothing
            case.gather(found[0], MatchReason("name_matches", name.text), strong=speaks)
    if not case.asked or case.strong or case.unknown or len(case.evidence.prose) > LONGEST_QUESTION:
        return
    for match in sceptic.names.find(case.evidence.prose):
        # Words of another product do not speak against what is spelled to the letter.
        if match.score < 100 and is_of_another(match.article, case.evidence):
            continue
        kind: ReasonKind = "name_matches" if match.score == 100 else "name_resembles"
        case.gather(match.article, MatchReason(kind, match.text), strong=False)
