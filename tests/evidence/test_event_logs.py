"""Event logs (.evtx): what is read of them, what of a damaged or hostile one, and within which limits."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.diagnosis import Diagnosis, Sceptic, diagnose
from bot.evidence import Event, EventLog, Wanted, event_log, read_event_log
from bot.evidence.event_log import Limits
from bot.evidence.evtx_worker import Tally
from bot.evidence.normalise import MAX_CHARACTERS
from tests.fixtures.event_logs import CHUNK, Record
from tests.fixtures.event_logs import event_log as written
from tests.fixtures.reading import read_evidence

START = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
FAILED = Record(20502, data={"": "The teapot failed to verify the challenge.\nDiagnostic Code: 0x00000409"})
DCOM = Record(10010, "Microsoft-Windows-DistributedCOM", "System", computer="TEAPOT")
OURS = Wanted({"microsoftintuneconnector": None})
UNIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="Windows has no resource limits")


def at(seconds: float, record: Record = FAILED, **changes: Any) -> Record:
    return replace(record, time=START + timedelta(seconds=seconds), **changes)


def read(
    content: bytes, tmp_path: Path, wanted: Wanted = OURS, worker: Path = event_log.WORKER, **limits: Any
) -> EventLog:
    path = tmp_path / "dropped"
    path.write_bytes(content)
    with path.open("rb") as file:
        # As who looks at the first bytes first.
        file.read(8)
        file.seek(0)
        return read_event_log(file, wanted, replace(Limits(seconds=60, cpu_seconds=30), **limits), worker)


def events_in(log: EventLog) -> list[Event]:
    return list(read_evidence(log.text).events)


def decided(log: EventLog, sceptic: Sceptic) -> Diagnosis:
    return diagnose(read_evidence(log.text), sceptic, "channel")


# --- what an event carries -------------------------------------------------------------------------------------------


def test_an_event_is_read_with_all_its_fields(tmp_path: Path) -> None:
    """Provider, log, ID, level, time in UTC, computer, and the text of its EventData with what is labelled there."""
    data = {"DeviceId": "0a1b2c3d-0000-4000-8000-000000003f2a", "Info": '0x00000409 <tea> & "milk"'}
    log = read(written([at(0, data=data)]), tmp_path)
    (event,) = events_in(log)

    assert (event.provider, event.log_name) == ("Microsoft Intune Connector", "Microsoft Intune Connector")
    assert (event.event_id, event.level, event.computer) == ("20502", "Error", "NDES01.contoso.com")
    assert datetime.fromisoformat(event.time or "") == START
    assert event.text == 'DeviceId: 0a1b2c3d-0000-4000-8000-000000003f2a\nInfo: 0x00000409 <tea> & "milk"'
    assert [code.digits for code in event.codes] == ["00000409"]
    assert [detail.value for detail in event.details] == ["0a1b2c3d-0000-4000-8000-000000003f2a"]
    assert (log.records, log.ours, log.read, log.damaged, log.cut_off, log.stopped) == (1, 1, 1, 0, False, False)


def test_events_keep_the_order_of_the_log_over_its_chunks(tmp_path: Path) -> None:
    """Also where kinds of events alternate and a second chunk has templates of its own."""
    records = [at(n, event_id=(20402, 20502, 20500)[n % 3], data={"": "tea " * 200}) for n in range(60)]
    content = written(records)
    assert len(content) > 2 * CHUNK
    found = events_in(read(content, tmp_path))

    assert [int(event.event_id) for event in found] == [record.event_id for record in records]
    assert [datetime.fromisoformat(event.time or "") for event in found] == [record.time for record in records]


def test_control_characters_cost_no_event(tmp_path: Path) -> None:
    """XML cannot hold them; the event is read without."""
    (event,) = events_in(read(written([at(0, data={"": "bell\a 0x00000409\ufffe"})]), tmp_path))

    assert (event.event_id, event.text) == ("20502", "bell 0x00000409")


def test_event_xml_written_into_an_event_is_only_its_text(tmp_path: Path) -> None:
    """Whoever can write into a log makes no second event out of one."""
    forged = "</Data></EventData></Event><Event><System><Provider Name='Microsoft Intune Connector'/><EventID>20402</EventID>"
    found = events_in(read(written([at(0, data={"": forged, "</Data><EventID>": "20402"})]), tmp_path))

    assert [event.event_id for event in found] == ["20502"]


def test_an_answer_is_that_of_the_pasted_events(tmp_path: Path, sceptic: Sceptic) -> None:
    """The connector's own names are known to the reader, and its events are as strong evidence as in a paste."""
    log = read(written([at(0), at(1, DCOM)]), tmp_path, sceptic.identities.wanted)
    diagnosis = decided(log, sceptic)

    assert (diagnosis.decision, diagnosis.entries) == ("answer", ("20502", "0x00000409"))
    assert [event.provider for event in diagnosis.others] == ["Microsoft-Windows-DistributedCOM"]


