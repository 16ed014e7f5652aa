"""One person in the store: `sceptic store person USER show|export|forget`, on both databases."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store import ChannelSettings, Delivery, SlackCall, Store, WorkspaceTransaction, open_store
from bot.store.database import read_address
from bot.store.offline import connected, is_postgres
from bot.store.tables import feedback, incidents, metadata
from bot.triage.transitions import claim, hand_over, mark_step, resolve
from tests.store.commands import command
from tests.store.factories import claim_one
from tests.triage.incidents import OPENED_AT, incident

ANN, BEN = "U07ANN", "U07ANNEX"


async def fill(store: Store) -> None:
    """Ann and Ben share an incident; each has left something in every table that names people."""

    def act(ledger: WorkspaceTransaction) -> None:
        ledger.open(incident(opened_by=ANN), "en")
        ledger.change(1, lambda each: claim(each, ANN, OPENED_AT + 1))
        ledger.change(1, lambda each: mark_step(each, ANN, "step", "done", OPENED_AT + 2))
        ledger.change(1, lambda each: hand_over(each, ANN, BEN, OPENED_AT + 3, "words of Ann"))
        ledger.change(1, lambda each: hand_over(each, BEN, ANN, OPENED_AT + 4, "words of Ben"))
        ledger.add_note("20502", ANN, f"ask <@{ANN}> about the kettle", 1)
        ledger.add_note("20402", BEN, "Ben's own", 1)
        ledger.set_channel_settings(ChannelSettings("C1", owner=ANN), ANN)
        thanks = {"channel": "C1", "user": ANN, "text": "thanks"}
        ledger.enqueue_calls(
            [
                SlackCall(f"thanks/1.0/{ANN}/helpful", "C1", "chat.postEphemeral", thanks),
                SlackCall("home", ANN, "views.publish", {"user_id": ANN, "view": {"text": "hers"}}),
                SlackCall("for all", "C1", "chat.postMessage", {"channel": "C1", "text": f"<@{ANN}> has it"}),
            ]
        )

    await store.write("T1", "", act)
    await store.writer.write("T1", store.feedback("T1", "", "1.0", ANN, "helpful", "20502"))
    await store.writer.write("T1", store.feedback("T1", "", "1.0", BEN, "helpful", "20502"))
    body = {"event": {"user": ANN, "text": "hers"}}
    await store.dead_letter(await claim_one(store, Delivery("T1", "", "message/C1/1.0", "event", body)), "KeyError")


async def filled(address: str) -> None:
    store = await open_store(address, lambda _: None)
    await fill(store)
    await store.close()


def everything(address: str) -> str:
    with connected(read_address(address)) as db:
        return "".join(str(db.execute(select(table)).all()) for table in metadata.sorted_tables)


async def test_a_person_is_counted_and_nobody_by_half_an_id(address: str) -> None:
    """The ID of one person may begin like another's."""
    await filled(address)
    shown = await command(address, "person", ANN, "show")

    assert shown.exit_code == 0
    assert "2 feedback" not in shown.output
    assert all(f"1 {table}" in shown.output for table in ("incidents", "notes", "feedback", "manners", "inbox"))


async def test_an_export_holds_that_persons_words_alone(address: str, tmp_path: Path) -> None:
    """In a new file that nobody else can read."""
    await filled(address)
    file = tmp_path / "ann.json"
    assert (await command(address, "person", ANN, "export", "--to", file)).exit_code == 0
    export = json.loads(file.read_text("utf-8"))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each["about"] for each in export["incidents"][0]["acts"]] == ["", "", "words of Ann"]
    assert len(export["notes"]) == len(export["feedback"]) == 1
    assert "Ben" not in file.read_text("utf-8")
    again = await command(address, "person", ANN, "export", "--to", file)
    assert (again.exit_code, "never replaces" in again.output) == (1, True)


async def test_who_is_forgotten_leaves_no_trace(address: str) -> None:
    """Neither in a row nor in a file; what others did stands on, and the card is brought up to date."""
    await filled(address)
    assert (await command(address, "person", ANN, "forget")).exit_code == 0
    rest = everything(address)

    assert f"{ANN}'" not in rest.replace(BEN, "")
    assert ANN not in rest.replace(BEN, "")
    assert ANN.casefold() not in rest.replace(BEN, "").casefold().replace(BEN.casefold(), "")
    assert all(words in rest for words in ("words of Ben", "Ben's own", "about the kettle", "words of Ann"))
    with connected(read_address(address)) as db:
        assert db.execute(select(feedback.c.user_id)).scalars().all() == [BEN]
        assert db.execute(select(incidents.c.owner, incidents.c.card_due_at)).one() == ("", 0.0)
    if not is_postgres(read_address(address)):
        assert files_with(Path(str(read_address(address).database)), ANN) == []


def files_with(place: Path, user_id: str) -> list[str]:
    """The names of the store's files that hold an ID."""
    files = [file for file in place.parent.iterdir() if file.name in (place.name, f"{place.name}-wal")]
    return [file.name for file in files if user_id.encode() in file.read_bytes().replace(BEN.encode(), b"")]


async def test_an_incident_without_its_people_goes_on(address: str) -> None:
    """The record is still one: it is read, resolved and found as a resolved one."""
    await filled(address)
    await command(address, "person", ANN, "forget")
    store = await open_store(address, lambda _: None)
    await store.write(
        "T1", "", lambda ledger: ledger.change(1, lambda each: resolve(each, BEN, "tea", "milk", OPENED_AT + 9))
    )

    assert len(await store.resolved_since("T1", 0.0)) == 1
    await store.close()


@pytest.mark.parametrize("user", ["U99", "u07ann", "Ann", "U07AN", "%", "U07_NN"])
@pytest.mark.parametrize("action", ["show", "export", "forget"])
async def test_nobody_is_taken_for_somebody_else(address: str, user: str, action: str) -> None:
    """One sentence, a status that is not 0, and nothing is changed."""
    await filled(address)
    before = everything(address)
    result = await command(address, "person", user, action)

    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert everything(address) == before
