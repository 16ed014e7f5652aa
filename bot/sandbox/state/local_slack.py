"""The local Slack itself: all of its parts in one value that the functions around it share."""

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
# The page's inspector shows the latest only; tests read all of them in Python.
INSPECTOR_RECORDS = 200


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """What the app's owner would copy from api.slack.com, and who the app is in one workspace."""

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
    """Fresh tokens in the form of Slack's own."""
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


@dataclass(slots=True)
class LocalSlack:
    """A workspace with the app installed in it; several share their clock, doors and records."""

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
    # All workspaces of this sandbox, this one included; the first is the one the page shows first.
    installations: list["LocalSlack"] = field(default_factory=list)
    calls: list[ApiCall] = field(default_factory=list)
    # The server's own address, known once it listens.
    base_url: str = ""
    # Each person's open modals, the topmost last, and home tab.
    views: dict[str, list[JsonObject]] = field(default_factory=dict)
    homes: dict[str, JsonObject] = field(default_factory=dict)
    # By the ID that Slack gave them.
    files: dict[str, StoredFile] = field(default_factory=dict)
    scheduled: dict[str, ScheduledMessage] = field(default_factory=dict)
    functions: dict[str, FunctionRun] = field(default_factory=dict)
    # The app is in the whole organisation, by one token and one bot user for all of its workspaces.
    org_wide: bool = False
    # False when an org-wide app was taken out of this workspace alone.
    granted: bool = True

    @property
    def installed(self) -> bool:
        """Whether the app is in this workspace."""
        return self.tokens.installed and self.granted

    @property
    def enterprise_id(self) -> str | None:
        """The ID of the organisation that the workspace belongs to."""
        return self.workspace.enterprise.enterprise_id if self.workspace.enterprise else None

    @property
    def org_or_team_id(self) -> str:
        """How other organisations name this side: by the organisation's ID, or the workspace's without one."""
        return self.enterprise_id or self.workspace.team_id

    @property
    def org_installations(self) -> list["LocalSlack"]:
        """The workspaces that this one's token is good for: itself, or all that an org-wide app may enter."""
        return [each for each in self.installations if each.tokens is self.tokens and each.granted]

    def workspaces_of(self, channel: Channel) -> list["LocalSlack"]:
        """The workspaces that have this channel, in the order they joined it."""
        if channel.sharing is None:
            return [self]
        by_id = {each.workspace.team_id: each for each in self.installations}
        return [by_id[team_id] for team_id in channel.sharing.team_ids]

    def home_of(self, user_id: str) -> "LocalSlack":
        """The workspace that a user belongs to; this one for someone unknown."""
        known = [self, *self.installations]
        return next((each for each in known if user_id in each.workspace.users), self)

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.workspace.users[self.credentials.bot_user_id]

    @property
    def app_connected(self) -> bool:
        """Whether deliveries have somewhere to go."""
        return bool(self.deliveries.request_url or self.sockets.connections)

    def publish_connection(self) -> None:
        """Tell the page whether the app is there."""
        self._publish_everywhere({"type": "app_connection", "connected": self.app_connected})

    def record_call(self, call: ApiCall) -> None:
        """Remember an API call and show it in the inspector."""
        self.calls.append(call)
        self._publish_everywhere({"type": "record", "record": call.to_inspector()})

    def record_envelope(self, envelope: Envelope) -> None:
        """Show a delivery, or its new state, in the inspector."""
        self._publish_everywhere({"type": "record", "record": envelope.to_inspector()})

    def publish_in(self, channel: Channel, update: JsonObject) -> None:
        """Publish to everyone who can look into the channel."""
        for side in self.workspaces_of(channel):
            everyone = side.workspace.channels[channel.channel_id].kind == "channel"
            side.feed.publish({**update, "channel": channel.channel_id}, None if everyone else channel.members)

    def publish_channel(self, channel: Channel) -> None:
        """Bring a channel that is new or changed up to date in every window of its workspaces.

        Each window then asks what its person may see of it, so it is safe to tell everyone.
        """
        for side in self.workspaces_of(channel):
            side.feed.publish({"type": "channel", "channel": channel.channel_id})

    def _publish_everywhere(self, update: JsonObject) -> None:
        """The app is one, whatever the number of workspaces: so is the inspector."""
        for slack in self.installations:
            slack.feed.publish(update)

    def issue_response_url(self, place: ResponseTarget, kind: str) -> str:
        """A response URL that posts there; `kind` is "commands" or "actions", as in Slack's own URLs."""
        secret = self.response_urls.issue(place)
        return f"{self.base_url}/hooks/{kind}/{self.workspace.team_id}/{secret}"
