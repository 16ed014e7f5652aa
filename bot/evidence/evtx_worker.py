"""Reads one event log in a process of its own: `python -I evtx_worker.py ORDER < log`, one JSON object on standard output.

A script that imports nothing of the bot and knows no secret of it, so that a hostile log can harm nobody but this process.
`ORDER` is a JSON object with the fields of `Order`.
"""

from __future__ import annotations

import io
import json
import re
import signal
import struct
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring

from evtx import PyEvtxParser

_CHUNK: Final = 65_536
_HEADER: Final = struct.Struct("<8s32xHH")
# Beyond these nobody reads on; they bound what a hostile log can make this process keep.
_MOST_KINDS: Final = 60
_NEWEST: Final = 200
_MOST_OTHERS: Final = 5_000
_OTHERS_TOLD: Final = 20
_MOST_DAMAGED: Final = 10_000
_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 3_000

_PROVIDER = re.compile(r"<Provider [^<>]{0,400}?\bName=\"([^\"<>]{1,200})\"")
_EVENT_ID = re.compile(r"<EventID(?: [^<>]{0,200})?>\s{0,20}(\d{1,6})\s{0,20}</EventID>")
_LOG_NAME = re.compile(r"<Channel>\s{0,20}([^<>]{1,200}?)\s{0,20}</Channel>")
_COMPUTER = re.compile(r"<Computer>\s{0,20}([^<>]{1,200}?)\s{0,20}</Computer>")
_CODE = re.compile(r"0[xX][0-9A-Fa-f]{3,16}(?![0-9A-Za-z])")
_DECLARATIONS = re.compile(r"<\?xml[^<>]{0,200}\?>|\sxmlns\s?=\s?\"[^\"<>]{0,200}\"")
# What XML cannot hold, and strict parsers stop at.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Order:
    """The order to read a log: the events wanted, and the limits."""

    # Squashed names of logs and providers whose events are kept one by one; with IDs, those events only.
    wanted: dict[str, list[str] | None]
    most_bytes: int
    most_records: int
    most_characters: int
    cpu_seconds: int
    memory_bytes: int


@dataclass(slots=True)
class EventGroup:
    """The events that differ in nothing but their time: the first, and the newest, each with its place in the log."""

    first: tuple[int, str]
    newest: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_NEWEST))

    def by_worth(self) -> Iterator[tuple[int, str]]:
        """The first, which says since when; then from the newest backwards."""
        yield self.first
        yield from reversed(self.newest)


@dataclass(slots=True)
class Tally:
    """The records read so far."""

    kinds: dict[tuple[str, ...], EventGroup] = field(default_factory=dict)
    # By provider, ID and log: how many events of other products.
    others: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    records: int = 0
    ours: int = 0
    damaged: int = 0
    cut_off: bool = False
    # Until the end of the log was reached.
    stopped: bool = True

    def take(self, record: str, wanted: dict[str, list[str] | None]) -> None:
        """Count a record, and keep it if it is wanted."""
        self.records += 1
        event_id = _first(_EVENT_ID, record).lstrip("0") or "0"
        provider, log_name = _first(_PROVIDER, record), _first(_LOG_NAME, record)
        if not any(_is_among(name, event_id, wanted) for name in (log_name, provider)):
            key = (provider, event_id, log_name)
            if key in self.others or len(self.others) < _MOST_OTHERS:
                self.others[key] += 1
            return
        self.ours += 1
        alike = (event_id, _first(_COMPUTER, record), *sorted(set(_CODE.findall(record)))[:2])
        if alike not in self.kinds and len(self.kinds) >= _MOST_KINDS:
            alike = ("",)
        if (kind := self.kinds.get(alike)) is None:
            self.kinds[alike] = EventGroup((self.records, record))
        else:
            kind.newest.append((self.records, record))

    def report(self, most_characters: int) -> dict[str, object]:
        """Report events as XML in the order of the log, and counts."""
        told = [
            f'<Event Count="{count}"><System><Provider Name="{_once_more(provider)}"/><EventID>{event_id}</EventID>'
            f"<Channel>{_once_more(log_name)}</Channel></System></Event>"
            for (provider, event_id, log_name), count in self.others.most_common(_OTHERS_TOLD)
        ]
        chosen = self._choose(most_characters - sum(map(len, told)))
        return {
            "events": [*chosen, *told],
            "read": len(chosen),
            "ours": self.ours,
            "records": self.records,
            "damaged": self.damaged,
            "cut_off": self.cut_off,
            "stopped": self.stopped,
        }

    def _choose(self, room: int) -> list[str]:
        """Choose as many events as fit, the kinds in turn, so that a frequent one crowds out no rare one."""
        chosen: list[tuple[int, str]] = []
        for turn in zip_longest(*(kind.by_worth() for kind in self.kinds.values())):
            for place, record in filter(None, turn):
                if not (event := _shortened(record)):
                    self.damaged += 1
                    continue
                room -= len(event) + 1
                if room < 0:
                    return [event for _, event in sorted(chosen)]
                chosen.append((place, event))
        return [event for _, event in sorted(chosen)]


