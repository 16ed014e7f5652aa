"""A team's own articles while the bot runs: changed, broken, away and back, with no restart."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Sceptic, build_sceptic
from bot.sandbox import SlackSandbox
from bot.settings import KNOWLEDGE, Settings
from bot.slack.app import build_app
from bot.slack.context.handling import Handling
from bot.slack.context.knowledge_reload import KnowledgeReload
from bot.slack.context.responder import CurrentResponder, Responder
from bot.slack.context.visibility import Person, Visibility
from bot.slack.delivery.metrics import Metrics
from bot.slack.delivery.receiver import Receiver
from bot.slack.platform.background import keep_running
from bot.slack.platform.installations import Installations
from bot.slack.platform.signals import Signal
from bot.slack.routing.commands import help_lines
from bot.store import ClaimedDelivery, Delivery, Installation, open_store
from tests.fixtures.reading import CONNECTOR
from tests.knowledge.test_second_product import TIDELINE
from tests.slack.conftest import Running
from tests.smoke.scenarios import words_of

SECONDS = 30
TITLE = "# The teapot boiled dry\n"


def retitle(path: Path, title: str = TITLE) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(title if line.startswith("# ") else line for line in lines), encoding="utf-8")


class Bot:
    """The articles that a running bot has."""

    def __init__(self, folders: list[Path], cache: Path) -> None:
        self.told: list[str] = []
        self.folders, self.cache = folders, cache
        self.sceptic = self.build()
        self.reloads = 0
        self.reloaded = asyncio.Event()

    def build(self) -> Sceptic:
        # Phrasings are learned elsewhere; here only articles are looked at.
        return replace(build_sceptic(self.folders, self.cache, self.told.append, KNOWLEDGE), words=lambda: None)  # type: ignore[arg-type,return-value]

    def take(self, sceptic: Sceptic) -> None:
        self.sceptic = sceptic
        self.reloaded.set()

    async def after_reload(self) -> Sceptic:
        async with asyncio.timeout(SECONDS):
            await self.reloaded.wait()
        self.reloaded.clear()
        return self.sceptic

    def title(self, article_id: str) -> str:
        return f"# {self.sceptic.knowledge.articles[article_id].prose['en'].title}\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TIDELINE, tmp_path / "team" / TIDELINE.name))


@pytest.fixture
async def bot(own: Path, tmp_path: Path) -> AsyncIterator[Bot]:
    bot = Bot([own], tmp_path / "cache")
    loop = asyncio.create_task(KnowledgeReload([own], bot.build, 0.02).run(bot.take))
    yield bot
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - the log tells nobody
            await asyncio.sleep(0.02)


def move(folder: Path, target: Path) -> None:
    """Rename a folder, over an empty one."""
    folder.rename(target)


def first_article(own: Path) -> Path:
    return next(path for path in sorted(own.glob("*.md")) if ".zh-TW" not in path.name)


async def test_what_is_changed_is_taken_without_a_restart(bot: Bot, own: Path) -> None:
    path = first_article(own)
    assert bot.title(path.stem) != TITLE
    retitle(path)
    await bot.after_reload()

    assert bot.title(path.stem) == TITLE


async def test_an_article_with_a_fault_takes_nothing_else_down(bot: Bot, own: Path) -> None:
    """Somebody is still writing it; it comes back with its last word."""
    path, before = first_article(own), bot.sceptic.knowledge.articles.keys()
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("outcome: ", "outcome: tea and "), encoding="utf-8")
    await bot.after_reload()
    assert before - bot.sceptic.knowledge.articles.keys() == {path.stem}
    assert any(f"the article {path.stem}" in sentence for sentence in bot.told)

    path.write_text(content, encoding="utf-8")
    await bot.after_reload()
    assert bot.sceptic.knowledge.articles.keys() == before


async def test_a_folder_that_goes_away_takes_nothing_with_it(
    bot: Bot, own: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A share that is not mounted any more, also where it leaves an empty folder; once it is back, it is read again."""
    caplog.set_level(logging.WARNING)
    before, path = bot.sceptic, first_article(own)
    move(own, tmp_path / "elsewhere")
    await until(lambda: "cannot be read or is empty" in caplog.text)
    os.mkdir(own)
    await asyncio.sleep(0.1)
    assert bot.sceptic is before
    assert caplog.text.count("cannot be read or is empty") == 1

    retitle(tmp_path / "elsewhere" / path.name)
    move(tmp_path / "elsewhere", own)
    await bot.after_reload()
    assert bot.title(path.stem) == TITLE


