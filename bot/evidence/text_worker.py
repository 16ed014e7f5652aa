"""Reads a long text file in a process of its own; `event_log` starts it with an `Order` and the file's name as JSON.

What is longer than a message may be is read whole, record by record, and told as the reader of event logs tells it: the events
wanted one by one, the others counted, and of the lines between them those that may name a fault. One JSON object on standard
output.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from typing import Final

from bot.evidence.decoding import TextFile
from bot.evidence.documents import read_document
from bot.evidence.evtx_worker import Order, Tally, bind
from bot.evidence.reader import read_records
from bot.evidence.values import Event

# What may name a fault in a line of a log: a code, or a number called an event's. The rest of such a line is its words.
_FAULT: Final = re.compile(
    r"0[xX][0-9A-Fa-f]{2,16}|-2\d{9}|(?<![0-9A-Fa-f])8[0-9A-Fa-f]{7}(?![0-9A-Fa-f])"
    r"|(?i:event|\bid\b)\W{0,3}(?i:id\W{0,3})?\d"
)
_DIGITS: Final = re.compile(r"\d+")
_LONGEST_LINE: Final = 2_000
_MOST_ALIKE: Final = 20
_FOR_LINES: Final = 4
"""Part of the room that lines between the events may take: one in so many."""


def main() -> None:
    """Read the file and print what is in it."""
    given = json.loads(sys.argv[1])
    name = given.pop("name")
    order = Order(**given)
    bind(order)
    with suppress(AttributeError):
        # Windows has no limit of processor time, and no signal of it.
        signal.signal(signal.SIGXCPU, _give_up)
    content = sys.stdin.buffer.read(order.most_bytes + 1)
    if len(content) > order.most_bytes:
        json.dump({"fault": "too_large"}, sys.stdout)
        return
    found = read_document(content, name)
    json.dump({**condense(found, order), "source": _flags(found)}, sys.stdout)


def _give_up(*_: object) -> None:
    # From within whatever ran: nothing of it has an end to come to.
    sys.stdout.write('{"fault": "too_slow"}')
    sys.stdout.flush()
    os._exit(0)


def condense(found: TextFile, order: Order) -> dict[str, object]:
    """Report the events and the lines of a text as far as there is room for them."""
    tally, unnamed = Tally(stopped=False), {**order.wanted, "": None}
    records = read_records(found.received)
    for event in records.events:
        written = _as_xml(event)
        # An event of which neither log nor source is known may be anybody's, so it is kept.
        tally.take(written, order.wanted if event.provider or event.log_name else unnamed)
    tally.damaged += records.damaged
    lines = "\n".join(_telling(records.prose, order.most_characters // _FOR_LINES))
    report = tally.report(order.most_characters - len(lines) - 1)
    told = report["events"]
    assert isinstance(told, list)  # noqa: S101 - the report's own
    # A replacement character tells that characters were lost, or guessed, wherever in the text that was.
    mark = "\ufffd" if found.lossy or found.guessed else ""
    return {**report, "events": [*told, lines.replace("&", "&amp;"), mark]}


def _as_xml(event: Event) -> str:
    """Write an event as the reader of event logs prints it, with what of it holds codes."""
    codes = [code.written for code in event.codes if code.written.casefold() not in event.text.casefold()]
    data = "".join(f"<Data>{escape(each, quote=False)}</Data>" for each in (event.text, *codes) if each)
    fields = {"EventID": event.event_id, "Level": event.level, "Channel": event.log_name, "Computer": event.computer}
    return (
        f'<Event><System><Provider Name="{escape(event.provider or "")}"/>'
        + "".join(f"<{name}>{escape(value or '')}</{name}>" for name, value in fields.items())
        + f'<TimeCreated SystemTime="{escape(event.time or "")}"/></System><EventData>{data}</EventData></Event>'
    )


def _telling(prose: str, room: int) -> Iterator[str]:
    """Yield the lines that may name a fault, in their order: the first of those that differ only in numbers, and the newest."""
    lines = [line[:_LONGEST_LINE] for line in prose.split("\n") if _FAULT.search(line)]
    alike: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        alike.setdefault(_DIGITS.sub("0", line), []).append(at)
    chosen: list[int] = []
    for turn in range(_MOST_ALIKE):
        for places in alike.values():
            if turn < len(places):
                at = places[0] if not turn else places[-turn]
                room -= len(lines[at]) + 1
                if room < 0:
                    break
                chosen.append(at)
    yield from (lines[at] for at in sorted(set(chosen)))


def _flags(found: TextFile) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("lossy", "guessed", "torn", "kind", "skipped")}
