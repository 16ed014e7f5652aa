"""One Web API call: its arguments, and what a method declares about itself."""

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..blockkit.schema import fault
from ..parsing import JsonObject, read_json
from ..state.errors import SlackError, refuse_arguments
from ..state.local_slack import LocalSlack
from ..state.tokens import UserToken
from ..state.workspace import Channel

Caller = Literal["bot", "app", "anyone"]
# Digits of the largest number that any argument may be.
_MOST_DIGITS = 10
_TIMESTAMP = re.compile(r"\d{1,10}\.\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MethodCall:
    """The arguments of one call, read as the method needs them."""

    slack: LocalSlack
    arguments: Mapping[str, Any]
    # The one it was made with.
    token: str = ""
    # Whose token it is when it is a person's.
    person: UserToken | None = None

    @property
    def user_id(self) -> str:
        """Who calls: the app's bot, or the person whose token it is."""
        return self.person.user_id if self.person else self.slack.credentials.bot_user_id

    @property
    def granted(self) -> frozenset[str]:
        """The scopes of the token: the person's, or the manifest's bot scopes."""
        return self.person.scopes if self.person else frozenset(self.slack.manifest.bot_scopes)

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as they are written.

        Raises SlackError `invalid_array_arg` for an array, `invalid_arguments` for an object.
        """
        value = self.arguments.get(name)
        if isinstance(value, list):
            raise SlackError("invalid_array_arg")
        if isinstance(value, dict):
            raise refuse_arguments(fault("must provide a string", f"/{name}"))
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """A string that must be there: SlackError `invalid_arguments` otherwise."""
        if not self.text(name):
            raise refuse_arguments(fault(f"missing required field: {name}", f"/{name}"))
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean, in any of the forms the SDKs send."""
        value = self.arguments.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = whole_number(self.text(name, str(default)))
        if value is None or not 1 <= value <= most:
            raise (
                SlackError("invalid_limit")
                if name == "limit"
                else refuse_arguments(fault("must be a number", f"/{name}"))
            )
        return value

    def timestamp(self, name: str) -> str:
        """A message's timestamp, "" when it is not given: SlackError `bad_timestamp` when it is none."""
        value = self.text(name)
        if value and not _TIMESTAMP.fullmatch(value):
            raise SlackError("bad_timestamp")
        return value

    def json(self, name: str) -> Any:
        """A structured argument: a form carries it as JSON text."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return read_json(value)
        except ValueError as failure:
            raise refuse_arguments(fault("must be valid JSON", f"/{name}")) from failure

    def channel(self, name: str = "channel") -> Channel:
        """The channel named, if the caller can know of it: SlackError `channel_not_found` otherwise."""
        wanted = self.required(name)
        slack = self.slack
        channel = slack.workspace.channels.get(wanted) or slack.workspace.channel(wanted)
        if not channel.is_visible_to(self.user_id):
            raise SlackError("channel_not_found")
        return channel

    def joined_channel(self) -> Channel:
        """The same, and the caller must be in it: SlackError `not_in_channel` otherwise."""
        channel = self.channel()
        if self.user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel


def refuse_archived(channel: Channel, error: str = "is_archived") -> Channel:
    """The channel, unless it is archived: SlackError with the method's own word for that."""
    if channel.is_archived:
        raise SlackError(error)
    return channel


def whole_number(text: str) -> int | None:
    """The number written there in plain digits, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


Handler = Callable[[MethodCall], Awaitable[JsonObject]]
# Any one of the scopes will do; a function picks them by the call's arguments.
Scopes = tuple[str, ...] | Callable[[MethodCall], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method's handler, whose token it wants, and the scopes of which it needs one."""

    handle: Handler
    scopes: Scopes = ()
    caller: Caller = "bot"
    # Whether a person's token will do as well.
    takes_people: bool = False

    def needed(self, call: MethodCall) -> tuple[str, ...]:
        """The scopes of which this call needs one."""
        return self.scopes(call) if callable(self.scopes) else self.scopes


_FAMILY = {"channel": "channels", "group": "groups", "mpim": "mpim", "im": "im"}


def scopes_by_kind(access: str) -> Callable[[MethodCall], tuple[str, ...]]:
    """Scopes for a conversation method: channels:history for a channel, im:history for a DM, ..."""

    def needed(call: MethodCall) -> tuple[str, ...]:
        channel = call.slack.workspace.channels.get(call.text("channel"))
        families = [_FAMILY[channel.kind]] if channel else ["channels", "groups", "mpim", "im"]
        return tuple(f"{family}:{access}" for family in families)

    return needed


def paginate(items: list[Any], call: MethodCall, default: int, most: int, cap: int = 0) -> tuple[list[Any], str]:
    """One page of a list, and the cursor of the next ("" at the end).

    A page has `cap` items at most, whatever the limit asked for (0: as many as that). A cursor
    is the position, written as Slack's are: opaque text that ends with = and so must be
    encoded in a query.
    """
    limit = call.number("limit", default, most)
    limit = min(limit, cap) if cap else limit
    start = _read_cursor(call.text("cursor"))
    following = start + limit
    cursor = base64.b64encode(f"next:{following:011d}".encode()).decode() if following < len(items) else ""
    return items[start:following], cursor


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        position = base64.b64decode(cursor.encode("ascii"), validate=True).decode("ascii")
    except ValueError as failure:
        raise SlackError("invalid_cursor") from failure
    start = whole_number(position[6:]) if position.startswith("next:0") else None
    if start is None:
        raise SlackError("invalid_cursor")
    return start
