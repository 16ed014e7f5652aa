"""An invented set of products that belong together: two generations, a service, what people ask about, and codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge import plain
from bot.knowledge.library import check_knowledge, load_knowledge, read_knowledge
from bot.knowledge.phrasings import check_phrasings

SET = Path(__file__).parent.parent / "fixtures" / "product_set"


@pytest.fixture
def brewing(tmp_path: Path) -> Path:
    """A copy of the product that has topics and lines only, to be damaged."""
    return Path(shutil.copytree(SET / "brewing", tmp_path / "brewing"))


def test_a_product_of_topics_and_lines_needs_no_log() -> None:
    """It has no event either; with four phrasings a line has enough."""
    knowledge, faults = check_knowledge(SET / "brewing")
    topic, line = knowledge.articles["topic-limescale"], knowledge.articles["line-lid-open"]

    assert faults == []
    assert [fault for fault in check_phrasings(knowledge) if fault.path.name != "background.yaml"] == []
    assert (topic.kind, topic.number, topic.prose["en"].causes) == ("topic", "Limescale in the boiler", ())
    assert (line.kind, line.match[1], line.confidence) == ("line", "E_LID_AJAR", "documented")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("topic-limescale.md", "kind: topic", 'kind: topic\nnumber: "12"', "a topic has no “number”; take it out"),
        ("line-lid-open.md", "match:", "errata:", "a line needs “match”"),
        ("line-lid-open.md", '"E_LID_AJAR"', '"E"', "must be a literal piece of text of at least 6 characters"),
        ("topic-limescale.md", "kind: topic", "kind: topic\nambiguous: true", "“ambiguous” is for codes"),
        ("topic-limescale.md", "generic_name: true", "generic_name: false", "write words and “generic_name: true”"),
        ("topic-limescale.md", "confidence: documented", "confidence: sure", "must be one of documented, seen in"),
        ("line-lid-open.md", "## Likely causes\n- Somebody looked inside.\n", "", "“## Likely causes” is missing"),
        ("topic-limescale.md", "kind: topic", 'kind: event\nnumber: "1234"', "neither “logs”, “providers” nor"),
    ],
)
def test_what_a_kind_cannot_have_is_named(brewing: Path, file: str, old: str, new: str, message: str) -> None:
    """A number of a topic would be read for an event's, and a line without its text could not be found."""
    content = (brewing / file).read_text(encoding="utf-8")
    assert old in content
    (brewing / file).write_text(content.replace(old, new), encoding="utf-8")
    faults = [fault.message for fault in check_knowledge(brewing)[1]]

    assert any(message in fault for fault in faults), faults


def test_the_whole_set_has_no_fault() -> None:
    """Each product names articles of another, by their IDs or by those of near twins."""
    knowledge, faults = check_knowledge(SET)

    assert faults == []
    assert [fault for fault in check_phrasings(knowledge) if fault.path.name != "background.yaml"] == []
    assert knowledge.articles["40001"].codes == ("0x8007EA02",)
    assert [effect.cause.event for effect in knowledge.relations.effects] == ["teapot-12"]


def test_prose_names_another_products_event_as_people_do() -> None:
    """The ID of an article is its author's business; a topic is named by its title."""
    prose = read_knowledge(SET).articles["40001"].prose

    assert plain(prose["en"].causes[1]) == "The spout is blocked: spout event 12, or its twin spout event 13."
    assert plain(prose["zh-TW"].causes[1]) == "壺嘴堵住：壺嘴事件 12，或同類的 壺嘴事件 13。"
    assert "see White flakes in the tea are harmless." in plain(prose["en"].next_steps[0])


def test_what_another_folder_would_explain_is_no_fault_without_it() -> None:
    """Each folder can be read alone; what it names elsewhere is dropped until that is there."""
    knowledge, faults = check_knowledge(SET / "samovar")

    assert faults == []
    assert (knowledge.articles["40001"].codes, knowledge.articles["40001"].caused_by) == ((), ())
    assert load_knowledge(SET / "samovar")[0].relations.effects == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("samovar/40001.md", 'caused_by: ["teapot-12"]', 'caused_by: ["teapot-99"]', "“caused_by” names teapot-99"),
        ("samovar/40001.zh-TW.md", "**6001**", "**6999**", "6999 is mentioned, but no article defines it"),
        ("samovar/relations.yaml", "{event: teapot-13}", "{event: teapot-14}", "teapot-14 is named, but no article"),
        ("teapot-service/teapot-12.md", '"teapot-13"', '"6001"', "“aliases” names 6001, which leads to 6001 already"),
        ("teapot-service/product.yaml", "spout event {number}", "spout event", "has no {number}; write it"),
    ],
)
def test_a_name_that_leads_nowhere_is_a_fault_with_all_folders(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    """With everything loaded that a product refers to, what nobody defines is a slip."""
    copy = Path(shutil.copytree(SET, tmp_path / "set"))
    content = (copy / file).read_text(encoding="utf-8")
    assert old in content
    (copy / file).write_text(content.replace(old, new), encoding="utf-8")
    faults = check_knowledge(copy)[1]

    assert any(message in fault.message and fault.path == copy / file for fault in faults), faults
