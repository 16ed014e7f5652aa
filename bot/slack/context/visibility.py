"""Policy: who may see what is remembered (notes, similar incidents, fixes, lists), and who may act on incidents.

Members of the organisation may. Guests see and do what stands in the channels that they are in. People of other
organisations see what is written in the channel they share, and can have it triaged there; the moves are not theirs.
In a conversation that either of them reads nothing remembered is posted. Where Slack does not tell, the answer is no.
https://docs.slack.dev/apis/slack-connect
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientError
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.store import Delivery, Json

logger = logging.getLogger(__name__)

_PERSON_SECONDS: Final = 300
# Short, for a channel may be shared, or a guest be invited, at any time: it only saves repeated questions of one delivery.
_CHANNEL_SECONDS: Final = 3
# Seconds for which a failure is remembered, so that one delivery waits for Slack once.
_FAILED_SECONDS: Final = 10
# A command is answered within three seconds.
_PERSON_WITHIN_SECONDS: Final = 1.0
_CHANNEL_WITHIN_SECONDS: Final = 5.0
_PAGE: Final = 999
_MOST_PAGES: Final = 10
# Up to so many members are looked up one by one; for more, the workspace's list is read.
_MOST_LOOKED_UP: Final = 30
_PASSING: Final = (SlackClientError, ClientError, OSError, TimeoutError, ValueError)

# A token and an ID: the same ID may be two people in two workspaces.
_Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Facts about a user that decide what they may see."""

    # The workspaces and the organisation they belong to.
    homes: frozenset[str]
    locale: str | None
    is_guest: bool
    is_stranger: bool
    is_admin: bool

    def belongs_to(self, delivery: Delivery) -> bool:
        """Return True for somebody of the organisation in which the delivery arrived, guests included."""
        return not self.is_stranger and bool(self.homes & _organisation(delivery))

    def is_member(self, delivery: Delivery) -> bool:
        """Return True for a full member of that organisation."""
        return self.belongs_to(delivery) and not self.is_guest


@dataclass(frozen=True, slots=True)
class _Conversation:
    is_public: bool
    # With another organisation, or offered to one: whoever accepts reads what was posted before.
    is_shared: bool


