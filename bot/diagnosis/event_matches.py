"""Matches pasted events: their log and source decide whose they are."""

from __future__ import annotations

from functools import cache as once

from bot.diagnosis.candidates import choose
from bot.diagnosis.case import Case, Unknown, is_commoner_elsewhere, is_short
from bot.diagnosis.code_matches import is_broken_code
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Event, Evidence, Stance
from bot.knowledge import Article, Product

_BEGINNING = 16
"""Characters of a message that tell whose it is, beside its number."""


def judge_events(case: Case, sceptic: Sceptic) -> None:
    """Match the pasted events whose log or source is a product's, and set others' events apart."""
    if not case.evidence.events:
        return
    identities = sceptic.identities
    owner_of = once(identities.owner)
    foreign_words = once(lambda article: identities.foreign(case.evidence.text, -1, article))
    is_said = case.asked or not _is_no_report(case.evidence)
    for event in case.evidence.events:
        owner = owner_of(event.log_name, event.provider)
        product = owner if isinstance(owner, Product) else None
        found = identities.events(event.event_id, product)
        if len(found) > 1 and product is not None:
            found = _of_source(found, event)
        if owner is None:
            codes = [article for code in event.codes for article in identities.codes(code)]
            found = choose(found, case.evidence, codes)
            found = tuple(each for each in found if _begins_as(event.text, each)) or found
        foreign = foreign_words(found[0] if found else None) if owner is None else None
        if product is not None and identities.reports_on_everything(event.provider):
            text = f"{event.text} {case.evidence.prose}"
            by_number = case.asked and identities.is_asked_by_number(event.provider)
            is_anybodys = identities.lacks_words(event.provider, text) and not by_number
            owner = "foreign" if not found or is_anybodys else owner
        if owner == "foreign" or foreign:
            case.others.append(event)
            case.belongs_to(event.event_id, foreign or event.provider or event.log_name or "", "foreign_provider")
        elif event.event_id in sceptic.knowledge.unsaid and (product is None or not found):
            case.note("article_broken", event.event_id)
        elif owner == "contradiction":
            case.is_one_of(event.event_id, found)
            case.note("source_contradicts", f"{event.log_name} · {event.provider}")
        elif len(found) > 1 or (owner is None and _is_short_alone(found, event, case.evidence)):
            case.is_one_of(event.event_id, found)
        elif found and event.misread:
            case.may_be(event.misread, found)
        elif not found:
            written = event.misread or event.event_id
            case.is_unknown(written, "id_unknown", Unknown(event.provider, product))
        else:
            _add_event(case, sceptic, event, found[0], sure=product is not None, is_said=is_said)


def _is_short_alone(found: tuple[Article, ...], event: Event, evidence: Evidence) -> bool:
    """Tell whether an event without log and source has a number that everybody has, and no word or text says whose it is."""
    named = evidence.strong | evidence.weak
    return any(
        is_short(article) and article.product.id not in named and not _begins_as(event.text, article)
        for article in found
    )


def _begins_as(text: str, article: Article) -> bool:
    """Tell whether a message, which a table may have cut, begins with a literal piece of an event, as far as both go."""
    begun = " ".join(text.removesuffix("...").removesuffix("…").split()).casefold()
    heads = (piece.partition("…")[0].strip().casefold() for piece in article.match)
    return len(begun) >= _BEGINNING and any(
        len(head) >= _BEGINNING and (begun.startswith(head) or head.startswith(begun)) for head in heads
    )


def _is_no_report(evidence: Evidence) -> bool:
    """Tell whether the words around what was pasted, or its own line, say that nothing of it happens."""
    text = evidence.prose if "\n" in evidence.text.strip() else evidence.text
    return Stance(text, in_context=True).is_no_report


def _of_source(found: tuple[Article, ...], event: Event) -> tuple[Article, ...]:
    """Keep of articles with one number those whose source, or else whose log, the event has."""
    for said, attribute in ((event.provider, "provider"), (event.log_name, "log_name")):
        kept = tuple(each for each in found if said and (getattr(each, attribute) or "").casefold() == said.casefold())
        if kept:
            return kept
    return found


def _add_event(case: Case, sceptic: Sceptic, event: Event, article: Article, *, sure: bool, is_said: bool) -> None:
    kind: ReasonKind = "log_agrees" if event.log_name and sure else "provider_agrees" if sure else "id_without_provider"
    sure = sure and not event.slipped
    kind = kind if sure or not event.slipped else "id_without_provider"
    commoner = is_commoner_elsewhere(article)
    strong = (sure or not (commoner or is_short(article))) and not event.slipped and is_said
    gathered = case.gather(
        article, MatchReason(kind, event.log_name or event.provider or event.event_id), strong=strong
    )
    gathered.events.append(event)
    if event.slipped:
        gathered.reasons[MatchReason("fields_slipped", event.event_id)] = None
    products = sceptic.knowledge.products
    for code in event.codes:
        if code.misread:
            case.unexplained[code.written] = None
        elif code.product in products and sceptic.identities.lacks_code_words(products[code.product], event.text):
            case.note("code_unmarked", code.written)
        elif found := sceptic.identities.codes(code, article.product):
            gathered.codes[found[0]] = None
            gathered.reasons[MatchReason("code_with_event", found[0].id)] = None
        elif code.written not in article.product.neutral_codes and not is_broken_code(case, sceptic, code):
            case.unexplained[code.written] = None
    if not strong and commoner:
        gathered.reasons[MatchReason("commoner_elsewhere", article.id)] = None
