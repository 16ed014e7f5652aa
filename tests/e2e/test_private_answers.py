"""*Start triage* under answers that only one person sees, over both doors: one click, one incident, one card."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.sandbox import SlackSandbox
from tests.e2e.test_channel_settings import said_to
from tests.e2e.test_incidents import DOWNLOAD
from tests.smoke.scenarios import words_of


async def private(slack: SlackSandbox, user: str, channel: str = "support", question: str = "20502 0x409") -> Any:
    """The answer to a command, which this person alone sees."""
    before = len(slack.ephemerals(channel, user))
    await slack.command("/event", question, channel=channel, user=user)
    await slack.wait_for(lambda: len(slack.ephemerals(channel, user)) > before)
    return slack.ephemerals(channel, user)[-1]


async def card_of(slack: SlackSandbox, channel: str = "support", *, name: str = "INC-1") -> tuple[str, str]:
    """Wait for an incident's card: its thread, and what it shows."""

    def find() -> tuple[str, str] | None:
        for root in slack.messages(channel):
            for each in slack.messages(channel, root["ts"]):
                if f"{name} ·" in words_of(each):
                    return root["ts"], words_of(each)
        return None

    return await slack.wait_for(find)


def posted(slack: SlackSandbox, channel: str = "support") -> list[str]:
    """Return what the bot has said in a channel outside threads."""
    return [words_of(each) for each in slack.messages(channel) if each.get("bot_id")]


async def pressed_again(slack: SlackSandbox, payload: dict[str, Any]) -> None:
    """The same click a second time, as an impatient finger makes it."""
    again = copy.deepcopy(payload)
    again["trigger_id"] = again["trigger_id"] + "9"
    await slack.deliver("interactive", again)


async def test_a_commands_answer_becomes_an_incident_with_one_click(slack: SlackSandbox) -> None:
    """The answer is posted for everybody, once; its thread has the card, which knows what was asked; the private one goes."""
    answer = await private(slack, "lee")
    await slack.click(answer, "start_triage", user="lee")
    ts, card = await card_of(slack)
    await slack.wait_for(lambda: not slack.ephemerals("support", "lee"))

    assert "20502 CRPVerifyMetric_Failure" in card
    assert "0x00000409" in card
    assert len(posted(slack)) == 1
    assert "Shared by" in posted(slack)[0]
    assert len(slack.messages("support", ts)) == 2

    await slack.post(DOWNLOAD, channel="support", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: "20402 Download_Failure" in words_of(slack.messages("support", ts)[1]))


async def test_a_double_click_is_one_click(slack: SlackSandbox) -> None:
    """One answer, one card, and no word about it."""
    answer = await private(slack, "lee")
    clicked = await slack.click(answer, "start_triage", user="lee")
    await pressed_again(slack, clicked.payload)
    ts, _ = await card_of(slack)
    await pressed_again(slack, clicked.payload)
    await slack.wait_for(lambda: not slack.ephemerals("support", "lee"))
    await slack.settled()

    assert len(posted(slack)) == 1
    assert len(slack.messages("support", ts)) == 2
    assert slack.ephemerals("support", "lee") == []


async def test_shared_and_then_started_is_one_message(slack: SlackSandbox) -> None:
    """Whoever presses *Share* and at once *Start triage* posts the answer once, and has the incident under it."""
    answer = await private(slack, "lee")
    await slack.click(answer, "share", user="lee")
    await slack.click(answer, "start_triage", user="lee")
    ts, _ = await card_of(slack)
    await slack.settled()

    assert len(posted(slack)) == 1
    assert len(slack.messages("support", ts)) == 2


async def test_two_people_have_an_answer_each_and_an_incident_each(slack: SlackSandbox) -> None:
    """Neither saw the other's answer. Under the posted one a third click tells that its incident is open."""
    for user in ("amy", "lee"):
        await slack.click(await private(slack, user), "start_triage", user=user)
    first, _ = await card_of(slack)
    second, _ = await card_of(slack, name="INC-2")

    assert first != second
    assert len(posted(slack)) == 2
    root = next(each for each in slack.messages("support") if each["ts"] == first)
    await slack.click(root, "start_triage", user="jianhong")
    await said_to(slack, "jianhong", "INC-1", "已經有")
    assert len(slack.messages("support", first)) == 2


