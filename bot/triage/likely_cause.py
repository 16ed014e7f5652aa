"""The likely cause of an incident with its reasons, and the table of its sightings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.knowledge import Effect, Knowledge
from bot.triage.causes import CausalLink, Causes, find_causal_links, find_causes, find_root, find_silences
from bot.triage.evidence_order import (
    OrderedSighting,
    computers_of,
    is_trouble,
    order_sightings,
    weigh_sightings,
)
from bot.triage.incident import Incident, Sighting
from bot.triage.reasons import CauseReason, CodeReason, RelationReason, SilenceReason, collect_places
from bot.triage.settled import WatchedFailure, find_settled, find_watched

__all__ = [
    "CausalLink",
    "LikelyCause",
    "SightingsRow",
    "WatchedFailure",
    "find_causal_links",
    "find_likely_cause",
    "find_settled_cause",
    "find_watched",
    "tabulate_sightings",
]


@dataclass(frozen=True, slots=True)
class SightingsRow:
    """All sightings of one article."""

    article_id: str
    count: int
    # As the sources wrote them; empty where none gives a time.
    first: str
    last: str
    computers: tuple[str, ...]
    codes: tuple[str, ...]
    # Named by people only, never pasted.
    told: bool
    # The count on each computer, in the order of `computers`.
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """The likely cause: the article to begin with, and why."""

    article_id: str
    # The code that names the fault; empty where none does.
    code: str
    count: int
    computers: tuple[str, ...]
    # Everything that follows from it, directly or not.
    effects: tuple[Sighting, ...]
    reasons: tuple[CauseReason, ...]


@dataclass(slots=True)
class _Candidate:
    """A possible root while its evidence is collected."""

    article_id: str
    code: str
    roots: list[OrderedSighting] = field(default_factory=list)
    effects: list[OrderedSighting] = field(default_factory=list)


def tabulate_sightings(incident: Incident) -> tuple[SightingsRow, ...]:
    """Return one row for each article seen, in the order of first appearance."""
    groups: dict[str, list[OrderedSighting]] = {}
    for each in order_sightings(incident):
        groups.setdefault(each.article_id, []).append(each)
    return tuple(_row(article_id, group) for article_id, group in groups.items())


def _row(article_id: str, group: list[OrderedSighting]) -> SightingsRow:
    computers = computers_of(group)
    on_each = Counter(each.computer for each in group)
    hosts = {each.sighting.computer: each.computer for each in group}
    timed = [each for each in group if each.at is not None] or [each for each in group if each.sighting.time]
    return SightingsRow(
        article_id=article_id,
        count=len(group),
        first=timed[0].sighting.time if timed else "",
        last=timed[-1].sighting.time if timed else "",
        computers=computers,
        codes=tuple(sorted({code for each in group for code in each.sighting.codes})),
        told=all(each.sighting.told for each in group),
        counts=tuple(on_each[hosts[each]] for each in computers),
    )


def telling_code(sighting: Sighting, knowledge: Knowledge) -> str:
    """Return the code that names a cause: documented with this event, and no general one of its product."""
    article = knowledge.articles.get(sighting.article_id)
    if article is None:
        return ""
    own = (article.id,) if article.kind == "code" else tuple(c for c in sighting.codes if c in article.codes)
    codes = (knowledge.articles[code] for code in own if code in knowledge.articles)
    return next((code.id for code in codes if code.id not in code.product.general_codes and not code.ambiguous), "")


def find_unsettled(seen: Sequence[OrderedSighting], knowledge: Knowledge) -> tuple[OrderedSighting, ...]:
    """Return the failures and warnings that no success has settled."""
    settled = find_settled(seen, knowledge)
    return tuple(each for each in seen if is_trouble(each, knowledge) and each.place not in settled)


def find_likely_cause(incident: Incident, knowledge: Knowledge) -> LikelyCause | None:
    """Return the best-founded root; None when nothing fails, or no relation and no code explains it.

    A root that explains other failures ranks before one that only names its own cause, failures before warnings, then
    the more frequent, then the earlier.
    """
    seen = weigh_sightings(incident, knowledge)
    return _cause_of(find_unsettled(seen, knowledge), seen, knowledge)


def find_settled_cause(incident: Incident, knowledge: Knowledge) -> LikelyCause | None:
    """Return the likely cause of the failures that successes have settled; None where nothing is settled."""
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    return _cause_of([each for each in seen if each.place in settled], seen, knowledge)


def _cause_of(
    troubles: Sequence[OrderedSighting], seen: Sequence[OrderedSighting], knowledge: Knowledge
) -> LikelyCause | None:
    causes, silences = find_causes(seen, knowledge), find_silences(seen, knowledge)
    candidates = _candidates(troubles, causes, knowledge)
    founded = [each for each in candidates if each.effects or each.code or any(r.place in silences for r in each.roots)]
    if not founded:
        return None
    best = min(founded, key=lambda each: _rank(each, silences, knowledge))
    return LikelyCause(
        article_id=best.article_id,
        code=best.code,
        count=len(best.roots),
        computers=computers_of(best.roots),
        effects=tuple(each.sighting for each in best.effects),
        reasons=_reasons(best, causes, silences, knowledge),
    )


def _candidates(troubles: Sequence[OrderedSighting], causes: Causes, knowledge: Knowledge) -> list[_Candidate]:
    open_places = {each.place for each in troubles}
    # A cause that is settled explains nothing that still fails.
    held = {place: pair for place, pair in causes.items() if pair[0].place in open_places}
    found: dict[tuple[str, str], _Candidate] = {}
    for each in troubles:
        root = find_root(each, held)
        key = (root.article_id, telling_code(root.sighting, knowledge))
        candidate = found.setdefault(key, _Candidate(*key))
        (candidate.roots if root.place == each.place else candidate.effects).append(each)
    return [each for each in found.values() if each.roots]


def _rank(each: _Candidate, silences: Mapping[int, Effect], knowledge: Knowledge) -> tuple[int, int, int, str]:
    outcome = knowledge.articles[each.article_id].outcome
    if each.effects:
        rank = 0
    elif any(root.place in silences for root in each.roots):
        rank = 1
    else:
        rank = 2 if outcome == "failure" else 3
    return (rank, -len(each.effects) - len(each.roots), each.roots[0].place, each.article_id)


def _reasons(
    best: _Candidate, causes: Causes, silences: Mapping[int, Effect], knowledge: Knowledge
) -> tuple[CauseReason, ...]:
    reasons: list[CauseReason] = []
    if best.code:
        reasons.append(CodeReason(knowledge.articles[best.code]))
    silent = [root for root in best.roots if root.place in silences]
    if silent:
        latest = silent[-1]
        reasons.append(SilenceReason(latest.article_id, latest.sighting.computer, silences[latest.place]))
    used: dict[tuple[str, str, int], tuple[Effect, OrderedSighting, int]] = {}
    for each in best.effects:
        cause, relation = causes[each.place]
        key = (cause.article_id, each.article_id, id(relation))
        count = used[key][2] if key in used else 0
        used[key] = (relation, each, count + 1)
    reasons.extend(
        RelationReason(cause_id, each.article_id, relation, count)
        for (cause_id, _, _), (relation, each, count) in used.items()
    )
    reasons.append(collect_places(best.roots, (*best.roots, *best.effects)))
    return tuple(reasons)
