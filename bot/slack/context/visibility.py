"""Facts about people and conversations, as Slack tells them, for the access policy (`policy`).

Each question here finds out the facts that its act needs, and the policy decides. Where Slack does not tell, the facts
are the least trusted ones. https://docs.slack.dev/apis/slack-connect
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientError
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.context.policy import Act, Part, PersonRole, Readers, Rules, Venue, permitted
from bot.store import Delivery, Json

logger = logging.getLogger(__name__)

_PERSON_SECONDS: Final = 300
# Short, for a channel may be shared, or a guest be invited, at any time: it only saves repeated questions of one delivery.
_CHANNEL_SECONDS: Final = 3
_COUNTED_SECONDS: Final = 300
# Seconds for which a failure is remembered, so that one delivery waits for Slack once.
_FAILED_SECONDS: Final = 10
# A command is answered within three seconds.
_PERSON_WITHIN_SECONDS: Final = 1.0
_CHANNEL_WITHIN_SECONDS: Final = 5.0
_PAGE: Final = 999
_MOST_PAGES: Final = 10
# Up to so many members are looked up one by one; for more, the workspace's list is read.
_MOST_LOOKED_UP: Final = 30
_MOST_COUNTED: Final = 30
_PASSING: Final = (SlackClientError, ClientError, OSError, TimeoutError, ValueError)

_SLACKBOT: Final = "USLACKBOT"
_READER: Final[Mapping[PersonRole, Readers]] = {
    "owner": "members",
    "admin": "members",
    "member": "members",
    "guest": "guests",
    "outsider": "outsiders",
    "unknown": "unknown",
}

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
    is_owner: bool = False
    # The account is deactivated.
    is_gone: bool = False
    is_bot: bool = False

    def belongs_to(self, delivery: Delivery) -> bool:
        """Return True for somebody of the organisation in which the delivery arrived, guests included."""
        return not self.is_stranger and bool(self.homes & _organisation(delivery))

    def role_in(self, delivery: Delivery) -> PersonRole:
        """Return the role in that organisation."""
        if self.is_gone:
            return "unknown"
        if not self.belongs_to(delivery):
            return "outsider"
        if self.is_guest:
            return "guest"
        return "owner" if self.is_owner else "admin" if self.is_admin else "member"


@dataclass(frozen=True, slots=True)
class _Conversation:
    is_public: bool
    # With another organisation, or offered to one: whoever accepts reads what was posted before.
    is_shared: bool
    creator: str


@dataclass(slots=True)
class Visibility:
    """The policy's questions, with a short cache of Slack's answers. One for a running bot."""

    rules: Rules = field(default_factory=Rules)

    _people: TTLCache[_Key, Person] = field(default_factory=lambda: TTLCache(20_000, _PERSON_SECONDS))
    _unknown_people: TTLCache[_Key, bool] = field(default_factory=lambda: TTLCache(10_000, _FAILED_SECONDS))
    _conversations: TTLCache[_Key, _Conversation] = field(default_factory=lambda: TTLCache(10_000, _CHANNEL_SECONDS))
    _readers: TTLCache[_Key, Readers] = field(default_factory=lambda: TTLCache(10_000, _CHANNEL_SECONDS))
    # Channels whose incidents are counted in the home tab, which shows no more of them than a number.
    _counted: TTLCache[_Key, bool] = field(default_factory=lambda: TTLCache(10_000, _COUNTED_SECONDS))
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

    async def role(
        self, client: AsyncWebClient, delivery: Delivery, user_id: str, *, as_of_now: bool = False
    ) -> PersonRole:
        """Return a person's role; with `as_of_now` as Slack tells it now, for an administrator may just have left."""
        if as_of_now:
            self._people.pop((client.token, user_id), None)
        person = await self.person(client, user_id)
        return person.role_in(delivery) if person is not None else "unknown"

    async def is_bot(self, client: AsyncWebClient, user_id: str) -> bool:
        """Return True for the user of an app, or Slack's own: two bots that answer each other never end."""
        person = await self.person(client, user_id)
        return user_id == _SLACKBOT or (person is not None and person.is_bot)

    async def permits(self, act: Act, client: AsyncWebClient, delivery: Delivery, user_id: str) -> Part:
        """Return the part of an act that a person is permitted, whatever the venue."""
        role = await self.role(client, delivery, user_id, as_of_now=act is Act.READ_UNANSWERED)
        return permitted(act, role, Venue(), self.rules)

    async def permits_here(self, act: Act, client: AsyncWebClient, delivery: Delivery, *, moves: bool = False) -> bool:
        """Return True when whoever clicked or wrote may do something with this conversation's incident or settings.

        A payload names the workspace of its user, and a message that of a writer from elsewhere, so that Slack is
        rarely asked: what a guest may do, members may as well. `moves` is the channel's setting for people of other
        organisations.
        """
        role = await self._least_role(client, delivery)
        return permitted(act, role, Venue(outsiders_move=moves), self.rules) > Part.NOTHING

    async def _least_role(self, client: AsyncWebClient, delivery: Delivery) -> PersonRole:
        event = delivery.body.get("event")
        if event is not None:
            home = event.get("user_team") or event.get("source_team") or delivery.team_id
            user_id = event.get("user") or ""
        else:
            user = delivery.body.get("user") or {}
            home, user_id = user.get("team_id"), user.get("id") or delivery.body.get("user_id") or ""
        if home in _organisation(delivery):
            return "guest"
        return await self.role(client, delivery, user_id)

    async def may_change_settings(
        self, client: AsyncWebClient, delivery: Delivery, channel_id: str, user_id: str
    ) -> bool:
        """Return True when a person may set how the bot behaves in a conversation, as Slack tells it now."""
        if channel_id.startswith("D"):
            venue = Venue(is_private_talk=True)
        else:
            venue = Venue(
                is_creator=await self._asking(client, channel_id, self._is_creator(client, channel_id, user_id))
            )
        role = await self.role(client, delivery, user_id, as_of_now=True)
        return permitted(Act.CHANGE_SETTINGS, role, venue, self.rules) > Part.NOTHING

    async def is_internal(self, client: AsyncWebClient, delivery: Delivery, channel_id: str, user_id: str) -> bool:
        """Return True when what is remembered may be posted; `user_id` is who writes with the bot in a direct message."""
        venue = Venue(readers=await self.readers(client, delivery, channel_id, user_id))
        return permitted(Act.POST_REMEMBERED, "unknown", venue, self.rules) > Part.NOTHING

    async def nameable(self, client: AsyncWebClient, channel_id: str, user_ids: frozenset[str]) -> frozenset[str]:
        """Return those people who may be named in a conversation: before other organisations, who shows there himself."""
        # A person's own ID stands for the direct message with them.
        if channel_id.startswith(("D", "U", "W")):
            return user_ids
        inside = await self._asking(client, channel_id, self._is_inside(client, channel_id))
        venue = Venue(readers="guests" if inside else "unknown")
        if permitted(Act.NAME_PEOPLE, "unknown", venue, self.rules):
            return user_ids
        shown = await asyncio.gather(*(self.is_in(client, channel_id, each) for each in sorted(user_ids)))
        return frozenset(each for each, is_in in zip(sorted(user_ids), shown, strict=True) if is_in)

    async def is_in(self, client: AsyncWebClient, channel_id: str, user_id: str) -> bool | None:
        """Return True for somebody in a channel; None where Slack does not tell, as of direct messages."""
        if channel_id.startswith("D"):
            return None
        try:
            async with asyncio.timeout(_PERSON_WITHIN_SECONDS):
                async for page in _pages(client, "conversations.members", {"channel": channel_id}):
                    if user_id in page["members"]:
                        return True
        except _PASSING as error:
            logger.warning("who is in a channel is not known (%s)", type(error).__name__)
            return None
        return False

    async def is_public(self, client: AsyncWebClient, channel_id: str) -> bool:
        """Return True for a channel whose incidents may be shown in others: every member can read it, and nobody else."""
        venue = Venue(is_public=await self._is_public_place(client, channel_id))
        return permitted(Act.SHOW_ELSEWHERE, "unknown", venue, self.rules) > Part.NOTHING

    async def may_keep_question(self, client: AsyncWebClient, channel_id: str, *, private: bool = False) -> bool:
        """Return True where a question without an answer may be kept; `private` for a command or direct message."""
        is_public = not private and await self._is_public_place(client, channel_id)
        venue = Venue(is_public=is_public, is_private_talk=private)
        return permitted(Act.KEEP_QUESTION, "unknown", venue, self.rules) > Part.NOTHING

    async def public_among(self, client: AsyncWebClient, channel_ids: Sequence[str]) -> frozenset[str]:
        """Return those of some channels that are public; of many, the rest counts as private."""

        async def is_public(channel_id: str) -> bool:
            key = (client.token, channel_id)
            if key not in self._counted:
                self._counted[key] = await self.is_public(client, channel_id)
            return self._counted[key]

        asked = channel_ids[:_MOST_COUNTED]
        return frozenset(
            each for each, public in zip(asked, await asyncio.gather(*map(is_public, asked)), strict=True) if public
        )

    async def readers(self, client: AsyncWebClient, delivery: Delivery, channel_id: str, user_id: str) -> Readers:
        """Return the least trusted of those who read a conversation."""
        if channel_id.startswith("D"):
            return _READER[await self.role(client, delivery, user_id)]
        found: list[Readers] = []

        async def look() -> bool:
            found.append(await self._channel_readers(client, delivery, channel_id))
            return True

        return found[0] if await self._asking(client, channel_id, look()) else "unknown"

    async def _is_public_place(self, client: AsyncWebClient, channel_id: str) -> bool:
        if channel_id.startswith("D"):
            return False
        return await self._asking(client, channel_id, self._is_public(client, channel_id))

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
            creator = str(channel.get("creator") or "")
            found = self._conversations[key] = _Conversation(public and not shared, shared, creator)
        return found

    async def _is_public(self, client: AsyncWebClient, channel_id: str) -> bool:
        return (await self._conversation(client, channel_id)).is_public

    async def _is_creator(self, client: AsyncWebClient, channel_id: str, user_id: str) -> bool:
        is_creator = (await self._conversation(client, channel_id)).creator == user_id
        # Who left the channel, or was removed from it, sets nothing there any more.
        return is_creator and await self.is_in(client, channel_id, user_id) is True

    async def _is_inside(self, client: AsyncWebClient, channel_id: str) -> bool:
        return not (await self._conversation(client, channel_id)).is_shared

    async def _channel_readers(self, client: AsyncWebClient, delivery: Delivery, channel_id: str) -> Readers:
        if (await self._conversation(client, channel_id)).is_shared:
            return "outsiders"
        key = (client.token, channel_id)
        readers = self._readers.get(key)
        if readers is None:
            readers = self._readers[key] = await self._members_of(client, delivery, channel_id)
        return readers

    async def _members_of(self, client: AsyncWebClient, delivery: Delivery, channel_id: str) -> Readers:
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
        roles = {_READER[each.role_in(delivery)] for each in found if each is not None and not each.is_gone}
        return next((each for each in ("unknown", "outsiders", "guests") if each in roles), "members")


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
        is_owner=bool(user.get("is_owner") or user.get("is_primary_owner")),
        is_gone=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")),
    )
