"""Borders of records: no event is ever given another one's source, code or time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.diagnosis import Diagnosis, Sceptic, Surface, diagnose
from bot.evidence import Event, decode_text
from bot.evidence.normalise import MAX_CHARACTERS
from tests.fixtures.reading import read_evidence

OURS = "Microsoft Intune Connector"
KETTLE = "Contoso-Kettle"
RECORDS = (
    ("20402", OURS, "2026-11-27T09:13:01Z", "The kettle could not be filled.\r\nDiagnostic Code: 0x0FFFFFFF"),
    ("10010", KETTLE, "2026-11-27T09:12:00Z", "The kettle has started."),
    ("20502", OURS, "2026-11-27T08:59:59Z", "The tea is cold.\r\n\r\nDiagnostic Code: 0x00000409"),
)
ORDERS = (
    ("Message", "Id", "Level", "ProviderName", "LogName", "MachineName", "TimeCreated", "LevelDisplayName"),
    ("Id", "Message", "LogName", "TimeCreated", "ProviderName"),
    ("TimeCreated", "ProviderName", "Id", "Message"),
    ("ProviderName", "TimeCreated", "Message", "Id"),
)


@pytest.fixture(scope="module")
def ask(sceptic: Sceptic) -> Callable[[str, Surface], Diagnosis]:
    """Decide about a text."""
    return lambda text, surface: diagnose(read_evidence(text), sceptic, surface)


def fields(record: tuple[str, str, str, str]) -> dict[str, Any]:
    event_id, provider, time, message = record
    return {
        "Message": message,
        "Id": int(event_id),
        "Level": 2,
        "ProviderName": provider,
        "LogName": OURS if provider == OURS else "System",
        "MachineName": "TEAPOT-418.example.com",
        "TimeCreated": time,
        "LevelDisplayName": "Error",
    }


def format_list(order: tuple[str, ...], trim: bool = True) -> str:
    """Print as `… | Format-List` does; programs that paste may leave the spaces of empty lines out."""
    width = max(map(len, order))
    lines = []
    for record in RECORDS:
        for label in order:
            value = str(fields(record)[label]).replace("\r\n", "\n" + " " * (width + 3))
            lines.append(f"{label:{width}} : {value}")
        lines.append("")
    text = "\n".join(lines)
    return "\n".join(line.rstrip() for line in text.split("\n")) if trim else text


def as_json(order: tuple[str, ...], **options: Any) -> str:
    return json.dumps([{label: fields(record)[label] for label in order} for record in RECORDS], **options)


def seen(events: tuple[Event, ...]) -> list[tuple[str, str | None, str | None, list[str]]]:
    return [(e.event_id, e.provider, e.time, [code.digits for code in e.codes]) for e in events]


WHOLE = [
    ("20402", OURS, "2026-11-27T09:13:01Z", ["0FFFFFFF"]),
    ("10010", KETTLE, "2026-11-27T09:12:00Z", []),
    ("20502", OURS, "2026-11-27T08:59:59Z", ["00000409"]),
]


@pytest.mark.parametrize("trim", [True, False])
@pytest.mark.parametrize("order", ORDERS)
def test_format_list_keeps_each_records_fields_together(order: tuple[str, ...], trim: bool) -> None:
    """Message and ID are printed before or behind the source and the time, as somebody asked for them."""
    evidence = read_evidence(format_list(order, trim))

    assert seen(evidence.events) == WHOLE
    assert not any(event.slipped for event in evidence.events)
    assert evidence.codes == ()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text,
        lambda text: f"look at this:\n```\n{text}\n```\nwhat now?",
        lambda text: f'{{"value": {text}, "count": 3}}',
        lambda text: text[: text.rindex("}")] + "}\n",
        lambda text: "[ {" + text[1:],
    ],
    ids=["alone", "in a message", "in an object", "cut off behind the last", "with a bracket too many"],
)
@pytest.mark.parametrize(
    "options", [{}, {"indent": 2}, {"separators": (",", ":")}], ids=["line", "lines", "compressed"]
)
@pytest.mark.parametrize("order", ORDERS)
def test_json_keeps_each_records_fields_together(
    order: tuple[str, ...], options: dict[str, Any], wrap: Callable[[str], str]
) -> None:
    """An object is a record, in whatever order its keys are, and whatever stands around it."""
    evidence = read_evidence(wrap(as_json(order, **options)))

    assert seen(evidence.events) == WHOLE


@pytest.mark.parametrize("order", ORDERS)
def test_json_that_is_broken_inside_still_keeps_its_records_apart(order: tuple[str, ...]) -> None:
    """A comma that got lost costs the objects' escapes, not the line between them."""
    broken = as_json(order, indent=2).replace("[", '["", ,', 1)

    assert [(e, p) for e, p, _, _ in seen(read_evidence(broken).events)] == [(e, p) for e, p, _, _ in WHOLE]


