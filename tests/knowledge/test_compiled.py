"""The compiled articles: read in place of the files they were made from, and only while they are those files."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.diagnosis import build_sceptic
from bot.knowledge import Knowledge
from bot.knowledge.compiled import COMPILED_FILE, check_compiled, find_compiled, write_compiled
from bot.knowledge.files import OTHER_PRODUCTS_FILE
from bot.knowledge.library import load_knowledge
from bot.knowledge.other_names import read_other_names
from bot.knowledge.serialisation import dump_knowledge
from tests.fixtures.reading import CONNECTOR

OTHERS = "tea:\n  called: tea\n  names: [Oolong Server]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one product, compiled."""
    copied = tmp_path / "knowledge"
    shutil.copytree(CONNECTOR, copied / CONNECTOR.name)
    (copied / OTHER_PRODUCTS_FILE).write_text(OTHERS, encoding="utf-8")
    write_compiled(copied)
    return copied


def build(folder: Path, told: list[str]) -> Knowledge:
    return build_sceptic([folder], folder.parent / "cache", told.append, folder).knowledge


def the_articles(folder: Path) -> list[Path]:
    return list((folder.parent / "cache").glob("articles-*"))


def test_compiled_articles_are_those_of_the_files_and_nothing_is_parsed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = dump_knowledge(load_knowledge(folder)[0], base=folder)
    monkeypatch.setattr("bot.knowledge.library.load_knowledge", lambda *_: pytest.fail("the articles were parsed"))
    told: list[str] = []

    assert dump_knowledge(build(folder, told), base=folder) == parsed
    assert told == []
    assert the_articles(folder) == []


def test_a_folder_that_was_moved_and_checked_out_on_windows_is_the_same(folder: Path, tmp_path: Path) -> None:
    """An installed copy lies anywhere, and Git may write other line ends."""
    moved = tmp_path / "elsewhere" / "knowledge"
    shutil.copytree(folder, moved)
    shutil.rmtree(folder)
    for path in moved.rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    compiled = find_compiled([moved])

    assert compiled is not None
    assert compiled.read_knowledge().products[CONNECTOR.name].path("20502.md") == moved / CONNECTOR.name / "20502.md"


def change_an_article(folder: Path) -> None:
    path = folder / CONNECTOR.name / "20502.md"
    path.write_text(path.read_text(encoding="utf-8").replace("\n# ", "\n# The teapot: "), encoding="utf-8")


def add_an_article(folder: Path) -> None:
    for path in (folder / CONNECTOR.name).glob("20502*"):
        new = path.with_name(path.name.replace("20502", "20992"))
        new.write_text(path.read_text(encoding="utf-8").replace('id: "20502"', 'id: "20992"'), encoding="utf-8")


def take_messages_away(folder: Path) -> None:
    min((folder / CONNECTOR.name / "messages").glob("*.yaml")).unlink()


def cut_short(folder: Path) -> None:
    path = folder / COMPILED_FILE
    path.write_bytes(path.read_bytes()[:-100])


def make_empty(folder: Path) -> None:
    (folder / COMPILED_FILE).write_bytes(b"")


def write_over(folder: Path) -> None:
    (folder / COMPILED_FILE).write_bytes(b'["tea"]\n')


def age(folder: Path) -> None:
    path = folder / COMPILED_FILE
    head, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(head) | {"format": 0}).encode() + b"\n" + rest)


def spoil(folder: Path) -> None:
    """Write something else under a right hash, as a program with a fault would."""
    path = folder / COMPILED_FILE
    head = json.loads(path.read_bytes().partition(b"\n")[0])
    rest = b"tea\ntea\n"
    path.write_bytes(json.dumps(head | {"sha256": hashlib.sha256(rest).hexdigest()}).encode() + b"\n" + rest)


def be_a_folder(folder: Path) -> None:
    (folder / COMPILED_FILE).unlink()
    (folder / COMPILED_FILE).mkdir()


def remove(folder: Path) -> None:
    (folder / COMPILED_FILE).unlink()


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (change_an_article, "was made from other articles"),
        (add_an_article, "was made from other articles"),
        (take_messages_away, "was made from other articles"),
        (cut_short, "is damaged"),
        (make_empty, "is damaged"),
        (write_over, "is damaged"),
        (spoil, "is damaged"),
        (age, "belongs to another version of Sceptic"),
        (be_a_folder, "cannot be read (Is a directory)"),
        (remove, "is missing"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_does_not_fit_is_said_once_and_the_files_are_read(
    folder: Path, happens: Callable[[Path], None], why: str
) -> None:
    happens(folder)
    told: list[str] = []
    found = build(folder, told)

    assert dump_knowledge(found) == dump_knowledge(load_knowledge(folder)[0])
    again = "the articles are read anew, once after they changed; in a checkout run: make articles"
    assert told == [f"{folder / COMPILED_FILE} {why}: {again}"]
    assert dump_knowledge(build(folder, told)) == dump_knowledge(found)
    assert len(told) == 1
    assert check_compiled(folder) is not None


def test_names_of_others_are_those_of_the_file_they_were_read_from(folder: Path) -> None:
    compiled = find_compiled([folder])
    assert compiled is not None

    assert compiled.read_others(compiled.others_hash) == read_other_names(folder / OTHER_PRODUCTS_FILE)
    assert compiled.read_others("another hash") is None


def test_a_teams_own_folders_beside_it_are_read_with_the_files(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / CONNECTOR.name
    own.mkdir(parents=True)
    shutil.copy(folder / CONNECTOR.name / "20502.md", own)
    change_an_article(own.parent)
    told: list[str] = []
    built = build_sceptic([folder, own.parent], tmp_path / "cache", told.append, folder)

    assert built.knowledge.articles["20502"].prose["en"].title.startswith("The teapot: ")
    assert told == []


def test_the_command_writes_the_file_and_tells_when_it_does_not_fit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.knowledge_commands.KNOWLEDGE", folder)
    run = CliRunner().invoke
    (folder / COMPILED_FILE).unlink()
    missing = run(main, ["knowledge", "compile", "--check"])
    written = run(main, ["knowledge", "compile"])
    whole = run(main, ["knowledge", "compile", "--check"])

    assert (missing.exit_code, written.exit_code, whole.exit_code) == (1, 0, 0)
    assert f"{folder / COMPILED_FILE} cannot be read" in missing.output
    assert whole.output == "The compiled articles are up to date.\n"
