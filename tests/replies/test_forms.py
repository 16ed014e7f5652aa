"""The form that ends an incident comes filled in with what is known: the likely cause, and the steps that were done."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from bot.diagnosis import Sceptic
from bot.knowledge import plain
from bot.languages import LANGUAGES, Language
from bot.replies.incidents.forms import note_form, resolve_form
from bot.triage import Incident, Mark, StepOutcome
from bot.triage.next_steps import next_steps
from tests.triage.incidents import evidence, seen

FAILED, REFUSED = seen("20402", "09:40"), seen("20502", "09:45", "409")
WORKS, ISSUED = seen("20400", "09:50"), seen("20500", "10:00")


def filled(sceptic: Sceptic, about: Incident, language: Language = "en") -> dict[str, Any]:
    """Return what stands in the form's inputs when it opens; nothing where an input is empty."""
    blocks = resolve_form(about, sceptic.knowledge, language)["blocks"]
    values = {block["block_id"]: block["element"].get("initial_value") for block in blocks}
    assert values.keys() == {"cause", "fix"}
    return {name: value for name, value in values.items() if value is not None}


def marked(about: Incident, sceptic: Sceptic, *outcomes: StepOutcome) -> Incident:
    """Somebody said what came of the first steps, the last of them first."""
    steps = next_steps(about, sceptic.knowledge).steps
    marks = {
        step.key: Mark(said, "U1", 100.0 - at) for at, (step, said) in enumerate(zip(steps, outcomes, strict=False))
    }
    return replace(about, marks=MappingProxyType(marks))


def test_what_still_fails_gives_its_likely_cause(sceptic: Sceptic) -> None:
    """In the words of the code that names it."""
    assert filled(sceptic, evidence((REFUSED,))) == {
        "cause": "20502 CRPVerifyMetric_Failure, 0x00000409 CRPSCEPSigningCert_NotFound: "
        "The registration point has no signing certificate to verify challenges with."
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_everything_is_settled_the_cause_is_what_it_was(sceptic: Sceptic, language: Language) -> None:
    """The success that settled it does not make the form forget: the same words as before it came."""
    before, after = evidence((FAILED, REFUSED)), evidence((FAILED, REFUSED, WORKS, ISSUED))

    assert filled(sceptic, after, language) == filled(sceptic, before, language)
    assert filled(sceptic, after)["cause"].startswith("20402 Download_Failure: ")


def test_no_code_is_named_that_nobody_has_seen(sceptic: Sceptic) -> None:
    """The article of 20402 begins its causes with one code's."""
    assert "0x" not in filled(sceptic, evidence((FAILED, REFUSED)))["cause"]


def test_what_still_fails_comes_before_what_is_settled(sceptic: Sceptic) -> None:
    """Downloads work again, and that is not why the challenge still fails."""
    assert filled(sceptic, evidence((FAILED, REFUSED, WORKS)))["cause"].startswith("20502")


@pytest.mark.parametrize("settled", [False, True])
def test_the_steps_that_were_done_are_the_fix(sceptic: Sceptic, settled: bool) -> None:
    """In the order in which they were done, a line each, whether or not they still stand on the card."""
    open_one = evidence((FAILED, REFUSED))
    first, second, third, *_ = (plain(each.text["en"]) for each in next_steps(open_one, sceptic.knowledge).steps)
    done = marked(open_one, sceptic, "done", "did_not_help", "done")
    if settled:
        done = replace(done, evidence=evidence((FAILED, REFUSED, WORKS, ISSUED)).evidence)
    lines = filled(sceptic, done)["fix"].split("\n")

    assert lines == [third, first]
    assert second not in lines


def test_nothing_is_made_up(sceptic: Sceptic) -> None:
    """No evidence, only successes, or a failure of which no relation and no code says why: both inputs are empty."""
    for seen_so_far in ((), (WORKS,), (seen("20502", "10:00", "0"),)):
        assert filled(sceptic, evidence(seen_so_far)) == {}


def test_what_somebody_said_stays(sceptic: Sceptic) -> None:
    """A reopened incident keeps the cause and fix that were typed."""
    about = replace(marked(evidence((REFUSED,)), sceptic, "done"), cause="tea", fix="more tea")

    assert filled(sceptic, about) == {"cause": "tea", "fix": "more tea"}


@pytest.mark.parametrize(
    ("language", "said"), [("en", "every member of the organisation reads it"), ("zh-TW", "組織的每位成員")]
)
def test_the_form_of_a_note_says_who_will_read_it(sceptic: Sceptic, language: Language, said: str) -> None:
    """Typed words come before more people than the thread it is typed in."""
    form = note_form(evidence((REFUSED,)), sceptic.knowledge, language, [sceptic.knowledge.articles["20502"]])

    assert said in str(form["blocks"])
