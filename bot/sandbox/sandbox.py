"""SlackSandbox: the Python interface of the local Slack, for tests and for `python -m bot.sandbox`."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self, TypeVar

from aiohttp import web

from .actions.install import add_installation, build_slack
from .delivery.deliveries import ACK_SECONDS, RETRY_SECONDS
from .delivery.events import announce_rate_limit
from .delivery.faults import Faults
from .delivery.socket_mode import PING_SECONDS
from .orgs import Org
from .parsing import JsonObject
from .server import HOST, SandboxServer
from .state.clock import VirtualClock
from .state.errors import SandboxError
from .state.records import ApiCall, DeliveryKind, Envelope
from .team import Team

T = TypeVar("T")
_LOOK_AGAIN_SECONDS = 0.01
# Seconds of real time for an acknowledgement before `advance` passes its deadline.
_PATIENCE = 0.5


_GOODBYE_SECONDS = 0.2

DeliveryOrder = Literal["same", "reversed", "shuffled"]


class SocketModeHandler(Protocol):
    """Interface of Bolt's AsyncSocketModeHandler, as far as `joined` uses it."""

    async def connect_async(self) -> None:
        """Open the connection."""

    async def close_async(self) -> None:
        """Close the connection."""


def _arrange(held: list[Envelope], order: DeliveryOrder, seed: int) -> list[Envelope]:
    if order == "shuffled":
        return random.Random(seed).sample(held, len(held))  # noqa: S311 - a repeatable order, no secret
    return held[::-1] if order == "reversed" else held