def _first(pattern: re.Pattern[str], record: str) -> str:
    found = pattern.search(record)
    return found[1] if found else ""


def _is_among(name: str, event_id: str, wanted: dict[str, list[str] | None]) -> bool:
    squashed = _squash(name)
    if squashed not in wanted:
        return False
    ids = wanted[squashed]
    return ids is None or event_id in ids


@lru_cache(maxsize=1_000)
def _squash(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _once_more(escaped: str) -> str:
    """Escape as Slack does what people paste: the reader of texts undoes that first, and would forge events otherwise."""
    return escaped.replace("&", "&amp;")


def _shortened(record: str) -> str:
    """The event with those of its fields that the bot reads, its text cut where it is very long; empty when it is no XML."""
    try:
        legal = _DECLARATIONS.sub("", _ILLEGAL.sub("", record))
        # Without a DTD there are no entities that could grow without end.
        root = None if "<!DOCTYPE" in legal else fromstring(legal)  # noqa: S314
    except (ParseError, ValueError):
        root = None
    if root is None:
        return ""
    system = root.find("System")
    fields = dict.fromkeys(("EventID", "Level", "Channel", "Computer"), "")
    provider = time = ""
    if system is not None:
        fields = {name: escape(system.findtext(name, "").strip()[:_LONGEST_NAME]) for name in fields}
        provider = next((each.get("Name", "") for each in system.iter("Provider")), "")[:_LONGEST_NAME]
        time = next((each.get("SystemTime", "") for each in system.iter("TimeCreated")), "")[:_LONGEST_NAME]
    data, room = [], _LONGEST_TEXT
    for part in root:
        # EventData has Data elements; UserData has elements by the names of its fields.
        for each in part.iter() if part is not system else ():
            text = (each.text or "").strip()[:room]
            room -= len(text)
            name = each.get("Name") or ("" if each.tag == "Data" else each.tag)
            attribute = f' Name="{escape(name[:_LONGEST_NAME])}"' if name else ""
            if text:
                data.append(f"<Data{attribute}>{escape(text, quote=False)}</Data>")
    return _once_more(
        f'<Event><System><Provider Name="{escape(provider)}"/>'
        + "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
        + f'<TimeCreated SystemTime="{escape(time)}"/></System><EventData>{"".join(data)}</EventData></Event>'
    )


def read_records(content: bytes, order: Order, tally: Tally, is_over: Callable[[], bool]) -> None:
    """Go through the records; one that is damaged costs itself. Raises RuntimeError or OSError when it is no log."""
    try:
        _, header_size, chunks = _HEADER.unpack_from(content)
    except struct.error as error:
        raise OSError("shorter than a header") from error
    whole = header_size + -(-max(0, len(content) - header_size) // _CHUNK) * _CHUNK
    # With the last chunk filled up, what stands before the cut can be read.
    tally.cut_off = whole != len(content) or whole < header_size + chunks * _CHUNK
    records = PyEvtxParser(io.BytesIO(content.ljust(whole, b"\0")), number_of_threads=1).records()
    while tally.records < order.most_records and tally.damaged < _MOST_DAMAGED and not is_over():
        try:
            record = next(records)
        except StopIteration:
            tally.stopped = False
            return
        except (RuntimeError, OSError, ValueError):
            tally.damaged += 1
            continue
        tally.take(str(record["data"]) if record else "", order.wanted)


def bind(order: Order) -> Callable[[], bool]:
    """Limit this process; returns whether its processor time is nearly over. Windows has no such limits, but the parent's clock."""
    over: list[bool] = []
    try:
        import resource
    except ImportError:
        return lambda: False
    signal.signal(signal.SIGXCPU, lambda *_: over.append(True))
    limits = {
        resource.RLIMIT_CPU: (order.cpu_seconds, order.cpu_seconds + 2),
        resource.RLIMIT_AS: (order.memory_bytes, order.memory_bytes),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
    }
    for limit, most in limits.items():
        # Not every system lets every one be set; macOS refuses that of memory.
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, most)
    return lambda: bool(over)


def main() -> None:
    """Read the log and print what is in it; what was read before a fault is printed as well."""
    order = Order(**json.loads(sys.argv[1]))
    is_over = bind(order)
    content = sys.stdin.buffer.read(order.most_bytes + 1)
    if len(content) > order.most_bytes:
        json.dump({"fault": "too_large"}, sys.stdout)
        return
    tally = Tally()
    try:
        read_records(content, order, tally, is_over)
    finally:
        if tally.records or not tally.stopped:
            json.dump(tally.report(order.most_characters), sys.stdout)


if __name__ == "__main__":
    main()
