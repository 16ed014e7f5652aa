"""Questions put to the bot: the slash command, mentions, direct messages and the message shortcut."""

from __future__ import annotations

import logging
from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.receiving import LateAck
from bot.slack.speaker import Payload, Speaker, text_of, without_mentions
from bot.slack.turn import Turn, message_of

logger = logging.getLogger(__name__)

# Asking again would be answered the same.
_FINAL: Final = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found"}


async def answer_command(speaker: Speaker, turn: Turn, ack: LateAck, body: Payload, client: AsyncWebClient) -> None:
    """Answer `/event` with the acknowledgement itself: privately, in one step, with nothing left to lose."""
    text = body.get("text") or ""
    diagnosis, reply = await speaker.answer(client, text, "command", body["user_id"], private=True)
    turn.decided(diagnosis, "command")
    await ack(**message_of(reply), response_type="ephemeral")


async def answer_mention(speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient) -> None:
    """Answer a mention in its thread; with nothing sure in it, look at the message the thread is about."""
    channel_id, ts, user_id = event["channel"], event["ts"], event.get("user")
    if user_id is None or event.get("bot_id"):
        return
    thread_ts = event.get("thread_ts")
    diagnosis, reply = await speaker.answer(client, text_of(event), "mention", user_id)
    if diagnosis.decision == "silent" and thread_ts is not None and without_mentions(event.get("text") or ""):
        parent = await _first_message(client, channel_id, thread_ts)
        diagnosis, about_parent = (
            await speaker.answer(client, parent, "mention", user_id) if parent else (diagnosis, reply)
        )
        reply = about_parent if diagnosis.decision == "answer" else reply
    turn.decided(diagnosis, "mention")
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
    diagnosis, reply = await speaker.answer(client, text_of(event), "direct", event["user"])
    turn.decided(diagnosis, "direct")
    turn.post(reply, event["channel"], event.get("thread_ts"))


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
