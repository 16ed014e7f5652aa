"""Being told to stop: what is under way comes to its end, the rest is found at the next start, and nothing is doubled."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import pytest

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from tests.slack.conftest import Door
from tests.slack.serve_process import process
from tests.smoke.scenarios import PASTE

pytestmark = pytest.mark.thorough

# A mention whose words do not tell their language, so that the asker's locale is asked for.
ASKED = "20502"


def answers(slack: SlackSandbox, ts: str, channel: str) -> list[dict[str, Any]]:
    return slack.messages(channel, ts)[1:]


async def end_of(bot: asyncio.subprocess.Process, within: float) -> tuple[int, float, str]:
    """Its exit code, how many seconds it took, and its log."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        _, log = await bot.communicate()
    assert bot.returncode is not None
    return bot.returncode, time.monotonic() - began, log.decode()


@pytest.mark.parametrize(("door", "told"), [("socket", signal.SIGTERM), ("http", signal.SIGINT)])
async def test_a_bot_that_is_told_to_stop_finishes_what_it_does(
    door: Door, told: signal.Signals, settings: Settings, slack: SlackSandbox
) -> None:
    """A post that Slack is slow with, and a handler that waits for Slack: both end well, and the exit code is 0."""
    async with process(settings, slack, door) as bot:
        posting = slack.faults.add(method="chat.postMessage", kind="slow_body", seconds=2, times=1)
        first = await slack.post(PASTE)
        await slack.wait_for(lambda: posting.hits)
        asking = slack.faults.add(method="users.info", kind="slow_body", seconds=0.8, times=1)
        second = await slack.post(f"<@{slack.bot_user_id}> {ASKED}", channel="general", user="lee")
        await slack.wait_for(lambda: asking.hits)
        bot.send_signal(told)
        code, took, log = await end_of(bot, 30)

        assert (code, took < 10) == (0, True), log
        assert len(answers(slack, first, "support")) == 1
        # Its answer was ready while the first was still being posted.
        assert len(answers(slack, second, "general")) == 1

    async with process(settings, slack, door):
        third = await slack.post(PASTE, channel="general", user="amy")
        await slack.wait_for(lambda: answers(slack, third, "general"))
        await asyncio.sleep(1)
    assert [len(answers(slack, *each)) for each in ((first, "support"), (second, "general"), (third, "general"))] == [
        1
    ] * 3


async def test_a_post_that_nobody_answers_is_given_ten_seconds_and_settled_later(
    settings: Settings, slack: SlackSandbox
) -> None:
    """Slack did it and never said so: the next start looks, and does not do it again."""
    async with process(settings, slack, "http") as bot:
        posting = slack.faults.add(method="chat.postMessage", kind="never_answers", work_done=True, times=1)
        first = await slack.post(PASTE)
        await slack.wait_for(lambda: posting.hits)
        bot.send_signal(signal.SIGTERM)
        code, took, log = await end_of(bot, 40)
        assert (code, took < 25) == (0, True), log

    async with process(settings, slack, "http"):
        second = await slack.post(PASTE, user="lee")
        await slack.wait_for(lambda: answers(slack, second, "support"))
    assert len(answers(slack, first, "support")) == 1


async def test_a_second_signal_ends_at_once(settings: Settings, slack: SlackSandbox) -> None:
    """Whoever presses Ctrl+C twice means it; what was kept is answered after the next start."""
    async with process(settings, slack, "socket") as bot:
        posting = slack.faults.add(method="chat.postMessage", kind="never_answers", times=1)
        first = await slack.post(PASTE)
        await slack.wait_for(lambda: posting.hits)
        bot.send_signal(signal.SIGINT)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await bot.wait()
        bot.send_signal(signal.SIGINT)
        code, took, _ = await end_of(bot, 30)
        assert (code, took < 9) == (-signal.SIGINT, True)

    async with process(settings, slack, "socket"):
        await slack.wait_for(lambda: answers(slack, first, "support"), 30)
    assert len(answers(slack, first, "support")) == 1
