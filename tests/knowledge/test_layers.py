"""A team's own folders over the shipped articles: files of the same name take their place, all others are added."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.diagnosis import build_sceptic
from bot.diagnosis.training_files import find_training_files
from bot.diagnosis.weights import UNCOVERED
from bot.knowledge import Knowledge
from bot.knowledge.files import phrasing_files, product_folders
from bot.knowledge.library import check_knowledge, load_knowledge
from bot.knowledge.phrasings import check_phrasings
from bot.settings import KNOWLEDGE
from tests.fixtures.reading import CONNECTOR
from tests.knowledge.test_product_faults import change, line_with
from tests.knowledge.test_second_product import TIDELINE

TITLE = "# The teapot boiled dry\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A team's folder for a shipped product, without a product.yaml: one article of its own, and a new one."""
    folder = tmp_path / "team" / CONNECTOR.name
    folder.mkdir(parents=True)
    for path in CONNECTOR.glob("20502.*"):
        shutil.copy(path, folder)
        shutil.copy(path, folder / path.name.replace("20502", "20992"))
    change(folder / "20992.md", 'id: "20502"', 'id: "20992"')
    change(folder / "20992.md", "name: ", "name: Teapot_")
    path = folder / "20502.md"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(TITLE if line.startswith("# ") else line for line in lines), encoding="utf-8")
    (folder / "20992.people-say.yaml").unlink()
    return folder


def title(knowledge: Knowledge, article_id: str) -> str:
    return f"# {knowledge.articles[article_id].prose['en'].title}\n"


@pytest.mark.parametrize("holder", [False, True], ids=["its folder", "a folder that holds it"])
def test_a_file_of_the_same_name_takes_the_place_of_the_shipped_one(own: Path, holder: bool) -> None:
    """The others of the product stay, and it is one product."""
    shipped, _ = load_knowledge(CONNECTOR)
    left, faults = load_knowledge(CONNECTOR, own.parent if holder else own)

    assert faults == []
    assert left.products.keys() == shipped.products.keys()
    assert left.articles.keys() == shipped.articles.keys() | {"20992"}
    assert title(left, "20502") == TITLE != title(shipped, "20502")
    assert left.articles["20992"].product is left.articles["20402"].product
    assert left.articles["20502"].prose["zh-TW"] == shipped.articles["20502"].prose["zh-TW"]


def test_a_later_folder_lies_over_an_earlier_one(own: Path, tmp_path: Path) -> None:
    """The last folder that is named has the last word, other than in PATH."""
    later = tmp_path / "later" / CONNECTOR.name
    later.mkdir(parents=True)
    shutil.copy(CONNECTOR / "20502.md", later)
    left, _ = load_knowledge(CONNECTOR, own, later)

    assert title(left, "20502") != TITLE
    assert "20992" in left.articles
    assert (CONNECTOR, own, later) in product_folders([CONNECTOR, own, later, own])


def test_a_products_own_file_and_phrasings_can_be_replaced_too(own: Path) -> None:
    for name in ("product.yaml", "20402.people-say.yaml"):
        shutil.copy(CONNECTOR / name, own)
    change(own / "product.yaml", "  en: the legacy connector\n", "  en: the teapot\n")
    left, faults = load_knowledge(CONNECTOR, own)
    files = phrasing_files(left, KNOWLEDGE)

    assert faults == []
    assert left.articles["20402"].product.called["en"] == "the teapot"
    assert files["20402"] == own / "20402.people-say.yaml"
    assert files["20400"] == CONNECTOR / "20400.people-say.yaml"


def test_a_fault_names_the_file_it_is_in(own: Path) -> None:
    """Not the shipped one of that name; what is left out is the article, whichever file it came from."""
    change(own / "20502.md", "outcome: failure", "outcome: boiling")
    (own / "20992.zh-TW.md").unlink()
    _, faults = check_knowledge(CONNECTOR, own)
    left, _ = load_knowledge(CONNECTOR, own)

    assert [(fault.path, fault.line) for fault in faults] == [
        (own / "20502.md", line_with(own / "20502.md", "boiling")),
        (own / "20992.zh-TW.md", 1),
    ]
    assert left.broken == {"20502", "20992"}


def test_too_few_phrasings_are_named_beside_the_article(own: Path) -> None:
    found, _ = check_knowledge(CONNECTOR, own)
    faults = [fault for fault in check_phrasings(found) if "20992" in fault.path.name]

    assert faults
    assert all("write at least" in fault.message for fault in faults)


def test_a_change_in_a_teams_folder_is_read_at_the_next_start(own: Path, tmp_path: Path) -> None:
    """The cache knows what lies over what."""
    folders, told = [CONNECTOR, own], list[str]()
    assert title(build_sceptic(folders, tmp_path / "cache", told.append).knowledge, "20502") == TITLE

    change(own / "20502.md", TITLE, "# The pot was full\n")
    assert title(build_sceptic(folders, tmp_path / "cache", told.append).knowledge, "20502") == "# The pot was full\n"

    (own / "20502.md").unlink()
    assert title(build_sceptic(folders, tmp_path / "cache", told.append).knowledge, "20502").startswith("# The SCEP")
    assert told == []


