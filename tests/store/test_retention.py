"""Keeping house: the retention, uninstalling, installations, feedback, threads. On both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, Table, text

from bot.diagnosis import Sceptic
from bot.slack.incidents.card_updates import CardUpdates, first_card
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.signals import Signal
from bot.store import AT_WORK, ClaimedDelivery, FeedbackCounts, Installation, SlackCall, Store
from bot.store.tables import (
    channel_cursors,
    channel_queues,
    feedback,
    inbox,
    installations,
    metadata,
    outbox,
    unanswered,
)
from bot.store.values import Correction
from bot.triage.transitions import begin_incident, claim, resolve
from tests.store.factories import call, claim_one, delivery, fill_the_rest, let_pass, put_out, rows, send_all, states
from tests.triage.incidents import MESSAGE, OPENED_AT, SCEP, incident

TABLES = list(metadata.tables.values())
_DAY = 86_400


async def fill(store: Store, team_id: str, enterprise_id: str = "", token: str = "xoxb-x") -> None:
    """Have something of a workspace in every table, of each kind that holds text."""
    await store.install(Installation(team_id, enterprise_id, token, "U0", "B0"))
    await put_out(
        store,
        call(f"{team_id} done", fallback=("chat.postEphemeral", {"text": "secret"})),
        call(f"{team_id} followed up", "C3", follow_up={"container": {}, "response_url": "secret"}),
        team_id=team_id,
        enterprise_id=enterprise_id,
    )
    await send_all(store)
    await store.receive(delivery(f"{team_id} handled", team_id, enterprise_id, channel_id="C1", ts="1.000"))
    claimed = await claim_named(store, f"{team_id} handled")
    await store.complete(
        claimed,
        [call(f"{team_id} waiting", "C2")],
        [store.feedback(team_id, enterprise_id, "1.0", "U1", "helped", "20502")],
    )
    await store.receive(delivery(f"{team_id} waiting", team_id, enterprise_id))
    await store.write(team_id, enterprise_id, lambda ledger: ledger.note_unanswered("tea", "secret", "unknown"))
    correction = Correction(question="secret", answered=("20502",), why="other", meant="secret")
    await store.write(team_id, enterprise_id, lambda ledger: ledger.note_correction(correction))
    await fill_the_rest(store, team_id, enterprise_id)


async def claim_named(store: Store, key: str) -> ClaimedDelivery:
    """Take that delivery; those that are in its way go back."""
    found = None
    for claimed in await store.claim(100):
        if claimed.delivery.key == key:
            found = claimed
        else:
            await store.reschedule(claimed, 0.0, "")
    assert found is not None
    return found


async def whose(store: Store, table: Table) -> set[str]:
    return {row["team_id"] for row in await rows(store, table)}


# --- uninstalling --------------------------------------------------------------------------------------------------------


async def test_uninstalling_deletes_all_that_is_theirs_and_nothing_else(store: Store) -> None:
    """In every table, in the one transaction that ends the handling of the event."""
    for team_id in ("T1", "T2"):
        await fill(store, team_id)
    claimed = await claim_named(store, "T1 waiting")
    assert [await whose(store, table) for table in TABLES] == [{"T1", "T2"}] * len(TABLES)
    before = {table: [row for row in await rows(store, table) if row["team_id"] == "T2"] for table in TABLES}
    await store.complete(claimed, [], [store.workspace_deletion("T1", "")])

    assert {table: await rows(store, table) for table in TABLES} == before


async def test_an_organisation_that_uninstalls_is_deleted_with_all_its_workspaces(store: Store) -> None:
    """Lanes and opinions included; another organisation and a workspace of its own stay."""
    for team_id, enterprise_id in (("T1", "E1"), ("T2", "E1"), ("T3", "E2"), ("T4", "")):
        await fill(store, team_id, enterprise_id)
    await store.install(Installation("", "E1", "xoxb-org", "U0", "B0"))
    await store.receive(delivery("leaving", "E1", "E1"))
    claimed = await claim_named(store, "leaving")
    await store.complete(claimed, [], [store.workspace_deletion("", "E1")])

    assert [await whose(store, table) for table in TABLES] == [{"T3", "T4"}] * len(TABLES)


async def test_uninstalling_from_one_workspace_leaves_the_rest_of_the_organisation(store: Store) -> None:
    """The organisation's own installation stays, too."""
    for team_id in ("T1", "T2"):
        await fill(store, team_id, "E1")
    await store.install(Installation("", "E1", "xoxb-org", "U0", "B0"))
    await store.writer.write("T1", store.workspace_deletion("T1", "E1"))

    assert await whose(store, installations) == {"", "T2"}
    assert await whose(store, inbox) == {"T2"}


