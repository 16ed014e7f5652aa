"""The reminders' loop: a thread is told once, and by one of several replicas."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, cast

from bot.slack.incidents.reminder_loop import ReminderLoop
from bot.slack.platform.signals import Signal
from bot.store import AT_WORK, Store, WorkspaceTransaction
from bot.triage import Incident
from bot.triage.transitions import begin_incident, claim


async def open_one(store: Store) -> None:
    """An incident that was opened long ago, with its card posted."""

    def begin(ledger: WorkspaceTransaction) -> None:
        ledger.open(begin_incident(Incident(0, "T1", "C1", "1.0", "U1", 0.0), ledger.now() - 7200), "en")

    await store.write("T1", "", begin)


async def told(store: Store) -> list[str]:
    """Return what is to be posted, as far as it is due."""
    return [str(each.call.arguments["text"]) for each in await store.claim_calls(10)]


@dataclass
class Looks:
    """A store that tells when a loop looks a second time: then its first look is done."""

    store: Store
    number: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def open_incidents(self) -> Any:
        self.number += 1
        if self.number == 2:
            self.done.set()
        return await self.store.open_incidents()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


async def look_together(store: Store, *, unowned: float, silent: float) -> None:
    """Two replicas look at the same moment."""
    store.timings = replace(AT_WORK, reminder_poll=0.01)
    looks = [Looks(store), Looks(store)]
    loops = [asyncio.create_task(ReminderLoop(cast(Store, each), unowned, silent, Signal()).run()) for each in looks]
    async with asyncio.timeout(30):
        await asyncio.gather(*(each.done.wait() for each in looks))
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


async def test_a_thread_is_reminded_once_that_nobody_owns_its_incident(store: Store) -> None:
    """After an hour by the setting, whoever looks and however often."""
    await open_one(store)
    await look_together(store, unowned=1, silent=0)

    assert await told(store) == ["Nobody owns INC-1 yet. Who takes it?"]
    await look_together(store, unowned=1, silent=0)
    assert await told(store) == []


async def test_the_owner_is_named_when_nothing_happens(store: Store) -> None:
    """Silence is counted from the last thing that was done; one that waits for less is left alone."""
    await open_one(store)
    await store.write("T1", "", lambda ledger: ledger.change(1, lambda each: claim(each, "U7", ledger.now() - 5400)))
    await look_together(store, unowned=1, silent=2)
    assert await told(store) == []
    await look_together(store, unowned=1, silent=1)

    assert (await told(store))[0].startswith("<@U7> Nothing has happened in INC-1")