@dataclass(slots=True)
class Visibility:
    """The policy, with a short cache of Slack's answers. One for a running bot."""

    _people: TTLCache[_Key, Person] = field(default_factory=lambda: TTLCache(20_000, _PERSON_SECONDS))
    _unknown_people: TTLCache[_Key, bool] = field(default_factory=lambda: TTLCache(10_000, _FAILED_SECONDS))
    _conversations: TTLCache[_Key, _Conversation] = field(default_factory=lambda: TTLCache(10_000, _CHANNEL_SECONDS))
    # True where only members read.
    _internal: TTLCache[_Key, bool] = field(default_factory=lambda: TTLCache(10_000, _CHANNEL_SECONDS))
    _failed: TTLCache[_Key, bool] = field(default_factory=lambda: TTLCache(10_000, _FAILED_SECONDS))

    async def person(self, client: AsyncWebClient, user_id: str) -> Person | None:
        """Look a user up; None when Slack does not tell in time."""
        key = (client.token, user_id)
        if key in self._unknown_people:
            return None
        person = self._people.get(key)
        if person is None:
            try:
                async with asyncio.timeout(_PERSON_WITHIN_SECONDS):
                    answer = await client.users_info(user=user_id, include_locale=True)
                person = self._people[key] = _person(answer["user"])
            except _PASSING as error:
                logger.warning("users.info failed (%s); answering in the default language", type(error).__name__)
                self._unknown_people[key] = True
                return None
        return person

    async def is_member(self, client: AsyncWebClient, delivery: Delivery, user_id: str) -> bool:
        """Return True when a person may see what is remembered: a full member of the organisation."""
        person = await self.person(client, user_id)
        return person is not None and person.is_member(delivery)

    async def is_admin(self, client: AsyncWebClient, delivery: Delivery, user_id: str) -> bool:
        """Return True for an administrator or owner of the workspace, as Slack tells it now."""
        self._people.pop((client.token, user_id), None)
        person = await self.person(client, user_id)
        return person is not None and person.is_admin and person.is_member(delivery)

    async def may_read_unanswered(self, client: AsyncWebClient, delivery: Delivery, user_id: str) -> bool:
        """Return True when a person may read the questions without an answer, and what was said of answers."""
        return await self.is_admin(client, delivery, user_id)

    async def is_internal(self, client: AsyncWebClient, delivery: Delivery, channel_id: str, user_id: str) -> bool:
        """Return True when all who read a conversation are members; `user_id` is who writes with the bot there."""
        if channel_id.startswith("D"):
            return await self.is_member(client, delivery, user_id)
        return await self._asking(client, channel_id, self._has_members_only(client, delivery, channel_id))

    async def is_public(self, client: AsyncWebClient, channel_id: str) -> bool:
        """Return True for a channel that every member of the workspace can read, and no other organisation."""
        if channel_id.startswith("D"):
            return False
        return await self._asking(client, channel_id, self._is_public(client, channel_id))

    async def may_act(self, client: AsyncWebClient, delivery: Delivery, user_id: str) -> bool:
        """Return True when whoever clicked or wrote may move incidents: nobody of another organisation may.

        A payload names the workspace of its user, and a message that of a writer from elsewhere, so that Slack is
        rarely asked.
        """
        event = delivery.body.get("event")
        if event is not None:
            home = event.get("user_team") or event.get("source_team") or delivery.team_id
        else:
            home = (delivery.body.get("user") or {}).get("team_id")
        if home in _organisation(delivery):
            return True
        person = await self.person(client, user_id)
        return person is not None and person.belongs_to(delivery)

    async def _asking(self, client: AsyncWebClient, channel_id: str, question: Coroutine[object, object, bool]) -> bool:
        """Await the answer to a question about a conversation; False when Slack does not give it."""
        key = (client.token, channel_id)
        if key in self._failed:
            question.close()
            return False
        try:
            async with asyncio.timeout(_CHANNEL_WITHIN_SECONDS):
                return await question
        except _PASSING as error:
            word = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
            logger.warning("who reads a channel is not known (%s); nothing remembered is posted", word)
            self._failed[key] = True
            return False

    async def _conversation(self, client: AsyncWebClient, channel_id: str) -> _Conversation:
        key = (client.token, channel_id)
        found = self._conversations.get(key)
        if found is None:
            channel = (await client.conversations_info(channel=channel_id))["channel"]
            outside = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
            shared = bool(outside or (channel.get("is_shared") and not channel.get("is_org_shared")))
            public = bool(channel.get("is_channel")) and not channel.get("is_private")
            found = self._conversations[key] = _Conversation(public and not shared, shared)
        return found

    async def _is_public(self, client: AsyncWebClient, channel_id: str) -> bool:
        return (await self._conversation(client, channel_id)).is_public

    async def _has_members_only(self, client: AsyncWebClient, delivery: Delivery, channel_id: str) -> bool:
        if (await self._conversation(client, channel_id)).is_shared:
            return False
        key = (client.token, channel_id)
        internal = self._internal.get(key)
        if internal is None:
            internal = self._internal[key] = await self._are_members(client, delivery, channel_id)
        return internal

    async def _are_members(self, client: AsyncWebClient, delivery: Delivery, channel_id: str) -> bool:
        readers: set[str] = set()
        async for page in _pages(client, "conversations.members", {"channel": channel_id}):
            readers.update(page["members"])
        unknown = [each for each in readers if (client.token, each) not in self._people]
        if len(unknown) > _MOST_LOOKED_UP:
            async for page in _pages(client, "users.list", {"team_id": delivery.team_id, "include_locale": True}):
                for user in page["members"]:
                    self._people[client.token, user["id"]] = _person(user)
            unknown = [each for each in unknown if (client.token, each) not in self._people]
        if len(unknown) > _MOST_LOOKED_UP:
            raise TimeoutError("too many members that the workspace's list does not have")
        found = await asyncio.gather(*(self.person(client, each) for each in readers))
        if None in found:
            raise TimeoutError("not every member is known")
        return all(each is not None and each.is_member(delivery) for each in found)


async def _pages(client: AsyncWebClient, method: str, arguments: Json) -> AsyncIterator[AsyncSlackResponse]:
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = await client.api_call(method, params={**arguments, "limit": _PAGE, "cursor": cursor})
        yield answer
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
    raise TimeoutError(f"{method} has more pages than are read")


def _organisation(delivery: Delivery) -> frozenset[str]:
    """Return the IDs by which the organisation of a delivery is named."""
    # To an app that is installed in a whole organisation Slack may name the workspace of whoever clicked.
    if delivery.body.get("is_enterprise_install") in {True, "true"}:
        return frozenset({delivery.enterprise_id})
    return frozenset({delivery.team_id, delivery.enterprise_id} - {""})


def _person(user: Json) -> Person:
    """Read a user object: https://docs.slack.dev/reference/objects/user-object."""
    enterprise = user.get("enterprise_user") or {}
    homes = {user.get("team_id"), enterprise.get("enterprise_id"), *(enterprise.get("teams") or ())}
    return Person(
        homes=frozenset(str(each) for each in homes if each),
        locale=user.get("locale"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )
