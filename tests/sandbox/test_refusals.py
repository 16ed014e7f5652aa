"""Refusals by authentication, scope, channel and archive, and warnings."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import SandboxError, SlackSandbox

from .conftest import FULL_MANIFEST, heard
from .test_interactions import fresh_response_url
from .test_limits import marked
from .test_web_api import AMY, RANDOM, SUPPORT, raw, refusal

LOG = b"Event 418"


async def test_a_call_without_a_good_token_is_told_why(full, bot):
    """The token is absent, wrong, the app's own, revoked, or of a removed app."""
    token = full.bot_token
    assert (await raw(full, "auth.test"))["error"] == "not_authed"
    assert (await raw(full, "auth.test", "xoxb-nonsense"))["error"] == "invalid_auth"
    assert (await raw(full, "auth.test", full.app_token))["error"] == "not_allowed_token_type"
    assert (await raw(full, "apps.connections.open", token))["error"] == "not_allowed_token_type"
    await bot.auth_revoke()
    assert (await raw(full, "auth.test", token))["error"] == "token_revoked"
    await full.uninstall()
    assert (await raw(full, "auth.test", token))["error"] == "account_inactive"


async def test_a_rotated_token_expires(rotating_manifest):
    """It is valid for twelve hours."""
    async with SlackSandbox(rotating_manifest, virtual_time=True) as slack:
        slack.request_url = "http://127.0.0.1:9/slack/events"
        await slack.advance(43_199)
        assert (await raw(slack, "auth.test", slack.bot_token))["ok"]
        await slack.advance(1)
        assert (await raw(slack, "auth.test", slack.bot_token))["error"] == "token_expired"


async def test_a_missing_scope_is_named_with_those_there_are(client):
    """The answer has `needed` and `provided`."""
    answer = await refusal(client.pins_list(channel=SUPPORT))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "pins:read")
    assert {"chat:write", "users:read"} <= set(answer["provided"].split(","))


async def test_a_place_the_bot_is_not_in_is_one_it_may_know_or_not(full, bot):
    """A public channel is not_in_channel, a private one channel_not_found."""
    secret = await full.create_channel("secret", private=True, members=("amy",))
    for channel, error in ((RANDOM, "not_in_channel"), (secret, "channel_not_found"), ("C0X", "channel_not_found")):
        assert (await refusal(bot.chat_postMessage(channel=channel, text="x")))["error"] == error
        assert (await refusal(bot.conversations_history(channel=channel)))["error"] == error


ARCHIVED = {
    "chat.postMessage": ({"text": "x"}, "is_archived"),
    "chat.postEphemeral": ({"text": "x", "user": AMY}, "is_archived"),
    "chat.scheduleMessage": ({"text": "x", "post_at": "POST_AT"}, "is_archived"),
    "chat.update": ({"text": "x", "ts": "TS"}, "is_inactive"),
    "reactions.add": ({"name": "eyes", "timestamp": "TS"}, "is_archived"),
    "conversations.join": ({}, "is_archived"),
}


@pytest.mark.parametrize("method", ARCHIVED)
async def test_nobody_writes_into_an_archived_channel(full, bot, method):
    """Each method has its own error; restoring the channel ends it."""
    arguments, error = ARCHIVED[method]
    ts = (await bot.chat_postMessage(channel=SUPPORT, text="before"))["ts"]
    real = {"TS": ts, "POST_AT": str(int(full.now()) + 90)}
    given = {"channel": SUPPORT} | {name: real.get(each, each) for name, each in arguments.items()}
    await full.archive("support")
    assert (await refusal(bot.api_call(method, data=given)))["error"] == error
    await full.unarchive("support")
    assert (await bot.api_call(method, data=given))["ok"]


async def test_an_archived_channel_can_be_read_and_is_marked(full, bot):
    """The app receives an event, and can exclude archived channels from lists."""
    await full.post("still here")
    await full.archive("support")

    assert (await bot.conversations_info(channel=SUPPORT))["channel"]["is_archived"] is True
    messages = (await bot.conversations_history(channel=SUPPORT))["messages"]
    assert [each["text"] for each in messages[:2]] == [f"<@{AMY}> archived the channel", "still here"]
    assert SUPPORT in [each["id"] for each in (await bot.conversations_list())["channels"]]
    assert SUPPORT not in [each["id"] for each in (await bot.conversations_list(exclude_archived=True))["channels"]]
    assert [each["subtype"] for each in heard(full, "message.channel_archive")] == ["channel_archive"]


async def test_people_and_files_stay_out_of_an_archived_channel(full, bot):
    """Slack's client has no composer there."""
    await full.archive("support")
    with pytest.raises(SandboxError, match="archived"):
        await full.post("x")
    with pytest.raises(SandboxError, match="archived"):
        await full.upload("a.log", LOG)
    with pytest.raises(SandboxError, match="archived"):
        await full.command("/echo")
    with pytest.raises(SlackApiError, match="posting_to_channel_denied"):
        await bot.files_upload_v2(channel=SUPPORT, filename="a.log", content=LOG)


async def test_a_response_url_into_an_archived_channel_is_refused(slack):
    url = await fresh_response_url(slack)
    await slack.archive("support")

    assert (await AsyncWebhookClient(url).send(text="x")).status_code == 400
    assert slack.calls[-1].answer["error"] == "is_archived"