async def test_a_post_whose_answer_got_lost_is_found_and_followed_up(slack: SlackSandbox) -> None:
    """The bot does not know whether Slack has it, looks, and opens the incident under what it finds there."""
    answer = await private(slack, "lee")
    slack.faults.add("chat.postMessage", "reset_after_read", times=1, work_done=True)
    await slack.click(answer, "start_triage", user="lee")
    ts, _ = await card_of(slack)

    assert len(posted(slack)) == 1
    assert len(slack.messages("support", ts)) == 2


async def test_where_the_bot_is_no_member_the_asker_learns_it_and_can_press_again(slack: SlackSandbox) -> None:
    """The answer stays with its button, nothing is posted; once the bot is invited the same click does it."""
    answer = await private(slack, "amy", "random")
    await slack.click(answer, "start_triage", user="amy")
    await said_to(slack, "amy", "I am not in this channel", "/invite", channel="random")
    assert posted(slack, "random") == []
    assert any("start_triage" in str(each) for each in slack.ephemerals("random", "amy"))

    await slack.invite(slack.bot_user_id, channel="random")
    await slack.click(answer, "start_triage", user="amy")
    ts, _ = await card_of(slack, "random")
    assert len(posted(slack, "random")) == 1
    assert len(slack.messages("random", ts)) == 2


async def test_the_reason_is_given_in_the_askers_language(slack: SlackSandbox) -> None:
    """建宏's Slack is set to Traditional Chinese; each refusal has its sentence."""
    answer = await private(slack, "jianhong", "random")
    await slack.click(answer, "start_triage", user="jianhong")

    await said_to(slack, "jianhong", "我不在這個頻道裡", channel="random")
    assert posted(slack, "random") == []


async def test_an_archived_channel_gets_no_incident_and_the_asker_is_told(slack: SlackSandbox) -> None:
    """It was archived under the answer; only a direct message reaches the asker there."""
    answer = await private(slack, "lee")
    await slack.archive("support")
    await slack.click(answer, "start_triage", user="lee")
    await slack.wait_for(lambda: slack.direct_messages("lee"))

    assert "this channel is archived" in words_of(slack.direct_messages("lee")[-1])
    assert posted(slack) == []


async def test_in_a_direct_message_it_is_an_incident_for_one(slack: SlackSandbox) -> None:
    """Posted there like anywhere; what is pasted into its thread joins the evidence, a question is answered."""
    clicked = await slack.click(await private(slack, "amy", "dm"), "start_triage", user="amy")
    dm = clicked.payload["channel"]["id"]
    ts, card = await card_of(slack, dm)
    assert "20502 CRPVerifyMetric_Failure" in card

    await slack.post(DOWNLOAD, channel="dm", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: "20402 Download_Failure" in words_of(slack.messages(dm, ts)[1]))
    assert len(slack.messages(dm, ts)) == 3
    await slack.post("help", channel="dm", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages(dm, ts)) == 5)


async def test_in_a_group_message_it_is_like_in_a_channel(slack: SlackSandbox) -> None:
    """Slack does not tell the bot who is in there; it posts, and keeps the incident."""
    group = await slack.open_group_dm("amy", "lee")
    await slack.click(await private(slack, "amy", group), "start_triage", user="amy")
    ts, card = await card_of(slack, group)

    assert "20502 CRPVerifyMetric_Failure" in card
    assert len(slack.messages(group, ts)) == 2


async def test_a_group_message_without_the_bot_gets_no_incident_and_the_asker_is_told(slack: SlackSandbox) -> None:
    """Slack says only that it knows of no such channel."""
    group = await slack.open_group_dm("amy", "lee", bot=False)
    await slack.click(await private(slack, "amy", group), "start_triage", user="amy")

    await said_to(slack, "amy", "There can be no incident here", channel=group)
    assert posted(slack, group) == []


async def test_an_answer_in_a_direct_message_knows_what_it_explained(slack: SlackSandbox) -> None:
    """Its thread begins with the answer itself, which is all the evidence there is."""
    await slack.post("20402", channel="dm", user="amy")
    await slack.wait_for(lambda: len(slack.direct_messages("amy")) == 2)
    clicked = await slack.click(slack.direct_messages("amy")[-1], "start_triage", user="amy")
    _, card = await card_of(slack, clicked.payload["channel"]["id"])

    assert "20402 Download_Failure" in card


