"""Matches event IDs in sentences: by the cue that a number is one, and by the products that the words speak of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from bot.diagnosis.candidates import choose, is_of_another, named_product
from bot.diagnosis.case import Case, Unknown, is_commoner_elsewhere, is_short
from bot.diagnosis.code_matches import codes_of_error
from bot.diagnosis.counterparts import match_counterparts
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.generations import is_on_newer
from bot.diagnosis.identity import Identities
from bot.diagnosis.rivals import match_words
from bot.diagnosis.sources import CALLED, CUED, by_source, is_named, match_short, may_write_to
from bot.diagnosis.values import MatchReason
from bot.diagnosis.weak_numbers import LIKELY_YEARS, SHORTEST_ALONE, find_foreign, find_weak_cue, is_year
from bot.evidence import Beside, Cue, Evidence, Identifier
from bot.knowledge import Article, Product
from bot.knowledge.names import are_generations

_FEW_WORDS = 2
"""Words beyond those of asking that a message may have and still be about the event it names."""
_BESIDE = 40
"""Characters within which a number and a code stand together."""


def judge_identifiers(case: Case, sceptic: Sceptic) -> None:
    """Match the numbers in sentences that something marks as event IDs, and account for those that nobody documented."""
    evidence = case.evidence
    if not (evidence.identifiers or evidence.unmarked or evidence.doubtful):
        return
    codes_beside = _codes_beside(evidence, sceptic.identities)
    taken = {event.event_id for event in case.others}
    judged: set[tuple[str, Cue | None, str, str]] = set()
    for identifier, is_marked in _with_names(sceptic, evidence):
        digits, cue = identifier.digits, identifier.cue if is_marked else None
        key = (digits, cue, identifier.beside.product, identifier.beside.owner)
        if digits in taken or key in judged or case.is_in_line(digits):
            continue
        judged.add(key)
        codes = codes_beside.get(digits, {})
        if _match_status(case, sceptic, identifier):
            continue
        found = sceptic.identities.of_owner(sceptic.identities.events(digits), identifier.beside.owner)
        found = choose(found, evidence, codes, identifier.beside)
        if cue is None or cue == "position":
            cue = find_weak_cue(case, sceptic, identifier, cue, found, codes)
        if cue is None:
            case.note("number_unmarked", digits)
        else:
            _judge_identifier(case, sceptic, identifier, cue, found)
    _match_companions(case, sceptic)
    for identifier in evidence.doubtful:
        if found := choose(sceptic.identities.events(identifier.digits), evidence, (), identifier.beside):
            named = len(found) == 1 and is_named(case, found[0], identifier.beside)
            case.may_be(identifier.doubtful, found, named=named and identifier.cue == "event")
        elif identifier.cue == "event":
            case.is_unknown(identifier.doubtful, "id_unknown")


def _with_names(sceptic: Sceptic, evidence: Evidence) -> Iterator[tuple[Identifier, bool]]:
    """Yield each number, and whether a cue marks it; the name of an event close by says whose a number without one is."""
    named = [
        (name.span, {article.product.id for article in sceptic.names.exact(name.squashed) if not article.generic_name})
        for name in evidence.names
    ]
    named = [(span, products) for span, products in named if products]
    for identifier in evidence.identifiers:
        beside, span = identifier.beside, identifier.span
        close = [
            products
            for place, products in named
            if span.start - place.end <= _BESIDE and place.start - span.end <= _BESIDE
        ]
        if close and identifier.cue == "position" and not (beside.labelled or beside.counts or beside.owners):
            beside = replace(beside, named=beside.named.union(*close), next_to=True)
            identifier = replace(identifier, beside=beside)
        yield identifier, True
    for identifier in evidence.unmarked:
        yield identifier, False


def _match_companions(case: Case, sceptic: Sceptic) -> None:
    """Match, asked, the numbers that nothing marks beside an event of the same product whose number is as long.

    Who names one event ("1200 came, and before that 1201") means the others with it; a year or an amount is none.
    """
    if not case.asked:
        return
    answered = {
        (gathered.article.product.id, len(gathered.article.number))
        for gathered in case.strong.values()
        if gathered.article.kind == "event" and not is_short(gathered.article)
    }
    for number in case.evidence.unmarked if answered else ():
        beside, digits = number.beside, number.digits
        if beside.labelled or beside.counts or beside.other or int(digits) in LIKELY_YEARS or case.is_in_line(digits):
            continue
        found = choose(sceptic.identities.events(digits), case.evidence, (), beside)
        note = MatchReason("number_unmarked", digits)
        if len(found) == 1 and note in case.notes and (found[0].product.id, len(digits)) in answered:
            del case.notes[note]
            case.gather(found[0], MatchReason(CUED["position"], digits), strong=False)


def _match_status(case: Case, sceptic: Sceptic, identifier: Identifier) -> bool:
    """Match a number that is a code with the word for its kind before it (a status), where that word is left out.

    Alone it may be that or a code of another kind, and all are offered; among a product's words it is the product's.
    """
    number, identities = identifier.digits, sceptic.identities
    owners = identifier.beside.owners
    of_status = tuple(each for each in identities.called(number) if not owners or each.product.id in owners)
    of_status = of_status if case.asked else ()
    of_status = tuple(sorted(of_status, key=lambda each: not each.id.endswith(f"-{number}")))
    named = identifier.beside.named | case.evidence.strong
    if not of_status or any(event.product.id in named for event in identities.events(number)):
        return False
    if owners or not case.evidence.bare:
        exact = [each for each in of_status if each.id.endswith(f"-{number}")]
        if not exact or identities.lacks_code_words(exact[0].product, case.evidence.text):
            return False
        case.gather(exact[0], MatchReason("code_matches", number), strong=False)
        return True
    others = (*identities.codes_of_digits(number), *identities.events(number))
    case.is_one_of(number, tuple(dict.fromkeys((of_status[0], *others[:1], *of_status[1:], *others[1:]))))
    return True


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


def _judge_identifier(
    case: Case, sceptic: Sceptic, identifier: Identifier, cue: Cue, found: tuple[Article, ...]
) -> None:
    digits, beside = identifier.digits, identifier.beside
    if cue not in CALLED and is_year(digits, case.evidence.prose):
        case.note("number_unmarked", digits)
        return
    other = beside.windows_log or beside.other
    if other and not beside.named:
        found = tuple(article for article in found if may_write_to(article, other)) or found
    if _is_elsewhere(case, sceptic, identifier, found):
        return
    if found and not (found := _without_words(case, sceptic, found, beside)):
        case.note("number_unmarked", digits)
    elif not found and (codes := codes_of_error(case, sceptic, digits)):
        beside_an_event = any(each.article.kind in ("event", "line") for each in case.strong.values())
        case.gather(codes[0], MatchReason("code_matches", digits), strong=beside_an_event)
    elif digits in sceptic.knowledge.unsaid and not _are_named(found, case.evidence, beside):
        case.note("article_broken", digits)
    elif (given := _given(case, sceptic, found, beside)) and _may_have(case, sceptic, given, digits, found):
        product = sceptic.knowledge.products[given]
        if match_counterparts(case, sceptic.knowledge, digits, found, given):
            return
        if found or _is_named_as_one(sceptic, digits, cue) or (case.asked and _is_next_to(beside, product)):
            case.is_unknown(digits, "other_product" if found else "id_unknown", Unknown(None, product, of_others=found))
    elif not found:
        _judge_undocumented(case, sceptic, digits, cue)
    elif all(map(is_short, found)):
        match_short(case, identifier, cue, found)
    else:
        named = len(found) == 1 and is_on_newer(case, sceptic, found[0], beside)
        found = _with_code(case, sceptic, identifier, cue, by_source(found, case.evidence))
        _match(case, identifier, cue, found, named=named)


def _is_elsewhere(case: Case, sceptic: Sceptic, identifier: Identifier, found: tuple[Article, ...]) -> bool:
    """Note whose a number is by the words or the log beside it, and tell whether that is somebody else."""
    digits, beside = identifier.digits, identifier.beside
    likely = (_without_words(case, sceptic, found, beside) or found)[:1]
    if foreign := find_foreign(case, sceptic, digits, likely[0] if likely else None, beside):
        case.belongs_to(digits, foreign, "foreign_words")
        return True
    log = beside.windows_log or beside.other
    if beside.other and not beside.named and not any(may_write_to(article, log) for article in found):
        case.belongs_to(digits, beside.other, "foreign_provider")
        return True
    return False


def _with_code(
    case: Case, sceptic: Sceptic, identifier: Identifier, cue: Cue, found: tuple[Article, ...]
) -> tuple[Article, ...]:
    """Add the code of which a number that stands alone may be the decimal."""
    if cue != "alone" or not case.evidence.bare or identifier.beside.owners or case.evidence.strong:
        return found
    return (*found, *sceptic.identities.codes_of_digits(f"{int(identifier.digits):X}"))


def _given(case: Case, sceptic: Sceptic, found: tuple[Article, ...], beside: Beside) -> str:
    """Return the product that a text gives a number to; words by which a source's event is another's say that it is not."""
    if any(sceptic.identities.has_words(article.provider, case.evidence.text) for article in found):
        return ""
    return named_product(found, case.evidence, beside)


def _is_next_to(beside: Beside, product: Product) -> bool:
    """Tell whether a number stands directly beside the name of its product, or behind a word that says whose it is."""
    return beside.next_to or product.id in beside.owners


def _may_have(case: Case, sceptic: Sceptic, product: str, digits: str, found: tuple[Article, ...]) -> bool:
    """Tell whether a product may have an event of that many digits, or is the other generation of the one that has it.

    Both generations are called the same: a newer number is meant on the older product only where a word says so.
    """
    named = sceptic.knowledge.products[product]
    fewest, most = named.id_digits
    if not found or fewest <= len(digits) <= most:
        return True
    if not any(are_generations(article.product, named) for article in found):
        return False
    words = named.generation_words
    is_newer = any(article.product.id == named.superseded_by for article in found)
    return not (is_newer and words) or match_words(words).search(case.evidence.prose) is not None


def _judge_undocumented(case: Case, sceptic: Sceptic, digits: str, cue: Cue) -> None:
    """Match a number that no event has: a code in digits alone, or one that nobody documented."""
    if len(digits) >= SHORTEST_ALONE and (codes := sceptic.identities.codes_of_number(digits)):
        case.gather(codes[0], MatchReason("code_matches", digits), strong=False)
    elif _is_named_as_one(sceptic, digits, cue):
        case.is_unknown(digits, "id_unknown")
    else:
        case.note("id_unknown", digits)


def _without_words(case: Case, sceptic: Sceptic, found: tuple[Article, ...], beside: Beside) -> tuple[Article, ...]:
    """Leave out events of a source that reports on everything, unless the text has the product's words or asks by number."""
    if case.evidence.bare:
        return found
    lacks = sceptic.identities.lacks_words
    if certain := tuple(
        article
        for article in found
        if (case.asked and article.product.id in beside.named | beside.owners)
        or not lacks(article.provider, case.evidence.text)
    ):
        return certain
    return tuple(
        article
        for article in found
        if (case.asked and article.product.id in beside.named | beside.owners | case.evidence.weak)
        or not lacks(article.provider, case.evidence.text)
    )


