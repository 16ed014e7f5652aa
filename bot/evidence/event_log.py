"""Reads Windows event logs (.evtx) as event XML, each in a process of its own that has little memory and little time."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final, Literal

from bot.evidence.decoding import TextFile
from bot.evidence.normalise import MAX_CHARACTERS

ReadFault = Literal["too_large", "too_slow", "busy", "unreadable", "no_event_log"]

MAGIC: Final = b"ElfFile\0"
"""The first bytes of every event log, whatever its name."""
MOST_MEGABYTES: Final = 64
MOST_RECORDS: Final = 200_000
SECONDS: Final = 10.0
"""By the clock, for one file; 64 MB of ordinary records take about three of the processor's time, which has its own limit."""
_BUSY: Final = 0.2
"""Part of the clock's time below which a process did not have the processor for as long as it needed."""
# Finds the bot where this process has it, installed or not.
_TEXT_WORKER: Final = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); "
    "from bot.evidence.text_worker import main; main()"
)
WORKER: Final = Path(__file__).with_name("evtx_worker.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the part of a file that is read, and on the time and memory for it."""

    megabytes: int = MOST_MEGABYTES
    records: int = MOST_RECORDS
    # As much as a message may hold.
    characters: int = MAX_CHARACTERS - 1_000
    seconds: float = SECONDS
    cpu_seconds: int = 6
    memory_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class EventLog:
    """The events read from an event log, and the extent of what was read."""

    # Event XML, one after another in the order of the log; at the end one event of each kind of other products.
    text: str = ""
    # Records that could be read, and places that could not.
    records: int = 0
    damaged: int = 0
    # Events that were wanted, and as many of them as there was room for: the first of each kind, and the newest.
    ours: int = 0
    read: int = 0
    # The file is shorter than it says.
    cut_off: bool = False
    # Reading ended before the end of the file, by one of the limits.
    stopped: bool = False
    # Why nothing was read at all.
    fault: ReadFault | None = None
    # Of a long text: what of its characters could not be read for certain.
    source: TextFile | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The logs and providers, by squashed name, whose events are kept one by one; with IDs, those events only."""

    names: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)


def read_event_log(file: IO[bytes], wanted: Wanted, limits: Limits | None = None, worker: Path = WORKER) -> EventLog:
    """Read an open file from where it stands; blocks for `limits.seconds` at most, and raises nothing for what is in it.

    `worker` is the script that parses it, in a process of its own.
    """
    limits = limits or Limits()
    if file.seekable():
        # The process begins where the file itself stands, which may be further on than what was taken out of its buffer.
        file.flush()
        os.lseek(file.fileno(), file.tell(), os.SEEK_SET)
    return _run([str(worker)], file, _order(wanted, limits), limits)


def read_long_text(file: IO[bytes], name: str, wanted: Wanted, limits: Limits | None = None) -> EventLog:
    """Read an open text file that is longer than a message may be, as `read_event_log` reads an event log."""
    limits = limits or Limits()
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return _run(["-c", _TEXT_WORKER], file, {**_order(wanted, limits), "name": name}, limits)


def _order(wanted: Wanted, limits: Limits) -> dict[str, object]:
    return {
        "wanted": {name: list(ids) if ids is not None else None for name, ids in wanted.names.items()},
        "most_bytes": limits.megabytes << 20,
        "most_records": limits.records,
        "most_characters": limits.characters,
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
    }


def _run(script: list[str], file: IO[bytes], order: dict[str, object], limits: Limits) -> EventLog:
    # Loaded for a file only; a question in words is answered without.
    import subprocess

    began = _children_seconds()
    try:
        done = subprocess.run(  # noqa: S603 - our own script, by its path
            [sys.executable, "-I", *script, json.dumps(order)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
            # No token in its reach. Windows starts no process without its own variables.
            env=None if os.name == "nt" else {},
        )
    except subprocess.TimeoutExpired:
        # The clock ran out. Where the process had little of the processor meanwhile, that is no fault of the file.
        is_busy = began is not None and (_children_seconds() or 0) - began < limits.seconds * _BUSY
        return EventLog(fault="busy" if is_busy else "too_slow")
    return _from_report(done.stdout)


def _children_seconds() -> float | None:
    """Return the processor time of all processes that were started and have ended; None on Windows, which counts none."""
    try:
        import resource
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class EventLogReader:
    """Reads event logs within its limits; see `read_event_log`."""

    limits: Limits = field(default_factory=Limits)
    worker: Path = WORKER

    def read_text(self, file: IO[bytes], name: str, wanted: Wanted, characters: int, seconds: float) -> EventLog:
        """Read a long text file likewise."""
        limits = replace(self.limits, characters=characters, seconds=min(self.limits.seconds, seconds))
        return read_long_text(file, name, wanted, limits)

    def read(self, file: IO[bytes], wanted: Wanted, characters: int, seconds: float) -> EventLog:
        """Read an open file in at most so many seconds, and keep so many characters of it."""
        limits = replace(self.limits, characters=characters, seconds=min(self.limits.seconds, seconds))
        return read_event_log(file, wanted, limits, self.worker)


def _from_report(printed: bytes) -> EventLog:
    """Take over what the process said; it ended without a word when the file broke it."""
    try:
        report = json.loads(printed)
    except ValueError:
        return EventLog(fault="unreadable")
    if fault := report.pop("fault", None):
        return EventLog(fault=fault)
    if (source := report.pop("source", None)) is not None:
        report["source"] = source = TextFile(**{**source, "skipped": tuple(source["skipped"])})
    elif not report["records"] and (report["damaged"] or report["cut_off"]):
        return EventLog(fault="unreadable")
    return EventLog(text="\n".join(filter(None, report.pop("events"))), **report)