@pytest.mark.parametrize(("dead_token", "left"), [("xoxb-old", {"T1"}), ("", {"T1"}), ("xoxb-new", set())])
async def test_a_workspace_that_came_back_meanwhile_is_not_forgotten(
    store: Store, dead_token: str, left: set[str]
) -> None:
    """Its old token was tried and no longer worked; by the time that is kept there is a new one."""
    await fill(store, "T1")
    await store.install(Installation("T1", "", "xoxb-new", "U0", "B0"))
    await store.writer.write("T1", store.workspace_deletion("T1", "", dead_token))

    assert [await whose(store, table) for table in TABLES] == [left] * len(TABLES)


async def test_what_was_resolved_is_forgotten_in_every_replicas_memory(store: Store) -> None:
    """Also in one that did not hear of it, and when the app is back and the numbers begin again."""

    async def resolve_one(at: float, cause: str) -> None:
        begun = begin_incident(incident(number=0, evidence={MESSAGE: (SCEP,)}), at)
        await store.write("T1", "", lambda ledger: ledger.open(begun, "en"))
        await store.write("T1", "", lambda ledger: ledger.change(1, lambda it: resolve(it, "U1", cause, "tea", at)))

    async def causes(memory: SimilarIncidents) -> list[str]:
        return [near.incident.cause for near in await memory.find("T1", [SCEP])]

    one, another = SimilarIncidents(store), SimilarIncidents(store)
    await resolve_one(OPENED_AT, "limescale")
    assert [await causes(memory) for memory in (one, another)] == [["limescale"], ["limescale"]]
    await store.writer.write("T1", store.workspace_deletion("T1", ""))
    assert await causes(one) == []
    await resolve_one(OPENED_AT + _DAY, "milk")

    assert [await causes(memory) for memory in (one, another)] == [["milk"], ["milk"]]


async def test_a_workspace_that_takes_longer_than_a_statement_may_is_forgotten(store: Store) -> None:
    """On PostgreSQL it would be cancelled, and again each time the event is handled; what follows is timed as before."""
    await fill(store, "T1")

    def forget_slowly(db: Connection) -> str:
        if store.database.is_postgres:
            for statement in (
                "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END'",
                "CREATE TRIGGER slow BEFORE DELETE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION nap()",
                "SET LOCAL statement_timeout = 250",
            ):
                db.execute(text(statement))
        store.workspace_deletion("T1", "")(db)
        return str(db.execute(text("SHOW statement_timeout")).scalar()) if store.database.is_postgres else "10s"

    assert await store.writer.write("T1", forget_slowly) == "10s"
    assert [await whose(store, table) for table in TABLES] == [set()] * len(TABLES)


