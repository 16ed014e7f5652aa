"""Deliveries twice, out of order and rate limited, and sockets that end; several workspaces."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

from .bare_app import Heard, bare_app, both_doors
from .conftest import heard
from .echo_app import MANIFEST
from .test_deliveries import open_socket, socket_address
from .test_web_api import AMY, SUPPORT, refusal


async def test_an_acknowledged_event_can_come_again(slack, echo):
    """It has the same event_id over either transport."""
    await slack.post("hello")
    await slack.settled()
    envelope = await slack.redeliver(slack.envelopes[0])

    assert [(each.number, each.acked) for each in envelope.attempts] == [(0, True), (1, True)]
    assert len(slack.envelopes) == 1


@both_doors
@pytest.mark.parametrize(("order", "expected"), [("same", "abcd"), ("reversed", "dcba"), ("shuffled", "dbac")])
async def test_events_can_come_in_another_order_and_twice(slack: SlackSandbox, door, order, expected):
    """A shuffled order is the same in each run."""
    texts: list[tuple[str, int]] = []

    async def listen(heard: Heard) -> None:
        texts.append((heard.payload["event"]["text"], heard.attempt))

    async with bare_app(slack, door, listen):
        async with slack.holding(order, copies=2):
            for text in "abcd":
                await slack.post(text)
            assert texts == []
        await slack.settled()

    assert texts == [(text, number) for text in expected for number in (0, 1)]


@both_doors
async def test_an_app_is_told_that_its_events_are_limited(slack: SlackSandbox, door):
    """The app_rate_limited body has no event."""
    bodies = []

    async def listen(heard: Heard) -> None:
        bodies.append(heard.payload)

    async with bare_app(slack, door, listen):
        await slack.limit_events()
        await slack.settled()

    assert (bodies[0]["type"], bodies[0]["team_id"]) == ("app_rate_limited", slack.team_id)
    assert bodies[0]["minute_rate_limited"] % 60 == 0
    assert slack.envelopes[0].name == "app_rate_limited"


async def test_a_socket_is_warned_before_it_is_closed(slack: SlackSandbox):
    """It still gets envelopes after the warning; refresh_requested ends it."""
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(session, slack)
        await slack.disconnect("warning")
        warning = await socket.receive_json()
        await slack.post("hello")
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
        await slack.disconnect("refresh_requested")
        refresh, end = await socket.receive_json(), await socket.receive()

    assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
    assert (refresh["type"], refresh["reason"]) == ("disconnect", "refresh_requested")
    assert end.type is aiohttp.WSMsgType.CLOSE


async def test_who_joins_and_leaves_is_told(full):
    """The event names the inviter; the bot's own leaving is channel_left."""
    channel = await full.create_channel("new", members=("amy",), bot=True)
    await full.invite("lee", channel)
    await full.leave("lee", channel)
    await full.leave("Echo", channel)
    await full.post("gone", channel=channel)
    (joined,), (left,) = heard(full, "member_joined_channel"), heard(full, "member_left_channel")

    assert (joined["user"], joined["inviter"], joined["channel_type"]) == ("U0LEE000000", AMY, "C")
    assert left["user"] == "U0LEE000000"
    names = [each.name for each in full.envelopes]
    assert names == ["member_joined_channel", "message.channel_join", "member_left_channel", "message.channel_leave"]


async def test_a_bot_let_into_a_channel_hears_it(full, bot):
    """It can post from then on."""
    await full.invite("Echo", "random")
    assert heard(full, "member_joined_channel")[0]["user"] == full.bot_user_id
    assert (await bot.chat_postMessage(channel="C0RANDOM000", text="hello"))["ok"]


async def test_a_private_channel_is_heard_of_only_inside(full, bot):
    """It needs message.groups, and groups:read to list it."""
    closed = await full.create_channel("closed", private=True, members=("amy",))
    joined = await full.create_channel("joined", private=True, members=("amy",), bot=True)
    await full.post("secret", channel=closed)
    await full.post("hello", channel=joined)
    listed = (await bot.conversations_list(types="private_channel"))["channels"]

    assert [each["id"] for each in listed] == [joined]
    assert [each["channel_type"] for each in heard(full, "message")] == ["group"]
    assert (await refusal(bot.conversations_history(channel=closed)))["error"] == "channel_not_found"
    assert (await bot.conversations_history(channel=joined))["messages"][0]["text"] == "hello"
    assert (await bot.conversations_info(channel=joined))["channel"]["is_private"]


