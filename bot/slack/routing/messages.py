"""Message listener: pasted events are answered on strong evidence only, in the thread, once.

In the thread of an incident it says nothing new: what is shown there goes into the incident's evidence.
"""

from __future__ import annotations

from typing import Final

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.replies.answers.unread import with_unread
from bot.slack.answers.corrections import masked_words
from bot.slack.answers.notes import masked_question, with_notes
from bot.slack.answers.notices import warn_of_secrets, warn_of_unread
from bot.slack.context.conversation import Conversation, read_conversation
from bot.slack.context.handling import Handling
from bot.slack.context.responder import Responder
from bot.slack.incidents.evidence import find_incident, follow_change, follow_message
from bot.slack.incidents.thread import READ_AGAIN, read_again, seen_in, sightings_in
from bot.slack.platform.file_download import MessageContent
from bot.slack.platform.message_events import message_key
from bot.slack.platform.message_text import mentions_others, text_of, without_mentions
from bot.slack.platform.payloads import Message, MessageEvent
from bot.slack.routing.questions import answer_direct

# A person's words come with no subtype, with files, or as a thread's reply shown in the channel too.
_SPOKEN: Final = {None, "file_share", "thread_broadcast"}
_CHANGED: Final = {"message_changed", "message_deleted"}


async def handle_message(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    """Answer a pasted event in its thread; leave everything else alone.

    Mentions arrive a second time as app_mention and are answered there. Bots, and the bot itself, are never answered,
    but what a monitoring tool posts into the thread of an incident is evidence too.
    """
    bot_user_id = context.bot_user_id
    if event.get("subtype") in _CHANGED:
        await _hear_change(responder, handling, event, client, bot_user_id)
        return
    if event.get("subtype") == READ_AGAIN:
        await _read_again(responder, handling, event, client, bot_user_id)
        return
    user_id, tool = event.get("user"), bool(event.get("bot_id")) or not event.get("user")
    if user_id == bot_user_id or (not tool and event.get("subtype") not in _SPOKEN):
        return
    if tool:
        await _follow_tool(responder, handling, event, client)
    elif event.get("channel_type") == "im" and not event.get("thread_ts"):
        await answer_direct(responder, handling, event, client)
    else:
        await _hear_person(responder, handling, event, client, bot_user_id)


async def _follow_tool(responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient) -> None:
    """Take what a monitoring tool posts into the thread of an incident as evidence."""
    stored = await find_incident(handling, event["channel"], event.get("thread_ts"))
    if stored is not None:
        content = await responder.read_message(client, event)
        follow_message(handling, stored, event, seen_in(responder, content.text))


async def _hear_person(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, bot_user_id: str | None
) -> None:
    channel_id, thread_ts, user_id = event["channel"], event.get("thread_ts"), event["user"]
    content = await responder.read_message(client, event)
    mentioned = bot_user_id is not None and f"<@{bot_user_id}" in content.text
    if mentioned and not thread_ts:
        # It comes as app_mention, too, and is answered there.
        await warn_of_secrets(responder, handling, client, content.text, channel_id, user_id, thread_ts)
        return
    reading = responder.read(content.text, "thread" if thread_ts else "channel")
    conversation = await read_conversation(handling, channel_id, thread_ts, reading.diagnosis)
    stored = conversation.incident
    seen = sightings_in(responder, reading) if stored is not None else ()
    # A question in an incident's thread in a direct message is answered without a mention.
    if event.get("channel_type") == "im" and not seen:
        await answer_direct(responder, handling, event, client, content)
        return
    await warn_of_secrets(responder, handling, client, content.text, channel_id, user_id, thread_ts)
    if stored is not None:
        await warn_of_unread(responder, handling, client, content, channel_id, user_id, thread_ts)
        follow_message(handling, stored, event, seen)
    elif not mentioned and not (thread_ts and mentions_others(content.text, bot_user_id)):
        # In a thread in which people mention each other they talk to each other.
        await _answer_paste(responder, handling, event, client, content, reading.diagnosis, conversation)


async def _hear_change(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, bot_user_id: str | None
) -> None:
    """Follow an edit or deletion; an edit that shows a secret is warned of like a message that does."""
    message: Message = event.get("message") or {}
    before: Message = event.get("previous_message") or {}
    user_id = message.get("user")
    if event["subtype"] == "message_changed" and user_id and not message.get("bot_id"):
        known, thread_ts = text_of(before), message.get("thread_ts")
        await warn_of_secrets(
            responder, handling, client, text_of(message), event["channel"], user_id, thread_ts, known
        )
    _forget_taken_back(handling, event, before, text_of(message))
    await follow_change(responder, handling, event, client, bot_user_id)


def _forget_taken_back(handling: Handling, event: MessageEvent, before: Message, now: str) -> None:
    """Forget the old words of a message that was edited or deleted, wherever they are kept."""
    words, ts = text_of(before), str(event.get("deleted_ts") or before.get("ts") or "")
    if not words or words == now or before.get("bot_id"):
        return
    digest, _ = masked_question(words)
    asked = masked_words(without_mentions(words))
    keys = [message_key(name, event["channel"], ts) for name in ("message", "app_mention")]
    handling.change(lambda transaction: transaction.forget_words(digest, asked, keys))


async def _read_again(
    responder: Responder, handling: Handling, event: MessageEvent, client: AsyncWebClient, bot_user_id: str | None
) -> None:
    stored = await find_incident(handling, event["channel"], event["thread_ts"])
    if stored is not None:
        await read_again(responder, handling, client, stored.incident.number, event, bot_user_id or "")


async def _answer_paste(
    responder: Responder,
    handling: Handling,
    event: MessageEvent,
    client: AsyncWebClient,
    content: MessageContent,
    diagnosis: Diagnosis,
    conversation: Conversation,
) -> None:
    channel_id, user_id, thread_ts = event["channel"], event["user"], event.get("thread_ts")
    settings = conversation.settings
    handling.decided(diagnosis, "thread" if thread_ts else "channel")
    if diagnosis.decision != "answer" or settings.speak != "pasted":
        return
    if await responder.visibility.is_bot(client, user_id):
        return
    if (over := await responder.over_budget(client, handling.delivery, user_id, channel_id)) is not None:
        if over.is_first:
            handling.whisper(over.reply, channel_id, user_id, thread_ts)
        return
    into, private = thread_ts or event["ts"], settings.privately
    answer = await responder.answer(
        client, diagnosis, user_id, private=private, thread_ts=into, spoken=settings.language
    )
    audience = "" if private else channel_id
    reply = await with_notes(
        responder, handling, client, answer, conversation.notes, user_id=user_id, channel_id=audience
    )
    reply = with_unread(reply, content.files, answer.language)
    if private:
        handling.whisper(reply, channel_id, user_id, thread_ts)
    else:
        plain = with_unread(answer.reply, content.files, answer.language)
        handling.post(reply, channel_id, into, for_others=plain)
