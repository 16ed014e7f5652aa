"""Whole conversations through the real Bolt app, over Socket Mode and over signed HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import SlackSandbox
from tests.smoke.scenarios import DCOM, PASTE, words_of


async def in_thread(slack: SlackSandbox, ts: str, channel: str = "support") -> dict[str, Any]:
    """Wait for the one reply of a thread."""
    await slack.wait_for(lambda: len(slack.messages(channel, ts)) > 1)
    await slack.settled()
    thread = slack.messages(channel, ts)
    assert len(thread) == 2
    return thread[1]


async def test_a_command_is_answered_privately_and_can_be_shared(slack: SlackSandbox) -> None:
    """`/event 20502` lists the possible codes for the asker alone; sharing posts it once and takes the private one away."""
    await slack.command("/event", "20502", channel="support", user="lee")
    await slack.wait_for(lambda: slack.ephemerals("support", "lee"))
    private = slack.ephemerals("support", "lee")[-1]
    assert "0x00000410" in words_of(private)

    before = len(slack.messages("support"))
    await slack.click(private, "share", user="lee")
    await slack.wait_for(lambda: len(slack.messages("support")) > before)
    await slack.settled()
    shared = slack.messages("support")[-1]
    assert "20502" in words_of(shared)
    assert "Shared by" in words_of(shared)
    assert len(slack.messages("support")) == before + 1
    await slack.wait_for(lambda: not slack.ephemerals("support", "lee"))


async def test_an_answer_is_shared_where_the_bot_is_no_member(slack: SlackSandbox) -> None:
    """In #random the bot cannot post as a member; the command's own address shares the answer."""
    await slack.command("/event", "0x411", channel="random", user="lee")
    await slack.wait_for(lambda: slack.ephemerals("random", "lee"))
    before = len(slack.messages("random"))
    await slack.click(slack.ephemerals("random", "lee")[-1], "share", user="lee")
    await slack.wait_for(lambda: len(slack.messages("random")) > before)

    assert "CRPSCEPChallenge_Expired" in words_of(slack.messages("random")[-1])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("20503", "is not among the documented events"),
        ("help", "/event why"),
        ("why 10010", "Why I decided so"),
        ("20502 0x411", "Check this pair"),
        ("憑證登錄點無法驗證挑戰", "失敗 · 20502"),
        ("what's for lunch", "nothing in this that I am sure about"),
    ],
)
async def test_what_the_command_says(slack: SlackSandbox, question: str, expected: str) -> None:
    """Unknown IDs, help, reasons, pairs that do not fit, Chinese, and an honest silence."""
    await slack.command("/event", question, channel="support", user="amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))

    assert expected in words_of(slack.ephemerals("support", "amy")[-1])


async def test_the_slack_locale_decides_where_the_question_does_not(slack: SlackSandbox) -> None:
    """A bare ID tells no language; 建宏's Slack is set to Traditional Chinese."""
    await slack.command("/event", "20402", channel="support", user="jianhong")
    await slack.wait_for(lambda: slack.ephemerals("support", "jianhong"))

    assert "失敗 · 20402" in words_of(slack.ephemerals("support", "jianhong")[-1])


async def test_a_mention_without_a_fault_is_answered_to_the_asker_alone(slack: SlackSandbox) -> None:
    """Nobody else is disturbed by an honest "I do not know"."""
    ts = await slack.post("@Sceptic shall we go for lunch", channel="support", user="amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))

    assert len(slack.messages("support", ts)) == 1


async def test_a_direct_message_gets_choices_and_the_chosen_article(slack: SlackSandbox) -> None:
    """An undocumented ID offers its neighbours; choosing one puts it in their place."""
    await slack.post("20503", channel="dm", user="amy")
    await slack.wait_for(lambda: len(slack.direct_messages("amy")) > 1)
    offered = slack.direct_messages("amy")[-1]
    assert "20501" in words_of(offered)

    await slack.click(offered, "choose:1", user="amy")
    await slack.wait_for(lambda: "CRPVerifyMetric_Warning" in words_of(slack.direct_messages("amy")[-1]))
    assert len([m for m in slack.direct_messages("amy") if m.get("bot_id")]) == 1


async def test_the_shortcut_explains_any_message_privately(slack: SlackSandbox) -> None:
    """The message menu works on what the bot itself kept silent about, and sharing goes into that thread."""
    ts = await slack.post("we had 20502 again, code 0x408", channel="support", user="lee")
    await slack.settled()
    replies = len(slack.messages("support", ts))
    await slack.shortcut("explain_event", ts, "support", "amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))
    private = slack.ephemerals("support", "amy")[-1]
    assert "CRPSCEPCert_NotFound" in words_of(private)

    await slack.click(private, "share", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) > replies)
    assert "0x00000408" in words_of(slack.messages("support", ts)[-1])


async def test_several_events_become_one_digest_that_opens(slack: SlackSandbox) -> None:
    """One message for the whole paste, the cause first; each line opens its article in a modal."""
    text = PASTE + "\n\n" + PASTE.replace("20502", "20402").replace("0x00000409", "0x00000000") + "\n\n" + DCOM
    ts = await slack.post(text, channel="support", user="amy")
    digest = words_of(await in_thread(slack, ts))
    assert digest.index("20402 Download_Failure") < digest.index("20502 CRPVerifyMetric_Failure")
    assert "look here first" in digest
    assert "10010 Microsoft-Windows-DistributedCOM (another product)" in digest

    await slack.click(slack.messages("support", ts)[1], "open_article:1", user="amy")
    await slack.wait_for(lambda: slack.views("amy"))
    assert slack.views("amy")[-1]["title"]["text"] == "20502"


async def test_feedback_is_thanked_privately(slack: SlackSandbox) -> None:
    """Saying that an answer helped is seen by nobody else."""
    ts = await slack.post(PASTE, channel="support", user="amy")
    answer = await in_thread(slack, ts)
    await slack.click(answer, "feedback:helpful", user="lee")
    await slack.wait_for(lambda: slack.ephemerals("support", "lee"))

    assert "Thank you" in words_of(slack.ephemerals("support", "lee")[-1])


async def test_the_home_tab_lists_every_article(slack: SlackSandbox) -> None:
    """The App Home shows what can be asked about, in the reader's language."""
    await slack.open_home("jianhong")
    await slack.wait_for(lambda: slack.home("jianhong"))
    home = json.dumps(slack.home("jianhong"), ensure_ascii=False)

    assert "20602" in home
    assert "0x0FFFFFFF" in home
    assert "我有文章的所有項目" in home


@pytest.mark.parametrize("text", ["", "👍", "7" * 40_000, "\u202e20502\u202c", "a\x00b", "<Event>" * 500, "\ud800"])
async def test_bad_input_gets_one_clear_sentence(slack: SlackSandbox, text: str) -> None:
    """Nothing anybody sends by command ends in an error or in nothing."""
    await slack.command("/event", text.encode("utf-8", "replace").decode(), channel="support", user="amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))

    assert slack.ephemerals("support", "amy")[-1]["text"]