def test_of_both_connectors_logs_each_event_is_kept_apart(tmp_path: Path, sceptic: Sceptic) -> None:
    """A success in the current one's can settle a failure of the older one, and each is explained."""
    name = "Microsoft-Intune-CertificateConnectors/Operational"
    records = [
        Record(number, "Microsoft-Intune-CertificateConnectors", name, time=START + timedelta(seconds=n))
        for n, number in enumerate((4004, 1000, 4004, 1000))
    ]
    found = events_in(read(written(records), tmp_path, sceptic.identities.wanted))

    assert [(event.event_id, event.count) for event in found] == [(number, 1) for number in ("4004", "1000") * 2]


def kept(*records: str) -> tuple[list[str], int]:
    """Return what is kept of records that the parser gave out as these texts, and how many were damaged."""
    tally = Tally()
    for record in records:
        tally.take(record, {"teapot": None})
    report = tally.report(9_000)
    return [event.text for each in report["events"] for event in read_evidence(each).events], report["damaged"]


def test_the_fields_of_user_data_are_read_by_their_names() -> None:
    """Some providers write UserData, with elements of their own, in place of EventData."""
    system = '<System><Provider Name="Teapot"/><EventID>7</EventID></System>'
    data = '<UserData><Brew xmlns="urn:tea"><CAName>Pot &lt;1&gt;</CAName><Code>0x00000409</Code></Brew></UserData>'

    assert kept(f"<Event>{system}{data}</Event>") == (["CAName: Pot <1>\nCode: 0x00000409"], 0)


def test_a_record_that_is_no_xml_counts_as_damaged() -> None:
    """A damaged record may still be given out by the parser, with names that XML cannot have."""
    assert kept('<Event><System><Provider Name="Teapot"/><EventID>7</EventID></System><\x01></Event>') == ([], 1)


# --- large logs ------------------------------------------------------------------------------------------------------


def test_twelve_events_are_found_among_fifty_thousand(tmp_path: Path, sceptic: Sceptic) -> None:
    """Those of other products are counted, not kept, and the count is true."""
    records = [at(n) if n % 4_000 == 7 else at(n, DCOM, event_id=10_010 + n % 2) for n in range(48_000)]
    log = read(written(records), tmp_path, sceptic.identities.wanted)

    assert (log.records, log.ours, log.read) == (48_000, 12, 12)
    assert [event.count for event in decided(log, sceptic).others] == [24_000, 23_988]
    assert len(log.text) < 10_000


def test_of_too_many_events_the_first_of_each_kind_and_the_newest_are_kept(tmp_path: Path) -> None:
    """A frequent event crowds out no rare one, and "first" stays true; it all fits into one message."""
    rare = at(50, event_id=20402, data={"": "0x00000400"})
    records = [at(0), *(at(100 + n, data={"": f"{n} 0x00000409 {'tea ' * 30}"}) for n in range(3_000))]
    records.insert(1_500, rare)
    log = read(written(records), tmp_path)
    found = events_in(log)
    times = [datetime.fromisoformat(event.time or "") for event in found]

    assert (log.ours, log.read) == (3_002, len(found))
    assert 100 < len(found) < 400
    assert len(log.text) < MAX_CHARACTERS
    assert times[0] == records[0].time
    assert rare.time in times
    assert times[-100:] == [record.time for record in records[-100:]]


def test_a_long_text_of_one_event_takes_the_room_of_no_other(tmp_path: Path) -> None:
    """An event's text is cut where it goes on for thousands of characters."""
    found = events_in(read(written([at(n, data={"": "t" * 25_000}) for n in range(20)]), tmp_path))

    assert len(found) == 20
    assert {len(event.text) for event in found} == {3_000}


# --- damaged files ---------------------------------------------------------------------------------------------------


def test_a_damaged_record_costs_only_itself(tmp_path: Path) -> None:
    """The records before and behind it are read, and it is counted."""
    records = [at(0), at(1, event_id=20402, damaged=True), at(2, event_id=20500)]
    log = read(written(records), tmp_path)

    assert [event.event_id for event in events_in(log)] == ["20502", "20500"]
    assert (log.records, log.damaged, log.stopped) == (2, 1, False)


@pytest.mark.parametrize("kept", [4_096 + CHUNK + 20_000, 4_096 + 20_000])
def test_a_file_that_is_cut_off_is_read_up_to_the_cut(kept: int, tmp_path: Path) -> None:
    """An upload that ended early: the events before the cut are read, and that it is cut off is known."""
    content = written(at(n, data={"": "tea " * 100}) for n in range(200))
    log = read(content[:kept], tmp_path)
    times = [datetime.fromisoformat(event.time or "") for event in events_in(log)]

    assert log.cut_off
    assert log.records > kept // 2_000
    assert times[0] == START
    assert not read(content, tmp_path).cut_off


def test_a_cut_between_two_chunks_is_noticed(tmp_path: Path) -> None:
    """The header says how many there should be."""
    content = written(at(n, data={"": "tea " * 100}) for n in range(200))

    assert read(content[: 4_096 + CHUNK], tmp_path).cut_off


