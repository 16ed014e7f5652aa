"""After an outage: what was said meanwhile is answered once, and what was answered before is left alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.delivery.backfill import Backfill, ChannelCursor
from bot.slack.platform.history import read_pages
from bot.slack.platform.installations import make_client
from bot.slack.platform.signals import Signal
from bot.store import Store, StoreError, Timings
from tests.fixtures.doors import DOORS
from tests.fixtures.timings import QUICK
from tests.slack.conftest import Door, Running
from tests.smoke.scenarios import PASTE

# Seconds: several pauses of the bot's between two posts, at the tests' pace.
STAYS = 0.8


@pytest.fixture
def timings(request: pytest.FixtureRequest) -> Timings:
    """Half a second in place of half a minute, where Slack or the database did not answer; `margin` may be given."""
    return replace(QUICK, backfill_retry=0.5, backfill_margin=getattr(request, "param", QUICK.backfill_margin))


def replies(slack: SlackSandbox, ts: str, channel: str = "support") -> list[dict[str, Any]]:
    return [each for each in slack.messages(channel, ts)[1:] if each.get("bot_id")]


def counted(slack: SlackSandbox, *threads: tuple[str, str]) -> list[int]:
    return [len(replies(slack, ts, channel)) for ts, channel in threads]


async def stays(slack: SlackSandbox, look: Callable[[], Any], wanted: Any) -> bool:
    """Wait until it is so, and tell whether it stays so."""
    await slack.wait_for(lambda: look() == wanted)
    await asyncio.sleep(STAYS)
    return bool(look() == wanted)


async def place_reaches_the_latest(slack: SlackSandbox, settings: Settings) -> None:
    """Post until the place up to which the channel was heard is the latest message.

    On a busy machine the bot may think it has missed something, and what it hears meanwhile moves no place.
    """
    async with asyncio.timeout(30):
        while True:
            latest = await slack.post("good night")
            await slack.settled()
            with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as db:
                if (latest,) in db.execute("SELECT ts FROM heard").fetchall():
                    return


def reads(slack: SlackSandbox) -> list[str]:
    return [call.method for call in slack.calls if call.method in {"conversations.history", "conversations.replies"}]


@pytest.mark.parametrize("door", DOORS)
async def test_what_was_said_during_an_outage_is_answered_once(
    door: Door, slack: SlackSandbox, running: Running
) -> None:
    """Pastes, mentions, replies in threads it knows and in new ones, direct messages; edits and bots are left alone."""
    async with running(door):
        known = await slack.post(PASTE)
        chat = await slack.post("good morning")
        await slack.post("hello", channel="dm", user="lee")
        await slack.post("good morning", channel="general")
        await slack.wait_for(lambda: replies(slack, known))
        await slack.wait_for(lambda: len(slack.direct_messages("lee")) > 1)
        await slack.settled()
    before = len(slack.direct_messages("lee"))

    paste = await slack.post(PASTE, user="lee")
    asked = await slack.post(f"<@{slack.bot_user_id}> 20503", channel="general")
    await slack.post(PASTE, user="lee", thread_ts=known)
    await slack.post(f"<@{slack.bot_user_id}> 20503", user="lee", thread_ts=chat)
    await slack.post(f"<@{slack.bot_user_id}> 20503", channel="dm", user="lee")
    await slack.edit(chat, PASTE)

    def now() -> Any:
        threads = counted(slack, (known, "support"), (chat, "support"), (paste, "support"), (asked, "general"))
        return threads, len(slack.direct_messages("lee")) - before

    async with running(door):
        assert await stays(slack, now, ([2, 1, 1, 1], 2))
    async with running(door):
        assert await stays(slack, now, ([2, 1, 1, 1], 2))


async def test_what_was_heard_but_not_yet_answered_is_not_doubled(slack: SlackSandbox, running: Running) -> None:
    """It is in the inbox or the outbox, and is found in the channel as well."""
    async with running():
        slack.faults.add(method="chat.postMessage", kind="ratelimited", retry_after=2, times=1)
        heard = await slack.post(PASTE)
        await slack.settled()

    async with running():
        assert await stays(slack, lambda: counted(slack, (heard, "support")), [1])


@pytest.mark.parametrize("kind", ["ratelimited", "server_error", "reset_after_read"])
async def test_reading_goes_on_after_slack_refused(kind: Any, slack: SlackSandbox, running: Running) -> None:
    """A 429, a 503 or a broken connection in the middle."""
    async with running():
        first = await slack.post(PASTE)
        await slack.post("good morning", channel="general")
        await slack.wait_for(lambda: replies(slack, first))
        await slack.settled()
    missed = [(await slack.post(PASTE, channel=each, user="lee"), each) for each in ("support", "general")]
    fault = slack.faults.add(method="conversations.history", kind=kind, times=2)

    async with running():
        await slack.wait_for(lambda: fault.hits == 2)
        assert await stays(slack, lambda: counted(slack, *missed), [1, 1])


async def test_a_channel_it_was_removed_from_is_skipped(slack: SlackSandbox, running: Running) -> None:
    """And an archived one takes no answer; both keep no other channel waiting."""
    async with running():
        for each in ("general", "support"):
            await slack.post("good morning", channel=each)
        old = await slack.create_channel("old", bot=True)
        await slack.post("good morning", channel=old)
        await slack.settled()
    await slack.post(PASTE, channel="general")
    buried = await slack.post(PASTE, channel=old)
    await slack.leave("sceptic", "general")
    await slack.archive(old)
    missed = await slack.post(PASTE)

    async with running():
        assert await stays(slack, lambda: counted(slack, (missed, "support"), (buried, old)), [1, 0])


async def test_a_channel_that_was_never_heard_is_known_by_the_bots_own_coming(
    slack: SlackSandbox, running: Running
) -> None:
    """It was let in, and went away before anybody spoke."""
    async with running():
        await slack.invite("sceptic", "random")
        await slack.settled()
    missed = await slack.post(PASTE, channel="random")

    async with running():
        assert await stays(slack, lambda: counted(slack, (missed, "random")), [1])


@pytest.mark.parametrize("timings", [0.0], indirect=True)
async def test_a_quiet_channel_costs_one_call_however_many_threads(
    slack: SlackSandbox, running: Running, settings: Settings
) -> None:
    """Threads without new replies are not read. (What is a few minutes old counts as new, since clocks differ.)"""
    async with running():
        threads = [await slack.post("good morning") for _ in range(20)]
        for each in threads:
            await slack.post("and to you", thread_ts=each, user="lee")
        await place_reaches_the_latest(slack, settings)
    slack.calls.clear()

    async with running():
        late = await slack.post(PASTE, user="lee")
        await slack.wait_for(lambda: replies(slack, late))
        assert reads(slack) == ["conversations.history"]


async def test_threads_too_far_back_to_be_seen_cost_ten_calls_at_most() -> None:
    """The latest of those in which the bot spoke; the others are only read where the channel shows a new reply."""

    class Remembering:
        async def threads_since(self, *_: object) -> list[str]:
            return [f"{number}.000100" for number in range(1000, 1050)]

    catching_up = Backfill(Remembering(), None, Signal())  # type: ignore[arg-type]  # a fake
    seen = [{"ts": "1049.000100", "latest_reply": "5000.0"}, {"ts": "1048.000100", "latest_reply": "1.0"}]

    threads = await catching_up._threads(ChannelCursor("T0TEAPOT000", "", "C0TEAPOT000", 4000.0), seen, 4000.0)

    assert threads == ["1049.000100", *(f"{number}.000100" for number in range(1047, 1037, -1))]


async def test_an_app_outside_the_marketplace_only_takes_longer(
    settings: Settings, sceptic: Sceptic, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen messages a call and one call a minute: what is read is the same."""
    waits: list[float] = []
    async with SlackSandbox(manifest=checkout / "manifest.yml", unlisted=True, virtual_time=True) as slack:
        mine = replace(settings, slack_api_url=slack.api_url)
        # Nobody listens, and Slack knows it at once.
        slack.request_url = "http://127.0.0.1:9/slack/events"
        posted = [await slack.post(f"good morning {number}") for number in range(20)]

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            await slack.advance(seconds)

        monkeypatch.setattr("bot.slack.platform.history.asyncio", SimpleNamespace(sleep=sleep))
        client = make_client(mine, slack.bot_token)
        found = [each["ts"] async for each in read_pages(client, "C0SUPPORT00", float(posted[0]))]

    assert set(found) >= set(posted)
    assert len(waits) == 1
    assert waits[0] > 50


