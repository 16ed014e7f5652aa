"""Incidents and habits of a workspace, each text with a marker; and all that another may try with its IDs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, update

from bot.store import ChannelSettings, Correction, SlackCall, Store, StoredIncident, Viewer, WorkspaceTransaction
from bot.store.tables import incidents
from bot.triage import Entry, Incident, Sighting
from bot.triage.transitions import Move
from tests.store.factories import delivery

MARKER: Final = "VICTIM"
CHANNELS: Final = ["C1", "C2", "C3"]
# What is tried, with a number from 0 to 9 and one of the channels.
Act = Callable[[WorkspaceTransaction, int, str], object]


def draft(team_id: str, number: int, channel_id: str, words: str) -> Incident:
    """An incident in one of two threads of a channel, with these words wherever there are words."""
    seen = {f"{number % 2}.000": (Sighting(f"20502{words}", (f"0x{words}",), words, ca=words, device=words),)}
    return Incident(
        0,
        team_id,
        channel_id,
        f"{number % 2}.000",
        "U1",
        1.0,
        owner="U1",
        service=words,
        link=words,
        cause=words,
        fix=words,
        evidence=seen,
        files={f"{number % 2}.000": ("F1",)},
        timeline=(Entry("opened", "U1", 1.0, about=words),),
    )


def resolve(incident: Incident) -> Incident:
    return incident.with_entry(Entry("resolved", "U1", 2.0), status="resolved", resolved_at=2.0)


def card(
    number: int, channel_id: str, which: str = "0", method: str = "chat.postMessage", words: str = ""
) -> SlackCall:
    """A call about a card, with what is to follow it: a key that is there already is then joined."""
    body = {"container": {"channel_id": channel_id}, "words": words}
    arguments = {"channel": channel_id, "text": words}
    return SlackCall(f"card/{number}/{which}", channel_id, method, arguments, f"{words}.000", follow_up=body)


async def fill_incidents(store: Store, team_id: str, enterprise_id: str) -> None:
    """Incidents 1 to 6, open and resolved, with cards at Slack; and habits of all kinds."""

    def fill(ledger: WorkspaceTransaction) -> None:
        for number in range(6):
            channel_id = CHANNELS[number % 3]
            incident, _ = ledger.open(draft(team_id, number, channel_id, MARKER), "en")
            ledger.enqueue_calls([card(incident.number, channel_id, words=MARKER)])
            ledger.set_channel_settings(
                ChannelSettings(channel_id, "", "never", MARKER, True, f"U{MARKER}"), f"U{MARKER}"
            )
            ledger.set_channel_settings(
                ChannelSettings(channel_id, "1.000", "never", MARKER, True, f"U{MARKER}"), f"U{MARKER}"
            )
            ledger.note_unanswered(f"digest {number}", f"{MARKER}?", "none")
            ledger.note_correction(Correction(question=MARKER, answered=(MARKER,), why="other", meant=f"{number}"))
            ledger.add_note("20502", "U1", MARKER, number)
        ledger.change(5, resolve)
        ledger.keep_chart(f"F{MARKER}", [(MARKER, 1)])

    await store.write(team_id, enterprise_id, fill)
    while taken := await store.claim_calls(9):
        for sending in taken:
            await store.complete_call(sending, f"{MARKER}.1", 0.0)


async def let_cards_wait(store: Store, team_id: str, enterprise_id: str) -> None:
    """No card of the workspace is behind, and an edit of each waits in its lane."""

    def wait(ledger: WorkspaceTransaction) -> None:
        for number in range(6):
            ledger.enqueue_calls([card(number + 1, CHANNELS[number % 3], "1", "chat.update", MARKER)])
        here = incidents.c.team_id == team_id
        ledger.db.execute(update(incidents).where(here).values(card_due_at=None))

    await store.write(team_id, enterprise_id, wait)


async def see_open_incidents(store: Store, team_id: str) -> object:
    """The bot asks for those of all workspaces at once: what of them comes under any other than this one."""
    _, found = await store.open_incidents()
    return [each for each in found if each[0] != team_id or each[2].incident.team_id != team_id]


async def edit_cards(store: Store, team_id: str) -> object:
    """Have this workspace's cards edited at once. Returns what was shown of whichever cards are behind."""
    seen: list[StoredIncident] = []

    def fall_behind(db: Connection) -> None:
        db.execute(update(incidents).where(incidents.c.team_id == team_id).values(card_due_at=0.0))

    await store.writer.write(team_id, fall_behind)
    for stored in await store.due_cards():
        seen.append(stored)
        await store.edit_card(stored, [card(stored.incident.number, stored.incident.channel_id, "1", "chat.update")])
    return seen


