"""The moves of an incident: which are made, which are refused and why, and what a second delivery of one does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import get_args

import pytest

from bot.languages import LANGUAGES
from bot.replies.texts import say
from bot.triage import Incident, Level, Status, priority_of
from bot.triage.incident import EntryKind, StepOutcome
from bot.triage.transitions import (
    NEXT_STATUSES,
    Move,
    MoveName,
    MoveRefused,
    Why,
    apply,
    begin_incident,
    claim,
    hand_over,
    mark_step,
    rate,
    record_sightings,
    reopen,
    resolve,
    set_status,
    status_note,
)
from tests.triage.incidents import DOWNLOAD, MESSAGE, OPENED_AT, SCEP, incident

Change = Callable[[Incident], Incident]
AT = OPENED_AT + 60
STATUSES: tuple[Status, ...] = get_args(Status)
LATER = "1782900100.000200"


def refusal(move: Change, before: Incident) -> tuple[str, str]:
    with pytest.raises(MoveRefused) as refused:
        move(before)
    return refused.value.why, refused.value.who


def kinds(of: Incident) -> list[EntryKind]:
    return [entry.kind for entry in of.timeline]


# --- how it stands -----------------------------------------------------------------------------------------------------

# What saying a status does: the status after it, or why it is refused. Nothing is left out.
SET_STATUS: dict[Status, dict[Status, str]] = {
    "triage": {
        "triage": "triage",
        "in_progress": "in_progress",
        "waiting": "waiting",
        "mitigated": "mitigated",
        "resolved": "no_cause",
    },
    "in_progress": {
        "triage": "not_possible",
        "in_progress": "in_progress",
        "waiting": "waiting",
        "mitigated": "mitigated",
        "resolved": "no_cause",
    },
    "waiting": {
        "triage": "not_possible",
        "in_progress": "in_progress",
        "waiting": "waiting",
        "mitigated": "mitigated",
        "resolved": "no_cause",
    },
    "mitigated": {
        "triage": "not_possible",
        "in_progress": "in_progress",
        "waiting": "waiting",
        "mitigated": "mitigated",
        "resolved": "no_cause",
    },
    "resolved": dict.fromkeys(STATUSES, "already_resolved"),
}


@pytest.mark.parametrize(("before", "wanted"), list(product(STATUSES, STATUSES)))
def test_a_status_follows_the_table_or_is_refused(before: Status, wanted: Status) -> None:
    """Each of the five is said in each of the five; ending and reopening have moves of their own."""
    expected = SET_STATUS[before][wanted]
    stands = incident(status=before)

    if expected in STATUSES:
        after = set_status(stands, "UBOB", wanted, AT)

        assert after.status == expected
        assert (after is stands) == (before == wanted)
    else:
        assert refusal(lambda i: set_status(i, "UBOB", wanted, AT), stands) == (expected, "")


@pytest.mark.parametrize("before", STATUSES)
def test_the_other_moves_need_an_open_incident_and_reopening_a_resolved_one(before: Status) -> None:
    """Claiming, handing over, resolving and marking a step end with the incident; reopening begins there."""
    stands = incident(status=before)
    moves: dict[str, Change] = {
        "claim": lambda i: claim(i, "UBOB", AT),
        "hand_over": lambda i: hand_over(i, "UBOB", "UEVE", AT),
        "resolve": lambda i: resolve(i, "UBOB", "a cause", "a fix", AT),
        "mark_step": lambda i: mark_step(i, "UBOB", "3f2a", "done", AT),
    }
    after = {"claim": "in_progress" if before == "triage" else before, "hand_over": before, "resolve": "resolved"}

    for name, move in moves.items():
        if before == "resolved":
            assert refusal(move, stands) == ("already_resolved", "")
        else:
            assert move(stands).status == after.get(name, before)
    if before == "resolved":
        assert reopen(stands, "UBOB", AT).status == "in_progress"
    else:
        assert refusal(lambda i: reopen(i, "UBOB", AT), stands) == ("not_resolved", "")


def test_the_table_of_moves_is_the_one_the_moves_keep() -> None:
    """No status that a menu offers is refused, and none that it omits is accepted."""
    for before, wanted in product(STATUSES, STATUSES):
        if before == "resolved":
            made = wanted == "in_progress"
        elif wanted == "resolved":
            made = True
        else:
            made = wanted != before and SET_STATUS[before][wanted] == wanted
        assert (wanted in NEXT_STATUSES[before]) == made, (before, wanted)


def test_a_waiting_incident_can_be_told_what_else_it_waits_for() -> None:
    """Another note is kept though the status stays; the same note, or none, changes nothing."""
    waits = set_status(incident(), "UBOB", "waiting", AT, " the kettle ")
    still = set_status(waits, "UEVE", "waiting", AT + 1, "the spare kettle")

    assert status_note(waits) == "the kettle"
    assert status_note(still) == "the spare kettle"
    assert set_status(waits, "UEVE", "waiting", AT + 1, "the kettle") is waits
    assert set_status(waits, "UEVE", "waiting", AT + 1) is waits
    assert status_note(set_status(still, "UBOB", "in_progress", AT + 2)) == ""


# --- whose it is -------------------------------------------------------------------------------------------------------


def test_an_incident_begins_with_the_line_that_says_who_opened_it() -> None:
    """It has no owner unless its channel sets one."""
    begun = begin_incident(incident(), AT)
    owned = begin_incident(incident(), AT, "UBOB")

    assert (begun.owner, begun.opened_at, kinds(begun)) == ("", AT, ["opened"])
    assert (owned.owner, owned.status, owned.timeline[0].values) == ("UBOB", "triage", ("UBOB",))
    assert begin_incident(owned, AT + 1, "UEVE") is owned


def test_of_two_who_claim_at_once_the_second_is_told_who_was_first() -> None:
    """The store lets one in after the other; the second is refused and nothing is changed."""
    first = claim(incident(), "UBOB", AT)

    assert refusal(lambda i: claim(i, "UEVE", AT), first) == ("owned_by_another", "UBOB")
    assert (first.owner, first.status, kinds(first)) == ("UBOB", "in_progress", ["claimed"])


def test_claiming_twice_is_claiming_once() -> None:
    """A second click of the owner adds no line."""
    first = claim(incident(), "UBOB", AT)

    assert claim(first, "UBOB", AT + 5) is first


def test_claiming_changes_no_status_but_triage() -> None:
    """Claiming a waiting incident does not end the waiting."""
    assert claim(incident(status="waiting"), "UBOB", AT).status == "waiting"


def test_who_was_handed_an_incident_in_triage_begins_work_by_claiming_it() -> None:
    """Being given it is not the same as having begun."""
    given = hand_over(incident(), "UADA", "UBOB", AT)
    begun = claim(given, "UBOB", AT + 1)

    assert (given.owner, given.status) == ("UBOB", "triage")
    assert (begun.owner, begun.status, kinds(begun)) == ("UBOB", "in_progress", ["handed_over", "claimed"])


def test_handing_over_names_the_next_owner_and_what_they_should_know() -> None:
    """Anybody may do it: the owner may be away."""
    before = claim(incident(), "UBOB", AT)
    after = hand_over(before, "UADA", "UEVE", AT + 1, " descale it first ")

    assert (after.owner, after.status) == ("UEVE", "in_progress")
    assert after.timeline[-1].values == ("UEVE",)
    assert after.timeline[-1].about == "descale it first"


def test_handing_over_to_oneself_takes_it_from_another() -> None:
    """A hand-over to oneself gets past an owner who has gone home."""
    assert hand_over(claim(incident(), "UBOB", AT), "UEVE", "UEVE", AT + 1).owner == "UEVE"


def test_an_incident_is_not_handed_to_its_owner_nor_to_nobody() -> None:
    """The first is told who has it; the second would lose the owner."""
    before = claim(incident(), "UBOB", AT)

    assert refusal(lambda i: hand_over(i, "UADA", "UBOB", AT + 1), before) == ("owner_unchanged", "UBOB")
    assert refusal(lambda i: hand_over(i, "UADA", "", AT + 1), before) == ("nobody_named", "")


# --- its end -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "fix"),
    [("", ""), ("limescale", ""), ("", "vinegar"), (" \n", "vinegar"), ("limescale", "-"), ("\u200b", "vinegar")],
)
def test_resolving_needs_a_cause_and_what_fixed_it(cause: str, fix: str) -> None:
    """Without both the next one who meets it learns nothing; blanks and a dash are neither."""
    assert refusal(lambda i: resolve(i, "UBOB", cause, fix, AT), incident()) == ("no_cause", "")


def test_resolving_keeps_cause_fix_and_time() -> None:
    """Similar incidents are found by them."""
    after = resolve(incident(), "UBOB", " limescale ", "vinegar\n", AT)

    assert (after.status, after.cause, after.fix, after.resolved_at) == ("resolved", "limescale", "vinegar", AT)
    assert [(entry.kind, entry.about) for entry in after.timeline] == [("cause", "limescale"), ("resolved", "vinegar")]


def test_what_was_thought_the_cause_before_a_reopening_stays_in_the_timeline() -> None:
    """A second end replaces cause and fix, and takes nothing out of the record."""
    once = resolve(claim(incident(), "UBOB", AT), "UBOB", "limescale", "vinegar", AT + 1)
    again = reopen(once, "UEVE", AT + 2, "it boils over")
    twice = resolve(again, "UEVE", "the lid", "a new lid", AT + 3)

    assert (again.status, again.owner, again.resolved_at) == ("in_progress", "UBOB", 0.0)
    assert (again.cause, again.fix) == ("limescale", "vinegar")
    assert status_note(again) == "it boils over"
    assert (twice.cause, twice.fix, twice.resolved_at) == ("the lid", "a new lid", AT + 3)
    assert [entry.about for entry in twice.timeline if entry.kind == "cause"] == ["limescale", "the lid"]


def test_a_resolved_incident_can_still_be_rated() -> None:
    """Impact is often known only in the review."""
    after = rate(incident(status="resolved"), "UBOB", "high", "high", " tea for all ", AT)

    assert (after.priority, after.service, after.status) == (1, "tea for all", "resolved")
    assert after.timeline[-1].values == ("high", "high")
    assert rate(after, "UEVE", "high", "high", "tea for all", AT + 1) is after


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    """A refused move says why."""
    for why, language in product(get_args(Why), LANGUAGES):
        assert say(language, f"refused.{why}", name="INC-42", who="UBOB").strip()


# --- steps -------------------------------------------------------------------------------------------------------------


def test_who_marks_a_step_last_is_believed_and_both_stay_in_the_timeline() -> None:
    """Two people may see the same step end differently."""
    first = mark_step(incident(), "UBOB", "3f2a", "done", AT)
    second = mark_step(first, "UEVE", "3f2a", "did_not_help", AT + 1)

    assert (second.marks["3f2a"].outcome, second.marks["3f2a"].user_id) == ("did_not_help", "UEVE")
    assert [entry.values for entry in second.timeline] == [("3f2a", "done"), ("3f2a", "did_not_help")]
    assert mark_step(second, "UEVE", "3f2a", "did_not_help", AT + 9) is second


# --- evidence ----------------------------------------------------------------------------------------------------------


def test_evidence_after_the_end_joins_the_record_and_reopens_nothing() -> None:
    """A person decides whether it is the same incident; the bot does not."""
    over = resolve(incident(), "UBOB", "limescale", "vinegar", AT)
    after = record_sightings(over, LATER, "UEVE", (SCEP,), AT + 40)

    assert (after.status, after.sightings) == ("resolved", (SCEP,))
    assert kinds(after) == ["cause", "resolved", "evidence"]


def test_an_edit_replaces_what_a_message_showed() -> None:
    """Other messages' evidence stays."""
    before = record_sightings(incident(), MESSAGE, "UADA", (SCEP,), OPENED_AT)
    both = record_sightings(before, LATER, "UADA", (SCEP,), OPENED_AT + 100)
    after = record_sightings(both, MESSAGE, "UADA", (DOWNLOAD, SCEP), AT + 99)

    assert after.sightings == (DOWNLOAD, SCEP, SCEP)
    assert (after.timeline[-1].kind, after.timeline[-1].values) == ("evidence_edited", ("20402", "20502"))


