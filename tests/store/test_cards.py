"""An incident has one card: whatever becomes of its post and its edits while the next edit is being prepared."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from bot.diagnosis import Sceptic
from bot.slack.incidents.card_updates import CardUpdates, first_card
from bot.slack.platform.signals import Signal
from bot.store import AT_WORK, ClaimedCall, Store, open_store
from bot.store.tables import outbox
from bot.triage.transitions import begin_incident, claim
from tests.store.factories import rows
from tests.triage.incidents import OPENED_AT, incident

CARD_TS = "1782900009.000100"


AT_ONCE = replace(AT_WORK, card_gather=0.0, card_between=0.0)


async def begin(store: Store, cards: CardUpdates) -> ClaimedCall:
    """Open an incident and claim the post of its first card."""
    await store.write("T1", "", lambda ledger: ledger.open(begin_incident(incident(number=0), OPENED_AT), "en"))
    post = first_card(begin_incident(incident(number=1), OPENED_AT), "en", cards.knowledge())
    await store.write("T1", "", lambda ledger: ledger.enqueue_calls([post]))
    (sending,) = await store.claim_calls(9)
    return sending


async def posts(store: Store) -> list[str]:
    """The keys of the calls that post a card."""
    return [row["key"] for row in await rows(store, outbox) if row["method"] == "chat.postMessage"]


async def move(store: Store, user_id: str) -> None:
    await store.write("T1", "", lambda ledger: ledger.change(1, lambda each: claim(each, user_id, OPENED_AT + 60)))


async def test_a_card_whose_post_ends_while_an_edit_is_prepared_is_not_posted_again(
    postgres_database: Any, sceptic: Sceptic
) -> None:
    """Each statement under READ COMMITTED sees what is committed by then; the post ends after the first about it."""
    address = postgres_database()
    store = await open_store(address, lambda _: None, AT_ONCE)
    store.timings = AT_ONCE
    cards = CardUpdates(store, lambda: sceptic.knowledge, Signal())
    sending = await begin(store, cards)
    beside = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    ended: list[str] = []

    @event.listens_for(store.database.writing, "after_cursor_execute")
    def end_the_post(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not ended and statement.startswith("SELECT") and "FROM outbox" in statement:
            ended.append(statement)
            with beside.begin() as db:
                db.exec_driver_sql("SELECT set_config('sceptic.team_id', '*', true)")
                db.exec_driver_sql(
                    f"UPDATE outbox SET state = 'done', ts = '{CARD_TS}', done_at = 1 WHERE id = {sending.id}"
                )

    await cards.update()
    assert ended
    assert await posts(store) == ["card/1/0"]

    await cards.update()
    assert await posts(store) == ["card/1/0"]
    edits = [json.loads(row["arguments"]) for row in await rows(store, outbox) if row["method"] == "chat.update"]
    assert [each["ts"] for each in edits] == [CARD_TS]
    await store.close()
    beside.dispose()


@pytest.mark.parametrize("under_way", ["waits for its second attempt", "waits as a post"])
async def test_a_card_that_was_deleted_by_hand_is_posted_again_once(
    store: Store, sceptic: Sceptic, under_way: str
) -> None:
    """An edit that Slack will refuse is a post then; no other edit of the message that is gone is made beside it."""
    store.timings = AT_ONCE
    cards = CardUpdates(store, lambda: sceptic.knowledge, Signal())
    await store.complete_call(await begin(store, cards), CARD_TS, 0.0)
    await cards.update()
    (edit,) = await store.claim_calls(9)
    if under_way == "waits as a post":
        await store.use_fallback(edit, "message_not_found")
    else:
        await store.reschedule_call(edit, 0.0, "TimeoutError", reached=True)
    await move(store, "U2")
    await cards.update()

    assert [row["key"] for row in await rows(store, outbox) if row["state"] == "open"] == [edit.call.key]


async def test_a_card_whose_thread_is_gone_is_not_posted_again_with_each_change(store: Store, sceptic: Sceptic) -> None:
    """Slack would show it at the channel's root each time, until it is deleted there."""
    store.timings = AT_ONCE
    cards = CardUpdates(store, lambda: sceptic.knowledge, Signal())
    await store.refuse_call(await begin(store, cards), "thread_not_found")
    await move(store, "U2")
    await cards.update()

    assert await posts(store) == ["card/1/0"]
