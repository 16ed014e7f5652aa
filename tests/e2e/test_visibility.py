"""Visibility of what is remembered, and of moves: members, guests and another organisation, over both doors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox, Team
from tests.e2e.test_channel_settings import said_to
from tests.e2e.test_incidents import AMY, LEE, fill, opened, shows
from tests.e2e.test_lists import home_of, told, triaged
from tests.smoke.scenarios import PASTE, words_of

NOTE, FIX = "On NDES01 look at the sundial first", "wound the sundial"
SOMEONE_ELSE = "Guests or people of another organisation"
NOT_YOURS = "Incidents here are for the people of the organisation"


async def remember(slack: SlackSandbox) -> None:
    """Resolve an incident in #support whose fix and note say something internal."""
    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    await fill(slack, "amy", cause="a sundial at night", fix=FIX)
    await shows(slack, ts, "Resolved")
    await slack.click(slack.messages("support", ts)[2], "open_incident:note", user="amy")
    await fill(slack, "amy", words=NOTE)
    await slack.settled()


async def members_only(_slack: SlackSandbox) -> None:
    """Nobody else is in the channel."""


async def a_guest(slack: SlackSandbox) -> None:
    slack.set_role("jianhong", "multi_channel_guest")


async def a_single_channel_guest(slack: SlackSandbox) -> None:
    slack.set_role("jianhong", "single_channel_guest")


async def another_organisation(slack: SlackSandbox) -> None:
    await slack.share_channel("annex", slack.add_workspace(name="Fabrikam", installed=False))


async def an_invitation(slack: SlackSandbox) -> None:
    await slack.share_channel("annex", slack.add_workspace(name="Fabrikam", installed=False), accepted=False)


async def no_list_of_members(slack: SlackSandbox) -> None:
    slack.faults.add("conversations.members", times=9)


@pytest.mark.parametrize(
    ("readers", "shown"),
    [
        (members_only, True),
        (a_guest, False),
        (a_single_channel_guest, False),
        (another_organisation, False),
        (an_invitation, False),
        (no_list_of_members, False),
    ],
)
async def test_what_is_remembered_is_posted_among_members_only(
    slack: SlackSandbox, readers: Callable[[SlackSandbox], Awaitable[None]], shown: bool
) -> None:
    """A note under a posted answer, and a similar incident with its fix, stay out of a channel that others read."""
    await remember(slack)
    await slack.create_channel("annex", bot=True)
    await readers(slack)
    ts = await slack.post(PASTE, channel="annex", user="lee")
    await slack.wait_for(lambda: len(slack.messages("annex", ts)) == 2)
    answer = slack.messages("annex", ts)[1]
    await slack.click(answer, "start_triage", user="lee")
    await slack.wait_for(lambda: "INC-2" in words_of(slack.messages("annex", ts)[2]))
    # Posts of a channel go out one after the other: whatever came with the card is there before this answer.
    await slack.post(f"<@{slack.bot_user_id}> 0x411", channel="annex", user="lee", thread_ts=ts)
    await slack.wait_for(lambda: "CRPSCEPChallenge_Expired" in words_of(slack.messages("annex", ts)[-1]))
    said = json.dumps(slack.messages("annex"), ensure_ascii=False) + json.dumps(slack.messages("annex", ts))

    assert (NOTE in words_of(answer)) is shown
    assert (FIX in said) is shown
    assert (NOTE in said) is shown


@pytest.mark.parametrize("readers", [another_organisation, an_invitation])
async def test_a_channel_that_is_shared_after_an_answer_is_told_nothing_more(
    slack: SlackSandbox, readers: Callable[[SlackSandbox], Awaitable[None]]
) -> None:
    """Slack is asked anew for each answer who reads a channel, seconds later."""
    await remember(slack)
    await slack.create_channel("annex", bot=True)
    first = await slack.post(PASTE, channel="annex", user="lee")
    await slack.wait_for(lambda: NOTE in words_of(slack.messages("annex", first)[1]))
    await readers(slack)
    await asyncio.sleep(3.2)
    second = await slack.post(PASTE, channel="annex", user="lee")
    await slack.wait_for(lambda: len(slack.messages("annex", second)) == 2)

    assert NOTE not in words_of(slack.messages("annex", second)[1])


