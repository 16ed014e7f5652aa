"""Scheduled messages, pins, bookmarks, user groups, functions, and paged lists."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SandboxError, SlackSandbox

from .conftest import FULL_MANIFEST, heard
from .test_web_api import AMY, RANDOM, SUPPORT, refusal


def later(slack: SlackSandbox, seconds: int) -> int:
    """Return the sandbox's time after this many seconds."""
    return int(slack.now()) + seconds


async def test_a_scheduled_message_is_posted_at_its_time(full, bot):
    """It goes into its thread, and the app receives it like any other."""
    parent = await full.post("wait")
    asked = {
        "channel": SUPPORT,
        "text": "now",
        "thread_ts": parent,
        "metadata": {"event_type": "e", "event_payload": {}},
    }
    answer = await bot.chat_scheduleMessage(**asked, post_at=later(full, 90))
    listed = (await bot.chat_scheduledMessages_list(channel=SUPPORT))["scheduled_messages"]
    assert [each["id"] for each in listed] == [answer["scheduled_message_id"]]

    await full.advance(88)
    assert len(full.messages("support", parent)) == 1
    await full.advance(2)
    assert [each["text"] for each in full.messages("support", parent)] == ["wait", "now"]
    assert heard(full, "message")[-1]["text"] == "now"
    assert (await bot.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_a_scheduled_message_can_be_deleted_until_a_minute_before(full, bot):
    """Later Slack answers that it does not exist."""
    ids = []
    for seconds in (300, 320):
        answer = await bot.chat_scheduleMessage(channel=SUPPORT, text="x", post_at=later(full, seconds))
        ids.append(answer["scheduled_message_id"])
    await bot.chat_deleteScheduledMessage(channel=SUPPORT, scheduled_message_id=ids[0])
    await full.advance(262)
    late = await refusal(bot.chat_deleteScheduledMessage(channel=SUPPORT, scheduled_message_id=ids[1]))
    before = len(full.messages())
    await full.advance(60)

    assert late["error"] == "invalid_scheduled_message_id"
    assert len(full.messages()) == before + 1


@pytest.mark.parametrize(
    ("seconds", "channel", "error"),
    [
        (0, SUPPORT, "time_in_past"),
        (120 * 86_400 + 1, SUPPORT, "time_too_far"),
        (60, RANDOM, "not_in_channel"),
        (60, "C0NOWHERE00", "channel_not_found"),
    ],
)
async def test_a_message_is_scheduled_properly_or_refused(full, bot, seconds, channel, error):
    """Slack allows 120 days ahead, where the bot may post."""
    answer = await refusal(bot.chat_scheduleMessage(channel=channel, text="x", post_at=later(full, seconds)))
    nonsense = await refusal(bot.chat_scheduleMessage(channel=SUPPORT, text="x", post_at="soon"))

    assert answer["error"] == error
    assert nonsense["error"] == "invalid_time"


async def test_thirty_messages_fit_into_five_minutes(full, bot):
    """The thirty-first is refused."""
    post_at = (later(full, 600) // 300) * 300
    for _ in range(30):
        await bot.chat_scheduleMessage(channel=SUPPORT, text="x", post_at=post_at)
    answer = await refusal(bot.chat_scheduleMessage(channel=SUPPORT, text="x", post_at=post_at))

    assert answer["error"] == "restricted_too_many"
    assert len((await bot.chat_scheduledMessages_list(limit=7))["scheduled_messages"]) == 7


async def test_a_pin_is_added_listed_and_removed(full, bot):
    """Adding or removing it twice is refused; the app receives both events."""
    ts = await full.post("keep this")
    await bot.pins_add(channel=SUPPORT, timestamp=ts)
    listed = (await bot.pins_list(channel=SUPPORT))["items"]

    assert [each["message"]["ts"] for each in listed] == [ts]
    assert full.messages()[-1]["pinned_to"] == [SUPPORT]
    assert (await bot.conversations_history(channel=SUPPORT))["pin_count"] == 1
    assert (await refusal(bot.pins_add(channel=SUPPORT, timestamp=ts)))["error"] == "already_pinned"
    await bot.pins_remove(channel=SUPPORT, timestamp=ts)
    assert (await refusal(bot.pins_remove(channel=SUPPORT, timestamp=ts)))["error"] == "no_pin"
    assert "pinned_to" not in full.messages()[-1]
    assert (len(heard(full, "pin_added")), len(heard(full, "pin_removed"))) == (1, 1)
    assert (await refusal(bot.pins_add(channel=SUPPORT)))["error"] == "no_item_specified"
    assert (await refusal(bot.pins_add(channel=SUPPORT, timestamp="1.1")))["error"] == "message_not_found"


async def test_what_somebody_reacted_to_is_listed_in_pages(full, bot):
    """The list has the channels that the bot can see, the latest message first, and by default the bot's own reactions."""
    told = [await full.post(text, channel="support") for text in ("first", "second", "third")]
    hidden = await full.create_channel("hidden", private=True, members=("amy",))
    for ts in told[:2]:
        await full.react(ts, "eyes", channel="support", user="amy")
    await full.react(await full.post("secret", channel=hidden), "eyes", channel=hidden, user="amy")
    await bot.reactions_add(channel=SUPPORT, timestamp=told[2], name="tea")
    page = await bot.reactions_list(user=AMY, limit=1)
    rest = await bot.reactions_list(user=AMY, limit=1, cursor=page["response_metadata"]["next_cursor"])

    assert [each["message"]["text"] for each in (await bot.reactions_list())["items"]] == ["third"]
    assert [each["message"]["text"] for each in page["items"] + rest["items"]] == ["second", "first"]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert (await refusal(bot.reactions_list(user="U0NOBODY000")))["error"] == "user_not_found"


async def test_a_bookmark_is_added_edited_listed_and_removed(bot):
    """Only links are accepted."""
    asked: dict[str, Any] = {"channel_id": SUPPORT, "title": "Runbook", "type": "link", "link": "https://x.y"}
    bookmark = (await bot.bookmarks_add(**asked))["bookmark"]
    known = {"channel_id": SUPPORT, "bookmark_id": bookmark["id"]}
    await bot.bookmarks_edit(**known, title="The runbook")

    assert [each["title"] for each in (await bot.bookmarks_list(channel_id=SUPPORT))["bookmarks"]] == ["The runbook"]
    assert (await refusal(bot.bookmarks_add(**asked | {"link": "x"})))["error"] == "invalid_link"
    assert (await refusal(bot.bookmarks_edit(**known, link="javascript:x")))["error"] == "invalid_link"
    assert (await refusal(bot.bookmarks_add(**asked | {"type": "file"})))["error"] == "invalid_bookmark_type"
    assert (await refusal(bot.bookmarks_add(**asked | {"channel_id": RANDOM})))["error"] == "not_in_channel"
    await bot.bookmarks_remove(**known)
    assert (await refusal(bot.bookmarks_remove(**known)))["error"] == "not_found"


async def test_a_channel_has_a_hundred_bookmarks(bot):
    """The next one is refused."""
    asked: dict[str, Any] = {"channel_id": SUPPORT, "title": "x", "type": "link", "link": "https://x.y"}
    for _ in range(100):
        await bot.bookmarks_add(**asked)

    assert (await refusal(bot.bookmarks_add(**asked)))["error"] == "too_many_bookmarks"


async def test_user_groups_are_listed_as_asked(tmp_path: Path):
    """Members are listed only with include_users."""
    workspace = tmp_path / "workspace.yml"
    workspace.write_text(
        "team: {name: T, domain: t}\nusers: [{name: amy}]\nchannels: [{name: a, bot: true}]\n"
        "usergroups: [{handle: helpdesk, name: Help desk, members: [amy]}]\n"
    )
    async with SlackSandbox(FULL_MANIFEST, workspace) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        (bare,) = (await client.usergroups_list())["usergroups"]
        (whole,) = (await client.usergroups_list(include_users=True, include_count=True))["usergroups"]

    assert (bare["handle"], "users" in bare) == ("helpdesk", False)
    assert (whole["users"], whole["user_count"]) == ([AMY], 1)


async def test_a_function_runs_until_the_app_says_how_it_ended(full, bot):
    """It can be completed once, with the run's token or the bot's."""
    done, failed = await full.run_function("look_up", {"code": "418"}), await full.run_function("look_up")
    event = heard(full, "function_executed")[0]
    workflow = AsyncWebClient(token=event["bot_access_token"], base_url=full.api_url)
    await workflow.functions_completeSuccess(function_execution_id=done, outputs={"title": "x"})
    await bot.functions_completeError(function_execution_id=failed, error="not known")

    assert event["inputs"] == {"code": "418"}
    assert (full.function_run(done).state, full.function_run(done).outputs) == ("completed", {"title": "x"})
    assert (full.function_run(failed).state, full.function_run(failed).error) == ("failed", "not known")
    again = await refusal(bot.functions_completeError(function_execution_id=done, error="x"))
    assert again["error"] == "execution_not_in_running_state"
    unknown = await refusal(bot.functions_completeSuccess(function_execution_id="Fx0", outputs={}))
    assert unknown["error"] == "function_execution_not_found"
    bad = await refusal(
        bot.api_call("functions.completeSuccess", params={"function_execution_id": "Fx0", "outputs": "[1]"})
    )
    assert bad["error"] == "invalid_arguments"
    with pytest.raises(SandboxError, match="no function"):
        await full.run_function("nonsense")


async def pages(call: Any, key: str, **asked: Any) -> list[list[str]]:
    """Collect all pages of a paged method."""
    found, cursor = [], ""
    while True:
        answer = await call(**asked, cursor=cursor)
        found.append([each if isinstance(each, str) else each.get("id") or each["ts"] for each in answer[key]])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return found
        assert cursor.endswith("=")


async def test_every_list_comes_in_pages(full, bot):
    """Pages of two hold each item once, in order."""
    parent = await full.post("parent")
    for number in range(3):
        await full.post(f"reply {number}", thread_ts=parent)
    lists = {
        "channels": (bot.conversations_list, {"types": "public_channel,im"}),
        "members": (bot.users_list, {}),
        "messages": (bot.conversations_replies, {"channel": SUPPORT, "ts": parent}),
    }
    for key, (call, asked) in lists.items():
        paged = await pages(call, key, **asked, limit=2)
        (whole,) = await pages(call, key, **asked, limit=200)
        assert len(paged) > 1
        assert max(map(len, paged)) == 2
        assert [each for page in paged for each in page] == whole


async def test_metadata_is_read_back_only_when_asked_for(full, bot):
    """A second attempt at posting finds the first by its metadata."""
    metadata = {"event_type": "answer", "event_payload": {"key": "k1"}}
    ts = (await bot.chat_postMessage(channel=SUPPORT, text="x", metadata=metadata))["ts"]
    for call, more in ((bot.conversations_history, {}), (bot.conversations_replies, {"ts": ts})):
        with_it = (await call(channel=SUPPORT, include_all_metadata=True, **more))["messages"][0]
        without = (await call(channel=SUPPORT, **more))["messages"][0]
        assert with_it["metadata"] == metadata
        assert without["metadata"] == {"event_type": "answer"}


SCOPES = {
    "pins.add": "pins:write",
    "pins.list": "pins:read",
    "bookmarks.add": "bookmarks:write",
    "bookmarks.list": "bookmarks:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "usergroups.list": "usergroups:read",
    "team.info": "team:read",
}


@pytest.mark.parametrize("method", SCOPES)
async def test_a_method_without_its_scope_is_refused(slack, client, method):
    """The echo app's manifest has none of these scopes; a call without a token is refused first."""
    answer = await refusal(client.api_call(method))
    stranger = await refusal(AsyncWebClient(base_url=slack.api_url).api_call(method))

    assert (answer["error"], answer["needed"]) == ("missing_scope", SCOPES[method])
    assert stranger["error"] == "not_authed"
