"""The card of an incident: within Slack's limits whatever was seen, and true to the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis import Sceptic
from bot.knowledge import LANGUAGES, Language, check_knowledge
from bot.replies import draft_article, render_incident, render_summary
from bot.replies.limits import MESSAGE_BLOCKS, TOTAL, size
from bot.triage import Incident, Sighting
from bot.triage.moves import claim, mark_step, rate, resolve, see
from bot.triage.next_steps import next_steps

NEW = Incident(42, "T", "C", "1.0", "U", 1.0)
HOSTILE = "<!channel> *x* `y` & <@U1> </script>" * 20


def crowded(sceptic: Sceptic) -> Incident:
    """An incident of three hundred events of all kinds, on sixty computers."""
    incident = NEW
    articles = sorted(sceptic.knowledge.articles)
    for number in range(300):
        article = sceptic.knowledge.articles[articles[number % len(articles)]]
        seen = Sighting(
            article.id, article.codes[:3], f"NDES{number % 60:02}{HOSTILE[:60]}", "2024-05-14T09:12:33", "…3f2a"
        )
        incident = see(incident, f"{number + 2}.0", "U", (seen,), number + 2.0)
    return rate(incident, "U", "high", "high", HOSTILE, 400.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crowded_incident_fits_into_a_message(sceptic: Sceptic, language: Language) -> None:
    """Three hundred events, and every step tried: Slack takes the card and the summary."""
    incident = crowded(sceptic)
    for step in next_steps(incident, sceptic.knowledge).steps[:30]:
        incident = mark_step(incident, "U", step.key, "did_not_help", 500.0)
    for reply in (
        render_incident(incident, sceptic.knowledge, language, 600.0),
        render_summary(incident, sceptic.knowledge, language, 600.0),
        render_incident(resolve(incident, "U", HOSTILE, HOSTILE, 700.0), sceptic.knowledge, language, 800.0),
    ):
        assert len(reply.blocks) <= MESSAGE_BLOCKS
        assert size(list(reply.blocks)) <= TOTAL
        assert "<!channel>" not in str(reply.blocks)
        assert "INC-42" in reply.text


def test_a_transient_failure_is_waited_for_and_settled(sceptic: Sceptic) -> None:
    """An expired challenge: the device comes back by itself, and 20500 from the same device settles it."""
    expired = Sighting("20501", ("0x00000411",), "NDES01", "2024-05-14T09:12:33", "…3f2a")
    other = Sighting("20500", (), "NDES01", "2024-05-14T09:20:00", "…aaaa")
    same = Sighting("20500", (), "NDES01", "2024-05-14T09:21:00", "…3f2a")
    waiting = see(NEW, "2.0", "U", (expired,), 2.0)
    still = see(waiting, "3.0", "U", (other,), 3.0)
    settled = see(still, "4.0", "U", (same,), 4.0)
    cards = [str(render_incident(each, sceptic.knowledge, "en", 9.0).blocks) for each in (waiting, still, settled)]

    assert ["Waiting for 20500" in card for card in cards] == [True, True, False]
    assert ["Settled: 20501" in card for card in cards] == [False, False, True]


def test_the_card_says_who_has_it_and_what_was_tried(sceptic: Sceptic) -> None:
    """A marked step leaves the list and says by whom."""
    seen = see(NEW, "2.0", "U", (Sighting("20502", ("0x00000409",)),), 2.0)
    step = next_steps(seen, sceptic.knowledge).steps[0]
    card = str(
        render_incident(mark_step(claim(seen, "U7", 3.0), "U9", step.key, "done", 4.0), sceptic.knowledge, "en", 9.0)
    )

    assert "Owner: <@U7>" in card
    assert "Done, <@U9>" in card
    assert f"step:{step.key}" not in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_an_article_that_can_be_checked(
    sceptic: Sceptic, checkout: Path, tmp_path: Path, language: Language
) -> None:
    """Cause and fix stand under their headings, marked as a draft, and the folder still has no faults."""
    folder = checkout / "knowledge" / "intune-connector"
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / ("20502.zh-TW.md" if language == "zh-TW" else "20502.md")
    ended = resolve(NEW, "U", "proxy *list*", "allowed [it]", 3.0)
    path.write_text(draft_article(path.read_text("utf-8"), ended, language), "utf-8")
    found, faults = check_knowledge(tmp_path)

    assert faults == []
    prose = found.articles["20502"].prose[language]
    assert "proxy *list*" in "".join(run.text for run in prose.causes[-1])
    assert "allowed [it]" in "".join(run.text for run in prose.next_steps[-1])
