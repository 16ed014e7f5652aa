"""Questions put to the bot: the slash command, mentions, direct messages and the message shortcut."""

from __future__ import annotations

import logging
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies.answers.unread import render_unread, with_unread
from bot.replies.values import Reply
from bot.slack.answers.notes import note_unanswered, with_notes
from bot.slack.answers.notices import warn_of_secrets
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.responder import Responder
from bot.slack.incidents.opening import asks_for_triage, start_from_mention
from bot.slack.incidents.similar import SimilarIncidents
from bot.slack.platform.file_download import MessageContent, read_message
from bot.slack.platform.message_text import text_of, without_mentions
from bot.slack.platform.payloads import Payload
from bot.slack.workspace import channel_settings

logger = logging.getLogger(__name__)

# Asking again would be answered the same.
_FINAL: Final = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}


async def answer_mention(
    responder: Responder,
    similar_incidents: SimilarIncidents,
    handling: Handling,
    event: Payload,
    client: AsyncWebClient,
) -> None:
    """Answer a mention in its thread; with nothing sure in it, look at the message the thread is about."""
    channel_id, ts, user_id = event["channel"], event["ts"], event.get("user")
    if user_id is None or event.get("bot_id"):
        return
    thread_ts = event.get("thread_ts")
    if asks_for_triage(event.get("text") or ""):
        await start_from_mention(responder, similar_incidents, handling, event, client)
        return
    if await channel_settings.handle_hush(responder, handling, event, client):
        return
    settings = await channel_settings.read_channel_settings(handling, channel_id, thread_ts)
    if settings.speak == "never":
        language = await responder.language(client, Diagnosis("silent"), user_id, settings.language)
        handling.whisper(channel_settings.describe_settings(settings, language), channel_id, user_id, thread_ts)
        return
    content = await read_message(client, event, responder.wanted)
    diagnosis, reply = await responder.answer(client, content.text, "mention", user_id, spoken=settings.language)
    if diagnosis.decision == "silent" and thread_ts is not None and without_mentions(event.get("text") or ""):
        parent = await _first_message(client, channel_id, thread_ts)
        diagnosis, about_parent = (
            await responder.answer(client, parent, "mention", user_id, spoken=settings.language)
            if parent
            else (diagnosis, reply)
        )
        reply = about_parent if diagnosis.decision == "answer" else reply
    handling.decided(diagnosis, "mention")
    await note_unanswered(responder, handling, client, diagnosis, content.text, channel_id)
    language = await responder.language(client, diagnosis, user_id, settings.language)
    noted = await with_notes(
        responder, handling, client, diagnosis, reply, language, user_id=user_id, channel_id=channel_id
    )
    reply = _with_files(noted, content, language)
    if diagnosis.decision == "silent":
        handling.whisper(reply, channel_id, user_id, thread_ts)
    else:
        handling.post(reply, channel_id, thread_ts or ts)


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


async def answer_direct(responder: Responder, handling: Handling, event: Payload, client: AsyncWebClient) -> None:
    """Answer a direct message, always: nobody else is disturbed there."""
    content = await read_message(client, event, responder.wanted)
    await warn_of_secrets(
        responder, handling, client, content.text, event["channel"], event["user"], event.get("thread_ts")
    )
    diagnosis, reply = await responder.answer(client, content.text, "direct", event["user"])
    handling.decided(diagnosis, "direct")
    language = await responder.language(client, diagnosis, event["user"])
    noted = await with_notes(responder, handling, client, diagnosis, reply, language, user_id=event["user"])
    reply = _with_files(noted, content, language)
    handling.post(reply, event["channel"], event.get("thread_ts"))


def _with_files(reply: Reply, content: MessageContent, language: Language) -> Reply:
    """The answer with what of the files was not read; that alone, where nothing but such files was given."""
    if not without_mentions(content.text) and (unread := render_unread(content.files, language)) is not None:
        return unread
    return with_unread(reply, content.files, language)


async def explain_message(
    responder: Responder, handling: Handling, ack: AsyncAck, body: Payload, client: AsyncWebClient
) -> None:
    """Explain the message a shortcut was used on, privately; sharing goes into that message's thread."""
    await ack()
    message = body["message"]
    thread_ts = message.get("thread_ts") or message["ts"]
    diagnosis, reply = await responder.answer(
        client, text_of(message), "direct", body["user"]["id"], private=True, thread_ts=thread_ts
    )
    handling.decided(diagnosis, "shortcut")
    handling.respond(
        body["response_url"],
        body["channel"]["id"],
        **message_of(reply),
        response_type="ephemeral",
        replace_original=False,
    )
