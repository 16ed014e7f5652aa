"""The card of an incident: within Slack's limits whatever was seen, and true to the record."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.diagnosis import Sceptic
from bot.knowledge.library import check_knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.blocks import MESSAGE_BLOCKS, TOTAL, size
from bot.replies.incidents.article_draft import draft_article
from bot.replies.incidents.card import render_incident, render_summary
from bot.replies.mrkdwn import set_text, tidy
from bot.triage import Incident, Sighting
from bot.triage.next_steps import next_steps
from bot.triage.transitions import claim, hand_over, mark_step, rate, record_sightings, resolve, set_status
from tests.fixtures.slack_view import seen

NEW = Incident(42, "T", "C", "1.0", "U", 1.0)
HOSTILE = "<!channel> *x* `y` & <@U1> </script>" * 20


def shown(incident: Incident, sceptic: Sceptic) -> str:
    """The card's blocks as one text."""
    return str(render_incident(incident, sceptic.knowledge, "en").blocks)


def crowded(sceptic: Sceptic) -> Incident:
    """An incident of three hundred events of all kinds, on sixty computers."""
    incident = NEW
    articles = sorted(sceptic.knowledge.articles)
    for number in range(300):
        article = sceptic.knowledge.articles[articles[number % len(articles)]]
        seen = Sighting(
            article.id, article.codes[:3], f"NDES{number % 60:02}{HOSTILE[:60]}", "2024-05-14T09:12:33", "…3f2a"
        )
        incident = record_sightings(incident, f"{number + 2}.0", "U", (seen,), number + 2.0)
    return rate(incident, "U", "high", "high", HOSTILE, 400.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crowded_incident_fits_into_a_message(sceptic: Sceptic, language: Language) -> None:
    """Three hundred events, and every step tried: Slack takes the card and the summary."""
    incident = crowded(sceptic)
    for step in next_steps(incident, sceptic.knowledge).steps[:30]:
        incident = mark_step(incident, "U", step.key, "did_not_help", 500.0)
    for reply in (
        render_incident(incident, sceptic.knowledge, language),
        render_summary(incident, sceptic.knowledge, language),
        render_incident(resolve(incident, "U", HOSTILE, HOSTILE, 700.0), sceptic.knowledge, language),
    ):
        assert len(reply.blocks) <= MESSAGE_BLOCKS
        assert size(list(reply.blocks)) <= TOTAL
        assert "[!channel]" not in "".join(each for each, _ in seen(reply.blocks))
        assert "INC-42" in reply.text


def test_a_transient_failure_is_waited_for_and_settled(sceptic: Sceptic) -> None:
    """An expired challenge: the device comes back by itself, and 20500 from the same device settles it."""
    expired = Sighting("20501", ("0x00000411",), "NDES01", "2024-05-14T09:12:33", "…3f2a")
    other = Sighting("20500", (), "NDES01", "2024-05-14T09:20:00", "…aaaa")
    same = Sighting("20500", (), "NDES01", "2024-05-14T09:21:00", "…3f2a")
    waiting = record_sightings(NEW, "2.0", "U", (expired,), 2.0)
    still = record_sightings(waiting, "3.0", "U", (other,), 3.0)
    settled = record_sightings(still, "4.0", "U", (same,), 4.0)
    cards = [str(render_incident(each, sceptic.knowledge, "en").blocks) for each in (waiting, still, settled)]

    assert ["Waiting for 20500 or 4004 from device …3f2a" in card for card in cards] == [True, True, False]
    assert ["Settled: 20501 by 20500" in card for card in cards] == [False, False, True]
    assert ["NDES policy module ! (20501, NDES01)" in card for card in cards] == [True, True, False]
    assert ["NDES policy module ✓ (20500)" in card for card in cards] == [False, False, True]


def test_a_failure_without_its_device_is_not_promised_to_be_settled(sceptic: Sceptic) -> None:
    """Nobody can tell that a success is that device's."""
    card = shown(record_sightings(NEW, "2.0", "U", (Sighting("20501", ("0x00000411",), "NDES01"),), 2.0), sceptic)

    assert "the device's ID was not posted" in card


def test_the_card_tells_what_was_only_named_from_what_was_pasted(sceptic: Sceptic) -> None:
    """ "Do you see 20402?" is no event that was seen."""
    named = shown(record_sightings(NEW, "2.0", "U", (Sighting("20402", told=True),), 2.0), sceptic)
    pasted = shown(record_sightings(NEW, "2.0", "U", (Sighting("20402"),), 2.0), sceptic)

    assert ["named, not pasted" in card for card in (named, pasted)] == [True, False]


def test_the_card_counts_by_computer(sceptic: Sceptic) -> None:
    """Counts stand there where there is more than one; a code that only says success is left out."""
    first, second = (Sighting("20502", ("0x00000409",), name, f"2024-05-14T09:1{name[-1]}:00") for name in ("A1", "B2"))
    again = Sighting("20502", ("0x00000409",), "B2", "2024-05-14T09:30:00")
    fine = Sighting("20500", ("0x00000000",), "B2", "2024-05-14T09:00:00")
    card = shown(record_sightings(NEW, "2.0", "U", (first, second, again, fine), 2.0), sceptic)

    assert "×3 · `0x00000409` · 2024-05-14 09:11:00 – 2024-05-14 09:30:00 · A1 ×1, B2 ×2" in card
    assert "0x00000000" not in card


def test_a_step_without_evidence_is_called_that(sceptic: Sceptic) -> None:
    """Neither working nor failed; and where nothing failed, nothing is said to have stopped."""
    failed = shown(record_sightings(NEW, "2.0", "U", (Sighting("20502", ("0x00000409",)),), 2.0), sceptic)
    works = shown(record_sightings(NEW, "2.0", "U", (Sighting("20500"),), 2.0), sceptic)

    assert "no evidence: CA, delivery, report" in failed
    assert ["Where it stopped" in card for card in (failed, works)] == [True, False]
    assert "How far it got" in works


def test_the_age_of_an_open_incident_is_a_moment_that_stays_true(sceptic: Sceptic) -> None:
    """A card stands for days; its reader's Slack counts from the moment. What is over took as long as it took."""
    begun = Incident(42, "T", "C", "1.0", "U", 1_782_900_000.0)
    ended = resolve(begun, "U", "proxy", "allowed it", 1_782_907_200.0)

    assert "opened <!date^1782900000^{ago}|2026-07-01 10:00 UTC>" in shown(begun, sceptic)
    assert "took 2 h" in shown(ended, sceptic)


def test_the_summary_says_what_was_handed_on_what_was_tried_and_what_is_left(sceptic: Sceptic) -> None:
    """Whoever comes on shift needs no scrolling."""
    incident = record_sightings(NEW, "2.0", "U", (Sighting("20502", ("0x00000409",)),), 2.0)
    tried, left, *_ = next_steps(incident, sceptic.knowledge).steps
    incident = mark_step(incident, "U9", tried.key, "did_not_help", 3.0)
    incident = hand_over(incident, "U9", "U7", 4.0, "restart did *nothing*")
    incident = set_status(incident, "U7", "waiting", 5.0, "network team opens the proxy")
    summary = str(render_summary(incident, sceptic.knowledge, "en").blocks)

    assert "restart did *nothing*" in summary
    assert "Waiting: network team opens the proxy" in summary
    view = "".join(each for each, _ in seen(render_summary(incident, sceptic.knowledge, "en").blocks))
    assert "Handed over by [@U9]: restart did *nothing*\n" in view
    assert summary.index("Tried so far") < summary.index("Did not help, <@U9>") < summary.index("Next steps")
    assert tidy(set_text(left.text["en"]))[:40] in summary.partition("Next steps")[2]


def test_the_card_says_who_has_it_and_what_was_tried(sceptic: Sceptic) -> None:
    """A marked step leaves the list and says by whom."""
    seen = record_sightings(NEW, "2.0", "U", (Sighting("20502", ("0x00000409",)),), 2.0)
    step = next_steps(seen, sceptic.knowledge).steps[0]
    card = str(render_incident(mark_step(claim(seen, "U7", 3.0), "U9", step.key, "done", 4.0), sceptic.knowledge, "en"))

    assert "Owner: <@U7>" in card
    assert "Done, <@U9>" in card
    assert f"step:{step.key}" not in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_an_article_that_can_be_checked(
    sceptic: Sceptic, checkout: Path, tmp_path: Path, language: Language
) -> None:
    """Cause and fix stand under their headings, marked as a draft; all that is left is the step in the other language."""
    folder = checkout / "knowledge" / "intune-connector"
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / ("20502.zh-TW.md" if language == "zh-TW" else "20502.md")
    ended = resolve(NEW, "U", "proxy *list*", "allowed [it]", 3.0)
    path.write_text(draft_article(path.read_text("utf-8"), ended, language), "utf-8")
    found, faults = check_knowledge(tmp_path)

    assert [fault.message.partition("; ")[2] for fault in faults] == ["write the same steps"]
    prose = found.articles["20502"].prose[language]
    assert "proxy *list*" in "".join(run.text for run in prose.causes[-1])
    assert "allowed [it]" in "".join(run.text for run in prose.next_steps[-1])


def test_a_resolved_card_says_first_how_it_ended(sceptic: Sceptic) -> None:
    """Whoever finds the thread two weeks later has not to scroll past the evidence."""
    incident = record_sightings(NEW, "2.0", "U", (Sighting("20502", ("0x00000409",)),), 2.0)
    card = shown(resolve(incident, "U", "proxy", "allowed it", 3.0), sceptic)

    assert card.index("What fixed it") < card.index("Where it stopped")
