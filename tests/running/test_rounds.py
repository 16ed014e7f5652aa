"""The loop of the worker and of the sender: it survives the database, does some at a time, and comes to an end."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.slack.rounds import Rounds
from bot.store import StoreError


class Table:
    """What is due, and what was done of it."""

    def __init__(self, *due: int) -> None:
        self.due, self.done, self.at_once, self.most = list(due), list[int](), 0, 0
        self.open = asyncio.Event()
        self.fails = 0
        self.rounds = Rounds("teapots", self.take, self.do)

    async def take(self, most: int) -> list[int]:
        if self.fails:
            self.fails -= 1
            raise StoreError("no tea")
        taken, self.due = self.due[:most], self.due[most:]
        return taken

    async def do(self, number: int) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.open.wait()
        self.at_once -= 1
        self.done.append(number)


async def until(table: Table, *done: int) -> None:
    async with asyncio.timeout(5):
        while sorted(table.done) != list(done):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.001)


async def test_so_many_are_done_side_by_side_and_no_more() -> None:
    """Sixteen of forty at first, the others as places become free."""
    table = Table(*range(40))
    going = asyncio.create_task(table.rounds.go())
    await asyncio.sleep(0.05)
    assert (table.at_once, len(table.due)) == (16, 24)
    table.open.set()
    await until(table, *range(40))
    assert table.most == 16
    table.rounds.stop()
    await going


async def test_what_is_under_way_comes_to_its_end_and_nothing_more_is_taken() -> None:
    """After stop, the loop ends when the last one is done."""
    table = Table(1)
    going = asyncio.create_task(table.rounds.go())
    await asyncio.sleep(0.05)
    table.rounds.stop()
    table.due.append(2)
    await asyncio.sleep(0.05)
    assert not going.done()
    table.open.set()
    await going

    assert (table.done, table.due) == ([1], [2])


async def test_a_call_is_heard_at_once() -> None:
    """Also one that comes while the loop looks and finds nothing."""
    table = Table()
    table.open.set()
    going = asyncio.create_task(table.rounds.go())
    await asyncio.sleep(0.05)
    table.due.append(1)
    table.rounds.wake()
    async with asyncio.timeout(0.3):
        await until(table, 1)
    table.rounds.stop()
    await going


async def test_a_database_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """With the name of the table in the log."""
    table = Table(1)
    table.open.set()
    table.fails = 2
    with caplog.at_level(logging.WARNING):
        going = asyncio.create_task(table.rounds.go())
        await until(table, 1)
    table.rounds.stop()
    await going

    assert [each.message for each in caplog.records] == ["the teapots cannot be read, trying again: no tea"] * 2


async def test_who_is_cancelled_leaves_nothing_running() -> None:
    """At the end of its time what is under way is cut off; the store has it still."""
    table = Table(1)
    going = asyncio.create_task(table.rounds.go())
    await asyncio.sleep(0.05)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    table.open.set()
    await asyncio.sleep(0.05)

    assert table.done == []
