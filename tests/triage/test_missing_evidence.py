"""Missing evidence, and the line that fetches exactly it: read-only, with nothing of a paste in it but names."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.diagnosis import Sceptic
from bot.triage import Sighting
from bot.triage.missing_evidence import MOST_IDS, MissingEvidence, find_missing_evidence, write_query
from tests.fixtures.reading import read_evidence
from tests.triage.incidents import evidence, seen

LEGACY = "Microsoft Intune Connector"
SHOWN = "Format-List TimeCreated, ProviderName, Id, MachineName, Message"
# Nothing but these forms: names with every quote doubled, logs, IDs and times of their own shape.
NAME = r"'[A-Za-z0-9_](?:(?:[A-Za-z0-9._-]|''){0,62}[A-Za-z0-9_])?'"
TABLE = (
    r"@\{LogName='[A-Za-z0-9][A-Za-z0-9 ./_-]*'; Id=\d{1,5}(?:,\d{1,5}){0,18}; "
    r"StartTime=(?:\(Get-Date\)\.AddDays\(-7\)|'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?')\}"
)
QUERY = rf"-FilterHashtable {TABLE}(?:,{TABLE})*"
ONE_QUERY = (
    rf"(?:Get-WinEvent (?:-ComputerName {NAME} )?{QUERY}"
    rf"|{NAME}(?:,{NAME}){{1,7}} \| ForEach-Object \{{ Get-WinEvent -ComputerName \$_ {QUERY} \}})"
)
LINE = re.compile(rf"{ONE_QUERY} \| {SHOWN}")


def missing(sceptic: Sceptic, *sightings: Sighting) -> MissingEvidence:
    found = find_missing_evidence(evidence(sightings), sceptic.knowledge)
    assert found is not None
    return found


def test_the_line_asks_for_exactly_what_would_prove_the_cause(sceptic: Sceptic) -> None:
    """The line reads the failing computer, from a day before the first event on."""
    found = missing(sceptic, seen("20502", "10:00", "409"))

    assert found.command == (
        "Get-WinEvent -ComputerName 'TEAPOT01' -FilterHashtable @{LogName='Microsoft Intune Connector'; "
        f"Id=20402,20400,10020,10010; StartTime='2026-06-30T10:00:00Z'}} | {SHOWN}"
    )
    (question,) = found.questions
    assert (question.article_id, question.computers) == ("20502", ("TEAPOT01",))
    assert question.ask is not None
    assert question.ask.source


def test_what_was_posted_is_not_asked_for_again(sceptic: Sceptic) -> None:
    """A named event is still asked for, and so is one that only another computer shows."""
    failing = seen("20502", "10:00", "409")
    some = missing(sceptic, failing, seen("20400", "09:50"), Sighting("10010", told=True))
    assert some.questions[0].events == ("20402", "10020", "10010")
    elsewhere = missing(sceptic, failing, seen("20400", "09:50", computer="SAMOVAR02"))
    assert elsewhere.questions[0].events == ("20402", "20400", "10020", "10010")


def test_the_root_is_asked_about_and_not_what_it_explains(sceptic: Sceptic) -> None:
    """A certificate may be behind the failed download; the challenge is explained already."""
    found = missing(sceptic, seen("20502", "10:00", "409"), seen("20402", "09:40", "0"))

    assert [(each.article_id, each.events) for each in found.questions] == [
        ("20402", ("10302", "10301", "10102", "10020", "20400"))
    ]


def test_an_event_without_its_code_is_asked_for_itself(sceptic: Sceptic) -> None:
    """Such an event was pasted without details, or only named."""
    (own, _) = missing(sceptic, Sighting("20502", told=True)).questions

    assert (own.article_id, own.ask, own.events) == ("20502", None, ("20502",))


def test_several_computers_are_read_one_after_the_other(sceptic: Sceptic) -> None:
    """Get-WinEvent takes a single computer."""
    found = missing(
        sceptic,
        seen("20502", "10:00", "409", computer="TEAPOT01.example.com"),
        seen("20502", "10:05", "409", computer="SAMOVAR02"),
    )

    assert found.command.startswith(
        "'TEAPOT01.example.com','SAMOVAR02' | ForEach-Object { Get-WinEvent -ComputerName $_ -FilterHashtable @{"
    )
    assert LINE.fullmatch(found.command)


def test_each_computer_is_asked_only_for_what_is_missing_of_it(sceptic: Sceptic) -> None:
    """One line suffices: a server whose downloads were posted is not asked for them again."""
    found = find_missing_evidence(
        evidence((seen("20402", "09:40"), seen("20502", "10:00", "409", computer="SAMOVAR02"))), sceptic.knowledge
    )
    assert found is not None
    first, second = found.command.removeprefix("& { ").partition(" } | Format-List")[0].split("; Get-WinEvent ")
    ids = {part.split("'")[1]: set(part.partition("Id=")[2].partition(";")[0].split(",")) for part in (first, second)}

    assert "20402" not in ids["TEAPOT01"]
    assert ids == {
        "TEAPOT01": {"10302", "10301", "10102", "10020", "20400"},
        "SAMOVAR02": {"20402", "20400", "10020", "10010"},
    }


def test_the_current_connectors_log_is_read_only_where_it_is_in_use(sceptic: Sceptic) -> None:
    """Whoever runs the older connector has no such log; the IDs go with their log's name, in the same line."""
    expired = seen("20501", "10:00", "411", device="…3f2a")
    assert "CertificateConnectors" not in missing(sceptic, expired).command

    both = missing(sceptic, expired, seen("4005", "09:00"))
    assert (
        "@{LogName='Microsoft Intune Connector'; Id=20500; StartTime='2026-06-30T09:00:00Z'},"
        "@{LogName='Microsoft-Intune-CertificateConnectors/Operational'; Id=4004,5002,1003; StartTime='2026-06-30T09:00:00Z'}"
    ) in both.command
    assert LINE.fullmatch(both.command)


