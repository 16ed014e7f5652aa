"""Evidence + knowledge → one of six decisions. Exact before similar, and silence where nobody asked and nothing is sure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.diagnosis.candidates import not_meant
from bot.diagnosis.case import LONGEST_QUESTION, Case
from bot.diagnosis.causes import in_order_of_cause
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.error_parts import find_error_parts
from bot.diagnosis.values import MAX_CHOICES, UNASKED, Diagnosis, Match, MatchReason, ReasonKind, Surface
from bot.diagnosis.weighing import weigh
from bot.evidence import Evidence
from bot.knowledge import Article, Product, Topic
from bot.knowledge.names import are_generations

_FEWEST_WORDS_BESIDE_A_NUMBER: Final = 3
"""Words, beyond those people ask with, that a question in free text with a number in it must have."""
_LONGEST_CODE: Final = 3
"""Digits up to which a bare number may be a code without its zeros: people leave them out."""
_DIGIT = re.compile(r"\d")
_WORDS: Final[Mapping[str, ReasonKind]] = {
    "answer": "words_sure",
    "choices": "words_unsure",
    "not_covered": "words_uncovered",
    "silent": "words_weak",
}


def diagnose(
    evidence: Evidence, sceptic: Sceptic, surface: Surface = "command", subject: str | None = None
) -> Diagnosis:
    """Decide what, if anything, to say about a message.

    `subject` is the ID of the product that the conversation is about already: that of the incident in whose thread
    it was said, or of the bot's own answer just before.
    """
    case = weigh(evidence, sceptic, asked=surface not in UNASKED)
    diagnosis = _decide(case, sceptic, subject)
    if case.asked and diagnosis.decision != "answer":
        left_out = tuple(MatchReason("product_left_out", name) for name in sceptic.knowledge.left_out)
        diagnosis = replace(diagnosis, reasons=(*diagnosis.reasons, *left_out))
    if parts := find_error_parts(evidence, diagnosis, sceptic):
        diagnosis = replace(diagnosis, error_parts=parts)
    return diagnosis if diagnosis.language == evidence.language else replace(diagnosis, language=evidence.language)


def _decide(case: Case, sceptic: Sceptic, subject: str | None) -> Diagnosis:
    if case.strong:
        return _answer(case)
    if not case.asked and case.offered_unasked and not case.others:
        doubtful = case.offered_unasked.keys() & case.doubtful.keys()
        return _offer(case, case.offered_unasked, "digits_doubtful" if doubtful else "letters_doubtful")
    if not case.asked:
        reasons = [reason for gathered in case.weak.values() for reason in gathered.reasons]
        return _silent(case, *reasons, *case.notes, MatchReason("unasked"))
    if case.ambiguous:
        return _offer(case, case.ambiguous, "product_unclear")
    if case.ranges:
        return _offer(case, case.ranges, "id_range")
    # Not even the words beside it may speak for an article that was left out.
    if any(note.kind == "article_broken" for note in case.notes):
        return _silent(case, *case.notes)
    if case.unknown:
        return _unknown(case, sceptic)
    if case.elsewhere:
        return _not_ours(case)
    if case.doubtful:
        return _offer(case, case.doubtful, "digits_doubtful")
    if not case.evidence.prose:
        return _silent(case, *case.notes, MatchReason("empty"))
    return _free_text(case, sceptic, subject)


def _silent(case: Case, *reasons: MatchReason) -> Diagnosis:
    if not (case.unexplained or case.unknown or case.doubtful or case.others or case.elsewhere):
        return Diagnosis("silent", reasons=reasons, language=case.evidence.language)
    return _account(case, Diagnosis("silent", reasons=reasons))


def _account(case: Case, diagnosis: Diagnosis) -> Diagnosis:
    """Add whatever was named and is not what the decision is about, so that nothing is passed over in silence."""
    named = {**case.unexplained, **dict.fromkeys(case.unknown), **dict.fromkeys(case.doubtful)}
    if diagnosis.choices and not case.unknown:
        offered = {reason.about for choice in diagnosis.choices for reason in choice.reasons}
        named = {subject: None for subject in named if subject not in offered}
    elsewhere = {event.event_id for event in case.others} | {diagnosis.subject}
    return replace(
        diagnosis,
        others=tuple(case.others),
        unexplained=tuple(subject for subject in named if subject != diagnosis.subject),
        elsewhere=tuple((subject, name) for subject, name in case.elsewhere.items() if subject not in elsewhere),
    )


def _answer(case: Case) -> Diagnosis:
    matches = in_order_of_cause(case.matches)
    first = matches[0].events[0] if matches[0].events else None
    reasons = (*(reason for match in matches for reason in match.reasons), *case.notes)
    provider = first.provider if first else None
    return _account(case, Diagnosis("answer", matches=tuple(matches), provider=provider, reasons=reasons))


def _offer(case: Case, among: Mapping[str, tuple[Article, ...]], kind: ReasonKind) -> Diagnosis:
    """Offer the articles among which nothing in the text chooses."""
    pairs: dict[Article, str] = {}
    for subject, found in among.items():
        for article in found:
            pairs.setdefault(article, subject)
    offered = list(pairs.items())[:MAX_CHOICES]
    choices = tuple(Match(article, (MatchReason(kind, subject),)) for article, subject in offered)
    if not choices:
        return _account(case, Diagnosis("unknown", subject=next(iter(among)), reasons=tuple(case.notes)))
    return _account(case, Diagnosis("choices", choices=choices, reasons=tuple(case.notes)))


def _not_ours(case: Case) -> Diagnosis:
    subject, provider = next(iter(case.elsewhere.items()))
    return _account(case, Diagnosis("not_ours", subject=subject, provider=provider, reasons=tuple(case.notes)))


def _unknown(case: Case, sceptic: Sceptic) -> Diagnosis:
    """Say that nobody documented an identifier, and offer what stands close by."""
    subject, unknown = next(iter(case.unknown.items()))
    products = {each.product for each in case.unknown.values()}
    near = unknown.of_others or (() if unknown.neutral else _close_by(subject, unknown.product, sceptic))
    kind: ReasonKind = "other_product" if unknown.of_others else "id_unknown"
    choices = tuple(Match(article, (MatchReason(kind, subject),)) for article in near[:MAX_CHOICES])
    diagnosis = Diagnosis(
        "unknown", choices=choices, subject=subject, provider=unknown.provider, reasons=tuple(case.notes)
    )
    return _account(case, replace(diagnosis, product=unknown.product if len(products) == 1 else None))


def _close_by(subject: str, product: Product | None, sceptic: Sceptic) -> tuple[Article, ...]:
    """Return the articles next to an identifier: of a short number the code of its digits, else its neighbours."""
    identities, digits = sceptic.identities, subject.removeprefix("0x")
    if subject.isdecimal() and len(subject) <= _LONGEST_CODE:
        return identities.codes_of_digits(digits) or identities.near_codes(digits)
    near = identities.neighbours(subject, product) if subject.isdecimal() else ()
    return near or identities.near_codes(digits)


# --- words ---------------------------------------------------------------------------------------------------------


def _fewest_words(evidence: Evidence) -> float:
    """A number nobody explained makes a short text rather about that number: it needs more words to be a question."""
    return _FEWEST_WORDS_BESIDE_A_NUMBER if _DIGIT.search(evidence.prose) else 1


def _free_text(case: Case, sceptic: Sceptic, subject: str | None) -> Diagnosis:
    evidence = case.evidence
    if len(evidence.prose) > LONGEST_QUESTION or evidence.words_left < _fewest_words(evidence):
        return _silent(case, *case.notes, MatchReason("words_none"))
    # Words that mean one product for certain are not about another's articles.
    products = sceptic.knowledge.products
    not_asked = {*not_meant(products.values(), evidence), *_other_generations(evidence.prose, sceptic)}
    barred = [article_id for product in not_asked for article_id in sceptic.identities.articles_of(product)]
    guess = sceptic.words().guess(evidence.prose, barred, subject)
    if not guess.ranked:
        return _silent(case, *case.notes, MatchReason("words_none"))
    articles = [sceptic.knowledge.articles[article_id] for article_id in guess.ranked]
    runner_up = articles[1] if len(articles) > 1 else None
    # A number that could be one of ours and is not called so: the words may be about that thing, a port, say.
    is_about_a_number = any(note.kind == "number_unmarked" for note in case.notes)
    decision = "choices" if guess.decision == "answer" and is_about_a_number else guess.decision
    telling = MatchReason(_WORDS[decision], ", ".join(guess.telling))
    foreign = [MatchReason("foreign_words", name) for name in guess.foreign]
    reasons = (telling, *foreign, *case.notes)
    if decision == "answer":
        return Diagnosis("answer", matches=(Match(articles[0], (telling,)),), runner_up=runner_up, reasons=reasons)
    offered = tuple(Match(article, (telling,)) for article in articles[:MAX_CHOICES])
    if decision == "choices":
        return Diagnosis("choices", choices=offered, runner_up=runner_up, reasons=reasons)
    silent = replace(_silent(case, *reasons), runner_up=articles[0])
    if decision == "silent" or not (evidence.in_context or subject or _is_named(evidence)):
        # Of what has no word of ours in it, nobody asked whether an article covers it.
        return silent
    product, topic = _topic(guess.topic, sceptic)
    return replace(silent, decision="not_covered", product=product, topic=topic)


def _is_named(evidence: Evidence) -> bool:
    """Tell whether a text holds a number, code or name that may be an event's."""
    return bool(evidence.identifiers or evidence.unmarked or evidence.codes or evidence.names)


def _other_generations(prose: str, sceptic: Sceptic) -> Iterator[Product]:
    """Yield the products of which a text names, of two generations, only the other one."""
    places = sceptic.knowledge.lexicon.find_names(prose)
    named = {
        product
        for start, end, product in places
        if not any(first <= start and end <= last and last - first > end - start for first, last, _ in places)
    } | sceptic.knowledge.lexicon.products_alone_in(prose)
    products = sceptic.knowledge.products
    for product in products.values() if named else ():
        if product.id not in named and any(are_generations(product, products[each]) for each in named):
            yield product


def _topic(name: str | None, sceptic: Sceptic) -> tuple[Product | None, Topic | None]:
    product_id, _, topic_id = (name or "").partition("/")
    product = sceptic.knowledge.products.get(product_id)
    return product, next((each for each in product.topics if each.id == topic_id), None) if product else None
