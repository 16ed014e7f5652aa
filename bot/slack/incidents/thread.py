"""Readings of an incident's thread in Slack: when it is opened, and once more right after.

Between the first reading and the moment the incident is kept somebody may post, edit or delete; such a message was
handled as one of no incident. The second reading, a delivery of the bot's own to itself, finds what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import EventLog, TextFile
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Reading, Responder
from bot.slack.platform.file_download import MessageContent
from bot.slack.platform.message_text import without_mentions
from bot.slack.platform.payloads import Message, MessageEvent
from bot.store import Delivery, WorkspaceTransaction
from bot.triage import Incident, Sighting
from bot.triage.sightings import read_sightings
from bot.triage.transitions import record_sightings

READ_AGAIN: Final = "sceptic_read_again"
"""The subtype of the delivery that asks for the second reading; Slack has none of that name."""

_PAGE: Final = 200
_MOST_PAGES: Final = 5
# Characters of a thread's text that similar incidents are looked for by.
_WORDS: Final = 4_000


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """The sightings of one message, its writer, and Slack's time of the version that was read."""

    user_id: str
    seen: tuple[Sighting, ...]
    at: float
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages of a thread by their timestamps, the bot's own left out."""

    messages: Mapping[str, ThreadMessage]
    words: str
    # Content of the files dropped in the thread.
    files: MessageContent

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Return all sightings of the thread, in the order of its messages."""
        return tuple(each for _, shown in sorted(self.messages.items()) for each in shown.seen)


async def read_thread(
    responder: Responder, client: AsyncWebClient, channel_id: str, thread_ts: str, bot_user_id: str
) -> Thread:
    """Read a thread as it is now. Raises slack_sdk's errors."""
    found: dict[str, ThreadMessage] = {}
    words: list[str] = []
    files: list[tuple[str, EventLog | TextFile]] = []
    # All logs of the thread share one time limit, so that no number of hostile ones keeps an incident from opening.
    reader = responder.message_reader(client)
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = await client.conversations_replies(
            channel=channel_id, ts=thread_ts, limit=_PAGE, cursor=cursor or None
        )
        for message in answer.get("messages") or []:
            # Monitoring tools' messages are evidence; the bot's own answers are not, nor is what Slack leaves in place of
            # a deleted message with replies.
            if (writer := writer_of(message)) != bot_user_id and message.get("subtype") != "tombstone":
                content = await reader.read(message)
                seen = seen_in(responder, content.text)
                found[message["ts"]] = ThreadMessage(writer, seen, version_of(message), files_of(message))
                words.append(without_mentions(content.text))
                files.extend(content.files)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return Thread(found, " ".join(words)[:_WORDS], MessageContent("", tuple(files)))


def writer_of(message: Message) -> str:
    """Return the writer of a message: a person, or a bot that has no user."""
    return str(message.get("user") or message.get("bot_id") or "")


def version_of(message: Message) -> float:
    """Slack's time of a message as it is: when it was edited last, else when it was posted."""
    return float((message.get("edited") or {}).get("ts") or message["ts"])


def files_of(message: Message) -> tuple[str, ...]:
    """Return the IDs of the files that a message shows."""
    return tuple(str(each["id"]) for each in message.get("files") or [] if each.get("mode") != "tombstone")


def seen_in(responder: Responder, text: str) -> tuple[Sighting, ...]:
    """Return what a message shows: only what speaks for itself, as in any thread where nobody asked."""
    return sightings_in(responder, responder.read(text, "thread"))


def sightings_in(responder: Responder, reading: Reading) -> tuple[Sighting, ...]:
    """Return what a message of a thread shows that was read already."""
    return read_sightings(reading.diagnosis, reading.evidence, responder.sceptic.knowledge.relations)


def take_thread(incident: Incident, thread: Thread) -> Incident:
    """Take what a thread shows into an incident's evidence."""
    for ts, shown in sorted(thread.messages.items()):
        incident = record_sightings(incident, ts, shown.user_id, shown.seen, shown.at, shown.files)
    return incident


def second_reading(delivery: Delivery, incident: Incident, thread: Thread) -> Delivery:
    """Make the delivery that has the thread of a new incident read once more."""
    event = {
        "type": "message",
        "subtype": READ_AGAIN,
        "channel": incident.channel_id,
        "thread_ts": incident.thread_ts,
        "ts": incident.thread_ts,
        # Messages missing from the second reading were deleted meanwhile.
        "read": sorted(thread.messages),
    }
    body: dict[str, object] = {
        "type": "event_callback",
        "team_id": delivery.team_id,
        "enterprise_id": delivery.enterprise_id or None,
        "event_id": f"read-again-{incident.number}",
        "event": event,
    }
    return Delivery(delivery.team_id, delivery.enterprise_id, f"read-again/{incident.number}", "event", body)


def _told_by(incident: Incident, ts: str) -> str:
    at = incident.read_at.get(ts)
    return next((each.user_id for each in incident.timeline if each.kind == "evidence" and each.at == at), "")


async def read_again(
    responder: Responder, handling: Handling, client: AsyncWebClient, number: int, event: MessageEvent, bot_user_id: str
) -> None:
    """Take what was posted, edited or deleted while the incident was being opened into its evidence."""
    thread = await read_thread(responder, client, event["channel"], event["thread_ts"], bot_user_id)

    def catch_up(incident: Incident, at: float) -> Incident:
        for ts in sorted(set(event["read"]) & set(incident.evidence) - set(thread.messages)):
            incident = record_sightings(incident, ts, _told_by(incident, ts), (), at)
        return take_thread(incident, thread)

    def decide(transaction: WorkspaceTransaction) -> None:
        transaction.change(number, lambda incident: catch_up(incident, transaction.now()))

    handling.change(decide)