async def test_left_out_events_are_read(slack: SlackSandbox, running: Running) -> None:
    """Past 30,000 an hour Slack tells only that there were more: app_rate_limited."""
    async with running():
        first = await slack.post(PASTE)
        await slack.wait_for(lambda: replies(slack, first))
        await slack.settled()
        async with slack.holding(copies=0):
            left_out = await slack.post(PASTE, user="lee")
        assert not replies(slack, left_out)
        await slack.limit_events()
        assert await stays(slack, lambda: counted(slack, (first, "support"), (left_out, "support")), [1, 1])


async def test_what_could_not_be_kept_is_read_when_the_database_is_back(
    slack: SlackSandbox, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not acknowledged; Slack tries for some minutes, and an outage may be longer."""
    async with running("http"):
        first = await slack.post(PASTE)
        await slack.wait_for(lambda: replies(slack, first))
        await slack.settled()

        async def refuse(*_: object, **__: object) -> bool:
            raise StoreError("The disk is full.")

        with monkeypatch.context() as away:
            away.setattr(Store, "receive", refuse)
            refused = await slack.post(PASTE, user="lee")
            await slack.wait_for(lambda: slack.envelopes[-1].attempts)
            assert not slack.envelopes[-1].acked
        # Slack's next attempt would come in a minute.
        await slack.post("good morning", channel="general")
        assert await stays(slack, lambda: counted(slack, (first, "support"), (refused, "support")), [1, 1])
