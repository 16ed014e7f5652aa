"""Reminders of incidents without an owner or without activity: when they are due, and when not."""

from __future__ import annotations

import pytest

from bot.triage import Incident
from bot.triage.reminders import Reminder, due_reminders, record_reminder
from bot.triage.transitions import claim, record_sightings, reopen, resolve, set_status
from tests.triage.incidents import OPENED_AT, SCEP, incident

HOUR = 3600.0


def due(of: Incident, hours_after: float, unowned_hours: float = 1, silent_hours: float = 4) -> list[str]:
    found = due_reminders(of, OPENED_AT + hours_after * HOUR, unowned_hours, silent_hours)
    return [each.kind.removeprefix("reminded_") for each in found]


def after_reminding(of: Incident, hours_after: float) -> Incident:
    now = OPENED_AT + hours_after * HOUR
    for each in due_reminders(of, now, 1, 4):
        of = record_reminder(of, each, now)
    return of


@pytest.mark.parametrize(
    ("hours_after", "expected"), [(0.0, []), (0.99, []), (1.0, ["unowned"]), (4.0, ["unowned", "silent"])]
)
def test_what_nobody_owns_and_nobody_speaks_of_is_due_after_its_hours(hours_after: float, expected: list[str]) -> None:
    """The hours count from the opening when nothing has happened since."""
    assert due(incident(), hours_after) == expected


def test_each_is_said_once() -> None:
    """A reminder is no act: it neither ends the silence nor begins another."""
    told = after_reminding(incident(), 1)
    told_both = after_reminding(told, 5)

    assert [entry.kind for entry in told.timeline] == ["reminded_unowned"]
    assert [entry.kind for entry in told_both.timeline] == ["reminded_unowned", "reminded_silent"]
    assert due(told_both, 10_000) == []


def test_another_silence_is_another_reminder() -> None:
    """Any act ends a silence, new evidence among them."""
    told = after_reminding(incident(owner="UBOB"), 4)
    spoken = record_sightings(told, "1782918000.000000", "UADA", (SCEP,), OPENED_AT + 5 * HOUR)

    assert due(spoken, 8.9) == []
    assert due(spoken, 9) == ["silent"]


def test_who_claims_it_ends_being_unowned() -> None:
    """A reminder that was not posted by then is dropped."""
    assert due(claim(incident(), "UBOB", OPENED_AT + 60), 2) == []


def test_a_resolved_incident_is_left_in_peace() -> None:
    """Nothing is due, however long ago."""
    over = resolve(incident(), "UBOB", "limescale", "vinegar", OPENED_AT + 60)

    assert due(over, 10_000) == []


def test_a_reopened_incident_nobody_owns_is_reminded_of_again() -> None:
    """The hours count from its reopening, not from its opening."""
    told = after_reminding(incident(), 1)
    over = resolve(told, "UBOB", "limescale", "vinegar", OPENED_AT + 2 * HOUR)
    again = reopen(over, "UEVE", OPENED_AT + 10 * HOUR)

    assert due(again, 10.9) == []
    assert due(again, 11) == ["unowned"]


def test_waiting_is_no_silence_once_somebody_has_said_what_for() -> None:
    """Waiting without a note counts as silence; a missing owner is reminded of in either case."""
    silent = set_status(incident(owner="UBOB"), "UBOB", "waiting", OPENED_AT)
    explained = set_status(silent, "UBOB", "waiting", OPENED_AT + 60, "the new kettle comes on Friday")
    unowned = set_status(incident(), "UBOB", "waiting", OPENED_AT, "the new kettle comes on Friday")

    assert due(silent, 100) == ["silent"]
    assert due(explained, 100) == []
    assert due(unowned, 100) == ["unowned"]


def test_going_on_after_waiting_makes_silence_count_again() -> None:
    """The note was about the waiting."""
    explained = set_status(incident(owner="UBOB"), "UBOB", "waiting", OPENED_AT, "the kettle")
    goes_on = set_status(explained, "UBOB", "in_progress", OPENED_AT + HOUR)

    assert due(goes_on, 5) == ["silent"]


def test_a_setting_of_no_hours_turns_a_reminder_off() -> None:
    """Each reminder has a setting of its own."""
    assert due(incident(), 10_000, unowned_hours=0) == ["silent"]
    assert due(incident(), 10_000, silent_hours=0) == ["unowned"]


def test_of_two_processes_that_see_the_same_reminder_one_posts_it() -> None:
    """The second finds it recorded, and posts nothing."""
    (reminder,) = due_reminders(incident(), OPENED_AT + HOUR, 1, 4)
    first = record_reminder(incident(), reminder, OPENED_AT + HOUR)

    assert record_reminder(first, reminder, OPENED_AT + HOUR + 1) is first


def test_a_reminder_is_dropped_when_somebody_has_acted_in_between() -> None:
    """Being told that nobody owns what one has just claimed is noise."""
    (reminder,) = due_reminders(incident(), OPENED_AT + HOUR, 1, 4)
    claimed = claim(incident(), "UBOB", OPENED_AT + HOUR)

    assert record_reminder(claimed, reminder, OPENED_AT + HOUR + 1) is claimed


def test_a_clock_that_is_behind_slacks_reminds_no_second_time() -> None:
    """The entry's time is at least the start of the stretch, whatever the bot's clock says."""
    acted = record_sightings(incident(owner="UBOB"), "1782900100.000000", "UADA", (SCEP,), OPENED_AT + 100)
    told = record_reminder(acted, Reminder("reminded_silent", OPENED_AT + 100), OPENED_AT + 40)

    assert told is not acted
    assert due(told, 100) == []
