"""Incidents that outlive their articles: what was posted is still shown, and nothing is claimed of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Knowledge
from bot.knowledge.library import load_knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import number_sightings
from bot.replies.incidents.card import render_incident, render_summary
from bot.replies.incidents.export import export_incident
from bot.replies.incidents.forms import hand_over_form, rate_form, resolve_form, waiting_form
from bot.replies.incidents.lists import render_incidents
from bot.replies.incidents.messages import render_similar
from bot.replies.incidents.timeline import timeline_lines
from bot.replies.workspace.home import Home, home_view
from bot.replies.workspace.home_chart import draw_chart
from bot.triage import Incident, Sighting
from bot.triage.causes import find_causal_links
from bot.triage.flow import trace_flow
from bot.triage.likely_cause import find_likely_cause, find_settled_cause
from bot.triage.missing_evidence import find_missing_evidence
from bot.triage.next_steps import next_steps
from bot.triage.settled import find_watched
from bot.triage.similar import SimilarityIndex
from bot.triage.similar_features import ResolvedIncident
from tests.fixtures.reading import CONNECTOR
from tests.triage.incidents import OPENED_AT, evidence, index_of, seen

# A failure and the success that settles it, an event and its code, a cause and an event that falls silent.
PAIRS = (("20502", "20500"), ("20402", "0x00000409"), ("10102", "20302"))
WAYS = ("left out", "removed", "in a file of another name")


def lose(folder: Path, article_id: str, way: str) -> None:
    """Damage a copy of the product so that it has one article less."""
    path = folder / f"{article_id}.md"
    if way == "left out":
        path.write_text(path.read_text("utf-8").replace("outcome: ", "outcome: boiling ", 1), "utf-8")
    elif way == "removed":
        for each in folder.glob(f"{article_id}.*"):
            each.unlink()
    else:
        path.rename(folder / f"old-{article_id}.md")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str, str], Knowledge]:
    """The knowledge without the articles of a pair, by the pair and the way in which they are lost."""
    found = {}
    for (one, other), way in product(PAIRS, WAYS):
        folder = tmp_path_factory.mktemp("lost") / CONNECTOR.name
        shutil.copytree(CONNECTOR, folder)
        lose(folder, one, way)
        lose(folder, other, way)
        found[one, other, way] = load_knowledge(folder)[0]
    return found


def similar_index(incident: Incident) -> SimilarityIndex:
    rows = [ResolvedIncident("T1", 7, articles=tuple(dict.fromkeys(each.article_id for each in incident.sightings)))]
    return index_of("T1", rows)


def renderings(incident: Incident, knowledge: Knowledge, language: Language) -> Iterator[object]:
    """Yield everything that is ever shown of an incident."""
    yield render_incident(incident, knowledge, language)
    yield render_summary(incident, knowledge, language)
    yield export_incident(incident, knowledge, language)
    yield resolve_form(incident, knowledge, language)
    yield from (form(incident, language) for form in (hand_over_form, rate_form, waiting_form))
    yield render_incidents([incident], "1", knowledge, language, OPENED_AT, "open")
    yield timeline_lines(incident, number_sightings([incident], knowledge, language))
    asked = ResolvedIncident("T1", 42, articles=tuple(each.article_id for each in incident.sightings))
    shared = [each.shared for each in similar_index(incident).nearest(asked)]
    yield render_similar([(incident, each) for each in shared], knowledge, language)
    counts = tuple((each.article_id, 1) for each in incident.sightings)
    home = Home(mine=(incident,), mine_total="1", counts=counts, opinions=tuple((key, 1, 0) for key, _ in counts))
    yield home_view(knowledge, language, (), home)
    yield draw_chart(counts, knowledge)


def claimed(incident: Incident, knowledge: Knowledge) -> Iterator[str]:
    """Yield the ID of everything that triage draws a conclusion from, or names in one."""
    for found in (find_likely_cause(incident, knowledge), find_settled_cause(incident, knowledge)):
        if found is not None:
            yield from (found.article_id, found.code, *(each.article_id for each in found.effects))
    for link in find_causal_links(incident, knowledge):
        yield from (link.effect.article_id, link.cause.article_id)
    yield from (each.sighting.article_id for each in trace_flow(incident, knowledge) if each.sighting)
    for watched in find_watched(incident, knowledge):
        yield from (watched.sighting.article_id, watched.watch.settled_by)
    steps = next_steps(incident, knowledge)
    yield from (step.article_id for step in steps.steps)
    missing = find_missing_evidence(incident, knowledge)
    for question in missing.questions if missing else ():
        yield from (question.article_id, *question.events)


SIGHTINGS = st.lists(
    st.builds(
        lambda event, clock, code, computer, device, told: replace(
            seen(event, clock, *code, computer=computer, device=device), told=told
        ),
        st.sampled_from(sorted({*sum(PAIRS, ()), "20500", "20100", "10010", "20400", "4004"})),
        st.sampled_from(["09:00", "10:00", "11:00", ""]),
        st.sampled_from([(), ("409",), ("411",), ("FFFFFFF",)]),
        st.sampled_from(["TEAPOT01", "SAMOVAR02", ""]),
        st.sampled_from(["…3f2a", ""]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@given(events=SIGHTINGS, pair=st.sampled_from(PAIRS), way=st.sampled_from(WAYS))
def test_everything_is_shown_and_nothing_claimed(
    left: Mapping[tuple[str, str, str], Knowledge], events: list[Sighting], pair: tuple[str, str], way: str
) -> None:
    """Whatever was posted, and whichever of its articles are lost since."""
    knowledge = left[*pair, way]
    opened = evidence(tuple(events))
    listed = {event for log in knowledge.relations.logs.values() for event in log.events}

    for incident in (opened, replace(opened, status="resolved", cause="c", fix="f", resolved_at=OPENED_AT + 60)):
        assert all(renderings(incident, knowledge, "zh-TW"))
        assert {*claimed(incident, knowledge)} <= {*knowledge.articles, *listed, ""}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_and_the_document_say_why_they_know_nothing(
    left: Mapping[tuple[str, str, str], Knowledge], pair: tuple[str, str], way: str, language: Language
) -> None:
    """Beside each ID stands that its article is not there, or has a fault."""
    knowledge = left[*pair, way]
    incident = evidence(tuple(seen(article_id, "10:00") for article_id in pair))
    why = {
        "en": ("no article explains it", "its article has a fault and was left out"),
        "zh-TW": ("沒有說明它的文章", "它的文章檔案有誤，沒有採用"),
    }[language][way != "removed"]
    card = str(render_incident(incident, knowledge, language).blocks)
    document = export_incident(incident, knowledge, language)

    assert not knowledge.articles.keys() & {*pair}
    for article_id in pair:
        assert f"*{article_id}* · {why}" in card
        assert f"{article_id}{LANGUAGES[language].colon}{why}" in document
    assert not [*claimed(incident, knowledge)]


@pytest.mark.parametrize("way", WAYS)
def test_a_pasted_event_without_an_article_silences_no_named_failure(
    left: Mapping[tuple[str, str, str], Knowledge], way: str
) -> None:
    """The steps of the failure that people named are still shown: the pasted event says nothing else."""
    knowledge = left["10102", "20302", way]
    named = Sighting("0x00000409", told=True)
    incident = evidence((seen("20302", "10:00"),), (named,))

    assert next_steps(incident, knowledge).steps


def test_a_later_event_without_an_article_still_breaks_a_silence(
    left: Mapping[tuple[str, str, str], Knowledge],
) -> None:
    """Its computer logged something, whatever it was."""
    knowledge = left["20402", "0x00000409", "left out"]
    (relation,) = {
        each.cause.event: each for each in knowledge.relations.effects if each.effect.event == "silence"
    }.values()
    fallen = seen(relation.cause.event, "09:00")

    assert find_likely_cause(evidence((fallen,)), knowledge) is not None
    assert find_likely_cause(evidence((fallen, seen("20402", "10:00"))), knowledge) is None


def test_a_code_without_an_article_names_no_cause(left: Mapping[tuple[str, str, str], Knowledge]) -> None:
    """Even where an event's article still has the code among its own."""
    whole = load_knowledge(CONNECTOR)[0]
    knowledge = replace(whole, articles={key: each for key, each in whole.articles.items() if key != "0x00000409"})
    incident = evidence((seen("20502", "10:00", "409"),))

    assert "0x00000409" in knowledge.articles["20502"].codes
    assert "0x00000409" not in {*claimed(incident, knowledge)}
    assert all(renderings(incident, knowledge, "en"))
