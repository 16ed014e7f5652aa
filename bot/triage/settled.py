"""Failures that a later success has settled, and successes still awaited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge import Knowledge, Same, Watch
from bot.triage.evidence_order import OrderedSighting, is_trouble, weigh_sightings
from bot.triage.incident import Incident, Sighting


@dataclass(frozen=True, slots=True)
class WatchedFailure:
    """A failure that a success can settle, and the success once it came."""

    sighting: Sighting
    watch: Watch
    # None while the success is awaited.
    settled_by: Sighting | None

    @property
    def is_settled(self) -> bool:
        """Return True once the success came."""
        return self.settled_by is not None


@dataclass(frozen=True, slots=True)
class SettledFailures:
    """The count of settled failures of one kind, of how many, and the events that settled them."""

    article_id: str
    settled: int
    total: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwaitedSuccess:
    """A failure that passes by itself and has not yet: the events that would show it, and for which devices or computers."""

    # Any one of them settles it.
    events: tuple[str, ...]
    watch: Watch
    # Devices or computers, as the watch compares; empty where none was posted.
    of: tuple[str, ...]


Settled = Mapping[int, tuple[Watch, OrderedSighting]]
"""The watch and the success that settled a failure, by the failure's place."""


def find_watched(incident: Incident, knowledge: Knowledge) -> tuple[WatchedFailure, ...]:
    """Return every failure that a success can settle, settled or not, in order."""
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    found: list[WatchedFailure] = []
    for each in seen:
        if not is_trouble(each, knowledge):
            continue
        if each.place in settled:
            watch, success = settled[each.place]
            found.append(WatchedFailure(each.sighting, watch, success.sighting))
        elif (waiting := next(iter(matching_watches(each, knowledge)), None)) is not None:
            found.append(WatchedFailure(each.sighting, waiting, None))
    return tuple(found)


def count_settled(incident: Incident, knowledge: Knowledge) -> tuple[SettledFailures, ...]:
    """Count settled failures by kind, in the order of first appearance."""
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    total = Counter(each.article_id for each in seen)
    by: dict[str, list[str]] = {}
    for each in seen:
        if each.place in settled:
            by.setdefault(each.article_id, []).append(settled[each.place][1].article_id)
    return tuple(
        SettledFailures(article_id, len(events), total[article_id], tuple(dict.fromkeys(events)))
        for article_id, events in by.items()
    )


def find_awaited(incident: Incident, knowledge: Knowledge) -> tuple[AwaitedSuccess, ...]:
    """Return the awaited successes, once for each kind of failure that passes by itself."""
    seen = weigh_sightings(incident, knowledge)
    settled = find_settled(seen, knowledge)
    found: dict[tuple[str, ...], tuple[Watch, set[str]]] = {}
    for each in seen:
        passing = [watch for watch in matching_watches(each, knowledge) if watch.transient]
        if not passing or each.place in settled or not is_trouble(each, knowledge):
            continue
        _, places = found.setdefault(tuple(watch.settled_by for watch in passing), (passing[0], set()))
        sighting = each.sighting
        places.add(sighting.device if passing[0].same == "device" else sighting.computer)
    return tuple(AwaitedSuccess(events, watch, tuple(sorted(of - {""}))) for events, (watch, of) in found.items())


def matching_watches(seen: OrderedSighting, knowledge: Knowledge) -> tuple[Watch, ...]:
    """Return the watches that fit a failure, in the order of their file."""
    sighting = seen.sighting
    return tuple(
        watch for watch in knowledge.relations.watches if watch.after.fits(sighting.article_id, sighting.codes)
    )


def find_settled(seen: Sequence[OrderedSighting], knowledge: Knowledge) -> Settled:
    """Return the settled failures, each with its watch and the first success that fits."""
    by_article: dict[str, list[OrderedSighting]] = {}
    for each in seen:
        by_article.setdefault(each.article_id, []).append(each)
    found: dict[int, tuple[Watch, OrderedSighting]] = {}
    for each in seen:
        if not is_trouble(each, knowledge):
            continue
        successes = (
            (watch, success)
            for watch in matching_watches(each, knowledge)
            for success in by_article.get(watch.settled_by, ())
            if success.later_than(each) and is_same(each, success, watch.same)
        )
        first = min(successes, key=lambda pair: pair[1].place, default=None)
        if first is not None:
            found[each.place] = first
    return found


def is_same(one: OrderedSighting, other: OrderedSighting, same: Same) -> bool:
    """Return True for events of one computer or device; of devices both must be known."""
    if same == "device":
        return bool(one.sighting.device) and one.sighting.device == other.sighting.device
    return one.computer == other.computer
