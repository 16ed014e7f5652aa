"""Lists of incidents: `/event open`, `/event mine`, `/event search`. Whoever asks sees what they may see in Slack."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis
from bot.knowledge import Language
from bot.replies.incidents.lists import Title, render_incidents, render_what_for
from bot.slack.context.deferred_ack import DeferredAck
from bot.slack.context.handling import Handling, message_of
from bot.slack.context.responder import Responder
from bot.slack.platform.payloads import Payload
from bot.store import IncidentPage, Viewer, WorkspaceTransaction
from bot.store.incident_queries import MOST_COUNTED

logger = logging.getLogger(__name__)

_TITLES: Final[Mapping[str, Title]] = {
    "open": "open",
    "mine": "mine",
    "search": "search",
    "開啟中": "open",
    "我的": "mine",
    "搜尋": "search",
}
_NUMBER: Final = re.compile(r"(?:inc[-\s]?)?(\d{1,9})", re.IGNORECASE)
# A command is answered within three seconds; without Slack's answer the list is shorter.
_CHANNELS_WITHIN_SECONDS: Final = 1.0
_PAGE: Final = 999
_MOST_PAGES: Final = 3


def asks_for_list(text: str) -> tuple[str, str] | None:
    """The word and the rest of a command that asks for a list; None for a question that only begins with such a word."""
    word, _, rest = text.strip().partition(" ")
    title = _TITLES.get(word.casefold())
    if title is None or (title != "search" and rest.strip()):
        return None
    return word, rest.strip()


async def list_incidents(
    responder: Responder,
    handling: Handling,
    ack: DeferredAck,
    body: Payload,
    client: AsyncWebClient,
    word: str,
    rest: str,
) -> None:
    """Answer a command that asks for a list, privately; `word` is one that `asks_for_list` knows."""
    title, user_id = _TITLES[word.casefold()], body["user_id"]
    language, (viewer, partly) = await asyncio.gather(
        _language(responder, client, word, user_id), viewer_of(responder, handling, client, user_id, body["channel_id"])
    )
    if title == "search" and not rest:
        await ack(**message_of(render_what_for(language)), response_type="ephemeral")
        return

    def look(transaction: WorkspaceTransaction) -> tuple[IncidentPage, float]:
        if title != "search":
            return transaction.find_open(viewer, mine=title == "mine"), transaction.now()
        numbered = _NUMBER.fullmatch(rest)
        # INC-42 is one incident; a bare number may also be an event's ID.
        words = "" if numbered and not rest.isdecimal() else rest
        return transaction.search(viewer, words, number=int(numbered[1]) if numbered else 0), transaction.now()

    found, now = await handling.read(look)
    reply = render_incidents(found.incidents, counted(found), language, now, title, rest, partly=partly)
    await ack(**message_of(reply), response_type="ephemeral")


def counted(found: IncidentPage) -> str:
    """How many there are, "100+" where counting stopped."""
    return f"{MOST_COUNTED}+" if found.total > MOST_COUNTED else str(found.total)


async def _language(responder: Responder, client: AsyncWebClient, word: str, user_id: str) -> Language:
    return await responder.language(client, Diagnosis("silent"), user_id) if word.isascii() else "zh-TW"


async def viewer_of(
    responder: Responder, handling: Handling, client: AsyncWebClient, user_id: str, here: str = ""
) -> tuple[Viewer, bool]:
    """Who somebody is and which channels they are in, `here` among them; with True when Slack did not tell which.

    Slack's page on users.conversations: of private channels it tells those that the bot is in as well.
    """
    channels = {here} - {""}
    cursor: str | None = None
    try:
        async with asyncio.timeout(_CHANNELS_WITHIN_SECONDS):
            for _ in range(_MOST_PAGES):
                answer = await client.users_conversations(
                    user=user_id,
                    types="public_channel,private_channel",
                    team_id=handling.delivery.team_id,
                    limit=_PAGE,
                    cursor=cursor,
                )
                channels |= {channel["id"] for channel in answer["channels"]}
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
                if cursor is None:
                    break
    except (SlackClientError, ClientError, OSError, TimeoutError, ValueError) as error:
        logger.warning("users.conversations failed (%s); the list is shorter", type(error).__name__)
        partly = True
    else:
        partly = False
    return Viewer(
        user_id, frozenset(channels), await responder.visibility.is_member(client, handling.delivery, user_id)
    ), partly
