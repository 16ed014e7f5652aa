"""Whole incidents through the real Bolt app, over both doors: from a paste to the export."""

from __future__ import annotations

import copy
import itertools
import json
import re
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.smoke.scenarios import PASTE, words_of

AMY, LEE = "U0AMY000000", "U0LEE000000"
DOWNLOAD = PASTE.replace("20502", "20402").replace("0x00000409", "0x0FFFFFFF").replace("9:12:33", "9:02:10")
SUCCESS = PASTE.replace("20502", "20500").replace("0x00000409", "0x00000000").replace("9:12:33", "9:40:00")


async def opened(slack: SlackSandbox, user: str = "amy") -> tuple[str, dict[str, Any]]:
    """A pasted event that was answered, and the card that triage was started with: the thread, and the card."""
    ts = await slack.post(PASTE, channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    await slack.click(slack.messages("support", ts)[1], "start_triage", user=user)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 3)
    return ts, slack.messages("support", ts)[2]


def card(slack: SlackSandbox, ts: str) -> str:
    """Return what the card of a thread shows now."""
    return words_of(slack.messages("support", ts)[2])


async def shows(slack: SlackSandbox, ts: str, *words: str, seconds: float = 12) -> None:
    """Wait until the card shows all of these."""
    await slack.wait_for(lambda: all(word in card(slack, ts) for word in words), seconds)


async def fill(slack: SlackSandbox, user: str, **values: str) -> None:
    """Fill in the form that has opened, and send it."""
    form = await slack.wait_for(lambda: slack.views(user))
    await slack.submit_view(form[-1]["id"], values, user=user)


async def test_a_thread_becomes_an_incident_with_one_card(slack: SlackSandbox) -> None:
    """The card shows what the thread showed so far; opening twice shows the first."""
    ts, message = await opened(slack)
    shown = words_of(message)

    assert "INC-1" in shown
    assert "Triage" in shown
    assert "Nobody owns it yet" in shown
    assert "20502 CRPVerifyMetric_Failure" in shown
    assert "NDES01" in shown
    assert "policy module" in shown
    assert "Get-WinEvent" in shown

    await slack.click(slack.messages("support", ts)[1], "start_triage", user="lee")
    await slack.wait_for(lambda: any("INC-1" in each["text"] for each in slack.ephemerals("support", "lee")))
    assert len(slack.messages("support", ts)) == 3


async def test_the_card_follows_what_is_pasted_edited_and_deleted(slack: SlackSandbox) -> None:
    """No mention, no new message: the cause moves to the failed download, and back when that paste is taken away."""
    ts, _ = await opened(slack)
    later = await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure", "Likely cause: 20402")
    assert len(slack.messages("support", ts)) == 4

    await slack.edit(later, "never mind, wrong server", channel="support", user="lee")
    await slack.wait_for(lambda: "20402 Download_Failure" not in card(slack, ts))
    await slack.edit(later, DOWNLOAD, channel="support", user="lee")
    await shows(slack, ts, "20402 Download_Failure")
    await slack.delete(later, channel="support", user="lee")
    await slack.wait_for(lambda: "20402 Download_Failure" not in card(slack, ts))


async def test_an_incident_from_claim_to_export(slack: SlackSandbox) -> None:
    """Two people, a hand-over, a step that was tried, the end with cause and fix, the record as a file."""
    ts, message = await opened(slack)
    clicked = await slack.click(message, "incident:claim", user="amy")
    await shows(slack, ts, "In progress", AMY)

    # Lee saw the button as well, and was a moment later.
    late = copy.deepcopy(clicked.payload)
    late["user"]["id"], late["trigger_id"] = LEE, "1.2.another"
    await slack.deliver("interactive", late)
    await slack.wait_for(lambda: any("already" in each["text"] for each in slack.ephemerals("support", "lee")))

    blocks = slack.messages("support", ts)[2]["blocks"]
    step = next(block["block_id"] for block in blocks if block.get("block_id", "").startswith("step:"))
    await slack.click(
        slack.messages("support", ts)[2], "incident:step", user="amy", chosen="Did not help", block_id=step
    )
    await shows(slack, ts, "Did not help")

    await slack.click(slack.messages("support", ts)[2], "open_incident:hand_over", user="amy")
    await fill(slack, "amy", to=LEE, note="restart did nothing")
    await shows(slack, ts, f"<@{LEE}>")

    await slack.click(slack.messages("support", ts)[2], "open_incident:resolve", user="lee")
    await fill(slack, "lee", cause="signing certificate gone", fix="restarted the service, then re-enrolled")
    await shows(slack, ts, "Resolved", "re-enrolled")

    await slack.click(slack.messages("support", ts)[2], "incident:export", user="lee")
    await slack.wait_for(lambda: any(each.get("files") for each in slack.messages("support", ts)))
    assert "INC-1-" in json.dumps(slack.messages("support", ts))

    await slack.click(slack.messages("support", ts)[2], "incident:draft", user="lee")
    await slack.wait_for(lambda: '"20502-INC-1-' in json.dumps(slack.messages("support", ts)))


