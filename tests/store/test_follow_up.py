"""Clicks, sends, refusals and crashes in any order: one message, and each end of it is told once."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import AT_WORK, ClaimedCall, Store, open_store
from bot.store.tables import outbox
from tests.fixtures.examples import examples
from tests.store.factories import call, delivery, let_pass, rows

pytestmark = pytest.mark.thorough

CLICK = {"type": "block_actions", "container": {"channel_id": "C1"}}
STEPS = st.lists(st.sampled_from(["share", "start", "send", "refuse", "crash", "give up"]), min_size=1, max_size=9)


class Run:
    """One answer, and what was done about it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clicks = self.posted = 0
        self.refused: list[int] = []
        self.asked_for = False

    async def step(self, name: str) -> None:
        if name in {"share", "start"}:
            self.clicks += 1
            self.asked_for |= name == "start"
            outgoing = call(follow_up=CLICK if name == "start" else None)
            await self.store.complete_now(delivery(f"click {self.clicks}"), [outgoing])
            return
        for sending in await self.store.claim_calls(1):
            await self.end(name, sending)

    async def end(self, name: str, sending: ClaimedCall) -> None:
        if name == "crash":
            await let_pass(self.store, AT_WORK.lease + 1)
        elif name == "send":
            self.posted += 1
            await self.store.complete_call(sending, f"{self.posted}.0", 0.0)
        elif sending.call.follow_up is not None and name == "refuse":
            self.refused.append(sending.attempts)
            await self.store.refuse_call(sending, "not_in_channel")
        else:
            if sending.call.follow_up is not None:
                self.refused.append(sending.attempts)
            await self.store.give_up(sending, "dead", "not_in_channel")


async def run(steps: list[str], folder: str) -> None:
    store = await open_store(f"sqlite:///{Path(folder) / 'sceptic.db'}", lambda _: None, new=True)
    try:
        here = Run(store)
        for name in steps:
            await here.step(name)
        told = [claimed.delivery.body for claimed in await store.claim(100)]
        states = [row["state"] for row in await rows(store, outbox)]

        assert here.posted <= 1
        assert len(states) <= 1
        done = here.posted == 1 and here.asked_for
        assert [body["container"].get("message_ts") for body in told if "refused" not in body] == ["1.0"] * done
        assert len([body for body in told if "refused" in body]) == len(here.refused)
    finally:
        await store.close()


@given(steps=STEPS)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_one_message_and_each_end_of_it_is_told_once(steps: list[str]) -> None:
    """However often *Share* and *Start triage* are pressed, and whatever Slack says, the incident is opened under the one post."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(steps, folder))
