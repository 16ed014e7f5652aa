"""Matches pasted events: their log and source decide whose they are."""

from __future__ import annotations

from functools import cache as once

from bot.diagnosis.candidates import choose
from bot.diagnosis.case import Case, is_commoner_elsewhere
from bot.diagnosis.code_matches import is_broken_code
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Event
from bot.knowledge import Article, Product


def judge_events(case: Case, sceptic: Sceptic) -> None:
    """Match the pasted events whose log or source is a product's, and set others' events apart."""
    identities = sceptic.identities
    owner_of = once(identities.owner)
    foreign_words = once(lambda article: identities.foreign(case.evidence.text, -1, article))
    for event in case.evidence.events:
        owner = owner_of(event.log_name, event.provider)
        product = owner if isinstance(owner, Product) else None
        found = identities.events(event.event_id, product)
        if owner is None:
            codes = [article for code in event.codes for article in identities.codes(code)]
            found = choose(found, case.evidence, codes)
        foreign = foreign_words(found[0] if found else None) if owner is None else None
        if owner == "foreign" or foreign:
            case.others.append(event)
            case.belongs_to(event.event_id, foreign or event.provider or event.log_name or "", "foreign_provider")
        elif event.event_id in sceptic.knowledge.broken:
            case.note("article_broken", event.event_id)
        elif owner == "contradiction" or len(found) > 1:
            case.is_one_of(event.event_id, found)
        elif not found:
            case.unknown.setdefault(event.event_id, event.provider)
            case.product = case.product or product
            case.unexplained[event.event_id] = None
            case.note("id_unknown", event.event_id)
        else:
            _add_event(case, sceptic, event, found[0], sure=product is not None)


def _add_event(case: Case, sceptic: Sceptic, event: Event, article: Article, *, sure: bool) -> None:
    kind: ReasonKind = "log_agrees" if event.log_name and sure else "provider_agrees" if sure else "id_without_provider"
    sure = sure and not event.slipped
    kind = kind if sure or not event.slipped else "id_without_provider"
    strong = (sure or not is_commoner_elsewhere(article)) and not event.slipped
    gathered = case.gather(
        article, MatchReason(kind, event.log_name or event.provider or event.event_id), strong=strong
    )
    gathered.events.append(event)
    if event.slipped:
        gathered.reasons[MatchReason("fields_slipped", event.event_id)] = None
    for code in event.codes:
        if found := sceptic.identities.codes(code, article.product):
            gathered.codes[found[0]] = None
            gathered.reasons[MatchReason("code_with_event", found[0].id)] = None
        elif code.written not in article.product.neutral_codes and not is_broken_code(case, sceptic, code):
            case.unexplained[code.written] = None
    if not strong:
        gathered.reasons[MatchReason("commoner_elsewhere", article.id)] = None
