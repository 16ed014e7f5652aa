"""Floods of the HTTP door: what becomes of signed deliveries beside unsigned requests and half-open connections.

    .venv/bin/python -m tests.faults.flood

Twenty signed deliveries a second, each over a connection of its own, beside nothing, beside 20 MB/s of unsigned bodies, and
beside 2,000 connections with half a head each, opened anew whenever the bot closes them. Bot and flood have a core each.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox import SlackSandbox
from bot.settings import read_settings
from tests.slack.serve_process import process

ROOT: Final = Path(__file__).parents[2]
A_SECOND: Final = 20
BODY: Final = 256 * 1024
BYTES_A_SECOND: Final = 20_000_000
SMALL: Final = 200
HALF_OPEN: Final = 2_000
# Slack waits so long.
DEADLINE: Final = 3.0


async def send_signed(url: str, secret: str, team_id: str, seconds: float) -> tuple[list[float], list[str]]:
    """Deliver messages for a while; the seconds until each was acknowledged, and what became of the others."""
    took: list[float] = []
    failed: list[str] = []

    async def deliver(session: aiohttp.ClientSession, number: int) -> None:
        event = {
            "type": "message",
            "channel": "C0SUPPORT00",
            "user": "U0AMY000000",
            "text": "tea?",
            "ts": f"{number}.0",
        }
        body = json.dumps(
            {"type": "event_callback", "team_id": team_id, "event_id": f"Ev{time.time_ns()}", "event": event}
        ).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
            "Content-Type": "application/json",
        }
        began = time.monotonic()
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
            if answer.status == 200:
                took.append(time.monotonic() - began)
            else:
                failed.append(str(answer.status))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failed.append(type(error).__name__)

    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(10)) as session:
        tasks, start = [], time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            tasks.append(asyncio.create_task(deliver(session, len(tasks) + time.time_ns())))
            await asyncio.sleep(max(0.0, (len(tasks)) / A_SECOND - passed))
        await asyncio.gather(*tasks)
    return took, failed


async def flood_bodies(url: str, size: int, limit: int) -> None:
    """Send unsigned bodies over 40 connections, at most so many bytes a second."""
    place = urlsplit(url)
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: x\r\nX-Slack-Request-Timestamp: {int(time.time())}\r\n"
        f"X-Slack-Signature: v0={'0' * 64}\r\nContent-Length: {size}\r\n\r\n"
    ).encode()
    body, began, sent = b"x" * size, time.monotonic(), 0

    async def one() -> None:
        nonlocal sent
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(place.hostname, place.port)
                try:
                    writer.write(head + body)
                    await writer.drain()
                    sent += size
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(max(0.0, sent / limit - (time.monotonic() - began)))

    await asyncio.gather(*(one() for _ in range(40)))


async def hold_half_open(url: str) -> None:
    """Keep 2,000 connections with half a head, each opened anew when it is closed."""
    place = urlsplit(url)

    async def one() -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(place.hostname, place.port)
                try:
                    writer.write(b"POST /slack/events HTTP/1.1\r\nX-Half")
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(0.5)

    await asyncio.gather(*(one() for _ in range(HALF_OPEN)))


FLOODS: Final = {
    "20 MB/s of unsigned bodies of 256 kB": lambda url: flood_bodies(url, BODY, BYTES_A_SECOND),
    "unsigned bodies of 200 bytes, as many as one core sends": lambda url: flood_bodies(url, SMALL, 10**9),
    "2,000 half-open connections": hold_half_open,
}


@asynccontextmanager
async def flooding(name: str, url: str) -> AsyncIterator[None]:
    """Flood from a process of its own inside `async with`."""
    if not name:
        yield
        return
    flooder = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.flood", "--flood", name, url)
    pin(flooder.pid, 1)
    try:
        await asyncio.sleep(3)
        yield
    finally:
        flooder.kill()
        await flooder.wait()


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where there are several."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {cores[core % len(cores)]})


async def measure(seconds: float) -> None:
    """Print a line of the table for each flood."""
    with TemporaryDirectory() as folder:
        settings = replace(read_settings(None), database_url=f"sqlite:///{folder}/sceptic.db")
        async with (
            SlackSandbox(manifest=ROOT / "manifest.yml") as slack,
            process(settings, slack, "http") as bot,
        ):
            url, slack.request_url = str(slack.request_url), None
            pin(bot.pid, 0)
            print("| beside | deliveries | acknowledged in, p50 | p99 | longest | refused or over 3 s |")
            print("| --- | ---: | ---: | ---: | ---: | ---: |")
            for name in ("", *FLOODS):
                async with flooding(name, url):
                    took, failed = await send_signed(url, slack.signing_secret, slack.team_id, seconds)
                await asyncio.sleep(2)
                print(line(name or "nothing", took, failed), flush=True)


def line(name: str, took: list[float], failed: list[str]) -> str:
    """Write one line of the table."""
    took = sorted(took) or [float("nan")]
    late = sum(each > DEADLINE for each in took) + len(failed)
    whole = len(took) + len(failed)
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    shown = [f"{1000 * each:.0f} ms" for each in (statistics.median(took), p99, took[-1])]
    return f"| {name} | {whole} | {' | '.join(shown)} | {100 * late / whole:.1f} % {' '.join(sorted(set(failed)))} |"


def main() -> None:
    """Measure, or flood."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flood", nargs=2, metavar=("NAME", "URL"), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    if options.flood:
        asyncio.run(FLOODS[options.flood[0]](options.flood[1]))
    else:
        asyncio.run(measure(options.seconds))


if __name__ == "__main__":
    main()
