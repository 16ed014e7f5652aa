"""Web API: answers and refusals as slack_sdk gets them from Slack."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SandboxError, SlackSandbox

from .echo_app import MANIFEST

SUPPORT, RANDOM, AMY = "C0SUPPORT00", "C0RANDOM000", "U0AMY000000"


async def refusal(call: Any) -> Any:
    """Make a call that must be refused, and return its answer."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response


async def raw(slack: SlackSandbox, method: str, token: str = "", **request: Any) -> dict[str, Any]:
    """Make a call without slack_sdk."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + method, headers={**headers, **request.pop("headers", {})}, **request) as response,
    ):
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_auth_test_names_the_bot_and_its_team(slack, client):
    """Bolt calls it before anything else."""
    answer = await client.auth_test()

    assert (answer["user_id"], answer["team_id"]) == (slack.bot_user_id, slack.team_id)
    assert answer["bot_id"].startswith("B")


async def test_a_posted_message_has_the_shape_of_a_bots_message(slack, client):
    """Apps recognise their own messages by bot_id, app_id and bot_profile."""
    answer = await client.chat_postMessage(channel=SUPPORT, text="hello")

    message = slack.messages()[-1]
    assert answer["message"] == message
    assert answer["ts"] == message["ts"]
    assert message["app_id"] == slack.app_id
    assert message["bot_profile"]["user_id"] == slack.bot_user_id
    assert len(message["ts"].partition(".")[2]) == 6


async def test_a_reply_is_counted_at_its_parent(slack, client):
    """A parent with replies has their number and the latest; others have no thread fields."""
    parent = (await client.chat_postMessage(channel=SUPPORT, text="parent"))["ts"]
    assert "reply_count" not in slack.messages()[-1]
    reply = (await client.chat_postMessage(channel=SUPPORT, text="reply", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel=SUPPORT, text="reply to the reply", thread_ts=reply)

    thread = (await client.conversations_replies(channel=SUPPORT, ts=parent))["messages"]
    assert [each["text"] for each in thread] == ["parent", "reply", "reply to the reply"]
    assert thread[0]["reply_count"] == 2
    assert thread[0]["latest_reply"] == thread[-1]["ts"]
    assert slack.messages()[-1]["ts"] == parent


async def test_history_is_newest_first_and_comes_in_pages(client):
    """The cursors lead to every message."""
    for number in range(3):
        await client.chat_postMessage(channel=SUPPORT, text=f"number {number}")
    first = await client.conversations_history(channel=SUPPORT, limit=2)
    second = await client.conversations_history(
        channel=SUPPORT, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )

    assert [each["text"] for each in first["messages"]] == ["number 2", "number 1"]
    assert first["has_more"]
    assert second["messages"][0]["text"] == "number 0"


async def test_metadata_is_shown_only_to_those_who_ask(client):
    """The lookup before a second attempt at posting needs it."""
    metadata = {"event_type": "answered", "event_payload": {"key": "42"}}
    ts = (await client.chat_postMessage(channel=SUPPORT, text="x", metadata=metadata))["ts"]

    plain = await client.conversations_replies(channel=SUPPORT, ts=ts)
    full = await client.conversations_replies(channel=SUPPORT, ts=ts, include_all_metadata=True)
    assert plain["messages"][0]["metadata"] == {"event_type": "answered"}
    assert full["messages"][0]["metadata"] == metadata


async def test_an_app_changes_and_deletes_only_its_own_messages(slack, client):
    """Its own message is marked as edited."""
    own = (await client.chat_postMessage(channel=SUPPORT, text="before"))["ts"]
    other = await slack.post("hands off")
    await client.chat_update(channel=SUPPORT, ts=own, text="after")

    assert next(each for each in slack.messages() if each["ts"] == own)["edited"]["user"] == slack.bot_user_id
    assert (await refusal(client.chat_update(channel=SUPPORT, ts=other, text="x")))["error"] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel=SUPPORT, ts=other)))["error"] == "cant_delete_message"
    await client.chat_delete(channel=SUPPORT, ts=own)
    assert (await refusal(client.chat_delete(channel=SUPPORT, ts=own)))["error"] == "message_not_found"


async def test_an_update_without_blocks_takes_the_blocks_away_only_with_text(slack, client):
    """Old blocks cannot contradict a new text."""
    blocks = [{"type": "divider"}]
    ts = (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=blocks))["ts"]
    await client.chat_update(channel=SUPPORT, ts=ts, text="y")

    assert "blocks" not in slack.messages()[-1]


async def test_an_ephemeral_message_is_seen_by_one_person(slack, client):
    """No history contains it."""
    await client.chat_postEphemeral(channel=SUPPORT, user=AMY, text="psst")

    assert [each["text"] for each in slack.ephemerals("support", "amy")] == ["psst"]
    assert slack.ephemerals("support", "lee") == []
    assert "psst" not in [each["text"] for each in slack.messages()]


async def test_a_person_is_written_to_in_the_direct_message(slack, client):
    """chat.postMessage takes a user ID, and conversations.open gives the channel."""
    answer = await client.chat_postMessage(channel=AMY, text="hi")
    opened = await client.conversations_open(users=AMY)

    assert answer["channel"] == opened["channel"]["id"]
    assert slack.direct_messages("amy")[-1]["text"] == "hi"


async def test_users_info_tells_the_locale_when_asked(client):
    """An app answers in a person's language."""
    with_locale = await client.users_info(user="U0JIANHONG0", include_locale=True)
    without = await client.users_info(user="U0JIANHONG0")

    assert with_locale["user"]["locale"] == "zh-TW"
    assert "locale" not in without["user"]