def test_times_and_levels_of_windows_powershell_are_read() -> None:
    """It writes a time as milliseconds, and a level as a number beside its word."""
    text = (
        '{"Id":20502,"ProviderName":"Contoso-Kettle","TimeCreated":"\\/Date(1795770843123)\\/",'
        '"Level":4,"LevelDisplayName":"Information"}'
    )
    (event,) = read_evidence(text).events

    assert (event.time, event.level) == ("2026-11-27T09:14:03Z", "Information")


def test_one_object_of_several_layers_is_one_event() -> None:
    """Winlogbeat writes time and message outside, the rest inside."""
    text = (
        '{"@timestamp":"2026-11-27T09:14:03Z","winlog":{"event_id":"20502","provider_name":"Contoso-Kettle","process":{"pid":4,"thread":{"id":88}}},'
        '"event":{"code":"20502"},"message":"cold\\nDiagnostic Code: 0x00000409"}'
    )
    (event,) = read_evidence(text + "\n" + text.replace("20502", "20402").replace("0409", "0408")).events[:1]

    assert (event.event_id, event.provider, event.time) == ("20502", KETTLE, "2026-11-27T09:14:03Z")
    assert [code.digits for code in event.codes] == ["00000409"]


# --- what cannot be told apart -----------------------------------------------------------------------------------------

SLIPPING = "\n".join(
    f"Event ID: {event_id}\nMessage: {message.splitlines()[0]}\nLog Name: {OURS if provider == OURS else 'System'}"
    for event_id, provider, _, message in RECORDS
)


def test_fields_that_may_be_the_next_records_are_marked() -> None:
    """A log's name behind the message may end a record as well as begin the next: neither event is sure."""
    assert {event.slipped for event in read_evidence(SLIPPING).events} == {True}


@pytest.mark.parametrize("surface", ["channel", "thread"])
def test_of_fields_that_may_have_slipped_nothing_is_said_unasked(surface: Surface, ask: Any) -> None:
    """10010 of another log would be claimed by the log of the record beside it."""
    assert ask(SLIPPING, surface).decision == "silent"


def test_of_fields_that_may_have_slipped_the_doubt_is_said_when_asked(ask: Any, sceptic: Any) -> None:
    """Whoever asks is answered, with what keeps the answer from being sure."""
    from bot.replies.answers.render import render

    diagnosis = ask(SLIPPING, "command")

    assert "20402" in diagnosis.entries
    assert not {"log_agrees", "provider_agrees"} & {reason.kind for reason in diagnosis.reasons}
    assert "I cannot tell which record they belong to" in str(render(diagnosis, sceptic.knowledge, "en").blocks)


def test_a_copied_event_below_half_of_another_is_sure() -> None:
    """Only the first's head is missing: the second begins with its log and has everything."""
    half = "Event ID: 20402\nDescription:\nThe kettle could not be filled.\n"
    copied = f"Log Name: System\nSource: {KETTLE}\nDate: 1\nEvent ID: 10010\nDescription:\nStarted.\n"
    first, second = read_evidence(half + copied).events

    assert (first.provider, second.provider) == (None, KETTLE)
    assert not first.slipped
    assert not second.slipped


# --- text that was cut, or decoded with loss ------------------------------------------------------------------------------

