"""An answer never stands at a channel's root because its thread was deleted meanwhile.

Slack takes a `thread_ts` that names no message for none, answers `ok: true`, and posts where everybody reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import OutboxSender, opaque_key
from bot.slack.delivery.posted_lookup import KEY_EVENT
from bot.slack.platform.signals import Signal
from bot.slack.platform.web_client import StrictWebClient
from bot.store import SlackCall, Store
from bot.store.tables import outbox
from tests.fixtures.timings import QUICK
from tests.store.factories import put_out, rows

# Sends what is in the outbox until so many outcomes were counted; gives them in order.
Send = Callable[..., Awaitable[list[str]]]
FILE = {"content": "tea", "filename": "tea-1.md", "title": "Tea"}


@pytest.fixture
def client(slack: SlackSandbox) -> AsyncWebClient:
    return StrictWebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def send(store: Store, client: AsyncWebClient) -> Send:
    store.timings = QUICK

    async def send_until(count: int = 1, client: AsyncWebClient = client) -> list[str]:
        async def client_of(_team_id: str, _enterprise_id: str) -> AsyncWebClient:
            return client

        measures = Metrics()
        async with aiohttp.ClientSession() as session:
            sending = OutboxSender(store, client_of, measures, session, Signal(), Signal())
            going = asyncio.create_task(sending.run())
            async with asyncio.timeout(20):
                while sum(outcomes(measures).values()) < count:  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.01)
            sending.stop()
            await going
        return sorted(outcomes(measures))

    return send_until


def outcomes(measures: Metrics) -> dict[str, float]:
    samples = measures.sent.collect()[0].samples
    return {each.labels["outcome"]: each.value for each in samples if each.name.endswith("_total") and each.value}


async def channel_of(client: AsyncWebClient) -> str:
    channels = (await client.conversations_list())["channels"]
    return str(next(each["id"] for each in channels if each["name"] == "support"))


async def gone(slack: SlackSandbox, client: AsyncWebClient, method: str = "chat.postMessage", **more: Any) -> SlackCall:
    """A call for the thread of a message that was deleted since."""
    ts = await slack.post("where is my teapot")
    await slack.delete(ts)
    channel_id = await channel_of(client)
    arguments = {"text": "here", **more.pop("arguments", {}), "channel": channel_id, "thread_ts": ts}
    return SlackCall("answer", channel_id, method, arguments, ts, **more)


def calls(slack: SlackSandbox, *methods: str) -> list[str]:
    return [each.method for each in slack.calls if each.method in methods]


async def test_what_slack_posts_outside_its_thread_is_deleted_at_once_and_counts_as_refused(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    before = slack.messages()
    await put_out(store, await gone(slack, client), team_id=slack.team_id)

    assert await send() == ["thread_not_found"]
    assert slack.messages() == before
    assert calls(slack, "chat.postMessage", "chat.delete") == ["chat.postMessage", "chat.delete"]
    (row,) = await rows(store, outbox)
    assert (row["state"], row["error"], row["ts"]) == ("done", "thread_not_found", "")


async def test_a_deletion_that_fails_is_made_again_and_nothing_is_posted_twice(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    before = slack.messages()
    slack.faults.add("chat.delete", "server_error", times=1)
    await put_out(store, await gone(slack, client), team_id=slack.team_id)

    assert await send(2) == ["retried", "thread_not_found"]
    assert slack.messages() == before
    assert calls(slack, "chat.postMessage") == ["chat.postMessage"]


async def test_a_process_that_died_before_the_deletion_leaves_it_to_the_next(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    """The message is found by its key, in the channel's history."""
    before = slack.messages()
    answer = await gone(slack, client, posted_since=slack.now())
    await put_out(store, answer, team_id=slack.team_id)
    (sending,) = await store.claim_calls(1)
    metadata = {"event_type": KEY_EVENT, "event_payload": {"key": opaque_key(sending)}}
    await client.chat_postMessage(**answer.arguments, metadata=metadata)
    await store.reschedule_call(sending, 0.0, "TimeoutError", reached=True)

    assert await send() == ["thread_not_found"]
    assert slack.messages() == before


async def test_a_second_attempt_for_a_thread_that_is_gone_posts_nothing(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    await put_out(store, await gone(slack, client, posted_since=slack.now()), team_id=slack.team_id)

    assert await send() == ["thread_not_found"]
    assert calls(slack, "chat.postMessage", "chat.delete") == []


async def test_what_was_to_be_called_instead_reaches_the_asker_alone(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    """A response URL would speak at the channel's root just the same."""
    openly = {"response_url": "http://127.0.0.1:9/", "response_type": "in_channel", "text": "here"}
    answer = await gone(slack, client, fallback=("response_url", openly))
    await put_out(store, answer, team_id=slack.team_id)

    assert "thread_not_found" in await send()
    (row,) = await rows(store, outbox)
    assert row["method"] == "response_url"
    assert '"response_type": "ephemeral"' in row["arguments"]


async def test_a_follow_up_is_told_that_the_thread_is_gone(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    click = {"type": "block_actions", "container": {}}
    await put_out(store, await gone(slack, client, follow_up=click), team_id=slack.team_id)
    await send()
    (claimed,) = await store.claim(9)

    assert claimed.delivery.body["refused"] == "thread_not_found"


async def test_the_thread_of_a_reply_is_a_thread(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    """Slack leads a reply's timestamp to the thread it stands in; so does a parent that left a tombstone."""
    parent = await slack.post("where is my teapot")
    reply = await slack.post("in the cupboard", thread_ts=parent)
    await slack.delete(parent)
    channel_id = await channel_of(client)
    arguments = {"text": "here", "channel": channel_id, "thread_ts": reply}
    await put_out(store, SlackCall("answer", channel_id, "chat.postMessage", arguments, reply), team_id=slack.team_id)

    assert await send() == ["done"]
    assert [each["text"] for each in slack.messages(thread_ts=parent)][-1] == "here"


async def test_a_file_for_a_thread_that_is_gone_is_not_shared(
    slack: SlackSandbox, client: AsyncWebClient, store: Store, send: Send
) -> None:
    before = slack.messages()
    await put_out(store, await gone(slack, client, "upload", arguments=FILE), team_id=slack.team_id)

    assert await send() == ["thread_not_found"]
    assert slack.messages() == before
    assert calls(slack, "files.completeUploadExternal") == []


class Late(StrictWebClient):
    """A client whose look at a thread comes before somebody deletes it."""

    async def conversations_replies(self, **_: Any) -> Any:
        return None


async def test_a_file_whose_thread_is_deleted_during_the_upload_is_taken_back(
    slack: SlackSandbox, store: Store, client: AsyncWebClient, send: Send
) -> None:
    """Its share names no thread; the file and the message that shows it are deleted."""
    before = slack.messages()
    await put_out(store, await gone(slack, client, "upload", arguments=FILE), team_id=slack.team_id)

    assert await send(client=Late(slack.bot_token, base_url=slack.api_url)) == ["thread_not_found"]
    assert slack.messages() == before
    assert calls(slack, "files.delete") == ["files.delete"]
