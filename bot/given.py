"""What `sceptic ask` is given: words, files and standard input, as one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from bot.evidence import EventLog, Wanted, read_event_log
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES
from bot.evidence.text_file import decoded

_MOST_BYTES = MOST_MEGABYTES << 20


@dataclass(frozen=True, slots=True)
class Given:
    """One text to ask about, and what was read of the event logs in it, by the files' names."""

    text: str
    logs: tuple[tuple[str, EventLog], ...] = ()


def read_given(words: str, files: Sequence[IO[bytes]], wanted: Wanted) -> Given:
    """Read everything that was given; an event log is one by its first bytes, whatever its name."""
    parts, logs = [words], list[tuple[str, EventLog]]()
    for file in files:
        # A pipe need not have a name.
        name, content = str(getattr(file, "name", "-")), file.read(_MOST_BYTES + 1)
        if content.startswith(MAGIC):
            log = _read_log(content, wanted)
            logs.append((name, log))
            parts.append(log.text)
            continue
        # Bytes that are no text are told apart in a file only: of a pipe whatever can be read is read.
        text = decoded(content) or ("" if name.lower().endswith(".evtx") else content.decode("utf-8", "replace"))
        if content and not text:
            logs.append((name, EventLog(fault="no_event_log")))
        parts.append(text)
    return Given("\n".join(part for part in parts if part), tuple(logs))


def _read_log(content: bytes, wanted: Wanted) -> EventLog:
    # It may have come through a pipe, of which nothing can be read twice.
    with TemporaryFile() as kept:
        kept.write(content)
        kept.seek(0)
        return read_event_log(kept, wanted)
