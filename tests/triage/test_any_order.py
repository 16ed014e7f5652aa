"""Moves, deliveries, edits and deletions in any order, against a simple model of what the record must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import TypeAdapter

from bot.triage import Entry, Incident, Level, Sighting, Status
from bot.triage.incident import StepOutcome
from bot.triage.reminders import due_reminders, record_reminder
from bot.triage.transitions import (
    NEXT_STATUSES,
    MoveRefused,
    claim,
    hand_over,
    mark_step,
    rate,
    record_sightings,
    reopen,
    resolve,
    set_status,
)
from tests.fixtures.examples import examples
from tests.triage.incidents import DOWNLOAD, OPENED_AT, SCEP, incident

Move = Callable[[Incident], Incident]
RECORD: TypeAdapter[Incident] = TypeAdapter(Incident)
PEOPLE = st.sampled_from(["UADA", "UBOB", "UEVE"])
WORDS = st.sampled_from(["", "limescale", "the lid"])
LEVELS = st.sampled_from(get_args(Level))
SEEN = st.lists(st.sampled_from([SCEP, DOWNLOAD]), max_size=2).map(tuple)
ANY = st.integers(0, 99)


@dataclass
class Message:
    """A message in the thread, with all its versions; an empty one shows nothing, or is deleted."""

    ts: str
    versions: list[tuple[float, tuple[Sighting, ...]]]
    delivered: float = 0.0
    shows: tuple[Sighting, ...] = ()


@dataclass
class Told:
    """The state that a timeline tells when its entries are read in order."""

    status: str = "triage"
    owner: str = ""
    cause: str = ""
    fix: str = ""
    resolved_at: float = 0.0
    rated: tuple[str, ...] = ("medium", "medium")
    service: str = ""
    marks: dict[str, str] = field(default_factory=dict)

    def hear(self, entry: Entry) -> None:
        match entry.kind:
            case "claimed":
                self.owner = entry.user_id
                self.status = "in_progress" if self.status == "triage" else self.status
            case "handed_over":
                (self.owner,) = entry.values
            case "in_progress" | "waiting" | "mitigated":
                self.status = entry.kind
            case "cause":
                self.cause = entry.about
            case "resolved":
                self.status, self.fix, self.resolved_at = "resolved", entry.about, entry.at
            case "reopened":
                self.status, self.resolved_at = "in_progress", 0.0
            case "rated":
                self.rated, self.service = entry.values, entry.about
            case "step":
                self.marks[entry.values[0]] = entry.values[1]


class Thread(RuleBasedStateMachine):
    """One incident, three people, and a Slack that delivers again and out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.incident = incident()
        self.now = OPENED_AT
        self.made: list[Move] = []
        self.messages: list[Message] = []
        self.timeline: tuple[Entry, ...] = ()

    def tick(self) -> float:
        self.now += 1
        return self.now

    def do(self, move: Move) -> bool:
        """Make a move; refused or not, the very same move again changes nothing."""
        before = self.incident
        try:
            self.incident = move(before)
        except MoveRefused as refused:
            why = refused.why
            with pytest.raises(MoveRefused, match=why):
                move(before)
            return False
        assert move(self.incident) is self.incident
        assert (self.incident.status == before.status) or self.incident.status in NEXT_STATUSES[before.status]
        if self.incident is not before:
            self.made.append(move)
        return True

    # --- people ---------------------------------------------------------------------------------------------------------

    @rule(who=PEOPLE)
    def claim(self, who: str) -> None:
        at, before = self.tick(), self.incident
        free = before.is_open and before.owner in {"", who}

        assert self.do(lambda i: claim(i, who, at)) == free
        assert self.incident.owner == (who if free else before.owner)

    @rule(who=PEOPLE, to=st.one_of(PEOPLE, st.just("")), note=WORDS)
    def hand_over(self, who: str, to: str, note: str) -> None:
        at, before = self.tick(), self.incident
        possible = before.is_open and to not in {"", before.owner}

        assert self.do(lambda i: hand_over(i, who, to, at, note)) == possible
        assert self.incident.owner == (to if possible else before.owner)

    @rule(who=PEOPLE, status=st.sampled_from(get_args(Status)), note=WORDS)
    def set_status(self, who: str, status: Status, note: str) -> None:
        at, before = self.tick(), self.incident
        follows = status == before.status or status in NEXT_STATUSES[before.status]
        possible = before.is_open and status != "resolved" and follows

        assert self.do(lambda i: set_status(i, who, status, at, note)) == possible
        assert self.incident.status == (status if possible else before.status)

    @rule(who=PEOPLE, cause=WORDS, fix=WORDS)
    def resolve(self, who: str, cause: str, fix: str) -> None:
        at = self.tick()
        possible = self.incident.is_open and bool(cause and fix)

        assert self.do(lambda i: resolve(i, who, cause, fix, at)) == possible
        if possible:
            assert (self.incident.status, self.incident.cause, self.incident.fix) == ("resolved", cause, fix)

    @rule(who=PEOPLE, why=WORDS)
    def reopen(self, who: str, why: str) -> None:
        at, over = self.tick(), not self.incident.is_open

        assert self.do(lambda i: reopen(i, who, at, why)) == over
        assert self.incident.is_open

    @rule(who=PEOPLE, impact=LEVELS, urgency=LEVELS, service=WORDS)
    def rate(self, who: str, impact: Level, urgency: Level, service: str) -> None:
        at = self.tick()

        assert self.do(lambda i: rate(i, who, impact, urgency, service, at))
        assert (self.incident.impact, self.incident.urgency, self.incident.service) == (impact, urgency, service)

    @rule(who=PEOPLE, step=st.sampled_from(["3f2a", "77b0"]), outcome=st.sampled_from(get_args(StepOutcome)))
    def mark_step(self, who: str, step: str, outcome: StepOutcome) -> None:
        at, is_open = self.tick(), self.incident.is_open

        assert self.do(lambda i: mark_step(i, who, step, outcome, at)) == is_open
        if is_open:
            assert (self.incident.marks[step].outcome, self.incident.marks[step].user_id) == (outcome, who)

    # --- messages, and Slack --------------------------------------------------------------------------------------------

    # Few messages with many versions: what matters is in which order the versions of one come.
    @precondition(lambda self: len(self.messages) < 2)
    @rule(seen=SEEN)
    def post(self, seen: tuple[Sighting, ...]) -> None:
        ts = f"{self.tick():.0f}.000100"
        self.messages.append(Message(ts, [(float(ts), seen)]))

    @precondition(lambda self: self.messages)
    @rule(which=ANY, seen=SEEN, at_once=st.booleans())
    def edit_or_delete(self, which: int, seen: tuple[Sighting, ...], at_once: bool) -> None:
        message = self.messages[which % len(self.messages)]
        message.versions.append((self.tick(), seen))
        if at_once:
            self.deliver_version(message, len(message.versions) - 1)

    @precondition(lambda self: self.messages)
    @rule(which=ANY, version=ANY)
    def deliver(self, which: int, version: int) -> None:
        """Deliver any version of a message, for the first time or again, in any order."""
        message = self.messages[which % len(self.messages)]
        self.deliver_version(message, version % len(message.versions))

    def deliver_version(self, message: Message, version: int) -> None:
        at, seen = message.versions[version]
        if at >= message.delivered and not (at == float(message.ts) and not seen):
            message.delivered, message.shows = at, seen

        assert self.do(lambda i: record_sightings(i, message.ts, "UADA", seen, at))

    @precondition(lambda self: self.made)
    @rule(which=ANY)
    def deliver_a_move_again(self, which: int) -> None:
        """Deliver a move again, however much later; it was made once."""
        assert self.made[which % len(self.made)](self.incident) is self.incident

    @rule(hours=st.floats(0, 3))
    def wait(self, hours: float) -> None:
        """Let time pass; due reminders are recorded once."""
        self.now += round(hours * 3600)
        for each in due_reminders(self.incident, self.now, 1, 2):
            self.incident = record_reminder(self.incident, each, self.now)
            assert record_reminder(self.incident, each, self.now) is self.incident

        assert due_reminders(self.incident, self.now, 1, 2) == ()

    # --- what always holds ------------------------------------------------------------------------------------------------

    @invariant()
    def no_evidence_is_lost_and_none_is_kept_that_went(self) -> None:
        shown: dict[str, tuple[Sighting, ...]] = {each.ts: each.shows for each in self.messages if each.shows}

        assert dict(self.incident.evidence) == shown

    @invariant()
    def every_piece_of_evidence_has_its_line(self) -> None:
        lines = [e for e in self.incident.timeline if e.kind in {"evidence", "evidence_edited"}]
        told = {article for line in lines for article in line.values}

        assert {each.article_id for each in self.incident.sightings} <= told

    @invariant()
    def the_timeline_only_grows(self) -> None:
        assert self.incident.timeline[: len(self.timeline)] == self.timeline
        self.timeline = self.incident.timeline

    @invariant()
    def the_timeline_tells_how_it_stands(self) -> None:
        told = Told()
        for entry in self.incident.timeline:
            told.hear(entry)
        stands: Any = self.incident

        assert told == Told(
            stands.status,
            stands.owner,
            stands.cause,
            stands.fix,
            stands.resolved_at,
            (stands.impact, stands.urgency),
            stands.service,
            {step: mark.outcome for step, mark in stands.marks.items()},
        )

    @invariant()
    def nobody_is_reminded_twice_of_the_same(self) -> None:
        said: set[str] = set()
        for entry in self.incident.timeline:
            if entry.kind.startswith("reminded_"):
                assert entry.kind not in said
                said.add(entry.kind)
            else:
                said -= {"reminded_unowned", "reminded_silent"} if entry.kind == "reopened" else {"reminded_silent"}

    @invariant()
    def an_owner_is_never_lost(self) -> None:
        owned = any(each.kind in {"claimed", "handed_over"} for each in self.incident.timeline)

        assert bool(self.incident.owner) == owned

    def teardown(self) -> None:
        """The record survives being kept as JSON, as the store keeps it."""
        kept = RECORD.dump_json(self.incident, fallback=dict, warnings=False)

        assert RECORD.validate_json(kept) == self.incident


TestAnyOrder = Thread.TestCase
TestAnyOrder.settings = settings(max_examples=examples(120), stateful_step_count=40)
