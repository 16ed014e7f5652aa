"""The outbox: each call once, in its channel's order, at Slack's pace, and fair. On both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.replies.values import Reply
from bot.slack.context.handling import Calls
from bot.store import AT_WORK, Capacity, ClaimedCall, Delivery, LeaseLostError, SlackCall, Store, open_store
from bot.store.tables import channel_queues, inbox, outbox
from tests.store.factories import call, delivery, let_pass, put_out, rows, send_all, states, take_all


async def take_one(store: Store) -> ClaimedCall:
    (sending,) = await store.claim_calls(1)
    return sending


async def test_a_call_comes_out_as_it_went_in(store: Store) -> None:
    """With everything a sender needs; a first attempt was never tried before."""
    outgoing = SlackCall(
        "answer", "C1", "chat.postMessage", {"text": "茶壺 \ud800 \x00"}, "1.0", ("chat.postEphemeral", {"user": "U1"})
    )
    await put_out(store, outgoing, enterprise_id="E1")
    sending = await take_one(store)

    assert sending.call == outgoing
    assert (sending.team_id, sending.enterprise_id, sending.attempts) == ("T1", "E1", 1)
    assert sending.first_tried_at is None


async def test_a_key_is_put_in_once(store: Store) -> None:
    """However often the reason for a call is handled; another workspace's same key is another call."""
    await put_out(store, call("answer"), call("answer"))
    await store.complete_now(delivery("again"), [call("answer")])
    await put_out(store, call("answer"), team_id="T2")

    assert [(row["team_id"], row["key"]) for row in await rows(store, outbox)] == [("T1", "answer"), ("T2", "answer")]


async def test_a_channel_is_told_in_order(store: Store) -> None:
    """The next call of a channel waits until the one before has come to its end."""
    await put_out(store, call("one"), call("two"), call("elsewhere", "C2"), call("three"))
    first, elsewhere = await store.claim_calls(10)

    assert [first.call.key, elsewhere.call.key] == ["one", "elsewhere"]
    assert await take_all(store) == []
    await store.complete_call(first, "1.0", 0.0)
    assert await take_all(store) == ["two"]


async def test_a_channel_rests_between_posts(store: Store) -> None:
    """Slack takes about one message a second in a channel; other channels do not wait for it."""
    await put_out(store, call("one"), call("two"))
    await store.complete_call(await take_one(store), "1.0", 60.0)
    await put_out(store, call("elsewhere", "C2"))
    assert [each.call.key for each in await send_all(store)] == ["elsewhere"]
    await let_pass(store, 61)

    assert await take_all(store) == ["two"]


async def test_the_timestamp_of_what_was_posted_is_kept(store: Store) -> None:
    """And that it is done."""
    await put_out(store, call())
    await store.complete_call(await take_one(store), "1700000000.000100", 0.0)
    (row,) = await rows(store, outbox)

    assert (row["state"], row["ts"], row["error"]) == ("done", "1700000000.000100", "")
    assert row["done_at"] is not None


async def test_sending_is_fair_between_workspaces(store: Store) -> None:
    """A workspace with a hundred busy channels does not keep another's one waiting."""
    await put_out(store, *(call(f"noise {number}", f"C{number}") for number in range(100)))
    await put_out(store, call("quiet"), team_id="T2")
    taken = await store.claim_calls(4)

    assert len(taken) == 4
    assert {each.team_id for each in taken} == {"T1", "T2"}


async def test_no_more_calls_of_a_workspace_are_taken_than_there_is_room_for(store: Store) -> None:
    """A workspace whose Slack hangs leaves room for the others."""
    await put_out(store, *(call(f"noise {number}", f"C{number}") for number in range(6)))
    await put_out(store, call("quiet"), team_id="T2")
    taken = await store.claim_calls(10, Capacity(4, {"T1": 3}))

    assert sorted(each.call.key for each in taken) == ["noise 0", "quiet"]
    assert await store.claim_calls(10, Capacity(4, {"T1": 4})) == []


