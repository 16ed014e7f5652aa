"""Connections and bodies that strangers hold open: the oldest gives way to the newest."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.slack.delivery.connections import CappedSite, Connections


async def listening(connections: Connections) -> tuple[web.AppRunner, str, int]:
    async def pong(request: web.Request) -> web.Response:
        if "signed" in request.query:
            connections.trust(request)
        return web.Response(text="pong")

    pages = web.Application()
    pages.add_routes([web.get("/", pong)])
    runner = web.AppRunner(pages, keepalive_timeout=1.5)
    await runner.setup()
    site = CappedSite(runner, "127.0.0.1", 0)
    site.connections = connections
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, host, port


async def test_half_open_connections_give_way_to_new_ones() -> None:
    """The oldest is closed for the newest; one over which something signed came stays, and the rest end after a while."""
    runner, host, port = await listening(Connections(most=5))
    signed_reader, signed_writer = await asyncio.open_connection(host, port)
    ask = b"GET /?signed HTTP/1.1\r\nHost: x\r\n\r\n"
    signed_writer.write(ask)
    assert (await signed_reader.read(1000)).endswith(b"pong")
    opened = [await asyncio.open_connection(host, port) for _ in range(8)]
    for _, writer in opened:
        writer.write(b"POST /slack/events HTTP/1.1\r\nX-Half")
    assert [await ended(reader) for reader, _ in opened] == [True] * 4 + [False] * 4
    signed_writer.write(ask)
    assert (await signed_reader.read(1000)).endswith(b"pong")
    await asyncio.sleep(2.0)
    assert sum([await ended(reader) for reader, _ in opened]) == 8

    for _, writer in [*opened, (signed_reader, signed_writer)]:
        writer.close()
    await runner.cleanup()


async def test_bodies_that_do_not_come_give_way_to_new_ones() -> None:
    """Only so many are read at once, and the oldest of them runs out of time first."""
    connections, ends = Connections(most_bodies=2), []

    async def read(name: str) -> None:
        try:
            async with asyncio.timeout(30) as within:
                with connections.reading(within):
                    await asyncio.Event().wait()
        except TimeoutError:
            ends.append(name)

    tasks = []
    for name in ("first", "second", "third", "fourth"):
        tasks.append(asyncio.create_task(read(name)))
        await asyncio.sleep(0.01)
    await asyncio.wait(tasks[:2], timeout=5)

    assert ends == ["first", "second"]
    for task in tasks[2:]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def ended(reader: asyncio.StreamReader) -> bool:
    """Tell whether the other side has closed a connection."""
    try:
        return await asyncio.wait_for(reader.read(1), 0.1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True
