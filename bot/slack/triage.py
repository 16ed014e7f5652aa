"""The thread of an incident: what is said there goes into its evidence, and moves are made or refused."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import read_evidence
from bot.knowledge import Language
from bot.replies import Reply, render_refused
from bot.slack.dropped import read_message
from bot.slack.speaker import Payload, Speaker, without_mentions
from bot.slack.turn import Turn
from bot.store import Kept, Ledger
from bot.triage import Incident, Sighting
from bot.triage.moves import Refused, see
from bot.triage.reading import sightings_of


def seen_in(speaker: Speaker, text: str) -> tuple[Sighting, ...]:
    """What a message shows: only what speaks for itself, as in any thread where nobody asked."""
    evidence = read_evidence(without_mentions(text))
    return sightings_of(speaker.decide(text, "thread"), evidence, speaker.sceptic.knowledge.relations)


async def incident_of(speaker: Speaker, turn: Turn, channel_id: str, thread_ts: str | None) -> Kept | None:
    """The incident of a thread, if it is one."""
    if not thread_ts:
        return None
    received = turn.received
    return await speaker.store.look(
        received.team_id, received.enterprise_id, lambda ledger: ledger.find(channel_id, thread_ts)
    )


def follow(speaker: Speaker, turn: Turn, kept: Kept, ts: str, user_id: str, text: str, at: float) -> None:
    """Take what a message shows into the evidence, in place of what it showed before; an empty text takes it out.

    `at` is Slack's time of this version of the message, in seconds since 1970.
    """
    found = seen_in(speaker, text) if text else ()

    def decide(ledger: Ledger) -> None:
        ledger.change(kept.incident.number, lambda incident: see(incident, ts, user_id, found, at))

    turn.changes.append(speaker.store.deciding(turn.received, decide))


async def follow_change(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Follow an edit or a deletion into the evidence, and post the card anew when it was deleted by hand."""
    deleted = event.get("subtype") == "message_deleted"
    message = event.get("previous_message" if deleted else "message") or {}
    ts = str(event.get("deleted_ts") or message.get("ts") or "")
    kept = await incident_of(speaker, turn, event["channel"], message.get("thread_ts") or ts)
    if kept is None or not ts:
        return
    if ts == kept.card_ts:
        if deleted:
            touch = speaker.store.deciding(turn.received, lambda ledger: ledger.touch_card(kept.incident.number))
            turn.changes.append(touch)
        return
    gone = deleted or message.get("subtype") == "tombstone"
    text = "" if gone else (await read_message(speaker, client, message)).text
    at = float(event.get("event_ts") or event.get("ts") or ts)
    follow(speaker, turn, kept, ts, message.get("user") or "", text, at)


def try_move(
    speaker: Speaker,
    turn: Turn,
    number: int,
    user_id: str,
    language: Language,
    move: Callable[[Incident, float], Incident],
) -> None:
    """Make a move when the delivery is settled; refused, it tells the person why."""

    def decide(ledger: Ledger) -> None:
        told = Turn(turn.received)
        kept = ledger.find_number(number)
        if kept is None:
            return
        incident = kept.incident
        try:
            ledger.change(number, lambda before: move(before, ledger.now()))
        except Refused as refused:
            reply: Reply = render_refused(incident, refused.why, refused.who, language)
            told.whisper(reply, incident.channel_id, user_id, incident.thread_ts, f"{turn.received.key}/refused")
        ledger.tell(told.outgoing)

    turn.changes.append(speaker.store.deciding(turn.received, decide))