@pytest.mark.parametrize(("installed", "left"), [("T1", {"T1", "T2"}), ("T3", {"T2"})])
async def test_nothing_is_left_of_what_came_after_uninstalling(store: Store, installed: str, left: set[str]) -> None:
    """Slack delivers what was under way; where the app has come back by then, all is kept as usual."""
    await store.install(Installation(installed, "", "xoxb-x", "U0", "B0"))
    await store.receive(delivery("theirs", "T2", channel_id="C1", ts="1.000"))
    await store.receive(delivery("late", channel_id="C1", ts="1.000"))
    claimed = await claim_named(store, "late")
    await store.complete(claimed, [], [store.delivery_erasure(claimed)])
    (late,) = [row for row in await rows(store, inbox) if row["key"] == "late"]

    assert (late["state"], late["body"]) == ("done", "{}")
    assert await whose(store, channel_cursors) == left


async def test_forgetting_nobody_in_particular_deletes_nothing(store: Store) -> None:
    """Without a workspace and an organisation it would be everybody outside Enterprise Grid."""
    await fill(store, "T1")
    with pytest.raises(ValueError, match="neither a workspace nor an organisation"):
        await store.writer.write("T1", store.workspace_deletion("", ""))

    assert [await whose(store, table) for table in TABLES] == [{"T1"}] * len(TABLES)


# --- the retention ---------------------------------------------------------------------------------------------------------


async def test_after_the_retention_no_text_is_left_of_what_is_done(store: Store) -> None:
    """Bodies, arguments, what would have been said otherwise and what follows up; the record of it stays."""
    await fill(store, "T1")
    await send_all(store)
    await let_pass(store, 2 * _DAY)
    await store.tidy(days=1)
    told, channel_cursors = await rows(store, outbox), await rows(store, inbox)

    assert {(row["arguments"], row["otherwise"], row["follow_up"] or "") for row in told} == {("{}", "", "")}
    assert await store.tidy(days=1) == 0
    assert {row["key"]: row["state"] for row in channel_cursors if row["state"] == "open"} == {
        "T1 followed up/then/1": "open",
        "T1 waiting": "open",
    }
    assert {row["body"] for row in channel_cursors if row["state"] == "done"} == {"{}"}
    assert all("secret" in row["body"] for row in channel_cursors if row["state"] == "open")


async def test_before_the_retention_nothing_is_touched(store: Store) -> None:
    """Thirty days are thirty days."""
    await fill(store, "T1")
    await let_pass(store, 29 * _DAY)
    before = [await rows(store, table) for table in TABLES]
    await store.tidy(days=30)

    assert [await rows(store, table) for table in TABLES if table is not channel_queues] == [
        found for found, table in zip(before, TABLES, strict=True) if table is not channel_queues
    ]


async def test_after_the_retention_an_incident_is_whole_and_its_card_is_still_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages told and heard are emptied and forgotten; the record stays, and the card is edited where it is."""
    store.timings = replace(AT_WORK, card_gather=0.0, card_between=0.0)
    await store.write("T1", "", lambda ledger: ledger.open(begin_incident(incident(number=0), OPENED_AT), "en"))
    post = SlackCall("card/1/0", "C1", "chat.postMessage", {"text": "the card"}, MESSAGE)
    await store.write("T1", "", lambda ledger: ledger.enqueue_calls([post]))
    (sending,) = await store.claim_calls(9)
    await store.complete_call(sending, "1782900009.000100", 0)
    for stored in await store.due_cards():
        await store.edit_card(stored, [])
    before = await store.read("T1", "", lambda ledger: ledger.find_number(1))
    await let_pass(store, 40 * _DAY)
    await store.tidy(days=30)
    after = await store.read("T1", "", lambda ledger: ledger.find_number(1))

    assert await rows(store, outbox) == []
    assert before is not None
    assert after == before
    assert after.card.ts == "1782900009.000100"


async def test_a_card_that_slack_refused_is_posted_with_the_next_change_and_not_asked_for_until_then(
    store: Store, sceptic: Sceptic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its channel was archived for a while: one call more, then nothing until somebody does something."""
    store.timings = replace(AT_WORK, card_gather=0.0, card_between=0.0)
    cards = CardUpdates(store, lambda: sceptic.knowledge, Signal())
    begun = begin_incident(incident(number=0), OPENED_AT)
    await store.write("T1", "", lambda ledger: ledger.open(begun, "en"))
    await store.write(
        "T1", "", lambda ledger: ledger.enqueue_calls([first_card(replace(begun, number=1), "en", sceptic.knowledge)])
    )
    for _ in range(2):
        await cards.update()
        (sending,) = await store.claim_calls(9)
        assert sending.call.method == "chat.postMessage"
        await store.give_up(sending, "dead", "is_archived")
    assert await cards.update() == 0

    await store.write("T1", "", lambda ledger: ledger.change(1, lambda each: claim(each, "U1", OPENED_AT + 60)))
    await cards.update()
    (sending,) = await store.claim_calls(9)
    assert sending.call.method == "chat.postMessage"


