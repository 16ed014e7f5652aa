"""One message read as an incident is: what a digest says of cause, effect and settled failures is what the card would say."""

from __future__ import annotations

from types import MappingProxyType

from bot.diagnosis import Diagnosis
from bot.triage.incident import Incident
from bot.triage.sightings import read_sightings


def read_as_incident(diagnosis: Diagnosis) -> Incident:
    """Return an incident whose only evidence is the events of one diagnosis; it has no number and no thread."""
    evidence = MappingProxyType({"0": read_sightings(diagnosis)})
    return Incident(number=0, team_id="", channel_id="", thread_ts="", opened_by="", opened_at=0.0, evidence=evidence)
