"""The moves of an incident, and what each makes of it. A refused move says why; the same move again changes nothing.

Every `at` is the time of what a person did, in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

from bot.triage.incident import Entry, Incident, Level, Mark, Sighting, Status, StepOutcome

NEXT_STATUSES: Final[Mapping[Status, frozenset[Status]]] = {
    # Nothing leads back to triage.
    "triage": frozenset({"in_progress", "waiting", "mitigated", "resolved"}),
    "in_progress": frozenset({"waiting", "mitigated", "resolved"}),
    "waiting": frozenset({"in_progress", "mitigated", "resolved"}),
    "mitigated": frozenset({"in_progress", "waiting", "resolved"}),
    # A reopened incident is in progress.
    "resolved": frozenset({"in_progress"}),
}

Why = Literal[
    "already_resolved",
    "owned_by_another",
    "owner_unchanged",
    "nobody_named",
    "not_resolved",
    "no_cause",
    "not_possible",
]


MoveName = Literal["claim", "hand_over", "set_status", "resolve", "reopen", "rate", "mark_step"]


@dataclass(frozen=True, slots=True)
class Move:
    """A person's move; `arguments` are those of the function of that name, besides the time."""

    name: MoveName
    user_id: str
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class MoveRefused(Exception):  # noqa: N818 - no failure: the answer to a person
    """A move that is not made; `why` is the code of the sentence people are shown, and `who` the person it is about."""

    def __init__(self, why: Why, who: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.who = who


@dataclass(frozen=True, slots=True)
class MoveResult:
    """An incident before and after a move; refused, it is the same, and the refusal says why."""

    before: Incident
    after: Incident
    refused: MoveRefused | None = None


def apply(incident: Incident, move: Move, at: float) -> Incident:
    """Make a move at `at`, in seconds since 1970. Raises MoveRefused."""
    return _FUNCTIONS[move.name](incident, move.user_id, at=at, **move.arguments)


def begin_incident(draft: Incident, at: float, owner: str = "") -> Incident:
    """Begin the record of an incident, with the channel's default owner where it has one."""
    if any(entry.kind == "opened" for entry in draft.timeline):
        return draft
    entry = Entry("opened", draft.opened_by, at, values=(owner,) if owner else ())
    return draft.with_entry(entry, opened_at=at, owner=owner)


def claim(incident: Incident, user_id: str, at: float) -> Incident:
    """Take an incident nobody else owns, and begin work. Raises MoveRefused when it is owned or resolved."""
    entry = Entry("claimed", user_id, at)
    if entry in incident.timeline:
        return incident
    if not incident.is_open:
        raise MoveRefused("already_resolved")
    if incident.owner not in {"", user_id}:
        raise MoveRefused("owned_by_another", incident.owner)
    # After a hand-over in triage the new owner's claim begins the work.
    if incident.owner and incident.status != "triage":
        return incident
    status: Status = "in_progress" if incident.status == "triage" else incident.status
    return incident.with_entry(entry, owner=user_id, status=status)


def hand_over(incident: Incident, user_id: str, to: str, at: float, note: str = "") -> Incident:
    """Give an incident to a new owner, whoever had it; to oneself, take it over.

    Raises MoveRefused when it is resolved, nobody is named, or that person owns it already.
    """
    entry = Entry("handed_over", user_id, at, note.strip(), (to,))
    if entry in incident.timeline:
        return incident
    if not incident.is_open:
        raise MoveRefused("already_resolved")
    if not to:
        raise MoveRefused("nobody_named")
    if incident.owner == to:
        raise MoveRefused("owner_unchanged", to)
    return incident.with_entry(entry, owner=to)


def set_status(incident: Incident, user_id: str, status: Status, at: float, note: str = "") -> Incident:
    """Set the status, or another note on the same one. Resolving and reopening are moves of their own.

    Raises MoveRefused when it is resolved, would be resolved without a cause, or `status` cannot follow.
    """
    if status == "resolved":
        raise MoveRefused("no_cause" if incident.is_open else "already_resolved")
    if status == "triage":
        if incident.status == "triage":
            return incident
        raise MoveRefused("not_possible" if incident.is_open else "already_resolved")
    entry = Entry(status, user_id, at, note.strip())
    if entry in incident.timeline:
        return incident
    if not incident.is_open:
        raise MoveRefused("already_resolved")
    if incident.status == status:
        unchanged = entry.about in {"", status_note(incident)}
        return incident if unchanged else incident.with_entry(entry)
    if status not in NEXT_STATUSES[incident.status]:
        raise MoveRefused("not_possible")
    return incident.with_entry(entry, status=status)


def status_note(incident: Incident) -> str:
    """Return the note on the current status, such as what it waits for; empty without one."""
    for entry in reversed(incident.timeline):
        # A later claim changes no status, so the note on it still holds.
        if entry.kind == incident.status or entry.kind == "reopened":
            return entry.about
    return ""


def resolve(incident: Incident, user_id: str, cause: str, fix: str, at: float) -> Incident:
    """Resolve it with cause and fix. Raises MoveRefused when it is resolved, or either holds no word."""
    cause, fix = cause.strip(), fix.strip()
    entry = Entry("resolved", user_id, at, fix)
    if entry in incident.timeline:
        return incident
    if not incident.is_open:
        raise MoveRefused("already_resolved")
    # A dash in a required field is no answer.
    if not all(any(map(str.isalnum, words)) for words in (cause, fix)):
        raise MoveRefused("no_cause")
    told = incident.with_entry(Entry("cause", user_id, at, cause))
    return told.with_entry(entry, status="resolved", cause=cause, fix=fix, resolved_at=at)


def reopen(incident: Incident, user_id: str, at: float, why: str = "") -> Incident:
    """Reopen it; cause and fix stay until it is resolved again. Raises MoveRefused when it is open."""
    entry = Entry("reopened", user_id, at, why.strip())
    if entry in incident.timeline:
        return incident
    if incident.is_open:
        raise MoveRefused("not_resolved")
    return incident.with_entry(entry, status="in_progress", resolved_at=0.0)


def rate(incident: Incident, user_id: str, impact: Level, urgency: Level, service: str, at: float) -> Incident:
    """Rate impact and urgency and name the service; also after it is resolved, for the review."""
    service = service.strip()
    entry = Entry("rated", user_id, at, service, (impact, urgency))
    unchanged = (incident.impact, incident.urgency, incident.service) == (impact, urgency, service)
    if unchanged or entry in incident.timeline:
        return incident
    return incident.with_entry(entry, impact=impact, urgency=urgency, service=service)


def mark_step(incident: Incident, user_id: str, step: str, outcome: StepOutcome, at: float) -> Incident:
    """Mark the outcome of a step; the latest mark counts. Raises MoveRefused when the incident is resolved."""
    entry = Entry("step", user_id, at, values=(step, outcome))
    if entry in incident.timeline:
        return incident
    if not incident.is_open:
        raise MoveRefused("already_resolved")
    before = incident.marks.get(step)
    if before is not None and (before.outcome, before.user_id) == (outcome, user_id):
        return incident
    marks = MappingProxyType({**incident.marks, step: Mark(outcome, user_id, at)})
    return incident.with_entry(entry, marks=marks)


_FUNCTIONS: Final[Mapping[MoveName, Callable[..., Incident]]] = {
    "claim": claim,
    "hand_over": hand_over,
    "set_status": set_status,
    "resolve": resolve,
    "reopen": reopen,
    "rate": rate,
    "mark_step": mark_step,
}


def record_sightings(
    incident: Incident,
    message_ts: str,
    user_id: str,
    seen: tuple[Sighting, ...],
    at: float,
    files: tuple[str, ...] = (),
) -> Incident:
    """Replace a message's sightings in the evidence; a deleted message has none.

    `at` is Slack's time of this version of the message: its own timestamp, later that of its edit or deletion. Slack may
    deliver versions late and in any order, so a version older than the one read is ignored. `files` are the IDs of the
    files it was read from, beside the text. Evidence is recorded in every status, and reopens nothing.
    """
    before = incident.evidence.get(message_ts, ())
    read_at = incident.read_at.get(message_ts)
    if read_at is not None and at < read_at:
        return incident
    # The version of a message without sightings is kept only after an edit or deletion: its first version may still come.
    if not seen and read_at is None and at <= float(message_ts):
        return incident
    if before == seen and read_at == at:
        return incident
    versions = MappingProxyType({**incident.read_at, message_ts: at})
    sources = {ts: ids for ts, ids in incident.files.items() if ts != message_ts}
    if seen and files:
        sources[message_ts] = files
    incident = replace(incident, read_at=versions, files=MappingProxyType(sources))
    if before == seen:
        return incident
    evidence = {**incident.evidence, message_ts: seen}
    if not seen:
        del evidence[message_ts]
    kind: Literal["evidence", "evidence_edited", "evidence_gone"]
    kind = "evidence_gone" if not seen else "evidence_edited" if before else "evidence"
    about = tuple(dict.fromkeys(each.article_id for each in seen or before))
    entry = Entry(kind, user_id, at, values=about)
    return incident.with_entry(entry, evidence=MappingProxyType(evidence))
