"""People who talk while things go wrong, and a record of what they are owed for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bot.sandbox import Envelope, Team
from tests.faults.bots import Bot
from tests.faults.setup import PEOPLE, Ground
from tests.smoke.scenarios import DCOM, PASTE

Kind = Literal["paste", "threaded", "mention", "incident", "command", "share"]

_EVENTS: Final = f"{PASTE}\n\n{PASTE.replace('20502', '20402').replace('0x00000409', '0x0FFFFFFF')}\n\n{DCOM}"
_OPENS: Final = "open_article:1"
_TRIAGE: Final = "<@{bot}> triage this"
_QUESTION: Final = "<@{bot}> what does 20502 with 0x409 mean?"
# As often as one in ten deliveries comes again though it was acknowledged.
_AGAIN: Final = 0.1


@dataclass(slots=True)
class Offered:
    """Something said that is to be answered once: in the thread of `thread_ts`, or for a share in the channel."""

    kind: Kind
    team: Team
    channel: str
    thread_ts: str
    # The delivery that is answered: the mention's app_mention, the click; a message's is found by its timestamp.
    ts: str
    envelope: Envelope | None = None


@dataclass(slots=True)
class Crowd:
    """Says things in all workspaces and channels. What is said in which order depends on the seed only."""

    ground: Ground
    offered: list[Offered] = field(default_factory=list)
    # Nobody says anything for now.
    listens: bool = False
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _shared: set[tuple[str, str]] = field(default_factory=set)

    @asynccontextmanager
    async def talking(self, rate: float) -> AsyncIterator[None]:
        """Say so many things a second inside `async with`, and finish every sentence."""
        task = asyncio.create_task(self._talk(rate))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.finish()

    async def finish(self) -> None:
        """Wait for clicks that are under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def say(self, number: int, pause: float = 0.0) -> None:
        """Say so many things."""
        for _ in range(number):
            await self.say_something()
            await asyncio.sleep(pause)

    async def say_something(self) -> None:
        """Say a paste, sometimes in a thread; a mention; one that opens an incident; or a command whose answer is shared."""
        chance = self.ground.chance
        team, channel, user = (
            chance.choice(self.ground.teams),
            chance.choice(self.ground.channels),
            chance.choice(PEOPLE),
        )
        roll = chance.random()
        if roll < 0.6:
            ts = await team.post(PASTE, channel, user)
            self.offered.append(Offered("paste", team, channel, ts, ts))
        elif roll < 0.72:
            root = await team.post("look at this", channel, user)
            ts = await team.post(PASTE, channel, user, root)
            self.offered.append(Offered("threaded", team, channel, root, ts))
        elif roll < 0.8:
            await self._ask_for_triage(team, channel, user)
        elif roll < 0.9:
            ts = await team.post(_QUESTION.format(bot=team.bot_user_id), channel, user)
            self.offered.append(Offered("mention", team, channel, ts, ts))
        elif (team.team_id, channel) in self._shared:
            self._start(self._command(team, channel, user))
        else:
            # One a channel, so that a share in the channel belongs to one click.
            self._shared.add((team.team_id, channel))
            self._start(self._share(team, channel, user))
        if chance.random() < _AGAIN:
            self._repeat_one()

    async def _ask_for_triage(self, team: Team, channel: str, user: str) -> None:
        """Have an incident opened, and change it while its card is being posted: it is owed one card."""
        root = await team.post("look at this", channel, user)
        ts = await team.post(_TRIAGE.format(bot=team.bot_user_id), channel, user, root)
        self.offered.append(Offered("incident", team, channel, root, ts))
        await team.post(PASTE, channel, user, root)

    async def ask_for_a_digest(self) -> str:
        """Paste a list of events into the first channel; the timestamp of the answer, whose lines open articles."""
        slack, channel = self.ground.slack, self.ground.channels[0]
        ts = await slack.post(_EVENTS, channel)
        self.offered.append(Offered("paste", slack, channel, ts, ts))
        await slack.wait_for(lambda: len(slack.messages(channel, ts)) > 1, 20)
        return str(slack.messages(channel, ts)[1]["ts"])

    async def open_articles(self, digest: str, bot: Bot) -> None:
        """Press a line of the digest again and again, as long as the bot lives."""
        slack = self.ground.slack
        while bot.status is None:
            await slack.click(digest, _OPENS)
            await asyncio.sleep(0.1)

    async def _talk(self, rate: float) -> None:
        while True:
            if not self.listens:
                await self.say_something()
            await asyncio.sleep(1 / rate)

    def _start(self, task: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(task)
        self._under_way.add(running)
        running.add_done_callback(self._under_way.discard)

    def _repeat_one(self) -> None:
        acknowledged = [each for each in self.ground.slack.envelopes[-200:] if each.acked and each.kind == "events_api"]
        if acknowledged:
            envelope = self.ground.chance.choice(acknowledged)
            self._start(self._again(envelope))

    async def _again(self, envelope: Envelope) -> None:
        await self.ground.slack.redeliver(envelope)

    async def _command(self, team: Team, channel: str, user: str) -> bool:
        """Ask until the command is answered, as a person does."""
        for _ in range(20):
            asked = await team.command("/event", "20502 0x409", channel, user)
            assert asked is not None
            self.offered.append(Offered("command", team, channel, "", "", asked))
            if asked.acked:
                return True
            await asyncio.sleep(0.2)
        return False

    async def _share(self, team: Team, channel: str, user: str) -> None:
        """Press Share once on the answer of a command."""
        answered = await self._command(team, channel, user)
        private = [each for each in team.ephemerals(channel, user) if "share" in json.dumps(each)]
        if answered and private:
            clicked = await team.click(private[-1], "share", user)
            self.offered.append(Offered("share", team, channel, "", "", clicked))
