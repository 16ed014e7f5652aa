"""The prose of articles: what its Markdown means, beside a parser of all of Markdown, and what chat cannot show."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.knowledge.inline import read_text_runs
from bot.knowledge.markdown import headings, read_prose
from bot.knowledge.values import Run
from bot.languages import LANGUAGES
from bot.settings import KNOWLEDGE

PAGE = "# T\n\n## What it means\n{}\n\n## Likely causes\n- c\n\n## Next steps\n1. s\n\n## Where to look\n- w\n"
PARAGRAPHS = [
    "plain words",
    "**bold** and *italic* and `code` and _under_ and __double__",
    "`a **b** c` then **`d` e**",
    "``a ` b`` and `` ` ``",
    "snake_case_name and a_b, 2 * 3 * 4",
    "**open and never closed",
    "a * b and c** d",
    "[a page](https://tea.example/a_b_c) and [**bold** page](https://tea.example/(x))",
    "[a `code` label](https://tea.example/)",
    "*italics with `code*` in it*",
    "**bold *and italics* in it**",
    "1 \\* 2 \\[no link\\] and C:\\Windows\\System32",
    "fish &amp; chips &lt;b&gt; &#8364; R&D",
    "<https://tea.example/x>",
    "[not a link] (https://tea.example)",
    "[brackets] and (parentheses)",
    "中文**粗體**，*斜體*和`代碼`。",
    "two\nlines  \nof text\\\nand more",
    "ends with `code`",
    "**20402**",
]


def by_the_whole_parser(token: Token) -> list[tuple[str, str, str | None]]:
    """Return each character with its style and address."""
    found: list[tuple[str, str, str | None]] = []
    styles, url = ["plain"], None
    for child in token.children or []:
        match child.type:
            case "strong_open" | "em_open":
                styles.append("bold" if child.type == "strong_open" else "italic")
            case "strong_close" | "em_close":
                styles.pop()
            case "link_open":
                url = str(child.attrGet("href"))
            case "link_close":
                url = None
            case "code_inline":
                found += [(each, "code", url) for each in child.content]
            case "softbreak" | "hardbreak":
                found.append((" ", styles[-1], url))
            case _:
                found += [(each, styles[-1], url) for each in child.content]
    return found


def characters(runs: tuple[Run, ...]) -> list[tuple[str, str, str | None]]:
    return [(each, run.style, run.url) for run in runs for each in run.text]


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_a_paragraph_means_what_markdown_says(text: str) -> None:
    (token,) = [token for token in MarkdownIt("commonmark", {"html": False}).parse(text) if token.type == "inline"]
    prose, faults = read_prose(Path("tea.md"), PAGE.format(text), 1, "en")

    assert characters(prose.meaning[0]) == by_the_whole_parser(token)
    assert faults == []


@pytest.mark.parametrize("path", sorted(KNOWLEDGE.glob("*/[0-9]*.md")), ids=lambda path: path.name)
def test_the_shipped_articles_mean_what_markdown_says(path: Path) -> None:
    """Every paragraph and item of every article, in its order."""
    language = next((tag for tag in LANGUAGES if path.stem.endswith(f".{tag}")), "en")
    body = path.read_text(encoding="utf-8").split("---\n", 2)[-1]
    tokens = MarkdownIt("commonmark", {"html": False}).parse(body)
    wanted = [by_the_whole_parser(token) for before, token in pairwise(tokens) if before.type == "paragraph_open"]
    prose, faults = read_prose(path, body, 1, language)
    order = {"meaning": prose.meaning, "causes": prose.causes, "next_steps": prose.next_steps}
    order |= {"where_to_look": prose.where_to_look, "errata": prose.errata}
    stand = [headings(language)[line[3:]] for line in body.split("\n") if line.startswith("## ")]

    assert [characters(text) for section in stand for text in order[section]] == wanted
    # Not every article has causes; the reader of whole articles knows which need them.
    assert all("causes" in fault.message or "原因" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("開啟**「服務」**視窗", [Run("開啟"), Run("「服務」", "bold"), Run("視窗")]),
        ("按*（確定）*鍵", [Run("按"), Run("（確定）", "italic"), Run("鍵")]),
    ],
)
def test_bold_beside_full_width_punctuation_is_bold(text: str, runs: list[Run]) -> None:
    """CommonMark shows the asterisks there, which no author means."""
    assert read_text_runs(text) == (tuple(runs), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a page]()", "the link “a page” has no address"),
        ("[a page](http://tea.example)", "must begin with https://"),
        ("[a page](javascript:alert)", "must begin with https://"),
        ("![tea](https://tea.example/tea.png)", "a picture cannot be shown in chat"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_fault(text: str, said: str) -> None:
    _, (fault,) = read_prose(Path("tea.md"), PAGE.format(f"tea\n\n{text}"), 7, "en")

    assert said in fault.message
    assert fault.line == 12


@pytest.mark.parametrize(
    "text",
    [
        "```\na\n\n# b\n```",
        "~~~\na\n~~~",
        "> a\n> b",
        "---",
        "* * *",
        "| a | b |\n| - | - |",
        "    a",
        "<br>",
        "<!-- a -->",
    ],
)
def test_what_chat_cannot_show_is_one_fault(text: str) -> None:
    _, faults = read_prose(Path("tea.md"), PAGE.format(f"tea\n\n{text}\n\nmore tea"), 1, "en")

    assert [(fault.line, "chat" in fault.message) for fault in faults] == [(6, True)]


def test_items_may_be_long_and_lists_may_stand_in_lists() -> None:
    """A line that goes on belongs to its item, also where it begins with a year."""
    body = PAGE.replace("- c\n", "- one\n  goes on in\n  2019. and ends\n  - inner\n- two\n\n  more of two\n")
    prose, faults = read_prose(Path("tea.md"), body.format("m"), 1, "en")

    assert ["".join(run.text for run in text) for text in prose.causes] == [
        "one goes on in 2019. and ends",
        "inner",
        "two",
        "more of two",
    ]
    assert faults == []


@pytest.mark.parametrize(
    "unit", ["[", "*a", "`", "` ``", "[a](", "**a", "\\", "_a _", "**a *b ", "*[a](b", "&amp", "<https://"]
)
def test_hostile_text_is_read_quickly(unit: str) -> None:
    """Nobody's article, but a folder may hold anything; longer paragraphs are refused."""
    begun = time.process_time()
    read_text_runs((unit * 4000)[:4000])

    assert time.process_time() - begun < 2
    assert "write at most 4000" in read_text_runs("tea " * 4000)[1][0]
