"""The pages for whoever runs the bot: well, stalled, without a database, without Slack, and what is counted."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, update

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.delivery.health import Health
from bot.slack.delivery.inbox_worker import InboxWorker
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import OutboxSender
from bot.slack.platform.signals import Signal
from bot.store import AT_WORK, Delivery, SlackCall, Store, open_store
from bot.store.database import EVERY_TEAM
from bot.store.tables import channel_queues, inbox, outbox
from tests.fixtures.doors import DOORS
from tests.slack.conftest import Door, Running
from tests.smoke.scenarios import PASTE

TEAM = "T0TEAPOT000"


async def no_client(_team_id: str, _enterprise_id: str) -> None:
    return None


@dataclasses.dataclass
class Pages:
    """The health pages over a real store, with loops that the test does not start."""

    health: Health
    store: Store
    client: TestClient[web.Request, web.Application]
    connected: bool = True

    async def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        async with self.client.get(path) as answer:
            return answer.status, await answer.json()

    async def pass_time(self, seconds: float) -> None:
        """Let the store's rows and the loops' last signs of life be older."""

        def age(db: Connection) -> None:
            for column in (inbox.c.received_at, inbox.c.due_at, outbox.c.created_at, channel_queues.c.free_at):
                db.execute(update(column.table).values({column: column - seconds}))

        await self.store.writer.write(EVERY_TEAM, age)
        for loop in (self.health.worker, self.health.sender):
            loop.moved -= seconds

    def break_database(self, path: Path) -> None:
        path.rename(path.with_suffix(".gone"))
        path.mkdir()


@pytest.fixture
async def pages(settings: Settings) -> AsyncIterator[Pages]:
    store = await open_store(settings.store_address, lambda _: None)
    async with aiohttp.ClientSession() as session:
        measures = Metrics()
        sender = OutboxSender(store, no_client, measures, session, Signal(), Signal())
        worker = InboxWorker(None, store, measures, Signal(), Signal())  # type: ignore[arg-type]  # it is not started
        health = Health(store, worker, sender, measures, lambda: found.connected)
        app = web.Application()
        app.add_routes(health.routes())
        async with TestClient(TestServer(app)) as client:
            found = Pages(health, store, client)
            yield found
    await store.close()


def received(key: str = "message/C0/1") -> Delivery:
    return Delivery(TEAM, "", key, "event", {"event": {}})


def outgoing(number: int) -> SlackCall:
    return SlackCall(f"key/{number}", "C0TEAPOT000", "chat.postMessage", {"channel": "C0TEAPOT000", "text": "tea"})


async def test_a_bot_with_nothing_to_do_is_well_and_ready(pages: Pages) -> None:
    """However long there was nothing to do."""
    await pages.pass_time(10 * AT_WORK.stalled)

    assert await pages.ask("/healthz") == (200, {"status": "ok"})
    assert await pages.ask("/readyz") == (200, {"status": "ready"})


@pytest.mark.parametrize("table", ["inbox", "outbox"])
async def test_due_work_that_nobody_does_is_stalled(pages: Pages, table: str) -> None:
    """A minute is long for a row that is due; a restart may help, so the page says 503."""
    if table == "inbox":
        await pages.store.receive(received())
    else:
        await pages.store.complete_now(received(), [outgoing(1)])
    assert (await pages.ask("/healthz"))[0] == 200
    await pages.pass_time(AT_WORK.stalled + 1)

    status, said = await pages.ask("/healthz")

    assert (status, said["status"]) == (503, "stalled")
    assert table in said["why"]
    # It still takes deliveries and keeps them.
    assert (await pages.ask("/readyz"))[0] == 200


async def test_much_work_that_is_being_done_is_not_stalled(pages: Pages) -> None:
    """A restart would only make a long queue longer."""
    await pages.store.receive(received())
    await pages.pass_time(AT_WORK.stalled + 1)
    pages.health.worker.moved += AT_WORK.stalled

    assert (await pages.ask("/healthz"))[0] == 200


async def test_waiting_because_slack_said_so_is_not_stalled(pages: Pages) -> None:
    """Retry-After of an hour holds the whole workspace up, and nothing is wrong with the bot."""
    await pages.store.complete_now(received(), [outgoing(1), outgoing(2)])
    other = SlackCall("other", "C0OTHER0000", "chat.postMessage", {"channel": "C0OTHER0000"})
    await pages.store.complete_now(received("message/C0/2"), [other])
    sending = (await pages.store.claim_calls(1))[0]
    await pages.store.reschedule_call(sending, 3600, "ratelimited", reached=False, whole_team=True)
    await pages.pass_time(AT_WORK.stalled + 1)
    assert (await pages.ask("/healthz"))[0] == 200

    await pages.pass_time(3600 + AT_WORK.stalled)
    assert (await pages.ask("/healthz"))[0] == 503


@pytest.mark.parametrize("name", ["worker", "sender"])
async def test_a_loop_that_does_not_come_round_is_stalled(pages: Pages, name: str) -> None:
    """Though nothing is due that one could see."""
    getattr(pages.health, name).loop.heartbeat -= AT_WORK.heartbeat + 1

    status, said = await pages.ask("/healthz")

    assert (status, said["status"]) == (503, "stalled")


async def test_without_a_database_the_bot_is_alive_but_not_ready(pages: Pages, tmp_path: Path) -> None:
    """A restart would not bring it back; nothing should be sent here meanwhile. No address is shown."""
    pages.store.database.reading.dispose()
    pages.break_database(tmp_path / "sceptic.db")

    assert await pages.ask("/healthz") == (200, {"status": "ok", "why": "the database does not answer"})
    assert await pages.ask("/readyz") == (503, {"status": "not ready", "why": "the database does not answer"})
    assert "sceptic_oldest_due_seconds{" not in await (await pages.client.get("/metrics")).text()


async def test_a_database_that_hangs_does_not_hang_the_pages(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks has a deadline, too."""

    async def hang(_store: Store) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(Store, "counts", hang)
    pages.store.timings = replace(AT_WORK, health=0.05)

    assert (await pages.ask("/healthz"))[0] == 200
    assert (await pages.ask("/readyz"))[0] == 503


