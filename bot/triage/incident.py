"""The record of an incident: evidence, status, marks and timeline of one thread. Frozen; every change is a new value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

Status = Literal["triage", "in_progress", "waiting", "mitigated", "resolved"]
Level = Literal["high", "medium", "low"]
StepOutcome = Literal["done", "did_not_help", "not_applicable"]
EntryKind = Literal[
    "opened",
    "claimed",
    "handed_over",
    "in_progress",
    "waiting",
    "mitigated",
    "cause",
    "resolved",
    "reopened",
    "rated",
    "step",
    "evidence",
    "evidence_edited",
    "evidence_gone",
    "reminded_unowned",
    "reminded_silent",
]

OPEN: Final[frozenset[Status]] = frozenset({"triage", "in_progress", "waiting", "mitigated"})
# ITIL's matrix: the priority, 1 to 5, for an impact (row) and an urgency.
_PRIORITY: Final[Mapping[Level, Mapping[Level, int]]] = {
    "high": {"high": 1, "medium": 2, "low": 3},
    "medium": {"high": 2, "medium": 3, "low": 4},
    "low": {"high": 3, "medium": 4, "low": 5},
}


def priority_of(impact: Level, urgency: Level) -> int:
    """Return the priority for an impact and an urgency, from 1 (most pressing) to 5."""
    return _PRIORITY[impact][urgency]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event seen in a message, with computer, time and masked device ID."""

    # The explaining article: an event's, or a code's where only that was named.
    article_id: str
    codes: tuple[str, ...] = ()
    computer: str = ""
    # As its source spells it.
    time: str = ""
    device: str = ""
    ca: str = ""
    # Named by people, perhaps in a question, and not pasted; pasted events outweigh it.
    told: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The outcome somebody reported for a step; `at` is in seconds since 1970."""

    outcome: StepOutcome
    user_id: str
    at: float


def name_of(number: int) -> str:
    """Return an incident's number as people say it."""
    return f"INC-{number}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline, at `at` in seconds since 1970; entries are never changed or removed."""

    kind: EntryKind
    # Empty where the bot did it.
    user_id: str
    at: float
    # In the person's own words.
    about: str = ""
    # By kind: opened has the owner where the channel sets one; handed_over the new owner; rated impact and urgency; step
    # its key and outcome; evidence and evidence_edited the article IDs, evidence_gone those removed.
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """The whole record of one incident; an incident is a thread."""

    number: int
    team_id: str
    channel_id: str
    thread_ts: str
    opened_by: str
    opened_at: float
    status: Status = "triage"
    impact: Level = "medium"
    urgency: Level = "medium"
    owner: str = ""
    # The affected service or customer, as people wrote it.
    service: str = ""
    # The thread's permanent address in Slack.
    link: str = ""
    cause: str = ""
    fix: str = ""
    resolved_at: float = 0.0
    # Sightings by the timestamp of their message: an edit replaces them, a deletion removes them.
    evidence: Mapping[str, tuple[Sighting, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # Slack's time of the version read of each message, kept for deleted ones too, so that a late delivery undoes no edit.
    read_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    # The file IDs behind a message's sightings, by its timestamp: an event of a deleted file names only the file.
    files: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # By a step's key.
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))
    timeline: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """Return the number as people say it."""
        return name_of(self.number)

    @property
    def priority(self) -> int:
        """Return the priority, 1 to 5, from impact and urgency."""
        return priority_of(self.impact, self.urgency)

    @property
    def is_open(self) -> bool:
        """Return True until it is resolved."""
        return self.status in OPEN

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Return all sightings, in the order of the messages."""
        return tuple(each for _, seen in sorted(self.evidence.items()) for each in seen)

    def with_entry(self, entry: Entry, **changes: object) -> Incident:
        """The incident with a change and its line in the timeline."""
        return replace(self, timeline=(*self.timeline, entry), **changes)  # type: ignore[arg-type]  # fields of this class
