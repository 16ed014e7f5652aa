"""User tokens: calls of another app in a person's name."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

from .conftest import heard
from .test_web_api import AMY, RANDOM, SUPPORT, refusal


@pytest.fixture
def amy(slack: SlackSandbox) -> AsyncWebClient:
    """Client with amy's token."""
    return AsyncWebClient(token=slack.user_token("amy"), base_url=slack.api_url)


async def test_a_persons_token_introduces_the_person(slack, amy):
    """The answer names no bot, and its headers the token's scopes."""
    answer = await amy.auth_test()

    assert amy.token.startswith("xoxp-")
    assert (answer["user_id"], answer["user"], answer["team_id"]) == (AMY, "amy", slack.team_id)
    assert "bot_id" not in answer
    assert answer.headers["x-oauth-scopes"] == "channels:history,chat:write,groups:history"


async def test_what_it_posts_is_the_persons_and_marked_as_an_apps(slack, echo, amy):
    """Both events of a mention carry the other app's bot_id."""
    posted = await amy.chat_postMessage(channel=SUPPORT, text=f"<@{slack.bot_user_id}> hello")
    await slack.wait_for(lambda: len(slack.messages("support", posted["ts"])) == 2)
    await slack.settled()
    own_id = (await echo.client.auth_test())["bot_id"]

    for event in (heard(slack, "message")[0], heard(slack, "app_mention")[0]):
        assert (event["user"], event["ts"]) == (AMY, posted["ts"])
        assert event["bot_id"] == event["bot_profile"]["id"] != own_id
        assert event["app_id"] == event["bot_profile"]["app_id"] != slack.app_id


async def test_a_person_changes_and_deletes_ones_own_messages(slack, client, amy):
    """Messages of the bot and of other people are refused."""
    ts = (await amy.chat_postMessage(channel=SUPPORT, text="before"))["ts"]
    await amy.chat_update(channel=SUPPORT, ts=ts, text="after")
    assert slack.messages()[-1]["text"] == "after"
    assert slack.messages()[-1]["edited"]["user"] == AMY
    assert (await refusal(client.chat_update(channel=SUPPORT, ts=ts, text="x")))["error"] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel=SUPPORT, ts=ts)))["error"] == "cant_delete_message"
    await amy.chat_delete(channel=SUPPORT, ts=ts)
    assert ts not in {message["ts"] for message in slack.messages()}

    theirs = (await client.chat_postMessage(channel=SUPPORT, text="x"))["ts"]
    assert (await refusal(amy.chat_update(channel=SUPPORT, ts=theirs, text="y")))["error"] == "cant_update_message"


async def test_a_person_reads_where_they_are_and_the_bot_is_not(slack, client, amy):
    """In #random amy is a member, and the bot is not."""
    ts = (await amy.chat_postMessage(channel=RANDOM, text="hello"))["ts"]

    assert (await amy.conversations_replies(channel=RANDOM, ts=ts))["messages"][0]["text"] == "hello"
    assert (await refusal(client.conversations_replies(channel=RANDOM, ts=ts)))["error"] == "not_in_channel"


async def test_a_persons_token_is_good_for_its_scopes_and_for_what_people_may_call(slack, amy):
    """missing_scope names the token's scopes; a person cannot publish a home tab."""
    reader = AsyncWebClient(token=slack.user_token("amy", scopes=("channels:history",)), base_url=slack.api_url)
    refused = await refusal(reader.chat_postMessage(channel=SUPPORT, text="x"))
    assert (refused["error"], refused["needed"], refused["provided"]) == (
        "missing_scope",
        "chat:write",
        "channels:history",
    )
    home = {"type": "home", "blocks": []}
    assert (await refusal(amy.views_publish(user_id=AMY, view=home)))["error"] == "not_allowed_token_type"
    assert (await refusal(amy.apps_connections_open(app_token=amy.token)))["error"] == "not_allowed_token_type"


async def test_a_persons_token_is_of_one_workspace(slack, amy):
    """A person of another workspace does not see these channels."""
    other = slack.add_workspace()
    theirs = AsyncWebClient(token=other.user_token("amy"), base_url=slack.api_url)

    assert (await theirs.auth_test())["team_id"] == other.team_id
    assert (await refusal(theirs.conversations_replies(channel=SUPPORT, ts="1.1")))["error"] == "channel_not_found"
