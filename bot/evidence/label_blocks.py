"""Reads events printed one field a line: Event Viewer's copy, wevtutil, Get-WinEvent and Get-EventLog lists, validation scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.evidence.event_details import read_codes, read_details, unique_codes
from bot.evidence.labels import EMPTY, STARTERS, split_fields, split_label
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.lexicon import Lexicon
from bot.evidence.normalise import Normal, normalise
from bot.evidence.values import Code, Event

_LONGEST_LINE = 4_000
Line = tuple[int, str]
"""Offset in the normalised text, and the line without its line break."""

_NUMBER = lazy_pattern(r"\d{1,10}(?![\w.])", re.ASCII)
_MISREAD = lazy_pattern(r"[0-9OoIl]{4,5}", re.ASCII)
_AS_DIGITS = str.maketrans("OoIl", "0011")
# Format-List pads its labels, which are names of properties; so "Source :" of a French Event Viewer is none.
_PADDED = lazy_pattern(
    r"[ \t>`]{0,12}(?:[A-Za-z]{2,40}[ ]{2,40}|(?:[A-Z][a-z]+[A-Z][A-Za-z]*|Id|Index|Message)[ ]):(?:[ ]|$)"
)
_HANGS = 3
"""Columns by which a further line of a value is indented at least."""
_DRESS = " -*>•\"'`[]{}"
_OF_EVENTS = frozenset({"provider", "log_name", "level", "time", "computer", "record", "task"})
# Fields of an event's schema that hold numbers of other kinds.
_NO_CODES = frozenset({"keywords", "task", "level", "record", "user"})
_MESSAGES = frozenset({"message", "description"})
_TIME_ALONE = lazy_pattern(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?: ?[+\-]\d{2}:?\d{2}|Z)?"
)
_BRACES = frozenset({"{", "}", "},{"})
_WEVTUTIL = lazy_pattern(r"\s{0,8}Event\[\d{1,9}\]")


def lines_of(text: str, start: int, end: int) -> Iterator[Line]:
    """Yield each line of a stretch with its offset."""
    at = start
    for line in text[start:end].split("\n"):
        yield at, line
        at += len(line) + 1


@dataclass(slots=True)
class Draft:
    """An event while its lines are being read; offsets are in the normalised text."""

    start: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)
    text_start: int | None = None
    gap: bool = False
    # Blank lines stand between the fields, so that the one before the message ends nothing either.
    awaits_text: bool = False
    # The labels as they are written, in their order, and how far the first is indented.
    labels: list[str] = field(default_factory=list)
    indent: int = 0
    # The form of PowerShell's Format-List: "Label   : value" with further lines indented, and a blank line behind a record.
    padded: bool = False
    # Blank lines stand between all of its fields, as some programs paste them.
    spaced: bool = False
    # It began with a log's name right behind a record that has none, so either may be the one whose log that is.
    torn: bool = False
    slipped: bool = False
    # The message where its form hides it (quotes, escapes); None where it is the text from `text_start` on.
    message: str | None = None
    # What of such a record may hold codes; empty where all of it may.
    body: str = ""
    # It is a row of a table: no words of the asker's, even where it is no event.
    row: bool = False

    def value(self, name: str) -> str | None:
        """Return a field's value, None where the tool printed its word for nothing."""
        value = self.fields.get(name, "")
        return None if value.casefold() in EMPTY else value

    @property
    def misread(self) -> str:
        """The ID as it is written, where letters that text recognition puts for 0 and 1 stand among its digits."""
        written = self.fields.get("event_id", "").strip("()[]'\"")
        return written if _MISREAD.fullmatch(written) and not written.isdecimal() else ""

    @property
    def event_id(self) -> str | None:
        """The decimal ID; of an InstanceID only the low 16 bits are the event ID (Win32 event identifiers)."""
        if "event_id" not in self.fields and "instance_id" not in self.fields:
            return None
        return _decimal_id(self.fields.get("event_id", ""), self.fields.get("instance_id", ""))


@lru_cache(maxsize=1_000)
def _decimal_id(event_id: str, instance_id: str) -> str | None:
    written = event_id.strip("()[]'\"")
    if _MISREAD.fullmatch(written):
        # Only letters that text recognition puts for 0 and 1, in a field that holds nothing but digits.
        written = written.translate(_AS_DIGITS)
    if (match := _NUMBER.match(written)) is not None:
        return match.group().lstrip("0") or "0"
    if (match := _NUMBER.match(instance_id)) is not None:
        return str(int(match.group()) & 0xFFFF)
    return None


