"""Writing the knowledge from the terminal: from an empty folder to a product that answers, with no line of code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

DHCP = Path(__file__).parents[1] / "fixtures" / "dhcp" / "windows-dhcp"
PASTED = (
    "Log Name: System\nSource: Microsoft-Windows-DHCP-Server\nEvent ID: {number}\nLevel: Error\n"
    "Computer: TEAPOT01\nDescription:\nThe samovar has no cups left.\n"
)


@pytest.fixture
def dhcp(tmp_path: Path) -> Path:
    """A copy of the example, to be damaged."""
    return Path(shutil.copytree(DHCP, tmp_path / "windows-dhcp"))


def sceptic(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, arguments)


def faults(folder: Path) -> list[str]:
    return [line for line in sceptic("knowledge", "check", str(folder)).output.splitlines() if str(folder) in line]


def test_the_example_of_the_readme_has_no_fault() -> None:
    """Windows DHCP server, alone."""
    result = sceptic("knowledge", "check", str(DHCP))

    assert (result.exit_code, result.output) == (0, "4 articles, no faults.\n")


@pytest.mark.parametrize(
    ("text", "surface", "entry"),
    [
        (PASTED.format(number=1046), "channel", "dhcp-1046"),
        (PASTED.format(number=1063), "thread", "dhcp-1063"),
        ("dhcp 1046", "mention", "dhcp-1046"),
        ("DHCP 伺服器 1063 是什麼", "direct", "dhcp-1063"),
        ("EVENT_SERVER_NO_ADDRESSES", "command", "dhcp-1063"),
    ],
)
def test_the_example_answers_beside_the_shipped_products(text: str, surface: str, entry: str) -> None:
    """Added as a folder; the source decides in a log that everybody writes to."""
    result = sceptic("ask", "--json", "--surface", surface, text, SCEPTIC_KNOWLEDGE=str(DHCP.parent))

    found = json.loads(result.stdout)
    assert (found["decision"], found["entries"]) == ("answer", [entry])


def test_the_examples_flow_has_a_name_of_its_own() -> None:
    """Its key is no word that people read."""
    result = sceptic("flow", SCEPTIC_KNOWLEDGE=str(DHCP.parent), SCEPTIC_SHIPPED_KNOWLEDGE="no")

    assert "From start to lease" in result.output
    assert "START" not in result.output


def test_a_new_product_is_begun_and_check_names_every_place_to_fill(tmp_path: Path) -> None:
    """Nothing else is wrong with the files as they are written."""
    folder = tmp_path / "samovar"
    assert sceptic("knowledge", "new", "product", str(folder)).exit_code == 0
    assert sceptic("knowledge", "new", "article", str(folder), "31415").exit_code == 0
    assert sceptic("knowledge", "new", "article", str(folder), "topic-tea", "--kind", "topic").exit_code == 0
    assert {path.name for path in folder.iterdir()} == {
        "product.yaml",
        *(f"{name}{end}" for name in ("31415", "topic-tea") for end in (".md", ".zh-TW.md", ".people-say.yaml")),
    }

    told = faults(folder)
    assert told
    assert all("“TODO” marks what is still to be written" in line for line in told)
    assert {Path(line.partition(":")[0]).name for line in told} == {path.name for path in folder.iterdir()}


def test_files_that_are_there_are_never_overwritten(dhcp: Path) -> None:
    """Neither a product's nor an article's."""
    before = {path: path.read_bytes() for path in dhcp.iterdir()}
    for arguments in (["product", str(dhcp)], ["article", str(dhcp), "dhcp-1046"]):
        result = sceptic("knowledge", "new", *arguments)
        assert result.exit_code == 1
        assert "is there already" in result.output

    assert {path: path.read_bytes() for path in dhcp.iterdir()} == before


def test_the_articles_are_listed_one_a_line(dhcp: Path) -> None:
    """Columns for a spreadsheet or grep."""
    lines = sceptic("knowledge", "list", str(dhcp)).output.splitlines()

    assert lines[1].split("\t") == [
        "windows-dhcp", "dhcp-1044", "event", "success", "2026-11-30", "The DHCP server is authorized",
    ]  # fmt: skip
    assert len(lines) == 4


def test_coverage_names_what_is_still_to_be_written(dhcp: Path, tmp_path: Path) -> None:
    """A list's entry by ID, number, name or alias; a language, a review of long ago, and few questions."""
    (dhcp / "dhcp-1044.zh-TW.md").unlink()
    old = dhcp / "dhcp-1046.md"
    old.write_text(old.read_text(encoding="utf-8").replace("reviewed: 2026-11-30", "reviewed: 2020-02-02"), "utf-8")
    listed = tmp_path / "list.txt"
    listed.write_text("1046 Not authorized\n# a remark\nEVENT_SERVER_AUTHORIZED\ndhcp-1063\n1041\n", encoding="utf-8")
    result = sceptic("knowledge", "coverage", "--list", str(listed), str(dhcp))

    assert result.exit_code == 1
    assert "1 without an article: 1041" in result.output
    assert "1 not reviewed for a year: dhcp-1046 (2020-02-02)" in result.output
    assert "1 not translated: dhcp-1044 (zh-TW)" in result.output
    assert "dhcp-1063 (en: 10)" in result.output


