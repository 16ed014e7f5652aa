"""Conversations and refusals, the same in the sandbox and, with its tokens set, in a real workspace."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError

from tests.smoke.conftest import Wire, Workspace
from tests.smoke.scenarios import SCENARIOS, ByApi, Scenario, all_is_said, marked_paste, replies
from tests.smoke.wrong_calls import WRONG_CALLS, Known, WrongCall


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_a_conversation(scenario: Scenario, place: ByApi, wire: Wire) -> None:
    """Everything is acknowledged in time, so it comes once."""
    await scenario(place)

    heard = [(event["type"], event["event_ts"]) for event in wire.heard if event]
    assert "message" in {kind for kind, _ in heard}
    assert len(set(heard)) == len(heard)


async def test_an_event_whose_acknowledgement_is_lost_comes_again_and_is_answered_once(
    place: ByApi, wire: Wire
) -> None:
    """Slack waits three seconds, then delivers it again."""
    paste, mark = marked_paste()
    wire.lossy.add(mark)
    ts = await place.post(paste)
    await replies(place, ts)
    await all_is_said(place)
    await place.wait_for(lambda: len([event for event in wire.heard if event.get("ts") == ts]) == 2)
    await all_is_said(place)

    assert len(await place.thread(ts)) == 2


async def test_what_a_persons_token_posts_is_marked_as_an_apps(place: ByApi, wire: Wire) -> None:
    """The bot ignores a message with the mark, so the wire removes it."""
    marked, again = await place.post("lunch?"), marked_paste()[0]
    await all_is_said(place)
    event = next(event for event in wire.heard if event.get("ts") == marked)
    assert event["user"] == wire.person
    assert event["bot_id"].startswith("B")

    wire.person = ""
    left = await place.post(again)
    await place.wait_for(lambda: any(event.get("ts") == left for event in wire.heard))
    wire.person = str(event["user"])
    await all_is_said(place)
    assert len(await place.thread(left)) == 1


@pytest.mark.parametrize("wrong", WRONG_CALLS, ids=lambda wrong: wrong.name)
async def test_a_wrong_call_is_refused_with_the_same_error(wrong: WrongCall, workspace: Workspace) -> None:
    """The sandbox is as strict as Slack, in Slack's words."""
    person = workspace.client(workspace.user_token)
    posted = await person.chat_postMessage(channel=workspace.channel_id, text="lunch?")
    user_id = (await person.auth_test())["user_id"]
    known = Known(workspace.channel_id, str(posted["ts"]), str(user_id))
    client = workspace.client(workspace.bot_token if wrong.token is None else wrong.token)
    refused = ""
    try:
        await client.api_call(wrong.method, json=wrong.arguments(known))
    except SlackApiError as refusal:
        refused = refusal.response["error"]

    assert refused == wrong.error
