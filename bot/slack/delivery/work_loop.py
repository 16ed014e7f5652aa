"""Worker loop: claim due rows and process them concurrently, fairly across workspaces."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from cachetools import TTLCache

from bot.slack.platform.signals import Signal
from bot.store import Capacity, StoreError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_AT_A_TIME: Final = 16
# Limit of rows under way for one workspace: one whose calls hang, or that is very busy, leaves room for others.
_OF_ONE_WORKSPACE: Final = 8
# With many active workspaces each takes fewer, at least two: one may wait for Slack while another is processed. A place is
# free again after so many seconds at the earliest: ten rows a second, a little more than Slack delivers of one workspace
# in the long run (30,000 an hour), so bursts are spread out.
_OF_ONE_AMONG_MANY: Final = 2
_PACE_SECONDS: Final = 0.2
# Seconds for which a workspace counts as active.
_SHARES_SECONDS: Final = 10.0


@dataclass(slots=True)
class WorkLoop(Generic[T]):
    """The loop of the inbox worker and of the outbox sender. Survives every error of the database in claiming."""

    # The table that rows are claimed from, for the log.
    table: str
    # Claims at most this many rows, within the capacity of each workspace.
    claim: Callable[[int, Capacity], Awaitable[list[T]]]
    # Processes a row; the second argument is the monotonic time of the claim. Its lease begins no sooner.
    process: Callable[[T, float], Coroutine[object, object, None]]
    team_of: Callable[[T], str]
    signal: Signal
    # Seconds between two claims when no signal came.
    poll: float
    # Heartbeat: monotonic time of the loop's last round.
    heartbeat: float = field(default_factory=time.monotonic)
    # Tasks under way, with their workspace and their start.
    _running: dict[asyncio.Task[None], tuple[str, float]] = field(default_factory=dict)
    # Places held by each workspace.
    _busy: Counter[str] = field(default_factory=Counter)
    # Workspaces with a recent claim.
    _sharing: TTLCache[str, bool] = field(default_factory=lambda: TTLCache(_AT_A_TIME, _SHARES_SECONDS))
    # True when due rows may be left, for lack of capacity or because another replica was claiming as well.
    # Otherwise the follow-up claim, which is a transaction, is skipped when a task ends.
    _held: bool = False
    # True when a task ended since the last claim began.
    _freed: bool = False
    _ending: bool = False

    def stop(self) -> None:
        """Claim nothing more."""
        self._ending = True
        self.signal()

    async def run(self) -> None:
        """Claim and process until stopped; rows under way are finished first."""
        try:
            while not self._ending:
                self.heartbeat = asked = time.monotonic()
                self.signal.clear()
                most, share = _AT_A_TIME - len(self._running), self._share()
                busy, self._freed = self._busy.copy(), False
                taken = await self._claim(most, Capacity(share, busy))
                for each in taken:
                    team_id, task = self.team_of(each), asyncio.create_task(self.process(each, asked))
                    self._running[task] = team_id, time.monotonic()
                    self._busy[team_id] += 1
                    self._sharing[team_id] = True
                    task.add_done_callback(self._finished)
                busy.update(map(self.team_of, taken))
                self._held = len(taken) > 1 or most <= 0 or max(busy.values(), default=0) >= share
                if len(taken) < max(1, most) and not (self._held and self._freed):
                    await self._rest()
            if self._running:
                await asyncio.wait(set(self._running))
        finally:
            for task in self._running:
                task.cancel()

    async def _claim(self, most: int, capacity: Capacity) -> list[T]:
        if most <= 0:
            return []
        try:
            return await self.claim(most, capacity)
        except StoreError as error:
            logger.warning("the %s cannot be claimed from, retry follows: %s", self.table, error)
            await asyncio.sleep(self.poll)
            return []

    def _share(self) -> int:
        """Return how many rows under way may be one workspace's, by how many workspaces had rows lately."""
        equal = _AT_A_TIME // max(1, len(self._sharing))
        return min(_OF_ONE_WORKSPACE, max(_OF_ONE_AMONG_MANY, equal))

    async def _rest(self) -> None:
        # Not wait_for: before Python 3.12 it can lose a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(self.poll):
                await self.signal.wait()

    def _finished(self, task: asyncio.Task[None]) -> None:
        team_id, since = self._running.pop(task)
        left = since + _PACE_SECONDS - time.monotonic()
        if left > 0 and self._share() == _OF_ONE_AMONG_MANY:
            asyncio.get_running_loop().call_later(left, self._free, team_id)
        else:
            self._free(team_id)

    def _free(self, team_id: str) -> None:
        self._busy[team_id] -= 1
        if not self._busy[team_id]:
            del self._busy[team_id]
        self._freed = True
        if self._held:
            self.signal()