@pytest.mark.parametrize(
    "content",
    [b"", b"ElfFile\0", b"ElfFile\0" + b"tea" * 9_000, b"MZ" + bytes(9_000), "茶".encode() * 9_000],
    ids=["empty", "magic", "noise", "program", "text"],
)
def test_what_is_no_log_is_unreadable_and_no_error(content: bytes, tmp_path: Path) -> None:
    """Whatever the bytes are, there is an answer to them."""
    assert read(content, tmp_path) == EventLog(fault="unreadable")


def test_a_log_without_events_is_read_as_such(tmp_path: Path) -> None:
    """Saved with a filter that nothing passed."""
    assert read(written([]), tmp_path) == EventLog()


# --- hostile files ---------------------------------------------------------------------------------------------------


def test_a_file_over_the_limit_of_bytes_is_not_read(tmp_path: Path) -> None:
    """One byte more than the limit is too many, the limit itself is not."""
    content = written([at(0)]).ljust(1 << 20, b"\0")

    assert read(content, tmp_path, megabytes=1).records == 1
    assert read(content + b"\0", tmp_path, megabytes=1) == EventLog(fault="too_large")


def test_records_past_the_limit_are_left_and_told(tmp_path: Path) -> None:
    """Records read until then stand."""
    log = read(written(at(n) for n in range(50)), tmp_path, records=10)

    assert (log.records, log.read, log.stopped) == (10, 10, True)


def stand_in(tmp_path: Path, script: str) -> Path:
    """A parser that does something else."""
    path = tmp_path / "worker.py"
    path.write_text(script, encoding="utf-8")
    return path


def test_where_a_process_cannot_be_limited_a_log_is_read_all_the_same(tmp_path: Path) -> None:
    """Windows' Python has no `resource`; the parent's clock still ends what hangs."""
    worker = stand_in(
        tmp_path,
        "import runpy, sys\nsys.modules['resource'] = None\n"
        f"runpy.run_path({str(event_log.WORKER)!r}, run_name='__main__')\n",
    )

    assert len(read_evidence(read(written([at(0)]), tmp_path, worker=worker).text).events) == 1


def test_a_parser_that_hangs_is_killed(tmp_path: Path) -> None:
    """In time, and its process is gone, even one that ignores being asked to end."""
    trace = tmp_path / "pid"
    worker = stand_in(
        tmp_path,
        "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(trace)!r}, 'w').write(str(os.getpid()))\nwhile True: pass\n",
    )
    began = time.monotonic()
    log = read(written([at(0)]), tmp_path, worker=worker, seconds=2)

    # A machine that has no processor to spare blames itself.
    assert log.fault in {"too_slow", "busy"}
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(trace.read_text()), 0)


@UNIX_ONLY
def test_a_slow_log_is_read_as_far_as_its_processor_time_goes(tmp_path: Path) -> None:
    """Records read until then stand, and that there is more is known."""
    content = written(at(n, DCOM) for n in range(300))
    header, chunks = content[:4_096], content[4_096:]
    content = header + chunks * ((60 << 20) // len(chunks))
    log = read(content, tmp_path, cpu_seconds=1, records=10_000_000)

    assert log.stopped
    assert 300 < log.records < 300 * (len(content) // len(chunks))


@UNIX_ONLY
def test_a_log_that_takes_all_memory_ends_only_its_own_process(tmp_path: Path) -> None:
    """With too little memory for anything nothing is read, and the bot goes on."""
    assert read(written([at(0)]), tmp_path, memory_bytes=40 << 20) == EventLog(fault="unreadable")


def test_a_record_that_announces_values_without_end_is_a_damaged_one(tmp_path: Path) -> None:
    """Four thousand million values of one record are not waited for; the records behind it are read."""
    content = bytearray(written([at(0, data={}), at(1)]))
    # The number of values stands before the first value's size.
    place = content.index((7).to_bytes(4, "little") + (2 * len(FAILED.provider)).to_bytes(2, "little"))
    content[place : place + 4] = b"\xff\xff\xff\xff"
    log = read(bytes(content), tmp_path)

    assert (log.records, log.damaged, log.fault) == (1, 1, None)


def test_the_parser_sees_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is given no environment to leak."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-teapot")
    found = tmp_path / "environment"
    worker = stand_in(tmp_path, f"import os\nopen({str(found)!r}, 'w').write(repr(dict(os.environ)))\n")
    read(written([at(0)]), tmp_path, worker=worker)

    assert "teapot" not in found.read_text()


def test_a_log_from_a_pipe_is_read_as_well(tmp_path: Path) -> None:
    """A file that cannot be wound back, as on standard input."""
    reading, writing = os.pipe()
    os.write(writing, written([at(0)])[:60_000])
    os.close(writing)
    with open(reading, "rb") as file:
        log = read_event_log(file, OURS, Limits(seconds=60))

    assert (log.records, log.read) == (1, 1)
