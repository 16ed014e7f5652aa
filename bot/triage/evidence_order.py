"""Puts the sightings of an incident in one order, each event once. Everything that reads the evidence begins here."""

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
    """A sighting with its place among all others."""

    sighting: Sighting
    message_ts: str
    # None where its time cannot be read.
    at: datetime | None
    place: int

    @property
    def article_id(self) -> str:
        """The article that explains it."""
        return self.sighting.article_id

    @property
    def computer(self) -> str:
        """The computer's name without its domain, in lower case; empty where none was given."""
        return short_name(self.sighting.computer)

    def later_than(self, other: OrderedSighting) -> bool:
        """Tell whether it happened after another, by their times, or else by their places."""
        if self.at is not None and other.at is not None:
            return self.at > other.at
        return self.place > other.place

    def surely_before(self, other: OrderedSighting, minutes: int = 0) -> bool:
        """Tell whether both times are known and this one is earlier by more than some minutes."""
        if self.at is None or other.at is None:
            return False
        return (other.at - self.at).total_seconds() > minutes * 60


def short_name(computer: str) -> str:
    """NDES01.example.com and ndes01 are one computer; an IP address stays whole."""
    name = computer.strip().casefold()
    return name if name.replace(".", "").isdigit() else name.split(".")[0]


def order_sightings(incident: Incident) -> tuple[OrderedSighting, ...]:
    """Return the evidence by time. What has no readable time is placed after all that was shown before it.

    The same event pasted again is one event, if it has a time: it counts as often as the message that shows it most often.
    Events of the same second have the order of their IDs, so that it does not matter who pasted first.
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
    return tuple(
        OrderedSighting(sighting, ts, times.get(sighting.time), place) for place, (_, sighting, ts) in enumerate(found)
    )


def weigh_sightings(incident: Incident, knowledge: Knowledge) -> tuple[OrderedSighting, ...]:
    """Return the evidence that counts: what was pasted, or as long as nothing was, the failures somebody named.

    "Do you see 20402?" is no download that failed, and "then expect 20500" none that worked.
    """
    seen = order_sightings(incident)
    pasted = tuple(each for each in seen if not each.sighting.told)
    return pasted or tuple(each for each in seen if is_trouble(each, knowledge))


def is_trouble(seen: OrderedSighting, knowledge: Knowledge) -> bool:
    """Tell whether an event is something to look into: no success, and not the code of one."""
    article = knowledge.articles.get(seen.article_id)
    return article is not None and article.outcome != "success"


def computers_of(seen: Iterable[OrderedSighting]) -> tuple[str, ...]:
    """Return the computers as the sources wrote them, each once, by name."""
    names: dict[str, str] = {}
    for written in sorted(each.sighting.computer for each in seen if each.sighting.computer):
        names.setdefault(short_name(written), written)
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
