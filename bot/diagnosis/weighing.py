"""Weighs what a text holds: which articles its events, IDs, names and codes match, and how strongly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache as once

from bot.diagnosis.candidates import choose, is_of_another
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.identity import Identities
from bot.diagnosis.values import Match, MatchReason, ReasonKind
from bot.evidence import Code, Cue, Event, Evidence, Identifier
from bot.knowledge import Article, Product

_SHORTEST_ALONE = 4
"""Digits from which a number that stands alone is asked about, documented or not."""
LONGEST_QUESTION = 600
"""Characters of prose that are still a question; a longer text is not matched by its words."""
_FEW_WORDS = 2
"""Words beyond those of asking that a message may have and still be about the event it names."""
_BESIDE = 40
"""Characters within which a number and a code stand together."""


_LOST = "\ufffd"
"""What stands in place of bytes that are no character in the encoding a text was read in."""
_CUED: Mapping[Cue, ReasonKind] = {
    "event": "id_cued",
    "code": "id_cued",
    "alone": "id_alone",
    "context": "id_in_context",
    "position": "id_in_context",
}


@dataclass(slots=True)
class Gathered:
    """One article's match while evidence for it is being added."""

    article: Article
    reasons: dict[MatchReason, None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    codes: dict[Article, None] = field(default_factory=dict)

    def match(self) -> Match:
        """Return the match as a value."""
        return Match(self.article, tuple(self.reasons), tuple(self.events), tuple(self.codes))


@dataclass(slots=True)
class Case:
    """One message while it is being decided. Dicts keep the order of what was seen, each thing once."""

    evidence: Evidence
    asked: bool
    strong: dict[str, Gathered] = field(default_factory=dict)
    weak: dict[str, Gathered] = field(default_factory=dict)
    notes: dict[MatchReason, None] = field(default_factory=dict)
    others: list[Event] = field(default_factory=list)
    unknown: dict[str, str | None] = field(default_factory=dict)
    unexplained: dict[str, None] = field(default_factory=dict)
    # Articles of several products that have one number, code or name, where the text does not tell which is meant.
    ambiguous: dict[str, tuple[Article, ...]] = field(default_factory=dict)
    # Whose an undocumented event is, where its log or source says so.
    product: Product | None = None
    foreign: tuple[str, str] | None = None

    @property
    def matches(self) -> list[Match]:
        """Return the matches that may be answered."""
        return [gathered.match() for gathered in self.strong.values()]

    def gather(self, article: Article, *reasons: MatchReason, strong: bool) -> Gathered:
        """Add reasons for an article; unasked, only strong evidence speaks."""
        among = self.strong if strong or self.asked else self.weak
        gathered = among.setdefault(article.id, Gathered(article))
        gathered.reasons.update(dict.fromkeys(reasons))
        return gathered

    def note(self, kind: ReasonKind, about: str) -> None:
        """Note why something was left alone."""
        self.notes[MatchReason(kind, about)] = None

    def is_one_of(self, subject: str, articles: tuple[Article, ...]) -> None:
        """Keep the articles among which nothing in the text chooses."""
        self.ambiguous.setdefault(subject, articles)
        self.note("product_unclear", subject)

    def belongs_to(self, subject: str, provider: str, kind: ReasonKind) -> None:
        """Note that an identifier is another product's."""
        self.foreign = self.foreign or (subject, provider)
        self.note(kind, f"{subject} · {provider}")


def weigh(evidence: Evidence, sceptic: Sceptic, *, asked: bool) -> Case:
    """Weigh everything a text holds but its free words.

    A text of which characters were lost may have lost the label or the source by which an event is another product's.
    """
    case = Case(evidence, asked)
    if _LOST in evidence.text:
        case.note("undecodable", "")
        if not asked:
            return case
    _judge_events(case, sceptic)
    _judge_identifiers(case, sceptic)
    _judge_names(case, sceptic)
    _judge_codes(case, sceptic)
    return case


# --- pasted events -----------------------------------------------------------------------------------------------


def _judge_events(case: Case, sceptic: Sceptic) -> None:
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
    strong = (sure or not _is_commoner_elsewhere(article)) and not event.slipped
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
        elif code.written not in article.product.neutral_codes and not _is_broken_code(case, sceptic, code):
            case.unexplained[code.written] = None
    if not strong:
        gathered.reasons[MatchReason("commoner_elsewhere", article.id)] = None


def _is_commoner_elsewhere(article: Article) -> bool:
    return any(other.commoner for other in article.mistaken_for)


# --- event IDs in sentences ----------------------------------------------------------------------------------------


def _judge_identifiers(case: Case, sceptic: Sceptic) -> None:
    evidence = case.evidence
    beside = _codes_beside(evidence, sceptic.identities)
    taken = {event.event_id for event in case.others}
    judged: set[tuple[str, Cue | None]] = set()
    marked: list[tuple[Identifier, bool]] = [(identifier, True) for identifier in evidence.identifiers]
    for identifier, is_marked in [*marked, *((number, False) for number in evidence.unmarked)]:
        digits, cue = identifier.digits, identifier.cue if is_marked else None
        if digits in taken or (digits, cue) in judged:
            continue
        judged.add((digits, cue))
        codes = beside.get(digits, {})
        found = choose(sceptic.identities.events(digits), evidence, codes)
        if cue is None or cue == "position":
            cue = _cue_of_weak(case, sceptic, digits, cue, found, codes)
        if cue is None:
            case.note("number_unmarked", digits)
        else:
            _judge_identifier(case, sceptic, digits, cue, found)


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


def _cue_of_weak(
    case: Case,
    sceptic: Sceptic,
    digits: str,
    cue: Cue | None,
    found: tuple[Article, ...],
    codes: Mapping[Article, None],
) -> Cue | None:
    """Tell what makes a number without a cue of its own an event ID: standing alone, with a code, or being asked about."""
    longest = sceptic.knowledge.lexicon.longest_id
    if case.evidence.bare and (cue or found or _SHORTEST_ALONE <= len(digits) <= longest + 1):
        return "alone"
    named = {code.id for code in codes}
    if any(named.intersection(article.codes) for article in found) or (found and case.asked and codes):
        return "context"
    if cue == "position" and case.asked and (found or sceptic.identities.neighbours(digits)):
        return "position"
    if cue is None and found and case.asked and (foreign := _foreign(case, sceptic, digits, found[0])):
        case.belongs_to(digits, foreign, "foreign_words")
    return None


def _foreign(case: Case, sceptic: Sceptic, digits: str, article: Article | None) -> str | None:
    prose = case.evidence.prose
    return sceptic.identities.foreign(prose, prose.find(digits), article)


def _judge_identifier(case: Case, sceptic: Sceptic, digits: str, cue: Cue, found: tuple[Article, ...]) -> None:
    evidence = case.evidence
    if foreign := _foreign(case, sceptic, digits, found[0] if found else None):
        case.belongs_to(digits, foreign, "foreign_words")
        return
    if digits in sceptic.knowledge.broken:
        case.note("article_broken", digits)
        return
    if not found:
        if cue not in {"context", "position"} or sceptic.identities.neighbours(digits):
            case.unknown.setdefault(digits, None)
        case.note("id_unknown", digits)
        return
    if len(found) > 1:
        case.is_one_of(digits, found)
        return
    (article,) = found
    is_about = evidence.is_about(article.product.id)
    commoner = _is_commoner_elsewhere(article) and not is_about
    # "event 31415 in the ERP system" is nobody's we know: a cue speaks unasked only among the product's words, or alone.
    ours = is_about or (evidence.words_left <= _FEW_WORDS and not is_of_another(article, evidence))
    reasons = [MatchReason(_CUED[cue], digits), *([MatchReason("commoner_elsewhere", digits)] if commoner else [])]
    case.gather(article, *reasons, strong=cue == "event" and ours and not commoner)


# --- names ---------------------------------------------------------------------------------------------------------


def _judge_names(case: Case, sceptic: Sceptic) -> None:
    for squashed, text in {name.squashed: name.text for name in case.evidence.names}.items():
        found = choose(sceptic.names.exact(squashed), case.evidence)
        if len(found) > 1:
            case.is_one_of(text, found)
        elif found:
            case.gather(found[0], MatchReason("name_matches", text), strong=not found[0].generic_name)
    if not case.asked or case.strong or len(case.evidence.prose) > LONGEST_QUESTION:
        return
    for match in sceptic.names.find(case.evidence.prose):
        if is_of_another(match.article, case.evidence):
            continue
        kind: ReasonKind = "name_matches" if match.score == 100 else "name_resembles"
        case.gather(match.article, MatchReason(kind, match.text), strong=False)


# --- codes ---------------------------------------------------------------------------------------------------------


def _judge_codes(case: Case, sceptic: Sceptic) -> None:
    """Give codes in the prose to the event they stand with, or explain them on their own."""
    beside = [g.article for g in (*case.strong.values(), *case.weak.values()) if g.article.kind == "event"]
    unique = {(code.digits, code.prefixed, code.cue): code for code in case.evidence.codes}
    for code in unique.values():
        found = choose(sceptic.identities.codes(code), case.evidence, beside)
        if not found:
            if not _is_broken_code(case, sceptic, code):
                _unknown_code(case, code, alone=not beside)
        elif len(found) > 1:
            case.is_one_of(code.written, found)
        elif events := [event for event in beside if event.product is found[0].product]:
            _give_code(case, found[0], events)
        elif found[0].id not in case.strong:
            if _is_meant(case, sceptic, code, found[0]):
                written = code.written if code.prefixed else code.digits
                case.gather(found[0], MatchReason("code_matches", written), strong=False)
            else:
                case.note("code_unmarked", code.written)


def _give_code(case: Case, code: Article, beside: list[Article]) -> None:
    """Add a code to the events documented with it, else to the last; an ID with its code is strong, neither number alone is."""
    for event in [article for article in beside if code.id in article.codes] or beside[-1:]:
        strong = code.id in event.codes or event.id in case.strong
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
    if foreign := sceptic.identities.foreign(prose, at, article):
        case.note("foreign_words", f"{code.written} · {foreign}")
        return False
    padded = len(code.digits) >= 8 and article.id not in article.product.neutral_codes
    return case.evidence.bare or code.cue is not None or (code.prefixed and padded)


def _is_broken_code(case: Case, sceptic: Sceptic, code: Code) -> bool:
    """Tell whether a code has an article that was left out for its faults, and note it."""
    is_broken = (code.digits if code.product else f"0x{code.digits.lstrip('0'):0>8}") in sceptic.knowledge.broken
    if is_broken:
        case.note("article_broken", code.written)
    return is_broken


def _unknown_code(case: Case, code: Code, *, alone: bool) -> None:
    subject = code.written
    case.note("code_unknown", subject)
    if not alone:
        case.unexplained[subject] = None
    elif case.evidence.bare or code.cue is not None:
        case.unknown.setdefault(subject if code.prefixed else code.digits, None)
