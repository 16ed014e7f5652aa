"""Life in and around an incident's thread: edits, deletions, other bots, and messages at the wrong moment."""

from __future__ import annotations

import copy
from typing import Any

import aiohttp

from bot.sandbox import SlackSandbox
from tests.e2e.test_channel_settings import said_to
from tests.e2e.test_incidents import AMY, DOWNLOAD, LEE, SUCCESS, card, fill, opened, shows
from tests.smoke.scenarios import PASTE, words_of

SUPPORT = "C0SUPPORT00"


async def gone(slack: SlackSandbox, ts: str, words: str) -> None:
    """Wait until the card no longer shows this."""
    await slack.wait_for(lambda: words not in card(slack, ts))


async def exported(slack: SlackSandbox, ts: str) -> str:
    """The incident's record as the file that *Export* puts into the thread."""
    await slack.click(slack.messages("support", ts)[2], "incident:export", user="amy")
    with_file = await slack.wait_for(lambda: [each for each in slack.messages("support", ts) if each.get("files")])
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    address = with_file[-1]["files"][0]["url_private"]
    async with aiohttp.ClientSession(headers=headers) as session, session.get(address) as answer:
        return await answer.text()


async def alert(slack: SlackSandbox, ts: str, at: str, **event: Any) -> None:
    """Deliver what a monitoring tool says in a thread."""
    said = {"type": "message", "channel": SUPPORT, "channel_type": "channel", "event_ts": at, "ts": at, **event}
    payload = {
        "type": "event_callback",
        "team_id": slack.team_id,
        "api_app_id": slack.app_id,
        "event_id": f"Ev{at}",
        "event_time": int(float(at)),
        "authorizations": [{"team_id": slack.team_id, "user_id": slack.bot_user_id, "is_bot": True}],
        "event": said,
    }
    assert (await slack.deliver("events_api", payload)).acked


def later(slack: SlackSandbox, seconds: int) -> str:
    return f"{int(slack.now()) + seconds}.000100"


async def test_an_edit_that_removes_the_only_evidence_leaves_a_card_that_says_so(slack: SlackSandbox) -> None:
    """Nothing of what it showed is claimed any longer, and pasting again brings it back."""
    ts, _ = await opened(slack)
    await slack.edit(ts, "sorry, wrong ticket", channel="support", user="amy")
    await shows(slack, ts, "Nothing seen yet")
    assert "20502" not in card(slack, ts)

    await slack.edit(ts, PASTE, channel="support", user="amy")
    await shows(slack, ts, "20502 CRPVerifyMetric_Failure")


async def test_a_deleted_first_message_takes_its_evidence_along_and_the_thread_goes_on(slack: SlackSandbox) -> None:
    """Slack leaves a tombstone there, which is no evidence of anybody's."""
    ts, _ = await opened(slack)
    await slack.delete(ts, channel="support", user="amy")
    await shows(slack, ts, "Nothing seen yet")
    await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)

    await shows(slack, ts, "20402 Download_Failure")
    assert f"A message of {AMY} was edited or deleted and no longer shows 20502" in await exported(slack, ts)


