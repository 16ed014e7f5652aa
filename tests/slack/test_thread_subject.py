"""The subject of a thread: carried over from its incident or the bot's own answer, and from nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, Match
from bot.knowledge import Knowledge
from bot.knowledge.library import load_knowledge
from bot.replies.answers.card import answer_buttons
from bot.settings import KNOWLEDGE
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.context.thread_subject import ThreadSubject, read_thread_subject, subject_of_incident
from bot.slack.platform.file_download import MessageContent
from bot.slack.routing.questions import read_question
from bot.store import StoredIncident
from bot.triage import Incident, Sighting
from tests.knowledge.test_second_product import TIDELINE
from tests.triage.incidents import DOWNLOAD, SCEP, evidence


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped product and an invented one."""
    return load_knowledge(KNOWLEDGE, TIDELINE)[0]


class Slack:
    """A workspace with one thread."""

    def __init__(self, *messages: dict[str, Any], error: str = "") -> None:
        self.messages, self.error = messages, error

    async def conversations_replies(self, **_asked: Any) -> dict[str, Any]:
        if self.error:
            raise SlackApiError(self.error, {"ok": False, "error": self.error})
        return {"messages": list(self.messages)}


async def subject(knowledge: Knowledge, *messages: dict[str, Any], error: str = "") -> ThreadSubject:
    client = cast(AsyncWebClient, Slack(*messages, error=error))
    return await read_thread_subject(client, "C1", "1.0", knowledge)


def answer(knowledge: Knowledge, *article_ids: str) -> dict[str, Any]:
    matches = tuple(Match(knowledge.articles[each], ()) for each in article_ids)
    return {"bot_id": "B1", "blocks": [answer_buttons(matches, "en", private=False, thread_ts="")]}


ASKED = {"user": "ULEE", "text": "<@UBOT> what is 20502"}


async def test_the_latest_answer_of_the_bot_tells(knowledge: Knowledge) -> None:
    """An answer about two products tells nothing, nor does a thread without one."""
    relay, connector = answer(knowledge, "tide-20502"), answer(knowledge, "20502")

    assert await subject(knowledge, ASKED, relay, connector) == ThreadSubject("what is 20502", "intune-connector")
    assert (await subject(knowledge, ASKED, connector, relay)).product_id == "tideline"
    assert (await subject(knowledge, ASKED, answer(knowledge, "20502", "tide-20502"))).product_id is None
    assert await subject(knowledge, ASKED) == ThreadSubject("what is 20502")


async def test_a_person_who_imitates_an_answer_tells_nothing(knowledge: Knowledge) -> None:
    """People cannot post buttons; what looks like one in a message of theirs is not read."""
    imitation = {**answer(knowledge, "20502"), "user": "ULEE"}
    del imitation["bot_id"]
    other_bot = {
        "bot_id": "B2",
        "blocks": [{"type": "actions", "elements": [{"action_id": "start_triage", "value": "x"}]}],
    }

    assert (await subject(knowledge, ASKED, imitation, other_bot)).product_id is None


async def test_a_thread_that_slack_does_not_show_is_about_nothing(knowledge: Knowledge) -> None:
    """A transient refusal is raised, so that the question is asked again."""
    assert await subject(knowledge, error="not_in_channel") == ThreadSubject()
    assert await subject(knowledge) == ThreadSubject()
    with pytest.raises(SlackApiError):
        await subject(knowledge, error="internal_error")


def test_an_incident_is_about_the_only_product_that_it_shows(knowledge: Knowledge) -> None:
    """Sightings whose articles are gone count for none."""
    relayed = Sighting("tide-20502", (), "PIER-3")

    assert subject_of_incident(evidence((SCEP, DOWNLOAD)), knowledge) == "intune-connector"
    assert subject_of_incident(evidence((SCEP, relayed)), knowledge) is None
    assert subject_of_incident(evidence((Sighting("99999"),)), knowledge) is None
    assert subject_of_incident(evidence(()), knowledge) is None


class Decisions:
    """A responder that notes what it is asked, and is sure only when it knows the product."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.sceptic = SimpleNamespace(knowledge=knowledge)
        self.asked: list[tuple[str, str | None]] = []

    def decide(self, text: str, _surface: str, subject: str | None = None) -> Diagnosis:
        self.asked.append((text, subject))
        return Diagnosis("answer" if subject else "silent")


async def decided(
    knowledge: Knowledge, text: str, *messages: dict[str, Any], incident: Incident | None = None, thread_ts: str = "1.0"
) -> tuple[list[tuple[str, str | None]], str]:
    """Return what was asked with which subject, and the decision in the end."""

    async def read(_look: object) -> StoredIncident | None:
        return StoredIncident(incident, "en", 0) if incident is not None else None

    responder = Decisions(knowledge)
    event: Any = {"channel": "C1", "ts": "2.0", "text": f"<@UBOT> {text}", "user": "ULEE"}
    event |= {"thread_ts": thread_ts} if thread_ts else {}
    _, diagnosis = await read_question(
        cast(Responder, responder),
        cast(Handling, SimpleNamespace(read=read)),
        cast(AsyncWebClient, Slack(*messages)),
        event,
        MessageContent(event["text"], ()),
    )
    return responder.asked, diagnosis.decision


async def test_a_question_that_says_too_little_is_read_as_being_about_its_threads_product(knowledge: Knowledge) -> None:
    """The words are tried by themselves first; the incident tells before the answer does."""
    relay = answer(knowledge, "tide-20502")

    assert await decided(knowledge, "and if it expired?", ASKED, relay) == (
        [("and if it expired?", None), ("and if it expired?", "tideline")],
        "answer",
    )
    asked, _ = await decided(knowledge, "and if it expired?", ASKED, relay, incident=evidence((SCEP,)))
    assert asked[-1] == ("and if it expired?", "intune-connector")


async def test_no_subject_is_carried_from_elsewhere(knowledge: Knowledge) -> None:
    """Neither outside a thread, nor from what people wrote in it, nor into what is said to the bot itself."""
    relay = answer(knowledge, "tide-20502")

    assert (await decided(knowledge, "and if it expired?", ASKED, relay, thread_ts=""))[0] == [
        ("and if it expired?", None)
    ]
    asked, decision = await decided(knowledge, "and if it expired?", ASKED, {"user": "UAMY", "text": "tideline 20502"})
    assert {subject for _, subject in asked} == {None}
    assert decision == "silent"
    assert await decided(knowledge, "thanks!", ASKED, relay) == ([], "silent")
