"""Reads event XML (the Windows event schema) without ever expanding an entity or fetching anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.evidence.event_details import read_codes, read_details, unique_codes
from bot.evidence.lexicon import Lexicon
from bot.evidence.normalise import Normal
from bot.evidence.values import Event

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OPEN = re.compile(r"<Event(?=[\s>])|<EventID[\s>]")
_END = "</Event>"
_NAMESPACE = re.compile(r"\sxmlns\s{0,4}=\s{0,4}(?:'[^'<>]{0,200}'|\"[^\"<>]{0,200}\")")
_FIELDS = {
    "event_id": re.compile(r"<EventID(?:\s[^<>]{0,200})?>\s{0,20}(\d{1,6})\s{0,20}</"),
    "provider": re.compile(r"<Provider\s(?:[^<>]{0,400}?\s)?Name\s?=\s?['\"]([^'\"<>]{1,200})['\"]"),
    "log_name": re.compile(r"<Channel>([^<>]{1,200})</"),
    "computer": re.compile(r"<Computer>([^<>]{1,200})</"),
    "level": re.compile(r"<Level>(\d{1,3})</"),
    "time": re.compile(r"<TimeCreated\s[^<>]{0,40}?SystemTime\s?=\s?['\"]([^'\"<>]{1,60})['\"]"),
}
# What the reader of event logs writes where one event stands for all of its kind.
_COUNT = re.compile(r"[1-9]\d{0,6}", re.ASCII)
# winmeta.xml's levels: https://learn.microsoft.com/windows/win32/wes/eventmanifestschema-leveltype-complextype
_LEVELS = {"0": "Information", "1": "Critical", "2": "Error", "3": "Warning", "4": "Information", "5": "Verbose"}


def xml_stretches(text: str) -> list[tuple[int, int]]:
    """Find where event XML stands, as offsets; an event cut off before its end tag reaches to the next one or the end."""
    if "EventID" not in text:
        return []
    last_end = text.rfind(_END)
    starts = [match.start() for match in _OPEN.finditer(text) if text.startswith("<Event", match.start())]
    stretches: list[tuple[int, int]] = []
    for number, start in enumerate(starts):
        if stretches and start < stretches[-1][1]:
            continue
        limit = starts[number + 1] if number + 1 < len(starts) else len(text)
        end = text.find(_END, start) if start <= last_end else -1
        if end >= 0:
            stretches.append((start, end + len(_END)))
        else:
            stretches.append((start, _cut_off(text, start, limit if text.startswith("<EventID", start) else len(text))))
    return stretches


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
    # Loaded with the first event in XML; most texts have none.
    from xml.etree.ElementTree import ParseError, fromstring

    bare = _NAMESPACE.sub("", source)
    try:
        # It begins with an element, in which XML allows no DTD: no entity of its own is ever read.
        fields, text = _from_tree(fromstring(bare))  # noqa: S314
    except (ParseError, ValueError):
        fields, text = _from_patterns(source)
    if not (event_id := fields.get("event_id", "").strip()).isascii() or not event_id.isdigit() or len(event_id) > 6:
        return None
    return Event(
        event_id=event_id.lstrip("0") or "0",
        provider=fields.get("provider") or None,
        log_name=fields.get("log_name") or None,
        level=_LEVELS.get(fields.get("level", "")),
        time=fields.get("time") or None,
        computer=fields.get("computer") or None,
        text=text,
        codes=unique_codes(read_codes(normal, start, end, lexicon)),
        details=read_details(text),
        span=normal.origin(start, end),
        count=int(count) if _COUNT.fullmatch(count := fields.get("count", "")) else 1,
    )


def _from_tree(root: Element) -> tuple[dict[str, str], str]:
    system = root.find("System")
    if system is None:
        return {}, ""
    provider, time = system.find("Provider"), system.find("TimeCreated")
    fields = {
        "count": root.get("Count", ""),
        "event_id": system.findtext("EventID", ""),
        "provider": provider.get("Name", "") if provider is not None else "",
        "log_name": system.findtext("Channel", ""),
        "computer": system.findtext("Computer", ""),
        "level": system.findtext("Level", ""),
        "time": time.get("SystemTime", "") if time is not None else "",
    }
    rendered = root.findtext("RenderingInfo/Message", "")
    data = [f"{d.get('Name')}: {d.text or ''}" if d.get("Name") else d.text or "" for d in root.iter("Data")]
    return fields, "\n".join(part for part in (rendered, *data) if part)


def _from_patterns(source: str) -> tuple[dict[str, str], str]:
    found = {name: pattern.search(source) for name, pattern in _FIELDS.items()}
    return {name: match[1] for name, match in found.items() if match}, re.sub(r"<[^<>]{0,400}>", " ", source)
