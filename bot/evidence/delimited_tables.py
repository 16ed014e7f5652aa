"""Reads lists with a separator between their cells: Export-Csv, Event Viewer's CSV and tab text, Excel, Log Analytics, EvtxECmd.

The columns are found from their names, in any order and any language of the labels; quoted cells may go on over lines.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.evidence.label_blocks import Draft, Line
from bot.evidence.labels import LABELS, LEVELS, looks_like_date
from bot.evidence.normalise import Normal

_LONGEST_ROW: Final = 70_000
"""Characters of a row; a rendered message has 32,767 at most."""
_MOST_BROKEN: Final = 8
"""Rows whose quotes never end, after which a table is over: each costs a look at as much as a row may hold."""
_USUAL: Final = ("\t", ";", "|", ",")
_QUOTES: Final = "“”„‟«»″"
# Nobody's names: of a table that has one of these, another column must say that it is one of events.
_ANYBODYS: Final = frozenset({"id", "event id", "event code", "event number"})
_POWERSHELL_TIMES: Final = frozenset({"timecreated", "timegenerated", "timewritten"})
_SAYS_WHOSE: Final = frozenset({"provider", "log_name"})
_UTC: Final = re.compile(r"\s?[\[(]utc[\])]$")
_ID: Final = re.compile(r"\d{1,6}", re.ASCII)
# Event Viewer's list; the message column has no name (facts 5.5).
_VIEWER: Final = ("level", "time", "provider", "event_id", "task")
# Snare's syslog line: criticality, log, counter, time, ID, source, user, SID type, type, computer, category, data, message.
_SNARE: Final = (
    "",
    "",
    "log_name",
    "",
    "time",
    "event_id",
    "provider",
    "user",
    "",
    "level",
    "computer",
    "task",
    "",
    "",
)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: the event field of each, empty where it is none, and the separator between them."""

    columns: tuple[str, ...]
    separator: str
    # The times are in UTC, and the column's name says so.
    in_utc: bool = False
    # The quotes are typographic ones: some program made them of the plain ones.
    styled: bool = False


def may_be_delimited(line: str) -> bool:
    """Tell whether a line may be a header or a row: most lines of most texts have no separator at all."""
    return "," in line or "\t" in line or "|" in line or ";" in line or '"Id"' in line


def find_header(normal: Normal, at: int, line: str) -> Header | None:
    """Recognise the names of columns, of which one is that of an event's ID and another tells that it is one."""
    for separator in _separators(line):
        written = _names(line, separator)
        names = [_UTC.sub("", name) for name in written]
        columns = tuple(name if name == "data" else LABELS.get(name, "") for name in names)
        if "event_id" not in columns and "instance_id" not in columns:
            continue
        says_whose = bool(_SAYS_WHOSE.intersection(columns))
        known = sum(map(bool, columns))
        is_of_events = (says_whose and known > 1) or (
            "event_id" in columns
            and ("description" in columns or "level" in columns)
            and (_POWERSHELL_TIMES.intersection(names) or ("time" in columns and not _ANYBODYS.intersection(names)))
        )
        if is_of_events and (len(columns) > 2 or known == len(columns)):
            raw = normal.unfolded[at : at + len(line)]
            in_utc = any(_UTC.search(name) for name, column in zip(written, columns, strict=True) if column == "time")
            return Header(columns, separator, in_utc, styled=any(mark in raw for mark in _QUOTES))
    return None


def _separators(line: str) -> Iterator[str]:
    found = False
    for separator in _USUAL:
        if separator in line:
            found = True
            yield separator
    # Export-Csv -Delimiter takes any character.
    if not found and '"Id"' in line:
        yield from sorted({mark for mark in line if not mark.isalnum() and mark not in " \"'._-#"})


def _names(line: str, separator: str) -> list[str]:
    is_drawn = separator == "|" and '"' not in line
    cells = line.strip(" |>`").split(separator) if is_drawn else _cells([line.strip(" >`")], separator)
    return [" ".join(cell.strip("\ufeff \"'*").casefold().split()) for cell in cells]