def _is_named_as_one(sceptic: Sceptic, digits: str, cue: Cue) -> bool:
    """Tell whether a number that no article has is named as an event ID, and not any number among a product's words."""
    return cue not in {"context", "position"} or bool(sceptic.identities.neighbours(digits))


def _are_named(found: tuple[Article, ...], evidence: Evidence, beside: Beside) -> bool:
    named = beside.named | evidence.strong | evidence.weak | {beside.product}
    return any(article.product.id in named for article in found)


def _match(case: Case, identifier: Identifier, cue: Cue, found: tuple[Article, ...], *, named: bool) -> None:
    digits, evidence = identifier.digits, case.evidence
    if len(found) > 1:
        case.is_one_of(digits, found)
        return
    (article,) = found
    named = named or is_named(case, article, identifier.beside)
    is_about = evidence.is_about(article.product.id)
    commoner = is_commoner_elsewhere(article) and not is_about
    # "event 31415 in the ERP system" is nobody's we know: a cue speaks unasked only among the product's words, or alone.
    ours = is_about or (evidence.words_left <= _FEW_WORDS and not is_of_another(article, evidence))
    called = cue == "event" and ours and not commoner and not is_short(article)
    called = called and not identifier.beside.other and not identifier.beside.reports_nothing
    reasons = [MatchReason("id_named" if named else CUED[cue], digits)]
    reasons += [MatchReason("commoner_elsewhere", digits)] if commoner and not named else []
    case.gather(article, *reasons, strong=called or named)
