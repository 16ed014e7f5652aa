"""An incident as a Markdown document: what stands in it, and that nothing typed becomes anything but words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.diagnosis import Sceptic
from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.incidents.export import escape_markdown, export_incident
from bot.replies.mrkdwn import visible
from bot.triage import Incident
from bot.triage.next_steps import next_steps
from bot.triage.transitions import (
    begin_incident,
    claim,
    hand_over,
    mark_step,
    rate,
    record_sightings,
    reopen,
    resolve,
    set_status,
)
from tests.triage.incidents import DOWNLOAD, MESSAGE, OPENED_AT, SCEP, incident

GOLDEN = Path(__file__).parent / "golden"
# CommonMark with HTML, and the parts of GitHub's dialect that text could begin.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PEOPLE = {"UADA": "Ada", "UBOB": "Bob", "UEVE": "Eve"}
AT = OPENED_AT


@pytest.fixture(scope="module")
def knowledge(sceptic: Sceptic) -> Knowledge:
    return sceptic.knowledge


def whole(knowledge: Knowledge) -> Incident:
    """An incident from its first paste to its end, with two people and a hand-over."""
    of = begin_incident(incident(link="https://teapots.slack.example/archives/C1/p1782900000000100"), AT + 30)
    of = record_sightings(of, MESSAGE, "UADA", (DOWNLOAD, SCEP), float(MESSAGE))
    of = claim(of, "UBOB", AT + 90)
    of = rate(of, "UBOB", "high", "medium", "tea for all", AT + 120)
    of = mark_step(of, "UBOB", next_steps(of, knowledge).steps[1].key, "done", AT + 300)
    of = mark_step(of, "UBOB", "f2a", "did_not_help", AT + 310)
    of = set_status(of, "UBOB", "waiting", AT + 400, "the kettle")
    of = hand_over(of, "UBOB", "UEVE", AT + 500, "descale it first")
    of = record_sightings(
        of, "1782900600.000200", "UEVE", (replace(SCEP, computer="TEAPOT02", ca="Kettle CA"),), AT + 600
    )
    return resolve(of, "UEVE", "limescale in the kettle\nand in the pot", "vinegar", AT + 9000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_incident_is_written_as_it_was_agreed(knowledge: Knowledge, language: Language) -> None:
    """The files beside this test are what a reader gets; read them when they change."""
    expected = (GOLDEN / f"incident.{language}.md").read_text(encoding="utf-8")

    assert export_incident(whole(knowledge), knowledge, language, PEOPLE) == expected


def test_who_has_no_name_is_shown_by_the_id(knowledge: Knowledge) -> None:
    """People leave."""
    document = export_incident(whole(knowledge), knowledge, "en", {"UADA": "Ada"})

    assert "- **Owner**: UEVE\n" in document
    assert "Ada opened INC-42" in document


def test_an_open_incident_without_anything_is_a_document_too(knowledge: Knowledge) -> None:
    """No cause, no fix, no owner, no evidence."""
    document = export_incident(incident(), knowledge, "en")

    assert "- **Status**: Triage\n- **Priority**: P3 (impact Medium, urgency Medium)\n- **Owner**: nobody\n" in document
    assert "## Evidence\n\nNone." in document
    assert "## Cause" not in document


def test_a_reopened_incident_says_that_its_cause_may_not_hold(knowledge: Knowledge) -> None:
    """It stays in the record, but not as the truth."""
    document = export_incident(reopen(whole(knowledge), "UADA", AT + 9999), knowledge, "en", PEOPLE)

    assert document.count("Said before it was reopened; it may not hold.") == 2
    assert "**Resolved**" not in document


def test_a_step_that_somebody_marked_stays_when_its_event_is_gone(knowledge: Knowledge) -> None:
    """Steps that were tried are part of the record."""
    of = record_sightings(incident(), MESSAGE, "UADA", (SCEP,), AT)
    step = next_steps(of, knowledge).steps[0]
    of = record_sightings(mark_step(of, "UADA", step.key, "did_not_help", AT + 1), MESSAGE, "UADA", (), AT + 2)
    document = export_incident(of, knowledge, "en", PEOPLE)

    assert next_steps(of, knowledge).steps == ()
    assert " — Did not help (Ada, 2026-07-01 10:00 UTC)" in document
    assert "a step that the articles no longer hold" not in document


def test_what_was_only_named_is_told_from_what_was_pasted(knowledge: Knowledge) -> None:
    """A question is no event."""
    of = record_sightings(incident(), MESSAGE, "UADA", (replace(SCEP, told=True),), AT)

    assert "| 20502 CRPVerifyMetric_Failure (named, not pasted) |" in export_incident(of, knowledge, "en")


def test_evidence_of_an_article_that_is_gone_is_still_shown(knowledge: Knowledge) -> None:
    """Articles come and go; the record stays."""
    of = record_sightings(incident(), MESSAGE, "UADA", (replace(SCEP, article_id="99999"),), AT)

    assert "| 99999: no article explains it | 0x00000409 | TEAPOT01 |" in export_incident(of, knowledge, "en")


HOSTILE = [
    "# heading",
    "a #",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "    code",
    "```\ncode\n```",
    "~~~",
    "===",
    "---",
    "***",
    ":--",
    "a\n---",
    "a | b\n--- | ---",
    "<script>alert(1)</script>",
    "<!-- a comment",
    "<https://evil.example>",
    "[here](https://evil.example)",
    "![here](https://evil.example/pixel.png)",
    "[here]\n\n[here]: https://evil.example",
    "*b* **b** _i_ __b__ ~~s~~ ~s~ `c`",
    "&lt;b&gt; &#60; &amp;",
    "back\\slash \\| and \\",
    "\\\\ \\* \\\\| \\_ \\<b> \\1. \\中",
    "CRPVerifyMetric_Failure _ snake_case_ _x",
    "\u202ereversed\u200b",
    "\ud800",
]
ODD = st.text(alphabet=st.sampled_from("\\`*_[]()<>|~&#+-=.!:;\"'1ab 中文，\n\t\u202e\ud800"), max_size=40)


def words_of(markdown: str) -> tuple[list[str], str]:
    """The blocks that a reader's Markdown makes of a text, and its words where nothing in them is styled."""
    tokens = READER.parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    assert all(child.type in {"text", "softbreak", "hardbreak"} for child in inner), inner
    return [token.type for token in tokens], "".join(child.content or " " for child in inner)


