"""Weighs what a text holds: which articles its events, IDs, names and codes match, and how strongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.diagnosis.identity import Identities
from bot.diagnosis.names import NameIndex
from bot.diagnosis.values import Match, Reason, ReasonKind
from bot.evidence import Code, Cue, Event, Evidence, Identifier
from bot.knowledge import Article, Knowledge

if TYPE_CHECKING:
    from bot.diagnosis.words import Words

_LONGEST_ID = 5
LONGEST_QUESTION = 600
"""Characters of prose that are still a question; a longer text is not matched by its words."""
_FEW_WORDS = 2
"""Words beyond those of asking that a message may have and still be about the event it names."""
_BESIDE = 40
"""Characters within which a number and a code stand together."""


_CUED: Mapping[Cue, ReasonKind] = {
    "event": "id_cued",
    "code": "id_cued",
    "alone": "id_alone",
    "context": "id_in_context",
    "position": "id_in_context",
}


@dataclass(frozen=True, slots=True)
class Sceptic:
    """Everything needed to decide, built once from the knowledge."""

    knowledge: Knowledge
    identities: Identities
    names: NameIndex
    # Loads, or learns, what free text is matched by; only a question in free text waits for it.
    words: Callable[[], Words]


@dataclass(slots=True)
class Case:
    """One message while it is being decided."""

    evidence: Evidence
    asked: bool
    matches: list[Match] = field(default_factory=list)
    weak: list[Match] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    others: list[Event] = field(default_factory=list)
    unknown: list[tuple[str, str | None]] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    foreign: tuple[str, str] | None = None

    def add(self, match: Match, *, strong: bool) -> None:
        """Add a match, joined with one of the same article; unasked, only a strong one speaks."""
        target = self.matches if strong or self.asked else self.weak
        for position, other in enumerate(target):
            if other.article is match.article:
                codes = tuple(dict.fromkeys((*other.codes, *match.codes)))
                reasons = tuple(dict.fromkeys((*other.reasons, *match.reasons)))
                target[position] = replace(other, events=other.events + match.events, codes=codes, reasons=reasons)
                return
        target.append(match)


def weigh(evidence: Evidence, sceptic: Sceptic, *, asked: bool) -> Case:
    """Weigh everything a text holds but its free words."""
    case = Case(evidence, asked)
    _judge_events(case, sceptic)
    _judge_identifiers(case, sceptic)
    _judge_names(case, sceptic)
    _judge_codes(case, sceptic)
    return case


# --- pasted events -----------------------------------------------------------------------------------------------


def _judge_events(case: Case, sceptic: Sceptic) -> None:
    for event in case.evidence.events:
        ours = sceptic.identities.owner(event)
        article = sceptic.identities.event(event.event_id)
        foreign = sceptic.identities.foreign(case.evidence.text, -1, event.event_id) if ours is None else None
        if ours is False or foreign:
            provider = foreign or event.provider or event.log_name or ""
            case.others.append(event)
            case.reasons.append(Reason("foreign_provider", f"{event.event_id} · {provider}"))
            case.foreign = case.foreign or (event.event_id, provider)
        elif article is None:
            case.unknown.append((event.event_id, event.provider))
            case.unexplained.append(event.event_id)
            case.reasons.append(Reason("id_unknown", event.event_id))
        else:
            _add_event(case, sceptic, event, article, sure=ours is True)


def _add_event(case: Case, sceptic: Sceptic, event: Event, article: Article, *, sure: bool) -> None:
    kind: ReasonKind = "log_agrees" if event.log_name and sure else "provider_agrees" if sure else "id_without_provider"
    reasons = [Reason(kind, event.log_name or event.provider or event.event_id)]
    codes = []
    for code in event.codes:
        if (code_article := sceptic.identities.code(code.digits)) is not None:
            codes.append(code_article)
            reasons.append(Reason("code_with_event", code_article.id))
        else:
            case.unexplained.append(f"0x{code.digits}")
    commoner = any(other.commoner for other in article.mistaken_for)
    strong = sure or not commoner
    if not strong:
        reasons.append(Reason("commoner_elsewhere", article.id))
    case.add(Match(article, tuple(reasons), (event,), tuple(dict.fromkeys(codes))), strong=strong)


# --- event IDs in sentences ----------------------------------------------------------------------------------------


def _judge_identifiers(case: Case, sceptic: Sceptic) -> None:
    identifiers = list(case.evidence.identifiers)
    for number in case.evidence.unmarked:
        known = sceptic.identities.event(number.digits) is not None
        if case.evidence.bare and (known or 3 < len(number.digits) <= _LONGEST_ID + 1):
            identifiers.append(replace(number, cue="alone"))
        elif known and _stands_with_code(case, sceptic, number):
            identifiers.append(number)
        elif known and case.asked and _names_another(case, sceptic, number):
            continue
        else:
            case.reasons.append(Reason("number_unmarked", number.digits))
    for identifier in identifiers:
        _judge_identifier(case, sceptic, identifier)


def _stands_with_code(case: Case, sceptic: Sceptic, number: Identifier) -> bool:
    """Tell whether an unmarked ID stands beside a code it is documented with, or, asked, beside any documented code."""
    article = sceptic.identities.event(number.digits)
    codes = [
        code
        for code in case.evidence.codes
        if abs(code.span.start - number.span.end) <= _BESIDE or abs(number.span.start - code.span.end) <= _BESIDE
    ]
    found = [code_article.id for code in codes if (code_article := sceptic.identities.code(code.digits)) is not None]
    return article is not None and (any(code in article.codes for code in found) or (case.asked and bool(found)))


def _names_another(case: Case, sceptic: Sceptic, number: Identifier) -> bool:
    prose = case.evidence.prose
    foreign = sceptic.identities.foreign(prose, prose.find(number.digits), number.digits)
    if foreign:
        case.foreign = case.foreign or (number.digits, foreign)
        case.reasons.append(Reason("foreign_words", f"{number.digits} · {foreign}"))
    return foreign is not None


def _judge_identifier(case: Case, sceptic: Sceptic, identifier: Identifier) -> None:
    digits, prose = identifier.digits, case.evidence.prose
    article = sceptic.identities.event(digits)
    if any(event.event_id == digits for event in case.others):
        return
    if foreign := sceptic.identities.foreign(prose, prose.find(digits), digits):
        case.foreign = case.foreign or (digits, foreign)
        case.reasons.append(Reason("foreign_words", f"{digits} · {foreign}"))
        return
    if identifier.cue == "position" and case.evidence.bare:
        identifier = replace(identifier, cue="alone")
    beside_code = article is not None and _stands_with_code(case, sceptic, identifier)
    if (
        identifier.cue == "position"
        and not beside_code
        and not (case.asked and (article or sceptic.identities.neighbours(digits)))
    ):
        case.reasons.append(Reason("number_unmarked", digits))
        return
    if article is None:
        if identifier.cue not in {"context", "position"} or sceptic.identities.neighbours(digits):
            case.unknown.append((digits, None))
        case.reasons.append(Reason("id_unknown", digits))
        return
    kind = _CUED[identifier.cue]
    commoner = any(other.commoner for other in article.mistaken_for) and not case.evidence.in_context
    reasons = [Reason(kind, digits)]
    if commoner:
        reasons.append(Reason("commoner_elsewhere", digits))
    # "event 20502 in the ERP system" is nobody's we know: a cue speaks unasked only among the connector's words, or alone.
    ours = case.evidence.in_context or case.evidence.words_left <= _FEW_WORDS
    case.add(Match(article, tuple(reasons)), strong=identifier.cue == "event" and ours and not commoner)


# --- names ---------------------------------------------------------------------------------------------------------


def _judge_names(case: Case, sceptic: Sceptic) -> None:
    for name in case.evidence.names:
        article = sceptic.names.exact(name.squashed)
        if article is not None:
            case.add(Match(article, (Reason("name_matches", name.text),)), strong=not article.generic_name)
    if not case.asked or case.matches or len(case.evidence.prose) > LONGEST_QUESTION:
        return
    for found in sceptic.names.find(case.evidence.prose):
        kind: ReasonKind = "name_matches" if found.score == 100 else "name_resembles"
        case.add(Match(found.article, (Reason(kind, found.text),)), strong=False)


# --- codes ---------------------------------------------------------------------------------------------------------


def _judge_codes(case: Case, sceptic: Sceptic) -> None:
    """Give codes in the prose to the event they stand with, or explain them on their own."""
    beside = [match for match in [*case.matches, *case.weak] if match.article.kind == "event"]
    for code in case.evidence.codes:
        article = sceptic.identities.code(code.digits)
        if article is None:
            _unknown_code(case, code, alone=not beside)
        elif beside:
            # An ID together with its code is strong: neither number alone would be.
            holders = [match for match in beside if article.id in match.article.codes] or beside[-1:]
            for holder in holders:
                reason = Reason("code_with_event", article.id)
                strong = article.id in holder.article.codes or any(
                    match.article is holder.article for match in case.matches
                )
                case.add(Match(holder.article, (reason,), codes=(article,)), strong=strong)
        elif any(match.article is article for match in case.matches):
            continue
        elif _is_meant(case, sceptic, code, article):
            case.add(
                Match(article, (Reason("code_matches", f"0x{code.digits}" if code.prefixed else code.digits),)),
                strong=False,
            )
        else:
            case.reasons.append(Reason("code_unmarked", f"0x{code.digits}"))


def _is_meant(case: Case, sceptic: Sceptic, code: Code, article: Article) -> bool:
    """Tell whether a code in a sentence is a diagnostic code, and not somebody else's number."""
    prose = case.evidence.prose
    at = prose.find(code.digits) if code.digits in prose else prose.lower().find(code.digits.lower())
    if foreign := sceptic.identities.foreign(prose, at, article.id):
        case.reasons.append(Reason("foreign_words", f"0x{code.digits} · {foreign}"))
        return False
    padded = len(code.digits) >= 8 and article.id != "0x00000000"
    return case.evidence.bare or code.cue is not None or (code.prefixed and padded)


def _unknown_code(case: Case, code: Code, *, alone: bool) -> None:
    subject = f"0x{code.digits}"
    case.reasons.append(Reason("code_unknown", subject))
    if not alone:
        case.unexplained.append(subject)
    elif case.evidence.bare or code.cue is not None:
        case.unknown.append((subject if code.prefixed else code.digits, None))