async def test_an_explained_message_becomes_an_incident_in_its_own_thread(slack: SlackSandbox) -> None:
    """Nothing is posted beside the card, and two people who ask have one incident; the later one is told so."""
    ts = await slack.post("is 20502 bad", channel="support", user="lee")
    for user in ("amy", "jianhong"):
        await slack.shortcut("explain_event", ts, "support", user)
        await slack.wait_for(lambda user=user: slack.ephemerals("support", user))  # type: ignore[misc]
    await slack.click(slack.ephemerals("support", "amy")[-1], "start_triage", user="amy")
    where, card = await card_of(slack)
    assert where == ts
    assert "20502 CRPVerifyMetric_Failure" in card

    await slack.click(slack.ephemerals("support", "jianhong")[-1], "start_triage", user="jianhong")
    await said_to(slack, "jianhong", "INC-1", "已經有")
    assert len(slack.messages("support", ts)) == 2
    assert posted(slack) == []


async def test_what_was_chosen_under_an_explanation_belongs_to_that_thread(slack: SlackSandbox) -> None:
    """An undocumented ID offers neighbours; the chosen one still knows which message was asked about."""
    ts = await slack.post("20503 what", channel="support", user="lee")
    await slack.shortcut("explain_event", ts, "support", "amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))
    await slack.click(slack.ephemerals("support", "amy")[-1], "choose:1", user="amy")
    await slack.wait_for(lambda: "CRPVerifyMetric_Warning" in words_of(slack.ephemerals("support", "amy")[-1]))
    await slack.click(slack.ephemerals("support", "amy")[-1], "start_triage", user="amy")
    where, card = await card_of(slack)

    assert where == ts
    assert "20501 CRPVerifyMetric_Warning" in card


@pytest.mark.parametrize("callback_id", ["explain_event", "start_triage"])
async def test_a_message_where_the_bot_is_no_member_gets_one_sentence(slack: SlackSandbox, callback_id: str) -> None:
    """It can neither read the thread nor keep a card there, and says so to whoever asked."""
    ts = await slack.post("20502 0x408 again", channel="random", user="lee")
    await slack.shortcut(callback_id, ts, "random", "amy")
    await slack.wait_for(lambda: slack.ephemerals("random", "amy"))
    if callback_id == "explain_event":
        await slack.click(slack.ephemerals("random", "amy")[-1], "start_triage", user="amy")

    await said_to(slack, "amy", "I am not in this channel", channel="random")
    assert len(slack.messages("random", ts)) == 1


async def test_a_message_that_was_deleted_meanwhile_gets_one_sentence(slack: SlackSandbox) -> None:
    """The explanation is still on the asker's screen; nobody has answered the message, so nothing is left of it."""
    ts = await slack.post("is 20502 bad", channel="support", user="lee")
    await slack.shortcut("explain_event", ts, "support", "amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy"))
    await slack.delete(ts, channel="support", user="lee")
    answer = next(each for each in slack.ephemerals("support", "amy") if "start_triage" in str(each))
    await slack.click(answer, "start_triage", user="amy")

    await said_to(slack, "amy", "was deleted")
    assert posted(slack) == []


async def test_a_thread_outlives_its_deleted_message_and_can_be_an_incident(slack: SlackSandbox) -> None:
    """Somebody has replied, so Slack keeps the thread under a tombstone; the card knows what was explained."""
    ts = await slack.post("20502 0x408 again", channel="support", user="lee")
    await slack.shortcut("explain_event", ts, "support", "amy")
    await slack.wait_for(lambda: slack.ephemerals("support", "amy") and len(slack.messages("support", ts)) == 2)
    await slack.delete(ts, channel="support", user="lee")
    answer = next(each for each in slack.ephemerals("support", "amy") if "start_triage" in str(each))
    await slack.click(answer, "start_triage", user="amy")
    where, card = await card_of(slack)

    assert where == ts
    assert slack.messages("support", ts)[0]["subtype"] == "tombstone"
    assert "20502 CRPVerifyMetric_Failure" in card