def test_an_edit_that_removes_the_only_evidence_leaves_a_line_that_says_what_went() -> None:
    """The card shows nothing any more; the record still says that there was something."""
    before = record_sightings(incident(), MESSAGE, "UADA", (SCEP, DOWNLOAD, SCEP), OPENED_AT)
    after = record_sightings(before, MESSAGE, "UADA", (), AT)

    assert (after.sightings, dict(after.evidence), after.status) == ((), {}, "triage")
    assert (after.timeline[-1].kind, after.timeline[-1].values) == ("evidence_gone", ("20502", "20402"))


def test_a_version_of_a_message_that_comes_late_undoes_no_edit() -> None:
    """Slack delivers again what it heard nothing of; by then the message may have been edited."""
    edited = record_sightings(incident(), MESSAGE, "UADA", (DOWNLOAD,), AT)

    assert record_sightings(edited, MESSAGE, "UADA", (SCEP,), OPENED_AT) is edited


def test_an_edit_that_changes_no_evidence_is_still_newer_than_what_comes_late() -> None:
    """A third version that shows what the first did outlasts the second."""
    first = record_sightings(incident(), MESSAGE, "UADA", (SCEP,), OPENED_AT)
    third = record_sightings(first, MESSAGE, "UADA", (SCEP,), AT + 2)
    late = record_sightings(third, MESSAGE, "UADA", (DOWNLOAD,), AT + 1)

    assert late is third
    assert late.sightings == (SCEP,)
    assert kinds(late) == ["evidence"]


