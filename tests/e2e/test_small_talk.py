"""Small talk with the bot in Slack: a word in return, in the language it is said in, and nothing kept of it."""

from __future__ import annotations

import json

import pytest

from bot.sandbox import SlackSandbox
from tests.e2e.test_channel_settings import said_to
from tests.e2e.test_incidents import opened
from tests.e2e.test_lists import home_of, told
from tests.smoke.scenarios import PASTE, words_of


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hello!", "Hello. Name an event ID"),
        ("what can you do?", "I explain events and codes"),
        ("謝謝", "有幫上忙就好"),
    ],
)
async def test_a_mention_is_greeted_back_alone(slack: SlackSandbox, said: str, answer: str) -> None:
    """For whoever said it alone: nobody else has to read it, and it is no question without an answer."""
    slack.set_role("lee", "admin")
    await slack.post(f"<@{slack.bot_user_id}> {said}", channel="support", user="lee")
    await said_to(slack, "lee", answer)
    await slack.settled()

    assert said.rstrip("!?") not in json.dumps(await home_of(slack, "lee"), ensure_ascii=False)


async def test_a_command_and_a_direct_message_are_greeted_back(slack: SlackSandbox) -> None:
    """Nobody else reads them anyway."""
    assert "Hello. Name an event ID" in await told(slack, "hi", user="lee")
    await slack.post("who are you?", channel="dm", user="lee")
    await slack.wait_for(lambda: len(slack.direct_messages("lee")) == 2)

    assert "I am a bot that looks things up" in words_of(slack.direct_messages("lee")[-1])


async def test_thanks_in_an_incidents_thread_offer_to_note_what_fixed_it(slack: SlackSandbox) -> None:
    """The button opens the form that asks for cause and fix."""
    ts, _ = await opened(slack)
    await slack.post(f"<@{slack.bot_user_id}> thanks, that helped!", channel="support", user="lee", thread_ts=ts)
    await said_to(slack, "lee", "Glad it helped")
    shown = next(each for each in slack.ephemerals("support", "lee") if "Glad" in words_of(each))
    await slack.click(shown, "open_incident:resolve", user="lee")
    await slack.wait_for(lambda: slack.views("lee"))

    assert "INC-1" in json.dumps(slack.views("lee")[0])


async def test_small_talk_among_people_is_left_alone(slack: SlackSandbox) -> None:
    """Nobody said it to the bot."""
    before = len(slack.messages("support"))
    await slack.post("hello everyone", channel="support", user="lee")
    await slack.post("thanks!", channel="support", user="amy")
    await slack.settled()

    assert len(slack.messages("support")) == before + 2
    assert not slack.ephemerals("support", "lee")


async def test_in_a_thread_in_which_people_call_each_other_the_bot_stays_out(slack: SlackSandbox) -> None:
    """Unasked; a mention of the bot is answered, and without anybody's name a paste is as well."""
    ts = await slack.post("the printer is on fire again", channel="support", user="lee")
    await slack.post(f"<@U0AMY000000> is this it?\n{PASTE}", channel="support", user="lee", thread_ts=ts)
    await slack.settled()
    assert len(slack.messages("support", ts)) == 2

    await slack.post(PASTE, channel="support", user="lee", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 4)
    assert "20502" in words_of(slack.messages("support", ts)[-1])
