"""Input of `sceptic ask`: words, files and standard input, as one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from bot.evidence import EventLog, TextFile, Wanted, read_document, read_event_log
from bot.evidence.decoding import share_room
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES

_MOST_BYTES = MOST_MEGABYTES << 20


@dataclass(frozen=True, slots=True)
class AskInput:
    """One text to ask about, and what was read of the files in it, by the files' names."""

    text: str
    files: tuple[tuple[str, EventLog | TextFile], ...] = ()


def read_ask_input(words: str, files: Sequence[IO[bytes]], wanted: Wanted) -> AskInput:
    """Read everything that was given; an event log is one by its first bytes, whatever its name."""
    parts, found = [words] if words else [], list[tuple[str, EventLog | TextFile]]()
    for file in files:
        # A pipe need not have a name.
        name, content = str(getattr(file, "name", "-")), file.read(_MOST_BYTES + 1)
        read: EventLog | TextFile
        if content.startswith(MAGIC):
            read = _read_log(content, wanted)
        else:
            read = read_document(content, name, complete=len(content) <= _MOST_BYTES)
            if content and not read.text and name.lower().endswith(".evtx"):
                read = EventLog(fault="no_event_log")
        if isinstance(read, TextFile):
            (read,) = share_room([read], sum(len(part) + 1 for part in parts))
        found.append((name, read))
        if received := read.text if isinstance(read, EventLog) else read.received:
            parts.append(received)
    return AskInput("\n".join(parts), tuple(found))


def _read_log(content: bytes, wanted: Wanted) -> EventLog:
    # It may have come through a pipe, of which nothing can be read twice.
    from tempfile import TemporaryFile

    with TemporaryFile() as kept:
        kept.write(content)
        kept.seek(0)
        return read_event_log(kept, wanted)
