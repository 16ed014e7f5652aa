"""Text files longer than a message: read whole, record by record, in a process of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evidence import EventLog, EventLogReader, TextFile, Wanted
from bot.evidence.event_log import Limits, read_event_log, read_long_text
from bot.evidence.evtx_worker import Order
from bot.evidence.text_worker import condense
from tests.fixtures.event_forms import DONE, DOWNLOAD, FAILED, FOREIGN, FORMS, OURS, Record
from tests.fixtures.reading import read_evidence

QUIET = "the kettle is warm, nothing to report\n"
WANTED = {"microsoftintuneconnector": None}
ORDER = Order(
    wanted=dict.fromkeys(WANTED),
    most_bytes=64 << 20,
    most_records=200_000,
    most_characters=99_000,
    cpu_seconds=60,
    memory_bytes=1 << 30,
)
LONG_FORMS = (
    *(
        "XML",
        "XML with a prefix",
        "viewer CSV de",
        "viewer text zh-TW",
        "viewer copy ja",
        "fl *",
        "Export-Csv, the ID last",
    ),
    *("ConvertTo-Json -Compress", "Export-Clixml", "Winlogbeat", "Splunk", "EvtxECmd", "wevtutil text", "table of all"),
)


def condensed(text: str, order: Order = ORDER) -> EventLog:
    report = condense(TextFile(text=text), order)
    events = report.pop("events")
    assert isinstance(events, list)
    return EventLog(text="\n".join(filter(None, events)), **report)  # type: ignore[arg-type]


def shown(record: Record) -> tuple[str, str, str | None]:
    return str(record.event_id), record.code, OURS


@pytest.mark.parametrize("name", LONG_FORMS)
def test_the_last_records_of_a_long_file_are_read(name: str) -> None:
    """Behind more of another product's than a message could hold: those are counted, and ours keep their codes."""
    form = FORMS[name]
    text = form.show([FOREIGN] * 400 + [FAILED, DOWNLOAD, DONE])
    log = condensed(text)
    events = read_evidence(log.text).events

    assert (log.records, log.ours, log.read, log.damaged) == (403, 3, 3, 0)
    want = [
        shown(each) if "code" in form.fields else (str(each.event_id), "", OURS) for each in (FAILED, DOWNLOAD, DONE)
    ]
    assert [(e.event_id, " ".join(c.written for c in e.codes), e.provider) for e in events[:3]] == want
    assert [(each.provider, each.count) for each in events[3:]] == [(FOREIGN.provider, 400)]


def test_a_damaged_record_is_counted_and_leaves_its_code_to_nobody() -> None:
    """Of the last record the half is gone."""
    text = FORMS["XML"].show([FOREIGN] * 300 + [FAILED, DONE])
    log = condensed(text[: text.rindex("<EventID")])

    assert (log.records, log.damaged) == (301, 1)
    assert [(each.event_id, len(each.codes)) for each in read_evidence(log.text).events] == [("20502", 1), ("10010", 0)]


def test_lines_between_the_events_are_kept_where_they_may_name_a_fault() -> None:
    """The first of those that differ only in numbers, and the newest."""
    lines = "".join(f"09:{n // 60:02}:{n % 60:02} worker {n} failed with 0x80070005\n" for n in range(3_000))
    log = condensed(QUIET * 3_000 + lines + "event 20502 CRPVerifyMetric_Failure\n")
    evidence = read_evidence(log.text)

    assert "worker 0 failed" in log.text
    assert "worker 2999 failed" in log.text
    assert "kettle" not in log.text
    assert len(log.text) < 2_000
    assert "20502" in {each.digits for each in evidence.identifiers}


def test_a_long_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(FORMS["viewer CSV zh-TW"].show([FOREIGN] * 1_000 + [FAILED]).encode("cp950", "ignore"))
    with path.open("rb") as file:
        log = read_long_text(file, path.name, Wanted(WANTED), Limits(seconds=120, cpu_seconds=60))

    (event, others) = read_evidence(log.text).events
    assert (event.event_id, event.level, others.count) == ("20502", "錯誤", 1_000)
    assert log.source == TextFile()


def test_a_long_text_whose_encoding_is_a_guess_stays_uncertain() -> None:
    report = condense(TextFile(text=FORMS["XML"].show([FAILED]), guessed="cp1250"), ORDER)

    assert read_evidence("\n".join(json.loads(json.dumps(report["events"])))).lossy


def test_a_machine_that_is_busy_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    """The clock ran out, and the process had none of the processor."""
    worker, path = tmp_path / "idle.py", tmp_path / "log.evtx"
    worker.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    path.write_bytes(b"ElfFile\0")
    with path.open("rb") as file:
        log = read_event_log(file, Wanted(), Limits(seconds=1.5), worker)

    assert log.fault == "busy"


@pytest.mark.thorough
def test_a_long_text_that_takes_all_its_time_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(FORMS["fl *"].show([FOREIGN] * 8_000), encoding="utf-8")
    reader = EventLogReader(replace(Limits(), cpu_seconds=1, seconds=60))
    with path.open("rb") as file:
        log = reader.read_text(file, path.name, Wanted(), 99_000, 60)

    assert log.fault == "too_slow"
