"""Reading `relations.yaml`: every fault is named with its line and what to do, and nothing dead is referred to."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.knowledge import KnowledgeError, KnowledgeFault, Relations, Side
from bot.knowledge.library import check_knowledge, read_knowledge
from bot.languages import LANGUAGES
from tests.fixtures.reading import CONNECTOR, copy_connector
from tests.knowledge.test_knowledge import change

OF_DOWNLOADS = '  - cause: {event: "20402"}\n    effect: {event: "20502", code: "0x00000409"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A product's folder, to be damaged."""
    return copy_connector(tmp_path / "knowledge")


def only_fault(folder: Path) -> KnowledgeFault:
    (fault,) = check_knowledge(folder.parent)[1]
    assert fault.path == folder / "relations.yaml"
    return fault


def test_the_relations_of_the_real_folder_are_read() -> None:
    """Each says why in both languages; the failed download before the missing signing certificate has a source."""
    relations = read_knowledge(CONNECTOR).relations
    reasons = [each.because for each in (*relations.effects, *relations.watches)] + [ask.why for ask in relations.asks]

    assert all(set(words) == set(LANGUAGES) and all(words.values()) for words in reasons)
    (known,) = [each for each in relations.effects if (each.cause.event, each.effect.code) == ("20402", "0x00000409")]
    assert known.source.endswith("/troubleshoot-certificate-connector-events")
    assert relations.logs["unified"].name == "Microsoft-Intune-CertificateConnectors/Operational"


def test_a_product_needs_no_relations(folder: Path) -> None:
    """Then nothing is asserted."""
    (folder / "relations.yaml").unlink()

    assert read_knowledge(folder).relations == Relations()


@pytest.mark.parametrize(
    ("old", "new", "ahead", "says"),
    [
        (OF_DOWNLOADS, OF_DOWNLOADS.replace("20402", "20403"), 0, "20403 is named, but no article defines it"),
        (OF_DOWNLOADS, OF_DOWNLOADS.replace("0409", "0499"), 1, "0x00000499 is named, but no article defines it"),
        (OF_DOWNLOADS, OF_DOWNLOADS.replace("0409", "0411"), 1, "20502 is not documented with 0x00000411"),
        (OF_DOWNLOADS, OF_DOWNLOADS.replace('"20402"', "any"), 0, "“any” can only be an effect"),
        (OF_DOWNLOADS, OF_DOWNLOADS.replace('event: "20402"', ""), 0, "name an “event”, a “code”, or both"),
        (OF_DOWNLOADS, OF_DOWNLOADS.replace("20402", "20502"), 0, "20502 cannot follow from itself"),
        (OF_DOWNLOADS, OF_DOWNLOADS + "\n    teapot: full", 2, "“effects.4.teapot” is not a key of relations.yaml"),
        ('settled_by: "20400"', 'settled_by: "20402"', 0, "20402 is no success"),
        ('settled_by: "4004"', 'settled_by: "4444"', 0, "4444 is named, but no article defines it"),
        (
            "    log: legacy",
            "    log: teapots",
            0,
            "the log “teapots” is not under “logs”; use one of: legacy, unified",
        ),
        ('events: ["20200"]', 'events: ["4004"]', 0, "4004 is not an event of the log Microsoft Intune Connector"),
        ("Connectors/Operational}", 'Connectors/Operational, events: ["2", "20402"]}', 0, "20402 has an article"),
        ("here they fail.", "here 20499 fails.", 0, "20499 is named"),
        ("      zh-TW: 連接器又能下載了。\n", "", -2, "“watches.7.because”: “zh-TW” is missing; add it"),
        ("    same: device\n    because", "    same: teapot\n    because", 0, "'teapot'"),
        ("name: Microsoft Intune Connector", 'name: "Tea\'; Remove-Item"', 0, "“logs.legacy.name”"),
    ],
)
def test_a_fault_is_named_with_its_line(folder: Path, old: str, new: str, ahead: int, says: str) -> None:
    """All that can be wrong with a relation is one sentence that says what to do."""
    line = change(folder / "relations.yaml", old, new) + ahead
    fault = only_fault(folder)

    assert says in fault.message
    assert fault.line == line


@pytest.mark.parametrize(
    "mark", ["", "    inferred: true\n    source: https://example.com/\n", "    inferred: false\n"]
)
def test_a_relation_names_its_source_or_says_that_it_is_inferred(folder: Path, mark: str) -> None:
    """One of the two, never neither and never both."""
    change(folder / "relations.yaml", "    inferred: true\n", mark)
    fault = only_fault(folder)

    assert "source" in fault.message or "inferred" in fault.message
    assert fault.line > 1


@pytest.mark.parametrize("content", ["effects: [", "- teapot", "", "effects: teapot"])
def test_a_file_that_holds_no_relations_is_a_fault(folder: Path, content: str) -> None:
    """Never a traceback."""
    (folder / "relations.yaml").write_text(content, encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"relations\.yaml:[12]: "):
        read_knowledge(folder)


def test_a_damaged_article_is_not_reported_again_as_dead(folder: Path) -> None:
    """It is there, only not readable; and a removed one is named wherever the relations need it."""
    change(folder / "20402.md", "outcome: failure", "outcome: boiling")
    (fault,) = check_knowledge(folder.parent)[1]
    assert fault.path.name == "20402.md"

    (folder / "20402.md").unlink()
    found = [each for each in check_knowledge(folder.parent)[1] if each.path == folder / "relations.yaml"]
    assert len(found) > 5
    assert all("20402" in each.message for each in found)


def test_the_command_line_lists_these_faults_too(folder: Path) -> None:
    """`sceptic knowledge check` names file and line."""
    line = change(folder / "relations.yaml", 'settled_by: "20400"', 'settled_by: "20402"')
    result = CliRunner().invoke(main, ["knowledge", "check", str(folder.parent)])

    assert result.exit_code != 0
    assert f"relations.yaml:{line}: 20402 is no success" in result.output


@pytest.mark.parametrize(
    ("side", "article_id", "codes", "fits"),
    [
        (Side("20502"), "20502", (), True),
        (Side("20502"), "20402", (), False),
        (Side("20502", "0x00000409"), "20502", ("0x00000409",), True),
        (Side("20502", "0x00000409"), "20502", ("0x00000408",), False),
        (Side("20502", "0x00000409"), "20402", ("0x00000409",), False),
        (Side("20502", "0x00000409"), "0x00000409", (), True),
        (Side("", "0x00000411"), "20501", ("0x00000411",), True),
        (Side("any", "", ("0x00000400",)), "20102", (), True),
        (Side("any", "", ("0x00000400",)), "20102", ("0x00000400",), False),
        (Side("any", "", ("0x00000400",)), "0x00000400", (), False),
    ],
)
def test_a_side_fits_its_event_and_code(side: Side, article_id: str, codes: tuple[str, ...], fits: bool) -> None:
    """A code that was only named stands for the event it is documented with."""
    assert side.fits(article_id, codes) is fits
