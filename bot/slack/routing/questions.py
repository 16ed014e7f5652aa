"""Questions put to the bot: the slash command, mentions, direct messages and the message shortcut."""

from __future__ import annotations

import logging
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies import Reply, render_unread, with_unread
from bot.slack.answers.notes import note_unanswered, with_notes
from bot.slack.answers.notices import warn_of_secrets
from bot.slack.context.handling import Turn, message_of
from bot.slack.context.responder import Payload, Speaker, text_of, without_mentions
from bot.slack.delivery.receiver import LateAck
from bot.slack.incidents.lists import asks_for_list, list_incidents
from bot.slack.incidents.opening import asks_for_triage, start_from_mention
from bot.slack.platform.file_download import Said, read_message
from bot.slack.workspace import channel_settings

logger = logging.getLogger(__name__)

_HERE: Final = {"here", "這裡"}
_WHY: Final = {"why", "為什麼", "为什么"}
# Asking again would be answered the same.
_FINAL: Final = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}


async def answer_command(speaker: Speaker, turn: Turn, ack: LateAck, body: Payload, client: AsyncWebClient) -> None:
    """Answer `/event` with the acknowledgement itself: privately, in one step, with nothing left to lose."""
    text = body.get("text") or ""
    word, _, rest = text.strip().partition(" ")
    if listed := asks_for_list(text):
        await list_incidents(speaker, turn, ack, body, client, *listed)
        return
    if word.casefold() in _HERE and (not rest or rest.strip().casefold() in channel_settings.WORDS):
        await channel_settings.here(speaker, turn, ack, body, client, rest.strip())
        return
    diagnosis, reply = await speaker.answer(client, text, "command", body["user_id"], private=True)
    turn.decided(diagnosis, "command")
    language = await speaker.language(client, diagnosis, body["user_id"])
    if word.casefold() in _WHY:
        reply = await channel_settings.with_manners(speaker, turn, reply, body["channel_id"], language)
    else:
        reply = await with_notes(speaker, turn, client, diagnosis, reply, language, user_id=body["user_id"])
    await ack(**message_of(reply), response_type="ephemeral")


async def answer_mention(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Answer a mention in its thread; with nothing sure in it, look at the message the thread is about."""
    channel_id, ts, user_id = event["channel"], event["ts"], event.get("user")
    if user_id is None or event.get("bot_id"):
        return
    thread_ts = event.get("thread_ts")
    if asks_for_triage(event.get("text") or ""):
        await start_from_mention(speaker, turn, event, client)
        return
    if await channel_settings.hush(speaker, turn, event, client):
        return
    manners = await channel_settings.manners_in(speaker, turn, channel_id, thread_ts)
    if manners.speak == "never":
        language = await speaker.language(client, Diagnosis("silent"), user_id, manners.language)
        turn.whisper(channel_settings.shown(manners, language), channel_id, user_id, thread_ts)
        return
    said = await read_message(speaker, client, event)
    diagnosis, reply = await speaker.answer(client, said.text, "mention", user_id, spoken=manners.language)
    if diagnosis.decision == "silent" and thread_ts is not None and without_mentions(event.get("text") or ""):
        parent = await _first_message(client, channel_id, thread_ts)
        diagnosis, about_parent = (
            await speaker.answer(client, parent, "mention", user_id, spoken=manners.language)
            if parent
            else (diagnosis, reply)
        )
        reply = about_parent if diagnosis.decision == "answer" else reply
    turn.decided(diagnosis, "mention")
    await note_unanswered(speaker, turn, client, diagnosis, said.text, channel_id)
    language = await speaker.language(client, diagnosis, user_id, manners.language)
    noted = await with_notes(speaker, turn, client, diagnosis, reply, language, user_id=user_id, channel_id=channel_id)
    reply = _with_files(noted, said, language)
    if diagnosis.decision == "silent":
        turn.whisper(reply, channel_id, user_id, thread_ts)
    else:
        turn.post(reply, channel_id, thread_ts or ts)


async def _first_message(client: AsyncWebClient, channel_id: str, thread_ts: str) -> str:
    try:
        answer = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=1)
    except SlackApiError as error:
        if error.response.get("error") not in _FINAL:
            raise
        logger.warning("conversations.replies failed: %s", error.response.get("error"))
        return ""
    messages = answer.get("messages") or []
    return without_mentions(text_of(messages[0])) if messages else ""


async def answer_direct(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Answer a direct message, always: nobody else is disturbed there."""
    said = await read_message(speaker, client, event)
    await warn_of_secrets(speaker, turn, client, said.text, event["channel"], event["user"], event.get("thread_ts"))
    diagnosis, reply = await speaker.answer(client, said.text, "direct", event["user"])
    turn.decided(diagnosis, "direct")
    language = await speaker.language(client, diagnosis, event["user"])
    noted = await with_notes(speaker, turn, client, diagnosis, reply, language, user_id=event["user"])
    reply = _with_files(noted, said, language)
    turn.post(reply, event["channel"], event.get("thread_ts"))


def _with_files(reply: Reply, said: Said, language: Language) -> Reply:
    """The answer with what of the files was not read; that alone, where nothing but such files was given."""
    if not without_mentions(said.text) and (unread := render_unread(said.files, language)) is not None:
        return unread
    return with_unread(reply, said.files, language)


async def explain_message(speaker: Speaker, turn: Turn, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
    """Explain the message a shortcut was used on, privately; sharing goes into that message's thread."""
    await ack()
    message = body["message"]
    thread_ts = message.get("thread_ts") or message["ts"]
    diagnosis, reply = await speaker.answer(
        client, text_of(message), "direct", body["user"]["id"], private=True, thread_ts=thread_ts
    )
    turn.decided(diagnosis, "shortcut")
    turn.respond(
        body["response_url"],
        body["channel"]["id"],
        **message_of(reply),
        response_type="ephemeral",
        replace_original=False,
    )
