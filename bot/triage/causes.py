"""Causal links between sightings, by the relations beside the articles; without a relation there is no link."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge import ANY, SILENCE, Effect, Knowledge
from bot.triage.evidence_order import OrderedSighting, is_trouble, weigh_sightings
from bot.triage.incident import Incident, Sighting
from bot.triage.settled import Settled, find_settled, is_same


@dataclass(frozen=True, slots=True)
class CausalLink:
    """A sighting that follows from another, by this relation."""

    effect: Sighting
    cause: Sighting
    relation: Effect


Causes = Mapping[int, tuple[OrderedSighting, Effect]]
"""The nearest cause of an event and the relation that links them, by the event's place."""


def find_causal_links(incident: Incident, knowledge: Knowledge) -> tuple[CausalLink, ...]:
    """Return each sighting that has a cause, linked to the nearest one that is known, in order."""
    seen = weigh_sightings(incident, knowledge)
    causes = find_causes(seen, knowledge)
    return tuple(
        CausalLink(each.sighting, causes[each.place][0].sighting, causes[each.place][1])
        for each in seen
        if each.place in causes
    )


def find_causes(seen: Sequence[OrderedSighting], knowledge: Knowledge) -> Causes:
    """Return the nearest cause of each failure or warning that has one.

    The most specific relation wins, then a cause on the same computer, then the latest before the effect.
    """
    troubles = [each for each in seen if is_trouble(each, knowledge)]
    settled = find_settled(seen, knowledge)
    # Candidate causes by relation and computer, in order.
    able: list[tuple[Effect, dict[str, list[OrderedSighting]]]] = []
    for relation in knowledge.relations.effects:
        places: dict[str, list[OrderedSighting]] = {}
        for each in troubles:
            if relation.effect.event != SILENCE and relation.cause.fits(each.article_id, each.sighting.codes):
                places.setdefault(each.computer, []).append(each)
        if places:
            able.append((relation, places))
    found: dict[int, tuple[OrderedSighting, Effect]] = {}
    for each in troubles:
        possible = [
            (cause, relation)
            for relation, places in able
            if relation.effect.fits(each.article_id, each.sighting.codes)
            for computer, causes in places.items()
            # An unknown computer may be the same one.
            if relation.same == "device" or not computer or not each.computer or computer == each.computer
            if (cause := _nearest(causes, each, relation, settled, knowledge)) is not None
        ]
        if possible:
            found[each.place] = max(possible, key=lambda pair: _nearness(pair, each))
    return found


def find_silences(seen: Sequence[OrderedSighting], knowledge: Knowledge) -> Mapping[int, Effect]:
    """Return the events that silenced their computer, by place, each with the relation that explains the silence."""
    last: dict[str, OrderedSighting] = {}
    for each in seen:
        if each.computer not in last or each.later_than(last[each.computer]):
            last[each.computer] = each
    return {
        each.place: relation
        for each in last.values()
        for relation in knowledge.relations.effects
        if relation.effect.event == SILENCE and relation.cause.fits(each.article_id, each.sighting.codes)
    }


def find_root(seen: OrderedSighting, causes: Causes) -> OrderedSighting:
    """Follow the chain of causes to its first one; an event without a cause is its own root."""
    passed = {seen.place}
    while seen.place in causes:
        cause = causes[seen.place][0]
        if cause.place in passed:
            break
        passed.add(cause.place)
        seen = cause
    return seen


def _nearest(
    causes: Sequence[OrderedSighting], effect: OrderedSighting, relation: Effect, settled: Settled, knowledge: Knowledge
) -> OrderedSighting | None:
    """Return the latest possible cause before an effect, else the earliest after it."""
    article = knowledge.articles[effect.article_id]
    if relation.effect.event == ANY and article.outcome not in ("failure", "warning"):
        return None
    at = bisect_left(causes, effect.place, key=lambda each: each.place)
    for cause in (*reversed(causes[:at]), *causes[at:]):
        # "Any failure" means any of the same product.
        if relation.effect.event == ANY and knowledge.articles[cause.article_id].product is not article.product:
            continue
        if cause.article_id == effect.article_id or effect.surely_before(cause, relation.minutes_before):
            continue
        # A passing cause explains nothing that comes much later.
        if relation.hours_after and cause.surely_before(effect, relation.hours_after * 60):
            continue
        if relation.same == "device" and not is_same(cause, effect, "device"):
            continue
        if cause.place in settled and effect.later_than(settled[cause.place][1]):
            continue
        return cause
    return None


def _nearness(pair: tuple[OrderedSighting, Effect], effect: OrderedSighting) -> tuple[int, bool, bool, int]:
    cause, relation = pair
    before = cause.place < effect.place
    return (
        relation.effect.weight,
        cause.computer == effect.computer,
        before,
        cause.place if before else -cause.place,
    )
