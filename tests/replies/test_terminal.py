"""The terminal's view: lines no wider than it, broken where a reader expects, with styles and links where it shows them."""

from __future__ import annotations

import re

import pytest

from bot.replies.blocks import section
from bot.replies.terminal import cells, set_reply
from bot.replies.values import Reply

ENGLISH = (
    "The *connector* could not find the `certificate`, so <https://tea.example/a|this page> tells _what_ to do next."
)
CHINESE = "NDES 伺服器找不到*簽署憑證*，所以 `certlm.msc` 的「個人」存放區是空的：請讀<https://tea.example/a|這一頁>。"
STYLE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\a]*\a")


def lines(text: str, width: int, *, styled: bool = False) -> list[str]:
    return set_reply(Reply(text, [section(text)]), width, styled=styled).split("\n")


@pytest.mark.parametrize(
    "text", [ENGLISH, CHINESE, CHINESE + ENGLISH, "a" * 300, "字" * 99, "🔴 🟢 " * 40], ids=range(6)
)
@pytest.mark.parametrize("width", [10, 11, 37, 80])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost(text: str, width: int) -> None:
    broken = lines(text, width)
    whole = lines(text, 10_000)[0]

    assert all(cells(line) <= width for line in broken if "://" not in line)
    assert "".join(broken).replace(" ", "") == whole.replace(" ", "")


@pytest.mark.parametrize("width", range(12, 60, 5))
def test_words_stay_whole_and_punctuation_begins_no_line(width: int) -> None:
    words = [word for line in lines(ENGLISH, width) for word in line.split()]
    chinese = lines(CHINESE, width)

    assert words == lines(ENGLISH, 10_000)[0].split()
    assert not [line for line in chinese if line and line[0] in "，。：」"]
    assert not [line for line in chinese if line.endswith("「")]
    assert any("certlm.msc" in line for line in chinese)


def test_styles_and_links_are_shown_only_where_the_terminal_has_them() -> None:
    (styled, *_), (plain, *_) = lines(ENGLISH, 200, styled=True), lines(ENGLISH, 200)

    assert "\x1b[1mconnector\x1b[0m" in styled
    assert "\x1b[36mcertificate\x1b[0m" in styled
    assert "\x1b]8;;https://tea.example/a\a\x1b[4mthis page\x1b[0m\x1b]8;;\a" in styled
    assert STYLE.sub("", styled).replace("this page", "this page (https://tea.example/a)") == plain
    assert "\x1b" not in plain


def test_a_style_goes_on_in_the_next_line() -> None:
    """Each line carries its own: a pager shows any of them by itself."""
    broken = lines("*" + "tea " * 30 + "pot*", 40, styled=True)

    assert len(broken) > 3
    assert all(line.startswith("\x1b[1m") for line in broken if line)