XML = (
    "<Event><System><Provider Name='{1}'/><EventID>{0}</EventID><Channel>{1}</Channel></System>"
    "<EventData><Data>{2}</Data></EventData></Event>\n"
)
COPIED = "Log Name: {1}\nSource: {1}\nEvent ID: {0}\nDescription:\n{2}\n\n"
ROW = 'Error,5/14/2026 9:12:33 AM,{1},{0},None,"{2}"\n'


@pytest.mark.parametrize("form", [XML, COPIED, ROW, as_json(ORDERS[0]) + "\n"])
@pytest.mark.parametrize("at", [10, 60, 90, 120, 160, 200])
def test_of_the_record_that_a_cut_goes_through_nothing_is_read(form: str, at: int) -> None:
    """Neither its number nor its code, which would go to the others; and no event is without its source."""
    record = form.replace("{0}", "20402").replace("{1}", OURS).replace("{2}", "Diagnostic Code: 0x00000408")
    last = form.replace("{0}", "20502").replace("{1}", OURS).replace("{2}", "Diagnostic Code: 0x00000409")
    last = last.replace("20402", "20502").replace("0FFFFFFF", "00000409") if last == record else last
    room = MAX_CHARACTERS - at
    text = record * (room // len(record))
    text += "\n" * (room - len(text)) + last * 5 + "x" * at
    evidence = read_evidence(text)

    assert len(text) > MAX_CHARACTERS
    assert all(event.provider or event.log_name for event in evidence.events)
    assert evidence.codes == ()
    assert evidence.identifiers == ()
    for event in evidence.events:
        assert {code.digits for code in event.codes} <= {"00000408", "0FFFFFFF", "00000409"}


def test_a_number_that_a_cut_goes_through_is_not_read() -> None:
    """event 205026 is not event 20502."""
    filler = "tea " * ((MAX_CHARACTERS - 12) // 4)
    text = filler + "x" * (MAX_CHARACTERS - len(filler) - 11) + "event 205026"

    assert text[:MAX_CHARACTERS].endswith("event 20502")
    assert read_evidence(text).identifiers == ()


OTHERS = "來源: Contoso-Kettle\n事件識別碼: 20502\n電腦: NDES01.contoso.com\n診斷碼: 0x00000409\n"


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "shift_jis", "utf-16-le", "utf-16-be"])
def test_another_products_label_is_read_in_every_encoding(encoding: str, ask: Any) -> None:
    """By the label the event is another product's; ID, code and computer would be ours."""
    text = OTHERS.translate(str.maketrans("來識別碼電腦診斷", "来识别码电脑诊断")) if encoding == "gb18030" else OTHERS
    text = "ソース: Contoso-Kettle\nイベント ID: 20502\nndes 0x00000409\n" if encoding == "shift_jis" else text
    read = decode_text(text.encode(encoding))

    assert read.is_whole
    assert read.text == text
    assert ask(read.received, "channel").decision == "silent"


def test_a_text_whose_encoding_nothing_tells_is_silent_unasked(ask: Any) -> None:
    """Only a guess says what its letters are, so whose label is among them nobody knows."""
    read = decode_text("Zdarzenie 20502 łączność ndes Übermaß 0x00000409 żółw\nUdało się".encode("cp1250"))

    assert read.guessed
    assert ask(read.received, "channel").decision == "silent"


def test_a_paste_of_ours_with_a_lost_character_is_answered_when_asked(ask: Any) -> None:
    """Asked, the bot answers what it can read, and says that some of it was lost."""
    text = f"Log Name: {OURS}\nSource: {OURS}\nEvent ID: 20502\nDescription:\nTh\ufffd t\ufffd\ufffd\n"

    assert ask(text, "channel").decision == "silent"
    assert ask(text, "mention").entries == ("20502",)
    assert "undecodable" in {reason.kind for reason in ask(text, "mention").reasons}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_windows_writes_with_its_mark_is_read_whole(encoding: str) -> None:
    """Also where what was fetched ends within a character."""
    content = OTHERS.encode(encoding)

    assert decode_text(content).text == OTHERS
    assert not decode_text(content).lossy
    assert OTHERS.startswith(decode_text(content[:25], complete=False).text)
    assert not decode_text(content[:25], complete=False).lossy
