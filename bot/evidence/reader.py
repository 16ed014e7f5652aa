"""Turns a received text into evidence: finds what kind of paste it is and hands each stretch to its reader."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bot.evidence.clixml import read_clixml
from bot.evidence.json_events import JsonRecord, read_json_records
from bot.evidence.label_blocks import Draft, LabelReader, finish, lines_of, merge_labels_of_messages
from bot.evidence.lexicon import Lexicon, empty_lexicon
from bot.evidence.mentions import read_mentions
from bot.evidence.normalise import Normal, normalise
from bot.evidence.tables import read_tables
from bot.evidence.talk import is_code
from bot.evidence.values import Event, Evidence
from bot.evidence.words import WordsLeft
from bot.evidence.xml import read_event_xml, xml_stretches
from bot.languages import read_language

# The .NET console logger: "info: Microsoft.EntityFrameworkCore.Database.Command[31402]". The bracket first: it is rare.
_BRACKETED = re.compile(r"\[(\d{1,6})\](?!\w)", re.ASCII)
_CATEGORY = re.compile(r"(?<![\w.\-])[A-Za-z][A-Za-z0-9_.\-]{2,100}$", re.ASCII)
# What Event Viewer prints between an event and its XML: "Event Xml:", "事件 XML:", "XML d'événement :". No digits: not by
# its length, for a sentence with another event's number may be short as well.
_XML_LABEL = re.compile(
    r"[\W_]*(?:(?:[^\W\d_]+[\W_]+){0,3}[^\W\d_]{0,20}xml[^\W\d_]{0,20}[\W_]*(?:[^\W\d_]+[\W_]+){0,3})?", re.IGNORECASE
)
_LONGEST_LABEL = 80
# Without one of these a text is prose from end to end.
_STRUCTURE = re.compile(r"[\n\t:<{\[]")
# Two bytes of UTF-8 or more, each read as a character of Windows-1252 or Latin-1.
_GARBLED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}"
)
_FEW_GARBLED = 8
_TEMPLATE = 4
"""Labels in a row that are an event's header even when its ID is missing, and no words of the asker's."""


def read_evidence(text: str, lexicon: Lexicon) -> Evidence:
    """Collect everything in a message that can name a fault; `lexicon` says by which words texts speak of products.

    A block whose provider belongs to another product is kept apart: a number is an event
    of a product only when that product's log or source says so.
    """
    normal = normalise(text)
    whole = normal.text
    events, prose = (
        _pasted_events(normal, text, lexicon) if _STRUCTURE.search(whole) is not None else ((), [(0, len(whole))])
    )
    words = " ".join([whole[start:end] for start, end in prose])
    in_context, strong, weak = lexicon.read_context(words)
    mentions = read_mentions(normal, prose, lexicon, in_context, several=len(strong | weak) > 1)
    return Evidence(
        events=events,
        identifiers=mentions.identifiers,
        codes=mentions.codes,
        names=mentions.names,
        unmarked=mentions.unmarked,
        doubtful=mentions.doubtful,
        prose=words.strip(),
        language=read_language(words, whole if len(words) < len(whole) else ""),
        in_context=in_context,
        count_words_left=WordsLeft(whole, prose, lexicon),
        text=whole,
        strong=strong,
        ranges=mentions.ranges,
        weak=weak,
        lossy="\ufffd" in whole or "\0" in text or _is_garbled(text),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """The events of a text of any length, the text between them, and how many more are damaged."""

    events: tuple[Event, ...]
    prose: str
    damaged: int


def read_records(text: str) -> Records:
    """Read the events of a text of any length, and no words."""
    normal = normalise(text, most=len(text))
    events, prose = _pasted_events(normal, text, empty_lexicon())
    begun = len(xml_stretches(normal.text)) if "<E2ETraceEvent" not in normal.text else 0
    read = sum(text.startswith("<", event.span.start) for event in events)
    return Records(events, "\n".join(normal.text[start:end] for start, end in prose), max(0, begun - read))


def _is_garbled(text: str) -> bool:
    """Tell whether a text is UTF-8 that was read as another encoding: accents and signs stand where letters were."""
    found = sum(len(match) for match in _GARBLED.findall(text)) if not text.isascii() else 0
    return found > _FEW_GARBLED and found > sum(not each.isascii() for each in text) // 2


def _pasted_events(normal: Normal, text: str, lexicon: Lexicon) -> tuple[tuple[Event, ...], list[tuple[int, int]]]:
    """Read the events that were pasted; also return the stretches of prose around them."""
    whole = normal.text
    xml = xml_stretches(whole)
    events = [event for start, end in xml if (event := read_event_xml(normal, start, end, lexicon)) is not None]
    records = read_json_records(normal)
    drafts = [record.draft for record in records if record.draft is not None] + read_clixml(whole)
    json = [(draft.start, draft.end) for draft in drafts]
    objects = [event for draft in drafts if (event := finish(draft, normal, lexicon)) is not None]
    pasted, taken = (
        _line_events(normal, _gaps(sorted(xml + json), len(whole)), _borders(records), lexicon)
        if "\n" in whole or ":" in whole or "\t" in whole
        else ([], [])
    )
    events = _merge(pasted, events, text) + _category_events(normal) + objects
    if normal.is_cut:
        events = _without_cut_record(events, [*xml, *taken], normal)
    prose = _gaps(sorted(xml + json + taken), len(whole))
    return tuple(sorted(events, key=lambda event: event.span.start)), prose


def _without_cut_record(events: list[Event], stretches: list[tuple[int, int]], normal: Normal) -> list[Event]:
    """Leave out the record that reaches to where a text was cut, unless it tells whose it is and its code already."""
    last = len(normal.text.rstrip())
    cut = [normal.origin(start, end) for start, end in stretches if end >= last]
    return [
        event
        for event in events
        if ((event.provider or event.log_name) and event.codes)
        or not any(span.start <= event.span.start < span.end for span in cut)
    ]


def _borders(records: list[JsonRecord]) -> list[int]:
    """Return where objects begin and end of which the fields are read line by line, ascending."""
    return sorted(at for record in records if record.draft is None for at in (record.start, record.end))


def _line_events(
    normal: Normal, stretches: list[tuple[int, int]], borders: list[int], lexicon: Lexicon
) -> tuple[list[Event], list[tuple[int, int]]]:
    """Read tables and labelled blocks; also return the stretches they took from the prose."""
    tables, labels = read_tables(normal, stretches), LabelReader()
    behind = {end for _, end in tables.taken}
    for start, end in _between(stretches, tables.taken):
        if start in behind:
            labels.close()
        for at, line in lines_of(normal.text, start, end):
            if borders and bisect_right(borders, at) != bisect_right(borders, at + len(line)):
                labels.close()
            labels.take(at, line)
    drafts: list[Draft] = [*merge_labels_of_messages(labels.drafts), *tables.drafts]
    events: list[Event] = []
    taken = list(tables.taken)
    for draft in sorted(drafts, key=lambda draft: draft.start):
        if not draft.row and "\n" not in (text := normal.text[draft.start : draft.end]) and is_code(text):
            continue
        event = finish(draft, normal, lexicon)
        if event is not None:
            events.append(event)
        if event is not None or len(draft.fields) >= _TEMPLATE:
            taken.append((draft.start, draft.end))
    return events, sorted(taken)


def _between(stretches: list[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the parts of ascending stretches that are not taken."""
    place = 0
    for start, end in stretches:
        at = start
        while place < len(taken) and taken[place][0] < end:
            if taken[place][0] > at:
                yield at, taken[place][0]
            at = taken[place][1]
            place += 1
        if at < end:
            yield at, end


