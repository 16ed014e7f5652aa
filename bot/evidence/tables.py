"""Reads events printed one a row: Get-WinEvent and Get-EventLog tables, Event Viewer's CSV and tab-separated list."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field

from bot.evidence.label_blocks import Draft
from bot.evidence.labels import LABELS, LEVELS

_MAX_ROW = 20_000
_SEPARATORS = ("\t", "|", ",")
_WINEVENT_ROW = re.compile(
    r"\s{0,8}(?P<time>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ T].{3,20}?)\s{1,8}"
    r"(?P<event_id>\d{1,6})\s{1,12}(?P<level>\S{0,20})\s?(?P<text>.*)"
)
_EVENTLOG_ROW = re.compile(
    r"\s{0,8}(?P<index>\d{1,10})\s{1,4}(?P<time>\S{3} \d{1,2} \d{1,2}:\d{2})\s{1,4}(?P<level>\S{1,14})\s{1,8}"
    r"(?P<provider>\S.{0,60}?)\s{1,20}(?P<instance_id>\d{1,10})\s(?P<text>.*)"
)
# Event Viewer's list; the message column has no name (facts 5.5).
_VIEWER = ["level", "time", "provider", "event_id", "task"]
# Snare's syslog line: criticality, log, counter, time, ID, source, user, SID type, type, computer, category, data, message.
_SNARE = ["", "", "log_name", "", "time", "event_id", "provider", "user", "", "level", "computer", "task", "", ""]


@dataclass(slots=True)
class TableReader:
    """Sees every line in order and keeps the rows of tables it recognises.

    `provider` is the last "ProviderName: …" line above a Get-WinEvent table.
    """

    drafts: list[Draft] = field(default_factory=list)
    provider: str | None = None
    row: re.Pattern[str] | None = None
    columns: list[str] = field(default_factory=list)
    separator: str = ","
    quoted: Draft | None = None

    def take(self, at: int, line: str) -> bool:
        """Keep a line that belongs to a table; False leaves it to the other readers."""
        if self.quoted is not None:
            return self._continue_quoted(at, line)
        if self._header(line):
            return True
        if self.row is not None:
            return self._printed_row(at, line)
        return self._listed_row(at, line)

    def _header(self, line: str) -> bool:
        if "TimeCreated" in line and "LevelDisplayName" in line and not set(":,\t|").intersection(line):
            self.row = _WINEVENT_ROW
            return True
        if "EntryType" in line and "InstanceID" in line and not set(":,\t|").intersection(line):
            self.row = _EVENTLOG_ROW
            return True
        if "ProviderName:" in line and (stripped := line.strip()).startswith("ProviderName:"):
            self.provider, self.row = stripped.partition(":")[2].strip(), None
            return True
        for separator in _SEPARATORS:
            # Asking whether it is there at all is cheaper than counting, and it seldom is.
            if separator in line and line.count(separator) >= 2:
                names = [LABELS.get(cell.strip(' "').casefold(), "") for cell in _cells(line, separator)]
                if "event_id" in names and {"provider", "log_name"}.intersection(names):
                    self.columns, self.separator = names, separator
                    return True
        return False

    def _printed_row(self, at: int, line: str) -> bool:
        if not line.strip(" -\t`>"):
            return True
        match = self.row.match(line) if self.row is not None and len(line) < _MAX_ROW else None
        if match is None:
            self.row = None
            return False
        fields = {name: value.strip() for name, value in match.groupdict().items() if value and name != "text"}
        if self.provider and self.row is _WINEVENT_ROW:
            fields["provider"] = self.provider
        self.drafts.append(Draft(at, at + len(line), fields, at + match.start("text")))
        return True

    def _listed_row(self, at: int, line: str) -> bool:
        """Read a row below a header, or one of Event Viewer's list: level, date, source, ID, category, perhaps a message."""
        separator = self.separator if self.columns else "\t" if line.count("\t") >= 3 else ","
        if line.count(separator) < 2 or len(line) > _MAX_ROW:
            self.columns = []
            return False
        cells = _cells(line.lstrip(" >`"), separator)
        if separator == "|" and not "".join(cells).strip(" -:"):
            return True
        columns = self.columns or _VIEWER
        if (not self.columns and cells[0].strip().casefold() not in LEVELS) or "MSWinEventLog" in cells[:1][0]:
            columns = _SNARE if "MSWinEventLog" in cells[0] else []
        fields = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        if not re.fullmatch(r"\d{1,6}", fields.get("event_id", ""), re.ASCII):
            return False
        draft = Draft(at, at + len(line), fields)
        if len(cells) > len(columns) or columns[-1] == "":
            draft.text_start = at + max(line.rfind(cells[-1][:40]), 0)
        self.drafts.append(draft)
        # A message with line breaks stands in quotes; an odd number of them is still open.
        self.quoted = draft if separator == "," and line.count('"') % 2 else None
        return True

    def _continue_quoted(self, at: int, line: str) -> bool:
        assert self.quoted is not None  # noqa: S101 - the caller looked
        self.quoted.end = at + len(line)
        if line.count('"') % 2 or at + len(line) - self.quoted.start > _MAX_ROW:
            self.quoted = None
        return True


def _cells(line: str, separator: str) -> list[str]:
    if separator != ",":
        return line.strip("|" if separator == "|" else "").split(separator)
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return line.split(",")
