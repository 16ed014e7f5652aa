"""Assembly of a local Slack, and installation of the app in its workspaces."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..delivery.deliveries import Deliveries
from ..delivery.faults import Faults
from ..delivery.rates import RateLimiter
from ..delivery.signed_http import SignedHttpClient
from ..delivery.socket_mode import PING_SECONDS, SocketModeServer
from ..state.clock import Clock, VirtualClock
from ..state.feed import Feed
from ..state.local_slack import LocalSlack, make_credentials
from ..state.manifest import Manifest, read_manifest
from ..state.permits import ResponseUrls, TriggerIds
from ..state.seed import DEFAULT_WORKSPACE, Seed, bot_user_id, read_seed
from ..state.tokens import Tokens, new_bot_token
from ..state.workspace import Enterprise, Workspace
from .bot_user import admit_bot, withdraw_bot
from .history import seed_history

# Age of the workspace, so that it precedes all messages.
_CREATED_SECONDS_AGO = 90 * 86_400


def build_slack(
    manifest: Path,
    workspace: Path | None,
    ack_seconds: float,
    retry_seconds: tuple[float, ...],
    virtual_time: bool,
    strict_rates: bool,
    unlisted: bool,
    examples: Sequence[Path] = (),
    ping_seconds: float = PING_SECONDS,
) -> LocalSlack:
    """Build the first workspace, with the parts that later ones share.

    Raises ManifestError or WorkspaceError.
    """
    clock = VirtualClock() if virtual_time else Clock()
    declared = read_manifest(manifest)
    seed = _read_seed(workspace, declared, clock, 0, examples)
    bot_id = seed.workspace.users[bot_user_id(0)].bot_id
    credentials = make_credentials(bot_user_id(0), bot_id, declared.token_rotation)
    faults = Faults()
    sockets = SocketModeServer(clock, credentials.app_id, faults, ping_seconds)
    http = SignedHttpClient(clock, credentials.signing_secret)
    deliveries = Deliveries(clock, sockets, http, ack_seconds, retry_seconds)
    slack = LocalSlack(
        manifest=declared,
        workspace=seed.workspace,
        credentials=credentials,
        clock=clock,
        feed=Feed(),
        sockets=sockets,
        deliveries=deliveries,
        triggers=TriggerIds(clock),
        response_urls=ResponseUrls(clock),
        tokens=Tokens(clock, credentials.bot_token, declared.token_rotation),
        faults=faults,
        rates=RateLimiter(clock, strict_rates, unlisted),
    )
    slack.installations.append(slack)
    sockets.on_change = slack.publish_connection
    deliveries.on_change = slack.record_envelope
    seed_history(slack, seed)
    return slack


def add_installation(
    first: LocalSlack,
    workspace: Path | None,
    name: str,
    *,
    enterprise: Enterprise | None = None,
    sibling: LocalSlack | None = None,
    org_wide: bool = False,
    installed: bool = True,
) -> LocalSlack:
    """Add a workspace with its own people and channels and, by default, the app with its own token.

    `sibling` is a workspace with the same org-wide installation. Raises WorkspaceError.
    """
    number = len(first.installations)
    seed = _read_seed(workspace, first.manifest, first.clock, number)
    if name:
        seed.workspace.name, seed.workspace.domain = name, "".join(each for each in name.lower() if each.isalnum())
    seed.workspace.enterprise = enterprise
    slack = replace(_fresh_installation(first, seed.workspace), org_wide=org_wide)
    seeded = [each for each in seed.workspace.channels.values() if slack.credentials.bot_user_id in each.members]
    if sibling:
        withdraw_bot(slack)
        slack = replace(
            slack,
            credentials=sibling.credentials,
            tokens=sibling.tokens,
            triggers=sibling.triggers,
            functions=sibling.functions,
        )
    if org_wide:
        slack.granted = installed
    else:
        slack.tokens.installed = installed
    if not installed:
        withdraw_bot(slack)
    elif sibling:
        admit_bot(slack)
        for channel in seeded:
            channel.members.add(slack.credentials.bot_user_id)
    first.installations.append(slack)
    seed_history(slack, seed)
    for each in first.installations:
        each.feed.publish({"type": "teams"})
    return slack


def _fresh_installation(first: LocalSlack, workspace: Workspace) -> LocalSlack:
    rotating = first.manifest.token_rotation
    bot = workspace.users[bot_user_id(workspace.number)]
    credentials = replace(
        first.credentials, bot_user_id=bot.user_id, bot_id=bot.bot_id, bot_token=new_bot_token(rotating)
    )
    # Views and files are common to all workspaces, since a shared channel shows them on every side.
    return replace(
        first,
        workspace=workspace,
        credentials=credentials,
        feed=Feed(),
        triggers=TriggerIds(first.clock),
        response_urls=ResponseUrls(first.clock),
        tokens=Tokens(first.clock, credentials.bot_token, rotating),
        scheduled={},
        functions={},
    )


def _read_seed(
    workspace: Path | None, declared: Manifest, clock: Clock, number: int, examples: Sequence[Path] = ()
) -> Seed:
    created = int(clock.now()) - _CREATED_SECONDS_AGO
    path = workspace or DEFAULT_WORKSPACE
    return read_seed(path, declared.bot_name, declared.description, created, number, examples)