async def test_a_mention_in_a_shared_channel_is_answered_without_notes(slack: SlackSandbox) -> None:
    """The article is for everybody; a member who asks privately there sees the note, a guest does not."""
    await remember(slack)
    await slack.create_channel("annex", bot=True)
    await another_organisation(slack)
    slack.set_role("jianhong", "multi_channel_guest")
    asked = await slack.post(f"<@{slack.bot_user_id}> 20502 0x409", channel="annex", user="lee")
    await slack.wait_for(lambda: len(slack.messages("annex", asked)) == 2)

    assert "20502" in words_of(slack.messages("annex", asked)[1])
    assert NOTE not in words_of(slack.messages("annex", asked)[1])
    assert NOTE in await told(slack, "20502", user="lee", channel="annex")
    assert NOTE not in await told(slack, "20502", user="jianhong", channel="annex")
    await slack.post("20502", channel="dm", user="jianhong")
    await slack.wait_for(lambda: len(slack.direct_messages("jianhong")) == 2)
    assert NOTE not in words_of(slack.direct_messages("jianhong")[-1])


def card_in(slack: SlackSandbox, channel: str, ts: str) -> dict[str, Any]:
    """The card of a thread's incident; LookupError while there is none."""
    found = [each for each in slack.messages(channel, ts) if "INC-" in words_of(each) and each["ts"] != ts]
    return found[0]


async def incident_in_a_shared_channel(slack: SlackSandbox) -> tuple[Team, str, dict[str, Any]]:
    """Another organisation's workspace, and the thread and card of an incident that both sides read."""
    await slack.create_channel("annex", bot=True)
    other = slack.add_workspace(name="Fabrikam", installed=False)
    await slack.share_channel("annex", other)
    ts = await slack.post(PASTE, channel="annex", user="lee")
    await slack.wait_for(lambda: len(slack.messages("annex", ts)) == 2)
    await slack.click(slack.messages("annex", ts)[1], "start_triage", user="lee")
    await slack.wait_for(lambda: "INC-" in words_of(slack.messages("annex", ts)[2]))
    return other, ts, slack.messages("annex", ts)[2]


@pytest.mark.parametrize(
    "button", ["incident:claim", "open_incident:resolve", "open_incident:hand_over", "open_incident:rate"]
)
async def test_somebody_of_another_organisation_moves_nothing(slack: SlackSandbox, button: str) -> None:
    """One sentence says why; no form opens and the card stays."""
    other, ts, card = await incident_in_a_shared_channel(slack)
    await other.click(card, button, user="amy")
    await slack.wait_for(lambda: other.ephemerals("annex", "amy"))

    assert NOT_YOURS in words_of(other.ephemerals("annex", "amy")[-1])
    assert other.views("amy") == []
    assert "Nobody owns it yet" in words_of(slack.messages("annex", ts)[2])


async def test_somebody_of_another_organisation_reads_no_record(slack: SlackSandbox) -> None:
    """The summary says what the card says; the export, which says more, stays out of the thread for a member as well."""
    await remember(slack)
    other, ts, card = await incident_in_a_shared_channel(slack)
    await other.click(card, "incident:summary", user="amy")
    await slack.wait_for(lambda: len(other.ephemerals("annex", "amy")) == 1)
    await other.click(card, "incident:export", user="amy")
    await slack.wait_for(lambda: len(other.ephemerals("annex", "amy")) == 2)
    await slack.click(card, "incident:export", user="lee")
    await said_to(slack, "lee", SOMEONE_ELSE, channel="annex")

    summary, refusal = (words_of(each) for each in other.ephemerals("annex", "amy"))
    assert "20502" in summary
    assert FIX not in summary
    assert NOT_YOURS in refusal
    assert not any(each.get("files") for each in slack.messages("annex", ts))


async def test_somebody_of_another_organisation_has_their_paste_triaged_and_learns_nothing_else(
    slack: SlackSandbox,
) -> None:
    """The card shows what was pasted there; what resembles it, and what fixed that, is not theirs."""
    await remember(slack)
    await slack.create_channel("annex", bot=True)
    other = slack.add_workspace(name="Fabrikam", installed=False)
    await slack.share_channel("annex", other)
    ts = await other.post(PASTE, channel="annex", user="amy")
    await slack.wait_for(lambda: len(slack.messages("annex", ts)) == 2)
    await other.click(slack.messages("annex", ts)[1], "start_triage", user="amy")
    await slack.wait_for(lambda: card_in(slack, "annex", ts))
    await other.post(f"<@{slack.bot_user_id}> 0x411", channel="annex", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: "CRPSCEPChallenge_Expired" in words_of(slack.messages("annex", ts)[-1]))
    said = json.dumps(slack.messages("annex", ts), ensure_ascii=False)

    assert "20502 CRPVerifyMetric_Failure" in words_of(card_in(slack, "annex", ts))
    assert not any(each in said for each in (FIX, NOTE, "INC-1 ", "Looks like"))