def test_a_message_that_was_deleted_before_it_was_delivered_shows_nothing() -> None:
    """A deletion may overtake its message."""
    deleted = record_sightings(incident(), LATER, "UADA", (), AT + 200)

    assert record_sightings(deleted, LATER, "UADA", (SCEP,), float(LATER)) is deleted
    assert deleted.timeline == ()


def test_ordinary_talk_leaves_no_trace() -> None:
    """A thread holds more talk than events."""
    before = incident()

    assert record_sightings(before, LATER, "UADA", (), float(LATER)) is before


# --- the same again ----------------------------------------------------------------------------------------------------

MADE: dict[str, tuple[Status, Change]] = {
    "claim": ("triage", lambda i: claim(i, "UBOB", AT)),
    "hand_over": ("triage", lambda i: hand_over(i, "UADA", "UBOB", AT, "a note")),
    "set_status": ("triage", lambda i: set_status(i, "UBOB", "waiting", AT, "the kettle")),
    "resolve": ("triage", lambda i: resolve(i, "UBOB", " limescale ", "vinegar", AT)),
    "reopen": ("resolved", lambda i: reopen(i, "UBOB", AT, "why")),
    "rate": ("triage", lambda i: rate(i, "UBOB", "high", "low", "tea", AT)),
    "mark_step": ("triage", lambda i: mark_step(i, "UBOB", "3f2a", "done", AT)),
    "see": ("triage", lambda i: record_sightings(i, MESSAGE, "UADA", (SCEP,), OPENED_AT)),
    "see edited": ("triage", lambda i: record_sightings(i, MESSAGE, "UADA", (SCEP,), AT)),
}