async def test_two_replicas_send_a_channel_in_order_and_each_call_once(postgres_database) -> None:
    """Both take from five channels with eight calls each until nothing is left; never two of a channel at once."""
    address = postgres_database()
    replicas = [await open_store(address, lambda _: None) for _ in range(2)]
    await put_out(replicas[0], *(call(f"{n:02}", f"C{n % 5}") for n in range(40)))
    under_way: set[str] = set()
    sent: list[tuple[str, str]] = []

    async def send(store: Store) -> None:
        while len(sent) < 40:
            for sending in await store.claim_calls(3):
                place = sending.call.channel_id
                assert place not in under_way
                under_way.add(place)
                sent.append((place, sending.call.key))
                await asyncio.sleep(0)
                under_way.remove(place)
                await store.complete_call(sending, "1.0", 0.0)

    async with asyncio.timeout(30):
        await asyncio.gather(*map(send, replicas))

    assert len(set(sent)) == 40
    for channel in range(5):
        told = [key for place, key in sent if place == f"C{channel}"]
        assert told == sorted(told)
    for each in replicas:
        await each.close()


async def test_a_sender_that_died_is_followed_by_a_second_attempt(store: Store) -> None:
    """After the lease, and with the time of the first attempt, from when on it is looked for in Slack."""
    await put_out(store, call())
    await take_one(store)
    await let_pass(store, AT_WORK.lease - 5)
    assert await take_all(store) == []
    await let_pass(store, 6)
    second = await take_one(store)

    assert second.attempts == 2
    assert second.first_tried_at is not None


@pytest.mark.parametrize("end", ["sent", "later", "dead", "otherwise"])
async def test_who_lost_the_lane_ends_nothing(store: Store, end: str) -> None:
    """A sender that slept through its lease changes neither the call nor its channel's lane."""
    await put_out(store, call(fallback=("chat.postEphemeral", {})))
    late = await take_one(store)
    await let_pass(store, AT_WORK.lease + 1)
    mine = await take_one(store)
    before = await rows(store, channel_queues)
    ends = {
        "sent": store.complete_call(late, "1.0", 0.0),
        "later": store.reschedule_call(late, 0.0, "late", reached=False),
        "dead": store.give_up(late, "dead", "late"),
        "otherwise": store.use_fallback(late, "late"),
    }
    with pytest.raises(LeaseLostError):
        await ends.pop(end)
    for unused in ends.values():
        unused.close()

    assert await rows(store, channel_queues) == before
    await store.complete_call(mine, "2.0", 0.0)
    assert [(row["state"], row["ts"]) for row in await rows(store, outbox)] == [("done", "2.0")]


async def test_what_certainly_did_not_reach_slack_is_a_first_attempt_again(store: Store) -> None:
    """No connection came about: nothing has to be looked for."""
    await put_out(store, call())
    await store.reschedule_call(await take_one(store), 0.0, "refused", reached=False)
    again = await take_one(store)

    assert (again.attempts, again.first_tried_at) == (2, None)


async def test_what_may_have_reached_slack_is_looked_for_from_the_first_attempt_on(store: Store) -> None:
    """However often it is put back after that."""
    await put_out(store, call())
    await store.reschedule_call(await take_one(store), 0.0, "timeout", reached=True)
    second = await take_one(store)
    await store.reschedule_call(second, 0.0, "timeout", reached=True)
    third = await take_one(store)

    assert third.attempts == 3
    assert second.first_tried_at is not None
    assert third.first_tried_at == second.first_tried_at


async def test_what_a_lost_store_may_have_told_is_looked_for_before_the_first_attempt(store: Store) -> None:
    """The answer to a message that was found in Slack, by a store that was restored from a backup."""
    await put_out(store, call(posted_since=1700000000.5))
    sending = await take_one(store)

    assert (sending.attempts, sending.first_tried_at) == (1, 1700000000.5)


