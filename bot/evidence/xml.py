"""Reads event XML (the Windows event schema) without ever expanding an entity or fetching anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.evidence.event_details import read_codes, read_details, unique_codes
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.lexicon import Lexicon
from bot.evidence.normalise import Normal
from bot.evidence.values import Event

_OPEN = lazy_pattern(r"<(?:\w{1,20}:)?(Event(?=[\s>])|EventID[\s>])")
_NAMESPACE_PREFIX = lazy_pattern(r"</?(\w{1,20}:)Event[\s>]")
_FIELDS = {
    "event_id": re.compile(r"<(?:\w{1,20}:)?EventID(?:\s[^<>]{0,200})?>\s{0,20}(\d{1,6})\s{0,20}</"),
    "provider": re.compile(r"<(?:\w{1,20}:)?Provider\s(?:[^<>]{0,400}?\s)?Name\s?=\s?['\"]([^'\"<>]{1,200})['\"]"),
    "log_name": re.compile(r"<(?:\w{1,20}:)?Channel>([^<>]{1,200})</"),
    "computer": re.compile(r"<(?:\w{1,20}:)?Computer>([^<>]{1,200})</"),
    "level": re.compile(r"<(?:\w{1,20}:)?Level>(\d{1,3})</"),
    "time": re.compile(r"<(?:\w{1,20}:)?TimeCreated\s[^<>]{0,40}?SystemTime\s?=\s?['\"]([^'\"<>]{1,60})['\"]"),
}
# Where the fields of the schema end: numbers in them are masks, tasks and records, and no codes.
_BODY = lazy_pattern(r"</(?:\w{1,20}:)?System>|<(?:\w{1,20}:)?(?:EventData|UserData|RenderingInfo)[\s>]")
# What the reader of event logs writes where one event stands for all of its kind.
_COUNT = lazy_pattern(r"[1-9]\d{0,6}", re.ASCII)
# winmeta.xml's levels: https://learn.microsoft.com/windows/win32/wes/eventmanifestschema-leveltype-complextype
_LEVELS = {"0": "Information", "1": "Critical", "2": "Error", "3": "Warning", "4": "Information", "5": "Verbose"}


def xml_stretches(text: str) -> list[tuple[int, int]]:
    """Find where event XML stands, as offsets; an event cut off before its end tag reaches to the next one or the end."""
    if "EventID" not in text:
        return []
    found = [(match.start(), match[1] != "Event") for match in _OPEN.finditer(text)]
    ends = _Ends(text)
    stretches: list[tuple[int, int]] = []
    for number, (start, is_part) in enumerate(found):
        if stretches and start < stretches[-1][1]:
            continue
        limit = found[number + 1][0] if number + 1 < len(found) else len(text)
        end = ends.behind(start)
        stretches.append((start, end if end >= 0 else _cut_off(text, start, limit if is_part else len(text))))
    return stretches


@dataclass(slots=True)
class _Ends:
    """The end tags of events, looked for once: most programs write them without a prefix."""

    text: str
    tag: str = "</Event>"
    last: int = field(init=False)

    def __post_init__(self) -> None:
        if (prefix := _NAMESPACE_PREFIX.search(self.text)) is not None and self.tag not in self.text:
            self.tag = f"</{prefix[1]}Event>"
        self.last = self.text.rfind(self.tag)

    def behind(self, start: int) -> int:
        """Return where the first event that ends behind `start` ends; -1 where none does."""
        end = self.text.find(self.tag, start) if start <= self.last else -1
        return end + len(self.tag) if end >= 0 else -1


def _cut_off(text: str, start: int, limit: int) -> int:
    """End a broken event behind the last tag it has."""
    last = text.rfind(">", start, limit)
    return last + 1 if last >= 0 else limit


def read_event_xml(normal: Normal, start: int, end: int, lexicon: Lexicon) -> Event | None:
    """Read one event; None when it has no EventID or is a trace record, whose number is no event ID (facts 5.7).

    Well-formed XML is parsed; anything else, or XML with a DTD, is read field by field with patterns.
    """
    source = normal.text[start:end]
    if "E2ETraceEvent" in normal.text[max(0, start - 200) : start]:
        return None
    # As it was written first: a quote that was folded may end an attribute.
    fields, text = _parse_event(normal.unfolded[start:end]) or _parse_event(source) or _from_patterns(source)
    if not (event_id := fields.get("event_id", "").strip()).isascii() or not event_id.isdigit() or len(event_id) > 6:
        return None
    body = _BODY.search(normal.text, start, end)
    return Event(
        event_id=event_id.lstrip("0") or "0",
        provider=fields.get("provider") or None,
        log_name=fields.get("log_name") or None,
        # What was condensed from a text has the word that stood there.
        level=_LEVELS.get(level := fields.get("level", ""), None if level.isdigit() else level or None),
        time=fields.get("time") or None,
        computer=fields.get("computer") or None,
        text=text,
        codes=unique_codes(read_codes(normal, body.start() if body else start, end, lexicon)),
        details=read_details(text),
        span=normal.origin(start, end),
        count=int(count) if _COUNT.fullmatch(count := fields.get("count", "")) else 1,
    )


class RefusedXmlError(ValueError):
    """The XML declares a document type, in which entities could grow without end."""


_IN_SYSTEM: Final = {"EventID": "event_id", "Channel": "log_name", "Computer": "computer", "Level": "level"}
_IN_ATTRIBUTES: Final = {"Provider": ("Name", "provider"), "TimeCreated": ("SystemTime", "time")}


@dataclass(slots=True)
class _EventHandler:
    """Takes the fields and the text of one event out of its elements, whatever prefix their names have."""

    fields: dict[str, str] = field(default_factory=dict)
    message: str = ""
    data: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    # The text of the element that is open, and the name that its attribute gives it.
    text: list[str] = field(default_factory=list)
    name: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        local = tag.rpartition(":")[2]
        self.path.append(local)
        self.text, self.name = [], attributes.get("Name", "")
        if len(self.path) == 1:
            self.fields["count"] = attributes.get("Count", "")
        elif self.path[1] == "System" and local in _IN_ATTRIBUTES:
            attribute, filled = _IN_ATTRIBUTES[local]
            self.fields.setdefault(filled, attributes.get(attribute, ""))

    def characters(self, text: str) -> None:
        """Take a part of an element's text."""
        self.text.append(text)

    def end(self, _tag: str) -> None:
        """Close an element."""
        local, text = self.path[-1], "".join(self.text)
        inside = self.path[1] if len(self.path) > 2 else ""
        if inside == "System" and local in _IN_SYSTEM:
            self.fields.setdefault(_IN_SYSTEM[local], text)
        elif inside == "RenderingInfo" and local == "Message":
            self.message = self.message or text
        elif inside in {"EventData", "UserData"} and (text.strip() if local != "Data" else text):
            # UserData has elements by the names of its fields.
            label = self.name or ("" if local == "Data" else local)
            self.data.append(f"{label}: {text}" if label else text)
        self.path.pop()
        self.text, self.name = [], ""


class XmlHandler(Protocol):
    """Receiver of elements in the order of the text."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None:
        """Open an element."""

    def characters(self, text: str, /) -> None:
        """Take a part of an element's text."""

    def end(self, tag: str, /) -> None:
        """Close an element."""


def parse_xml(source: str, handler: XmlHandler) -> bool:
    """Hand the elements of a text to a handler; False when it is not well-formed or declares a document type."""
    # Loaded with the first XML; most texts have none.
    from xml.parsers.expat import ExpatError, ParserCreate

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(source, True)
    except (ExpatError, ValueError):
        return False
    return True


def _refuse_doctype(*_: object) -> None:
    """Stop at a document type: entities come with it, and nothing that is read here needs one."""
    raise RefusedXmlError


def _parse_event(source: str) -> tuple[dict[str, str], str] | None:
    handler = _EventHandler()
    if not parse_xml(source, handler):
        return None
    return handler.fields, "\n".join(part for part in (handler.message, *handler.data) if part)


def _from_patterns(source: str) -> tuple[dict[str, str], str]:
    found = {name: pattern.search(source) for name, pattern in _FIELDS.items()}
    return {name: match[1] for name, match in found.items() if match}, re.sub(r"<[^<>]{0,400}>", " ", source)
