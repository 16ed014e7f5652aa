"""The state of each step of a flow, and the event that shows it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis import Sceptic
from bot.triage import Sighting
from bot.triage.evidence_order import OrderedSighting, order_sightings
from bot.triage.flow import trace_flow
from bot.triage.settled import find_settled
from tests.triage.incidents import evidence, seen


def steps(sceptic: Sceptic, *sightings: Sighting) -> dict[str, str]:
    return {f"{each.flow}/{each.step.id}": each.state for each in trace_flow(evidence(sightings), sceptic.knowledge)}


def test_a_failed_challenge_proves_what_comes_before_and_says_nothing_of_the_rest(sceptic: Sceptic) -> None:
    """Only the flow that is touched is shown, with all its steps in order."""
    failed = seen("20502", "10:00", "409")

    assert steps(sceptic, failed) == {
        "scep/profile": "proven",
        "scep/device-to-ndes": "proven",
        "scep/policy-module": "failed",
        "scep/ca": "no_evidence",
        "scep/delivery": "no_evidence",
        "scep/report": "no_evidence",
    }
    found = trace_flow(evidence((failed,)), sceptic.knowledge)
    assert [each.sighting for each in found] == [failed, failed, failed, None, None, None]


def test_events_outside_the_flows_touch_none(sceptic: Sceptic) -> None:
    """A stopped service stands in no step."""
    assert steps(sceptic, seen("10020", "10:00"), seen("20402", "10:00"), seen("5002", "10:00")) == {}


def test_later_evidence_beats_earlier(sceptic: Sceptic) -> None:
    """A success after a failure proves the step again, and a failure after a success undoes it, whoever pasted first."""
    failure, success = seen("20502", "10:00", "409"), seen("20500", "11:00")
    assert steps(sceptic, success, failure)["scep/policy-module"] == "proven"
    assert steps(sceptic, success, failure, seen("20501", "12:00", "411"))["scep/policy-module"] == "warned"
    assert steps(sceptic, seen("20502", "12:00"), success)["scep/policy-module"] == "failed"


def test_in_the_same_second_the_failure_holds(sceptic: Sceptic) -> None:
    """Nothing shows that the success came after the failure."""
    both = seen("20500", "10:00"), seen("20502", "10:00")

    assert steps(sceptic, *both) == steps(sceptic, *reversed(both))
    assert steps(sceptic, *both)["scep/policy-module"] == "failed"


def test_without_times_the_last_message_holds(sceptic: Sceptic) -> None:
    """The order of messages is the best evidence there is."""
    assert steps(sceptic, seen("20502"), seen("20500"))["scep/policy-module"] == "proven"
    assert steps(sceptic, seen("20500"), seen("20502"))["scep/policy-module"] == "failed"


def test_a_step_has_failed_when_it_fails_on_any_computer_and_that_one_is_named(sceptic: Sceptic) -> None:
    """A later success on another server settles nothing."""
    found = trace_flow(
        evidence((seen("20502", "10:00"), seen("20500", "11:00", computer="SAMOVAR02.example.com"))), sceptic.knowledge
    )
    step = found[2]

    assert (step.state, step.computers) == ("failed", ("TEAPOT01",))
    assert step.sighting == seen("20502", "10:00")


def test_another_devices_success_proves_nothing_for_the_one_that_failed(sceptic: Sceptic) -> None:
    """Only a success of the device itself does, on any server; a success without a device may be its own."""
    failed = seen("20501", "10:00", "411", device="…3f2a")
    other, own = seen("20500", "11:00", device="…77b0"), seen("20500", "11:00", device="…3f2a")
    elsewhere = seen("20500", "11:00", device="…3f2a", computer="SAMOVAR02")

    assert steps(sceptic, failed, other)["scep/policy-module"] == "warned"
    assert steps(sceptic, failed, own)["scep/policy-module"] == "proven"
    assert steps(sceptic, failed, elsewhere)["scep/policy-module"] == "proven"
    assert steps(sceptic, failed, seen("20500", "11:00"))["scep/policy-module"] == "proven"


def test_what_the_current_connectors_log_settled_is_proven_by_that_event(sceptic: Sceptic) -> None:
    """Both generations share the step, so it is shown once."""
    success = seen("4004", "11:00", device="…3f2a")
    found = trace_flow(evidence((seen("20501", "10:00", "411", device="…3f2a"), success)), sceptic.knowledge)

    assert [each.sighting for each in found if each.step.id == "policy-module"] == [success]
    assert {each.state for each in found if each.step.id == "policy-module"} == {"proven"}


@given(
    events=st.lists(
        st.builds(
            seen,
            st.sampled_from(["20500", "20501", "20502", "20600", "20602"]),
            st.sampled_from(["10:00", "10:01", "10:02", ""]),
            computer=st.sampled_from(["TEAPOT01", "SAMOVAR02", ""]),
            device=st.sampled_from(["…3f2a", "…77b0", ""]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_step_is_shown_as_working_while_its_last_event_of_a_device_is_a_failure(
    sceptic: Sceptic, events: list[Sighting]
) -> None:
    """Each shown state has an event of the evidence behind it."""
    incident = evidence(tuple(events))
    ordered = order_sightings(incident)
    settled = find_settled(ordered, sceptic.knowledge)
    found = {each.step.id: each for each in trace_flow(incident, sceptic.knowledge)}

    for each in ordered:
        article = sceptic.knowledge.articles[each.article_id]
        last = not any(may_be_same(each, later) for later in ordered[each.place + 1 :])
        if article.outcome != "success" and last and each.place not in settled:
            assert found[str(article.step).partition("/")[2]].state in ("failed", "warned")
    assert all((each.state == "no_evidence") == (each.sighting is None) for each in found.values())
    assert {each.sighting for each in found.values()} <= {*events, None}


def may_be_same(one: OrderedSighting, other: OrderedSighting) -> bool:
    """Return True when two events may be of one device on one computer, as far as they say."""
    computers, devices = {one.computer, other.computer}, {one.sighting.device, other.sighting.device}
    return all(len(each) == 1 or "" in each for each in (computers, devices))


def test_an_event_without_a_computer_counts_for_every_one(sceptic: Sceptic) -> None:
    """Such an event is later than one computer's and earlier than another's."""
    evident = seen("20500", "09:00"), seen("20502", "10:00", computer=""), seen("20500", "11:00", computer="SAMOVAR02")
    (step,) = [each for each in trace_flow(evidence(evident), sceptic.knowledge) if each.step.id == "policy-module"]

    assert (step.state, step.sighting) == ("failed", evident[1])


def test_what_is_only_named_proves_nothing(sceptic: Sceptic) -> None:
    """Advice to expect a success is no delivery; a named failure counts until something is pasted."""
    expected, failing = Sighting("20600", told=True), Sighting("20502", told=True)
    assert steps(sceptic, expected) == {}
    assert steps(sceptic, expected, failing)["scep/policy-module"] == "failed"
    assert steps(sceptic, expected, failing, seen("20500", "10:00"))["scep/policy-module"] == "proven"


def test_pkcs_has_a_flow_of_its_own(sceptic: Sceptic) -> None:
    """Its steps are shown beside those of SCEP when both are touched."""
    found = steps(sceptic, seen("20102", "10:00", "400"), seen("20600", "10:00"))

    assert (found["pkcs/request"], found["pkcs/ca"], found["scep/ca"]) == ("proven", "failed", "proven")
