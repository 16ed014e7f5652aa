"""Opening an incident in a thread, and following what is said there into its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies import Reply, render_not_here, render_open_already, render_refused, render_similar, unpack
from bot.slack.cards import first_card
from bot.slack.dropped import words_of
from bot.slack.speaker import Payload, Speaker, without_mentions
from bot.slack.threads import files_of, read_thread, reading_again, seen_in, taking, writer_of
from bot.slack.turn import Turn
from bot.store import Kept, Ledger
from bot.triage import Incident
from bot.triage.moves import Refused, opened, see

# "@Sceptic triage this", and how people say it in Chinese.
_TRIAGE: Final = re.compile(
    r"(?:please |pls )?(?:start |open )?(?:an? )?(?:triage|incident)(?: this| here| it)?[.!]?"
    r"|(?:請)?(?:開始)?(?:分級|分診|分類處理)(?:這個|一下)?[。！]?"
    r"|(?:請|幫忙)?開立?(?:一張)?(?:事件單|單)[。！]?",
    re.IGNORECASE,
)
# Similar incidents: so many are shown, out of so many that might not be for everybody's eyes.
_SHOWN: Final = 3
_LOOKED_AT: Final = 8
_OUTSIDE: Final = {"not_in_channel", "channel_not_found"}


def asks_for_triage(text: str) -> bool:
    """Whether a mention asks for an incident, and for nothing else."""
    return _TRIAGE.fullmatch(without_mentions(text)) is not None


async def start_from_button(speaker: Speaker, turn: Turn, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
    """Open an incident in the thread of the answer whose button was pressed."""
    await ack()
    container: Mapping[str, Any] = body["container"]
    # A private answer names the thread it would be shared into.
    shared = unpack(body["actions"][0].get("value") or "", speaker.sceptic.knowledge)
    thread_ts = (shared and shared.thread_ts) or container.get("thread_ts")
    thread_ts = thread_ts or (body.get("message") or {}).get("thread_ts") or container["message_ts"]
    await _start(speaker, turn, client, body["channel"]["id"], thread_ts, body["user"]["id"])


async def start_from_message(
    speaker: Speaker, turn: Turn, ack: AsyncAck, body: Payload, client: AsyncWebClient
) -> None:
    """Open an incident in the thread of any message."""
    await ack()
    message = body["message"]
    await _start(
        speaker, turn, client, body["channel"]["id"], message.get("thread_ts") or message["ts"], body["user"]["id"]
    )


async def start_from_mention(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Open an incident in the thread of a mention that asks for it."""
    await _start(speaker, turn, client, event["channel"], event.get("thread_ts") or event["ts"], event["user"])


async def _start(
    speaker: Speaker, turn: Turn, client: AsyncWebClient, channel_id: str, thread_ts: str, user_id: str
) -> None:
    language = await speaker.language(client, Diagnosis("silent"), user_id)
    me = await client.auth_test()
    try:
        thread = await read_thread(speaker, client, channel_id, thread_ts, me["user_id"])
    except SlackApiError as error:
        # A message's menu has the bot's entry in channels that it is not in, too.
        if error.response.get("error") not in _OUTSIDE:
            raise
        turn.whisper(render_not_here(language), channel_id, user_id, thread_ts)
        return
    link = await _link(client, channel_id, thread_ts)
    received = turn.received
    draft = Incident(0, received.team_id, channel_id, thread_ts, user_id, 0.0, link=link)
    near = await speaker.memory.similar_to(
        received.team_id, thread.sightings, language, words=thread.words, most=_LOOKED_AT
    )
    near = [each for each in near if await _may_be_shown(client, each.incident, channel_id)][:_SHOWN]

    def decide(ledger: Ledger) -> None:
        manners = ledger.manners(channel_id)
        spoken: Language = "zh-TW" if manners.language == "zh-TW" else "en" if manners.language == "en" else language
        incident = taking(opened(draft, ledger.now(), manners.owner), thread)
        incident, new = ledger.open(incident, spoken)
        told = Turn(received)
        if not new:
            key = f"{received.key}/open"
            told.whisper(render_open_already(incident, spoken), channel_id, user_id, thread_ts, key)
            ledger.tell(told.outgoing)
            return
        ledger.tell([first_card(incident, spoken, speaker.sceptic.knowledge)])
        ledger.keep(reading_again(received, incident))
        if near:
            reply = render_similar([(each.incident, each.reasons) for each in near], spoken)
            told.post(reply, channel_id, thread_ts, f"similar/{incident.number}")
            ledger.tell(told.outgoing)

    turn.changes.append(speaker.store.deciding(received, decide))


async def _may_be_shown(client: AsyncWebClient, incident: Incident, channel_id: str) -> bool:
    """Whether everybody here may read that incident: it is of this channel, or of a public one."""
    if incident.channel_id == channel_id:
        return True
    try:
        there = (await client.conversations_info(channel=incident.channel_id))["channel"]
    except SlackApiError:
        return False
    return bool(there.get("is_channel")) and not there.get("is_private") and not there.get("is_ext_shared")


async def _link(client: AsyncWebClient, channel_id: str, thread_ts: str) -> str:
    try:
        return str((await client.chat_getPermalink(channel=channel_id, message_ts=thread_ts))["permalink"])
    except SlackApiError:
        return ""


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
    text = "" if gone else await words_of(client, message)
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
            text, files = await words_of(client, remaining), files_of(remaining)
            follow(speaker, turn, kept, ts, writer_of(left), text, float(event["event_ts"]), files)


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