@pytest.mark.parametrize(
    ("headers", "request_", "warnings"),
    [
        ({"Content-Type": "application/json"}, {"data": b"{}"}, ["missing_charset"]),
        ({"Content-Type": "application/json; charset=utf-8"}, {"data": b"{}"}, []),
        ({"Content-Type": "text/plain"}, {"data": b"x"}, ["missing_charset"]),
        ({"Content-Type": "application/x-www-form-urlencoded"}, {"data": b"a=b"}, []),
        (
            {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
            {"data": b"a=b"},
            ["superfluous_charset"],
        ),
    ],
)
async def test_a_charset_too_many_or_too_few_is_warned_of(slack, headers, request_, warnings):
    """Both places have the warning, also when the call fails."""
    for token in (slack.bot_token, "xoxb-nonsense"):
        answer: dict[str, Any] = await raw(slack, "auth.test", token, headers=headers, **request_)
        assert answer.get("warning", "") == ",".join(warnings)
        assert answer.get("response_metadata", {}).get("warnings", []) == warnings


async def test_slack_sdk_is_never_warned(slack, client):
    """It sends each kind of body with the right charset."""
    await client.auth_test()
    await client.chat_postMessage(channel=SUPPORT, text="x", blocks=[{"type": "divider"}])
    await client.conversations_list()

    assert [each.answer.get("warning") for each in slack.calls] == [None] * 3


async def test_a_warning_stands_beside_what_else_there_is(slack):
    """A cursor, schema messages and another warning stay."""
    plain = {"Content-Type": "application/json"}
    listed = await raw(slack, "conversations.list", slack.bot_token, data=b'{"limit": 1}', headers=plain)
    refused = await raw(slack, "chat.postMessage", slack.bot_token, data=b"{}", headers=plain)
    joined = await raw(slack, "conversations.join", slack.bot_token, json={"channel": SUPPORT})

    assert listed["response_metadata"]["next_cursor"]
    assert listed["response_metadata"]["warnings"] == ["missing_charset"]
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] missing required field: channel [json-pointer:/channel]"
    ]
    assert refused["response_metadata"]["warnings"] == ["missing_charset"]
    assert joined["warning"] == "already_in_channel,missing_charset"


async def test_text_is_cut_at_forty_thousand_characters_with_a_warning(slack, client):
    """Slack does not refuse longer text."""
    whole = await client.chat_postMessage(channel=SUPPORT, text="x" * 40_000)
    cut = await client.chat_postMessage(channel=SUPPORT, text="x" * 40_000 + "y")

    assert "warning" not in whole.data
    assert (cut["warning"], cut["response_metadata"]["warnings"]) == ("message_truncated", ["message_truncated"])
    assert slack.messages()[-1]["text"] == "x" * 40_000


async def test_metadata_can_be_replaced_kept_and_taken_away(full, bot):
    """An update without the argument keeps it, and an empty object removes it."""
    metadata = {"event_type": "e", "event_payload": {"n": 1}}
    ts = (await bot.chat_postMessage(channel=SUPPORT, text="x", metadata=metadata))["ts"]
    assert (await bot.chat_update(channel=SUPPORT, ts=ts, text="y"))["message"]["metadata"] == metadata
    assert "metadata" not in (await bot.chat_update(channel=SUPPORT, ts=ts, text="z", metadata={}))["message"]


async def test_attachments_are_kept_and_their_blocks_checked(full, bot):
    """The error has the path into the attachment, as Slack's does."""
    good = [{"text": "old style"}, {"color": "#f00", "blocks": [{"type": "divider"}]}]
    message = (await bot.chat_postMessage(channel=SUPPORT, text="x", attachments=good))["message"]
    assert [each["id"] for each in message["attachments"]] == [1, 2]
    assert message["attachments"][0]["fallback"] == "old style"

    bad = [{"text": "fine"}, {"blocks": [{"type": "section", "fields": [marked(2001)]}]}]
    answer = await refusal(bot.chat_postMessage(channel=SUPPORT, text="x", attachments=bad))
    assert answer["error"] == "invalid_attachments"
    assert answer["errors"] == [
        "failed to match all allowed schemas [json-pointer:/attachments/1/blocks/0/fields/0]",
        "must be less than 2001 characters [json-pointer:/attachments/1/blocks/0/fields/0/text]",
    ]
    await bot.chat_postMessage(channel=SUPPORT, text="x", attachments=[{"text": "x"}] * 100)
    many = await refusal(bot.chat_postMessage(channel=SUPPORT, text="x", attachments=[{"text": "x"}] * 101))
    assert many["error"] == "too_many_attachments"


async def test_an_app_outside_the_marketplace_reads_fifteen_messages_a_minute():
    """The limit holds for any page size, with or without strict rates; posting is not limited."""
    async with SlackSandbox(FULL_MANIFEST, virtual_time=True, unlisted=True) as slack:
        slack.request_url = "http://127.0.0.1:9/slack/events"
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        parent = (await client.chat_postMessage(channel=SUPPORT, text="parent"))["ts"]
        for number in range(20):
            await client.chat_postMessage(channel=SUPPORT, text=f"{number}", thread_ts=parent, reply_broadcast=True)
        for call in (client.conversations_history, client.conversations_replies):
            more = {"ts": parent} if call == client.conversations_replies else {}
            page = await call(channel=SUPPORT, limit=200, **more)
            assert (len(page["messages"]), page["has_more"]) == (15, True)
            late = await refusal(call(channel=SUPPORT, **more))
            assert (late.status_code, late["error"], late.headers["Retry-After"]) == (429, "ratelimited", "60")
        await slack.advance(60)
        assert len((await client.conversations_history(channel=SUPPORT, limit=3))["messages"]) == 3