def _viewer() -> Viewer:
    """Somebody with the ID of a person there, who may see all the channels."""
    return Viewer("U1", frozenset(CHANNELS))


def _open(ledger: WorkspaceTransaction, number: int, channel_id: str) -> object:
    return ledger.open(draft(ledger.team_id, number, channel_id, "ours"), "en")


def _change(ledger: WorkspaceTransaction, number: int, _channel_id: str) -> object:
    """First other words, then another state."""
    seen: list[Incident] = []

    def move(incident: Incident) -> Incident:
        seen.append(incident)
        return resolve(incident) if incident.cause == "stolen" else replace(incident, cause="stolen")

    return ledger.change(number, move), seen


def _apply(transaction: WorkspaceTransaction, number: int, _channel_id: str) -> object:
    """Whatever a click names, only an incident of one's own moves."""
    return transaction.apply(number, Move("rate", "U1", {"impact": "low", "urgency": "low", "service": "stolen"}))


def _find_open(ledger: WorkspaceTransaction, number: int, _channel_id: str) -> object:
    """Everything that is counted is shown, too."""
    found = ledger.find_open(_viewer(), mine=bool(number % 2), most=1000)
    return found, MARKER * (found.total != len(found.incidents))


def _search(ledger: WorkspaceTransaction, number: int, _channel_id: str) -> object:
    """None of ours says the marker, so none is counted; and what is found is counted once, seen by one's own channels."""
    found = ledger.search(_viewer(), "ours", number=number)
    hidden = ledger.search(Viewer("U2", frozenset()), "ours", number=number)
    counted = found.total != len({each.number for each in found.incidents})
    return found, MARKER * (counted + hidden.total + ledger.search(_viewer(), MARKER).total)


# What the bot reads with `Store.read`.
LOOKS: Final[Mapping[str, Act]] = {
    "find": lambda ledger, number, channel_id: ledger.find(channel_id, f"{number % 2}.000"),
    "find_number": lambda ledger, number, _: ledger.find_number(number),
    "showing_file": lambda ledger, _number, _: ledger.showing_file("F1"),
    "find_open": _find_open,
    "search": _search,
    "channels_since": lambda ledger, _number, _: ledger.channels_since(0.0),
    "commonest": lambda ledger, _number, _: ledger.commonest(0.0),
    "channel_settings": lambda ledger, number, channel_id: ledger.channel_settings(channel_id, f"{number % 2}.000"),
    "chart": lambda ledger, _number, _: ledger.chart(),
    "unanswered": lambda ledger, _number, _: ledger.unanswered(),
    "corrections": lambda ledger, _number, _: ledger.corrections(),
    "feedback_counts": lambda ledger, _number, _: ledger.feedback_counts(0.0),
    "notes": lambda ledger, _number, _: ledger.notes(["20502", f"20502{MARKER}"]),
    "now": lambda ledger, _number, _: ledger.now(),
}
# What it changes with `Store.write`.
DECISIONS: Final[Mapping[str, Act]] = {
    "enqueue_calls": lambda ledger, number, channel_id: ledger.enqueue_calls(
        [card(number, channel_id, str(number % 3))]
    ),
    "open": _open,
    "enqueue_delivery": lambda ledger, number, _: ledger.enqueue_delivery(
        delivery(f"key {number % 3}", ledger.team_id, ledger.enterprise_id)
    ),
    "change": _change,
    "apply": _apply,
    "touch_card": lambda ledger, number, _: ledger.touch_card(number),
    "set_channel_settings": lambda ledger, number, channel_id: ledger.set_channel_settings(
        ChannelSettings(channel_id, f"{number % 2}.000", owner="U1"), "U1"
    ),
    "keep_chart": lambda ledger, _number, _: ledger.keep_chart("F1", [("20502", 1)]),
    "forget_words": lambda ledger, number, _: ledger.forget_words(f"digest {number}", MARKER, ["message/C1/1.0"]),
    "note_unanswered": lambda ledger, number, _: ledger.note_unanswered(f"digest {number}", "stolen?", "none"),
    "note_correction": lambda ledger, number, _: ledger.note_correction(
        Correction(question=f"stolen {number % 3}", answered=("20502",), why="other", meant="")
    ),
    "add_note": lambda ledger, number, _: ledger.add_note("20502", "U1", "stolen", number),
}
