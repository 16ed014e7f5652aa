"""The machine: room on its disks, its clock, and the bot that runs on it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiohttp

from bot.doctor.findings import Finding, fault, ok, warning
from bot.settings import Settings

_MEGABYTE: Final = 1 << 20
# Megabytes that are little, and too little. What is learned takes some 30, a dropped event log at most 64.
_ROOM: Final = {"store": (1_000, 100), "cache": (100, 30), "temporary files": (100, 30)}
# Slack's signatures and a bot's answers are good for five minutes.
_WRONG_SECONDS: Final = 240.0
_INEXACT_SECONDS: Final = 30.0


def check_disks(settings: Settings, store: Path | None) -> Iterator[Finding]:
    """Look for room and for permission to write where the bot writes."""
    places = {"cache": settings.sceptic_cache, "temporary files": Path(tempfile.gettempdir())}
    if store is not None:
        places["store"] = store.parent
    for name, folder in places.items():
        there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            said = f"the folder of the {name}, {folder}, cannot be written"
            if name == "cache":
                yield warning(
                    "disk", said, "Correct SCEPTIC_CACHE; without it the articles are read anew at each start."
                )
            else:
                yield fault("disk", said, "Correct its permissions, or mount a writable folder there.")
            continue
        free = shutil.disk_usage(there).free // _MEGABYTE
        said = f"{free:,} MB are free for the {name} in {folder}"
        little, least = _ROOM[name]
        if free < least:
            yield fault("disk", said, "Free disk space: what cannot be written is not acknowledged.")
        elif free < little:
            yield warning("disk", said, "Free disk space soon.")
        else:
            yield ok("disk", said)


def judge_clock(ahead: float) -> Finding:
    """Judge by how many seconds this machine's clock is ahead of Slack's."""
    said = f"this machine's clock differs from Slack's by {abs(ahead):.0f} s"
    if abs(ahead) > _WRONG_SECONDS:
        return fault("clock", said, "Set it by NTP (timedatectl set-ntp true): Slack's signatures would be refused.")
    if abs(ahead) > _INEXACT_SECONDS:
        return warning("clock", said, "Set it by NTP (timedatectl set-ntp true).")
    return ok("clock", said)


async def check_bot(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    """Ask the bot that runs on this machine whether it is ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.sceptic_host, settings.sceptic_host)  # noqa: S104
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.sceptic_port}/readyz"
    try:
        async with session.get(address) as answer:
            told = await answer.json(content_type=None)
            status, why = answer.status, told.get("why", "") if isinstance(told, dict) else ""
    except (aiohttp.ClientError, OSError, ValueError):
        return warning("bot", f"no bot answers on {address}", "Start it: sceptic serve")
    if status == 200:
        return ok("bot", f"the bot on port {settings.sceptic_port} is ready")
    return fault("bot", f"the bot on port {settings.sceptic_port} is not ready ({why or status})", "Read its log.")
