"""A load balancer in front of several bots: each request to the next one, and no second try."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

_PATIENCE_SECONDS: Final = 5.0


class Proxy:
    """Passes Slack's requests on, in turn. When a bot does not take one, Slack hears of it."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self._turn = 0

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Listen on this port inside `async with`."""
        timeout = aiohttp.ClientTimeout(_PATIENCE_SECONDS)
        # No connection is kept: one to a bot that has ended would look like a failure of the next.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._session:
            app = web.Application()
            app.router.add_post("/slack/events", self._pass_on)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", port).start()
                yield
            finally:
                await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        self._turn += 1
        url = f"http://127.0.0.1:{self.ports[self._turn % len(self.ports)]}{request.path}"
        body = await request.read()
        headers = {
            name: each for name, each in request.headers.items() if name.lower() not in {"host", "content-length"}
        }
        try:
            async with self._session.post(url, data=body, headers=headers) as answer:
                kind = answer.headers.get("Content-Type", "text/plain")
                return web.Response(status=answer.status, body=await answer.read(), headers={"Content-Type": kind})
        except (aiohttp.ClientError, OSError, TimeoutError):
            return web.Response(status=502)