@pytest.mark.parametrize("name", MADE)
def test_a_move_that_is_delivered_again_changes_nothing(name: str) -> None:
    """No entry is added, and nobody is told of a refusal for a move that was made."""
    status, move = MADE[name]
    before = incident(status=status)
    after = move(before)

    assert after != before
    assert move(after) is after


@pytest.mark.parametrize("name", MADE)
def test_a_move_that_is_delivered_again_after_others_undoes_none_of_them(name: str) -> None:
    """Ownership, status, rating, marks and evidence stay as the later moves left them."""
    status, move = MADE[name]
    after = move(incident(status=status))
    if after.status == "resolved":
        after = reopen(after, "UEVE", AT + 1)
    after = hand_over(after, "UADA", "UEVE", AT + 2)
    after = set_status(after, "UEVE", "mitigated", AT + 3)
    after = rate(after, "UEVE", "low", "high", "coffee", AT + 4)
    after = mark_step(after, "UEVE", "3f2a", "not_applicable", AT + 5)
    after = record_sightings(after, MESSAGE, "UADA", (DOWNLOAD,), AT + 6)
    after = resolve(after, "UEVE", "the lid", "a new lid", AT + 7)

    assert move(after) is after


# --- priority ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        ("high", "high", 1),
        ("high", "medium", 2),
        ("high", "low", 3),
        ("medium", "high", 2),
        ("medium", "medium", 3),
        ("medium", "low", 4),
        ("low", "high", 3),
        ("low", "medium", 4),
        ("low", "low", 5),
    ],
)
def test_priority_is_impact_times_urgency(impact: Level, urgency: Level, priority: int) -> None:
    """ITIL's three by three."""
    assert priority_of(impact, urgency) == priority
    assert incident(impact=impact, urgency=urgency).priority == priority


