"""Setup of a fault run: a sandbox with workspaces and channels, a database, and bots that come and go."""

from __future__ import annotations

import asyncio
import math
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from bot.sandbox import SlackSandbox, Team
from bot.store import Installation, open_store
from tests.faults.bots import Bot, Bots
from tests.faults.databases import Database

Door = Literal["http", "socket"]

MANIFEST: Final = Path(__file__).parents[2] / "manifest.yml"
# Sooner than Slack, so that a run need not last six minutes; as many times as Slack.
RETRY_SECONDS: Final = (0.0, 1.0, 3.0)
PEOPLE: Final = ("amy", "jianhong", "lee")
_OPEN: Final = (
    "select kind, state, attempts, error from inbox where state = 'open'"
    " union all select method, state, attempts, error from outbox where state in ('open', 'sending')"
)
_WORKSPACE: Final = """
team: {{name: Contoso IT, domain: contoso}}
users: [{users}]
channels:
{channels}
"""


@dataclass(slots=True)
class Ground:
    """One run's Slack, database and bots."""

    slack: SlackSandbox
    teams: list[Team]
    channels: list[str]
    database: Database
    bots: Bots
    settings: dict[str, Any]
    # The port of the one bot, or of the proxy before several.
    port: int
    chance: random.Random
    alive: list[Bot] = field(default_factory=list)

    @property
    def door(self) -> Door:
        """Return the door through which Slack reaches the bot."""
        return "socket" if self.settings["slack_app_token"] else "http"

    async def start(self, port: int = 0, **how: Any) -> Bot:
        """Start a bot; it is starting when this returns."""
        bot = await self.bots.start({**self.settings, "sceptic_port": port or self.port}, **how)
        self.alive.append(bot)
        return bot

    async def start_ready(self, port: int = 0, **how: Any) -> Bot:
        """Start a bot, and wait until it receives."""
        bot = await self.start(port, **how)
        await self.bots.ready(bot)
        return bot

    async def kill(self, bot: Bot) -> None:
        """End a bot as a power failure would, and wait until it is gone."""
        bot.kill()
        assert await self.bots.gone(bot)
        self.alive.remove(bot)

    async def end(self) -> None:
        """End all bots."""
        for bot in list(self.alive):
            await self.kill(bot)

    def delivered(self) -> bool:
        """Return True once Slack is through with everything: acknowledged, or given up."""
        return all(
            each.acked or len(each.attempts) > (len(RETRY_SECONDS) if each.kind == "events_api" else 0)
            for each in self.slack.envelopes
        )

    def open_rows(self) -> int:
        """Count the rows that are not handled or not sent yet."""
        return int(self.database.rows(f"select count(*) from ({_OPEN}) as waiting")[0][0])

    def left(self) -> str:
        """List what is not handled or not sent yet: each kind of it, how often it was tried and why it failed."""
        by = "select kind, state, attempts, error, count(*)"
        rows = self.database.rows(
            f"{by} from ({_OPEN}) as waiting group by kind, state, attempts, error order by 5 desc"
        )
        return "; ".join(f"{n} {kind} {state} after {tries} tries ({error})" for kind, state, tries, error, n in rows)

    async def quiet(self, seconds: float = 120, still: float = 1.5) -> bool:
        """Wait until nothing is left to do, and for `still` seconds nothing more is done.

        False when for `seconds` there were never fewer rows left than before: a slow machine is not a standstill.
        """
        deadline, since, calls, fewest = time.monotonic() + seconds, None, -1, math.inf
        while time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            posts = sum(call.method != "conversations.replies" for call in self.slack.calls)
            rows = await asyncio.to_thread(self.open_rows)
            if rows < fewest:
                deadline, fewest = time.monotonic() + seconds, rows
            if not self.delivered() or posts != calls or rows:
                since, calls = None, posts
                continue
            since = since or time.monotonic()
            if time.monotonic() - since > still:
                return True
        return False


@asynccontextmanager
async def ground(
    bots: Bots,
    database: Database,
    folder: Path,
    seed: int,
    *,
    door: Door = "http",
    workspaces: int = 2,
    channels: int = 40,
    retry_seconds: tuple[float, ...] = RETRY_SECONDS,
) -> AsyncIterator[Ground]:
    """Lay a fresh run out: the app is installed in every workspace, and no bot runs yet."""
    database.fresh()
    names = [f"c{number:02}" for number in range(channels)]
    workspace = folder / f"workspace-{channels}.yml"
    listed = "\n".join(f"  - {{name: {name}, bot: true}}" for name in names)
    workspace.write_text(_WORKSPACE.format(users=", ".join(f"{{name: {each}}}" for each in PEOPLE), channels=listed))
    async with SlackSandbox(MANIFEST, workspace, retry_seconds=retry_seconds) as slack:
        others = [slack.add_workspace(workspace, f"Team {number}") for number in range(1, workspaces)]
        await _install(database, others)
        port = free_port()
        settings = {
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token if door == "socket" else "",
            "slack_signing_secret": slack.signing_secret,
            "slack_api_url": slack.api_url,
            "database_url": database.address,
            "sceptic_log_level": "warning",
        }
        if door == "http":
            slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        here = Ground(slack, [slack, *others], names, database, bots, settings, port, random.Random(seed))
        try:
            yield here
        finally:
            await here.end()


async def _install(database: Database, teams: list[Team]) -> None:
    store = await open_store(database.address, lambda _sentence: None)
    for team in teams:
        await store.install(Installation(team.team_id, "", team.bot_token, team.bot_user_id, bot_id=""))
    await store.close()


def free_port() -> int:
    """A port that nobody has right now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
