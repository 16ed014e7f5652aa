"""A bot that is killed in the middle of an incident: after the next start the card is true, and there is one of each."""

from __future__ import annotations

import pytest

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from tests.e2e.test_incidents import AMY, DOWNLOAD, card, opened
from tests.slack.conftest import Door
from tests.slack.serve_process import process

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("door", ["socket", "http"])
async def test_an_incident_survives_a_kill_in_the_middle(door: Door, settings: Settings, slack: SlackSandbox) -> None:
    """A claim and a paste right before the kill, another paste while nobody listens."""
    async with process(settings, slack, door) as bot:
        ts, message = await opened(slack)
        await slack.click(message, "incident:claim", user="amy")
        await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)
        await slack.settled()
        bot.kill()
        await bot.wait()
    await slack.post(DOWNLOAD.replace("NDES01", "NDES02"), channel="support", user="lee", thread_ts=ts)
    async with process(settings, slack, door):
        await slack.wait_for(
            lambda: all(word in card(slack, ts) for word in (AMY, "20402 Download_Failure* ×2", "NDES02")), 40
        )

    assert len(slack.messages("support", ts)) == 5