def sceptic(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_setting_adds_to_the_shipped_articles_unless_they_are_left_out(own: Path) -> None:
    """`SCEPTIC_KNOWLEDGE` alone, and with `SCEPTIC_SHIPPED_KNOWLEDGE=no`."""
    folders = os.pathsep.join(map(str, (TIDELINE, own)))

    def entries(text: str, shipped: str) -> str:
        return sceptic(
            "ask", "--json", text, SCEPTIC_KNOWLEDGE=folders, SCEPTIC_SHIPPED_KNOWLEDGE=shipped
        ).stdout.partition('"entries": ')[2]

    assert [
        entries(text, "yes").startswith(f'["{article_id}"]')
        for text, article_id in (
            ("310045", "tide-310045"),
            ("20402", "20402"),
            ("20992", "20992"),
            ("connector 20502", "20502"),
        )
    ] == [True] * 4
    alone = sceptic("ask", "--json", "20402", SCEPTIC_KNOWLEDGE=str(TIDELINE), SCEPTIC_SHIPPED_KNOWLEDGE="no")
    assert '"entries": []' in alone.stdout


SOURCE = "repository: tea/pots\ncommit: " + "0" * 40 + "\npath: en.md\nlicence: CC BY 4.0\n"


def write_messages(folder: Path, text: str) -> Path:
    path = folder / "messages" / "en.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{SOURCE}messages:\n  {text}\n", encoding="utf-8")
    return path


def test_a_teams_texts_of_events_are_added_to_the_shipped_ones(own: Path) -> None:
    """For a new article, and in place of the shipped text of the same article and language; all others stay."""
    write_messages(own, '"20992": "The teapot boiled dry."\n  "20502": "The kettle boiled over."')
    shipped, _ = load_knowledge(CONNECTOR)
    left, faults = load_knowledge(CONNECTOR, own)

    assert faults == []
    assert left.messages["20992"] == ("The teapot boiled dry.",)
    assert left.messages["20402"] == shipped.messages["20402"]
    assert "The kettle boiled over." in left.messages["20502"]
    assert len(left.messages["20502"]) == len(shipped.messages["20502"])


def test_a_fault_in_a_teams_texts_is_named_in_its_own_file(own: Path) -> None:
    path = write_messages(own, '"20993": "Nobody wrote this article."')
    left, faults = load_knowledge(CONNECTOR, own)

    assert [(fault.path, fault.line) for fault in faults] == [(path, line_with(path, "20993"))]
    assert left.messages.keys() == load_knowledge(CONNECTOR)[0].messages.keys()


def test_a_changed_text_of_an_event_is_read_at_the_next_start(own: Path, tmp_path: Path) -> None:
    """The cache of articles knows the files in `messages/`, too."""

    def texts() -> tuple[str, ...]:
        return build_sceptic([CONNECTOR, own], tmp_path / "cache").knowledge.messages["20992"]

    write_messages(own, '"20992": "The teapot boiled dry."')
    assert texts() == ("The teapot boiled dry.",)
    write_messages(own, '"20992": "The teapot fell down."')
    assert texts() == ("The teapot fell down.",)


def test_a_teams_uncovered_questions_stand_in_place_of_the_shipped_ones(own: Path) -> None:
    (own / "uncovered.yaml").write_text(
        "- topic: teapots\n  name: {en: teapots, zh-TW: 茶壺}\n  people_say:\n    en: [which teapot do we buy]\n",
        encoding="utf-8",
    )
    left, faults = load_knowledge(CONNECTOR, own)
    files = find_training_files(left, KNOWLEDGE)

    assert faults == []
    assert [topic.id for topic in left.products[CONNECTOR.name].topics] == ["teapots"]
    assert files.phrasings[f"{UNCOVERED}{CONNECTOR.name}"] == own / "uncovered.yaml"


def test_a_teams_pairs_of_numbers_stand_in_place_of_the_shipped_ones(tmp_path: Path) -> None:
    """The newer product's folder has the crosswalk."""
    folder = tmp_path / "team" / "unified-connector"
    folder.mkdir(parents=True)
    (folder / "crosswalk.yaml").write_text(
        "events:\n  - legacy: '20502'\n    current: ['4005']\n    fit: close\n    confidence: inferred\n"
        "    why: {en: Both are about tea., zh-TW: 兩者都和茶有關。}\n",
        encoding="utf-8",
    )
    left, faults = load_knowledge(KNOWLEDGE, folder)

    assert faults == []
    assert [(each.older, each.newer) for each in left.counterparts.values()] == [("20502", ("4005",))]
