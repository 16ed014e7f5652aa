"""Lists of incidents: `/event open`, `/event mine`, `/event search`. Whoever asks sees what they may see in Slack."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.replies.incidents.lists import Title, render_incidents, render_what_for
from bot.slack.context.command_request import CommandRequest
from bot.slack.context.handling import Handling
from bot.slack.context.names import nameless
from bot.slack.context.policy import Act, Part
from bot.slack.context.responder import Responder
from bot.slack.platform.message_text import as_typed
from bot.store import IncidentPage, Viewer, WorkspaceTransaction
from bot.store.incident_queries import MOST_COUNTED

logger = logging.getLogger(__name__)

_NUMBER: Final = re.compile(r"(?:inc[-\s]?)?(\d{1,9})", re.IGNORECASE)
# A command is answered within three seconds; without Slack's answer the list is shorter.
_CHANNELS_WITHIN_SECONDS: Final = 1.0
_PAGE: Final = 999
_MOST_PAGES: Final = 3


async def answer_open(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """List the open incidents."""
    await _answer(responder, handling, request, "open", lambda transaction, viewer: transaction.find_open(viewer))


async def answer_mine(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """List the asker's own incidents."""
    await _answer(
        responder, handling, request, "mine", lambda transaction, viewer: transaction.find_open(viewer, mine=True)
    )


async def answer_search(responder: Responder, handling: Handling, request: CommandRequest) -> None:
    """List the incidents in which all words stand, or the one with a number."""
    request = replace(request, text=as_typed(request.text))
    if not request.text:
        language = request.language or await responder.language_of(request.client, request.user_id)
        await request.answer(render_what_for(language))
        return
    numbered = _NUMBER.fullmatch(request.text)
    # INC-42 is one incident; a bare number may also be an event's ID.
    words = "" if numbered and not request.text.isdecimal() else request.text
    number = int(numbered[1]) if numbered else 0
    await _answer(
        responder,
        handling,
        request,
        "search",
        lambda transaction, viewer: transaction.search(viewer, words, number=number),
    )


async def _answer(
    responder: Responder,
    handling: Handling,
    request: CommandRequest,
    title: Title,
    find: Callable[[WorkspaceTransaction, Viewer], IncidentPage],
) -> None:
    """Answer with a list, privately."""
    client, user_id = request.client, request.user_id
    asked, (viewer, partly) = await asyncio.gather(
        responder.language_of(client, user_id), viewer_of(responder, handling, client, user_id, request.channel_id)
    )
    language = request.language or asked
    found, now = await handling.read(lambda transaction: (find(transaction, viewer), transaction.now()))
    incidents, total = found.incidents, counted(found)
    knowledge, words = responder.sceptic.knowledge, request.text
    reply = render_incidents(
        incidents, total, knowledge, language, now, title, words, partly=partly, elsewhere=found.elsewhere
    )
    await request.answer(reply if viewer.reads_names else nameless(reply))


def counted(found: IncidentPage) -> str:
    """Return how many there are, "100+" where counting stopped."""
    return f"{MOST_COUNTED}+" if found.total > MOST_COUNTED else str(found.total)


async def viewer_of(
    responder: Responder, handling: Handling, client: AsyncWebClient, user_id: str, here: str = ""
) -> tuple[Viewer, bool]:
    """Look up a person and the channels whose incidents they may see; with True when Slack did not tell which.

    `here` is the conversation they ask in, empty for the home tab.
    """
    part, (channels, partly) = await asyncio.gather(
        responder.visibility.permits(Act.LIST_INCIDENTS, client, handling.delivery, user_id),
        _channels_of(handling, client, user_id),
    )
    seen = {here} - {""} if part >= Part.HERE else set()
    visible = frozenset(seen | channels if part >= Part.CHANNELS else seen)
    return Viewer(user_id, visible, part >= Part.ALL, part >= Part.CHANNELS), partly


async def _channels_of(handling: Handling, client: AsyncWebClient, user_id: str) -> tuple[set[str], bool]:
    """List the channels that a person is in; with True when Slack did not tell all.

    Slack's page on users.conversations: of private channels it tells those that the bot is in as well.
    """
    channels: set[str] = set()
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
        return channels, True
    return channels, cursor is not None
