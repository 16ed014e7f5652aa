"""Behaviour by channel, team notes and feedback, and warnings of secrets: over both doors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import SlackSandbox
from tests.e2e.test_incidents import AMY, fill, opened, shows
from tests.smoke.scenarios import PASTE, words_of


async def said_to(slack: SlackSandbox, user: str, *words: str, channel: str = "support") -> str:
    """Wait for something only this person sees, with all of these words."""

    def found() -> str:
        shown = [words_of(each) for each in slack.ephemerals(channel, user)]
        return next(each for each in shown if all(word in each for word in words))

    def look() -> str:
        try:
            return found()
        except StopIteration as error:
            raise LookupError from error

    return await slack.wait_for(look)


async def test_a_channel_can_be_set_to_mentions_only_and_why_says_so(slack: SlackSandbox) -> None:
    """A paste stays unanswered there, a mention is answered, and `/event why` tells how the channel is set."""
    await slack.command("/event", "here mentioned", channel="support", user="amy")
    await said_to(slack, "amy", "only when I am mentioned")
    quiet = await slack.post(PASTE, channel="support", user="lee")
    asked = await slack.post(f"<@{slack.bot_user_id}> 20502", channel="support", user="lee")
    await slack.wait_for(lambda: len(slack.messages("support", asked)) == 2)

    assert len(slack.messages("support", quiet)) == 1
    await slack.command("/event", "why 20502 0x409", channel="support", user="lee")
    await said_to(slack, "lee", "Here I speak only when I am mentioned")


async def test_a_thread_in_which_people_mention_each_other_is_left_to_them(slack: SlackSandbox) -> None:
    """A report to somebody by name is that person's; the same without the name is answered."""
    report = "Microsoft Intune Connector keeps logging 20502"
    ts = await slack.post("anyone around?", channel="support", user="lee")
    await slack.post(f"<@{AMY}> {report}", channel="support", user="lee", thread_ts=ts)
    await slack.settled()
    assert len(slack.messages("support", ts)) == 2

    await slack.post(report, channel="support", user="lee", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 4)


async def test_the_form_sets_language_place_and_owner(slack: SlackSandbox) -> None:
    """Answers in Chinese, to whoever pasted alone; a new incident there has its owner at once."""
    await slack.command("/event", "here", channel="support", user="amy")
    await fill(slack, "amy", language="Traditional Chinese", where="To whoever pasted them alone", owner=AMY)
    await said_to(slack, "amy", "Traditional Chinese")
    ts = await slack.post(PASTE, channel="support", user="lee")
    private = await said_to(slack, "lee", "失敗 · 20502")

    assert "開立事件單" in private
    assert len(slack.messages("support", ts)) == 1
    await slack.shortcut("start_triage", ts, channel="support", user="lee")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    assert "初步研判" in words_of(slack.messages("support", ts)[1])
    assert f"負責人：<@{AMY}>" in words_of(slack.messages("support", ts)[1])


async def test_a_thread_can_be_hushed(slack: SlackSandbox) -> None:
    """There it says nothing more until it is told to speak."""
    ts = await slack.post("what a day", channel="support", user="amy")
    await slack.post(f"<@{slack.bot_user_id}> hush", channel="support", user="amy", thread_ts=ts)
    await said_to(slack, "amy", "Hushed in this thread")
    await slack.post(PASTE, channel="support", user="amy", thread_ts=ts)
    # A mention is told why there is silence, after the paste was heard.
    await slack.post(f"<@{slack.bot_user_id}> 20502", channel="support", user="lee", thread_ts=ts)
    await said_to(slack, "lee", "In this thread")
    await slack.post(f"<@{slack.bot_user_id}> speak", channel="support", user="amy", thread_ts=ts)
    await said_to(slack, "amy", "I answer in this thread again")
    await slack.post(PASTE, channel="support", user="amy", thread_ts=ts)
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 7)

    assert slack.messages("support", ts)[-1]["user"] == slack.bot_user_id


async def test_whoever_pastes_a_secret_is_told_at_once_and_alone(slack: SlackSandbox) -> None:
    """The warning does not repeat the secret, and nobody else hears of it."""
    secret = "xoxb-" + "123456789012-1234567890123-" + "AbCdEfGhIjKlMnOpQrStUvWx"
    ts = await slack.post(f"it fails with token {secret}", channel="support", user="lee")
    told = await said_to(slack, "lee", "revoke")

    assert secret not in told
    assert len(slack.messages("support", ts)) == 1
    assert not slack.ephemerals("support", "amy")


async def test_a_user_and_password_pair_behind_a_label_is_a_secret(slack: SlackSandbox) -> None:
    """Without the label it is two words, and nobody is warned."""
    await slack.post("svc_ndes / Teapot1 is on the shelf", channel="support", user="lee")
    await slack.post("login: svc_ndes / Teapot418!", channel="support", user="lee")
    told = await said_to(slack, "lee", "shows a password")

    assert "Teapot" not in told
    assert len(slack.ephemerals("support", "lee")) == 1


