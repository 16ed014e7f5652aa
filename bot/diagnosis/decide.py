"""Evidence + knowledge → one of five decisions. Exact before similar, and silence where nobody asked and nothing is sure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.diagnosis.candidates import is_of_another_for_certain
from bot.diagnosis.case import LONGEST_QUESTION, Case
from bot.diagnosis.causes import in_order_of_cause
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MAX_CHOICES, UNASKED, Diagnosis, Match, MatchReason, ReasonKind, Surface
from bot.diagnosis.weighing import weigh
from bot.evidence import Evidence

_FEWEST_WORDS_BESIDE_A_NUMBER: Final = 3
"""Words, beyond those people ask with, that a question in free text with a number in it must have."""
_DIGIT = re.compile(r"\d")
_WORDS: Final[Mapping[str, ReasonKind]] = {"answer": "words_sure", "choices": "words_unsure", "silent": "words_weak"}


def diagnose(evidence: Evidence, sceptic: Sceptic, surface: Surface = "command") -> Diagnosis:
    """Decide what, if anything, to say about a message."""
    case = weigh(evidence, sceptic, asked=surface not in UNASKED)
    diagnosis = _decide(case, sceptic)
    return replace(diagnosis, language=evidence.language)


def _decide(case: Case, sceptic: Sceptic) -> Diagnosis:
    if case.strong:
        return _answer(case)
    if not case.asked:
        reasons = [reason for gathered in case.weak.values() for reason in gathered.reasons]
        return _silent(case, *reasons, *case.notes, MatchReason("unasked"))
    if case.ambiguous:
        return _ambiguous(case)
    if case.foreign is not None:
        subject, provider = case.foreign
        return replace(_silent(case, *case.notes), decision="not_ours", subject=subject, provider=provider)
    if case.unknown:
        return _unknown(case, sceptic)
    # Not even the words beside it may speak for an article that was left out.
    if not case.evidence.prose or any(note.kind == "article_broken" for note in case.notes):
        return _silent(case, *case.notes, *(() if case.evidence.prose else (MatchReason("empty"),)))
    return _free_text(case, sceptic)


def _silent(case: Case, *reasons: MatchReason) -> Diagnosis:
    return Diagnosis("silent", reasons=reasons, others=tuple(case.others), product=case.product)


def _answer(case: Case) -> Diagnosis:
    matches = in_order_of_cause(case.matches)
    first = matches[0].events[0] if matches[0].events else None
    return Diagnosis(
        "answer",
        matches=tuple(matches),
        others=tuple(case.others),
        unexplained=tuple({**case.unexplained, **dict.fromkeys(case.unknown)}),
        provider=first.provider if first else None,
        reasons=(*(reason for match in matches for reason in match.reasons), *case.notes),
    )


def _ambiguous(case: Case) -> Diagnosis:
    """Offer the articles of several products among which nothing in the text chooses."""
    pairs = [(subject, article) for subject, found in case.ambiguous.items() for article in found]
    choices = tuple(
        Match(article, (MatchReason("product_unclear", subject),)) for subject, article in pairs[:MAX_CHOICES]
    )
    if not choices:
        subject = next(iter(case.ambiguous))
        return replace(_silent(case, *case.notes), decision="unknown", subject=subject)
    return Diagnosis("choices", choices=choices, reasons=tuple(case.notes), others=tuple(case.others))


def _unknown(case: Case, sceptic: Sceptic) -> Diagnosis:
    """Say that nobody documented an identifier, and offer what stands close by."""
    subject, provider = next(iter(case.unknown.items()))
    digits = subject.removeprefix("0x")
    near = sceptic.identities.neighbours(subject, case.product) if subject.isdecimal() else ()
    near = near or sceptic.identities.near_codes(digits)
    choices = tuple(Match(article, (MatchReason("id_unknown", subject),)) for article in near[:MAX_CHOICES])
    return replace(_silent(case, *case.notes), decision="unknown", subject=subject, provider=provider, choices=choices)


# --- words ---------------------------------------------------------------------------------------------------------


def _fewest_words(evidence: Evidence) -> float:
    """A number nobody explained makes a short text rather about that number: it needs more words to be a question."""
    return _FEWEST_WORDS_BESIDE_A_NUMBER if _DIGIT.search(evidence.prose) else 1


def _free_text(case: Case, sceptic: Sceptic) -> Diagnosis:
    evidence = case.evidence
    if len(evidence.prose) > LONGEST_QUESTION or evidence.words_left < _fewest_words(evidence):
        return _silent(case, *case.notes, MatchReason("words_none"))
    # Words that mean one product for certain are not about another's articles.
    barred = [each.id for each in sceptic.knowledge.articles.values() if is_of_another_for_certain(each, evidence)]
    guess = sceptic.words().guess(evidence.prose, barred)
    if not guess.ranked:
        return _silent(case, *case.notes, MatchReason("words_none"))
    articles = [sceptic.knowledge.articles[article_id] for article_id in guess.ranked]
    runner_up = articles[1] if len(articles) > 1 else None
    telling = MatchReason(_WORDS[guess.decision], ", ".join(guess.telling))
    reasons = (telling, *case.notes)
    if guess.decision == "answer":
        return Diagnosis("answer", matches=(Match(articles[0], (telling,)),), runner_up=runner_up, reasons=reasons)
    offered = tuple(Match(article, (telling,)) for article in articles[:MAX_CHOICES])
    if guess.decision == "choices":
        return Diagnosis("choices", choices=offered, runner_up=runner_up, reasons=reasons)
    return replace(_silent(case, *reasons), runner_up=articles[0])
