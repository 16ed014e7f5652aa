"""Reads the prose of an article: fixed headings, paragraphs and lists, in the Markdown that every surface can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.knowledge.faults import KnowledgeFault
from bot.knowledge.values import Prose, Run, Text, plain
from bot.languages import LANGUAGES, Language

Section = Literal["meaning", "causes", "next_steps", "where_to_look", "errata"]
SECTIONS: Final[tuple[Section, ...]] = ("meaning", "causes", "next_steps", "where_to_look", "errata")
OPTIONAL: Final = frozenset({"errata"})
_STYLES: Final[Mapping[str, Literal["bold", "italic"]]] = {"strong_open": "bold", "em_open": "italic"}
# An article's ID: digits, or letters, digits and hyphens with a digit among them.
_ID = re.compile(r"\d{4,5}|(?=[\w.-]*\d)[a-z]{1,10}-[\w.-]{1,40}", re.ASCII)
_CODE_FIRST = re.compile(r"0x[0-9A-F]{8}|[A-Z]{1,10}-[0-9A-Z]{2,12}")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


@dataclass(slots=True)
class _Page:
    path: Path
    first_line: int
    title: str = ""
    sections: dict[Section, list[Text]] = field(default_factory=dict)
    faults: list[KnowledgeFault] = field(default_factory=list)

    def fault(self, token: Token, message: str) -> None:
        line = self.first_line + (token.map[0] if token.map else 0)
        self.faults.append(KnowledgeFault(self.path, line, message))


def headings(language: Language) -> dict[str, Section]:
    """Return the section that each heading of an article begins, in a language."""
    return dict(zip(LANGUAGES[language].headings, SECTIONS, strict=True))


def read_prose(path: Path, body: str, first_line: int, language: Language) -> tuple[Prose, list[KnowledgeFault]]:
    """Read the Markdown below the front matter, which begins at `first_line` of its file."""
    page = _Page(path, first_line)
    section: Section | None = None
    tokens = _parser().parse(body)
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            section = _heading(page, token, tokens[position + 1].content, language)
        elif token.type == "inline" and tokens[position - 1].type == "paragraph_open":
            if section is None:
                page.fault(token, "this text stands before the first ## heading; move it below one")
            else:
                page.sections[section].append(_runs(page, token))
        elif token.type in {"fence", "code_block", "blockquote_open", "hr", "html_block"}:
            page.fault(token, "use paragraphs and lists only: chat clients cannot show this")
    _missing(page, language)
    return _prose(page), page.faults


def _heading(page: _Page, token: Token, text: str, language: Language) -> Section | None:
    if token.tag == "h1":
        page.title = text
        return None
    section = headings(language).get(text)
    if section is None:
        page.fault(token, f"unknown heading “{text}”; use one of: {', '.join(headings(language))}")
        return "errata" if page.sections.setdefault("errata", []) is not None else None
    if section in page.sections:
        page.fault(token, f"the heading “{text}” stands here a second time; join the two")
    page.sections.setdefault(section, [])
    return section


def _missing(page: _Page, language: Language) -> None:
    if not page.title:
        page.faults.append(KnowledgeFault(page.path, page.first_line, "the title is missing; begin with a line “# …”"))
    for heading, section in headings(language).items():
        if section in OPTIONAL and section not in page.sections:
            continue
        if not page.sections.get(section):
            page.faults.append(
                KnowledgeFault(page.path, page.first_line, f"“## {heading}” is missing or empty; write it")
            )


def _runs(page: _Page, token: Token) -> Text:
    runs: list[Run] = []
    style: list[Literal["bold", "italic"]] = []
    url: str | None = None
    for child in token.children or []:
        if child.type in _STYLES:
            style.append(_STYLES[child.type])
        elif child.type in {"strong_close", "em_close"}:
            style.pop()
        elif child.type == "link_open":
            url = str(child.attrGet("href"))
        elif child.type == "link_close":
            url = None
        elif child.type == "code_inline":
            runs.append(Run(child.content, "code", url))
        elif child.type in {"text", "softbreak", "hardbreak", "text_special"}:
            runs.append(Run(" " if "break" in child.type else child.content, style[-1] if style else "plain", url))
        else:
            page.fault(token, f"“{child.markup or child.type}” cannot be shown in chat; use plain text")
    return tuple(run for run in runs if run.text)


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


def is_empty(text: Text) -> bool:
    """Tell whether a paragraph has no words."""
    return not plain(text).strip()
