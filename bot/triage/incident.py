"""An incident: a thread, what was seen in it, what was tried, and how it stands. Frozen; every change is a new value."""

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
    """The priority by impact and urgency: 1 is the most pressing, 5 the least."""
    return _PRIORITY[impact][urgency]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event that was seen in a message, with what tells it from others of its kind; personal IDs are masked."""

    # The article that explains it: an event's ID, or a code's where somebody named only that.
    article_id: str
    codes: tuple[str, ...] = ()
    computer: str = ""
    # As the source wrote it.
    time: str = ""
    device: str = ""
    ca: str = ""
    # Somebody only named it, perhaps as a question; what was pasted weighs more.
    told: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said about a step; `at` is in seconds since 1970."""

    outcome: StepOutcome
    user_id: str
    at: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline: what was done, by whom, and when in seconds since 1970. It is never changed or taken out."""

    kind: EntryKind
    # Empty where the bot did it.
    user_id: str
    at: float
    # In somebody's own words.
    about: str = ""
    # What else the move carried: opened has the owner where there was one from the start; handed_over the new owner;
    # rated impact and urgency; step its key and outcome; the three of evidence the IDs of the articles, evidence_gone
    # of those that went.
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
    # The affected service or customer, in somebody's own words.
    service: str = ""
    # The thread's permanent address in Slack.
    link: str = ""
    cause: str = ""
    fix: str = ""
    resolved_at: float = 0.0
    # What each message of the thread shows, by its timestamp: an edit replaces it, a deletion takes it away.
    evidence: Mapping[str, tuple[Sighting, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # Slack's time of the version that was read of a message, kept for a deleted one too: what comes late undoes no edit.
    read_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    # The files in which a message shows it, by its timestamp: who takes a file away says only which file.
    files: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # By a step's key.
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))
    timeline: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """A number that a person can say."""
        return f"INC-{self.number}"

    @property
    def priority(self) -> int:
        """1 to 5, from impact and urgency."""
        return priority_of(self.impact, self.urgency)

    @property
    def is_open(self) -> bool:
        """Whether it still needs somebody."""
        return self.status in OPEN

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Everything seen, in the order of the messages."""
        return tuple(each for _, seen in sorted(self.evidence.items()) for each in seen)

    def with_entry(self, entry: Entry, **changes: object) -> Incident:
        """The incident with a change and its line in the timeline."""
        return replace(self, timeline=(*self.timeline, entry), **changes)  # type: ignore[arg-type]  # fields of this class
