"""Reads events printed as JSON: ConvertTo-Json, Log Analytics, Winlogbeat. Where a record begins and ends, its braces say."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.evidence.label_blocks import Draft
from bot.evidence.labels import field_of
from bot.evidence.normalise import Normal

_BEGIN = re.compile(r'\{\s*"|\[\s*\{')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_MOST_FAILURES: Final = 8
"""Beginnings of JSON that never end, after which no further one is tried: each may cost a look at the whole text."""
_MOST_NESTED: Final = 100
_ID = re.compile(r"\d{1,6}", re.ASCII)
_SAYS_WHOSE: Final = frozenset({"provider", "log_name"})
# Windows PowerShell 5.1 writes a time as "/Date(1795770843123)/", in milliseconds since 1970.
_TICKS = re.compile(r"/Date\((-?\d{1,14})\)/", re.ASCII)


@dataclass(slots=True)
class JsonRecord:
    """One JSON object; `draft` is its event, None where it has no event ID or cannot be parsed."""

    start: int
    end: int
    draft: Draft | None = None


@dataclass(slots=True)
class _Object:
    """A parsed object with its place in the text; the pairs keep their order, and a key may be there twice."""

    pairs: list[tuple[str, object]]
    start: int
    end: int


@dataclass(slots=True)
class _Root:
    start: int
    end: int
    # Each object's place, in the order in which they end.
    objects: list[tuple[int, int]] = field(default_factory=list)


def read_json_records(normal: Normal) -> list[JsonRecord]:
    """Find the objects that hold an event, and those that cannot be parsed, in the order of the text."""
    # Quotes inside a string that were folded would end it; some program may have made typographic ones of all of them.
    found = [record for root in _roots(normal.unfolded) for record in _records(normal.unfolded, root)]
    if found or normal.unfolded == normal.text:
        return found
    return [record for root in _roots(normal.text) for record in _records(normal.text, root)]


def _roots(text: str) -> Iterator[_Root]:
    """Yield each JSON value of the text that is complete; of one that breaks off, those inside it that are."""
    at = failures = 0
    while failures < _MOST_FAILURES and (begin := _BEGIN.search(text, at)) is not None:
        root = _balanced(text, begin.start())
        if root is None:
            failures += 1
            at = begin.start() + 1
        else:
            at = root.end
            yield root


def _balanced(text: str, start: int) -> _Root | None:
    root = _Root(start, start)
    opened: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text, start):
        mark = token[0]
        if mark in "{[":
            opened.append((mark, token.start()))
            if len(opened) > _MOST_NESTED:
                return None
        elif mark in "}]":
            kind, began = opened.pop()
            if (kind == "{") != (mark == "}"):
                return None
            if kind == "{":
                root.objects.append((began, token.end()))
            if not opened:
                root.end = token.end()
                return root
    return None


def _records(text: str, root: _Root) -> Iterator[JsonRecord]:
    places = iter(root.objects)

    def placed(pairs: list[tuple[str, object]]) -> _Object:
        return _Object(pairs, *next(places))

    try:
        value = json.loads(text[root.start : root.end], object_pairs_hook=placed, strict=False)
    except (ValueError, StopIteration):
        # Its objects are still records of their own; the fields are read line by line.
        behind = root.start
        for start, end in sorted(root.objects):
            if start >= behind:
                yield JsonRecord(start, end)
                behind = end
        return
    yield from _walk(value)


def _walk(value: object) -> Iterator[JsonRecord]:
    """Yield the events of a value; an object is one when it has one event ID outside the lists in it."""
    if isinstance(value, list):
        for each in value:
            yield from _walk(each)
    elif isinstance(value, _Object):
        fields, ids = _fields(value)
        if len(ids) == 1:
            yield _record(value, fields)
        else:
            for _, inner in value.pairs:
                yield from _walk(inner)


def _fields(found: _Object, path: str = "") -> tuple[dict[str, str], set[str]]:
    """Return the event fields of an object and of those in it, the first of each, and all event IDs among them."""
    fields: dict[str, str] = {}
    ids: set[str] = set()
    for key, value in found.pairs:
        if isinstance(value, _Object):
            inner, more = _fields(value, f"{path}{key}.")
            ids |= more
            for name, written in inner.items():
                fields.setdefault(name, written)
        elif (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and (filled := _field(path, key, value)) is not None
        ):
            written = str(value)
            if filled == "event_id" and _ID.fullmatch(written.strip()):
                ids.add(written.strip())
            # A level's word says more than its number, which stands before it.
            if written.strip() and (filled not in fields or (filled == "level" and fields[filled].isdigit())):
                fields[filled] = written
    return fields, ids


def _field(path: str, key: str, value: object) -> str | None:
    if key.startswith("@"):
        return field_of(key[1:]) or ("time" if key == "@timestamp" else None)
    # Of an inner object "id" is that object's own: a process's, a thread's, a host's.
    return None if path and key.casefold() == "id" else field_of(path + key, str(value)[:80])


def _record(found: _Object, fields: dict[str, str]) -> JsonRecord:
    if ticks := _TICKS.search(fields.get("time", "")):
        moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=int(ticks[1]))
        fields["time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    message = fields.pop("description", "")
    body = "\n".join(filter(None, (message, *_loose(found))))
    # "id" is anybody's key: without a source or log beside it the object is read as lines with labels are.
    draft = Draft(found.start, found.end, fields, message=message, body=body) if _SAYS_WHOSE & fields.keys() else None
    return JsonRecord(found.start, found.end, draft)


def _loose(value: object, key: str = "") -> Iterator[str]:
    """Yield what stands in an object besides the fields of the event's schema, each with its key."""
    if isinstance(value, _Object):
        for name, inner in value.pairs:
            if isinstance(inner, _Object | list) or field_of(name) is None:
                yield from _loose(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _loose(inner, key)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield f"{key}: {value}"
