"""Budget of answers a minute for each person and channel, so that nobody uses the bot up for everybody else."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from cachetools import TTLCache

from bot.store import Delivery

_MINUTE: Final = 60.0
# Longer than a delivery is tried again, and than a bucket takes to be full.
_KNOWN_SECONDS: Final = 3600.0
_MOST: Final = 20_000

Whose = Literal["person", "channel"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that has to wait: whose budget is spent, and for how many seconds."""

    whose: Whose
    seconds: int
    # The first since an answer was given: one word about it is enough.
    is_first: bool


@dataclass(slots=True)
class _Bucket:
    """Answers left, as of a monotonic time."""

    left: float
    at: float
    refused: bool = False


@dataclass(slots=True)
class Budget:
    """Answers a minute for one person and for one channel; 0 is no limit. One for a running process."""

    of_person: int = 0
    of_channel: int = 0
    clock: Callable[[], float] = time.monotonic
    _buckets: TTLCache[tuple[str, Whose, str], _Bucket] = field(default_factory=lambda: TTLCache(_MOST, _KNOWN_SECONDS))
    # What was decided of each delivery: one that is handled again is not counted again.
    _decided: TTLCache[tuple[str, str], Refusal | None] = field(default_factory=lambda: TTLCache(_MOST, _KNOWN_SECONDS))

    def spend(self, delivery: Delivery, user_id: str, channel_id: str = "") -> Refusal | None:
        """Take one answer from the budgets of a person and, with `channel_id`, of a channel; None when there was one."""
        key = (delivery.team_id, delivery.key)
        if key not in self._decided:
            self._decided[key] = self._take(delivery.team_id, user_id, channel_id)
        return self._decided[key]

    def _take(self, team_id: str, user_id: str, channel_id: str) -> Refusal | None:
        asked: list[tuple[Whose, str, int]] = [("person", user_id, self.of_person)]
        if channel_id:
            asked.append(("channel", channel_id, self.of_channel))
        buckets = [(whose, most, self._bucket(team_id, whose, name, most)) for whose, name, most in asked if most]
        for whose, most, bucket in buckets:
            if bucket.left < 1:
                is_first, bucket.refused = not bucket.refused, True
                return Refusal(whose, math.ceil((1 - bucket.left) * _MINUTE / most), is_first)
        for _, _, bucket in buckets:
            bucket.left, bucket.refused = bucket.left - 1, False
        return None

    def _bucket(self, team_id: str, whose: Whose, name: str, most: int) -> _Bucket:
        now = self.clock()
        bucket = self._buckets.setdefault((team_id, whose, name), _Bucket(float(most), now))
        bucket.left = min(float(most), bucket.left + (now - bucket.at) * most / _MINUTE)
        bucket.at = now
        return bucket
