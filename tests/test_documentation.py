"""The documents: what they promise is there, and they stay short enough to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.settings import Settings
from bot.slack.routing.commands import COMMANDS as EVENT_COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACES = (
    "*.md",
    ".deploy/*.md",
    ".github/*.md",
    "bot/**/*.md",
    "tests/*.md",
    "tests/benchmarks/*.md",
    "knowledge/*.md",
)
DOCUMENTS = sorted({path for place in PLACES for path in ROOT.glob(place)})
LONGEST_README = 160
# A table's row is one line, however long; a sentence is not.
LONGEST_LINE = 150


def section(name: str) -> str:
    """One part of the README, from its heading to the next of its level."""
    return README.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables' rows, without heads and rules."""
    found = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in found if not set(row[0]) <= set("- :|")]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command a person can give, with its full name; groups lead to theirs."""
    if isinstance(command, click.Group):
        for each, inner in command.commands.items():
            yield from commands(inner, f"{name} {each}")
    else:
        yield name, command


COMMANDS = dict(commands(main, "sceptic"))


def test_the_readme_is_for_newcomers() -> None:
    """It fits on a few screens; everything else has a document of its own."""
    assert len(README.splitlines()) <= LONGEST_README
    assert README.count("![") == 1


def test_no_line_of_a_document_is_endless() -> None:
    """Prose is broken where an editor shows it whole."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in DOCUMENTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE and line[:1] != "|"
    ]

    assert found == []


def test_every_link_between_the_documents_leads_somewhere() -> None:
    """Files that are moved take their links along."""
    found = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert found == []


def test_every_picture_in_the_repository_is_shown() -> None:
    """Pictures weigh more than anything else here; `--screenshots` takes more of them than are kept."""
    shown = {
        target for path in DOCUMENTS for target in re.findall(r"screenshots/([\w-]+\.png)\)", path.read_text("utf-8"))
    }
    kept = {path.name: path.stat().st_size for path in (ROOT / "tests/browser/screenshots").glob("*.png")}

    assert kept.keys() == shown
    assert max(kept.values()) < 150_000


def test_the_readme_shows_every_subcommand_of_event() -> None:
    """Every word behind `/event` stands where people look first, and nothing else does."""
    names = set(re.findall(r"`/event ([a-z]+)(?:`| \w+(?: \w+)?`)", section("What you can say to it")))

    assert names == {command.name for command in EVENT_COMMANDS}


def test_the_readme_names_every_setting_and_no_other() -> None:
    """With its default, where that is a plain value."""
    named = [name for row in rows(section("Settings")) for name in quoted(row[0])]
    assert sorted(named) == sorted(each.name.upper() for each in fields(Settings))

    wrong = [
        f"{name} is {value}, not {told}"
        for row in rows(section("Settings"))
        for name, told in zip(quoted(row[0]), quoted(row[1]), strict=False)
        if (value := getattr(Settings(), name.lower()))
        != (told == "yes" if isinstance(value, bool) else type(value)(told))
    ]
    assert wrong == []


def test_the_readme_names_every_command_and_no_other() -> None:
    """Each `sceptic …` in the table is one, and each there is stands in it."""
    named = {name for row in rows(section("Command line")) for name in quoted(row[0])}
    words = {" ".join(word for word in name.split() if re.fullmatch(r"[a-z]+", word)) for name in named}

    assert words == COMMANDS.keys()


def test_the_readme_explains_every_scope() -> None:
    """An administrator who installs it reads what each scope is for."""
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    tables = section("Set it up in your Slack").split("| scope |", 1)[1]

    assert sorted(quoted(" ".join(row[0] for row in rows(tables)))) == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_every_target_that_a_document_names_is_in_the_makefile() -> None:
    """`make …` in a document can be typed."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        word for path in DOCUMENTS for word in re.findall(r"(?:`|\$ )make ([a-z-]+)", path.read_text(encoding="utf-8"))
    }

    assert named <= targets
    assert {"run", "install", "test", "test-rest", "test-all", "check"} <= named


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example_of_it(name: str) -> None:
    """Examples show what to type, not only describe it."""
    done = CliRunner().invoke(main, [*name.split()[1:], "--help"])

    assert done.exit_code == 0
    assert re.search(rf"Examples?:\n(?:.*\n)*? +(?:\S+ )*?{name}\b", done.output)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_set_up_as_the_readme_says(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line for one's shell prints what completes commands there."""
    assert f"{shell}_source" in README
    monkeypatch.setenv("_SCEPTIC_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "sceptic st" if shell != "fish" else "sceptic ")
    monkeypatch.setenv("COMP_CWORD", "1" if shell != "fish" else "st")
    done = CliRunner().invoke(main, [], prog_name="sceptic")

    assert "store" in done.output


def test_the_version_stands_in_one_place() -> None:
    """pyproject.toml has it; whatever else shows it asks the installed package."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    repeated = [
        str(path.relative_to(ROOT))
        for path in (*(ROOT / "bot").rglob("*.py"), ROOT / "manifest.yml", ROOT / "README.md")
        if f'"{version[1]}"' in path.read_text(encoding="utf-8")
    ]

    assert repeated == []
    assert f"## {version[1]}" in (ROOT / ".github" / "CHANGELOG.md").read_text(encoding="utf-8")