async def test_when_everything_is_settled_the_form_still_knows_cause_and_fix(slack: SlackSandbox) -> None:
    """A step was done, then a device succeeded: whoever resolves it only has to read and send."""
    ts, message = await opened(slack)
    step = next(each for each in message["blocks"] if each.get("block_id", "").startswith("step:"))
    await slack.click(message, "incident:step", user="amy", chosen="Done", block_id=step["block_id"])
    await shows(slack, ts, "Done, ")
    await slack.post(SUCCESS, channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "Settled: 20502")
    await slack.click(slack.messages("support", ts)[2], "open_incident:resolve", user="amy")
    form = (await slack.wait_for(lambda: slack.views("amy")))[-1]
    filled = {block["block_id"]: block["element"].get("initial_value", "") for block in form["blocks"]}

    assert "0x00000409 CRPSCEPSigningCert_NotFound" in filled["cause"]
    assert filled["fix"]
    assert filled["fix"][:30] in words_of(message)
    await slack.submit_view(form["id"], {}, user="amy")
    await shows(slack, ts, "Resolved", "What fixed it")


async def test_a_mention_opens_an_incident_in_either_language(slack: SlackSandbox) -> None:
    """ "Triage this" below a paste, and the same in Chinese."""
    for words, status in (("triage this", "Triage"), ("開單", "初步研判"), ("開始分級", "初步研判")):
        user = "amy" if status == "Triage" else "jianhong"
        ts = await slack.post("certificates do not arrive", channel="support", user=user)
        await slack.post(f"<@{slack.bot_user_id}> {words}", channel="support", user=user, thread_ts=ts)
        await slack.wait_for(lambda ts=ts: len(slack.messages("support", ts)) == 3)  # type: ignore[misc]

        assert status in card(slack, ts)


async def test_a_dropped_log_file_is_evidence(slack: SlackSandbox) -> None:
    """A file is read like pasted text."""
    ts, _ = await opened(slack)
    assert "20402 Download_Failure" not in card(slack, ts)
    await slack.upload("events.txt", DOWNLOAD.encode(), channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure")

    assert "Likely cause: 20402" in card(slack, ts)


async def test_a_card_deleted_by_hand_comes_back(slack: SlackSandbox) -> None:
    """There is one card again, and it goes on following."""
    ts, message = await opened(slack)
    await AsyncWebClient(token=slack.bot_token, base_url=slack.api_url).chat_delete(
        channel=message.get("channel") or "C0SUPPORT00", ts=message["ts"]
    )
    await slack.wait_for(lambda: "INC-1" in words_of(slack.messages("support", ts)[-1]))
    await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)
    await slack.wait_for(lambda: any("20402 Download" in words_of(each) for each in slack.messages("support", ts)))

    assert sum("INC-1" in words_of(each) for each in slack.messages("support", ts)) == 1


