"""Resolved incidents of each workspace, indexed in memory; the store stays the source of truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cachetools import LRUCache

from bot.store import Store, read_record
from bot.triage import Incident, Sighting
from bot.triage.similar import SharedFeatures, SimilarityIndex
from bot.triage.similar_features import ResolvedIncident

# Overlap of two readings: a transaction may end later than it began.
_OVERLAP_SECONDS: Final = 60.0
_WORKSPACES: Final = 200
_LEARN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """A resolved incident that resembles one, and what both share."""

    incident: Incident
    shared: tuple[SharedFeatures, ...]


@dataclass(slots=True)
class _Known:
    index: SimilarityIndex
    incidents: dict[int, Incident] = field(default_factory=dict)
    seen_until: float = 0.0
    # Number and opening time (seconds since 1970) of one indexed incident.
    witness: tuple[int, float] | None = None
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class SimilarIncidents:
    """One index for each workspace, brought up to date when it is asked."""

    store: Store
    _known: LRUCache[str, _Known] = field(default_factory=lambda: LRUCache(_WORKSPACES))

    async def find(
        self, team_id: str, seen: Sequence[Sighting], *, words: str = "", most: int = 3
    ) -> list[SimilarIncident]:
        """Find the resolved incidents of this workspace that are most like what was seen and said (`words`), best first."""
        try:
            async with asyncio.timeout(_LEARN_SECONDS):
                known = await self._still_known(team_id)
                async with known.learning:
                    rows = await self.store.resolved_since(team_id, known.seen_until - _OVERLAP_SECONDS)
                    # Comparing 100,000 incidents takes milliseconds, indexing them the first time seconds.
                    await asyncio.to_thread(_learn, known, rows)
        except TimeoutError:
            # Indexing continues in its thread; opening an incident does not wait for it.
            return []
        asked = _remembered(team_id, 0, seen, words, 0.0)
        found = known.index.nearest(asked, most)
        return [SimilarIncident(known.incidents[each.incident[1]], each.shared) for each in found]

    async def _still_known(self, team_id: str) -> _Known:
        """Return a workspace's index; an empty one when its incidents were deleted since, maybe by another replica.

        Incidents are only deleted all together, so any one of them tells. Their numbers are given again.
        """
        known = self._known.get(team_id)
        witness = known and known.witness
        if known is None or (witness and not await self.store.has_incident(team_id, *witness)):
            known = self._known[team_id] = _Known(SimilarityIndex(team_id))
        return known


def _learn(known: _Known, rows: Sequence[tuple[float, str]]) -> None:
    for changed_at, record in rows:
        incident = read_record(record)
        known.seen_until = max(known.seen_until, changed_at)
        known.witness = known.witness or (incident.number, incident.opened_at)
        key = (incident.team_id, incident.number)
        known.index.remove(key)
        known.incidents.pop(incident.number, None)
        if incident.is_open:
            continue
        known.incidents[incident.number] = incident
        words = f"{incident.cause} {incident.fix}"
        known.index.add(_remembered(incident.team_id, incident.number, incident.sightings, words, incident.resolved_at))


def _remembered(
    team_id: str, number: int, seen: Sequence[Sighting], words: str, resolved_at: float
) -> ResolvedIncident:
    return ResolvedIncident(
        team_id,
        number,
        tuple(dict.fromkeys(each.article_id for each in seen if not each.article_id.startswith("0x"))),
        tuple(dict.fromkeys(code for each in seen for code in (*each.codes, each.article_id) if code.startswith("0x"))),
        tuple(dict.fromkeys(each.computer for each in seen if each.computer)),
        tuple(dict.fromkeys(each.ca for each in seen if each.ca)),
        words,
        resolved_at,
    )
