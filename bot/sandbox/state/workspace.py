"""Workspaces with their users, channels and messages.

Messages are kept as Slack's JSON objects, since every reader wants them in that form.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from ..parsing import JsonObject
from .errors import SlackError

ChannelKind = Literal["channel", "group", "mpim", "im"]


Role = Literal["member", "admin", "owner", "multi_channel_guest", "single_channel_guest"]
_ROLES: Final[tuple[Role, ...]] = get_args(Role)


def read_role(name: str) -> Role:
    """Return the role of this name. Raises ValueError for any other."""
    found = next((each for each in _ROLES if each == name), None)
    if found is None:
        raise ValueError(f"no role {name!r}; there are {', '.join(_ROLES)}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Person, or the app's bot user (then `bot_id` is set)."""

    user_id: str
    name: str
    real_name: str
    locale: str
    tz: str
    title: str = ""
    email: str = ""
    bot_id: str = ""
    role: Role = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """Group of people who are mentioned together; `handle` is without the @."""

    usergroup_id: str
    name: str
    handle: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Enterprise Grid organisation, as its workspaces know it."""

    enterprise_id: str
    name: str
    domain: str


@dataclass(slots=True)
class Sharing:
    """Workspaces that a channel connects, in the order they joined; the first is its host."""

    team_ids: list[str]
    # Workspaces that have not accepted yet.
    pending: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Channel:
    """Public channel, private channel ("group"), group DM ("mpim"), or direct message with the bot ("im")."""

    channel_id: str
    name: str
    kind: ChannelKind
    created: int
    # Who created it; empty for a direct message.
    creator: str = ""
    members: set[str] = field(default_factory=set)
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    # The person of a direct message.
    person: str = ""
    # By timestamp, in the order they were posted.
    messages: dict[str, JsonObject] = field(default_factory=dict)
    # By message timestamp, and by bookmark ID.
    pins: dict[str, JsonObject] = field(default_factory=dict)
    bookmarks: dict[str, JsonObject] = field(default_factory=dict)
    # Ephemeral messages by user, then by timestamp.
    ephemerals: dict[str, dict[str, JsonObject]] = field(default_factory=dict)
    # Each side of a shared channel has its own Channel, with its own name and kind; the rest is common.
    sharing: Sharing | None = None

    def thread(self, thread_ts: str) -> list[JsonObject]:
        """List the parent and its replies, oldest first."""
        return [each for each in self.messages.values() if thread_ts in (each["ts"], each.get("thread_ts"))]

    def top_level(self) -> list[JsonObject]:
        """List the messages outside threads, and the replies that were also sent to the channel."""
        return [
            each
            for each in self.messages.values()
            if each.get("thread_ts", each["ts"]) == each["ts"] or each.get("subtype") == "thread_broadcast"
        ]

    def is_visible_to(self, user_id: str) -> bool:
        """Tell if this person can see the channel at all."""
        return self.kind == "channel" or user_id in self.members


@dataclass(slots=True, kw_only=True)
class Workspace:
    """Team with its users and channels."""

    team_id: str
    name: str
    domain: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: tuple["UserGroup", ...] = ()
    # Position among the sandbox's workspaces, from 0. It is part of all IDs, so that no two workspaces share one.
    number: int = 0
    enterprise: Enterprise | None = None

    def new_id(self, kind: str, name: str) -> str:
        """Make an ID in Slack's form that stays readable in a payload: amy is U0AMY000000.

        Raises ValueError when another name already gives this ID.
        """
        letters = "".join(each for each in name.upper() if each.isascii() and each.isalnum())
        new_id = f"{kind}{self.number}{letters:0<9}"[:11]
        if new_id in self.users or new_id in self.channels:
            raise ValueError(f"two names give the same ID {new_id}")
        return new_id

    def user(self, name_or_id: str) -> User:
        """Find a user by ID or name; SlackError `user_not_found` otherwise."""
        match = self.users.get(name_or_id)
        for user in self.users.values():
            if match is None and name_or_id.removeprefix("@") in (user.name, user.real_name):
                match = user
        if match is None:
            raise SlackError("user_not_found")
        return match

    def people(self) -> list[User]:
        """List all users but the bot."""
        return [user for user in self.users.values() if not user.bot_id]

    def channel(self, name_or_id: str) -> Channel:
        """Find a channel by ID or name; SlackError `channel_not_found` otherwise."""
        match = self.channels.get(name_or_id)
        for channel in self.channels.values():
            if match is None and channel.name and name_or_id.removeprefix("#") == channel.name:
                match = channel
        if match is None:
            raise SlackError("channel_not_found")
        return match

    def direct_message(self, user_id: str) -> Channel:
        """Find the direct message between this person and the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.person == user_id:
                return channel
        raise SlackError("channel_not_found")
