"""The conversations that can be held in any Slack, typed here by hand, over both doors."""

from __future__ import annotations

import pytest

from bot.sandbox import SlackSandbox
from tests.smoke.scenarios import SCENARIOS, ByHand, Scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_a_conversation(scenario: Scenario, slack: SlackSandbox) -> None:
    """Each goes as it says, one post is one answer, and none is repeated in the channel."""
    before = {message["ts"] for message in slack.messages("support")}
    await scenario(ByHand(slack))
    await slack.settled()

    posted = [call for call in slack.calls if call.method == "chat.postMessage"]
    assert len({call.arguments["thread_ts"] for call in posted}) == len(posted) > 0
    assert not any(call.arguments.get("reply_broadcast") for call in posted)
    new = [message for message in slack.messages("support") if message["ts"] not in before]
    assert not [message for message in new if message.get("bot_id")]
