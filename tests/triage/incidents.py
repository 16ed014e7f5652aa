"""Incidents and sightings for the tests of triage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.evidence import empty_lexicon
from bot.knowledge import Knowledge
from bot.languages import Language
from bot.replies.article_numbers import ArticleNumbers
from bot.triage import Incident, Sighting
from bot.triage.similar import SimilarityIndex
from bot.triage.similar_features import ResolvedIncident

OPENED_AT = 1_782_900_000.0
MESSAGE = "1782900000.000100"
SCEP = Sighting("20502", ("0x00000409",), "TEAPOT01", "2026-07-01T09:58:00Z", "…3f2a")
DOWNLOAD = Sighting("20402", (), "TEAPOT01", "2026-07-01T09:40:00Z")


def numbers_as_ids(language: Language = "en") -> ArticleNumbers:
    """Numbers of articles that nobody has: each is shown by its ID."""
    return ArticleNumbers(Knowledge({}, {}, empty_lexicon()), language)


def incident(**changes: Any) -> Incident:
    """INC-42, opened by Ada in a thread about teapots."""
    start: dict[str, Any] = {
        "number": 42,
        "team_id": "T1",
        "channel_id": "C1",
        "thread_ts": MESSAGE,
        "opened_by": "UADA",
        "opened_at": OPENED_AT,
    }
    return Incident(**{**start, **changes})


def evidence(*messages: tuple[Sighting, ...]) -> Incident:
    """An incident whose thread shows these, message by message."""
    return incident(evidence={f"17829000{place:02}.000100": seen for place, seen in enumerate(messages) if seen})


def seen(event_id: str, clock: str = "", *codes: str, computer: str = "TEAPOT01", device: str = "") -> Sighting:
    """An event of the first of July; `clock` such as 09:40 (UTC), empty without a time."""
    time = f"2026-07-01T{clock}:00Z" if clock else ""
    return Sighting(event_id, tuple(f"0x{code:0>8}" for code in codes), computer, time, device)


def index_of(team_id: str, rows: Iterable[ResolvedIncident]) -> SimilarityIndex:
    """The index of a workspace with these resolved incidents."""
    index = SimilarityIndex(team_id)
    for row in rows:
        index.add(row)
    return index
