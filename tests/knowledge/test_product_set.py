"""An invented set of products that belong together: two generations, a service, what people ask about, and codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.library import check_knowledge
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