def test_try_shows_what_a_question_reaches_with_and_without_an_article() -> None:
    """Without it the ID is nobody's here."""
    environment = {"SCEPTIC_KNOWLEDGE": str(DHCP.parent), "SCEPTIC_SHIPPED_KNOWLEDGE": "no"}
    result = sceptic("knowledge", "try", "dhcp 1046", "dhcp-1046", **environment)

    assert result.stdout.splitlines() == ["with it: answer, dhcp-1046", "without it: unknown, nothing"]
    assert "No article has the ID 31415" in sceptic("knowledge", "try", "tea", "31415", **environment).output


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "sentence"),
    [
        ("dhcp-1046.md", "reviewed: 2026-11-30", "reviewed: 2931-01-01", 17, "is still to come"),
        ("dhcp-1046.md", "## Where", "3. a\n4. b\n5. c\n6. d\n\n## Where", 28, "only 5 are shown"),
        ("dhcp-1046.md", "Name only", "See [this](https://samovar.example/x.ps1). Name only", 29, "samovar.example is no host"),
        ("dhcp-1046.md", "Name only", "See [this](htps:/learn.microsoft.com). Name only", 29, "must begin with https://"),
        ("dhcp-1046.md", "url: https://learn.microsoft.com", "url: https://samovar.example", 15, "is no host"),
        ("dhcp-1046.md", "- Nobody", "cause | fix\n--- | ---\n- Nobody", 27, "chat clients cannot show this"),
        ("dhcp-1046.md", "Name only", "Not **dhcp-1111**. Name only", 29, "dhcp-1111 is mentioned"),
        ("dhcp-1046.zh-TW.md", "伺服器沒有", "服务器没有", 1, "Simplified characters: 务 (務), 没 (沒)"),
        ("dhcp-1046.zh-TW.md", "- 命令：`Get-DhcpServerInDC`。\n", "", 13, "has 1 paragraphs or items where"),
        ("dhcp-1046.zh-TW.md", "；應該會看到 **dhcp-1044**", "", 9, "does not have 1044 in bold"),
        ("product.yaml", '["dhcp-1044"]', '["dhcp-1063"]', 39, "is a failure and proves nothing"),
        ("product.yaml", '["dhcp-1044"]', '["dhcp-1999"]', 39, "no article has the ID dhcp-1999"),
        ("product.yaml", "hosts: [", "hosts: [https://", 54, "must be a host alone"),
    ],
)  # fmt: skip
def test_check_sees_what_used_to_pass(dhcp: Path, file: str, old: str, new: str, place: int, sentence: str) -> None:
    """One sentence, at its line."""
    path = dhcp / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    told = [line for line in faults(dhcp) if sentence in line]

    assert told, faults(dhcp)
    assert int(told[0].removeprefix(f"{path}:").partition(":")[0]) == place, told


def test_notepads_mark_before_utf_8_is_no_fault(dhcp: Path) -> None:
    """Whichever file has it."""
    for path in dhcp.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert faults(dhcp) == []


def test_a_copied_file_of_phrasings_is_one_fault_with_its_lines(dhcp: Path) -> None:
    """And not one a phrasing, each in line 1."""
    shutil.copy(dhcp / "dhcp-1020.people-say.yaml", dhcp / "dhcp-1063.people-say.yaml")
    (told,) = [line for line in faults(dhcp) if "stand under" in line]

    assert "dhcp-1063.people-say.yaml:2: 20 phrasings stand under dhcp-1020 too (lines 2, 3, 4" in told