async def test_nobody_of_another_organisation_sets_how_the_bot_behaves(slack: SlackSandbox) -> None:
    """In a channel that is set to silence, "speak" from elsewhere opens no thread."""
    await slack.create_channel("annex", bot=True)
    other = slack.add_workspace(name="Fabrikam", installed=False)
    await slack.share_channel("annex", other)
    await told(slack, "here never", channel="annex")
    ts = await other.post("what a day", channel="annex", user="amy")
    await other.post(f"<@{slack.bot_user_id}> speak", channel="annex", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: other.ephemerals("annex", "amy"))
    await other.post(PASTE, channel="annex", user="amy", thread_ts=ts)
    await slack.post(PASTE, channel="support", user="lee")
    await slack.wait_for(lambda: len(slack.messages("support", slack.messages("support")[-1]["ts"])) == 2)

    assert "again" not in words_of(other.ephemerals("annex", "amy")[-1])
    assert len(slack.messages("annex", ts)) == 3


@pytest.mark.parametrize("button", ["incident:claim", "open_incident:resolve", "incident:summary", "incident:export"])
async def test_a_copy_of_a_card_in_another_channel_does_nothing(slack: SlackSandbox, button: str) -> None:
    """Whoever presses there may not be in the incident's channel, whose forms and summaries say more than the copy."""
    _, card = await opened(slack)
    annex = await slack.create_channel("annex", bot=True)
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    copy = await client.chat_postMessage(channel=annex, text=card["text"], blocks=card["blocks"])
    await slack.click(str(copy["ts"]), button, user="lee")
    await said_to(slack, "lee", "This is a copy of INC-1's card", channel="annex")

    assert slack.views("lee") == []
    assert not any("Nobody owns" in words_of(each) for each in slack.ephemerals("annex", "lee"))


async def test_a_guest_sees_what_stands_in_their_channels(slack: SlackSandbox) -> None:
    """There they act like anybody; an incident elsewhere is not listed though it is theirs, and nothing is counted."""
    ts = await triaged(slack)
    slack.set_role("lee", "multi_channel_guest")
    await slack.click(card_in(slack, "support", ts), "incident:claim", user="lee")
    await slack.wait_for(lambda: f"<@{LEE}>" in words_of(card_in(slack, "support", ts)))
    assert "INC-1" in await told(slack, "mine", user="lee")
    assert "20502 in 1" in json.dumps(await home_of(slack, "amy"))
    assert "20502 in 1" not in json.dumps(await home_of(slack, "lee"))

    await slack.create_channel("annex", members=("amy",), bot=True)
    elsewhere = await triaged(slack, "annex")
    await slack.click(card_in(slack, "annex", elsewhere), "open_incident:hand_over", user="amy")
    await fill(slack, "amy", to=LEE)
    await slack.wait_for(lambda: f"<@{LEE}>" in words_of(card_in(slack, "annex", elsewhere)))
    assert "INC-2" not in await told(slack, "mine", user="lee")
    assert "No incident" in await told(slack, "search INC-2", user="lee")
    assert "INC-2" not in json.dumps(await home_of(slack, "lee"))


async def test_unanswered_questions_are_for_administrators(slack: SlackSandbox) -> None:
    """Not for whoever makes herself the owner of new incidents somewhere, nor a guest."""
    await slack.post(f"<@{slack.bot_user_id}> is there any cocoa left", channel="support", user="jianhong")
    await said_to(slack, "jianhong")
    await slack.settled()
    await slack.create_channel("den", private=True, members=("amy",), bot=True)
    await slack.command("/event", "here", channel="den", user="amy")
    await fill(slack, "amy", owner=AMY)
    slack.set_role("lee", "admin")

    assert "any cocoa left" in json.dumps(await home_of(slack, "lee"))
    assert "any cocoa left" not in json.dumps(await home_of(slack, "amy"))
    slack.set_role("lee", "member")
    assert "any cocoa left" not in json.dumps(await home_of(slack, "lee"))


async def test_what_was_asked_in_confidence_is_not_kept(slack: SlackSandbox) -> None:
    """By command, in a direct message and in a private channel; a question in a public channel is."""
    slack.set_role("lee", "owner")
    await slack.create_channel("den", private=True, members=("amy",), bot=True)
    await told(slack, "does the falcon eat bob")
    await slack.post("is the falcon asleep", channel="dm", user="amy")
    await slack.wait_for(lambda: len(slack.direct_messages("amy")) == 2)
    await slack.post(f"<@{slack.bot_user_id}> is the falcon on the roof again", channel="den", user="amy")
    await said_to(slack, "amy", channel="den")
    before = len(slack.ephemerals("support", "amy"))
    await slack.post(f"<@{slack.bot_user_id}> is there any cocoa left", channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.ephemerals("support", "amy")) > before)
    home = json.dumps(await home_of(slack, "lee"))

    assert "cocoa" in home
    assert "falcon" not in home