def assert_read_as_its_words(typed: str) -> None:
    expected = " ".join(visible(" ".join(typed.splitlines())).split())
    escaped = escape_markdown(typed)
    blank, _ = words_of("")

    assert words_of(escaped)[1] == expected
    assert len(words_of(escaped)[0]) == (3 if expected else len(blank))
    for before, after in (("# x ", ""), ("- x ", ""), ("> ", ""), ("> x  \n> ", ""), ("|x|\n|---|\n| ", " |\n")):
        plain, _ = words_of(f"{before}{'word' if expected else ''}{after}")
        blocks, found = words_of(f"{before}{escaped}{after}")
        assert blocks == plain
        assert found.endswith(expected)


@given(ODD)
def test_any_text_is_read_as_its_words_wherever_it_stands(typed: str) -> None:
    """In a paragraph, heading, list, quote or table."""
    assert_read_as_its_words(typed)


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_is_read_as_its_words(typed: str) -> None:
    """The known ways to begin something with text."""
    assert_read_as_its_words(typed)


def shape(tokens: Sequence[Token]) -> list[tuple[str, list[str]]]:
    """The blocks, and what is styled or broken within each."""
    return [(token.type, [child.type for child in token.children or () if child.type != "text"]) for token in tokens]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_document_full_of_hostile_text_has_the_shape_of_any_other(knowledge: Knowledge, typed: str) -> None:
    """Names, service, notes, cause, fix and every field of the evidence."""

    def document(words: str) -> str:
        of = begin_incident(incident(link="https://teapots.slack.example/archives/C1/p1"), AT)
        seen = replace(SCEP, codes=(words,), computer=words, time=words, device=words, ca=words)
        of = record_sightings(of, MESSAGE, "UADA", (seen,), AT)
        of = rate(of, "UADA", "high", "low", f"a {words}", AT + 1)
        of = hand_over(of, "UADA", "UBOB", AT + 2, words)
        of = resolve(of, "UBOB", f"a\n{words}", f"a\n{words}", AT + 3)
        return export_incident(of, knowledge, "en", {"UADA": words, "UBOB": words})

    lines = [line for line in typed.splitlines() if visible(line).strip()]
    hostile, harmless = READER.parse(document(typed)), READER.parse(document("\n".join("word" for _ in lines)))

    assert shape(hostile) == shape(harmless)


def test_a_name_of_an_event_stays_readable() -> None:
    """Plain text gets no escape."""
    assert escape_markdown("20502 CRPVerifyMetric_Failure, 6.1806 (0x409) at 10:00") == (
        "20502 CRPVerifyMetric_Failure, 6.1806 (0x409) at 10:00"
    )
    assert escape_markdown(r"HKLM\SOFTWARE\Kettle") == r"HKLM\SOFTWARE\Kettle"
    assert escape_markdown("https://teapots.example/a_b?c=d&e=f#g") == "https://teapots.example/a_b?c=d&e=f#g"
