"""Under load: how soon others are answered beside a noisy workspace, and how fast deliveries are acknowledged."""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp

from bot.sandbox import Team
from tests.benchmarks.measure import percentile, with_spread
from tests.faults.databases import Database
from tests.faults.load import Crowd, Offered
from tests.faults.setup import Ground
from tests.faults.stage import Arena, Result
from tests.smoke.scenarios import PASTE

# So many requests are under way at once: enough for the bot to be busy all the time, whatever one of them waits for;
# and so few that what one of them waits for decides.
_CLIENTS: Final = 128
_FEW_CLIENTS: Final = 32
_NOISY_ROUNDS: Final = 5
# The others' questions, five a second: 18,000 an hour.
_QUESTIONS: Final = 100
_ASKED: Final = 0.2
# Seconds between the noisy workspace's messages: Slack sends an app 30,000 events an hour of a workspace, and may send
# some of them at once.
_STEADY: Final = 0.12
_BURST: Final = 0.02
_WARM_UP: Final = 500
_WAYS: Final[dict[str, dict[str, Any]]] = {
    "no storage": {"keeps_nothing": True},
    "group commit": {},
    "row by row": {"one_by_one": True},
}


async def noisy(arena: Arena, database: Database, messages: int, workspaces: int = 100) -> Result:
    """From message to answer for the others: alone, and beside a workspace that talks all the time, and in bursts.

    Rounds of each take turns, so that a machine that is busy for a while is as busy for all.
    """
    ways = {"alone": 0.0, "steady": _STEADY, "burst": _BURST}
    async with arena.ground(database, workspaces=workspaces, channels=20) as ground:
        crowd = Crowd(ground)
        await ground.start_ready()
        loud, *others = ground.teams
        # The first round warms everything up and is not counted.
        await _ask(crowd, others, workspaces)
        await ground.quiet()
        waits: dict[str, list[list[float]]] = {way: [] for way in ways}
        for _ in range(_NOISY_ROUNDS):
            for way, pause in ways.items():
                most = int(_QUESTIONS * _ASKED / pause) if pause else 0
                with _undisturbed():
                    shouting = asyncio.create_task(_ask(crowd, [loud], min(most, messages // _NOISY_ROUNDS), pause))
                    asked = await _ask(crowd, others, _QUESTIONS)
                    await shouting
                    await ground.quiet()
                waits[way].append(_waits(asked))
        result = await arena.result(f"{workspaces} workspaces, one noisy", crowd, 0)
        for share in (0.5, 0.99):
            found = {way: [1000 * percentile(each, share) for each in rounds] for way, rounds in waits.items()}
            result.notes.append(
                f"the others' answers, p{100 * share:.0f}: {with_spread(found['alone'], '.0f')} ms alone"
            )
            for way, pause in ways.items():
                if pause:
                    ratios = [more / less for less, more in zip(found["alone"], found[way], strict=True)]
                    result.notes.append(
                        f"beside {1 / pause:.1f} messages a second of one workspace: {with_spread(found[way], '.0f')} ms,"
                        f" {with_spread(ratios)} times as long"
                    )
        return result


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No collection of the harness's own rubbish, which takes tenths of a second and would count as the bot's time."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _ask(crowd: Crowd, teams: list[Team], number: int, pause: float = _ASKED) -> list[Offered]:
    """Say so many things, one each `pause` seconds whatever else takes time; what was said."""
    begun, offered = time.monotonic(), []
    places = list(itertools.product(teams, crowd.ground.channels))
    # In turn: two messages in one channel within a second would measure the pace at which Slack takes answers.
    crowd.ground.chance.shuffle(places)
    for count, (team, channel) in enumerate(itertools.islice(itertools.cycle(places), number), 1):
        ts = await team.post(PASTE, channel)
        offered.append(Offered("paste", team, channel, ts, ts))
        await asyncio.sleep(max(0.0, begun + count * pause - time.monotonic()))
    crowd.offered += offered
    return offered


def _waits(offered: list[Offered]) -> list[float]:
    """Seconds from a message to its answer, by Slack's timestamps."""
    found = []
    for each in offered:
        thread = each.team.messages(each.channel, each.ts)
        if len(thread) > 1:
            found.append(float(thread[1]["ts"]) - float(each.ts))
    return found


async def throughput(arena: Arena, database: Database, events: int, rounds: int = 9) -> Result:
    """Acknowledgements at 200 events a second, and as fast as they go: group commit, row by row, no storage at all.

    The ways take turns, so that a machine that is busy for a while is as busy for each of them.
    """
    async with arena.ground(database, workspaces=1) as ground:
        bot = await ground.start_ready()
        notes = [f"at 200 events/s: {_figures(await _send(ground, events, rate=200.0))}"]
        await ground.quiet()
        await ground.kill(bot)
        ways = [("no storage", _CLIENTS), ("group commit", _CLIENTS), ("row by row", _CLIENTS)]
        ways += [("no storage", _FEW_CLIENTS), ("group commit", _FEW_CLIENTS)]
        rates: dict[tuple[str, int], list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            for name, clients in ways:
                some = events // 10 if name == "row by row" else events // 2
                rates[name, clients].append(await _rate(ground, some, clients, **_WAYS[name]))
        for (name, clients), found in rates.items():
            bare = rates["no storage", clients]
            slower = [without / each for without, each in zip(bare, found, strict=True)]
            notes.append(
                f"{name}, {clients} under way: {with_spread(found, '.0f')}/s,"
                f" {with_spread(slower)} times slower than no storage"
            )
        return arena.figures("throughput", database.name, notes)


async def _rate(ground: Ground, events: int, clients: int, **how: Any) -> float:
    """Acknowledgements a second of a bot that does nothing else, once it is warm."""
    bot = await ground.start_ready(only_keeps=True, **how)
    await _send(ground, _WARM_UP, clients=clients)
    began = time.monotonic()
    await _send(ground, events, clients=clients)
    rate = events / (time.monotonic() - began)
    await ground.kill(bot)
    return rate


def _figures(waits: list[float]) -> str:
    return f"acknowledged after p50/p99 {1000 * percentile(waits, 0.5):.0f}/{1000 * percentile(waits, 0.99):.0f} ms"


async def _send(ground: Ground, events: int, rate: float = 0.0, clients: int = _CLIENTS) -> list[float]:
    """Deliver past the sandbox, whose own work would count; seconds until each 200."""
    waits: list[float] = []
    requests = _signed(ground, events)
    began = time.monotonic()

    async def client(session: aiohttp.ClientSession) -> None:
        for number, (body, headers) in requests:
            if rate:
                await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            start = time.monotonic()
            async with session.post(str(ground.slack.request_url), data=body, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
            waits.append(time.monotonic() - start)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(client(session) for _ in range(clients)))
    return waits


def _signed(ground: Ground, events: int) -> Iterator[tuple[int, tuple[bytes, dict[str, str]]]]:
    door = ground.slack._slack.deliveries.http
    for number in range(events):
        ts = f"{time.time():.6f}"
        body = json.dumps(_message(ground, ts)).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": door.sign(stamp, body),
        }
        yield number, (body, headers)


def _message(ground: Ground, ts: str) -> dict[str, Any]:
    """Chatter, of which most of a channel consists: it is kept and looked at, and nothing is said to it."""
    slack = ground.slack
    event = {
        "type": "message",
        "channel": "C0C0000000",
        "channel_type": "channel",
        "user": "U0AMY000000",
        "text": "Good morning, has anybody seen the label printer?",
        "ts": ts,
        "event_ts": ts,
        "team": slack.team_id,
    }
    return {
        "type": "event_callback",
        "team_id": slack.team_id,
        "api_app_id": slack.app_id,
        "event_id": f"Ev{ts.replace('.', '')}",
        "event_time": int(float(ts)),
        "event": event,
        "authorizations": [{"team_id": slack.team_id, "user_id": slack.bot_user_id, "is_bot": True}],
    }
