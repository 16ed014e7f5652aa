"""One attempt at a call: it ends before its lease does, and what became of it is counted under its name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.outbox_sender import ClientOf, OutboxSender
from bot.slack.platform.signals import Signal
from bot.store import AT_WORK, Store
from bot.store.tables import outbox
from tests.store.factories import call, put_out, rows

# Sends what is in the outbox until something was counted; gives the outcome.
Attempt = Callable[[ClientOf], Awaitable[str]]


@pytest.fixture
def attempt(store: Store) -> Attempt:
    async def send(client_of: ClientOf) -> str:
        measures = Metrics()
        async with aiohttp.ClientSession() as session:
            sending = OutboxSender(store, client_of, measures, session, Signal(), Signal())
            going = asyncio.create_task(sending.run())
            async with asyncio.timeout(20):
                while not (counted := [each for each in measures.sent.collect()[0].samples if each.value]):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.01)
            sending.stop()
            await going
        return counted[0].labels["outcome"]

    return send


async def test_finding_out_who_speaks_is_part_of_the_attempt(store: Store, attempt: Attempt) -> None:
    """A database that hangs there must not let the lease run out under a call; and nothing has reached Slack."""
    store.timings = replace(AT_WORK, attempt=0.1, call=0.05)
    await put_out(store, call())

    async def hang(_team_id: str, _enterprise_id: str) -> AsyncWebClient:
        await asyncio.Event().wait()
        raise AssertionError

    assert await attempt(hang) == "retried"
    (row,) = await rows(store, outbox)
    assert (row["state"], row["first_tried_at"]) == ("open", None)


@pytest.mark.parametrize(("answers", "outcome"), [(False, "dead"), (True, "ambiguous")])
async def test_a_call_given_up_after_many_attempts_is_counted_as_such(
    store: Store, attempt: Attempt, answers: bool, outcome: str
) -> None:
    """Dead when nothing can have reached Slack, ambiguous when it may have."""
    store.timings = replace(AT_WORK, call_attempts=1)
    await put_out(store, call())

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    if not answers:
        server.close()
        await server.wait_closed()

    async def client_of(_team_id: str, _enterprise_id: str) -> AsyncWebClient:
        return AsyncWebClient("xoxb-test", base_url=f"http://127.0.0.1:{port}/api/")

    assert await attempt(client_of) == outcome
    (row,) = await rows(store, outbox)
    assert row["state"] == outcome
    server.close()
