"""A Socket Mode connection that is open but dead: it is noticed, built anew, and what was missed is read."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.sandbox import SlackSandbox
from bot.slack import serve
from bot.slack.platform.socket_mode import SocketModeConnection
from tests.slack.conftest import Running
from tests.slack.dead_line import line_to
from tests.smoke.scenarios import PASTE

pytestmark = pytest.mark.thorough

SILENT = 3.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[SocketModeConnection]:
    """Seconds in place of minutes; gives the connections that were made."""
    made: list[SocketModeConnection] = []
    hurried = partial(SocketModeConnection, ping_seconds=0.8, silent_seconds=SILENT, look_seconds=0.05, gap_seconds=2.0)

    def connection(*arguments: Any) -> SocketModeConnection:
        made.append(hurried(*arguments))
        return made[-1]

    monkeypatch.setattr(serve, "SocketModeConnection", connection)
    return made


def answered(slack: SlackSandbox, *messages: str) -> list[int]:
    return [len(slack.messages("support", ts)) - 1 for ts in messages]


async def test_a_healthy_connection_is_left_alone(slack: SlackSandbox, running: Running) -> None:
    """Pongs are signs of life, with nothing to say for longer than the limit."""
    async with line_to(slack) as line, running():
        await asyncio.sleep(1)
        opened = line.opened
        await asyncio.sleep(1.5 * SILENT)
        assert line.opened == opened
        assert not [call for call in slack.calls if call.method == "conversations.history"]


async def test_a_dead_line_is_replaced_and_what_was_missed_is_answered_once(
    slack: SlackSandbox, running: Running, impatient: list[SocketModeConnection]
) -> None:
    """Neither side is told; the next connection comes within the limit after the line is good again."""
    async with line_to(slack) as line, running():
        before = await slack.post(PASTE)
        await slack.wait_for(lambda: answered(slack, before) == [1])
        await slack.settled()
        (connection,) = impatient
        line.dead = True
        missed = await slack.post(PASTE, user="lee")
        await slack.wait_for(lambda: not connection.connected, SILENT + 20)

        line.dead = False
        await slack.wait_for(lambda: connection.connected, 2 * SILENT + 20)
        await slack.wait_for(lambda: answered(slack, missed) == [1])
        after = await slack.post(PASTE)
        await slack.wait_for(lambda: all(answered(slack, before, missed, after)))
        assert answered(slack, before, missed, after) == [1, 1, 1]


async def test_when_slack_sdk_gives_up_everything_is_built_anew(
    slack: SlackSandbox, running: Running, impatient: list[SocketModeConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its monitor once tried with a closed session for ever; nothing but the watchdog noticed."""

    async def closed(_client: SocketModeClient, force: bool = False) -> None:
        raise RuntimeError("Session is closed")

    async with running():
        before = await slack.post(PASTE)
        await slack.wait_for(lambda: answered(slack, before) == [1])
        monkeypatch.setattr(SocketModeClient, "connect_to_new_endpoint", closed)
        slack._slack.sockets.drop()
        await slack.wait_for(lambda: not slack.connections)
        await slack.wait_for(lambda: slack.connections, SILENT + 20)
        after = await slack.post(PASTE)
        await slack.wait_for(lambda: all(answered(slack, before, after)))
        assert answered(slack, before, after) == [1, 1]


@pytest.mark.parametrize("jump", [-600.0, 600.0])
async def test_a_clock_that_jumps_does_not_hide_a_dead_line(
    jump: float,
    slack: SlackSandbox,
    running: Running,
    impatient: list[SocketModeConnection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """slack_sdk measures by the wall clock; the watchdog does not. What was missed is found all the same."""
    async with line_to(slack) as line, running():
        before = await slack.post(PASTE)
        await slack.wait_for(lambda: answered(slack, before) == [1])
        await slack.settled()
        true_time = time.time
        # The sandbox lives in this process, and Slack's own clock is right.
        monkeypatch.setattr("slack_sdk.socket_mode.aiohttp.time.time", lambda: true_time() + jump)
        monkeypatch.setattr(slack._slack.clock, "now", true_time, raising=False)
        after_jump = await slack.post(PASTE)
        await slack.wait_for(lambda: answered(slack, after_jump) == [1])

        line.dead = True
        missed = await slack.post(PASTE, user="lee")
        await slack.wait_for(lambda: not impatient[0].connected, SILENT + 20)
        line.dead = False
        await slack.wait_for(lambda: all(answered(slack, before, after_jump, missed)), 4 * SILENT + 20)
        assert answered(slack, before, after_jump, missed) == [1, 1, 1]
