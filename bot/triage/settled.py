"""Which failures a later success has settled, and which are still waited for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge import Knowledge, Same, Watch
from bot.triage.evidence_order import OrderedSighting, is_trouble, weigh_sightings
from bot.triage.incident import Incident, Sighting


@dataclass(frozen=True, slots=True)
class WatchedFailure:
    """A failure that a success can settle."""

    sighting: Sighting
    watch: Watch
    # The success; None while it is waited for.
    settled_by: Sighting | None

    @property
    def is_settled(self) -> bool:
        """Whether the success came."""
        return self.settled_by is not None


@dataclass(frozen=True, slots=True)
class SettledFailures:
    """Failures of one kind that successes have settled: how many of how many, and by which events."""

    article_id: str
    settled: int
    total: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwaitedSuccess:
    """What passes by itself and has not yet: the events that would show it, and whose they have to be."""

    # Any one of them is enough.
    events: tuple[str, ...]
    watch: Watch
    # Devices or computers, as the watch says; empty where none was posted.
    of: tuple[str, ...]


Settled = Mapping[int, tuple[Watch, OrderedSighting]]
"""What settled each settled failure, by the failure's place."""


def find_watched(incident: Incident, knowledge: Knowledge) -> tuple[WatchedFailure, ...]:
    """Return every failure that a success can settle, in their order, settled or not."""
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
    """Return the kinds of failures of which something is settled, in the order of their first appearance."""
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
    """Return what is waited for, once for each kind of failure that passes by itself."""
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
    """Tell whether two events are of one computer or device. Of devices both must be known."""
    if same == "device":
        return bool(one.sighting.device) and one.sighting.device == other.sighting.device
    return one.computer == other.computer