async def test_keys_are_remembered_for_longer_than_slack_delivers_again(store: Store) -> None:
    """With a retention of one day, a delivery that comes again after six is still known; after eight it is forgotten."""
    await store.complete(await claim_one(store), [])
    await let_pass(store, 6 * _DAY)
    await store.tidy(days=1)
    assert not await store.receive(delivery())
    await let_pass(store, 2 * _DAY)
    await store.tidy(days=1)

    assert await store.receive(delivery())


async def test_what_went_wrong_is_never_deleted_but_loses_its_text(store: Store) -> None:
    """It is shown and counted until somebody deals with it."""
    await store.dead_letter(await claim_one(store), "ValueError", [call()])
    for sending in await store.claim_calls(1):
        await store.give_up(sending, "ambiguous", "thread_not_found")
    await let_pass(store, 400 * _DAY)
    await store.tidy(days=30)

    assert [(row["state"], row["body"]) for row in await rows(store, inbox)] == [("dead", "{}")]
    assert [(row["state"], row["arguments"]) for row in await rows(store, outbox)] == [("ambiguous", "{}")]


async def test_lanes_that_nothing_waits_in_are_deleted(store: Store) -> None:
    """A channel that was silent for a week; one in which a call still waits is kept."""
    await put_out(store, call("one"), call("two", "C2"), call("three", "C2"))
    for sending in await store.claim_calls(2):
        await store.complete_call(sending, "1.0", 0.0)
    await let_pass(store, 8 * _DAY)
    await store.tidy(days=30)

    assert [row["channel_id"] for row in await rows(store, channel_queues)] == ["C2"]


async def test_tidying_twice_changes_nothing_more(store: Store) -> None:
    """It runs every hour, and finds only what is new."""
    await fill(store, "T1")
    await let_pass(store, 2 * _DAY)
    assert await store.tidy(days=1) > 0

    assert await store.tidy(days=1) == 0


async def test_questions_without_an_answer_are_forgotten_when_nobody_asks_them_any_more(store: Store) -> None:
    """They are what people wrote; one that was asked again within the retention is kept."""
    for question in ("why tea", "why milk"):
        await store.write("T1", "", lambda ledger, asked=question: ledger.note_unanswered(asked, asked, "unknown"))
    await let_pass(store, 29 * _DAY)
    await store.write("T1", "", lambda ledger: ledger.note_unanswered("why milk", "why milk", "unknown"))
    await store.tidy(days=30)
    assert {row["question"] for row in await rows(store, unanswered)} == {"why tea", "why milk"}
    await let_pass(store, 2 * _DAY)
    await store.tidy(days=30)

    assert [(row["question"], row["times"]) for row in await rows(store, unanswered)] == [("why milk", 2)]