def _gaps(taken: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return the stretches between the taken ones."""
    gaps, at = [], 0
    for start, end in taken:
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    if at < length or not gaps:
        gaps.append((at, length))
    return gaps


def _merge(printed: list[Event], parsed: list[Event], text: str) -> list[Event]:
    """Drop the XML that Event Viewer's copy repeats under "Event Xml:" below the same event."""
    above = sorted((event.span.end, event.event_id) for event in printed)
    kept = []
    for event in parsed:
        place = bisect_right(above, (event.span.start, "~")) - 1
        end, event_id = above[place] if place >= 0 else (0, "")
        between = text[end : min(event.span.start, end + _LONGEST_LABEL + 1)]
        if event_id != event.event_id or len(between) > _LONGEST_LABEL or not _XML_LABEL.fullmatch(between):
            kept.append(event)
    return printed + kept


def _category_events(normal: Normal) -> list[Event]:
    """Read "Category.Name[31402]" as an event of that provider, so that it is nobody else's."""
    events = []
    for match in _BRACKETED.finditer(normal.text):
        category = _CATEGORY.search(normal.text[max(0, match.start() - 102) : match.start()])
        if category is not None and not category.group().lower().startswith("event"):
            start = match.start() - len(category.group())
            events.append(
                Event(
                    event_id=match[1].lstrip("0") or "0",
                    provider=category.group(),
                    log_name=None,
                    level=None,
                    time=None,
                    computer=None,
                    text="",
                    codes=(),
                    details=(),
                    span=normal.origin(start, match.end()),
                )
            )
    return events