def _cells(lines: list[str], separator: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return lines[0].split(separator)


@dataclass(slots=True)
class Patience:
    """Rows of one text whose quotes never ended; of a text with many of them no row is looked for over lines any more."""

    broken: int = 0


@dataclass(slots=True)
class DelimitedTable:
    """A table below its header."""

    normal: Normal
    header: Header
    patience: Patience

    def read(self, lines: list[Line], at: int, keep: Callable[[Draft], None]) -> int:
        """Read rows from a line on; return the line with which something else begins."""
        rows = _Rows(self.normal, self.header, self.patience, lines, at)
        while (row := rows.next()) is not None:
            first, cells, start, end = row
            if not "".join(cells).strip(" -:"):
                if self.header.separator == "|":
                    continue
                # A blank line ends a table, unless another row follows it.
                if rows.at < len(lines) and self.header.separator in lines[rows.at][1]:
                    continue
                return first
            fields = self._fields(cells)
            if fields is None:
                return first
            keep(self._draft(start, end, fields))
        return rows.at

    def _fields(self, cells: list[str]) -> list[tuple[str, str]] | None:
        """Return each cell with its field; None for what is no row of this table."""
        columns = self.header.columns
        while len(cells) > len(columns) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) < max(2, len(columns) // 2):
            return None
        if (extra := len(cells) - len(columns)) > 0:
            if "description" not in columns:
                # Event Viewer's list has a cell more than its header: the message.
                columns = (*columns, *("description",) * extra)
            elif columns[-1] == "description":
                cells = [*cells[: len(columns) - 1], self.header.separator.join(cells[len(columns) - 1 :])]
            else:
                # Its cells have moved, for one of them holds a separator outside of quotes: none is read.
                return []
        return list(zip(columns, (cell.strip() for cell in cells), strict=False))

    def _draft(self, start: int, end: int, cells: list[tuple[str, str]]) -> Draft:
        fields, loose, message = dict[str, str](), list[str](), list[str]()
        for column, cell in cells:
            name = ("time" if looks_like_date(cell) else "") if column == "data" else column
            if not cell or name == "other":
                continue
            if name == "description":
                message.append(cell)
            elif not name:
                loose.append(_text_of(cell))
            elif name not in fields or (name == "level" and fields[name].isdigit()):
                fields[name] = cell
        if self.header.in_utc and "time" in fields:
            fields["time"] += " UTC"
        text = "\n".join(message or loose)
        return Draft(start, end, fields, message=text, body="\n".join((*message, *loose)), row=True)


def _text_of(cell: str) -> str:
    """Return the strings of a cell that is JSON, as EvtxECmd's payload is; any other cell as it is."""
    if not cell.startswith("{"):
        return cell
    try:
        return "\n".join(_strings(json.loads(cell, strict=False)))
    except (ValueError, RecursionError):
        return cell


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


@dataclass(slots=True)
class _Rows:
    """Walks over the rows of a table. A row whose quotes never end is its first line alone."""

    normal: Normal
    header: Header
    patience: Patience
    lines: list[Line]
    at: int

    def next(self) -> tuple[int, list[str], int, int] | None:
        """Return the next row: its first line, its cells, and its first and last offset; None at the end."""
        if self.at >= len(self.lines):
            return None
        first = self.at
        start = self.lines[first][0]
        cells = (
            self._plain() if self.header.separator == "|" and not self._line(first).startswith('"') else self._quoted()
        )
        last, line = self.lines[self.at - 1]
        return first, cells, start, last + len(line)

    def _plain(self) -> list[str]:
        self.at += 1
        return self.lines[self.at - 1][1].strip(" >`").strip("|").split("|")

    def _quoted(self) -> list[str]:
        first = self.at
        reader = csv.reader(self._feed(), delimiter=self.header.separator)
        try:
            cells = next(reader, [])
        except csv.Error:
            cells = []
        if self.at - first > 1 and not self._ended(first):
            # One row whose quotes never end costs itself, and not what stands behind it.
            self.patience.broken += 1
            self.at = first + 1
            cells = _cells([self._line(first)], self.header.separator)
        return cells

    def _feed(self) -> Iterator[str]:
        room = _LONGEST_ROW if self.patience.broken < _MOST_BROKEN else 1
        while self.at < len(self.lines) and room > 0:
            line = self._line(self.at)
            room -= len(line) + 1
            self.at += 1
            yield line + "\n"

    def _line(self, at: int) -> str:
        offset, line = self.lines[at]
        return (line if self.header.styled else self.normal.unfolded[offset : offset + len(line)]).lstrip(">` ")

    def _ended(self, first: int) -> bool:
        """Tell whether the last line that was fed ends the row, by its quotes."""
        quotes = sum(self._line(at).count('"') for at in range(first, self.at))
        return quotes % 2 == 0


def lone_row(normal: Normal, lines: list[Line], at: int, keep: Callable[[Draft], None], patience: Patience) -> int:
    """Read a row of a list without its header: Event Viewer's, which begins with a level and a date, or Snare's."""
    line = lines[at][1]
    for separator in ("\t", ",", ";"):
        if line.count(separator) < 2:
            continue
        begin = line.split(separator, 2)
        columns = _SNARE if "MSWinEventLog" in begin[0] else _VIEWER if _is_level(begin[0]) else ()
        if not columns:
            continue
        table = DelimitedTable(normal, Header(columns, separator), patience)
        rows = _Rows(normal, table.header, patience, lines, at)
        if (row := rows.next()) is None:
            break
        _, cells, start, end = row
        if len(cells) > columns.index("event_id") and _ID.fullmatch(cells[columns.index("event_id")].strip()):
            keep(table._draft(start, end, table._fields(cells) or []))
            return rows.at
    return at + 1


def _is_level(cell: str) -> bool:
    return cell.strip(" >`\"'").casefold() in LEVELS