def test_sightings_come_in_the_order_of_their_messages() -> None:
    """The order of delivery does not matter."""
    late_first = record_sightings(incident(), LATER, "UADA", (SCEP,), float(LATER))

    assert record_sightings(late_first, MESSAGE, "UADA", (DOWNLOAD,), OPENED_AT).sightings == (DOWNLOAD, SCEP)


def test_outcomes_of_steps_have_words_in_both_languages() -> None:
    """A step's mark is shown on the card and in the timeline."""
    for outcome, language in product(get_args(StepOutcome), LANGUAGES):
        assert say(language, f"marked.{outcome}") != outcome


ARGUMENTS: dict[MoveName, dict[str, str]] = {
    "claim": {},
    "hand_over": {"to": "U2", "note": "the kettle"},
    "set_status": {"status": "waiting", "note": "tea"},
    "resolve": {"cause": "limescale", "fix": "vinegar"},
    "reopen": {"why": "it is back"},
    "rate": {"impact": "high", "urgency": "low", "service": "tea for all"},
    "mark_step": {"step": "f2a", "outcome": "done"},
}


@pytest.mark.parametrize("name", get_args(MoveName))
def test_a_move_is_a_value_that_is_applied(name: MoveName) -> None:
    """The same value applied again, as after a crash, changes nothing more."""
    begun = begin_incident(incident(), OPENED_AT)
    before = resolve(begun, "U1", "dust", "a brush", OPENED_AT + 1) if name == "reopen" else begun
    move = Move(name, "U1", ARGUMENTS[name])

    after = apply(before, move, OPENED_AT + 9)

    assert after != before
    assert (after.timeline[-1].user_id, after.timeline[-1].at) == ("U1", OPENED_AT + 9)
    assert apply(after, move, OPENED_AT + 9) == after


def test_a_refused_move_leaves_the_incident_as_it_is() -> None:
    """The refusal names the person it is about."""
    taken = apply(begin_incident(incident(), OPENED_AT), Move("claim", "U2"), OPENED_AT + 1)

    with pytest.raises(MoveRefused) as refused:
        apply(taken, Move("claim", "U1"), OPENED_AT + 2)

    assert (refused.value.why, refused.value.who) == ("owned_by_another", "U2")