@pytest.mark.parametrize(("event_id", "expected"), [("found-C1-1700000000.000500", 1700000000.0005), ("Ev1", None)])
def test_only_a_message_that_was_found_again_is_looked_for(event_id: str, expected: float | None) -> None:
    """Of what answers it, posts only: nothing else can be found in Slack."""
    body = {"event_id": event_id, "event": {"ts": "1700000000.000500"}}
    turn = Calls(Delivery("T1", "", "message/C1/1700000000.000500", "event", body))
    turn.post(Reply("tea", ()), "C1", None)
    turn.whisper(Reply("tea", ()), "C1", "U1", None)

    assert [each.posted_since for each in turn.calls] == [expected, None]


async def test_a_call_that_is_put_back_waits_and_keeps_its_place(store: Store) -> None:
    """The channel's later calls wait behind it, other channels do not."""
    await put_out(store, call("one"), call("two"), call("elsewhere", "C2"))
    first, elsewhere = await store.claim_calls(2)
    await store.complete_call(elsewhere, "1.0", 0.0)
    await store.reschedule_call(first, 60.0, "timeout", reached=False)
    assert await take_all(store) == []
    await let_pass(store, 61)

    assert await take_all(store) == ["one"]


async def test_retry_after_holds_a_whole_workspace_and_nobody_else(store: Store) -> None:
    """Slack's limit is for the app in that workspace, and is known to every replica since it is in the store."""
    await put_out(store, call("one"), call("two", "C2"))
    await put_out(store, call("other"), team_id="T2")
    (one,) = await store.claim_calls(1)
    await store.reschedule_call(one, 30.0, "ratelimited", reached=False, whole_team=True)

    assert [each.call.key for each in await send_all(store)] == ["other"]
    await let_pass(store, 31)
    assert sorted(await take_all(store)) == ["one", "two"]


async def test_a_shorter_retry_after_does_not_end_a_longer_one(store: Store) -> None:
    """Two calls were under way when Slack began to refuse."""
    await put_out(store, call("one"), call("two", "C2"), call("three", "C3"))
    one, two = await store.claim_calls(2)
    await store.reschedule_call(one, 60.0, "ratelimited", reached=False, whole_team=True)
    await store.reschedule_call(two, 5.0, "ratelimited", reached=False, whole_team=True)
    await let_pass(store, 30)
    assert await take_all(store) == []
    await let_pass(store, 31)

    assert sorted(await take_all(store)) == ["one", "three", "two"]


@pytest.mark.parametrize("state", ["dead", "ambiguous"])
async def test_what_was_given_up_stays_is_counted_and_holds_nobody_up(store: Store, state: str) -> None:
    """The next call of the channel goes out at once."""
    await put_out(store, call("one"), call("two"))
    await store.give_up(await take_one(store), state, "channel_not_found")

    assert (await store.counts()).rows == {("outbox", state): 1, ("outbox", "open"): 1}
    assert (await rows(store, outbox))[0]["error"] == "channel_not_found"
    assert await take_all(store) == ["two"]


async def test_a_refused_call_is_replaced_by_the_one_kept_for_that(store: Store) -> None:
    """In the same place of the channel's order, as a first attempt, and only once."""
    await put_out(store, call("one", fallback=("chat.postEphemeral", {"user": "U1"})), call("two"))
    await store.use_fallback(await take_one(store), "not_in_channel")
    instead = await take_one(store)

    assert (instead.call.key, instead.call.method) == ("one", "chat.postEphemeral")
    assert (instead.call.arguments, instead.call.fallback) == ({"user": "U1"}, None)
    assert instead.first_tried_at is None


