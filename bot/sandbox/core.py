"""The local Slack itself: all of its parts in one value that the functions around it share."""

import secrets
from dataclasses import dataclass, field

from .clock import Clock
from .deliveries import Deliveries
from .errors import Json
from .feed import Feed
from .manifest import Manifest
from .permits import ResponsePlace, ResponseUrls, Triggers
from .records import Call, Envelope
from .seed import BOT_ID, BOT_USER_ID
from .socket_door import SocketDoor
from .workspace import Channel, User, Workspace

APP_ID = "A0SANDBOX01"
# The page's inspector shows the latest only; tests read all of them in Python.
INSPECTOR_RECORDS = 200


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """What the app's owner would copy from api.slack.com."""

    app_id: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str


def make_credentials() -> AppCredentials:
    """Fresh tokens in the form of Slack's own."""
    return AppCredentials(
        app_id=APP_ID,
        bot_user_id=BOT_USER_ID,
        bot_id=BOT_ID,
        bot_token=f"xoxb-{secrets.randbelow(10**12):012d}-{secrets.token_hex(12)}",
        app_token=f"xapp-1-{APP_ID}-{secrets.randbelow(10**12):012d}-{secrets.token_hex(24)}",
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_hex(12),
    )


@dataclass(slots=True)
class LocalSlack:
    """A workspace with one app installed in it."""

    manifest: Manifest
    workspace: Workspace
    credentials: AppCredentials
    clock: Clock
    feed: Feed
    sockets: SocketDoor
    deliveries: Deliveries
    triggers: Triggers
    response_urls: ResponseUrls
    # The server's own address, known once it listens.
    base_url: str = ""
    calls: list[Call] = field(default_factory=list)
    # Each person's open modals, the topmost last, and home tab.
    views: dict[str, list[Json]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.workspace.users[self.credentials.bot_user_id]

    @property
    def app_connected(self) -> bool:
        """Whether deliveries have somewhere to go."""
        return bool(self.deliveries.request_url or self.sockets.connections)

    def show_connection(self) -> None:
        """Tell the page whether the app is there."""
        self.feed.publish({"type": "app_connection", "connected": self.app_connected})

    def record_call(self, call: Call) -> None:
        """Remember an API call and show it in the inspector."""
        self.calls.append(call)
        self.feed.publish({"type": "record", "record": call.shown()})

    def record_envelope(self, envelope: Envelope) -> None:
        """Show a delivery, or its new state, in the inspector."""
        self.feed.publish({"type": "record", "record": envelope.shown()})

    def tell(self, channel: Channel, update: Json) -> None:
        """Publish to everyone who can look into the channel."""
        everyone = channel.kind == "channel"
        self.feed.publish({**update, "channel": channel.channel_id}, None if everyone else channel.members)

    def issue_response_url(self, place: ResponsePlace, kind: str) -> str:
        """A response URL that posts there; `kind` is "commands" or "actions", as in Slack's own URLs."""
        secret = self.response_urls.issue(place)
        return f"{self.base_url}/hooks/{kind}/{self.workspace.team_id}/{secret}"
