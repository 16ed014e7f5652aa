"""SlackSandbox: the Python face of the local Slack, for tests and for `python -m bot.sandbox`."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from . import acts
from .clock import Clock
from .core import LocalSlack, make_credentials
from .deliveries import ACK_SECONDS, RETRY_SECONDS, Deliveries
from .elements import filled_state
from .errors import Json, SandboxError, SlackError
from .feed import Feed
from .history import tell_history
from .http_door import HttpDoor
from .manifest import read_manifest
from .permits import ResponseUrls, Triggers
from .records import Call, Envelope
from .seed import DEFAULT_WORKSPACE, read_seed
from .server import HOST, SandboxServer
from .socket_door import SocketDoor
from .windows import find_view
from .workspace import Channel, User

T = TypeVar("T")
_LOOK_AGAIN_SECONDS = 0.01


class SlackSandbox:
    """A local Slack workspace with one app in it; it runs inside `async with`.

    `manifest` is the app's; `workspace` a file like the default workspace.yml; `port` 0
    takes a free one. `ack_seconds` and `retry_seconds` are Slack's own unless a test
    cannot wait. Channels and users are named by ID or name; "dm" is the user's direct
    message with the app. Messages are Slack's JSON objects: read them, do not change them.
    """

    def __init__(
        self,
        manifest: Path,
        workspace: Path | None = None,
        port: int = 0,
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        clock, credentials = Clock(), make_credentials()
        declared = read_manifest(manifest)
        self._seed = read_seed(
            workspace or DEFAULT_WORKSPACE, declared.bot_name, declared.description, int(clock.now()) - 90 * 86_400
        )
        sockets = SocketDoor(clock, credentials.app_id)
        http = HttpDoor(clock, credentials.signing_secret)
        deliveries = Deliveries(clock, sockets, http, self._record, ack_seconds, retry_seconds)
        self._slack = LocalSlack(
            manifest=declared,
            workspace=self._seed.workspace,
            credentials=credentials,
            clock=clock,
            feed=Feed(),
            sockets=sockets,
            deliveries=deliveries,
            triggers=Triggers(clock),
            response_urls=ResponseUrls(clock),
        )
        sockets.on_change = self._slack.show_connection
        tell_history(self._slack, self._seed)
        self._server = SandboxServer(self._slack, port)

    async def __aenter__(self) -> Self:
        port = await self._server.start()
        self._slack.base_url = f"http://{HOST}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._slack.deliveries.close()
        await self._server.stop()

    # Where it is, and what the app is given.

    @property
    def url(self) -> str:
        """The page."""
        return f"{self._slack.base_url}/"

    @property
    def api_url(self) -> str:
        """The Web API's base: SLACK_API_URL, or `base_url` of slack_sdk's clients."""
        return f"{self._slack.base_url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's xoxb- token."""
        return self._slack.credentials.bot_token

    @property
    def app_token(self) -> str:
        """The app's xapp- token, for Socket Mode."""
        return self._slack.credentials.app_token

    @property
    def signing_secret(self) -> str:
        """What requests to `request_url` are signed with."""
        return self._slack.credentials.signing_secret

    @property
    def team_id(self) -> str:
        """The workspace's ID."""
        return self._slack.workspace.team_id

    @property
    def app_id(self) -> str:
        """The app's ID."""
        return self._slack.credentials.app_id

    @property
    def bot_user_id(self) -> str:
        """The ID of the app's bot user."""
        return self._slack.credentials.bot_user_id

    @property
    def request_url(self) -> str | None:
        """Where events, commands and interactions go by signed HTTP; None delivers through Socket Mode."""
        return self._slack.deliveries.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._slack.deliveries.request_url = url
        self._slack.show_connection()

    # What people do.

    async def post(self, text: str, channel: str = "support", user: str = "amy", thread_ts: str | None = None) -> str:
        """Say something; the message's timestamp."""
        who = self._user(user)
        return acts.post(self._slack, who, self._channel(who, channel), text, thread_ts)

    async def edit(self, ts: str, text: str, channel: str = "support", user: str = "amy") -> None:
        """Change one's own message."""
        who = self._user(user)
        acts.edit(self._slack, who, self._channel(who, channel), ts, text)

    async def delete(self, ts: str, channel: str = "support", user: str = "amy") -> None:
        """Delete one's own message."""
        who = self._user(user)
        acts.delete(self._slack, who, self._channel(who, channel), ts)

    async def react(self, ts: str, name: str, channel: str = "support", user: str = "amy") -> None:
        """Add a reaction, or take one's own away."""
        who = self._user(user)
        acts.react(self._slack, who, self._channel(who, channel), ts, name)

    async def command(self, name: str, text: str = "", channel: str = "support", user: str = "amy") -> Envelope | None:
        """Run a slash command and wait for its acknowledgement; None when Slack itself answered."""
        who = self._user(user)
        return await acts.command(self._slack, who, self._channel(who, channel), name, text)

    async def shortcut(
        self, callback_id: str, message_ts: str, channel: str = "support", user: str = "amy"
    ) -> Envelope:
        """Use a message shortcut and wait for its acknowledgement."""
        who = self._user(user)
        return await acts.shortcut(self._slack, who, self._channel(who, channel), message_ts, callback_id)

    async def global_shortcut(self, callback_id: str, user: str = "amy") -> Envelope:
        """Use a global shortcut and wait for its acknowledgement."""
        return await acts.global_shortcut(self._slack, self._user(user), callback_id)

    async def click(
        self, where: str | Mapping[str, Any], element: str, user: str = "amy", chosen: Any = None, block_id: str = ""
    ) -> Envelope:
        """Use a button, select or other element, and wait for the acknowledgement.

        `where` is a message, its timestamp, a view, or its ID; `element` an action_id or a
        button's words; `chosen` an option's value or text, a date, a user ID. `block_id`
        tells elements with the same action_id apart.
        """
        who = self._user(user)
        wanted = (block_id, element)
        place_id = where if isinstance(where, str) else str(where.get("ts") or where["id"])
        if place_id.startswith("V"):
            return await acts.act_in_view(self._slack, who, place_id, wanted, chosen, None)
        channel = self._channel_of(place_id, who)
        return await acts.act_in_message(self._slack, who, channel, place_id, wanted, chosen, None)

    async def submit_view(self, view_id: str, values: Mapping[str, Any] | None = None, user: str = "amy") -> Envelope:
        """Fill in and send a modal; `values` maps an action_id or block_id to what was typed or chosen."""
        try:
            _, view = find_view(self._slack, view_id=view_id)
        except SlackError as refusal:
            raise SandboxError(f"there is no open view {view_id!r}.") from refusal
        state = filled_state(view["blocks"], values or {})
        envelope, _ = await acts.submit(self._slack, self._user(user), view_id, state)
        return envelope

    async def close_view(self, view_id: str, user: str = "amy") -> Envelope | None:
        """Close a modal; None when the app did not ask to hear of it."""
        return await acts.close(self._slack, self._user(user), view_id)

    async def open_home(self, user: str = "amy", tab: str = "home") -> None:
        """Look at the app's Home ("home") or Messages ("messages") tab."""
        acts.open_home(self._slack, self._user(user), tab)

    # What people see.

    def messages(self, channel: str = "support", thread_ts: str | None = None) -> list[Json]:
        """A channel's messages without thread replies, or a thread with its parent; oldest first."""
        found = self._slack.workspace.channel(channel)
        return found.thread(thread_ts) if thread_ts else found.top_level()

    def direct_messages(self, user: str = "amy") -> list[Json]:
        """All that was said between the user and the app, oldest first."""
        return list(self._slack.workspace.direct_message(self._user(user).user_id).messages.values())

    def ephemerals(self, channel: str = "support", user: str = "amy") -> list[Json]:
        """What only this user sees in the channel, oldest first."""
        who = self._user(user)
        return list(self._channel(who, channel).ephemerals.get(who.user_id, {}).values())

    def views(self, user: str = "amy") -> list[Json]:
        """The user's open modals, the topmost last."""
        return list(self._slack.views.get(self._user(user).user_id, []))

    def home(self, user: str = "amy") -> Json | None:
        """The user's home tab, once the app has published it."""
        return self._slack.homes.get(self._user(user).user_id)

    # What went over the wire. Waiting ends with a sentence of our own, hence no asyncio.timeout.

    @property
    def calls(self) -> list[Call]:
        """Every Web API call and use of a response URL, in order."""
        return self._slack.calls

    @property
    def envelopes(self) -> list[Envelope]:
        """Every delivery to the app, in order."""
        return self._slack.deliveries.envelopes

    @property
    def connections(self) -> int:
        """How many Socket Mode connections the app holds."""
        return self._slack.sockets.connections

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Close the app's sockets as Slack does now and then."""
        await self._slack.sockets.disconnect(reason)

    async def connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until the app has a Socket Mode connection."""
        await self.wait_for(lambda: self.connections, timeout)

    async def wait_for(self, look: Callable[[], T], timeout: float = 5) -> T:  # noqa: ASYNC109
        """Wait until `look` gives something true, and return it.

        A LookupError counts as "not yet". Raises SandboxError after `timeout` seconds.
        """
        deadline = self._slack.clock.now() + timeout
        while True:
            seen: T | None = None
            with suppress(LookupError):
                seen = look()
            if seen:
                return seen
            if self._slack.clock.now() > deadline:
                raise SandboxError(f"waited {timeout} s in vain; the last look gave {seen!r}.")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def settled(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until everything delivered is acknowledged; SandboxError names what is not.

        Bolt acknowledges an event before its listener runs: wait for what the listener does as well.
        """
        await self._slack.deliveries.settle(timeout)

    def _user(self, name: str) -> User:
        return acts.find_user(self._slack, name)

    def _channel(self, user: User, name: str) -> Channel:
        return acts.find_channel(self._slack, user, name)

    def _channel_of(self, ts: str, user: User) -> Channel:
        for channel in self._slack.workspace.channels.values():
            if ts in channel.messages or ts in channel.ephemerals.get(user.user_id, {}):
                return channel
        raise SandboxError(f"there is no message {ts} that {user.name} can see.")

    def _record(self, envelope: Envelope) -> None:
        self._slack.record_envelope(envelope)
