"""Event logs dropped into conversations, over both doors: answered and taken as evidence like pasted events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import EventLog, EventLogReader, Wanted
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES, Limits
from bot.sandbox import SlackSandbox
from bot.slack.platform.file_download import MessageReader
from tests.e2e.test_dialogues import in_thread
from tests.e2e.test_incidents import card, opened, shows
from tests.fixtures.event_logs import Record
from tests.fixtures.event_logs import event_log as written
from tests.smoke.scenarios import PASTE, words_of

START = datetime(2024, 5, 14, 7, 0, tzinfo=UTC)
FAILED = Record(20502, data={"": "Failed to verify the challenge.\nDiagnostic Code: 0x00000409"})
DOWNLOAD = Record(20402, data={"": "Failed to download.\nDiagnostic Code: 0x0FFFFFFF"})
DCOM = Record(10010, "Microsoft-Windows-DistributedCOM", "System")


def log_of(*records: Record) -> bytes:
    """A log with a record each minute."""
    return written(replace(each, time=START + timedelta(minutes=n)) for n, each in enumerate(records))


@pytest.fixture
def event_logs(request: pytest.FixtureRequest, tmp_path: Path) -> EventLogReader:
    """Reader of event logs; with the mark `hanging` its parser never ends, and is not waited for as long as at work."""
    if request.node.get_closest_marker("hanging") is None:
        return EventLogReader()
    script = tmp_path / "hangs.py"
    script.write_text("while True: pass\n", encoding="utf-8")
    return EventLogReader(Limits(seconds=4), script)


async def whispered(slack: SlackSandbox, user: str) -> str:
    """Return what only this person was told in the channel."""
    told: list[dict[str, Any]] = await slack.wait_for(lambda: slack.ephemerals("support", user))
    return words_of(told[-1])


async def test_an_event_log_joins_the_evidence_of_an_incident(slack: SlackSandbox) -> None:
    """Its events are on the card, with counts and the moved cause, and no message is posted for it."""
    ts, _ = await opened(slack)
    content = log_of(DOWNLOAD, DCOM, DOWNLOAD, FAILED, replace(DOWNLOAD, computer="NDES02.contoso.com"))
    file_ts = await slack.upload("events.evtx", content, channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure* ×3", "Likely cause: 20402", "NDES02")

    assert "20502 CRPVerifyMetric_Failure* ×2" in card(slack, ts)
    assert len(slack.messages("support", ts)) == 4
    assert not slack.ephemerals("support", "lee")

    await slack.delete(file_ts, channel="support", user="lee")
    await slack.wait_for(lambda: "20402 Download_Failure" not in card(slack, ts))


async def test_an_incident_begins_with_the_logs_its_thread_has(slack: SlackSandbox) -> None:
    """Somebody dropped one before anybody thought of an incident; whoever opens it learns what was not read of it."""
    ts = await slack.post("certificates do not arrive", channel="support", user="amy")
    content = log_of(DOWNLOAD, replace(FAILED, damaged=True), replace(FAILED, event_id=20500))
    await slack.upload("saved.evtx", content, channel="support", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 3)
    await slack.post(f"<@{slack.bot_user_id}> triage this", channel="support", user="lee", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 5)

    assert "20402 Download_Failure" in words_of(slack.messages("support", ts)[4])
    assert "Parts of `saved.evtx` are damaged (1)" in await whispered(slack, "lee")


@pytest.mark.parametrize("name", ["events.evtx", "events.bin", "events", "events.txt"])
async def test_an_event_log_in_a_channel_is_answered_in_its_thread(slack: SlackSandbox, name: str) -> None:
    """Whatever it is called: by its first bytes. Other products' events are counted."""
    content = log_of(DCOM, DOWNLOAD, FAILED, *[DCOM] * 40)
    ts = await slack.upload(name, content, channel="support", user="amy")
    digest = words_of(await in_thread(slack, ts))

    assert digest.index("20402 Download_Failure") < digest.index("20502 CRPVerifyMetric_Failure")
    assert "look here first" in digest
    assert "10010 Microsoft-Windows-DistributedCOM (another product) ×41" in digest


