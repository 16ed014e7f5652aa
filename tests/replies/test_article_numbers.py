"""Numbers of articles: no reply shows the ID that an article has in its folder where people know another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.diagnosis import Diagnosis, Match
from bot.diagnosis.values import MatchReason
from bot.knowledge import Knowledge
from bot.knowledge.library import load_knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.answers.article_view import article_view
from bot.replies.answers.notes import under_notes
from bot.replies.answers.render import render, render_why
from bot.replies.answers.share import pack, unpack
from bot.replies.article_numbers import number_sightings
from bot.replies.incidents.card import render_incident, render_summary
from bot.replies.incidents.export import export_incident
from bot.replies.incidents.forms import note_form, resolve_form
from bot.replies.incidents.lists import render_incidents
from bot.replies.incidents.messages import render_similar
from bot.replies.incidents.timeline import timeline_lines
from bot.replies.values import Reply
from bot.replies.workspace.home import Home, home_view
from bot.settings import KNOWLEDGE
from bot.triage import Incident, Sighting
from bot.triage.missing_evidence import find_missing_evidence
from bot.triage.similar import SharedFeatures
from bot.triage.transitions import record_sightings
from tests.triage.incidents import MESSAGE, OPENED_AT, SCEP, incident

TIDELINE = Path(__file__).parent.parent / "fixtures" / "products" / "tideline"
RELATIONS = """
logs:
  shared: {name: Application}
  own: {name: Tideline/Operational}
asks:
  - about: {event: tide-310045}
    log: own
    events: [tide-20502]
    why: {en: The relay says whether readings come again., zh-TW: 轉送站會說讀數是否恢復。}
    inferred: true
"""
LOST = Sighting("tide-310045", ("TL-041",), "PIER-3", "2026-07-01T09:58:00Z")
RELAYED = Sighting("tide-20502", (), "PIER-3", "2026-07-01T09:40:00Z")


@pytest.fixture(scope="module")
def both() -> Knowledge:
    """The shipped product and the invented one, whose articles have other IDs than their events."""
    return load_knowledge(KNOWLEDGE, TIDELINE)[0]


def seen(*sightings: Sighting) -> Incident:
    return record_sightings(incident(owner="UADA"), MESSAGE, "UADA", sightings, OPENED_AT)


def renderings(of: Incident, knowledge: Knowledge, language: Language) -> Iterator[object]:
    """Yield whatever names an event or a code, as far as people see it."""
    articles = [knowledge.articles[each.article_id] for each in of.sightings]
    matches = tuple(Match(each, (MatchReason("words_sure", "tide"),)) for each in articles)
    yield render_incident(of, knowledge, language)
    yield render_summary(of, knowledge, language)
    yield export_incident(of, knowledge, language)
    yield {**resolve_form(of, knowledge, language)}
    yield [option["text"] for option in note_form(of, knowledge, language, articles)["blocks"][0]["element"]["options"]]
    yield render_incidents([of], "1", knowledge, language, OPENED_AT, "open")
    yield timeline_lines(of, number_sightings([of], knowledge, language))
    yield render_similar([(of, [SharedFeatures("event", ("tide-310045",))])], knowledge, language)
    yield under_notes(Reply("x", ()), [("tide-310045", "UADA", "mind the gap", 1.0)], knowledge, language)
    counts = (("tide-310045", 2), ("20502", 1))
    yield home_view(knowledge, language, (), Home(counts=counts, opinions=(("tide-20502", 1, 0),)))
    diagnosis = Diagnosis("answer", matches=matches[:1], runner_up=articles[-1], reasons=matches[0].reasons)
    yield [block for block in render(diagnosis, knowledge, language).blocks if block["type"] != "actions"]
    yield render_why(diagnosis, Diagnosis("silent"), language)
    yield render_why(Diagnosis("choices", choices=matches), Diagnosis("silent"), language)
    shared = unpack(pack(matches[:1], language), knowledge)
    assert shared is not None
    yield article_view(shared, knowledge)["title"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sightings", [(LOST,), (LOST, RELAYED), (LOST, SCEP, RELAYED)])
def test_no_reply_shows_the_id_of_an_article(
    sightings: tuple[Sighting, ...], language: Language, both: Knowledge
) -> None:
    """A file's name is no number: 310045 is what Event Viewer says."""
    for shown in renderings(seen(*sightings), both, language):
        assert not re.search(r"tide-[0-9]", str(shown)), shown


@pytest.mark.parametrize(
    ("language", "relay", "connector"),
    [
        ("en", "Tideline Gauge Relay 20502", "Intune certificate connector 20502"),
        ("zh-TW", "潮位轉送站 20502", "20502"),
    ],
)
def test_numbers_of_two_products_stand_behind_their_products_names(
    language: Language, relay: str, connector: str, both: Knowledge
) -> None:
    """Both have an event 20502; with one product alone the number is enough."""
    of = seen(RELAYED, SCEP)
    shown = [
        str(render_incident(of, both, language)),
        str(render_incidents([of], "1", both, language, OPENED_AT, "open")),
        "\n".join(timeline_lines(of, number_sightings([of], both, language))),
        export_incident(of, both, language),
    ]

    for each in shown:
        assert relay in each
        assert connector in each
    assert relay not in str(render_incident(seen(RELAYED), both, language))


def test_products_of_one_title_are_told_apart_by_their_whole_names(both: Knowledge, tmp_path: Path) -> None:
    """Two generations of a product may differ only in what stands in brackets."""
    folder = tmp_path / "tideline"
    shutil.copytree(TIDELINE, folder)
    facts = folder / "product.yaml"
    facts.write_text(
        facts.read_text("utf-8").replace("en: Tideline Gauge Relay", "en: Intune certificate connector (tidal)"),
        "utf-8",
    )
    knowledge = load_knowledge(KNOWLEDGE, folder)[0]
    numbers = number_sightings([seen(RELAYED, SCEP)], knowledge, "en")

    assert numbers.named("tide-20502") == "Intune certificate connector (tidal) 20502"
    assert numbers.named("20502") == "Intune certificate connector (legacy) 20502"


def test_what_fetches_missing_evidence_asks_for_the_number_that_windows_knows(tmp_path: Path) -> None:
    """An ID of an article in the line would fetch nothing, and it may have six digits."""
    folder = tmp_path / "tideline"
    shutil.copytree(TIDELINE, folder)
    (folder / "relations.yaml").write_text(RELATIONS, "utf-8")
    knowledge, faults = load_knowledge(folder)
    assert not faults
    of = seen(Sighting("tide-310045", (), "PIER-3"))
    lacking = find_missing_evidence(of, knowledge)
    shown = str(render_incident(of, knowledge, "en"))

    assert lacking is not None
    assert "LogName='Application'; Id=310045;" in lacking.command
    assert "LogName='Tideline/Operational'; Id=20502;" in lacking.command
    assert "20502: The relay says" in shown
