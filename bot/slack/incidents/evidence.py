"""Evidence of an incident: what messages of its thread show is recorded, changed and taken out."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.incidents.thread import files_of, seen_in, version_of, writer_of
from bot.slack.platform.payloads import FileDeletedEvent, Message, MessageEvent
from bot.store import StoredIncident, WorkspaceTransaction
from bot.triage import Sighting
from bot.triage.transitions import record_sightings


async def find_incident(handling: Handling, channel_id: str, thread_ts: str | None) -> StoredIncident | None:
    """Find the incident of a thread; None when it is none."""
    if not thread_ts:
        return None
    return await handling.read(lambda transaction: transaction.find(channel_id, thread_ts))


def follow_message(handling: Handling, stored: StoredIncident, message: Message, seen: tuple[Sighting, ...]) -> None:
    """Take what a message shows into the evidence, in place of what it showed before."""
    _follow(handling, stored, message["ts"], writer_of(message), seen, version_of(message), files_of(message))


def _follow(
    handling: Handling,
    stored: StoredIncident,
    ts: str,
    user_id: str,
    seen: tuple[Sighting, ...],
    at: float,
    files: tuple[str, ...],
) -> None:
    """See `bot.triage.see`; `at` is Slack's time of this version of the message, in seconds since 1970."""

    def decide(transaction: WorkspaceTransaction) -> None:
        transaction.change(
            stored.incident.number, lambda incident: record_sightings(incident, ts, user_id, seen, at, files)
        )

    handling.change(decide)


async def follow_change(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, bot_user_id: str | None
) -> None:
    """Follow an edit or a deletion into the evidence, and post the card anew when it was deleted by hand."""
    deleted = event.get("subtype") == "message_deleted"
    message: Message = (event.get("previous_message") if deleted else event.get("message")) or {}
    ts = str(event.get("deleted_ts") or message.get("ts") or "")
    stored = await find_incident(handling, event["channel"], message.get("thread_ts") or ts)
    if stored is None or not ts:
        return
    if ts == stored.card.ts:
        if deleted:
            handling.change(lambda transaction: transaction.touch_card(stored.incident.number))
        return
    # The bot's own messages are no evidence, edited or not.
    if bot_user_id and message.get("user") == bot_user_id:
        return
    gone = deleted or message.get("subtype") == "tombstone"
    text = "" if gone else (await responder.read_message(client, message)).text
    at = float(event.get("event_ts") or event.get("ts") or ts)
    # A deleted message with replies is replaced by a tombstone of Slack's.
    wrote = writer_of((event.get("previous_message") or {}) if gone else message)
    seen = seen_in(responder, text) if text else ()
    _follow(handling, stored, ts, wrote, seen, at, () if gone else files_of(message))


async def follow_file(
    responder: Responder, handling: Handling, event: FileDeletedEvent, client: AsyncWebClient
) -> None:
    """Take what a deleted file showed out of the evidence of what is open; the rest of its message still counts."""
    file_id = str(event["file_id"])
    found = await handling.read(lambda transaction: transaction.showing_file(file_id))
    for stored in found:
        incident = stored.incident
        for ts in (each for each, files in incident.files.items() if file_id in files):
            answer = await client.conversations_replies(
                channel=incident.channel_id, ts=incident.thread_ts, oldest=ts, latest=ts, inclusive=True
            )
            messages: Sequence[Message] = answer["messages"]
            left = next((each for each in messages if each["ts"] == ts), Message())
            kept = [each for each in left.get("files") or [] if each["id"] != file_id]
            remaining: Message = {**left, "files": kept}
            text = (await responder.read_message(client, remaining)).text
            seen = seen_in(responder, text) if text else ()
            at, files = float(event["event_ts"]), files_of(remaining)
            _follow(handling, stored, ts, writer_of(left), seen, at, files)
