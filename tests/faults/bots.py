"""Starting and ending bots, from the harness's side."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PREPARING_SECONDS: Final = 60
_LOOK_SECONDS: Final = 0.003
# More threads would only fight over the cores, and a fork knows nothing of them.
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(slots=True, eq=False)
class Bot:
    """One process."""

    pid: int
    ready: bool = False
    # How it ended; None while it runs.
    status: int | None = None

    def kill(self, how: int = signal.SIGKILL) -> None:
        """Send it a signal, if it still runs."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, how)


class Bots:
    """The prepared process that bots are forked from. Usable from any event loop, one after the other."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._by_pid: dict[int, Bot] = {}
        self._by_order: dict[int, Bot] = {}
        self._prepared = threading.Event()
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.bot_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **_ONE_THREAD},
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        if not self._prepared.wait(_PREPARING_SECONDS):
            raise TimeoutError("the bot could not be prepared")

    async def start(self, settings: dict[str, Any], **how: Any) -> Bot:
        """Fork a bot; it is starting when this returns. `how` is what `tamper` understands."""
        number = next(self._numbers)
        order = {"number": number, "settings": settings, "log": str(self.log), **how}
        assert self._parent.stdin is not None
        self._parent.stdin.write(json.dumps(order).encode() + b"\n")
        self._parent.stdin.flush()
        deadline = time.monotonic() + 10
        while number not in self._by_order:
            if time.monotonic() > deadline:
                raise TimeoutError("no bot was forked")
            await asyncio.sleep(_LOOK_SECONDS)
        return self._by_order.pop(number)

    async def ready(self, bot: Bot, seconds: float = 30) -> None:
        """Wait until it receives, or has ended."""
        deadline = time.monotonic() + seconds
        while not bot.ready and bot.status is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot is not ready after {seconds} s")
            await asyncio.sleep(_LOOK_SECONDS)

    async def gone(self, bot: Bot, seconds: float = 30) -> bool:
        """Wait until it has ended; False when it has not."""
        deadline = time.monotonic() + seconds
        while bot.status is None and time.monotonic() < deadline:  # noqa: ASYNC110 - a thread sets it
            await asyncio.sleep(_LOOK_SECONDS)
        return bot.status is not None

    def close(self) -> None:
        """End everything that was started."""
        for bot in list(self._by_pid.values()):
            bot.kill()
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait(10)
        self._reader.join(10)
        assert self._parent.stdout is not None
        self._parent.stdout.close()

    def _listen(self) -> None:
        assert self._parent.stdout is not None
        for line in self._parent.stdout:
            said = json.loads(line)
            # A bot may say that it is ready before its parent says that it was started.
            pid = said.get("started") or said.get("ready") or said.get("gone")
            if pid is None:
                self._prepared.set()
                continue
            bot = self._by_pid.setdefault(pid, Bot(pid))
            if "started" in said:
                self._by_order[said["order"]] = bot
            elif "ready" in said:
                bot.ready = True
            else:
                bot.status = said["status"]
                # The system gives the number to another process one day.
                del self._by_pid[pid]
