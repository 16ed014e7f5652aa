"""Following what is said in the thread of an incident into its evidence, and making moves."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.knowledge import Language
from bot.replies import Reply, render_refused
from bot.slack.context.handling import Turn
from bot.slack.context.responder import Payload, Speaker
from bot.slack.incidents.thread import files_of, seen_in, writer_of
from bot.slack.platform.file_download import read_message
from bot.store import Kept, Ledger
from bot.triage import Incident
from bot.triage.transitions import Refused, see


async def incident_of(speaker: Speaker, turn: Turn, channel_id: str, thread_ts: str | None) -> Kept | None:
    """The incident of a thread, if it is one."""
    if not thread_ts:
        return None
    received = turn.received
    return await speaker.store.look(
        received.team_id, received.enterprise_id, lambda ledger: ledger.find(channel_id, thread_ts)
    )


def follow(
    speaker: Speaker,
    turn: Turn,
    kept: Kept,
    ts: str,
    user_id: str,
    text: str,
    at: float,
    files: tuple[str, ...] = (),
) -> None:
    """Take what a message shows into the evidence, in place of what it showed before; an empty text takes it out.

    `at` is Slack's time of this version of the message, in seconds since 1970.
    """
    found = seen_in(speaker, text) if text else ()

    def decide(ledger: Ledger) -> None:
        ledger.change(kept.incident.number, lambda incident: see(incident, ts, user_id, found, at, files))

    turn.changes.append(speaker.store.deciding(turn.received, decide))


async def follow_change(
    speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient, bot_user_id: str | None
) -> None:
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
    # What the bot says itself proves nothing, however it is changed.
    if bot_user_id and message.get("user") == bot_user_id:
        return
    gone = deleted or message.get("subtype") == "tombstone"
    text = "" if gone else (await read_message(speaker, client, message)).text
    at = float(event.get("event_ts") or event.get("ts") or ts)
    # In place of a message with replies that was deleted stands one of Slack's own.
    wrote = writer_of((event.get("previous_message") or {}) if gone else message)
    follow(speaker, turn, kept, ts, wrote, text, at, () if gone else files_of(message))


async def follow_file(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Take what a deleted file showed out of the evidence of what is open; the rest of its message still counts."""
    received, file_id = turn.received, str(event["file_id"])
    found = await speaker.store.look(
        received.team_id, received.enterprise_id, lambda ledger: ledger.showing_file(file_id)
    )
    for kept in found:
        incident = kept.incident
        for ts in (each for each, files in incident.files.items() if file_id in files):
            answer = await client.conversations_replies(
                channel=incident.channel_id, ts=incident.thread_ts, oldest=ts, latest=ts, inclusive=True
            )
            left: Payload = next((each for each in answer["messages"] if each["ts"] == ts), {})
            remaining = {**left, "files": [each for each in left.get("files") or [] if each["id"] != file_id]}
            text = (await read_message(speaker, client, remaining)).text
            follow(speaker, turn, kept, ts, writer_of(left), text, float(event["event_ts"]), files_of(remaining))


def try_move(
    speaker: Speaker,
    turn: Turn,
    number: int,
    user_id: str,
    language: Language,
    move: Callable[[Incident, float], Incident],
    tell: Callable[[Incident, Incident, Turn], None] | None = None,
) -> None:
    """Make a move when the delivery is settled; refused, it tells the person why.

    `tell` is given the incident before and after a move that changed it, and what to tell others with.
    """

    def decide(ledger: Ledger) -> None:
        told = Turn(turn.received)
        kept = ledger.find_number(number)
        if kept is None:
            return
        incident = kept.incident
        try:
            after = ledger.change(number, lambda before: move(before, ledger.now()))
            if tell is not None and after is not None and after != incident:
                tell(incident, after, told)
        except Refused as refused:
            reply: Reply = render_refused(incident, refused.why, refused.who, language)
            told.whisper(reply, incident.channel_id, user_id, incident.thread_ts, f"{turn.received.key}/refused")
        ledger.tell(told.outgoing)

    turn.changes.append(speaker.store.deciding(turn.received, decide))
