"""Cause and effect: which event follows from which, and when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.diagnosis import Sceptic
from bot.triage import Sighting
from bot.triage.causes import find_causal_links
from tests.triage.incidents import evidence, seen

UNSIGNED = seen("20502", "10:00", "409")


def links(sceptic: Sceptic, *sightings: Sighting) -> set[tuple[str, str]]:
    return {
        (each.cause.article_id, each.effect.article_id)
        for each in find_causal_links(evidence(sightings), sceptic.knowledge)
    }


def test_a_failed_download_comes_before_the_missing_signing_certificate(sceptic: Sceptic) -> None:
    """The relation that names the code is used, and it has a source."""
    (found,) = find_causal_links(evidence((UNSIGNED, seen("20402", "09:40"))), sceptic.knowledge)

    assert (found.cause.article_id, found.effect, found.relation.effect.code) == ("20402", UNSIGNED, "0x00000409")
    assert found.relation.source.startswith("https://learn.microsoft.com/")


def test_causes_make_a_chain(sceptic: Sceptic) -> None:
    """10302 behind 20402 behind 20502: each follows from what is nearest."""
    assert links(sceptic, seen("10302", "09:00", "404"), seen("20402", "09:40"), UNSIGNED) == {
        ("10302", "20402"),
        ("20402", "20502"),
    }


def test_an_expired_enrollment_certificate_comes_before_what_needs_it(sceptic: Sceptic) -> None:
    """It was expired some hours before its event, so earlier failures follow from it too; issuing at the CA does not need it."""
    expired = seen("10102", "09:00", "405")
    needing = seen("20402", "09:10"), seen("20502", "09:20"), seen("20302", "01:00")

    assert links(sceptic, expired, *needing, seen("20102", "01:00"), seen("20602", "09:20")) == {
        ("10102", "20402"),
        ("20402", "20502"),
        ("10102", "20302"),
    }


@pytest.mark.parametrize("own", [("20102", "400"), ("20102", "401"), ("20202", "402"), ("20501", "411")])
def test_a_code_with_a_cause_of_its_own_follows_from_nothing(sceptic: Sceptic, own: tuple[str, str]) -> None:
    """An unreachable CA is unrelated to the connector's certificate."""
    assert links(sceptic, seen("10102", "09:00", "405"), seen(own[0], "10:00", own[1])) == set()


@pytest.mark.parametrize("code", ["408", "410"])
def test_an_unreadable_challenge_is_no_matter_of_downloads(sceptic: Sceptic, code: str) -> None:
    """These codes point at the set-up, not at a download."""
    assert links(sceptic, seen("20402", "09:40"), seen("20502", "10:00", code)) == set()


def test_what_is_surely_earlier_follows_from_nothing_later(sceptic: Sceptic) -> None:
    """A lasting state may be noticed up to an hour late, a stop of the service not."""
    assert links(sceptic, UNSIGNED, seen("20402", "10:59")) == {("20402", "20502")}
    assert links(sceptic, UNSIGNED, seen("20402", "11:01")) == set()
    assert links(sceptic, UNSIGNED, seen("10020", "10:01")) == set()
    assert links(sceptic, UNSIGNED, seen("10020", "09:59")) == {("10020", "20502")}


def test_without_times_the_order_of_the_messages_decides_nothing(sceptic: Sceptic) -> None:
    """People paste the symptom first."""
    assert links(sceptic, seen("20502", "", "409"), seen("20402")) == {("20402", "20502")}


def test_another_computers_failure_causes_nothing_here(sceptic: Sceptic) -> None:
    """An unknown computer may be the same one."""
    assert links(sceptic, seen("20402", "09:40", computer="SAMOVAR02"), UNSIGNED) == set()
    assert links(sceptic, seen("20402", "09:40", computer=""), UNSIGNED) == {("20402", "20502")}


def test_a_cause_that_was_settled_before_causes_nothing_after(sceptic: Sceptic) -> None:
    """The download worked again at 09:50."""
    healed = seen("20402", "09:40"), seen("20400", "09:50")
    assert links(sceptic, *healed, UNSIGNED) == set()
    assert links(sceptic, *healed, seen("20502", "09:45", "409")) == {("20402", "20502")}


def test_an_old_failure_explains_nothing_new_unless_it_lasts(sceptic: Sceptic) -> None:
    """A download that failed last month is no cause today; a service that was stopped then still is."""
    last_month = replace(seen("20402"), time="2026-06-01T09:40:00Z")
    stopped = replace(seen("10020"), time="2026-06-01T09:40:00Z")

    assert links(sceptic, last_month, UNSIGNED) == set()
    assert links(sceptic, stopped, UNSIGNED) == {("10020", "20502")}
    assert links(sceptic, last_month, seen("20402", "09:40"), UNSIGNED) == {("20402", "20502")}


def test_what_is_only_named_causes_nothing_that_was_pasted(sceptic: Sceptic) -> None:
    """A question about an event does not show that it happened."""
    assert links(sceptic, UNSIGNED, Sighting("20402", told=True)) == set()
    assert links(sceptic, Sighting("20502", ("0x00000409",), told=True), Sighting("20402", told=True)) == {
        ("20402", "20502")
    }


def test_a_failed_challenge_explains_a_failed_delivery_only_of_the_same_device(sceptic: Sceptic) -> None:
    """Another device's delivery is another request."""
    refused = seen("20502", "09:00", "410", device="…3f2a")
    assert links(sceptic, refused, seen("20602", "09:10", device="…3f2a")) == {("20502", "20602")}
    assert links(sceptic, refused, seen("20602", "09:10", device="…0000")) == set()
    assert links(sceptic, refused, seen("20602", "09:10")) == set()


def test_a_stopped_service_is_no_effect_of_an_expired_certificate(sceptic: Sceptic) -> None:
    """A stop is information, neither failure nor warning; success follows from nothing either."""
    assert links(sceptic, seen("10102", "09:00", "405"), seen("10020", "09:10"), seen("20400", "09:20")) == set()


def test_every_event_that_an_article_names_as_its_cause_has_a_relation(sceptic: Sceptic) -> None:
    """`caused_by` orders the digest, the relations say why; they must not disagree."""
    knowledge = sceptic.knowledge
    named = {(cause, article.id) for article in knowledge.articles.values() for cause in article.caused_by}
    related = {
        (cause, name)
        for each in knowledge.relations.effects
        for cause in (each.cause.event, each.cause.code)
        for name in (each.effect.event, each.effect.code)
    }

    assert len(named) > 10
    assert named <= related


def test_the_relation_that_names_the_code_beats_a_nearer_event(sceptic: Sceptic) -> None:
    """A renewal failed in between, but it is the download that Microsoft asks about."""
    between = seen("20402", "09:30"), seen("10102", "09:50"), UNSIGNED

    assert ("20402", "20502") in links(sceptic, *between)
    assert ("10102", "20502") not in links(sceptic, *between)