async def test_a_group_dm_is_opened_once_and_heard(full, bot):
    """The app or people open it; its events are message.mpim."""
    answer = await bot.conversations_open(users=f"{AMY},U0LEE000000", return_im=True)
    again = await bot.conversations_open(users=f"U0LEE000000,{AMY}")
    channel = answer["channel"]
    assert (channel["is_mpim"], again["already_open"], again["channel"]["id"]) == (True, True, channel["id"])
    assert await full.open_group_dm("amy", "lee") == channel["id"]

    await full.post("@Echo hello", channel=channel["id"])
    assert [each["channel_type"] for each in heard(full, "message")] == ["mpim"]
    assert len(heard(full, "app_mention")) == 1
    await bot.chat_postMessage(channel=channel["id"], text="hi")
    assert (await bot.conversations_history(channel=channel["id"]))["messages"][0]["text"] == "hi"
    unseen = await full.open_group_dm("amy", "jianhong", bot=False)
    assert (await refusal(bot.conversations_info(channel=unseen)))["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        (f"{AMY},U0NOBODY000", "user_not_found"),
        ("U0NOBODY000", "user_not_found"),
    ],
)
async def test_a_conversation_is_opened_with_people_there_are(bot, users, error):
    """No users, or an unknown one among them, are refused."""
    assert (await refusal(bot.api_call("conversations.open", params={"users": users})))["error"] == error


async def test_group_dms_need_their_scope(client):
    """The echo app has im:write only."""
    answer = await refusal(client.conversations_open(users=f"{AMY},U0LEE000000"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "mpim:write")


async def test_two_workspaces_keep_apart(full, bot):
    """Each has its own token, people, channels and files; both share one app and its transports."""
    other = full.add_workspace(name="Fabrikam")
    theirs = AsyncWebClient(token=other.bot_token, base_url=full.api_url)
    identity = await theirs.auth_test()
    assert (identity["team"], identity["team_id"]) == ("Fabrikam", other.team_id)
    assert {other.team_id, other.bot_user_id, other.bot_token}.isdisjoint(
        {full.team_id, full.bot_user_id, full.bot_token}
    )

    await other.upload("a.log", b"x", "@Echo look")
    file_id = other.messages()[-1]["files"][0]["id"]
    payload = full.envelopes[0].payload
    assert (payload["team_id"], payload["authorizations"][0]["user_id"]) == (other.team_id, other.bot_user_id)
    assert full.messages()[-1].get("files") is None
    assert (await refusal(bot.files_info(file=file_id)))["error"] == "file_not_found"
    assert (await theirs.files_info(file=file_id))["ok"]
    assert (await refusal(theirs.chat_postMessage(channel=SUPPORT, text="x")))["error"] == "channel_not_found"
    await theirs.chat_postMessage(channel="C1SUPPORT00", text="here")
    assert other.messages()[-1]["text"] == "here"
    assert full.calls[-1].team_id == other.team_id


async def test_an_app_may_be_removed_from_one_workspace(full, bot):
    """The other goes on; each has its own response URLs."""
    other = full.add_workspace()
    await other.uninstall()
    assert [each.payload["team_id"] for each in full.envelopes] == [other.team_id] * 2
    theirs = AsyncWebClient(token=other.bot_token, base_url=full.api_url)

    assert (await refusal(theirs.auth_test()))["error"] == "account_inactive"
    assert (await bot.auth_test())["ok"]


@both_doors
async def test_a_command_in_another_workspace_is_answered_there(slack, door):
    """Its payload and response_url belong to that workspace."""
    other = slack.add_workspace()

    async def listen(heard: Heard) -> dict[str, Any]:
        url = heard.payload["response_url"]
        async with aiohttp.ClientSession() as session, session.post(url, json={"text": "later"}):
            return {"text": f"for {heard.payload['team_domain']}"}

    async with bare_app(slack, door, listen):
        await other.command("/echo", "x")

    assert [each["text"] for each in other.ephemerals()] == ["later", "for fabrikam"]
    assert slack.ephemerals() == []


async def test_a_socket_is_pinged_and_its_own_pings_are_answered():
    """An app that answers no ping loses its socket; one that answers keeps it."""
    async with SlackSandbox(MANIFEST, ping_seconds=1.0) as slack, aiohttp.ClientSession() as session:
        alive = await open_socket(session, slack)
        # aiohttp answers pings while somebody reads.
        reading = asyncio.create_task(alive.receive())
        silent = await session.ws_connect(await socket_address(session, slack), autoping=False)
        await silent.receive_json()
        assert (await silent.receive()).type is aiohttp.WSMsgType.PING
        await silent.ping(b"tea")
        frames = [await silent.receive() for _ in range(2)]
        assert (aiohttp.WSMsgType.PONG, b"tea") in [(each.type, bytes(each.data or b"")) for each in frames]
        await slack.wait_for(lambda: slack.connections == 1)
        await slack.post("hello")
        assert (await reading).type is aiohttp.WSMsgType.TEXT
        await alive.close()
        await silent.close()
