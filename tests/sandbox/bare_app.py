"""App of one function over either transport, for tests of the bare traffic."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import SlackSandbox
from tests.fixtures.doors import DOORS

both_doors = pytest.mark.parametrize("door", DOORS)


@dataclass(frozen=True)
class Heard:
    """Delivery to the app: its payload and its attempt, from 0."""

    payload: dict[str, Any]
    attempt: int


# Returns the body of the acknowledgement; None acknowledges with nothing.
Listen = Callable[[Heard], Awaitable[dict[str, Any] | None]]


@asynccontextmanager
async def bare_app(slack: SlackSandbox, door: str, listen: Listen) -> AsyncIterator[None]:
    """Run the app inside `async with`."""
    async with _behind_a_socket(slack, listen) if door == "socket" else _behind_http(slack, listen):
        yield


@asynccontextmanager
async def _behind_http(slack: SlackSandbox, listen: Listen) -> AsyncIterator[None]:
    async def answer(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            payload = await request.json()
        else:
            form = {name: str(value) for name, value in (await request.post()).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        body = await listen(Heard(payload, int(request.headers.get("X-Slack-Retry-Num", "0"))))
        return web.Response() if body is None else web.json_response(body)

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    async with slack.serving(app):
        yield


@asynccontextmanager
async def _behind_a_socket(slack: SlackSandbox, listen: Listen) -> AsyncIterator[None]:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.post(slack.api_url + "apps.connections.open", headers=headers) as opened:
            socket = await session.ws_connect((await opened.json())["url"])
        assert (await socket.receive_json())["type"] == "hello"

        async def answer() -> None:
            async for message in socket:
                envelope = message.json()
                body = await listen(Heard(envelope["payload"], envelope.get("retry_attempt", 0)))
                ack = {"envelope_id": envelope["envelope_id"]}
                await socket.send_json(ack if body is None else {**ack, "payload": body})

        answering = asyncio.create_task(answer())
        await slack.connected()
        yield
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering
        await socket.close()
