"""Messages nobody addressed to the bot: it speaks on strong evidence only, in the thread, once."""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.asked import answer_direct
from bot.slack.speaker import Payload, Speaker, text_of
from bot.slack.turn import Turn

# A person's words come with no subtype, with files, or as a thread's reply shown in the channel too.
_SPOKEN = {None, "file_share", "thread_broadcast"}


async def hear_message(
    speaker: Speaker, turn: Turn, event: Payload, client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    """Answer a pasted event in its thread; leave everything else alone.

    Mentions arrive a second time as app_mention and are answered there. Bots, and the bot itself, are never answered.
    """
    bot_user_id = context.bot_user_id
    if (
        event.get("subtype") not in _SPOKEN
        or event.get("bot_id")
        or not event.get("user")
        or event["user"] == bot_user_id
    ):
        return
    if event.get("channel_type") == "im":
        await answer_direct(speaker, turn, event, client)
        return
    text = text_of(event)
    if bot_user_id is not None and f"<@{bot_user_id}" in text:
        return
    thread_ts = event.get("thread_ts")
    diagnosis = speaker.decide(text, "thread" if thread_ts else "channel")
    turn.decided(diagnosis, "thread" if thread_ts else "channel")
    if diagnosis.decision == "answer":
        language = await speaker.language(client, diagnosis, event["user"])
        turn.post(speaker.lay_out(diagnosis, language), event["channel"], thread_ts or event["ts"])
