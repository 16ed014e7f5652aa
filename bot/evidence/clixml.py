"""Reads what PowerShell's Export-Clixml writes, record by record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.evidence.label_blocks import Draft
from bot.evidence.labels import LABELS
from bot.evidence.xml import parse_xml

_TAG: Final = re.compile(r"<Obj[\s>]|</Obj>")
# A character that PowerShell keeps out of XML: "_x000D_".
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OF_RECORD: Final = 3
"""Depth of a record's own properties: <Obj><Props><S N="…">. Deeper ones are those of an object in it."""


def read_clixml(text: str) -> list[Draft]:
    """Read the records of a text that has objects as Export-Clixml writes them; one that is damaged costs itself."""
    if "<Obj" not in text or ' N="' not in text:
        return []
    return [draft for start, end in _objects(text) if (draft := _read(text, start, end)) is not None]


def _objects(text: str) -> list[tuple[int, int]]:
    """Find the outermost objects. One that does not end is none, and those behind it are outermost again."""
    opened: list[int] = []
    found: list[tuple[int, int]] = []
    for tag in _TAG.finditer(text):
        if tag[0] != "</Obj>":
            opened.append(tag.start())
        elif opened:
            start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, tag.end()))
    return found


@dataclass(slots=True)
class _Properties:
    """The simple properties of one object, by their names."""

    found: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    name: str = ""
    text: list[str] = field(default_factory=list)

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self.depth += 1
        self.name = attributes.get("N", "") if self.depth == _OF_RECORD else ""
        self.text = []

    def characters(self, text: str) -> None:
        """Take a part of an element's text."""
        self.text.append(text)

    def end(self, _tag: str) -> None:
        """Close an element."""
        if self.name and self.depth == _OF_RECORD:
            self.found.setdefault(self.name, _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(self.text)))
            self.name = ""
        self.depth -= 1


def _read(text: str, start: int, end: int) -> Draft | None:
    properties = _Properties()
    if not parse_xml(text[start:end], properties):
        return None
    fields: dict[str, str] = {}
    message = ""
    for name, value in properties.found.items():
        filled = LABELS.get(name.casefold(), "other")
        if filled == "description":
            message = message or value
        elif filled != "other" and value and (filled not in fields or (filled == "level" and fields[filled].isdigit())):
            fields[filled] = value
    # Any object has an "Id".
    if "event_id" not in fields or not {"provider", "log_name"} & fields.keys():
        return None
    return Draft(start, end, fields, message=message, body=message, row=True)