def test_while_nothing_fails_the_next_event_is_asked_for(sceptic: Sceptic) -> None:
    """A verified challenge is no certificate yet; once it is delivered nothing is asked."""
    assert missing(sceptic, seen("20500", "10:00")).questions[0].events == ("20600", "20602")
    assert find_missing_evidence(evidence((seen("20500", "10:00"), seen("20600", "10:01"))), sceptic.knowledge) is None
    assert find_missing_evidence(evidence(), sceptic.knowledge) is None


def test_without_a_readable_time_the_last_week_is_read(sceptic: Sceptic) -> None:
    """Without a computer the line reads the one it is run on."""
    line = missing(sceptic, seen("20502", "", "409", computer="")).command

    assert line.startswith("Get-WinEvent -FilterHashtable @{")
    assert "StartTime=(Get-Date).AddDays(-7)}" in line


@pytest.mark.parametrize(
    "name",
    [
        "TEAPOT01'; Remove-Item C:\\",
        "TEAPOT 01",
        "$(calc)",
        "`calc`",
        "TEAPOT01\n",
        "-Credential",
        "茶壺",
        "т",
        "a" * 65,
        "",
        ".",
    ],
)
def test_what_is_no_plain_name_never_stands_in_a_command(name: str) -> None:
    """Such a name is left out, and the other computers stay."""
    query = write_query([name, "TEAPOT01"], {LEGACY: ("20402",)}, None)

    assert query == (
        f"Get-WinEvent -ComputerName 'TEAPOT01' -FilterHashtable @{{LogName='{LEGACY}'; Id=20402; "
        "StartTime=(Get-Date).AddDays(-7)}"
    )


HOSTILE = st.text(max_size=80) | st.text(alphabet="'\"`$(){};|&\n\r-.aA1 ’‘", max_size=80)


@example(computers=["O'BRIEN-PC", "A''B", "'"], logs={LEGACY: ("20402",)}, earliest=None)
@given(
    computers=st.lists(HOSTILE | st.from_regex(r"[A-Za-z0-9.-]{1,70}", fullmatch=True), max_size=12),
    logs=st.dictionaries(
        HOSTILE | st.just(LEGACY), st.lists(HOSTILE | st.just("20402"), max_size=30).map(tuple), max_size=3
    ),
    earliest=st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC)),
)
def test_no_input_can_put_anything_into_the_line(
    computers: list[str], logs: dict[str, tuple[str, ...]], earliest: datetime | None
) -> None:
    """Any paste yields a line of the one allowed shape, or none."""
    line = write_query(computers, logs, earliest)

    assert line == "" or re.fullmatch(ONE_QUERY, line)
    assert line.isascii()


@given(
    event=st.sampled_from(["20502", "20402", "20501"]),
    computer=HOSTILE,
    time=HOSTILE | st.just("2026-07-01T09:00:00Z"),
    device=HOSTILE,
    code=HOSTILE | st.just("0x00000409"),
)
def test_nothing_of_a_hostile_sighting_reaches_the_line(
    sceptic: Sceptic, event: str, computer: str, time: str, device: str, code: str
) -> None:
    """The line stays safe through the whole reading of an incident."""
    found = missing(sceptic, Sighting(event, (code,), computer, time, device, ca=computer))

    assert LINE.fullmatch(found.command)


def test_a_query_never_has_more_ids_than_windows_takes() -> None:
    """Windows refuses 23 expressions and more, and the start time is one."""
    line = write_query([], {LEGACY: tuple(str(number) for number in range(20000, 20050))}, None)
    (ids,) = re.findall(r"Id=([\d,]+);", line)

    assert len(ids.split(",")) == MOST_IDS < 20


def test_what_the_line_prints_can_be_pasted_back() -> None:
    """The bot reads time, provider, ID, computer and message of such a list."""
    printed = (
        "TimeCreated  : 7/1/2026 9:40:00 AM\nProviderName : Microsoft Intune Connector\nId           : 20402\n"
        "MachineName  : TEAPOT01.example.com\nMessage      : The teapot could not be filled.\n"
    )
    (event,) = read_evidence(printed).events

    assert (event.event_id, event.computer, event.provider) == ("20402", "TEAPOT01.example.com", LEGACY)


def test_an_event_whose_codes_tell_nothing_is_not_asked_for_itself(sceptic: Sceptic) -> None:
    """A stop is documented only with codes that name no cause."""
    assert [each.ask is None for each in missing(sceptic, seen("10020", "10:00")).questions] == [False]


def test_a_log_on_another_computer_is_not_read_where_the_failure_is(sceptic: Sceptic) -> None:
    """The CA's log is read on a computer of the CA that was seen; while none was, the line leaves it to people."""
    denied = seen("1052", "10:00", computer="TEAPOT01")
    found = missing(sceptic, denied)
    assert {"operational", "ca"} <= {question.log.partition("-")[0] for question in found.questions}
    assert "-ComputerName 'TEAPOT01'" in found.command
    assert "LogName='Application'" not in found.command

    known = missing(sceptic, denied, seen("ca-26", "09:00", computer="SAMOVAR02"))
    assert "-ComputerName 'SAMOVAR02' -FilterHashtable @{LogName='Application'; Id=53;" in known.command
