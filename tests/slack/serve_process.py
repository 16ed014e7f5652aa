"""`sceptic serve` at the tests' pace as a process of its own, to be told to stop as an operating system does it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from tests.slack.conftest import Door, connected


@asynccontextmanager
async def process(settings: Settings, slack: SlackSandbox, door: Door) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as a process inside `async with`, ready; killed at the end when it still runs."""
    mine = connected(settings, slack, door)
    values = {**asdict(mine), "sceptic_knowledge": os.pathsep.join(map(str, mine.sceptic_knowledge))}
    environment = {name.upper(): str(value) for name, value in values.items() if value != ""}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "SCEPTIC_"))}
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.slack.quick_bot",
        env=inherited | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert bot.stdout is not None
    try:
        async with asyncio.timeout(40):
            line = await bot.stdout.readline()
        assert line, (await bot.communicate())[1].decode()
        if door == "http":
            slack.request_url = f"http://127.0.0.1:{mine.sceptic_port}/slack/events"
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
        await bot.communicate()
        slack.request_url = None