def _is_anybodys(draft: Draft) -> bool:
    """Tell whether the ID is one of a list that has nothing of an event: "id" is a key of everything."""
    return (
        not _OF_EVENTS.intersection(draft.fields)
        and any(label.strip(_DRESS) == "id" for label in draft.labels)
        and not (draft.padded and _MESSAGES.intersection(draft.labels))
        and not any("event" in label for label in draft.labels)
    )


def finish(draft: Draft, normal: Normal, lexicon: Lexicon) -> Event | None:
    """Make an event of a draft; None when no event ID was among its fields."""
    if (event_id := draft.event_id) is None or _is_anybodys(draft):
        return None
    if draft.message is not None:
        text = draft.message
    else:
        text = normal.text[draft.text_start : draft.end].strip() if draft.text_start is not None else ""
    return Event(
        event_id=event_id,
        provider=draft.value("provider"),
        log_name=draft.value("log_name"),
        level=draft.value("level"),
        time=draft.value("time"),
        computer=draft.value("computer"),
        text=text,
        codes=_codes_of(draft, normal, lexicon),
        details=read_details(text),
        span=normal.origin(draft.start, draft.end),
        slipped=draft.slipped,
        misread=draft.misread,
    )


def _codes_of(draft: Draft, normal: Normal, lexicon: Lexicon) -> tuple[Code, ...]:
    """Return each code of an event once, without what stands in fields of its schema: masks, records, tasks."""
    if draft.message is not None:
        # Its form hides the text behind quotes and escapes, in which a code could be part of a word.
        body, span = normalise(draft.body or draft.message), normal.origin(draft.start, draft.end)
        found = read_codes(body, 0, len(body.text), lexicon)
        return unique_codes(replace(code, span=span) for code in found)
    fields = " ".join(value for name, value in draft.fields.items() if name in _NO_CODES).upper()
    codes = read_codes(normal, draft.start, draft.end, lexicon)
    return unique_codes(code for code in codes if draft.text_start is None or code.written.upper() not in fields)


@dataclass(slots=True)
class LabelReader:
    """Walks over lines and cuts them into drafts; a label met a second time begins another event.

    A line that holds a whole event in labelled fields is a draft by itself.
    """

    drafts: list[Draft] = field(default_factory=list)
    open: Draft | None = None
    # The line before, where nothing stands on it but a time: Splunk prints that above the fields of a record.
    time: Line | None = None

    def take(self, at: int, line: str) -> None:
        """Read one line that stands at offset `at`."""
        if self.open is not None and self.open.padded and _indent(line) > self.open.indent + _HANGS:
            self._continue(self.open, at, line)
            return
        above, self.time = self.time, None
        if line[:1].isdigit() and _TIME_ALONE.fullmatch(line.strip()):
            self.time = (at, line)
            return
        labelled = split_label(line)
        if labelled is not None and above is not None and "=" in line and labelled[0] in STARTERS:
            self.close()
            self._label(at, line, *labelled)
            if self.open is not None:
                self.open.start = above[0]
                self.open.fields.setdefault("time", above[1].strip())
            return
        if above is not None and self.open is not None:
            self._continue(self.open, *above)
        if (
            line.count(":") + line.count("=") > 1
            and (self.open is None or self.open.event_id is not None)
            and (fields := _whole_event(line, at))
        ):
            self.close()
            self.drafts.append(fields)
        elif labelled is not None:
            self._label(at, line, *labelled)
        elif self.open is not None:
            self._continue(self.open, at, line)

    def close(self) -> None:
        """End the event that is being read: what follows does not belong to it."""
        self.open = None

    def _label(self, at: int, line: str, name: str, value: str) -> None:
        draft = self.open
        if draft is None or _begins_another(draft, name, value, line):
            if name not in STARTERS and name != "description":
                return
            torn = draft is not None and name == "log_name" and name not in draft.fields and not draft.gap
            self.open = Draft(at, at, indent=_indent(line), padded=_PADDED.match(line) is not None, torn=torn)
            self.drafts.append(self.open)
            draft = self.open
        end = at + len(line)
        if (name in STARTERS or draft.padded or draft.text_start is None) and (
            name not in draft.fields or _says_more(draft, name)
        ):
            draft.fields[name] = value
        if name == "description" and draft.text_start is None:
            # Behind the label, which ends with a colon, an equals sign or nothing but blanks.
            draft.text_start = end - len(line) + len(line.rstrip()) - len(value) if value else end
        if draft.padded and draft.gap:
            _look_at_gap(draft)
        draft.labels.append(_label_of(line))
        draft.awaits_text = name == "description" and not value and draft.gap
        draft.end, draft.gap = end, False

    def _continue(self, draft: Draft, at: int, line: str) -> None:
        bare = line.strip(" \t,")
        if not line.strip(" \t>|/*-.`"):
            draft.gap = True
        elif (
            (bare in _BRACES and _indent(line) < draft.indent)
            or _WEVTUTIL.match(line)
            or (
                draft.gap
                and not draft.awaits_text
                and not draft.padded
                and (draft.text_start is None or _is_prose(line))
            )
        ):
            self.close()
        else:
            if draft.text_start is None and draft.event_id is not None:
                draft.text_start = at
            draft.end, draft.gap, draft.awaits_text = at + len(line), False, False


