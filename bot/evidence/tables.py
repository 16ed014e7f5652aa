"""Reads events printed one a row: tables that PowerShell prints, and lists with a separator between their cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.evidence.aligned_tables import AlignedTable, aligned_header, is_ruler
from bot.evidence.delimited_tables import DelimitedTable, Patience, find_header, lone_row, may_be_delimited
from bot.evidence.label_blocks import Draft, Line, lines_of
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.normalise import Normal

_PROVIDER: Final = lazy_pattern(r"[ \t>`]{0,12}ProviderName:[ \t]{0,8}(\S.*)")


# One of these stands in each text with aligned columns: hyphens below their names, or names of the usual ones.
_MARKS: Final = ("--", "TimeCreated", "EntryType", "ProviderName:")


@dataclass(slots=True)
class Tables:
    """The rows of a text's tables, and the stretches that the tables take."""

    drafts: list[Draft] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    # The last "ProviderName: …" line, which stands above each group of a Get-WinEvent table.
    provider: str = ""
    patience: Patience = field(default_factory=Patience)

    def keep(self, draft: Draft) -> None:
        """Keep one row."""
        self.drafts.append(draft)
        self.taken.append((draft.start, draft.end))


def read_tables(normal: Normal, stretches: list[tuple[int, int]]) -> Tables:
    """Read the tables in these stretches of a text. Where a row begins and ends, its table says, and no label in it."""
    tables = Tables()
    for start, end in stretches:
        lines = list(lines_of(normal.text, start, end))
        is_marked = any(normal.text.find(mark, start, end) >= 0 for mark in _MARKS)
        at = 0
        while at < len(lines):
            at = _read_at(normal, lines, at, tables) if is_marked or may_be_delimited(lines[at][1]) else at + 1
    return tables


def _read_at(normal: Normal, lines: list[Line], at: int, tables: Tables) -> int:
    """Read the table that begins at a line, if one does; return the line to go on with."""
    offset, line = lines[at]
    if "ProviderName:" in line and (named := _PROVIDER.fullmatch(line)) is not None:
        tables.provider = named[1].strip()
        tables.taken.append((offset, offset + len(line)))
        return at + 1
    if (columns := aligned_header(lines, at)) is not None:
        return _read_aligned(AlignedTable(columns, tables.provider), lines, at, tables)
    if (header := find_header(normal, offset, line)) is not None:
        tables.taken.append((offset, offset + len(line)))
        return DelimitedTable(normal, header, tables.patience).read(lines, at + 1, tables.keep)
    return lone_row(normal, lines, at, tables.keep, tables.patience)


def _read_aligned(table: AlignedTable, lines: list[Line], at: int, tables: Tables) -> int:
    start = lines[at][0]
    at += 1
    end = start
    while at < len(lines) and (is_ruler(lines[at][1]) or not lines[at][1].strip(" -\t`>")):
        at += 1
    while at < len(lines) and table.take(*lines[at]):
        end = lines[at][0] + len(lines[at][1])
        at += 1
    if not table.drafts:
        return at
    tables.drafts.extend(table.drafts)
    tables.taken.append((start, end))
    return at
