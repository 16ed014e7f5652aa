"""Group commit: all waiting writes share one transaction, with one wait for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from cachetools import TTLCache
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.store.database import EVERY_TEAM, TROUBLE, Database, said_by
from bot.store.errors import StoreBusyError, StoreError
from bot.store.inbox import advance_cursors, keep_all
from bot.store.values import Delivery

T = TypeVar("T")

_BATCH: Final = 500
_MANY: Final = 4
_GATHER_SECONDS: Final = 0.006
# Limit of waiting writes: a database that far behind does not catch up, and more would only grow the heap.
_WAITING: Final = 20_000
# A backfill begins a quarter of an hour before the cursor, so the cursor need not be exact.
_HEARD_SECONDS: Final = 60.0
# PostgreSQL: deadlock and serialization failure; retried one by one, since only one of a batch may be concerned.
_CONFLICTS: Final = {"40P01", "40001"}


# Results of a batch have many types; each goes to its caller.
_Done = asyncio.Future[Any]


class _GivenUpError(Exception):
    """A caller stopped waiting for its change while the transaction was under way."""


@dataclass(slots=True, eq=False)
class _Change:
    team_id: str
    change: Callable[[Connection], object]
    # Set to what `change` returns.
    done: _Done
    # A single statement needs no transaction.
    single_statement: bool


@dataclass(slots=True, eq=False)
class _Keeping:
    delivery: Delivery
    done: _Done


@dataclass(slots=True)
class Writer:
    """The only writer of its connection in this process."""

    database: Database
    # See `Store.backfilling`.
    backfilling: set[tuple[str, str]] = field(default_factory=set)
    _waiting: list[_Change | _Keeping] = field(default_factory=list)
    _flushing: asyncio.Task[None] | None = None
    # Channels with a recently advanced cursor.
    noted: TTLCache[tuple[str, str], bool] = field(default_factory=lambda: TTLCache(100_000, _HEARD_SECONDS))

    async def write(
        self, team_id: str, change: Callable[[Connection], T], within: float = 30.0, *, single_statement: bool = False
    ) -> T:
        """Run statements in one transaction that sees only the rows of this workspace.

        `single_statement` says that it is one statement, of EVERY_TEAM.

        They run in a thread, so `change` must not touch shared state.
        `change` runs again when its first run was rolled back. Raises StoreBusyError after `within`
        seconds and StoreError when the database refuses; whatever else `change` raises comes through.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._add(_Change(team_id, change, done, single_statement))
        return await _result(done, within)

    async def receive(self, delivery: Delivery, within: float) -> bool:
        """Keep a delivery; False when it is kept already. Raises like `write`."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._add(_Keeping(delivery, done))
        return await _result(done, within)

    async def close(self) -> None:
        """Wait until everything is written."""
        while self._flushing is not None:
            await asyncio.wait([self._flushing])

    def _add(self, item: _Change | _Keeping) -> None:
        if len(self._waiting) >= _WAITING:
            raise StoreBusyError(f"{_WAITING} writes wait for the database already.")
        self._waiting.append(item)
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                await self._write_all(batch)
                if len(batch) >= _MANY:
                    # Under load a short wait lets more writes join the next transaction.
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            self._flushing = None

    async def _write_all(self, batch: Sequence[_Change | _Keeping]) -> None:
        # Skip writes whose caller has timed out: it was told that nothing was written.
        batch = [item for item in batch if not item.done.done()]
        if not batch:
            return
        # gather, so that an error goes to its own caller and does not end the writes of others.
        outcome = (await asyncio.gather(self._commit(batch), return_exceptions=True))[0]
        if isinstance(outcome, list):
            for item, result in zip(batch, outcome, strict=True):
                if not item.done.done():
                    item.done.set_result(result)
        elif isinstance(outcome, _GivenUpError):
            await self._write_all(batch)
        elif _is_conflict(outcome) or (len(batch) > 1 and not _is_outage(outcome)):
            for item in batch:
                await self._write_all([item])
        else:
            for item in batch:
                if not item.done.done():
                    item.done.set_exception(_translated(outcome))

    async def _commit(self, batch: Sequence[_Change | _Keeping]) -> list[object] | list[bool]:
        keeping = _received(batch)
        farther = [each for each in keeping if each.ts and each.place not in self.noted]
        if self.database.single_statement is not None:
            if len(keeping) == len(batch) and not farther:
                return await self.database.write(lambda db: keep_all(db, keeping), single_statement=True)
            match batch:
                case [_Change(single_statement=True, change=change)]:
                    return [await self.database.write(change, single_statement=True)]

        def write(db: Connection) -> list[object]:
            results = self._apply(db, batch, keeping, farther)
            self.database.check_place()
            # A delivery may be stored though its caller has left: a redelivery finds it.
            if any(isinstance(item, _Change) and item.done.done() for item in batch):
                raise _GivenUpError
            return results

        results = await self.database.write(write)
        for each in farther:
            self.noted.setdefault(each.place, True)
        return results

    def _apply(
        self,
        db: Connection,
        batch: Sequence[_Change | _Keeping],
        keeping: Sequence[Delivery],
        farther: Sequence[Delivery],
    ) -> list[object]:
        kept: Iterator[bool] = iter(())
        if keeping:
            self.database.show_team(db, EVERY_TEAM)
            kept = iter(keep_all(db, keeping))
            advance_cursors(db, farther, self.backfilling)
        results: list[object] = []
        for item in batch:
            if isinstance(item, _Keeping):
                results.append(next(kept))
            else:
                self.database.show_team(db, item.team_id)
                results.append(item.change(db))
        return results


def _received(batch: Sequence[_Change | _Keeping]) -> list[Delivery]:
    return [item.delivery for item in batch if isinstance(item, _Keeping)]


async def _result(done: asyncio.Future[T], within: float) -> T:
    # loop.call_later is cheaper than asyncio.timeout, and every delivery needs one.
    timer = done.get_loop().call_later(within, _expire, done, within)
    try:
        return await done
    finally:
        timer.cancel()


def _expire(done: asyncio.Future[T], within: float) -> None:
    if not done.done():
        done.set_exception(StoreBusyError(f"The database did not take a write within {within:g} seconds."))


def _is_outage(outcome: BaseException) -> bool:
    """Return True when the database takes no writes at all, so that trying them one by one would only take longer."""
    return isinstance(outcome, (OperationalError, InterfaceError, PoolTimeoutError, OSError))


def _is_conflict(outcome: BaseException) -> bool:
    """Return True for a conflict with another transaction, after which the same one may succeed on a retry."""
    return getattr(getattr(outcome, "orig", None), "sqlstate", None) in _CONFLICTS


def _translated(outcome: BaseException) -> BaseException:
    if isinstance(outcome, TROUBLE):
        error = StoreError(said_by(outcome))
        error.__cause__ = outcome
        return error
    return outcome
