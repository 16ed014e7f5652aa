"""`sceptic store show` and `sceptic store retry`: what was given up, without anything people wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from bot.store import Store
from bot.store.database import EVERY_TEAM
from bot.store.tables import outbox
from tests.store.commands import command, fill, refused, run, said
from tests.store.factories import call, let_pass, put_out, states

# --- show and retry ----------------------------------------------------------------------------------------------------------


async def test_what_was_given_up_is_shown_without_what_people_wrote(address: str, store: Store) -> None:
    """Counts by state; for each the workspace, key, method, error, time and attempts."""
    await fill(store)
    shown = said(await command(address, "show"))

    assert "secret" not in shown
    assert "  inbox dead: 1\n" in shown
    assert "  outbox ambiguous: 1\n" in shown
    lines = {tuple(line.split()[:2]): line for line in shown.splitlines() if line.startswith(("dead", "ambiguous"))}
    assert sorted(lines) == [("ambiguous", "outbox"), ("dead", "inbox"), ("dead", "outbox")]
    assert " T1 chat.postMessage ambiguous after 1 attempts: channel_not_found" in lines["ambiguous", "outbox"]
    assert " T1 event dead after 1 attempts: ValueError: 1a2b3c4d" in lines["dead", "inbox"]


async def test_the_dead_are_given_another_try_while_the_bot_runs(address: str, store: Store) -> None:
    """They are due at once; what is ambiguous may have been posted and stays."""
    await fill(store)
    await let_pass(store, 60)
    assert said(await command(address, "retry")) == "2 dead rows are tried again.\n"

    assert "dead" not in [each.delivery.key for each in await store.claim(0)]
    assert "dead" in [each.delivery.key for each in await store.claim(9)]
    assert "dead" in [each.call.key for each in await store.claim_calls(9)]
    assert "ambiguous" in await states(store, outbox)


async def test_what_has_lost_its_text_is_not_tried_again(address: str, store: Store) -> None:
    """There is nothing left to say; that is told."""
    await fill(store)
    await let_pass(store, 40 * 86_400)
    await store.tidy(days=30)
    shown = said(await command(address, "retry"))

    assert shown.startswith("0 dead rows are tried again.\n2 stay dead")
    assert await store.claim(0) == []


async def test_a_message_that_is_tried_again_is_looked_for_when_it_may_have_been_posted(
    address: str, store: Store
) -> None:
    """And what cannot be looked for is not taken for ambiguous: a dead call did not reach Slack."""
    await put_out(store, call("post"), replace(call("whisper", "C2"), method="chat.postEphemeral"))
    for sending in await store.claim_calls(2):
        await store.give_up(sending, "dead", "not_installed")
    await let_pass(store, 60)
    said(await command(address, "retry"))
    again = {each.call.key: each for each in await store.claim_calls(2)}

    assert again["post"].first_tried_at is not None
    assert again["whisper"].first_tried_at is None


async def test_an_older_or_newer_store_is_not_touched(address: str, store: Store, tmp_path: Path) -> None:
    """Each command says which schema it found."""

    def age(db: Connection) -> None:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    await store.writer.write(EVERY_TEAM, age)
    for arguments in (["show"], ["retry"], ["backup", str(tmp_path / "b.db")]):
        assert "9999" in refused(await command(address, *arguments))


def test_the_address_is_never_shown_with_its_password() -> None:
    """Wherever it is named, in whatever error."""
    for address in (
        "postgresql://amy:teapot@127.0.0.1:9/tea",
        "postgresql://amy:teapot@127.0.0.1:nine/tea",
        "postgresql://amy:tea/teapot@127.0.0.1/tea",
        "mysql://amy:teapot@127.0.0.1/tea",
        "amy:teapot",
    ):
        assert "teapot" not in refused(run(address, "show"))
