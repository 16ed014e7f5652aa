"""Input of `sceptic ask`: words, files and standard input, as one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from bot.evidence import EventLog, TextFile, Wanted, read_document, read_event_log
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES, Limits, read_long_text
from bot.evidence.normalise import MAX_CHARACTERS

_MOST_BYTES = MOST_MEGABYTES << 20
_MOST_CHARACTERS = MAX_CHARACTERS - 1_000
_LEAST_ROOM = 1_000
_SECONDS = 60
"""Of the processor for a long text, and by the clock."""


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
        if isinstance(read, TextFile) and sum(map(len, parts)) + len(read.received) > _MOST_CHARACTERS:
            read = _read_long(content, name, wanted, _MOST_CHARACTERS - sum(len(part) + 1 for part in parts))
        found.append((name, read))
        if received := _received(read):
            parts.append(received)
    return AskInput("\n".join(parts), tuple(found))


def _received(read: EventLog | TextFile) -> str:
    return read.text if isinstance(read, EventLog) else read.received


def _read_log(content: bytes, wanted: Wanted) -> EventLog:
    with _kept(content) as kept:
        return read_event_log(kept, wanted)


def _read_long(content: bytes, name: str, wanted: Wanted, room: int) -> EventLog | TextFile:
    if room < _LEAST_ROOM:
        return TextFile(kind="no_room")
    if len(content) > _MOST_BYTES:
        return EventLog(fault="too_large")
    with _kept(content) as kept:
        # Nobody else waits here.
        return read_long_text(kept, name, wanted, Limits(characters=room, seconds=_SECONDS, cpu_seconds=_SECONDS))


def _kept(content: bytes) -> IO[bytes]:
    # It may have come through a pipe, of which nothing can be read twice.
    from tempfile import TemporaryFile

    kept = TemporaryFile()  # noqa: SIM115 - the caller closes it
    kept.write(content)
    kept.seek(0)
    return kept
