"""The log: one JSON object a line, found by the reference, and nothing in it that somebody wrote."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import text

from bot.logs import describe, set_up_logs
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.context import responder
from bot.store import StoreError, open_store
from tests.fixtures.doors import DOORS
from tests.slack.conftest import Door, Running
from tests.smoke.scenarios import PASTE, words_of

MARKER = "purple-teapot-7731"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All logs at their most talkative."""
    root, own = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, own.level
    stream = io.StringIO()
    set_up_logs("debug", stream)
    yield stream
    root.handlers[:], root.level, own.level = before[0], before[1], before[2]
    logging.captureWarnings(capture=False)


def lines_of(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize("door", DOORS)
async def test_no_text_token_or_name_is_logged(
    door: Door, log: io.StringIO, slack: SlackSandbox, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole dialogue with failures in it, at debug level: what people wrote stays between them and the bot."""
    async with running(door):
        slack.faults.add(method="users.info", kind="server_error", times=1)
        slack.faults.add(method="chat.postMessage", kind="reset_after_read", times=1)
        ts = await slack.post(f"{PASTE}\n{MARKER}", user="lee")
        await slack.command("/event", f"{MARKER} 20502", user="lee")
        await slack.post(f"<@{slack.bot_user_id}> 20502 {MARKER}", user="lee")
        await slack.post(f"what is 20503 {MARKER}", channel="dm", user="lee")
        await slack.wait_for(lambda: len(slack.messages("support", ts)) > 1)
        await slack.wait_for(lambda: len(slack.direct_messages("lee")) > 1)

        def burst(*_: object) -> None:
            raise ValueError(f"cannot read {MARKER}")

        monkeypatch.setattr(responder, "read_evidence", burst)
        await slack.command("/event", f"{MARKER} again", user="lee")
        await slack.post(f"<@{slack.bot_user_id}> {MARKER} again", user="lee")
        await slack.wait_for(lambda: len(slack.ephemerals("support", "lee")) > 2)

    said = log.getvalue()
    assert lines_of(log)
    for secret in (MARKER, "Novak", "lee", slack.bot_token, slack.app_token, slack.signing_secret, "xoxb-", "xapp-"):
        assert not re.search(rf"\b{re.escape(secret)}\b", said), secret


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_the_reference_an_asker_sees_is_in_the_log(
    way: str, log: io.StringIO, slack: SlackSandbox, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the bot finds the error with its place in the code, its kind, and the workspace."""

    def burst(*_: object) -> None:
        raise ValueError("cannot read this")

    async with running():
        monkeypatch.setattr(responder, "read_evidence", burst)
        if way == "command":
            await slack.command("/event", "20502")
        else:
            await slack.post(f"<@{slack.bot_user_id}> 20502")
        await slack.wait_for(lambda: slack.ephemerals("support"))
        shown = words_of(slack.ephemerals("support")[-1])

    (line,) = [each for each in lines_of(log) if each["level"] == "error"]
    assert line["reference"] in shown
    assert line["team_id"] == slack.team_id
    assert line["error"] == "ValueError"
    assert any(re.fullmatch(r"context/responder\.py:\d+ read", each) for each in line["where"])
    assert line["timestamp"].endswith("Z")


async def test_all_lines_of_a_delivery_carry_its_reference(
    log: io.StringIO, slack: SlackSandbox, running: Running
) -> None:
    """From being handled to being posted, also when Slack refuses in between."""
    async with running():
        slack.faults.add(method="chat.postMessage", kind="server_error", times=1)
        ts = await slack.post(PASTE)
        await slack.wait_for(lambda: len(slack.messages("support", ts)) > 1)

    about = [each for each in lines_of(log) if each["event"] in {"handled", "call completed", "call to be retried"}]
    assert {each["event"] for each in about} == {"handled", "call completed", "call to be retried"}
    # What the bot says comes back to it, and is a delivery of its own.
    assert {each["event"] for each in about if each["reference"] == about[0]["reference"]} == {
        "handled",
        "call completed",
        "call to be retried",
    }
    assert {each["team_id"] for each in about} == {slack.team_id}


def test_a_terminal_gets_colours_and_a_pipe_gets_json() -> None:
    """Nobody sets that; it is seen where the log goes."""
    root, own = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, own.level
    try:
        for stream in (Terminal(), io.StringIO()):
            set_up_logs("info", stream)
            logging.getLogger("bot.slack").info("the kettle is on", extra={"cups": 2})
            if stream.isatty():
                assert "\x1b[" in stream.getvalue()
                assert "the kettle is on" in stream.getvalue()
            else:
                assert json.loads(stream.getvalue())["cups"] == 2
    finally:
        root.handlers[:], root.level, own.level = before[0], before[1], before[2]
        logging.captureWarnings(capture=False)


def test_other_libraries_lines_end_before_their_first_value(log: io.StringIO) -> None:
    """slack_sdk and asyncio put errors and payloads into their sentences."""
    for words in (f"Failed to run a listener: {MARKER}", f"Failed to connect (error: {MARKER})", f"Bad {{'{MARKER}'}}"):
        logging.getLogger("slack_sdk.socket_mode").error(words)
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <%s>", MARKER)
    logging.getLogger("sqlalchemy.engine.Engine").info(f"INSERT {MARKER}")

    assert [line["event"] for line in lines_of(log)] == [
        "Failed to run a listener",
        "Failed to connect",
        "Bad",
        "Task exception was never retrieved",
    ]


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError(f"not a number {MARKER}"), "ValueError"),
        (StoreError("The disk is full."), "StoreError: The disk is full."),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: Connection refused"),
        (
            SlackApiError(MARKER, {"ok": False, "error": "invalid_blocks", "blocks": MARKER}),
            "SlackApiError: invalid_blocks",
        ),
        (SlackApiError(MARKER, {"ok": False, "error": f"<{MARKER}>"}), "SlackApiError"),
    ],
)
def test_an_error_is_described_without_what_it_quotes(error: Exception, shown: str) -> None:
    """Its kind always; its text where it is ours or a code."""
    assert describe(error) == shown


async def test_a_database_error_shows_no_row(log: io.StringIO, settings: Settings) -> None:
    """SQLAlchemy would print the statement with its parameters."""
    store = await open_store(settings.store_address, lambda _: None)
    try:
        with pytest.raises(StoreError) as raised:
            await store.database.read("*", lambda db: db.execute(text("SELECT :it FROM nowhere"), {"it": MARKER}))
        logging.getLogger("bot.store").error("it failed", exc_info=raised.value)
    finally:
        await store.close()

    assert "nowhere" in str(raised.value)
    assert MARKER not in str(raised.value) + str(raised.value.__cause__) + log.getvalue()
