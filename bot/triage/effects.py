"""Which events follow from which, by the relations beside the articles. Asserts nothing without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge import ANY, SILENCE, Effect, Knowledge
from bot.triage.incident import Incident, Sighting
from bot.triage.order import Seen, is_trouble, weighed
from bot.triage.watches import is_same, settled_in


@dataclass(frozen=True, slots=True)
class Follows:
    """One event follows from another."""

    effect: Sighting
    cause: Sighting
    relation: Effect


Causes = Mapping[int, tuple[Seen, Effect]]
"""The cause of each event that has one, by the event's place."""


def effects_in(incident: Incident, knowledge: Knowledge) -> tuple[Follows, ...]:
    """Return which sightings follow from which, in their order; each from the nearest cause that is known."""
    seen = weighed(incident, knowledge)
    causes = causes_in(seen, knowledge)
    return tuple(
        Follows(each.sighting, causes[each.place][0].sighting, causes[each.place][1])
        for each in seen
        if each.place in causes
    )


def causes_in(seen: Sequence[Seen], knowledge: Knowledge) -> Causes:
    """Return the nearest cause of each failure or warning that has one."""
    troubles = [each for each in seen if is_trouble(each, knowledge)]
    by_article: dict[str, list[Seen]] = {}
    for each in troubles:
        by_article.setdefault(each.article_id, []).append(each)
    settled = settled_in(seen, knowledge)
    found: dict[int, tuple[Seen, Effect]] = {}
    for each in troubles:
        possible = [
            (cause, relation)
            for relation in knowledge.relations.effects
            if relation.effect.event != SILENCE and relation.effect.fits(each.article_id, each.sighting.codes)
            for cause in by_article.get(relation.cause.event, ())
            if relation.cause.fits(cause.article_id, cause.sighting.codes)
            and not (relation.effect.event == ANY and not _is_any(each, cause, knowledge))
            and _can_be(cause, each, relation)
            and not (cause.place in settled and each.later_than(settled[cause.place][1]))
        ]
        if possible:
            found[each.place] = max(possible, key=lambda pair: _nearness(pair, each))
    return found


def silences_in(seen: Sequence[Seen], knowledge: Knowledge) -> Mapping[int, Effect]:
    """Return the events after which nothing more was seen of their computer, by place, with the relation that says why."""
    last: dict[str, Seen] = {}
    for each in seen:
        if each.computer not in last or each.later_than(last[each.computer]):
            last[each.computer] = each
    return {
        each.place: relation
        for each in last.values()
        for relation in knowledge.relations.effects
        if relation.effect.event == SILENCE and relation.cause.fits(each.article_id, each.sighting.codes)
    }


def root_of(seen: Seen, causes: Causes) -> Seen:
    """Return the first cause in the chain behind an event; the event itself where none is known."""
    passed = {seen.place}
    while seen.place in causes:
        cause = causes[seen.place][0]
        if cause.place in passed:
            break
        passed.add(cause.place)
        seen = cause
    return seen


def _is_any(effect: Seen, cause: Seen, knowledge: Knowledge) -> bool:
    outcome = knowledge.articles[effect.article_id].outcome
    return outcome in ("failure", "warning") and effect.article_id != cause.article_id


def _can_be(cause: Seen, effect: Seen, relation: Effect) -> bool:
    if effect.surely_before(cause, relation.minutes_before):
        return False
    if relation.same == "device":
        return is_same(cause, effect, "device")
    # Where a computer is not given it may be the same one.
    return not cause.computer or not effect.computer or cause.computer == effect.computer


def _nearness(pair: tuple[Seen, Effect], effect: Seen) -> tuple[int, bool, bool, int]:
    """The relation that says most, then the same computer, then the last cause before the effect."""
    cause, relation = pair
    before = not cause.later_than(effect)
    return (
        relation.effect.weight,
        cause.computer == effect.computer,
        before,
        cause.place if before else -cause.place,
    )