async def test_a_bot_taken_out_of_the_channel_keeps_the_record(slack: SlackSandbox) -> None:
    """Earlier sightings are still known, and later ones are added after its return."""
    ts, _ = await opened(slack)
    # The thread is read when the incident is opened, and right after: what came in between must not be lost.
    await slack.wait_for(lambda: sum(each.method == "conversations.replies" for each in slack.calls) > 1)
    await slack.leave(slack.bot_user_id, channel="support")
    await slack.post(SUCCESS, channel="support", user="lee", thread_ts=ts)
    await slack.invite(slack.bot_user_id, channel="support")
    await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)

    await shows(slack, ts, "20402 Download_Failure", "20502 CRPVerifyMetric_Failure")

    assert "20500" not in card(slack, ts).partition("Next steps")[0]


async def test_a_channel_that_was_archived_loses_nothing_of_the_record(slack: SlackSandbox) -> None:
    """The card cannot be edited there, and when the channel comes back it is true again."""
    ts, message = await opened(slack)
    await slack.archive("support")
    await slack.click(message, "incident:claim", user="amy")
    await slack.unarchive("support")
    await slack.invite(slack.bot_user_id, channel="support")
    await slack.post(DOWNLOAD, channel="support", user="lee", thread_ts=ts)

    await slack.wait_for(
        lambda: any(AMY in words_of(each) and "20402" in words_of(each) for each in slack.messages("support", ts)[2:]),
        15,
    )
    cards = [words_of(each) for each in slack.messages("support", ts)[2:] if "INC-1" in words_of(each)]
    assert len(cards) == 1
    assert "Nobody owns it yet" not in cards[0]


@pytest.mark.full_pace
@pytest.mark.thorough
async def test_two_hundred_messages_are_a_few_edits_and_the_card_ends_true(slack: SlackSandbox) -> None:
    """At most one edit every two seconds, and the last one shows all of it."""
    ts, _ = await opened(slack)
    for number in range(200):
        text = DOWNLOAD.replace("9:02:10", f"9:{number // 60:02}:{number % 60:02}")
        await slack.post(text, channel="support", user="lee", thread_ts=ts)
    await shows(slack, ts, "20402 Download_Failure* ×200", seconds=60)
    edits = [call.at for call in slack.calls if call.method == "chat.update" and call.answer["ok"]]

    assert min((later - earlier for earlier, later in itertools.pairwise(edits)), default=9) >= 2
    assert len(slack.messages("support", ts)) == 203


async def test_a_form_that_fails_says_so_with_a_reference(slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays open with what was filled in, and can be sent again; both languages are there, so the asker's is."""

    def burst(*_: object) -> None:
        raise ValueError("tea")

    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    form = (await slack.wait_for(lambda: slack.views("amy")))[-1]
    with monkeypatch.context() as failing:
        failing.setattr("bot.slack.incidents.actions.read_submission", burst)
        sent = await slack.submit_view(form["id"], {"cause": "a", "fix": "b"}, user="amy")
    assert isinstance(sent.ack, dict)
    assert sent.ack["response_action"] == "errors"
    assert re.search("reference [0-9a-f]{8}[.]\n.*編號 [0-9a-f]{8} ", sent.ack["errors"]["cause"])

    await slack.submit_view(form["id"], {"cause": "a", "fix": "b"}, user="amy")
    await shows(slack, ts, "Resolved")


async def test_a_button_whose_form_does_not_open_says_so_with_a_reference(
    slack: SlackSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only whoever clicked sees it, in the channel; from the home tab it is a direct message."""

    def burst(*_: object, **__: object) -> None:
        raise ValueError("tea")

    _, message = await opened(slack)
    monkeypatch.setattr("bot.slack.incidents.actions.resolve_form", burst)
    monkeypatch.setattr("bot.slack.workspace.channel_settings.settings_form", burst)
    clicked = await slack.click(message, "open_incident:resolve", user="lee")
    assert clicked.acked
    await slack.wait_for(lambda: slack.ephemerals("support", "lee"))
    assert re.search("reference [0-9a-f]{8}[.]\n.*編號 [0-9a-f]{8} ", slack.ephemerals("support", "lee")[-1]["text"])

    await slack.open_home("amy")
    home = await slack.wait_for(lambda: slack.home("amy"))
    await slack.click(home, "open_manners", user="amy", chosen="C0SUPPORT00")
    await slack.wait_for(lambda: any("編號" in each["text"] for each in slack.direct_messages("amy")))
