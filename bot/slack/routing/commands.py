"""The `/event` command: its subcommands, and questions."""

from __future__ import annotations

from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.answers.notes import with_notes
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.responder import Responder
from bot.slack.incidents.lists import asks_for_list, list_incidents
from bot.slack.platform.payloads import Payload
from bot.slack.workspace import channel_settings

_HERE: Final = {"here", "這裡"}
_WHY: Final = {"why", "為什麼", "为什么"}


async def answer_command(
    responder: Responder, handling: Handling, ack: DeferredAck, body: Payload, client: AsyncWebClient
) -> None:
    """Answer `/event` with the acknowledgement itself: privately, in one step, with nothing left to lose."""
    text = body.get("text") or ""
    word, _, rest = text.strip().partition(" ")
    if listed := asks_for_list(text):
        await list_incidents(responder, handling, ack, body, client, *listed)
        return
    if word.casefold() in _HERE and (not rest or rest.strip().casefold() in channel_settings.SPEAK_WORDS):
        await channel_settings.answer_here(responder, handling, ack, body, client, rest.strip())
        return
    diagnosis, reply = await responder.answer(client, text, "command", body["user_id"], private=True)
    handling.decided(diagnosis, "command")
    language = await responder.language(client, diagnosis, body["user_id"])
    if word.casefold() in _WHY:
        reply = await channel_settings.with_channel_settings(handling, reply, body["channel_id"], language)
    else:
        reply = await with_notes(responder, handling, client, diagnosis, reply, language, user_id=body["user_id"])
    await ack(**message_of(reply), response_type="ephemeral")