async def test_a_bot_that_joins_a_channel_may_write_there(client):
    """Before that it may not."""
    before = await refusal(client.chat_postMessage(channel=RANDOM, text="x"))
    await client.conversations_join(channel=RANDOM)
    after = await client.chat_postMessage(channel=RANDOM, text="x")

    assert before["error"] == "not_in_channel"
    assert after["ok"]


async def test_a_reaction_is_added_once(client, slack):
    """The second time is refused."""
    ts = await slack.post("x")
    await client.reactions_add(channel=SUPPORT, timestamp=ts, name="eyes")

    assert slack.messages()[-1]["reactions"] == [{"name": "eyes", "users": [slack.bot_user_id], "count": 1}]
    again = await refusal(client.reactions_add(channel=SUPPORT, timestamp=ts, name="eyes"))
    assert again["error"] == "already_reacted"
    await client.reactions_remove(channel=SUPPORT, timestamp=ts, name="eyes")
    assert "reactions" not in slack.messages()[-1]


async def test_query_form_and_json_arguments_are_all_read(slack):
    """SDKs of different languages send different forms."""
    asked = {"channel": SUPPORT, "text": "x", "blocks": '[{"type": "divider"}]'}
    as_json = await raw(slack, "chat.postMessage", slack.bot_token, json=asked)
    as_form = await raw(slack, "chat.postMessage", slack.bot_token, data=asked)
    as_query = await raw(slack, "chat.postMessage", slack.bot_token, params=asked)
    in_form = await raw(slack, "auth.test", data={"token": slack.bot_token})

    assert [each["ok"] for each in (as_json, as_form, as_query, in_form)] == [True] * 4
    assert as_form["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("body", "error"),
    [("{", "invalid_json"), ("[1]", "json_not_object"), ('"x"', "json_not_object"), ("\udcff", "invalid_json")],
)
async def test_a_malformed_body_is_refused_by_name(slack, body, error):
    """The status is never 500."""
    data = body.encode("utf-8", "surrogateescape")
    headers = {"Content-Type": "application/json"}

    assert (await raw(slack, "chat.postMessage", slack.bot_token, data=data, headers=headers))["error"] == error


async def test_a_form_in_no_known_charset_is_refused(slack):
    """The charset comes from the caller."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"}
    answer = await raw(slack, "chat.postMessage", slack.bot_token, data=b"channel=%ff", headers=headers)

    assert answer["error"] == "invalid_charset"


@pytest.mark.parametrize("value", ["²", [1], {"a": 1}, None, -1, "x" * 5000])
async def test_nonsense_in_any_argument_is_answered(slack, value):
    """The answer is ok or one of Slack's errors, never a 500."""
    for method in ("conversations.history", "conversations.list", "chat.postMessage", "users.info", "views.open"):
        names = (
            "channel",
            "limit",
            "cursor",
            "types",
            "text",
            "blocks",
            "user",
            "view",
            "trigger_id",
            "include_locale",
        )
        answer = await raw(slack, method, slack.bot_token, json=dict.fromkeys(names, value))
        assert answer["ok"] or answer["error"]


