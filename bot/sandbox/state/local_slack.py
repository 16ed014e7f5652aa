"""LocalSlack: the whole state of a workspace, which the functions of all wings share."""

import secrets
from dataclasses import dataclass, field

from ..delivery.deliveries import Deliveries
from ..delivery.faults import Faults
from ..delivery.rates import RateLimiter
from ..delivery.socket_mode import SocketModeServer
from ..parsing import JsonObject
from .background import BackgroundTasks
from .clock import Clock
from .feed import Feed
from .manifest import Manifest
from .permits import ResponseTarget, ResponseUrls, TriggerIds
from .records import ApiCall, Envelope
from .stored import FunctionRun, ScheduledMessage, StoredFile
from .tokens import Tokens, new_bot_token
from .workspace import Channel, User, Workspace

APP_ID = "A0SANDBOX01"
# Most records in the page's inspector; tests read all of them in Python.
INSPECTOR_RECORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCredentials:
    """Credentials from the app's settings page, and the app's identity in one workspace."""

    app_id: str
    client_id: str
    client_secret: str
    app_token: str
    signing_secret: str
    verification_token: str
    bot_user_id: str
    bot_id: str
    bot_token: str


def make_credentials(bot_user_id: str, bot_id: str, rotating: bool) -> AppCredentials:
    """Make fresh credentials in the form of Slack's own."""
    return AppCredentials(
        app_id=APP_ID,
        client_id=f"{secrets.randbelow(10**12):012d}.{secrets.randbelow(10**12):012d}",
        client_secret=secrets.token_hex(16),
        app_token=f"xapp-1-{APP_ID}-{secrets.randbelow(10**12):012d}-{secrets.token_hex(24)}",
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_hex(12),
        bot_user_id=bot_user_id,
        bot_id=bot_id,
        bot_token=new_bot_token(rotating),
    )


@dataclass(slots=True, kw_only=True)
class LocalSlack:
    """Workspace with the app installed in it; several share their clock, transports and records."""

    manifest: Manifest
    workspace: Workspace
    credentials: AppCredentials
    clock: Clock
    feed: Feed
    sockets: SocketModeServer
    deliveries: Deliveries
    triggers: TriggerIds
    response_urls: ResponseUrls
    tokens: Tokens
    faults: Faults
    rates: RateLimiter
    background: BackgroundTasks = field(default_factory=BackgroundTasks)
    # All workspaces of the sandbox, including this one; the page opens the first.
    installations: list["LocalSlack"] = field(default_factory=list)
    calls: list[ApiCall] = field(default_factory=list)
    # Address of the server, known once it listens.
    base_url: str = ""
    # By user ID: open modals, the topmost last, and the home tab.
    views: dict[str, list[JsonObject]] = field(default_factory=dict)
    homes: dict[str, JsonObject] = field(default_factory=dict)
    # By ID.
    files: dict[str, StoredFile] = field(default_factory=dict)
    scheduled: dict[str, ScheduledMessage] = field(default_factory=dict)
    functions: dict[str, FunctionRun] = field(default_factory=dict)
    # True for an app in the whole organisation, with one token and one bot user for all workspaces.
    org_wide: bool = False
    # False after an org-wide app was removed from this workspace alone.
    granted: bool = True

    @property
    def installed(self) -> bool:
        """True while the app is installed in this workspace."""
        return self.tokens.installed and self.granted

    @property
    def enterprise_id(self) -> str | None:
        """ID of the organisation that the workspace belongs to, or None."""
        return self.workspace.enterprise.enterprise_id if self.workspace.enterprise else None

    @property
    def org_or_team_id(self) -> str:
        """ID by which other organisations know this side: the organisation's, or the workspace's without one."""
        return self.enterprise_id or self.workspace.team_id

    @property
    def org_installations(self) -> list["LocalSlack"]:
        """Workspaces that this one's token is valid for: itself, or all workspaces of an org-wide app."""
        return [each for each in self.installations if each.tokens is self.tokens and each.granted]

    def workspaces_of(self, channel: Channel) -> list["LocalSlack"]:
        """List the workspaces that share this channel, in the order they joined it."""
        if channel.sharing is None:
            return [self]
        by_id = {each.workspace.team_id: each for each in self.installations}
        return [by_id[team_id] for team_id in channel.sharing.team_ids]

    def home_of(self, user_id: str) -> "LocalSlack":
        """Find the workspace that a user belongs to; an unknown user gets this one."""
        candidates = [self, *self.installations]
        return next((each for each in candidates if user_id in each.workspace.users), self)

    @property
    def bot(self) -> User:
        """Bot user of the app."""
        return self.workspace.users[self.credentials.bot_user_id]

    @property
    def app_connected(self) -> bool:
        """True when deliveries have a destination."""
        return bool(self.deliveries.request_url or self.sockets.connections)

    def publish_connection(self) -> None:
        """Publish to every window whether the app is connected."""
        self._publish_everywhere({"type": "app_connection", "connected": self.app_connected})

    def record_call(self, call: ApiCall) -> None:
        """Record an API call and show it in the inspector."""
        self.calls.append(call)
        self._publish_everywhere({"type": "record", "record": call.to_inspector()})

    def record_envelope(self, envelope: Envelope) -> None:
        """Show a delivery, or its new state, in the inspector."""
        self._publish_everywhere({"type": "record", "record": envelope.to_inspector()})

    def publish_in(self, channel: Channel, update: JsonObject) -> None:
        """Publish an update to everyone who can see the channel."""
        for side in self.workspaces_of(channel):
            everyone = side.workspace.channels[channel.channel_id].kind == "channel"
            side.feed.publish({**update, "channel": channel.channel_id}, None if everyone else channel.members)

    def publish_channel(self, channel: Channel) -> None:
        """Publish a new or changed channel to every window of its workspaces.

        Each window then asks for what its person may see of it, so it is safe to notify everyone.
        """
        for side in self.workspaces_of(channel):
            side.feed.publish({"type": "channel", "channel": channel.channel_id})

    def _publish_everywhere(self, update: JsonObject) -> None:
        """Publish to the windows of all workspaces, since the app and its inspector are the same in all."""
        for slack in self.installations:
            slack.feed.publish(update)

    def issue_response_url(self, target: ResponseTarget, kind: str) -> str:
        """Issue a response URL that posts there; `kind` is "commands" or "actions", as in Slack's own URLs."""
        secret = self.response_urls.issue(target)
        return f"{self.base_url}/hooks/{kind}/{self.workspace.team_id}/{secret}"