async def test_after_a_crash_what_was_under_way_is_free_again(tmp_path: Path) -> None:
    """SQLite has one process: when it starts, nobody else can be at work. What was being sent is looked for first."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    await put_out(store, call("one"))
    await store.receive(delivery("waiting"))
    assert len(await store.claim(1)) == len(await store.claim_calls(1)) == 1
    await store.close()

    again = await open_store(address, lambda _: None)
    (claimed,) = await again.claim(1)
    assert (claimed.delivery.key, claimed.attempts) == ("waiting", 2)
    # What Slack was told just before the crash may take a moment to be seen there.
    assert await again.claim_calls(1) == []
    await let_pass(again, AT_WORK.visible)
    sending = await take_one(again)
    assert (sending.attempts, sending.first_tried_at is not None) == (2, True)
    await again.close()


async def test_a_clock_that_was_set_back_holds_nothing_up_after_a_start(tmp_path: Path) -> None:
    """Times written by a clock that was an hour or more ahead do not make anything wait for it."""
    address = f"sqlite:///{tmp_path / 'sceptic.db'}"
    store = await open_store(address, lambda _: None)
    await put_out(store, call("one"), call("two"))
    await store.complete_call(await take_one(store), "1.0", 1.0)
    await store.receive(delivery("waiting"))
    await let_pass(store, -7200)
    await store.close()

    again = await open_store(address, lambda _: None)
    assert [each.delivery.key for each in await again.claim(9)] == ["waiting"]
    await let_pass(again, AT_WORK.visible)
    assert await take_all(again) == ["two"]
    assert await states(again, inbox) == ["done", "open"]
    await again.close()


async def test_a_clock_ahead_by_which_only_calls_were_sent_holds_nothing_up_after_a_start(tmp_path: Path) -> None:
    """To a clock ten minutes ahead all signatures look old, so that nothing is received by it; what waits is sent."""
    path = tmp_path / "sceptic.db"
    store = await open_store(f"sqlite:///{path}", lambda _: None)
    await put_out(store, call("one"), call("two"))
    await store.complete_call(await take_one(store), "1.0", 1.0)
    await store.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("update outbox set done_at = done_at + 600 where done_at is not null")
        file.execute("update lanes set free_at = free_at + 600")

    again = await open_store(f"sqlite:///{path}", lambda _: None)
    await let_pass(again, AT_WORK.pause)
    assert await take_all(again) == ["two"]
    await again.close()


CLICK = {"type": "block_actions", "container": {"channel_id": "C1"}, "user": {"id": "U1"}}


async def heard(store: Store) -> list[Delivery]:
    """Return what the bot received since the last look."""
    return [each.delivery for each in await store.claim(100)]


async def test_what_became_of_a_call_is_received_with_its_timestamp(store: Store) -> None:
    """Together with its end; a call that nobody follows up leaves nothing behind."""
    await put_out(store, call("one", follow_up=CLICK), call("two"))
    sent = await send_all(store)
    (received,) = await heard(store)

    assert sent[0].call.follow_up == CLICK
    assert received.body == {**CLICK, "container": {"channel_id": "C1", "message_ts": "1.0"}}
    assert (received.team_id, received.kind) == ("T1", "interaction")


@pytest.mark.parametrize("end", ["refused", "dead", "ambiguous", "otherwise"])
async def test_whoever_follows_a_call_up_learns_that_slack_does_not_have_it(store: Store, end: str) -> None:
    """With Slack's word for why; what is called instead is followed up by nobody."""
    await put_out(store, call(fallback=("response_url", {}), follow_up=CLICK))
    sending = await take_one(store)
    if end == "refused":
        await store.refuse_call(sending, "not_in_channel")
    elif end == "otherwise":
        await store.use_fallback(sending, "not_in_channel")
    else:
        await store.give_up(sending, end, "not_in_channel")  # type: ignore[arg-type]
    (received,) = await heard(store)
    assert received.body == {**CLICK, "refused": "not_in_channel"}
    await send_all(store)

    assert await heard(store) == []
    assert await states(store, outbox) == ["done" if end in {"refused", "otherwise"} else end]


