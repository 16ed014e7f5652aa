"""Watches: a later success of the same device or computer settles a failure, nothing else does."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic
from bot.triage import Sighting
from bot.triage.settled import SettledFailures, WatchedFailure, count_settled, find_awaited, find_watched
from tests.triage.incidents import evidence, seen


def watched(sceptic: Sceptic, *sightings: Sighting) -> tuple[WatchedFailure, ...]:
    return find_watched(evidence(sightings), sceptic.knowledge)


def test_an_expired_challenge_is_waited_for(sceptic: Sceptic) -> None:
    """Nothing has to be repaired: the device comes again."""
    (watch,) = watched(sceptic, seen("20501", "09:00", "411", device="…3f2a"))

    assert (watch.watch.settled_by, watch.watch.transient, watch.is_settled) == ("20500", True, False)


@pytest.mark.parametrize("success", ["20500", "4004"])
def test_a_verified_challenge_of_the_same_device_settles_it(sceptic: Sceptic, success: str) -> None:
    """The success counts in the old connector's log and in the current one's."""
    later = seen(success, "09:20", device="…3f2a")
    (watch,) = watched(sceptic, seen("20501", "09:00", "411", device="…3f2a"), later)

    assert watch.settled_by == later


@pytest.mark.parametrize(
    "other",
    [
        seen("20500", "09:20", device="…0000"),
        seen("20500", "09:20"),
        seen("20500", "08:20", device="…3f2a"),
        seen("20500", "09:00", device="…3f2a"),
        seen("20600", "09:20", device="…3f2a"),
        Sighting("20500", device="…3f2a", told=True),
    ],
    ids=["another device", "no device", "before", "same second", "another success", "only named"],
)
def test_nothing_else_settles_it(sceptic: Sceptic, other: Sighting) -> None:
    """The success stays awaited."""
    (watch,) = watched(sceptic, seen("20501", "09:00", "411", device="…3f2a"), other)

    assert not watch.is_settled


@pytest.mark.parametrize(
    ("failure", "success"),
    [
        (seen("20402", "09:00"), seen("20400", "09:20")),
        (seen("20402", "09:00"), seen("20400", "09:20", computer="teapot01.example.com")),
        (seen("10020", "09:00"), seen("10010", "09:20")),
        (seen("10102", "09:00"), seen("10100", "09:20")),
        (seen("10302", "09:00", "404"), seen("20400", "09:20")),
        (seen("20502", "09:00", "409"), seen("20500", "09:20", device="…any")),
        (seen("20402", "", computer=""), seen("20400", "", computer="")),
    ],
)
def test_what_fails_on_the_server_is_settled_by_a_success_there(
    sceptic: Sceptic, failure: Sighting, success: Sighting
) -> None:
    """Any device's success there counts; on another computer it settles nothing."""
    (watch,) = watched(sceptic, failure, success)
    assert watch.settled_by == success

    elsewhere = Sighting(success.article_id, (), "SAMOVAR02", success.time)
    (watch,) = watched(sceptic, failure, elsewhere)
    assert not watch.is_settled


def test_a_new_failure_after_the_success_is_open_again(sceptic: Sceptic) -> None:
    """Each failure is settled by what comes after it."""
    found = watched(sceptic, seen("20402", "09:00"), seen("20400", "09:20"), seen("20402", "09:40"))

    assert [each.is_settled for each in found] == [True, False]


def test_a_failed_revocation_is_never_settled_by_another_one(sceptic: Sceptic) -> None:
    """The serial number is not read, so nothing says that it was the same certificate."""
    assert watched(sceptic, seen("20202", "09:00"), seen("20200", "09:20")) == ()


def test_of_two_failures_of_a_kind_one_is_settled_and_that_is_what_is_said(sceptic: Sceptic) -> None:
    """The count never claims both."""
    one, other = (seen("20501", "10:00", "411", device=device) for device in ("…3f2a", "…77b0"))
    success = seen("20500", "10:05", device="…3f2a")

    assert count_settled(evidence((one, other)), sceptic.knowledge) == ()
    assert count_settled(evidence((one, other, success)), sceptic.knowledge) == (
        SettledFailures("20501", 1, 2, ("20500",)),
    )


def test_either_success_is_waited_for_from_every_device_that_has_not_come_back(sceptic: Sceptic) -> None:
    """The current connector's log counts too; a device that has come back is awaited no longer."""
    late = [seen("20501", "10:00", "411", device=device) for device in ("…77b0", "…3f2a", "")]
    (awaited,) = find_awaited(evidence(tuple(late)), sceptic.knowledge)
    assert (awaited.events, awaited.of) == (("20500", "4004"), ("…3f2a", "…77b0"))

    back = seen("4004", "10:05", device="…77b0")
    assert [each.of for each in find_awaited(evidence((*late, back)), sceptic.knowledge)] == [("…3f2a",)]
