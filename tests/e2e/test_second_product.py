"""An invented product beside the shipped one in the sandbox: no line of code knows of it."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic, build_sceptic
from bot.sandbox import SlackSandbox
from bot.settings import KNOWLEDGE, read_settings
from tests.e2e.test_dialogues import in_thread
from tests.knowledge.test_second_product import LOST, TIDELINE
from tests.smoke.scenarios import words_of


@pytest.fixture(scope="module")
def sceptic() -> Sceptic:
    """Build the bot of this file, which knows both products."""
    return build_sceptic([KNOWLEDGE, TIDELINE], read_settings(None).sceptic_cache, lambda _: None, KNOWLEDGE)


async def told(slack: SlackSandbox, words: str) -> str:
    """Ask by command and return what the asker alone is told."""
    before = len(slack.ephemerals("support", "amy"))
    await slack.command("/event", words, channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.ephemerals("support", "amy")) > before)
    return words_of(slack.ephemerals("support", "amy")[-1])


async def test_a_second_product_is_answered_in_a_channel_and_by_command(slack: SlackSandbox) -> None:
    """Its paste unasked, a number of both products with a choice, and the help with examples of both."""
    ts = await slack.post(LOST, channel="support", user="lee")
    answer = words_of(await in_thread(slack, ts))
    offered, helped = await told(slack, "20502"), await told(slack, "help")

    assert "310045" in answer
    assert "TL-041" in answer
    assert "onnector" not in answer
    assert "(the legacy connector)" in offered
    assert "(the gauge relay)" in offered
    assert "Tideline Gauge Relay" in helped
