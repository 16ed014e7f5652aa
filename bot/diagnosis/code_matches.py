"""Matches codes: beside the event they explain, or on their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bot.diagnosis.candidates import choose, named_product
from bot.diagnosis.case import Case, Unknown
from bot.diagnosis.counterparts import match_counterparts
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.identity import is_cut_short
from bot.diagnosis.values import MatchReason
from bot.evidence import NOTHING_BESIDE, Code, Span
from bot.evidence.lazy_pattern import lazy_pattern
from bot.knowledge import Article, Product

_ERROR: Final = lazy_pattern(r"(?:error|fehler|錯誤碼?|错误码?|エラー)[ :=#]{0,3}(\d+)(?![\w.])", re.IGNORECASE)
_SHORTEST_ERROR: Final = 4
"""Digits of an error number of Windows that nobody takes for a status or an amount."""
_WHOLE = 8
"""Digits of a code that is written out: it is named as a code whatever stands beside it."""


def judge_codes(case: Case, sceptic: Sceptic) -> None:
    """Give codes in the prose to the event they stand with, or explain them on their own."""
    beside = [g.article for g in (*case.strong.values(), *case.weak.values()) if g.article.kind in ("event", "line")]
    codes = list(_of_one_product(case, sceptic))
    for code in {(code.digits, code.prefixed, code.cue, code.beside.product): code for code in codes}.values():
        if case.is_in_line(code.written):
            continue
        if _is_anybodys(case, sceptic, code):
            _offer_anybodys(case, sceptic, code)
        else:
            _judge_code(case, sceptic, code, beside)


def _of_one_product(case: Case, sceptic: Sceptic) -> Iterator[Code]:
    """Yield each code once: of those that several products have the shape of, for the one that has it or is spoken of.

    Where several have it and nothing tells which is meant, all of them are offered.
    """
    of_shape: dict[tuple[Span, str], list[Code]] = {}
    for code in case.evidence.codes:
        of_shape.setdefault((code.span, code.digits), []).append(code)
    for same in of_shape.values():
        documented = [code for code in same if sceptic.identities.codes(code)] or same
        spoken = case.evidence.strong or case.evidence.weak
        named = [code for code in documented if code.product in (code.beside.named or spoken)] or documented
        if len(named) > 1 and all(sceptic.identities.codes(code) for code in named):
            case.is_one_of(named[0].written, tuple(sceptic.identities.codes(code)[0] for code in named))
        else:
            yield named[0]


def _judge_code(case: Case, sceptic: Sceptic, code: Code, beside: list[Article]) -> None:
    found = choose(sceptic.identities.codes(code), case.evidence, beside, code.beside)
    given = "" if code.product else named_product(found, case.evidence, code.beside)
    if given and not beside and match_counterparts(case, sceptic.knowledge, code.written, found, given):
        return
    if given and not sceptic.identities.has_codes(given):
        given = ""
    if not found and code.cue is None and code.notation.isdecimal() and not case.evidence.bare:
        # Eight digits that no article has may be anything's.
        case.note("code_unmarked", code.written)
    elif not found and (carriers := sceptic.identities.events_of_code(code)):
        case.gather(carriers[0], MatchReason("code_matches", code.written), strong=False)
    elif not found or (given and not beside):
        if not is_broken_code(case, sceptic, code):
            product = sceptic.knowledge.products.get(code.product or given)
            _unknown_code(case, code, product, found, alone=not beside)
    elif code.misread:
        case.may_be(code.written, found)
    elif len(found) > 1:
        case.is_one_of(code.written, found)
    elif events := [event for event in beside if _may_carry(event, found[0])]:
        _give_code(case, found[0], events)
    elif found[0].id not in case.strong:
        _explain_code(case, sceptic, code, found[0])


def _offer_anybodys(case: Case, sceptic: Sceptic, code: Code) -> None:
    """Offer a code of a product's own shape that stands alone, with those that it may be short for; else leave it alone."""
    found = sceptic.identities.codes(code)
    if case.asked and case.evidence.bare and found and found[0].id not in case.strong:
        case.is_one_of(code.written, (*found, *sceptic.identities.narrower(found[0])))
    case.note("code_unmarked", code.written)


def _explain_code(case: Case, sceptic: Sceptic, code: Code, article: Article) -> None:
    """Explain a code that stands with no event; one of several meanings is offered with what it is documented with."""
    written = code.written if code.prefixed else code.digits
    if not _is_meant(case, sceptic, code, article):
        case.note("code_unmarked", code.written)
    elif article.ambiguous and (among := _meanings(case, sceptic, article)):
        case.is_one_of(written, (article, *among))
    else:
        beside = code.beside if code.prefixed else NOTHING_BESIDE
        named = article.product.id in beside.named and not beside.other and not beside.reports_nothing
        case.gather(article, MatchReason("code_matches", written), strong=named)