async def test_a_second_incident_shows_the_first_and_what_fixed_it(slack: SlackSandbox) -> None:
    """Two weeks later nobody has to find the thread."""
    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    await fill(slack, "amy", cause="signing certificate gone", fix="restarted the connector; anna@contoso.com helped")
    await shows(slack, ts, "Resolved")
    again, _ = await opened(slack)
    await slack.wait_for(lambda: len(slack.messages("support", again)) == 4)
    similar = words_of(slack.messages("support", again)[3])

    assert "INC-1" in similar
    assert "restarted the connector" in similar
    assert "anna" not in similar


async def test_a_team_note_stands_under_the_article(slack: SlackSandbox) -> None:
    """A note from an incident is shown with the next answer."""
    ts, message = await opened(slack)
    await slack.click(message, "open_incident:resolve", user="amy")
    await fill(slack, "amy", cause="signing certificate gone", fix="restarted it")
    await shows(slack, ts, "Resolved")
    await slack.click(slack.messages("support", ts)[2], "open_incident:note", user="amy")
    await fill(slack, "amy", words="On NDES01 look at the proxy first")
    await slack.command("/event", "20502", channel="support", user="lee")
    told = await said_to(slack, "lee", "Team note on 20502", "look at the proxy first")

    assert f"<@{AMY}>" in told


async def heard(slack: SlackSandbox, channel: str, *words: str) -> str:
    """Wait for a message of the channel with all of these words."""

    def look() -> str:
        said = [words_of(each) for each in slack.messages(channel)]
        return next((each for each in said if all(word in each for word in words)), "")

    return await slack.wait_for(look)


async def test_a_change_is_told_in_the_channel_with_who_made_it(slack: SlackSandbox) -> None:
    """Nobody wonders why the bot is silent; and `/event here` tells who set it."""
    await slack.command("/event", "here never", channel="support", user="amy")

    assert f"<@{AMY}> changed how I behave" in await heard(slack, "support", "Here I never speak")
    await slack.command("/event", "here", channel="support", user="lee")
    await said_to(slack, "lee", "for the channel's creator", "Here I never speak")
    asked = len(slack.messages("support"))
    await slack.command("/event", "here never", channel="support", user="amy")
    await slack.settled()
    assert len(slack.messages("support")) == asked


@pytest.mark.parametrize(("role", "may"), [("member", False), ("multi_channel_guest", False), ("admin", True)])
async def test_only_creators_and_administrators_set_how_it_behaves(slack: SlackSandbox, role: Any, may: bool) -> None:
    """Jianhong did not create #support: as a word, as a form, and from the home tab one sentence says whose it is."""
    slack.set_role("jianhong", role)
    await slack.command("/event", "here never", channel="support", user="jianhong")
    told = await said_to(slack, "jianhong")
    assert ("只由頻道建立者和工作區管理員更改" in told) is not may
    assert ("我不會開口" in told) is may
    await slack.open_home("jianhong")
    home = await slack.wait_for(lambda: slack.home("jianhong"))
    if role == "multi_channel_guest":
        assert "open_manners" not in json.dumps(home)
        return
    await slack.click(home, "open_manners", user="jianhong", chosen="C0SUPPORT00")
    await slack.settled()
    assert bool(slack.views("jianhong")) is may


async def test_whoever_is_no_administrator_any_more_saves_no_form(slack: SlackSandbox) -> None:
    """The form was open when the role was taken away."""
    slack.set_role("lee", "admin")
    await slack.command("/event", "here", channel="support", user="lee")
    form = (await slack.wait_for(lambda: slack.views("lee")))[-1]
    slack.set_role("lee", "member")
    await slack.submit_view(form["id"], {"speak": "never"}, user="lee")
    await slack.wait_for(lambda: slack.direct_messages("lee"))

    assert "for the channel's creator" in words_of(slack.direct_messages("lee")[-1])
    ts = await slack.post(PASTE, channel="support", user="amy")
    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)


async def test_a_channel_can_let_another_organisation_move_its_incidents(slack: SlackSandbox) -> None:
    """They may claim then; notes and records stay with the members."""
    await slack.create_channel("annex", bot=True)
    other = slack.add_workspace(name="Fabrikam", installed=False)
    await slack.share_channel("annex", other)
    await slack.command("/event", "here", channel="annex", user="amy")
    await fill(slack, "amy", outsiders="Yes, they may claim, rate and resolve them")
    await heard(slack, "annex", "People of other organisations may move incidents here")
    ts = await other.post(PASTE, channel="annex", user="amy")
    await slack.wait_for(lambda: len(slack.messages("annex", ts)) == 2)
    await other.click(slack.messages("annex", ts)[1], "start_triage", user="amy")
    card = (await slack.wait_for(lambda: slack.messages("annex", ts)[2:]))[0]
    await other.click(card, "incident:claim", user="amy")
    await slack.wait_for(lambda: "Nobody owns it yet" not in words_of(slack.messages("annex", ts)[2]))
    await other.click(card, "incident:export", user="amy")
    await slack.wait_for(lambda: other.ephemerals("annex", "amy"))

    assert not any(each.get("files") for each in slack.messages("annex", ts))