async def test_who_lost_the_lane_follows_nothing_up(store: Store) -> None:
    """The one who has it now does, once."""
    await put_out(store, call(follow_up=CLICK))
    late = await take_one(store)
    await let_pass(store, AT_WORK.lease + 1)
    mine = await take_one(store)
    for end in (store.complete_call(late, "1.0", 0.0), store.refuse_call(late, "late")):
        with pytest.raises(LeaseLostError):
            await end
    assert await heard(store) == []
    await store.complete_call(mine, "2.0", 0.0)

    assert [each.body["container"]["message_ts"] for each in await heard(store)] == ["2.0"]


@pytest.mark.parametrize("follows", [None, CLICK])
async def test_a_click_on_what_waits_or_is_posted_follows_that_up_once(store: Store, follows: dict | None) -> None:
    """The answer was put out by another click, on the same button or another: it is posted once all the same."""
    await put_out(store, call(follow_up=follows))
    await store.complete_now(delivery("before it is sent"), [call(follow_up=CLICK)])
    await send_all(store)
    await store.complete_now(delivery("after it was sent"), [call(follow_up=CLICK)])

    assert [each.body["container"]["message_ts"] for each in await heard(store)] == ["1.0"]
    assert await states(store, outbox) == ["done"]


async def test_a_click_on_what_was_posted_long_ago_follows_it_up(store: Store) -> None:
    """Nobody did so before."""
    await put_out(store, call())
    await send_all(store)
    await store.complete_now(delivery("later"), [call(follow_up=CLICK)])

    assert [each.body["container"]["message_ts"] for each in await heard(store)] == ["1.0"]


@pytest.mark.parametrize("end", ["refused", "dead"])
async def test_a_click_on_what_was_refused_tries_it_again(store: Store, end: str) -> None:
    """The bot may have been invited since; each attempt is told of, and the second has its own words."""
    await put_out(store, call(follow_up=CLICK))
    sending = await take_one(store)
    await (store.refuse_call(sending, "no") if end == "refused" else store.give_up(sending, "dead", "no"))
    assert [each.body.get("refused") for each in await heard(store)] == ["no"]
    again = SlackCall("answer", "C1", "chat.postMessage", {"text": "anew"}, follow_up={**CLICK, "api_app_id": "A1"})
    await store.complete_now(delivery("again"), [again])
    second = await take_one(store)

    assert (second.call, second.attempts, second.first_tried_at) == (again, 2, None)
    await store.complete_call(second, "2.0", 0.0)
    (received,) = await heard(store)
    assert (received.body["api_app_id"], received.body["container"]["message_ts"]) == ("A1", "2.0")


async def test_what_may_have_been_posted_is_not_tried_again_by_a_click(store: Store) -> None:
    """Nobody can know, so it stays as it is; whoever clicked is told."""
    await put_out(store, call())
    await store.give_up(await take_one(store), "ambiguous", "timeout")
    await store.complete_now(delivery("again"), [call(follow_up=CLICK)])

    assert [each.body["refused"] for each in await heard(store)] == ["timeout"]
    assert await take_all(store) == []


async def test_a_click_and_a_sender_at_once_lose_no_follow_up(postgres_database) -> None:
    """Two replicas: one ends the call while the other has it followed up, forty times in either order."""
    address = postgres_database()
    sender, clicked = [await open_store(address, lambda _: None) for _ in range(2)]
    for number in range(40):
        await put_out(sender, call(f"{number}"))
        (sending,) = await sender.claim_calls(1)
        click = delivery(f"click {number}")
        await asyncio.gather(
            sender.complete_call(sending, "1.0", 0.0),
            clicked.complete_now(click, [call(f"{number}", follow_up=CLICK)]),
        )
    received = [each.key for each in await heard(sender)]

    assert len(received) == len(set(received)) == 40
    for each in (sender, clicked):
        await each.close()
