"""The order of an incident's sightings, each event once. Everything that reads the evidence starts from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge import Knowledge
from bot.triage.event_times import read_times
from bot.triage.incident import Incident, Sighting


@dataclass(frozen=True, slots=True)
class OrderedSighting:
    """A sighting with its time and its place among all others."""

    sighting: Sighting
    message_ts: str
    # None where its time cannot be read.
    at: datetime | None
    place: int
    # Its host's name in lower case: without the domain, where the evidence knows one domain of that name alone; empty
    # where no computer was given.
    computer: str

    @property
    def article_id(self) -> str:
        """Return the ID of the article that explains the sighting."""
        return self.sighting.article_id

    def later_than(self, other: OrderedSighting) -> bool:
        """Return True when it happened after another: by time where both are known, else by place."""
        if self.at is not None and other.at is not None:
            return self.at > other.at
        return self.place > other.place

    def surely_before(self, other: OrderedSighting, minutes: int = 0) -> bool:
        """Return True when both times are known and this one is earlier by more than `minutes`."""
        if self.at is None or other.at is None:
            return False
        return (other.at - self.at).total_seconds() > minutes * 60


def short_name(computer: str) -> str:
    """Reduce a computer's name to its host name in lower case; an IP address stays whole."""
    name = computer.strip().casefold()
    return name if name.replace(".", "").isdigit() else name.split(".")[0]


def host_names(computers: Iterable[str]) -> dict[str, str]:
    """Return the host that each written name means: one name with and without its domain is one, in two domains two."""
    written = set(computers)
    full: dict[str, set[str]] = {}
    for each in written:
        full.setdefault(short_name(each), set()).add(_full_name(each))
    several = {name for name, names in full.items() if len(names - {name}) > 1}
    return {each: _full_name(each) if short_name(each) in several else short_name(each) for each in written}


def _full_name(computer: str) -> str:
    return computer.strip().casefold().rstrip(".")


def order_sightings(incident: Incident) -> tuple[OrderedSighting, ...]:
    """Return the evidence by time; a sighting without a readable time follows everything posted before it.

    An event with a time that is pasted again is one event: it counts as often as in the message that shows it most
    often. Events of the same second are ordered by content, so that it does not matter who pasted first.
    """
    times = read_times(each.time for each in incident.sightings if each.time)
    latest: datetime | None = None
    kept: Counter[Sighting] = Counter()
    found: list[tuple[tuple[bool, datetime | None, bool, tuple[object, ...]], Sighting, str]] = []
    for ts, sightings in sorted(incident.evidence.items()):
        here: Counter[Sighting] = Counter()
        for position, sighting in enumerate(sightings):
            at = times.get(sighting.time)
            if at is None:
                found.append(((latest is not None, latest, True, (ts, position)), sighting, ts))
                continue
            latest = at if latest is None else max(latest, at)
            here[sighting] += 1
            if here[sighting] > kept[sighting]:
                kept[sighting] += 1
                found.append(((True, at, False, _content(sighting)), sighting, ts))
    found.sort(key=lambda each: _key(each[0]))
    hosts = host_names(sighting.computer for _, sighting, _ in found)
    return tuple(
        OrderedSighting(sighting, ts, times.get(sighting.time), place, hosts[sighting.computer])
        for place, (_, sighting, ts) in enumerate(found)
    )


def weigh_sightings(incident: Incident, knowledge: Knowledge) -> tuple[OrderedSighting, ...]:
    """Return the evidence that counts: pasted events, or while there are none, the failures that people named.

    A question about an event does not show that it happened, nor does advice to expect a success. A pasted event that
    nothing is known of any more outweighs nobody's words; it stays in its place, for it tells that its computer logged.
    """
    seen = order_sightings(incident)
    pasted = tuple(each for each in seen if not each.sighting.told)
    if any(is_known(each.article_id, knowledge) for each in pasted):
        return pasted
    return tuple(each for each in seen if not each.sighting.told or is_trouble(each, knowledge))


def is_known(article_id: str, knowledge: Knowledge) -> bool:
    """Return True when an article explains an event or code, or a log of the relations lists it.

    An incident outlives its articles: one may be left out for a fault, renamed or removed after the event was posted.
    """
    logs = knowledge.relations.logs.values()
    return article_id in knowledge.articles or any(article_id in log.events for log in logs)


def is_trouble(seen: OrderedSighting, knowledge: Knowledge) -> bool:
    """Return True for a failure, a warning or a note: anything whose article is no success."""
    article = knowledge.articles.get(seen.article_id)
    return article is not None and article.outcome != "success"


def computers_of(seen: Iterable[OrderedSighting]) -> tuple[str, ...]:
    """Return the computers as their sources spell them, each once, sorted by host name."""
    names: dict[str, str] = {}
    for each in sorted(seen, key=lambda each: each.sighting.computer):
        if each.sighting.computer:
            names.setdefault(each.computer, each.sighting.computer)
    return tuple(names[name] for name in sorted(names))


def _content(sighting: Sighting) -> tuple[object, ...]:
    return (
        sighting.article_id,
        sighting.computer,
        sighting.codes,
        sighting.device,
        sighting.ca,
        sighting.time,
        sighting.told,
    )


def _key(rank: tuple[bool, datetime | None, bool, tuple[object, ...]]) -> tuple[object, ...]:
    timed, at, untimed, rest = rank
    return (timed, at, untimed, rest) if timed else (timed, untimed, rest)