async def test_the_retention_takes_a_few_rows_at_a_time_until_nothing_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year's rows in one transaction would keep every delivery waiting, or be cancelled again and again."""
    for number in range(5):
        channel_id = f"C{number}"
        await store.complete_now(delivery(f"tea {number}"), [call(f"answer {number}", channel_id)])
        await store.dead_letter(await claim_one(store, delivery(f"milk {number}")), "KeyError")
    await send_all(store)
    await let_pass(store, 2 * _DAY)
    # As many as are allowed, then what is left, then none.
    assert [await store.tidy(days=1, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert {row["body"] for row in await rows(store, inbox)} == {"{}"}
    await let_pass(store, 7 * _DAY)

    # Of each table as many as are allowed. What was given up stays.
    assert [await store.tidy(days=1, most=2) for _ in range(4)] == [6, 6, 3, 0]
    assert [len(await rows(store, table)) for table in (inbox, outbox, channel_queues)] == [5, 0, 0]


# --- installations, feedback, threads ------------------------------------------------------------------------------------------


async def test_an_installation_replaces_the_one_before(store: Store) -> None:
    """Installing again gives a new token."""
    await store.install(Installation("T1", "", "xoxb-old", "U0", "B0", "chat:write"))
    new = Installation("T1", "", "xoxb-new", "U1", "B1", "chat:write,im:history")
    await store.install(new)

    assert await store.installation("T1", "") == new
    assert len(await rows(store, installations)) == 1


async def test_a_workspaces_own_installation_comes_before_its_organisations(store: Store) -> None:
    """And a workspace without one is spoken for by its organisation's."""
    own = Installation("T1", "E1", "xoxb-own", "U0", "B0")
    whole = Installation("", "E1", "xoxb-org", "U0", "B0")
    await store.install(whole)
    await store.install(own)

    assert await store.installation("T1", "E1") == own
    assert await store.installation("T2", "E1") == whole
    assert await store.installation("T2", "E2") is None
    assert await store.installation("T1", "") is None
    assert await store.installation("", "") is None


async def test_one_person_has_one_opinion_of_an_answer(store: Store) -> None:
    """The last one counts; other people and other answers have their own."""
    for message_ts, user_id, said in [
        ("1.0", "U1", "helped"),
        ("1.0", "U1", "wrong"),
        ("1.0", "U2", "helped"),
        ("2.0", "U1", "helped"),
    ]:
        await store.writer.write("T1", store.feedback("T1", "", message_ts, user_id, said, "20502"))

    assert [(row["message_ts"], row["user_id"], row["said"]) for row in await rows(store, feedback)] == [
        ("1.0", "U1", "wrong"),
        ("1.0", "U2", "helped"),
        ("2.0", "U1", "helped"),
    ]


async def test_opinions_are_counted_by_article_the_least_helpful_first(store: Store) -> None:
    """An answer about several articles counts for the one it begins with; other workspaces have their own."""
    for team_id, user_id, said, articles in [
        ("T1", "U1", "helpful", "20502,0x00000409"),
        ("T1", "U2", "helpful", "20502"),
        ("T1", "U3", "not_helpful", "20402"),
        ("T1", "U4", "helpful", "20402"),
        ("T2", "U5", "not_helpful", "20502"),
    ]:
        await store.writer.write(team_id, store.feedback(team_id, "", f"1.{user_id}", user_id, said, articles))
    found = await store.read("T1", "", lambda ledger: ledger.feedback_counts(0))

    assert found == (FeedbackCounts("20402", 1, 1), FeedbackCounts("20502", 2, 0))
    assert await store.read("T1", "", lambda ledger: ledger.feedback_counts(9e9)) == ()


async def test_the_threads_in_which_the_bot_spoke_are_known(store: Store) -> None:
    """Of one channel of one workspace, since a time."""
    await put_out(
        store, call("one", thread_ts="1.0"), call("two", thread_ts="1.0"), call("top"), call("e", "C2", thread_ts="2.0")
    )
    await put_out(store, call("theirs", thread_ts="3.0"), team_id="T2")
    (row, *_) = await rows(store, outbox)

    assert await store.threads_since("T1", "C1", row["created_at"] - 60) == ["1.0"]
    assert await store.threads_since("T1", "C1", row["created_at"] + 60) == []
    assert await states(store, outbox) == ["open"] * 5