async def test_in_a_channel_nothing_is_said_of_files_that_show_nothing(slack: SlackSandbox) -> None:
    """Another product's log, a broken one, and one that is none: nobody asked. The next paste is answered."""
    for name, content in (
        ("system.evtx", log_of(DCOM)),
        ("cut.evtx", log_of(FAILED)[:4_200]),
        ("letter.evtx", b"Dear teapot,\0\0"),
        ("tea.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    ):
        await slack.upload(name, content, channel="support", user="amy")
    ts = await slack.post(PASTE, channel="support", user="lee")
    await in_thread(slack, ts)

    assert not slack.ephemerals("support", "amy")
    assert [len(slack.messages("support", each["ts"])) for each in slack.messages("support")[-5:]] == [1, 1, 1, 1, 2]


async def test_a_direct_message_says_what_of_a_file_was_not_read(slack: SlackSandbox) -> None:
    """One sentence: not a log, cut off, empty, too large, partly damaged with the answer above it; and in Chinese."""
    large = MAGIC + bytes(MOST_MEGABYTES << 20)
    for user, name, content, expected in (
        ("amy", "letter.evtx", b"Dear teapot,\0\0", "`letter.evtx` is called an event log but is none"),
        ("amy", "cut.evtx", log_of(FAILED)[:4_200], "`cut.evtx` cannot be read as an event log"),
        ("amy", "none.evtx", log_of(), "`none.evtx` holds no events."),
        ("amy", "large.evtx", large, "`large.evtx` is larger than"),
        ("amy", "large.bin", large, "`large.bin` is larger than"),
        ("amy", "some_1.evtx", log_of(replace(DCOM, damaged=True), FAILED), "Parts of `some_1.evtx` are damaged (1)"),
        ("amy", "system.evtx", log_of(DCOM), "This 10010 is Microsoft-Windows-DistributedCOM's"),
        ("jianhong", "letter.evtx", b"Dear teapot,\0\0", "`letter.evtx` 的名稱是事件記錄檔"),
    ):
        before = len(slack.direct_messages(user))
        await slack.upload(name, content, channel="dm", user=user)
        await slack.wait_for(lambda user=user, before=before: len(slack.direct_messages(user)) == before + 2)  # type: ignore[misc]

        said = words_of(slack.direct_messages(user)[-1])
        assert expected in said
        assert ("20502" in said) == (name == "some_1.evtx")


async def test_a_mention_with_an_event_log_is_answered(slack: SlackSandbox) -> None:
    """The words beside the file are no question of their own."""
    ts = await slack.upload(
        "events.evtx", log_of(FAILED), f"<@{slack.bot_user_id}> what is this", channel="support", user="amy"
    )

    assert "0x00000409" in words_of(await in_thread(slack, ts))


@pytest.mark.thorough
@pytest.mark.hanging
async def test_the_logs_of_one_delivery_share_its_time(slack: SlackSandbox, event_logs: EventLogReader) -> None:
    """No number of hostile logs in a thread keeps an incident from being opened there."""
    ts = await slack.upload("hostile.evtx", log_of(FAILED), channel="dm", user="amy")
    message = next(each for each in slack.direct_messages("amy") if each["ts"] == ts)
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        reading = MessageReader(client, Wanted(), event_logs, seconds=4)
        first = await reading.read(message)
        left = reading.seconds
        second = await reading.read(message)

    # A machine that has no processor to spare blames itself.
    first_fault, second_fault = (log.fault for _, log in (*first.files, *second.files) if isinstance(log, EventLog))
    assert first_fault in {"too_slow", "busy"}
    assert second_fault == "too_slow"
    # Nothing is begun with less than a second: the second log took none of it.
    assert reading.seconds == left < 1


@pytest.mark.hanging
async def test_a_log_that_never_ends_is_given_up_and_stops_nobody(slack: SlackSandbox) -> None:
    """Whoever dropped it is told, alone; meanwhile others are answered, and the incident goes on."""
    ts, _ = await opened(slack)
    await slack.upload("hostile.evtx", log_of(DOWNLOAD), channel="support", user="lee", thread_ts=ts)
    other = await slack.post(PASTE, channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", other)) == 2)
    assert not slack.ephemerals("support", "lee")

    # A machine that has no processor to spare blames itself.
    told = await whispered(slack, "lee")
    assert "Reading `hostile.evtx` took too long" in told or "too busy to read `hostile.evtx`" in told
    await slack.post(PASTE.replace("20502", "20402"), channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure")


QUIET = "the kettle is warm, nothing to report\n" * 3_000


async def test_the_newest_events_of_a_long_log_are_evidence(slack: SlackSandbox) -> None:
    """They stand at the end of a growing log, which is read whole."""
    ts, _ = await opened(slack)
    later = PASTE.replace("20502", "20402").replace("CRPVerifyMetric_Failure", "Download_Failure")
    await slack.upload("growing.log", (QUIET + later).encode(), channel="support", user="lee", thread_ts=ts)

    await shows(slack, ts, "20402 Download_Failure")
    assert not slack.ephemerals("support", "lee")


async def test_a_text_in_another_encoding_is_another_products_by_its_label(slack: SlackSandbox) -> None:
    """In the code page of Chinese Windows, where the label says whose the event is."""
    text = "來源: Contoso-Kettle\n事件識別碼: 20502\n電腦: NDES01.contoso.com\n診斷碼: 0x00000409\n"
    ts = await slack.upload("events.txt", text.encode("big5"), channel="support", user="amy")
    await slack.upload("events.txt", text.encode("big5"), channel="dm", user="amy")
    await slack.wait_for(lambda: len(slack.direct_messages("amy")) == 2)

    assert len(slack.messages("support", ts)) == 1
    assert "Contoso-Kettle" in words_of(slack.direct_messages("amy")[-1])


async def test_a_file_that_is_not_read_is_said_where_somebody_asked(slack: SlackSandbox) -> None:
    """Once, with the way out: not in a channel, where nobody asked."""
    picture, archive = b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\x14\0\0\0\x08\0\0\0"
    ts = await slack.upload("screen.png", picture, channel="support", user="amy")
    await slack.upload("logs.zip", archive, channel="dm", user="amy")
    await slack.wait_for(lambda: len(slack.direct_messages("amy")) == 2)

    assert len(slack.messages("support", ts)) == 1
    assert "Unpack it" in words_of(slack.direct_messages("amy")[-1])
