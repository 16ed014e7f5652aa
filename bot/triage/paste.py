"""One message read as an incident is: what a digest says of cause, effect and settled failures is what the card would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.diagnosis import Diagnosis, Match
from bot.knowledge import EventOutcome, Knowledge
from bot.triage.evidence_order import weigh_sightings
from bot.triage.incident import Incident
from bot.triage.likely_cause import find_likely_cause, find_unsettled
from bot.triage.sightings import read_sightings

_RANKS: Final[Mapping[EventOutcome, int]] = {"failure": 0, "warning": 1, "information": 2, "success": 3}


def read_as_incident(diagnosis: Diagnosis) -> Incident:
    """Return an incident whose only evidence is the events of one diagnosis; it has no number and no thread."""
    evidence = MappingProxyType({"0": read_sightings(diagnosis)})
    return Incident(number=0, team_id="", channel_id="", thread_ts="", opened_by="", opened_at=0.0, evidence=evidence)


def order_matches(matches: Sequence[Match], incident: Incident, knowledge: Knowledge) -> list[Match]:
    """Put the likely cause first, then what fails still, what was settled, and the rest, each as it happened."""
    found = find_likely_cause(incident, knowledge)
    first = found.article_id if found is not None else ""
    seen = weigh_sightings(incident, knowledge)
    places = {each.article_id: each.place for each in reversed(seen)}
    still = {each.article_id for each in find_unsettled(seen, knowledge)}

    def rank(match: Match) -> tuple[bool, bool, int, int]:
        article = match.article
        return (
            article.id != first,
            article.id not in still,
            _RANKS[article.outcome],
            places.get(article.id, len(seen)),
        )

    return sorted(matches, key=rank)
