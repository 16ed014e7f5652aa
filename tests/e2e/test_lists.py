"""Lists and the App Home, asked for in the sandbox over both doors."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox import SlackSandbox
from tests.e2e.test_incidents import fill
from tests.smoke.scenarios import PASTE


async def triaged(slack: SlackSandbox, channel: str = "support", text: str = PASTE) -> str:
    """Paste an event and have an incident opened in its thread; returns the thread."""
    ts = await slack.post(text, channel=channel)
    await slack.post(f"<@{slack.bot_user_id}> triage", channel=channel, thread_ts=ts)
    await slack.wait_for(lambda: "INC-" in json.dumps(slack.messages(channel, ts)))
    await slack.settled()
    return ts


async def told(slack: SlackSandbox, text: str, user: str = "amy", channel: str = "support") -> str:
    """Ask by `/event`, and return the answer."""
    before = len(slack.ephemerals(channel, user))
    await slack.command("/event", text, channel=channel, user=user)
    await slack.wait_for(lambda: len(slack.ephemerals(channel, user)) > before)
    return json.dumps(slack.ephemerals(channel, user)[-1], ensure_ascii=False)


async def home_of(slack: SlackSandbox, user: str = "amy") -> dict[str, Any]:
    """Open somebody's home tab, and return it once the bot has published it."""
    before = sum(call.method == "views.publish" for call in slack.calls)
    await slack.open_home(user)
    await slack.wait_for(lambda: sum(call.method == "views.publish" for call in slack.calls) > before)
    await slack.settled()
    found = slack.home(user)
    assert found is not None
    return found


async def test_open_mine_and_search(slack: SlackSandbox) -> None:
    """Incidents are listed for their channel's people with a link to the thread, and found by what was seen."""
    await triaged(slack)

    assert "|INC-1>* · Triage" in await told(slack, "open")
    assert "No open incident is yours" in await told(slack, "mine")
    assert "`20502`" in await told(slack, "search 0x409")
    assert "INC-1" in await told(slack, "search inc-1")
    assert "says “2050”" in await told(slack, "search 2050")
    assert "INC-42" in await told(slack, "search")
    assert "尚未解決的事件單" in await told(slack, "開啟中")


async def test_an_incident_of_a_private_channel_is_listed_for_its_members_only(slack: SlackSandbox) -> None:
    """Whoever is not in the channel finds it neither by list nor by number nor in the home tab."""
    await slack.create_channel("ward", private=True, members=("amy",), bot=True)
    await triaged(slack, "ward")

    assert "INC-1" in await told(slack, "open")
    assert "No open incident in the channels you are in" in await told(slack, "open", user="lee")
    assert "No incident" in await told(slack, "search INC-1", user="lee")
    assert "INC-1" not in json.dumps(await home_of(slack, "lee"))
    assert "INC-1" in json.dumps(await home_of(slack, "amy"))


async def test_a_slack_that_tells_no_channels_still_answers(slack: SlackSandbox) -> None:
    """Then the list is of this channel, and says so."""
    await triaged(slack)
    slack.faults.add("users.conversations", times=1)

    said = await told(slack, "open")
    assert "INC-1" in said
    assert "did not tell me which channels" in said


async def test_the_home_tab_shows_the_chart_and_uploads_it_once(slack: SlackSandbox) -> None:
    """A real picture with its numbers in words; opened again, nothing is uploaded again."""
    await triaged(slack)
    home = await home_of(slack)
    again = await home_of(slack, "lee")

    (picture,) = [block for block in home["blocks"] if block["type"] == "image"]
    assert "20502 in 1" in picture["alt_text"]
    assert picture["slack_file"] == next(block for block in again["blocks"] if block["type"] == "image")["slack_file"]
    assert sum(call.method == "files.completeUploadExternal" for call in slack.calls) == 1
    assert "INC-1" in json.dumps(home)


async def test_the_home_tab_comes_without_the_chart_when_slack_takes_none(slack: SlackSandbox) -> None:
    """The numbers are told in words instead; the next opening tries again."""
    await triaged(slack)
    slack.faults.add("files.getUploadURLExternal", times=1)
    home = await home_of(slack)

    assert not [block for block in home["blocks"] if block["type"] == "image"]
    assert "20502 in 1" in json.dumps(home)
    assert [block for block in (await home_of(slack))["blocks"] if block["type"] == "image"]


async def test_settings_open_the_form_of_the_channel_that_was_picked(slack: SlackSandbox) -> None:
    """The picker in the home tab opens the form that `/event here` opens in a channel."""
    channel_id = await slack.create_channel("kitchen")
    home = await home_of(slack)
    await slack.click(home, "open_manners", chosen=channel_id)
    await slack.wait_for(lambda: slack.views("amy"))
    (form,) = slack.views("amy")

    assert form["callback_id"] == "manners"
    assert channel_id in form["private_metadata"]


async def test_administrators_read_what_was_said_of_the_answers(slack: SlackSandbox) -> None:
    """Helpful or not, by article; nobody else is shown it, nor whoever made himself the owner of new incidents."""
    slack.set_role("amy", "admin")
    await slack.create_channel("den", members=("lee", "amy"), bot=True)
    await slack.command("/event", "here", channel="den", user="lee")
    await fill(slack, "lee", owner="U0LEE000000")
    ts = await slack.post(PASTE, channel="support", user="lee")
    answer = (await slack.wait_for(lambda: slack.messages("support", ts)[1:]))[0]
    await slack.click(answer, "open_correction:not_helpful", user="lee")
    await slack.click(answer, "feedback:helpful", user="jianhong")
    await slack.settled()
    await slack.wait_for(lambda: slack.ephemerals("support", "jianhong"))

    assert "`20502`: 1 helpful, 1 not helpful" in json.dumps(await home_of(slack, "amy"))
    assert "not helpful" not in json.dumps(await home_of(slack, "lee"))