async def test_without_slack_the_bot_is_not_ready(pages: Pages) -> None:
    """Socket Mode: no connection, no deliveries."""
    pages.connected = False

    assert await pages.ask("/readyz") == (503, {"status": "not ready", "why": "not connected to Slack"})
    assert (await pages.ask("/healthz"))[0] == 200


async def collect(address: str) -> dict[str, dict[tuple[str, ...], float]]:
    """The samples by name, each by the values of its labels in the order of their names."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics") as answer:
        page = await answer.text()
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(page):
        assert len(family.documentation.split()) > 2, f"{family.name} says nothing about itself"
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.mark.parametrize("door", DOORS)
async def test_the_metrics_tell_what_happened(door: Door, slack: SlackSandbox, running: Running) -> None:
    """Kept and kept again, decisions, posts, retries, dead and ambiguous ones; on the port that Slack posts to."""
    async with running(door) as address:
        slack.faults.add(method="chat.postMessage", kind="server_error", times=1)
        ts = await slack.post(PASTE)
        await slack.wait_for(lambda: len(slack.messages("support", ts)) > 1)
        await slack.settled()
        await slack.redeliver(slack.envelopes[0])
        slack.faults.add(method="chat.postEphemeral", kind="reset_after_read", times=1)
        await slack.post(f"<@{slack.bot_user_id}> lunch?")
        await slack.command("/event", "20503")
        lost = await slack.post(PASTE, channel="general", user="lee")
        await slack.wait_for(lambda: len(slack.messages("general", lost)) > 1)

        async def ambiguous() -> dict[str, dict[tuple[str, ...], float]]:
            while True:
                found = await collect(address)
                if ("ambiguous", "outbox") in found.get("sceptic_rows", {}):
                    return found
                await asyncio.sleep(0.2)

        async with asyncio.timeout(20):
            found = await ambiguous()

    assert found["sceptic_received_total"]["event", "again"] >= 1
    assert found["sceptic_received_total"]["event", "kept"] >= 3
    assert found["sceptic_received_total"]["event", "echo"] >= 1
    assert found["sceptic_received_total"]["command", "kept"] == 1
    assert found["sceptic_acknowledged_seconds_count"][()] >= 4
    assert found["sceptic_decided_total"]["answer", "channel"] == 2
    assert found["sceptic_decided_total"]["unknown", "command"] == 1
    assert found["sceptic_decided_total"]["silent", "mention"] == 1
    assert found["sceptic_sent_total"]["chat.postMessage", "done"] == 2
    assert found["sceptic_sent_total"]["chat.postMessage", "retried"] == 1
    assert found["sceptic_sent_total"]["chat.postEphemeral", "ambiguous"] == 1
    assert found["sceptic_rows"]["ambiguous", "outbox"] == 1
    assert found["sceptic_oldest_due_seconds"].keys() == {("inbox",), ("outbox",)}
    assert found["sceptic_connected"][()] == 1


async def test_the_metrics_name_no_workspace_and_no_one(slack: SlackSandbox, running: Running) -> None:
    """Whoever may read the figures may not thereby learn who uses the bot."""
    async with running("http") as address:
        ts = await slack.post(PASTE)
        await slack.wait_for(lambda: len(slack.messages("support", ts)) > 1)
        async with aiohttp.ClientSession() as session:
            pages = [await (await session.get(f"{address}/{each}")).text() for each in ("metrics", "healthz", "readyz")]

    for secret in (slack.team_id, slack.bot_user_id, "C0SUPPORT00", "U0AMY000000", ts, slack.bot_token):
        assert not [page for page in pages if secret in page]
