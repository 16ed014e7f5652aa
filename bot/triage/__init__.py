"""Incidents: their record, their moves, and what their evidence means. Plain functions over frozen values."""

from bot.triage.incident import (
    OPEN,
    Entry,
    EntryKind,
    Incident,
    Level,
    Mark,
    Sighting,
    Status,
    StepOutcome,
    priority_of,
)

__all__ = [
    "OPEN",
    "Entry",
    "EntryKind",
    "Incident",
    "Level",
    "Mark",
    "Sighting",
    "Status",
    "StepOutcome",
    "priority_of",
]
