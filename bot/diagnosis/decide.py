"""Evidence + knowledge → one of five decisions. Exact before similar, and silence where nobody asked and nothing is sure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.diagnosis.case import LONGEST_QUESTION, Case, Sceptic, weigh
from bot.diagnosis.causes import in_order_of_cause
from bot.diagnosis.values import MAX_CHOICES, UNASKED, Diagnosis, Match, Reason, ReasonKind, Surface
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
    evidence = case.evidence
    if case.matches:
        return _answer(case)
    if not case.asked:
        case.reasons.extend(reason for match in case.weak for reason in match.reasons)
        case.reasons.append(Reason("unasked"))
        return Diagnosis("silent", reasons=tuple(case.reasons), others=tuple(case.others))
    if case.foreign is not None:
        subject, provider = case.foreign
        return Diagnosis(
            "not_ours", subject=subject, provider=provider, others=tuple(case.others), reasons=tuple(case.reasons)
        )
    if case.unknown:
        return _unknown(case, sceptic)
    if not evidence.prose:
        case.reasons.append(Reason("empty"))
        return Diagnosis("silent", reasons=tuple(case.reasons))
    return _free_text(case, sceptic)


def _answer(case: Case) -> Diagnosis:
    matches = in_order_of_cause(case.matches)
    first = matches[0].events[0] if matches[0].events else None
    return Diagnosis(
        "answer",
        matches=tuple(matches),
        others=tuple(case.others),
        unexplained=tuple(dict.fromkeys((*case.unexplained, *(subject for subject, _ in case.unknown)))),
        provider=first.provider if first else None,
        reasons=tuple(reason for match in matches for reason in match.reasons) + tuple(case.reasons),
    )


# --- nobody documented it --------------------------------------------------------------------------------------------


def _unknown(case: Case, sceptic: Sceptic) -> Diagnosis:
    subject, provider = case.unknown[0]
    digits = subject.removeprefix("0x")
    near = sceptic.identities.neighbours(subject) if digits == subject else ()
    near = near or sceptic.identities.near_codes(digits)
    choices = tuple(Match(article, (Reason("id_unknown", subject),)) for article in near[:MAX_CHOICES])
    return Diagnosis(
        "unknown",
        subject=subject,
        provider=provider,
        choices=choices,
        others=tuple(case.others),
        reasons=tuple(case.reasons),
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _fewest_words(evidence: Evidence) -> float:
    """A number nobody explained makes a short text rather about that number: it needs more words to be a question."""
    return _FEWEST_WORDS_BESIDE_A_NUMBER if _DIGIT.search(evidence.prose) else 1


def _free_text(case: Case, sceptic: Sceptic) -> Diagnosis:
    evidence = case.evidence
    if len(evidence.prose) > LONGEST_QUESTION or evidence.words_left < _fewest_words(evidence):
        case.reasons.append(Reason("words_none"))
        return Diagnosis("silent", reasons=tuple(case.reasons))
    guess = sceptic.words().guess(evidence.prose)
    if not guess.ranked:
        case.reasons.append(Reason("words_none"))
        return Diagnosis("silent", reasons=tuple(case.reasons))
    articles = [sceptic.knowledge.articles[article_id] for article_id in guess.ranked]
    runner_up = articles[1] if len(articles) > 1 else None
    telling = Reason(_WORDS[guess.decision], ", ".join(guess.telling))
    reasons = (telling, *case.reasons)
    if guess.decision == "answer":
        return Diagnosis("answer", matches=(Match(articles[0], (telling,)),), runner_up=runner_up, reasons=reasons)
    offered = tuple(Match(article, (telling,)) for article in articles[:MAX_CHOICES])
    if guess.decision == "choices":
        return Diagnosis("choices", choices=offered, runner_up=runner_up, reasons=reasons)
    return Diagnosis("silent", runner_up=articles[0], reasons=reasons)
