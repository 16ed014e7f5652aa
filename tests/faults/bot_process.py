"""The bot as a process that can be killed. `python -m tests.faults.bot_process` reads orders, one JSON object a line.

What takes seconds, importing and reading the articles, is done once here; each order forks a bot from it, which then
starts as `sceptic serve` does. So a kill costs a fraction of a second, and the bot is killed while starting, too.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import select
import signal
from dataclasses import replace
from typing import Any, Final

from bot.diagnosis import Sceptic, build_sceptic
from bot.settings import read_settings
from bot.slack.serve import serve
from bot.slack_commands import run_until_told
from tests.faults.tampering import tamper, timings_of

_HARNESS: Final = os.dup(1)
# One person posts hundreds of messages a minute here.
_NO_BUDGET: Final[dict[str, Any]] = {"sceptic_person_budget": 0, "sceptic_channel_budget": 0}


def say(**line: Any) -> None:
    """Tell the harness something. One short write is never mixed with another's."""
    os.write(_HARNESS, json.dumps(line).encode() + b"\n")


def run(sceptic: Sceptic, order: dict[str, Any]) -> None:
    """Be the bot, until stopped or killed."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Ctrl+C at the keyboard is for the harness.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = replace(read_settings(None), **{**_NO_BUDGET, **order["settings"]})
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    # What the bot prints is not for the harness, which has the standard output of the parent.
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=settings.sceptic_log_level.upper(), format="%(asctime)s %(process)d %(message)s")
    for name in ("slack_bolt", "slack_sdk", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    tamper(order)
    run_until_told(
        serve(settings, sceptic, lambda _: say(ready=os.getpid()), timings=timings_of(order)), settings.sceptic_port
    )


def report_the_dead() -> None:
    """Tell the harness which bots have ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        say(gone=pid, status=os.waitstatus_to_exitcode(status))


def start(sceptic: Sceptic, order: dict[str, Any]) -> None:
    """Fork a bot."""
    pid = os.fork()
    if pid:
        say(started=pid, order=order["number"])
        return
    status = 1
    try:
        run(sceptic, order)
        status = 0
    except BaseException:
        logging.exception("the bot ended")
    finally:
        os._exit(status)


def main() -> None:
    """Take orders until the harness closes the pipe."""
    settings = read_settings(None)
    sceptic = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    sceptic.words()
    gc.freeze()
    # A byte in this pipe for each signal, so that none arrives unnoticed between two looks.
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    say(prepared=True)
    read = b""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        if woken in readable:
            os.read(woken, 4096)
            report_the_dead()
        if 0 in readable:
            more = os.read(0, 65536)
            if not more:
                return
            *lines, read = (read + more).split(b"\n")
            for line in lines:
                start(sceptic, json.loads(line))


if __name__ == "__main__":
    main()
