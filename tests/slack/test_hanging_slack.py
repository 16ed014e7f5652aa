"""Slack's Web API hanging: what has to be acknowledged within three seconds is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox import SlackSandbox
from tests.fixtures.doors import DOORS
from tests.fixtures.timings import QUICK
from tests.slack.conftest import Door, Running
from tests.smoke.scenarios import PASTE


@pytest.mark.parametrize("door", DOORS)
async def test_a_hanging_slack_keeps_no_command_waiting(door: Door, slack: SlackSandbox, running: Running) -> None:
    """The asker's locale is asked for, and without an answer the command is answered in English."""
    async with running(door):
        hanging = slack.faults.add(method="users.info", kind="never_answers")
        envelope = await slack.command("/event", "20503")

        assert envelope is not None
        assert envelope.acked
        assert hanging.hits == 1
        assert "is not among the documented events" in str(envelope.attempts[-1].ack)


async def test_an_answer_shared_where_the_bot_is_not_is_never_shown_twice(
    slack: SlackSandbox, running: Running
) -> None:
    """It speaks through the answer's own address then; when Slack hangs up after that, nobody can look whether it did."""
    await slack.create_channel("elsewhere", members=("amy",), bot=False)
    async with running():
        await slack.command("/event", "20502 0x409", channel="elsewhere")
        hanging_up = slack.faults.add(method="response_url", kind="reset_after_read", times=1, work_done=True)
        await slack.click(slack.ephemerals("elsewhere", "amy")[-1], "share")
        await slack.wait_for(lambda: not slack.ephemerals("elsewhere", "amy"))

        assert hanging_up.hits == 1
        assert len(slack.messages("elsewhere")) == 1


@pytest.mark.parametrize("timings", [replace(QUICK, drain=0.5)])
async def test_a_hanging_slack_keeps_no_message_waiting(slack: SlackSandbox, running: Running) -> None:
    """Messages are stored and acknowledged whatever Slack's other methods do; at the end nobody waits for these."""
    async with running():
        slack.faults.add(method="*", kind="never_answers")
        for _ in range(5):
            await slack.post(PASTE)
        await slack.settled()

        assert all(envelope.acked for envelope in slack.envelopes)