def _is_anybodys(case: Case, sceptic: Sceptic, code: Code) -> bool:
    """Tell whether a code of a product's own shape stands among words that are not the product's."""
    product = sceptic.knowledge.products.get(code.product)
    if product is None:
        return False
    return sceptic.identities.lacks_code_words(product, case.evidence.text)


def _may_carry(event: Article, code: Article) -> bool:
    """Tell whether an event may come with a code: one of its own product, or one that belongs to everybody."""
    return event.product is code.product or not code.product.writes_events


def _meanings(case: Case, sceptic: Sceptic, code: Article) -> tuple[Article, ...]:
    """Return the articles that are documented with a code of several meanings, those of the products named first."""
    named = case.evidence.strong | case.evidence.weak
    found = [each for each in sceptic.knowledge.articles.values() if code.id in each.codes]
    return tuple(sorted(found, key=lambda article: article.product.id not in named))


def _give_code(case: Case, code: Article, beside: list[Article]) -> None:
    """Add a code to the events documented with it, else to the last; an ID with its code is strong, neither number alone is."""
    for event in [article for article in beside if code.id in article.codes] or beside[-1:]:
        explains = code.id in event.codes and code.id not in code.product.neutral_codes
        strong = explains or event.id in case.strong
        weak = case.weak.pop(event.id, None) if strong else None
        gathered = case.gather(event, MatchReason("code_with_event", code.id), strong=strong)
        gathered.codes[code] = None
        if weak is not None:
            gathered.reasons = {**weak.reasons, **gathered.reasons}
            gathered.events = weak.events + gathered.events


def _is_meant(case: Case, sceptic: Sceptic, code: Code, article: Article) -> bool:
    """Tell whether a code in a sentence is a diagnostic code, and not somebody else's number."""
    prose = case.evidence.prose
    at = prose.find(code.digits) if code.digits in prose else prose.lower().find(code.digits.lower())
    foreign = sceptic.identities.foreign(prose, at, article)
    if code.beside.named == {article.product.id}:
        foreign = sceptic.identities.foreign_nearer(code.beside, code.span.end - code.span.start, article)
    if foreign:
        if case.asked and not article.product.writes_events:
            # A code that belongs to everybody's events was asked about, and is somebody's.
            case.belongs_to(code.written, foreign, "foreign_words")
        else:
            case.note("foreign_words", f"{code.written} · {foreign}")
        return False
    padded = len(code.digits) >= _WHOLE and article.id not in article.product.neutral_codes
    return case.evidence.bare or code.cue is not None or (code.prefixed and padded)


def codes_of_error(case: Case, sceptic: Sceptic, digits: str) -> tuple[Article, ...]:
    """Return the articles of an error number of Windows that is called an error."""
    if len(digits) < _SHORTEST_ERROR or digits not in _errors_in(case.evidence.prose):
        return ()
    return sceptic.identities.codes_of_number(digits)


# Each number of a text asks, one after the other.
@lru_cache(maxsize=4)
def _errors_in(prose: str) -> frozenset[str]:
    return frozenset(match[1] for match in _ERROR.finditer(prose))


def is_broken_code(case: Case, sceptic: Sceptic, code: Code) -> bool:
    """Tell whether a code has an article that was left out for its faults, and note it."""
    is_broken = (code.digits if code.product else f"0x{code.digits.lstrip('0'):0>8}") in sceptic.knowledge.unsaid
    if is_broken:
        case.note("article_broken", code.written)
    return is_broken


def _unknown_code(
    case: Case, code: Code, product: Product | None, of_others: tuple[Article, ...], *, alone: bool
) -> None:
    """Account for a code that no article explains: on its own, or beside what is answered."""
    subject = code.written if code.prefixed else code.digits
    if product is not None and code.written in product.neutral_codes:
        if alone:
            case.is_unknown(subject, "code_neutral", Unknown(product=product, neutral=True))
        return
    case.note("code_unknown", code.written)
    if not alone:
        case.unexplained[code.written] = None
    elif (
        case.evidence.bare
        or code.cue is not None
        or (code.prefixed and (len(code.digits) == _WHOLE or is_cut_short(code.digits)))
    ):
        case.is_unknown(subject, "code_unknown", Unknown(product=product, of_others=of_others))