async def test_with_no_product_left_the_articles_from_before_stay(
    bot: Bot, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One sentence says it, and mending the file is enough."""
    caplog.set_level(logging.WARNING)
    before, path = bot.sceptic, own / "product.yaml"
    content = path.read_text(encoding="utf-8")
    path.write_text("name: [\n", encoding="utf-8")
    await until(lambda: "those from before stay" in caplog.text)
    assert bot.sceptic is before

    retitle(first_article(own))
    path.write_text(content, encoding="utf-8")
    await bot.after_reload()
    assert bot.title(first_article(own).stem) == TITLE


async def test_an_unexpected_error_is_logged_and_tried_again(
    own: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of the bot itself, not of an article: nobody has to change the file once more, or to start the bot."""
    bot, failed = Bot([own], tmp_path / "cache"), 0

    def build() -> Sceptic:
        nonlocal failed
        if failed < 2:
            failed += 1
            raise RuntimeError("no tea")
        return bot.build()

    run = partial(KnowledgeReload([own], build, 0.02).run, bot.take)
    loop = asyncio.create_task(keep_running("the reload of articles", run, (0.02,)))
    retitle(first_article(own))
    await bot.after_reload()
    loop.cancel()
    assert bot.title(first_article(own).stem) == TITLE
    said = [record for record in caplog.records if "unexpected error in the reload of articles" in record.getMessage()]
    assert len(said) == 2
    assert all(record.exc_info is not None and "no tea" in str(record.exc_info[1]) for record in said)


class Here(Installations):
    """One workspace, in which the bot is U0."""

    async def find(self, team_id: str, enterprise_id: str) -> Installation | None:
        return Installation(team_id, enterprise_id, "xoxb-tea", "U0", "B0")


async def test_a_delivery_keeps_the_articles_that_it_began_with(
    settings: Settings, sceptic: Sceptic, migrated_file: Path, tmp_path: Path
) -> None:
    """They are read anew while its listener waits for Slack: half of an answer by old ones, half by new ones, is none."""
    shutil.copy(migrated_file, tmp_path / "sceptic.db")
    nothing = replace(sceptic, knowledge=replace(sceptic.knowledge, articles={}, products={}))

    class Reloading(Visibility):
        """While somebody is looked up, all articles go away."""

        async def person(self, client: AsyncWebClient, user_id: str) -> Person | None:
            current.take(nothing)
            return None

    current, signal = CurrentResponder(Responder(sceptic, help_lines(), Reloading())), Signal()
    store = await open_store(settings.store_address, lambda _sentence: None)
    receiver = Receiver(store, Metrics(), signal, signal, lambda since, team_id: None)
    app = build_app(settings, current, receiver, Here(settings, store, AsyncWebClient("xoxb-tea")))

    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.000001", "text": "<@U0> 20502"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": event}
    delivery = Delivery("T1", "", "E1", "event", body)
    handling = Handling(delivery, store=store, claimed=ClaimedDelivery(1, 1, delivery, 0.0))
    try:
        await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, context={"handling": handling}))
    finally:
        await store.close()

    assert current.responder.sceptic is nothing
    assert handling.error is None
    assert "20502" in str([call.arguments for call in handling.calls])


@pytest.mark.thorough
async def test_a_team_changes_an_article_of_a_running_bot(
    slack: SlackSandbox, running: Running, tmp_path: Path
) -> None:
    """Over all shipped products: changed, with its folder gone, and taken back."""
    own = tmp_path / "team" / CONNECTOR.name
    own.mkdir(parents=True)
    for path in CONNECTOR.glob("20402.*"):
        shutil.copy(path, own)

    async def answered(number: str) -> str:
        before = len(slack.ephemerals("support", "amy"))
        await slack.command("/event", number, channel="support", user="amy")
        await slack.wait_for(lambda: len(slack.ephemerals("support", "amy")) > before)
        return words_of(slack.ephemerals("support", "amy")[-1])

    async def until_answered(number: str, has: bool) -> None:
        async with asyncio.timeout(4 * SECONDS):
            while ("The teapot boiled dry" in await answered(number)) is not has:  # noqa: ASYNC110 - it asks
                await asyncio.sleep(0.2)

    async with running(sceptic_knowledge=(KNOWLEDGE, own)):
        await until_answered("20502", False)
        for path in CONNECTOR.glob("20502.*"):
            shutil.copy(path, own)
        written = (own / "20502.md").read_text(encoding="utf-8")
        heading = "## What it means\n"
        changed = written.replace(heading, f"{heading}The teapot boiled dry.\n\n")
        (own / "20502.md").write_text(changed, encoding="utf-8")
        await until_answered("20502", True)
        move(own, tmp_path / "elsewhere")
        await until_answered("20502", True)
        assert "4005" in await answered("4005")
        (tmp_path / "elsewhere" / "20502.md").unlink()
        move(tmp_path / "elsewhere", own)
        await until_answered("20502", False)