class SlackSandbox(Team):
    """Local Slack workspace with one app installed; it runs inside `async with`.

    `manifest` is the app's; `workspace` a file like the default workspace.yml; `port` 0
    takes a free one. `ack_seconds`, `retry_seconds` and `ping_seconds` are Slack's own unless
    a test cannot wait. With `virtual_time` Slack's clock stands still until `advance` moves it:
    retries, deadlines, expiries and scheduled messages then cost a test no waiting. With
    `strict_rates` Slack's rate limits hold, without the bursts that Slack allows. An `unlisted`
    app, distributed outside the Marketplace, reads 15 messages a minute of conversations.
    `examples` are YAML files with more `messages` for the first workspace's history, in the
    form that its file has. A message without `channel` goes where the app is, and one without
    `user` gets an author with its `locale`.
    """

    def __init__(
        self,
        manifest: Path,
        workspace: Path | None = None,
        port: int = 0,
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        virtual_time: bool = False,
        strict_rates: bool = False,
        unlisted: bool = False,
        examples: Sequence[Path] = (),
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        super().__init__(
            build_slack(
                manifest,
                workspace,
                ack_seconds,
                retry_seconds,
                virtual_time,
                strict_rates,
                unlisted,
                examples,
                ping_seconds,
            )
        )
        # False: leaving `async with` raises SandboxError when the app called an unknown method.
        self.allows_unknown_methods = False
        self._server = SandboxServer(self._slack, port)

    async def __aenter__(self) -> Self:
        port = await self._server.start()
        for slack in self._slack.installations:
            slack.base_url = f"http://{HOST}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._slack.background.close()
        await self._slack.deliveries.close()
        await self._server.stop()
        if self.unknown_methods and error is None and not self.allows_unknown_methods:
            names = ", ".join(self.unknown_methods)
            raise SandboxError(f"the app called methods that Slack, or this sandbox, does not know: {names}.")

    # Addresses and credentials.

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"{self._slack.base_url}/"

    @property
    def api_url(self) -> str:
        """Base URL of the Web API: SLACK_API_URL, or `base_url` of slack_sdk's clients."""
        return f"{self._slack.base_url}/api/"

    @property
    def app_token(self) -> str:
        """App-level xapp- token, for Socket Mode."""
        return self._slack.credentials.app_token

    @property
    def signing_secret(self) -> str:
        """Secret that requests to `request_url` are signed with."""
        return self._slack.credentials.signing_secret

    @property
    def app_id(self) -> str:
        """ID of the app."""
        return self._slack.credentials.app_id

    @property
    def client_id(self) -> str:
        """Client ID of the app, for OAuth."""
        return self._slack.credentials.client_id

    @property
    def client_secret(self) -> str:
        """Client secret of the app, for OAuth."""
        return self._slack.credentials.client_secret

    @property
    def request_url(self) -> str | None:
        """Address for events, commands and interactions by signed HTTP; None delivers through Socket Mode."""
        return self._slack.deliveries.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._slack.deliveries.request_url = url
        self._slack.publish_connection()

    # Traffic. Waiting ends with a sentence of our own, hence no asyncio.timeout.

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call and every use of a response URL, in order."""
        return self._slack.calls

    @property
    def unknown_methods(self) -> list[str]:
        """Methods that were answered `unknown_method`, each name once."""
        unknown = [each.method for each in self.calls if each.answer.get("error") == "unknown_method"]
        return list(dict.fromkeys(unknown))

    @property
    def envelopes(self) -> list[Envelope]:
        """Every delivery to the app, in order."""
        return self._slack.deliveries.envelopes

    @property
    def faults(self) -> Faults:
        """Injected faults: `slack.faults.add(method="chat.postMessage", kind="ratelimited", times=1)`."""
        return self._slack.faults

    @property
    def clock_offset(self) -> float:
        """Seconds by which Slack's clock is ahead of the app's, as signed requests show it."""
        return self._slack.deliveries.http.clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._slack.deliveries.http.clock_offset = seconds

    @property
    def connections(self) -> int:
        """Number of open Socket Mode connections."""
        return self._slack.sockets.connections

    def add_workspace(self, workspace: Path | None = None, name: str = "Fabrikam", *, installed: bool = True) -> Team:
        """Add a workspace with the app in it, and with its own people, channels and bot token.

        `workspace` is a file as for the first one. The page switches between them. Without
        `installed` the app joins only after `authorize` and oauth.v2.access; until then its people
        may meet the app in a channel that is shared with them (`Team.share_channel`).
        """
        return Team(add_installation(self._slack, workspace, name, installed=installed))

    def add_org(self, name: str, *, org_wide: bool = False) -> Org:
        """Add an Enterprise Grid organisation, whose `add_workspace` makes its workspaces.

        With `org_wide` the app is installed in all of it by one token, which needs
        `org_deploy_enabled` in the manifest (SandboxError otherwise).
        """
        return Org(self._slack, name, org_wide)

    async def redeliver(self, envelope: Envelope) -> Envelope:
        """Deliver an envelope again, with retry headers, even after it was acknowledged."""
        return await self._slack.deliveries.redeliver(envelope)

    @asynccontextmanager
    async def joined(self, handler: SocketModeHandler) -> AsyncIterator[None]:
        """Connect the app over Socket Mode for the duration of `async with`."""
        await handler.connect_async()
        try:
            await self.connected()
            yield
        finally:
            await handler.close_async()

    @asynccontextmanager
    async def serving(self, app: web.Application, path: str = "/slack/events") -> AsyncIterator[None]:
        """Serve the app over signed HTTP for the duration of `async with`, on a free port.

        `app` is an aiohttp application, Bolt's `app.server().web_app`, and `path` its events path.
        """
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            self.request_url = f"http://{HOST}:{runner.addresses[0][1]}{path}"
            yield
        finally:
            self.request_url = None
            await runner.cleanup()

    async def deliver(self, kind: DeliveryKind, payload: JsonObject, retry: int = 0) -> Envelope:
        """Deliver a literal payload in a single attempt and wait for its acknowledgement.

        `kind` is Socket Mode's: "events_api", "slash_commands" or "interactive". `retry` is the
        attempt's number in its retry headers; Slack sends none with the first attempt, 0.
        """
        return await self._slack.deliveries.deliver_once(kind, payload, retry)

    @asynccontextmanager
    async def holding(self, order: DeliveryOrder = "same", copies: int = 1, seed: int = 0) -> AsyncIterator[None]:
        """Hold events back inside `async with`, then deliver them one after the other.

        `order` is "same", "reversed" or "shuffled" (by `seed`); each is delivered `copies` times.
        """
        self._slack.deliveries.hold()
        try:
            yield
        finally:
            await self._slack.deliveries.release(lambda held: _arrange(held, order, seed), copies)

    async def limit_events(self, team: Team | None = None) -> None:
        """Send app_rate_limited, as Slack does past 30,000 events an hour of one workspace."""
        announce_rate_limit((team or self)._slack)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Close the app's sockets as Slack does now and then; a "warning" announces it and closes nothing."""
        await self._slack.sockets.disconnect(reason)

    async def connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until the app has a Socket Mode connection."""
        await self.wait_for(lambda: self.connections, timeout)

    async def wait_for(self, look: Callable[[], T], timeout: float = 30) -> T:  # noqa: ASYNC109
        """Wait until `look` returns something true, and return it.

        A LookupError counts as "not yet". Raises SandboxError after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen: T | None = None
            with suppress(LookupError):
                seen = look()
            if seen:
                return seen
            if time.monotonic() > deadline:
                raise SandboxError(f"waited {timeout} s in vain; the last look gave {seen!r}.")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def settled(self, timeout: float = 30) -> None:  # noqa: ASYNC109
        """Wait until every delivery is acknowledged; SandboxError names the others.

        Bolt acknowledges an event before its listener runs: wait for the listener's effect as well.
        """
        await self._slack.deliveries.wait_for_acknowledgements(timeout)

    async def advance(self, seconds: float) -> None:
        """Move the virtual clock, and run whatever falls due, in its order.

        An app has half a second of real time for each acknowledgement before its deadline
        passes. Raises SandboxError without `virtual_time`.
        """
        clock = self._slack.clock
        if not isinstance(clock, VirtualClock):
            raise SandboxError("advance() needs SlackSandbox(..., virtual_time=True).")
        await clock.advance(seconds, lambda: self._slack.deliveries.wait_for_app(_PATIENCE))
