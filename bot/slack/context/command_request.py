"""One use of `/event`, answered with its acknowledgement."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.languages import Language
from bot.replies.values import Reply
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import message_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One slash command: its text, its person and channel, and the way to answer."""

    client: AsyncWebClient
    ack: DeferredAck
    user_id: str
    channel_id: str
    # Opens a modal within three seconds.
    trigger_id: str
    # The text behind the subcommand's word; of a question all of it.
    text: str
    # The subcommand's word as it was typed; empty where there is none.
    word: str = ""
    # The language of the subcommand's word, None for an English one, which people of every language type.
    language: Language | None = None

    async def answer(self, reply: Reply) -> None:
        """Answer the person alone, in the acknowledgement."""
        await self.ack(**message_of(reply), response_type="ephemeral")

    async def close(self) -> None:
        """Acknowledge with an empty response, since a modal is open."""
        await self.ack()
