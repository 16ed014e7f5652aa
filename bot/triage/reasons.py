"""Reasons why a cause is likely, as values; their words are in bot/replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge import Article, Effect
from bot.triage.evidence_order import OrderedSighting, computers_of


@dataclass(frozen=True, slots=True)
class CodeReason:
    """The code in the event says what is wrong."""

    code: Article


@dataclass(frozen=True, slots=True)
class SilenceReason:
    """Nothing later than this event was posted, from this computer where it is known."""

    article_id: str
    computer: str
    relation: Effect


@dataclass(frozen=True, slots=True)
class RelationReason:
    """Other events follow from the cause, `count` of them."""

    cause_id: str
    effect_id: str
    relation: Effect
    count: int


@dataclass(frozen=True, slots=True)
class PlacesReason:
    """The count of the cause's sightings, their computers, and the number of devices.

    With `all_on_one` every event of it, causes and effects, is known to be of the one computer.
    """

    article_id: str
    count: int
    computers: tuple[str, ...]
    all_on_one: bool
    devices: int


CauseReason = CodeReason | SilenceReason | RelationReason | PlacesReason


def collect_places(roots: Sequence[OrderedSighting], all_of_it: Sequence[OrderedSighting]) -> PlacesReason:
    """Collect where the roots and everything that follows from them were seen."""
    computers = computers_of(all_of_it)
    devices = {each.sighting.device for each in all_of_it if each.sighting.device}
    all_on_one = len(computers) == 1 and len(all_of_it) > 1 and all(each.sighting.computer for each in all_of_it)
    return PlacesReason(roots[0].article_id, len(roots), computers, all_on_one, len(devices))
