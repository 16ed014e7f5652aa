"""The order of the evidence: by time where it can be read, else as it was shown; each event once."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage import Sighting
from bot.triage.event_times import read_times
from bot.triage.evidence_order import computers_of, host_names, order_sightings, short_name
from tests.triage.incidents import evidence


def ids(*messages: tuple[Sighting, ...]) -> list[str]:
    return [each.article_id for each in order_sightings(evidence(*messages))]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-07-01T09:58:00Z", datetime(2026, 7, 1, 9, 58, tzinfo=UTC)),
        ("2026-07-01T09:58:00.1234567+02:00", datetime(2026, 7, 1, 7, 58, 0, 123456, tzinfo=UTC)),
        ("2026-07-01 09:58:00", datetime(2026, 7, 1, 9, 58)),
        ("2020/10/10 下午 06:32:37", datetime(2020, 10, 10, 18, 32, 37)),
        ("2020/10/10 上午 12:05:00", datetime(2020, 10, 10, 0, 5)),
        ("7/23/2026 9:12:33 PM", datetime(2026, 7, 23, 21, 12, 33)),
        ("23.07.2026 09:12:33", datetime(2026, 7, 23, 9, 12, 33)),
        ("7/7/2026 9:12 AM", datetime(2026, 7, 7, 9, 12)),
        ("7/8/2026 9:12:33 AM", None),
        ("yesterday", None),
        ("2026-13-01T00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("20502", None),
    ],
)
def test_a_time_is_read_when_it_can_mean_only_one_thing(written: str, read: datetime | None) -> None:
    """7/8 is July or August, so it is not read alone."""
    assert read_times([written]).get(written) == read


def test_one_date_tells_the_order_of_day_and_month_for_the_others() -> None:
    """7/23 can only be July, so 7/8 beside it is July as well; where dates disagree nothing is read."""
    assert read_times(["7/8/2026 9:00 AM", "7/23/2026 9:00 AM"])["7/8/2026 9:00 AM"] == datetime(2026, 7, 8, 9)
    assert "7/8/2026 9:00 AM" not in read_times(["7/8/2026 9:00 AM", "7/23/2026 9:00 AM", "23/7/2026 9:00 AM"])


def test_times_with_and_without_a_zone_are_not_compared() -> None:
    """Nobody knows how far apart they are; those with a zone hold."""
    assert read_times(["2026-07-01T09:00:00Z", "2026-07-01T09:30:00"]).keys() == {"2026-07-01T09:00:00Z"}


@given(st.text(max_size=40) | st.from_regex(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4} \d{1,2}:\d\d(:\d\d)?( [AP]M)?"))
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    """Any text is either read or left out, and all read times are comparable."""
    moments = list(read_times([text, "2026-07-01T09:00:00Z"]).values())

    assert sorted(moments)


def test_events_are_ordered_by_their_time_whoever_pasted_first() -> None:
    """The newest first, as Event Viewer lists them, changes nothing."""
    late = Sighting("20502", time="2026-07-01T10:00:00Z")
    early = Sighting("20402", time="2026-07-01T09:00:00Z")

    assert ids((late, early)) == ids((late,), (early,)) == ids((early,), (late,)) == ["20402", "20502"]


def test_without_times_the_order_of_the_messages_holds() -> None:
    """Within a message the order of the paste holds."""
    assert ids((Sighting("20502"), Sighting("20402")), (Sighting("10302"),)) == ["20502", "20402", "10302"]


def test_an_event_without_a_time_comes_after_what_was_shown_before_it() -> None:
    """An old event that somebody posts later keeps its old place."""
    nine, eight = Sighting("20402", time="2026-07-01T09:00:00Z"), Sighting("10302", time="2026-07-01T08:00:00Z")

    assert ids((nine,), (Sighting("20500"),), (eight,)) == ["10302", "20402", "20500"]


def test_the_same_event_pasted_again_is_one_event() -> None:
    """Without a time nobody knows, so both count; in one message two in the same second are two."""
    same = Sighting("20402", computer="TEAPOT01", time="2026-07-01T09:00:00Z")

    assert ids((same,), (same,)) == ["20402"]
    assert ids((same, same), (same,)) == ["20402", "20402"]
    assert ids((Sighting("20402"),), (Sighting("20402"),)) == ["20402", "20402"]


def test_no_order_of_messages_loses_evidence() -> None:
    """Every sighting of every message is among those in order, whichever message came first."""
    messages = [
        (Sighting("20402", time="2026-07-01T09:00:00Z"), Sighting("10302")),
        (Sighting("20502", time="7/23/2026 9:00 AM"),),
        (Sighting("20500", time="2026-07-01T10:00:00Z"), Sighting("20402", told=True)),
    ]
    everything = {each for message in messages for each in message}

    for shuffled in permutations(messages):
        assert {each.sighting for each in order_sightings(evidence(*shuffled))} == everything


def test_a_computer_is_the_same_with_and_without_its_domain() -> None:
    """An IP address stays whole."""
    assert short_name("Teapot01.example.com") == short_name("TEAPOT01") == "teapot01"
    assert short_name("10.0.0.1") != short_name("10.0.0.2")
    seen = order_sightings(
        evidence((Sighting("20402", computer="TEAPOT01"), Sighting("20502", computer="teapot01.example.com")))
    )
    assert computers_of(seen) == ("TEAPOT01",)


def test_one_name_in_two_domains_is_two_hosts() -> None:
    """NDES01 may stand in two forests; with and without its only domain it is one."""
    assert host_names(["NDES01", "ndes01.contoso.com."]) == {"NDES01": "ndes01", "ndes01.contoso.com.": "ndes01"}
    assert host_names(["NDES01.contoso.com", "NDES01.fabrikam.com", "SRV"]) == {
        "NDES01.contoso.com": "ndes01.contoso.com",
        "NDES01.fabrikam.com": "ndes01.fabrikam.com",
        "SRV": "srv",
    }
