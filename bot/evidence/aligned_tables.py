"""Reads tables whose columns stand below each other, as PowerShell's Format-Table prints them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from bot.evidence.label_blocks import Draft, Line
from bot.evidence.labels import LABELS

_LONGEST_ROW: Final = 20_000
_RULER: Final = re.compile(r"[ >`]{0,40}-{2,}(?:[ ]{1,200}-{2,}){1,40}[ ]{0,200}")
_RUN: Final = re.compile(r"-{2,}")
_CUT: Final = ("...", "…")
_SAYS_EVENT: Final = frozenset({"provider", "log_name", "time", "level", "instance_id"})
_TIME: Final = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ T].{3,20}?"
_SHAPES: Final = {"time": _TIME, "event_id": r"\d{1,6}", "level": r"\S{1,20}"}
# For rows whose spaces some program took away.
_WINEVENT_ROW: Final = re.compile(
    rf"\s{{0,8}}(?P<time>{_TIME})\s{{1,8}}(?P<event_id>\d{{1,6}})\s{{1,12}}(?P<level>\S{{0,20}})\s?(?P<text>.*)"
)
_EVENTLOG_ROW: Final = re.compile(
    r"\s{0,8}(?P<index>\d{1,10})\s{1,4}(?P<time>\S{3} \d{1,2} \d{1,2}:\d{2})\s{1,4}(?P<level>\S{1,14})\s{1,8}"
    r"(?P<provider>\S.{0,60}?)\s{1,20}(?P<instance_id>\d{1,10})\s(?P<text>.*)"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: of each its event field, and where its name begins and ends, in columns of a terminal."""

    fields: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    # The pattern of a row of one of the usual tables, for one that has lost its spaces.
    collapsed: re.Pattern[str] | None


def is_ruler(line: str) -> bool:
    """Tell whether a line is the one of hyphens below the names of columns."""
    return line.startswith(("-", " ", ">", "`")) and _RULER.fullmatch(line.rstrip("\r")) is not None


def aligned_header(lines: list[Line], at: int) -> Columns | None:
    """Recognise the names of columns, with hyphens below each of them or as one of the usual tables has them."""
    line = lines[at][1]
    collapsed = None
    if not set(':,;\t|"').intersection(line):
        if "TimeCreated" in line and "LevelDisplayName" in line:
            collapsed = _WINEVENT_ROW
        elif "EntryType" in line and "InstanceID" in line:
            collapsed = _EVENTLOG_ROW
    below = lines[at + 1][1] if at + 1 < len(lines) else ""
    if not is_ruler(below):
        return Columns((), (), collapsed) if collapsed is not None else None
    places = tuple((run.start(), run.end()) for run in _RUN.finditer(below))
    names = [_label(line[start:end]) for start, end in places]
    fields = tuple(LABELS.get(name, "") if name != "data" else "" for name in names)
    collapsed = collapsed or _row_of(fields)
    is_of_events = {"event_id", "instance_id"}.intersection(fields) and _SAYS_EVENT.intersection(fields)
    return Columns(fields, places, collapsed) if is_of_events else None


def _row_of(fields: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return the pattern of a row whose columns tell each other apart by their values, with the message behind them."""
    *cells, last = fields
    if last != "description" or not set(cells) <= _SHAPES.keys() or len(set(cells)) < len(cells):
        return None
    return re.compile(
        r"\s{0,8}" + r"\s{1,12}".join(f"(?P<{name}>{_SHAPES[name]})" for name in cells) + r"\s(?P<text>.*)"
    )


def _label(written: str) -> str:
    return " ".join(written.casefold().split())


@dataclass(slots=True)
class AlignedTable:
    """A table below its header; `provider` is the group's that it stands in."""

    columns: Columns
    provider: str = ""
    drafts: list[Draft] = field(default_factory=list)

    def take(self, at: int, line: str) -> bool:
        """Read one line that stands at offset `at`; False when it is no row of this table."""
        if not line.strip(" -\t`>"):
            return True
        if len(line) > _LONGEST_ROW:
            return False
        cells = self._cells(line)
        if cells is not None and self._goes_on(line, cells):
            self.drafts[-1].end = at + len(line)
            return True
        draft = self._row(at, line, cells) or self._collapsed(at, line)
        if draft is None:
            return False
        if self.provider and "provider" not in draft.fields and "provider" not in self.columns.fields:
            draft.fields["provider"] = self.provider
        # A name that was cut may be the beginning of several.
        draft.fields = {name: value for name, value in draft.fields.items() if not value.endswith(_CUT)}
        self.drafts.append(draft)
        return True

    def _cells(self, line: str) -> list[tuple[int, int]] | None:
        """Return where the cells stand; None when the line is not cut at the columns' borders."""
        if not self.columns.places:
            return None
        width, offsets = _offsets(line)
        starts: list[int] = []
        for start, end in self.columns.places:
            begin = _begin(line, offsets, width, start, end)
            if begin is None or (starts and begin < starts[-1]):
                return None
            starts.append(begin)
        return [*zip(starts, [*starts[1:], len(line)], strict=True)]

    def _goes_on(self, line: str, cells: list[tuple[int, int]]) -> bool:
        """Tell whether a line has nothing but more of the last column's text, which was wrapped."""
        return bool(self.drafts) and not any(line[start:end].strip() for start, end in cells[:-1])

    def _row(self, at: int, line: str, cells: list[tuple[int, int]] | None) -> Draft | None:
        if cells is None:
            return None
        fields: dict[str, str] = {}
        text = at + cells[-1][0]
        for name, (start, end) in zip(self.columns.fields, cells, strict=True):
            value = line[start:end].strip()
            if name == "description":
                text = at + start
            elif name and value and (name not in fields or (name == "level" and fields[name].isdigit())):
                fields[name] = value
        number = fields.get("event_id") or fields.get("instance_id", "")
        is_row = number.isdecimal() or (number.endswith(_CUT) and number[0].isdecimal())
        return Draft(at, at + len(line), fields, text, row=True) if is_row else None

    def _collapsed(self, at: int, line: str) -> Draft | None:
        match = self.columns.collapsed.match(line) if self.columns.collapsed is not None else None
        if match is None:
            return None
        fields = {name: value.strip() for name, value in match.groupdict().items() if value and name != "text"}
        return Draft(at, at + len(line), fields, at + match.start("text"), row=True)


def _offsets(line: str) -> tuple[int, list[int] | None]:
    """Return a line's width in columns of a terminal, and the offset at each of them where a character may take two."""
    if line.isascii():
        return len(line), None
    offsets: list[int] = []
    for at, character in enumerate(line):
        offsets.extend([at] * (2 if unicodedata.east_asian_width(character) in "WF" else 1))
    return len(offsets), offsets


def _begin(line: str, offsets: list[int] | None, width: int, start: int, end: int) -> int | None:
    """Return where a column's value begins: at its name's first letter, or further left where it ends at its last."""
    if start >= width:
        return len(line)
    first = offsets[start] if offsets else start
    last = min(offsets[end - 1] + 1 if offsets and end <= width else end, len(line))
    if line[first] == " ":
        inside = line[first:last]
        return first + len(inside) - len(inside.lstrip(" ")) if inside.strip() else last
    if first == 0 or line[first - 1] == " ":
        return first
    begin = line.rfind(" ", 0, first) + 1
    # What begins further left and ends elsewhere than the name does is the end of the column before.
    return begin if last >= len(line) or line[last] == " " else None
