"""Web API call with its arguments, and the declaration of a method."""

import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from ..blockkit.schema import fault
from ..parsing import JsonObject, read_json
from ..state.errors import SlackError, refuse_arguments
from ..state.local_slack import LocalSlack
from ..state.tokens import UserToken
from ..state.workspace import Channel

Caller = Literal["bot", "app", "anyone"]
T = TypeVar("T")
# Most digits of a number in any argument.
_MOST_DIGITS = 10
_TIMESTAMP = re.compile(r"\d{1,10}\.\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCall:
    """Call with readers for its arguments."""

    slack: LocalSlack
    arguments: JsonObject
    # Token of the request.
    token: str = ""
    # Set for a person's token.
    person: UserToken | None = None

    @property
    def user_id(self) -> str:
        """ID of the caller: the app's bot, or the token's person."""
        return self.person.user_id if self.person else self.slack.credentials.bot_user_id

    @property
    def granted(self) -> frozenset[str]:
        """Scopes of the token: the person's, or the manifest's bot scopes."""
        return self.person.scopes if self.person else frozenset(self.slack.manifest.bot_scopes)

    def text(self, name: str, default: str = "") -> str:
        """Read a string; numbers count as they are written.

        Raises SlackError `invalid_array_arg` for an array, `invalid_arguments` for an object.
        """
        value = self.arguments.get(name)
        if isinstance(value, list):
            raise SlackError("invalid_array_arg")
        if isinstance(value, dict):
            raise refuse_arguments(fault("must provide a string", f"/{name}"))
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        """Read a string that must be there: SlackError `invalid_arguments` otherwise."""
        if not self.text(name):
            raise refuse_arguments(fault(f"missing required field: {name}", f"/{name}"))
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """Read a boolean in any of the forms that SDKs send."""
        value = self.arguments.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """Read a whole number from 1 to `most`."""
        value = whole_number(self.text(name, str(default)))
        if value is None or not 1 <= value <= most:
            raise (
                SlackError("invalid_limit")
                if name == "limit"
                else refuse_arguments(fault("must be a number", f"/{name}"))
            )
        return value

    def timestamp(self, name: str) -> str:
        """Read a message timestamp, "" when absent: SlackError `bad_timestamp` when it is malformed."""
        value = self.text(name)
        if value and not _TIMESTAMP.fullmatch(value):
            raise SlackError("bad_timestamp")
        return value

    def json(self, name: str) -> object:
        """Read a structured argument, which a form carries as JSON text."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return read_json(value)
        except ValueError as failure:
            raise refuse_arguments(fault("must be valid JSON", f"/{name}")) from failure

    def channel(self, name: str = "channel") -> Channel:
        """Find the named channel, if the caller can see it: SlackError `channel_not_found` otherwise."""
        channel_id = self.required(name)
        slack = self.slack
        channel = slack.workspace.channels.get(channel_id) or slack.workspace.channel(channel_id)
        if not channel.is_visible_to(self.user_id):
            raise SlackError("channel_not_found")
        return channel

    def joined_channel(self) -> Channel:
        """Find the named channel, if the caller is in it: SlackError `not_in_channel` otherwise."""
        channel = self.channel()
        if self.user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel


def refuse_archived(channel: Channel, error: str = "is_archived") -> Channel:
    """Return the channel unless it is archived: SlackError with the method's own word for that."""
    if channel.is_archived:
        raise SlackError(error)
    return channel


def whole_number(text: str) -> int | None:
    """Parse plain digits; return None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


Handler = Callable[[MethodCall], Awaitable[JsonObject]]
# Scopes of which one is enough; a function chooses them by the call's arguments.
Scopes = tuple[str, ...] | Callable[[MethodCall], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Declaration of a method: its handler, the kind of token, and the scopes of which one is needed."""

    handle: Handler
    scopes: Scopes = ()
    caller: Caller = "bot"
    # True when a person's token is accepted as well.
    takes_people: bool = False

    def needed(self, call: MethodCall) -> tuple[str, ...]:
        """Return the scopes of which this call needs one."""
        return self.scopes(call) if callable(self.scopes) else self.scopes


_FAMILY = {"channel": "channels", "group": "groups", "mpim": "mpim", "im": "im"}


def scopes_by_kind(access: str) -> Callable[[MethodCall], tuple[str, ...]]:
    """Choose the scope by the kind of channel: channels:history for a channel, im:history for a DM, ..."""

    def needed(call: MethodCall) -> tuple[str, ...]:
        channel = call.slack.workspace.channels.get(call.text("channel"))
        families = [_FAMILY[channel.kind]] if channel else ["channels", "groups", "mpim", "im"]
        return tuple(f"{family}:{access}" for family in families)

    return needed


def paginate(items: list[T], call: MethodCall, default: int, most: int, cap: int = 0) -> tuple[list[T], str]:
    """Cut one page out of a list; return it with the cursor of the next ("" at the end).

    A page has `cap` items at most, whatever limit was requested (0: no cap). A cursor is the
    position, written as Slack's are: opaque text that ends with = and so must be encoded in a
    query.
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
