"""Reads the prose of an article: fixed headings, paragraphs and lists, in the Markdown that every surface can show."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from bot.knowledge.faults import KnowledgeFault
from bot.knowledge.inline import read_text_runs
from bot.knowledge.values import Prose, Run, Text
from bot.languages import LANGUAGES, Language

Section = Literal["meaning", "causes", "next_steps", "where_to_look", "errata"]
SECTIONS: Final[tuple[Section, ...]] = ("meaning", "causes", "next_steps", "where_to_look", "errata")
OPTIONAL: Final[frozenset[Section]] = frozenset({"errata"})
"""Sections that any article may lack."""
# An article's ID: digits, or letters, digits and hyphens with a digit among them.
_ID = re.compile(r"\d{4,5}|(?=[\w.-]*\d)[a-z][a-z0-9]{0,15}(?:-[a-z]{1,15})?-[\w.-]{1,40}", re.ASCII)
_CODE_FIRST = re.compile(r"0x[0-9A-F]{8}|[A-Z]{1,10}-[0-9A-Z]{2,12}")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|(\d{1,9})[.)])([ \t]+)(\S.*)")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_UNSHOWN = re.compile(
    r" {0,3}(?:>|\||(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$|=+[ \t]*$|<!--|</?[a-zA-Z][^>:@]*>)"
    r"|[ \t]*:?-{3,}:?[ \t]*\|"
)
_INDENTED = re.compile(r" {4,}\S|\t")
_HARD_BREAK: Final = "\\"
_NOT_SHOWN: Final = "use paragraphs and lists only: chat clients cannot show this"


@dataclass(slots=True)
class _Page:
    path: Path
    first_line: int
    title: str = ""
    sections: dict[Section, list[Text]] = field(default_factory=dict)
    faults: list[KnowledgeFault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(KnowledgeFault(self.path, self.first_line + line, message))


@dataclass(slots=True)
class _Block:
    """A heading, a paragraph, an item of a list, or lines that chat cannot show."""

    kind: Literal["heading", "paragraph", "item", "unshown"]
    line: int
    text: str
    # Of a heading its level; of an item where its words begin.
    depth: int = 0


def headings(language: Language) -> dict[str, Section]:
    """Return the section that each heading of an article begins, in a language."""
    return dict(zip(LANGUAGES[language].headings, SECTIONS, strict=True))


def read_prose(
    path: Path, body: str, first_line: int, language: Language, optional: Collection[Section] = OPTIONAL
) -> tuple[Prose, list[KnowledgeFault]]:
    """Read the Markdown below the front matter, which begins at `first_line` of its file; `optional` sections may be missing."""
    page = _Page(path, first_line)
    section: Section | None = None
    for block in _blocks(body):
        if block.kind == "heading":
            section = _heading(page, block, language)
        elif block.kind == "unshown":
            page.fault(block.line, _NOT_SHOWN)
        elif section is None:
            page.fault(block.line, "this text stands before the first ## heading; move it below one")
        else:
            runs, faults = read_text_runs(block.text)
            page.sections[section].append(runs)
            for sentence in faults:
                page.fault(block.line, sentence)
    _missing(page, language, optional)
    return _prose(page), page.faults


def _blocks(body: str) -> Iterator[_Block]:
    """Yield the blocks of a text; a block's further lines are joined to its first with a space."""
    block: _Block | None = None
    in_list = False
    fence = ""
    for number, line in enumerate(body.split("\n")):
        if fence or (opened := _FENCE.match(line)):
            if fence:
                fence = "" if line.strip().startswith(fence) else fence
                continue
            assert opened is not None  # noqa: S101 - the condition above
            yield from _ended(block)
            block, fence = _Block("unshown", number, ""), opened[1]
        elif not line.strip():
            yield from _ended(block)
            block = None
        elif (begun := _begun(number, line, block, in_list)) is not None:
            yield from _ended(block)
            block, in_list = begun, begun.kind == "item" or (begun.kind == "paragraph" and in_list and line[:1] == " ")
        elif block is not None:
            block.text = f"{block.text.removesuffix(_HARD_BREAK)} {line.strip()}"
    yield from _ended(block)


def _ended(block: _Block | None) -> Iterator[_Block]:
    if block is not None:
        yield block


def _begun(number: int, line: str, open_block: _Block | None, in_list: bool) -> _Block | None:
    """Return the block that a line begins; None when it goes on with the one before it."""
    if heading := _HEADING.fullmatch(line):
        return _Block("heading", number, heading[2], len(heading[1]))
    if _UNSHOWN.match(line):
        return None if open_block is not None and open_block.kind == "unshown" else _Block("unshown", number, "")
    if (item := _ITEM.fullmatch(line)) and _is_item(item, open_block):
        return _Block("item", number, item[4].rstrip(), item.start(4))
    if open_block is not None and open_block.kind in ("paragraph", "item"):
        return None
    if open_block is None and not in_list and _INDENTED.match(line):
        return _Block("unshown", number, "")
    return _Block("paragraph", number, line.strip())


def _is_item(item: re.Match[str], open_block: _Block | None) -> bool:
    """Tell whether a line that looks like an item of a list is one: a year at the beginning of a line is none."""
    if item[2] is None or int(item[2]) == 1 or open_block is None or open_block.kind not in ("paragraph", "item"):
        return True
    return open_block.kind == "item" and len(item[1]) < open_block.depth


def _heading(page: _Page, block: _Block, language: Language) -> Section | None:
    if block.depth == 1:
        page.title = block.text
        return None
    section = headings(language).get(block.text)
    if section is None:
        page.fault(block.line, f"unknown heading “{block.text}”; use one of: {', '.join(headings(language))}")
        page.sections.setdefault("errata", [])
        return "errata"
    if section in page.sections:
        page.fault(block.line, f"the heading “{block.text}” stands here a second time; join the two")
    page.sections.setdefault(section, [])
    return section


def _missing(page: _Page, language: Language, optional: Collection[Section]) -> None:
    if not page.title:
        page.faults.append(KnowledgeFault(page.path, page.first_line, "the title is missing; begin with a line “# …”"))
    for heading, section in headings(language).items():
        if section in optional and section not in page.sections:
            continue
        if not page.sections.get(section):
            page.faults.append(
                KnowledgeFault(page.path, page.first_line, f"“## {heading}” is missing or empty; write it")
            )


def _prose(page: _Page) -> Prose:
    sections = {section: tuple(page.sections.get(section, ())) for section in SECTIONS}
    by_code = {
        cause[0].text: _after_colon(cause)
        for cause in sections["causes"]
        if cause and cause[0].style == "code" and _CODE_FIRST.fullmatch(cause[0].text)
    }
    return Prose(
        title=page.title,
        meaning=sections["meaning"],
        causes=sections["causes"],
        causes_by_code=by_code,
        next_steps=sections["next_steps"],
        where_to_look=sections["where_to_look"],
        errata=sections["errata"],
    )


def _after_colon(cause: Text) -> Text:
    """Return what stands behind "`0x000002A7`: "."""
    if len(cause) < 2:
        return ()
    first = Run(cause[1].text.lstrip(":： "), cause[1].style, cause[1].url)
    return (first, *cause[2:]) if first.text else cause[2:]


def mentioned(text: Text) -> list[str]:
    """Return the IDs a paragraph refers to: bold event IDs and codes in code style."""
    return [
        run.text
        for run in text
        if (run.style == "bold" and _ID.fullmatch(run.text))
        or (run.style == "code" and _CODE_FIRST.fullmatch(run.text))
    ]