async def test_tokens_are_checked(slack):
    """A missing, a wrong and a wrong kind of token are three different refusals."""
    assert (await raw(slack, "auth.test"))["error"] == "not_authed"
    assert (await raw(slack, "auth.test", "xoxb-wrong"))["error"] == "invalid_auth"
    assert (await raw(slack, "auth.test", slack.app_token))["error"] == "not_allowed_token_type"
    assert (await raw(slack, "apps.connections.open", slack.bot_token))["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named(client):
    """The manifest has reactions:write but not reactions:read."""
    answer = await refusal(client.reactions_get(channel=SUPPORT, timestamp="1.2"))

    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "reactions:read"
    assert "reactions:write" in answer["provided"].split(",")


async def test_an_unknown_method_fails_the_test_in_which_it_was_called():
    """`allows_unknown_methods` prevents it."""
    slack = await SlackSandbox(MANIFEST).__aenter__()
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    for _ in range(2):
        await refusal(client.api_call("chat.shout"))
    with pytest.raises(SandboxError, match=r"does not know: chat\.shout\."):
        await slack.__aexit__(None, None, None)


async def test_an_unknown_method_is_refused_and_recorded(slack, client):
    """A test can see that the app called it."""
    slack.allows_unknown_methods = True
    answer = await refusal(client.api_call("chat.shout"))

    assert answer["error"] == "unknown_method"
    assert (slack.calls[-1].method, slack.calls[-1].ok) == ("chat.shout", False)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE00", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": SUPPORT}, "no_text"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": SUPPORT, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postEphemeral", {"channel": SUPPORT, "user": "U0NOBODY000", "text": "x"}, "user_not_in_channel"),
        ("conversations.history", {"channel": RANDOM}, "not_in_channel"),
        ("conversations.history", {"channel": SUPPORT, "limit": "0"}, "invalid_limit"),
        ("conversations.history", {"channel": SUPPORT, "cursor": "x"}, "invalid_cursor"),
        ("conversations.replies", {"channel": SUPPORT, "ts": "1.000001"}, "thread_not_found"),
        ("users.info", {"user": "U0NOBODY000"}, "user_not_found"),
        ("views.update", {"view_id": "V0", "view": "{}"}, "not_found"),
    ],
)
async def test_wrong_arguments_get_slacks_own_error(client, method, arguments, error):
    assert (await refusal(client.api_call(method, params=arguments)))["error"] == error


async def test_a_message_for_a_thread_that_is_not_there_lands_at_the_channels_root(slack, client):
    """Slack answers ok and drops thread_ts; only its absence in the answer shows it."""
    ts = await slack.post("where is my teapot", user="lee")
    await slack.delete(ts, user="lee")
    answer = await client.chat_postMessage(channel=SUPPORT, text="here", thread_ts=ts, reply_broadcast=True)

    assert "thread_ts" not in answer["message"]
    assert "subtype" not in answer["message"]
    assert [each["text"] for each in slack.messages()][-1] == "here"


async def test_loose_signs_in_an_apps_text_are_escaped(slack, client):
    """Mentions and links stay; other angle brackets become text."""
    await client.chat_postMessage(channel=SUPPORT, text="a < b && <@U0AMY000000> <https://x.y|z> &lt;ok&gt; <b>")

    expected = "a &lt; b &amp;&amp; <@U0AMY000000> <https://x.y|z> &lt;ok&gt; &lt;b&gt;"
    assert slack.messages()[-1]["text"] == expected


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(tmp_path: Path):
    """Slack does not disclose channels that an app cannot see."""
    workspace = tmp_path / "workspace.yml"
    workspace.write_text(
        "team: {name: T, domain: t}\nusers: [{name: amy}]\nchannels: [{name: secret, private: true}]\n"
    )
    async with SlackSandbox(MANIFEST, workspace) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        listed = await client.conversations_list(types="public_channel,private_channel")
        assert listed["channels"] == []
        assert (await refusal(client.conversations_info(channel="G0SECRET000")))["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("admin", (True, False, False, False)),
        ("owner", (True, True, False, False)),
        ("multi_channel_guest", (False, False, True, False)),
        ("single_channel_guest", (False, False, True, True)),
    ],
)
async def test_users_info_tells_the_role(slack, client, role, told):
    """A single-channel guest is both is_restricted and is_ultra_restricted, as in Slack."""
    names = ("is_admin", "is_owner", "is_restricted", "is_ultra_restricted")
    before = (await client.users_info(user="U0LEE000000"))["user"]
    slack.set_role("lee", role)
    after = (await client.users_info(user="U0LEE000000"))["user"]

    assert [before[each] for each in names] == [False] * 4
    assert tuple(after[each] for each in names) == told
