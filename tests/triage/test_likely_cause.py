"""The table of sightings and the likely cause: the root first, with reasons, and nothing unsupported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis import Sceptic
from bot.replies.incidents.reasons import cause_reason
from bot.triage import Incident, Sighting
from bot.triage.causes import find_causal_links
from bot.triage.flow import trace_flow
from bot.triage.likely_cause import LikelyCause, SightingsRow, find_likely_cause, find_settled_cause, tabulate_sightings
from bot.triage.missing_evidence import find_missing_evidence
from bot.triage.next_steps import next_steps
from bot.triage.reasons import CodeReason, PlacesReason, RelationReason, SilenceReason
from bot.triage.settled import find_watched
from tests.triage.incidents import evidence, numbers_as_ids, seen


def cause_of(sceptic: Sceptic, *sightings: Sighting) -> LikelyCause | None:
    return find_likely_cause(evidence(sightings), sceptic.knowledge)


def found_in(sceptic: Sceptic, *sightings: Sighting) -> LikelyCause:
    found = cause_of(sceptic, *sightings)
    assert found is not None
    return found


def test_the_table_counts_by_article_with_first_and_last_time() -> None:
    """Rows are in the order of first appearance, with each computer and code once."""
    events = (
        seen("20502", "10:00", "409"),
        seen("20402", "09:40"),
        seen("20502", "11:00", "408", computer="SAMOVAR02"),
        seen("20502", "", "409"),
    )

    assert tabulate_sightings(evidence(events)) == (
        SightingsRow("20402", 1, "2026-07-01T09:40:00Z", "2026-07-01T09:40:00Z", ("TEAPOT01",), (), False, (1,)),
        SightingsRow(
            "20502",
            3,
            "2026-07-01T10:00:00Z",
            "2026-07-01T11:00:00Z",
            ("SAMOVAR02", "TEAPOT01"),
            ("0x00000408", "0x00000409"),
            False,
            (1, 2),
        ),
    )


def test_what_was_only_named_is_marked_in_the_table() -> None:
    """The mark goes once somebody pastes the event."""
    named = Sighting("20402", told=True)
    assert [row.told for row in tabulate_sightings(evidence((named,)))] == [True]
    assert [row.told for row in tabulate_sightings(evidence((named, seen("20402", "09:00"))))] == [False]


def test_the_root_of_a_chain_is_the_likely_cause(sceptic: Sceptic) -> None:
    """Missing certificate, failed downloads, failed challenges: the first of them, with what follows."""
    chain = seen("20502", "10:00", "409", device="…1"), seen("20402", "09:40"), seen("10302", "09:30", "404")
    found = found_in(sceptic, *chain, seen("20502", "10:10", "409", device="…2"))

    assert (found.article_id, found.code, found.count) == ("10302", "0x00000404", 1)
    assert [each.article_id for each in found.effects] == ["20402", "20502", "20502"]
    assert [type(reason) for reason in found.reasons] == [CodeReason, RelationReason, RelationReason, PlacesReason]
    assert cause_reason(found.reasons[1], numbers_as_ids()).startswith("Inferred: 20402 follows from 10302. ")
    assert cause_reason(found.reasons[2], numbers_as_ids()).startswith(
        "20502 with 0x00000409 follows from 20402, 2 times. "
    )
    assert cause_reason(found.reasons[2], numbers_as_ids("zh-TW")).startswith(
        "20502（0x00000409）由 20402 引起，共 2 次。"
    )
    assert (
        cause_reason(found.reasons[3], numbers_as_ids())
        == "10302 was seen once; all of this is on TEAPOT01, for 2 devices."
    )


def test_a_code_that_names_a_cause_is_enough(sceptic: Sceptic) -> None:
    """A single event with such a code has a likely cause."""
    found = found_in(sceptic, seen("20502", "10:00", "409"))

    assert (found.article_id, found.code, found.effects) == ("20502", "0x00000409", ())


@pytest.mark.parametrize(
    "events",
    [
        (),
        (seen("20500", "10:00"), seen("20600", "10:01")),
        (seen("20402", "10:00"),),
        (seen("20402", "10:00", "0FFFFFFF"), seen("20302", "10:00", "0")),
        (seen("20402", "10:00", "409"),),
        (seen("20501", "10:00", "411", device="…1"), seen("20500", "10:10", device="…1")),
        (seen("10020", "10:00"), seen("10010", "10:01")),
        (seen("4005", "10:00"),),
    ],
    ids=[
        "nothing",
        "successes",
        "no code",
        "codes of all events",
        "not its code",
        "settled",
        "restarted",
        "no article",
    ],
)
def test_nothing_is_asserted_without_a_relation_or_a_code(sceptic: Sceptic, events: tuple[Sighting, ...]) -> None:
    """Every event is documented with 0x00000000 and 0x0FFFFFFF, so they say nothing."""
    assert cause_of(sceptic, *events) is None


def test_a_stopped_service_explains_silence_until_something_is_seen(sceptic: Sceptic) -> None:
    """The silence is asserted only of the computer that stopped."""
    stop = seen("10020", "10:00")
    found = found_in(sceptic, stop, seen("20400", "11:00", computer="SAMOVAR02"))

    assert (found.article_id, type(found.reasons[0])) == ("10020", SilenceReason)
    assert "TEAPOT01" in cause_reason(found.reasons[0], numbers_as_ids("zh-TW"))
    assert cause_of(sceptic, stop, seen("20400", "11:00")) is None


def test_what_explains_others_comes_before_what_only_has_a_code(sceptic: Sceptic) -> None:
    """Three expired challenges do not hide the failed download behind one refused."""
    expired = [seen("20501", f"09:0{n}", "411", device=f"…{n}") for n in range(3)]
    refused = seen("20402", "09:40"), seen("20502", "10:00", "409")

    assert found_in(sceptic, *expired, *refused).article_id == "20402"
    assert found_in(sceptic, *expired, seen("20102", "11:00", "400")).article_id == "20102"
    assert found_in(sceptic, *expired).article_id == "20501"


def test_a_cause_that_is_settled_is_no_longer_where_to_begin(sceptic: Sceptic) -> None:
    """Downloads work again; the challenge still fails, and its own code is what is left."""
    events = seen("20402", "09:40"), seen("20502", "09:45", "409"), seen("20400", "09:50")

    assert found_in(sceptic, *events).article_id == "20502"
    assert cause_of(sceptic, *events, seen("20500", "10:00")) is None


IDS = [
    "10010",
    "10020",
    "10102",
    "10302",
    "20400",
    "20402",
    "20500",
    "20501",
    "20502",
    "20600",
    "20602",
    "20302",
    "4004",
]
SIGHTINGS = st.builds(
    seen,
    st.sampled_from(IDS),
    st.integers(0, 59).map(lambda minute: f"10:{minute:02}"),
    st.sampled_from(["0", "404", "405", "409", "411", "0FFFFFFF"]),
    computer=st.sampled_from(["TEAPOT01", "SAMOVAR02", ""]),
    device=st.sampled_from(["", "…3f2a", "…0000"]),
)


def everything(incident: Incident, sceptic: Sceptic) -> tuple[object, ...]:
    """Return all findings of the evidence."""
    reads = (
        find_causal_links,
        find_likely_cause,
        find_settled_cause,
        next_steps,
        find_watched,
        find_missing_evidence,
        trace_flow,
    )
    return (tabulate_sightings(incident), *(read(incident, sceptic.knowledge) for read in reads))


@given(data=st.data(), messages=st.lists(st.lists(SIGHTINGS, max_size=5), max_size=6))
def test_the_findings_are_the_same_whatever_order_the_evidence_came_in(
    sceptic: Sceptic, data: st.DataObject, messages: list[list[Sighting]]
) -> None:
    """Times order it, so neither the order of messages nor that of a paste changes anything."""
    shuffled = [data.draw(st.permutations(message)) for message in data.draw(st.permutations(messages))]

    assert everything(evidence(*map(tuple, messages)), sceptic) == everything(evidence(*map(tuple, shuffled)), sceptic)


@given(st.lists(st.one_of(SIGHTINGS, SIGHTINGS.map(lambda each: Sighting(each.article_id, each.codes)))))
def test_every_failure_is_explained_settled_or_worked_on(sceptic: Sceptic, events: list[Sighting]) -> None:
    """Nothing that was seen is forgotten: the table counts it, and no effect or watch speaks of what was not seen."""
    incident = evidence(tuple(events))
    table = tabulate_sightings(incident)

    assert {row.article_id for row in table} == {each.article_id for each in events}
    assert sum(row.count for row in table) <= len(events)
    for follows in find_causal_links(incident, sceptic.knowledge):
        assert {follows.cause, follows.effect} <= set(events)
        assert follows.relation.effect.fits(follows.effect.article_id, follows.effect.codes)
    for watch in find_watched(incident, sceptic.knowledge):
        assert {watch.sighting, watch.settled_by or watch.sighting} <= set(events)


@given(st.lists(SIGHTINGS, max_size=12))
def test_a_settled_cause_is_one_that_was_settled(sceptic: Sceptic, events: list[Sighting]) -> None:
    """It excludes all that still fails; without the success it was the likely cause, if nothing else failed."""
    about = evidence(tuple(events))
    settled = {watch.sighting for watch in find_watched(about, sceptic.knowledge) if watch.is_settled}
    found = find_settled_cause(about, sceptic.knowledge)

    if found is not None:
        assert found.article_id in {each.article_id for each in settled}
        assert {*found.effects} <= settled
    if not settled:
        assert found is None
