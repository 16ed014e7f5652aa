"""The text of a page of HTML, with the rows of its tables as rows: what ConvertTo-Html writes and mails hold."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_IS_HTML: Final = re.compile(r"\s{0,40}(?:<!doctype html|<html[\s>])|<(?:table|body)[\s>]", re.IGNORECASE)
_LOOKED_AT: Final = 4_000
_BREAKS: Final = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "pre",
        "blockquote",
        "section",
        "article",
    }
)
_HIDDEN: Final = frozenset({"script", "style", "title", "template", "noscript"})
_SPACES: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
_DECLARATIONS: Final = re.compile(r"<[!?][^<>]{0,4000}>")
_OF_LABELS: Final = 2
"""Cells of a row that is a label and its value."""


def is_html(text: str) -> bool:
    """Tell whether a text is a page of HTML, or has a table of it in its beginning."""
    return _IS_HTML.search(text[:_LOOKED_AT]) is not None


def text_of_html(text: str) -> str:
    """Return what a page shows, without what is only its style or program."""
    page = _Page()
    page.feed(_DECLARATIONS.sub("", _without_comments(text)).replace("<!", "&lt;!").replace("<?", "&lt;?"))
    page.close()
    return page.text()


def _without_comments(text: str) -> str:
    """Take comments out, of which one that never ends hides the rest; the parser takes long over many of those."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(parts)
        at = end + len("-->")
    return "".join([*parts, text[at:]])


@dataclass(slots=True)
class _Row:
    """A row of a table that is being read: its cells, the open one, and how many tables it stands in."""

    depth: int
    cells: list[str] = field(default_factory=list)
    cell: list[str] | None = None


class _Page(HTMLParser):
    """Collects what is shown: lines of text, and of each table its rows. Tables may stand in cells of others."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.rows: list[_Row] = []
        self.tables = 0
        self.hidden = 0
        self.kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        """Open an element."""
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "table":
            self.tables += 1
            self._break()
        elif tag == "tr":
            self._end_row()
            self.rows.append(_Row(self.tables))
        elif tag in {"td", "th"}:
            self._end_cell()
            if (row := self._row()) is not None:
                row.cell = []
        elif tag in _BREAKS:
            self.kept += tag == "pre"
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that was never opened closes nothing."""
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self.tables = max(0, self.tables - 1)
        elif tag in _BREAKS and tag != "br":
            self.kept = max(0, self.kept - (tag == "pre"))
            self._break()

    def handle_data(self, data: str) -> None:
        """Take a part of the text that is shown."""
        if not self.hidden:
            self._shown().append(data if self.kept else _SPACES.sub(" ", data))

    def text(self) -> str:
        """Return all that was collected."""
        while self.rows:
            self.tables = self.rows[-1].depth
            self._end_row()
        return _lines("".join(self.parts))

    def _row(self) -> _Row | None:
        return self.rows[-1] if self.rows and self.rows[-1].depth == self.tables else None

    def _shown(self) -> list[str]:
        """Return where text belongs: the innermost open cell, else the page."""
        cells = (row.cell for row in reversed(self.rows) if row.cell is not None)
        return next(cells, self.parts)

    def _break(self) -> None:
        self._shown().append("\n")

    def _end_cell(self) -> None:
        if (row := self._row()) is not None and row.cell is not None:
            row.cells.append(_lines("".join(row.cell)))
            row.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if (row := self._row()) is not None:
            self.rows.pop()
            self._shown().append(_written(row.cells))


def _lines(text: str) -> str:
    return "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")


def _written(cells: list[str]) -> str:
    if len(cells) <= _OF_LABELS:
        return "\t".join(cells) + "\n"
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerow(cells)
    return out.getvalue()
