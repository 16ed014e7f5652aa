"""Questions put to the bot: the slash command, mentions, direct messages and the message shortcut."""

from __future__ import annotations

import logging

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.speaker import Payload, Speaker, post, text_of, whisper, without_mentions

logger = logging.getLogger(__name__)


async def answer_command(speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
    """Answer `/event` with the acknowledgement itself: privately, in one step, with nothing left to lose."""
    text = body.get("text") or ""
    _, reply = await speaker.answer(client, text, "command", body["user_id"], private=True)
    await ack(text=reply.text, blocks=[dict(block) for block in reply.blocks], response_type="ephemeral")


async def answer_mention(speaker: Speaker, event: Payload, client: AsyncWebClient) -> None:
    """Answer a mention in its thread; with nothing sure in it, look at the message the thread is about."""
    channel_id, ts, user_id = event["channel"], event["ts"], event.get("user")
    if user_id is None or event.get("bot_id"):
        return
    async with speaker.once(channel_id, ts) as first:
        if not first:
            return
        thread_ts = event.get("thread_ts")
        diagnosis, reply = await speaker.answer(client, text_of(event), "mention", user_id)
        if diagnosis.decision == "silent" and thread_ts is not None and without_mentions(event.get("text") or ""):
            parent = await _first_message(client, channel_id, thread_ts)
            diagnosis, about_parent = (
                await speaker.answer(client, parent, "mention", user_id) if parent else (diagnosis, reply)
            )
            reply = about_parent if diagnosis.decision == "answer" else reply
        if diagnosis.decision == "silent":
            await whisper(client, reply, channel_id, user_id, thread_ts)
        else:
            await post(client, reply, channel_id, thread_ts or ts)


async def _first_message(client: AsyncWebClient, channel_id: str, thread_ts: str) -> str:
    try:
        answer = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=1)
    except SlackApiError as error:
        logger.warning("conversations.replies failed: %s", error.response.get("error"))
        return ""
    messages = answer.get("messages") or []
    return without_mentions(text_of(messages[0])) if messages else ""


async def answer_direct(speaker: Speaker, event: Payload, client: AsyncWebClient) -> None:
    """Answer a direct message, always: nobody else is disturbed there."""
    channel_id, ts, user_id = event["channel"], event["ts"], event["user"]
    async with speaker.once(channel_id, ts) as first:
        if first:
            _, reply = await speaker.answer(client, text_of(event), "direct", user_id)
            await post(client, reply, channel_id, event.get("thread_ts"))


async def explain_message(
    speaker: Speaker, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
) -> None:
    """Explain the message a shortcut was used on, privately; sharing goes into that message's thread."""
    await ack()
    message = body["message"]
    async with speaker.once("shortcut", body["trigger_id"]) as first:
        if not first:
            return
        thread_ts = message.get("thread_ts") or message["ts"]
        text = text_of(message)
        _, reply = await speaker.answer(client, text, "direct", body["user"]["id"], private=True, thread_ts=thread_ts)
        await respond(
            text=reply.text,
            blocks=[dict(block) for block in reply.blocks],
            response_type="ephemeral",
            replace_original=False,
        )
