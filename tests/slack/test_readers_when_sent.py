"""Readers of a channel are looked at again when a call is sent: it may have waited in the outbox for an hour."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies.values import Reply
from bot.sandbox import SlackSandbox
from bot.slack.context.handling import WITHHELD, Calls
from bot.store import Delivery, SlackCall, Store
from bot.store.tables import outbox
from tests.slack.test_gone_threads import Send, calls, channel_of
from tests.slack.test_gone_threads import client as client
from tests.slack.test_gone_threads import send as send
from tests.store.factories import put_out, rows, send_all

FULL = Reply(
    "20502, and a note: mind the sundial", ({"type": "section", "text": {"type": "mrkdwn", "text": "sundial"}},)
)
PLAIN = Reply("20502", ({"type": "section", "text": {"type": "mrkdwn", "text": "20502"}},))


async def waiting(store: Store, slack: SlackSandbox, client: AsyncWebClient, for_others: Reply | None) -> str:
    """Put an answer with a note into the outbox; its thread."""
    ts = await slack.post("20502?")
    collected = Calls(Delivery("T1", "", "asked", "event", {}))
    collected.post(FULL, await channel_of(client), ts, for_others=for_others)
    await put_out(store, *collected.calls, team_id=str((await client.auth_test())["team_id"]))
    return ts


async def share(slack: SlackSandbox) -> None:
    await slack.share_channel("support", slack.add_workspace(name="Fabrikam", installed=False), name="joint")


async def invite_a_guest(slack: SlackSandbox) -> None:
    slack.set_role("jianhong", "multi_channel_guest")


async def hide_the_members(slack: SlackSandbox) -> None:
    slack.faults.add("conversations.members", times=9)


OTHERS = pytest.mark.parametrize("others", [share, invite_a_guest, hide_the_members])


def posted(slack: SlackSandbox, ts: str) -> str:
    return json.dumps(slack.messages("support", ts)[1:])


@OTHERS
async def test_a_note_that_waited_is_left_out_where_others_read_by_now(
    others: Any,
    store: Store,
    slack: SlackSandbox,
    client: AsyncWebClient,
    send: Send,
) -> None:
    """They are shown the answer without it, in the same thread, in blocks and in the notification."""
    ts = await waiting(store, slack, client, PLAIN)
    await others(slack)

    assert await send() == ["done"]
    assert "20502" in posted(slack, ts)
    assert "sundial" not in posted(slack, ts)


@OTHERS
async def test_what_is_for_members_alone_is_dropped_where_others_read_by_now(
    others: Any,
    store: Store,
    slack: SlackSandbox,
    client: AsyncWebClient,
    send: Send,
) -> None:
    """Similar incidents have nothing that could be shown in their place; what waits behind them is sent."""
    ts = await waiting(store, slack, client, WITHHELD)
    await others(slack)
    await put_out(
        store,
        SlackCall(
            "next", await channel_of(client), "chat.postMessage", {"channel": await channel_of(client), "text": "tea"}
        ),
    )

    assert await send(2) == ["done", "withheld"]
    assert posted(slack, ts) == "[]"
    assert next((row["state"], row["arguments"], row["for_others"]) for row in await rows(store, outbox)) == (
        "done",
        "{}",
        "",
    )


async def test_among_members_it_is_sent_as_it_was_decided(
    store: Store,
    slack: SlackSandbox,
    client: AsyncWebClient,
    send: Send,
) -> None:
    """Whatever was kept for others is emptied with the rest."""
    ts = await waiting(store, slack, client, PLAIN)

    assert await send() == ["done"]
    assert "sundial" in posted(slack, ts)
    assert [row["for_others"] for row in await rows(store, outbox)] == [""]


async def test_a_record_that_waited_is_refused_where_others_read_by_now(
    store: Store,
    slack: SlackSandbox,
    client: AsyncWebClient,
    send: Send,
) -> None:
    """Whoever asked for the file is told why it is not there."""
    ts = await slack.post("20502?")
    await slack.post("tea", thread_ts=ts)
    channel_id, amy = await channel_of(client), slack.messages("support")[-1]["user"]
    why = {"channel": channel_id, "user": amy, "text": "others read here", "thread_ts": ts}
    collected = Calls(Delivery("T1", "", "asked", "interaction", {}))
    collected.upload("sundial", "INC-1.md", "INC-1", channel_id, ts, ("chat.postEphemeral", why))
    await put_out(store, *collected.calls)
    await share(slack)

    assert await send() == ["done"]
    assert calls(slack, "files.getUploadURLExternal", "chat.postEphemeral") == ["chat.postEphemeral"]


async def test_an_answer_without_anything_remembered_asks_slack_nothing_more(
    store: Store,
    slack: SlackSandbox,
    client: AsyncWebClient,
    send: Send,
) -> None:
    """Most answers are of that kind."""
    await waiting(store, slack, client, FULL)

    assert await send() == ["done"]
    assert not calls(slack, "conversations.info", "conversations.members")


async def test_a_call_for_others_outlives_the_process(store: Store) -> None:
    """It is kept with the call, on both databases."""
    collected = Calls(Delivery("T1", "", "asked", "event", {}))
    collected.post(FULL, "C1", "1.0", for_others=PLAIN)
    collected.post(FULL, "C1", "1.0", for_others=WITHHELD)
    await put_out(store, *collected.calls)

    plain, dropped = (each.call for each in await send_all(store))
    assert plain.for_others is not None
    assert (plain.for_others[0], plain.for_others[1]["text"]) == ("chat.postMessage", "20502")
    assert dropped.for_others == ("", {})