def _look_at_gap(draft: Draft) -> None:
    """Tell a record with a blank line between all its fields from a message whose record ended with it."""
    if len(draft.labels) == 1:
        draft.spaced = True
        draft.slipped = draft.labels[-1] in _MESSAGES
    elif len(draft.labels) == 2 and draft.spaced:
        draft.slipped = False


def _says_more(draft: Draft, name: str) -> bool:
    """Tell whether a field that is there holds only a number, whose word stands further down."""
    return name == "level" and draft.fields[name].strip().isdigit()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _label_of(line: str) -> str:
    return line.partition(":")[0].strip().casefold()


def _whole_event(line: str, at: int) -> Draft | None:
    """Read a line with an event's ID and its log or source among labelled fields."""
    if len(line) > _LONGEST_LINE or line.count(":") + line.count("=") < 2:
        return None
    fields: dict[str, str] = {}
    several = False
    for name, value in split_fields(line):
        several |= name == "event_id" and fields.get(name, value) != value
        fields.setdefault(name, value)
    if "event_id" not in fields or not ("provider" in fields or "log_name" in fields):
        return None
    return Draft(at, at + len(line), fields, at, slipped=several)


def _begins_another(draft: Draft, name: str, value: str, line: str) -> bool:
    """Tell whether a label belongs to another record than the one that is being read."""
    if draft.padded:
        # Each label stands once in a record. A blank line ends one, unless it is the end of a message.
        ended = draft.gap and not draft.spaced and len(draft.labels) > 1 and draft.labels[-1] not in _MESSAGES
        return ended or _label_of(line) in draft.labels
    if name == "log_name":
        return name in draft.fields or ("event_id" in draft.fields and draft.text_start is not None)
    if name in STARTERS and name in draft.fields:
        # Splunk gives a level's number first, and further down its word.
        return not _says_more(draft, name) or value.strip().isdigit()
    return False


def _is_prose(line: str) -> bool:
    """Tell a sentence after a blank line from a further "Label: value" line of a message."""
    return ":" not in line and "=" not in line and "  " not in line.strip()


def merge_labels_of_messages(drafts: list[Draft]) -> list[Draft]:
    """Give "Source: …" and the like back to the message they were a line of: they carry no event ID of their own."""
    _mark_slipped(drafts)
    merged: list[Draft] = []
    for draft in drafts:
        if draft.event_id is None and merged and merged[-1].text_start is not None:
            merged[-1].end = draft.end
        else:
            merged.append(draft)
    return merged


def _mark_slipped(drafts: list[Draft]) -> None:
    """Mark all records of a list in which a log's name may end one record as well as begin the next."""
    torn = [at for at, draft in enumerate(drafts) if at and draft.torn]
    events = [draft for draft in drafts if draft.event_id is not None]
    if len(events) > 1 and any(
        drafts[at].event_id is None or drafts[at].labels[1:2] == drafts[at - 1].labels[:1] for at in torn
    ):
        for draft in events:
            draft.slipped = True