async def test_a_deleted_file_is_no_longer_evidence_and_the_words_beside_it_still_are(slack: SlackSandbox) -> None:
    """Slack says only which file it was."""
    ts, _ = await opened(slack)
    posted = await slack.upload("events.txt", DOWNLOAD.encode(), SUCCESS, channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure", "20500 CRPVerifyMetric_Success")
    message = next(each for each in slack.messages("support", ts) if each["ts"] == posted)
    await slack.delete_file(message["files"][0]["id"], user="lee")

    await gone(slack, ts, "20402 Download_Failure")
    assert "20500 CRPVerifyMetric_Success" in card(slack, ts)


async def test_an_alert_of_another_app_is_evidence_and_so_is_its_change(slack: SlackSandbox) -> None:
    """Its blocks are what people see; the record names the tool, not a person and not the bot."""
    ts, _ = await opened(slack)
    at = later(slack, 1)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": DOWNLOAD}}]
    tool = {"bot_id": "B0MONITOR00", "subtype": "bot_message", "thread_ts": ts}
    await alert(slack, ts, at, **tool, text="New alert on NDES01", blocks=blocks)
    await shows(slack, ts, "20402 Download_Failure")
    blocks[0]["text"]["text"] = SUCCESS  # type: ignore[index]
    changed = {"type": "message", **tool, "ts": at, "text": "Resolved on NDES01", "blocks": blocks}
    await alert(slack, ts, later(slack, 5), subtype="message_changed", message=changed, previous_message=changed)

    await gone(slack, ts, "20402 Download_Failure")
    record = await exported(slack, ts)
    assert "B0MONITOR00 posted 20402" in record
    assert "A message of B0MONITOR00 was edited and now shows 20500" in record


async def test_what_the_bot_says_itself_is_no_evidence_however_it_changes(slack: SlackSandbox) -> None:
    """Its own answer names events, and Slack tells of each change of it."""
    ts, _ = await opened(slack)
    answer = slack.messages("support", ts)[1]
    changed = {**answer, "type": "message", "text": DOWNLOAD, "blocks": [], "thread_ts": ts}
    await alert(slack, ts, later(slack, 1), subtype="message_changed", message=changed, previous_message=answer)
    await slack.post(SUCCESS, channel="support", user="lee", thread_ts=ts)

    await shows(slack, ts, "20500 CRPVerifyMetric_Success")
    assert "20402 Download_Failure" not in card(slack, ts)


async def test_what_is_pasted_while_the_incident_is_being_opened_is_not_lost(slack: SlackSandbox) -> None:
    """Slack is slow between the reading of the thread and the keeping of the incident."""
    ts = await slack.post(PASTE, channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    slack.faults.add("chat.getPermalink", "slow_body", times=1, seconds=3)
    await slack.click(slack.messages("support", ts)[1], "start_triage", user="amy")
    await slack.wait_for(lambda: any(call.method == "conversations.replies" for call in slack.calls))
    await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)

    await slack.wait_for(
        lambda: any(
            "INC-1" in words_of(each) and "20402 Download" in words_of(each) for each in slack.messages("support", ts)
        ),
        15,
    )
    assert len([each for each in slack.messages("support", ts) if "INC-1" in words_of(each)]) == 1


async def test_triage_where_the_bot_is_not_says_so_at_once(slack: SlackSandbox) -> None:
    """Slack shows the entry of a message's menu in every channel."""
    await slack.create_channel("elsewhere", members=("amy",), bot=False)
    ts = await slack.post(PASTE, channel="elsewhere", user="amy")
    await slack.shortcut("start_triage", ts, channel="elsewhere", user="amy")
    told = await slack.wait_for(lambda: slack.ephemerals("elsewhere", "amy"))

    assert "not in this channel" in told[0]["text"]
    assert "/invite" in told[0]["text"]
    assert len(slack.messages("elsewhere", ts)) == 1


async def test_whoever_is_handed_an_incident_is_told_in_the_thread(slack: SlackSandbox) -> None:
    """An edit of the card calls nobody; taken back, the one before is told."""
    ts, message = await opened(slack)
    await slack.click(message, "incident:claim", user="amy")
    await shows(slack, ts, f"<@{AMY}>")
    for user, to in (("amy", LEE), ("amy", AMY)):
        await slack.click(slack.messages("support", ts)[2], "open_incident:hand_over", user=user)
        await fill(slack, user, to=to, note="restart did *nothing*" if to == LEE else "")
        await shows(slack, ts, f"Owner: <@{to}>")
    said = await slack.wait_for(
        lambda: (
            [words_of(each) for each in slack.messages("support", ts)[3:5]][1]
            and [words_of(each) for each in slack.messages("support", ts)[3:5]]
        ),
        8,
    )

    assert f"<@{LEE}>, <@{AMY}> handed INC-1 over to you" in said[0]
    assert "restart did *nothing*" in said[0]
    assert f"<@{LEE}>, <@{AMY}> took INC-1 over" in said[1]


async def test_waiting_says_what_for(slack: SlackSandbox) -> None:
    """The card shows it, and the old menu of a card from before still works."""
    ts, message = await opened(slack)
    clicked = await slack.click(message, "open_incident:status", user="amy", chosen="Waiting")
    await fill(slack, "amy", note="network team opens the proxy for anna@contoso.com")
    await shows(slack, ts, "Waiting: network team opens the proxy")
    assert "anna" not in card(slack, ts)

    old = copy.deepcopy(clicked.payload)
    old["trigger_id"] = "1.2.old"
    old["actions"][0] |= {"action_id": "incident:status", "selected_option": {"value": "1|mitigated"}}
    await slack.deliver("interactive", old)
    await shows(slack, ts, "Mitigated")


async def test_a_draft_from_a_card_of_before_the_reopening_is_refused_with_a_reason(slack: SlackSandbox) -> None:
    """Its cause may not hold any longer."""
    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    await fill(slack, "amy", cause="signing certificate gone", fix="restarted it")
    await shows(slack, ts, "Resolved")
    clicked = await slack.click(slack.messages("support", ts)[2], "incident:reopen", user="amy")
    await shows(slack, ts, "In progress")
    late = copy.deepcopy(clicked.payload)
    late["trigger_id"] = "1.2.late"
    late["actions"][0]["action_id"] = "incident:draft"
    await slack.deliver("interactive", late)

    await said_to(slack, "amy", "INC-1 is not resolved")
    assert not any(each.get("files") for each in slack.messages("support", ts))


async def test_a_secret_that_an_edit_shows_is_warned_of_once(slack: SlackSandbox) -> None:
    """In any channel; editing again around it is no news."""
    secret = "xoxb-" + "123456789012-1234567890123-" + "AbCdEfGhIjKlMnOpQrStUvWx"
    ts = await slack.post("it fails with our token", channel="support", user="lee")
    await slack.edit(ts, f"it fails with {secret}", channel="support", user="lee")
    await said_to(slack, "lee", "revoke")
    await slack.edit(ts, f"it still fails with {secret}", channel="support", user="lee")
    asked = await slack.post(f"<@{slack.bot_user_id}> 20502", channel="support", user="lee")
    await slack.wait_for(lambda: len(slack.messages("support", asked)) == 2)

    assert len(slack.ephemerals("support", "lee")) == 1


async def test_words_alone_find_what_was_resolved_before(slack: SlackSandbox) -> None:
    """Nobody has pasted an event yet; what the thread says resembles the cause of an older one."""
    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    cause = "proxy allowlist dropped the connector server after the firewall migration"
    await fill(slack, "amy", cause=cause, fix="put the server back on the allowlist")
    await shows(slack, ts, "Resolved")
    words = "after the firewall migration the proxy allowlist seems to have dropped our connector server"
    again = await slack.post(words, channel="support", user="lee")
    await slack.post(f"<@{slack.bot_user_id}> triage this", channel="support", user="lee", thread_ts=again)

    await slack.wait_for(
        lambda: any("back on the allowlist" in words_of(each) for each in slack.messages("support", again)), 10
    )
    (similar,) = (words_of(each) for each in slack.messages("support", again) if "INC-1" in words_of(each))
    assert "Looks like" in similar
    assert "dropped" in similar
