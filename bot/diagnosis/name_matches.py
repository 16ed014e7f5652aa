"""Matches names of events and codes, exact or misspelled."""

from __future__ import annotations

from collections import Counter

from bot.diagnosis.candidates import choose, is_of_another
from bot.diagnosis.case import LONGEST_QUESTION, Case
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Name, as_printed
from bot.knowledge import Article


def _is_anybodys(case: Case, article: Article) -> bool:
    """Tell whether a name is of a code that every program has, and no product that writes events is spoken of."""
    named = (case.evidence.strong | case.evidence.weak) - {article.product.id}
    return not (article.product.writes_events or named)


def _offer_misspelled(case: Case, sceptic: Sceptic, names: list[Name]) -> None:
    """Offer unasked what a misspelled identifier resembles: beside its product's name, or an ID of it with a doubtful digit."""
    prose = as_printed(case.evidence.prose)
    if case.strong or len(prose) > LONGEST_QUESTION:
        return
    doubtful = {article for found in case.doubtful.values() for article in found}
    written = {as_printed(name.text): name for name in names if not name.beside.is_talk}
    for match in sceptic.names.find(prose):
        is_ours = match.article.product.id in case.evidence.strong or match.article in doubtful
        if match.joined and is_ours and match.text.strip("\"'") in written:
            case.offered_unasked[match.text] = (match.article,)
            case.note("letters_doubtful", match.text)


def judge_names(case: Case, sceptic: Sceptic) -> None:
    """Match names written as one identifier exactly; asked, also names that are misspelled or spelled as words.

    A number that is named and that no article explains is not answered with a name that is merely near.
    """
    names = list({name.squashed: name for name in case.evidence.names}.values())
    exact: list[tuple[Name, Article]] = []
    for name in names:
        found = choose(sceptic.names.exact(name.squashed), case.evidence, beside=name.beside)
        if len(found) > 1:
            case.is_one_of(name.text, found)
        elif found:
            exact.append((name, found[0]))
    together = Counter(article.product for _, article in exact)
    for name, article in exact:
        is_named = article.product.id in name.beside.named or (
            together[article.product] > 1 and case.evidence.is_about(article.product.id)
        )
        # The name of a failure is mark enough of a report, as long as nothing is said of a plan or a job that is done.
        is_report = not name.beside.reports_nothing or (
            article.kind == "event" and article.outcome == "failure" and not name.beside.is_talk
        )
        speaks = is_named or not (article.generic_name or _is_anybodys(case, article))
        case.gather(article, MatchReason("name_matches", name.text), strong=speaks and is_report)
    if not case.asked and names and not exact:
        _offer_misspelled(case, sceptic, names)
    if not case.asked or case.strong or case.unknown or len(case.evidence.prose) > LONGEST_QUESTION:
        return
    for match in sceptic.names.find(case.evidence.prose):
        # Words of another product do not speak against what is spelled to the letter.
        if match.score < 100 and is_of_another(match.article, case.evidence):
            continue
        kind: ReasonKind = "name_matches" if match.score == 100 else "name_resembles"
        case.gather(match.article, MatchReason(kind, match.text), strong=False)
