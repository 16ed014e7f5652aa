"""An upgrade without an outage: the code before the present schema and this code on one PostgreSQL, one after the other."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox import SlackSandbox
from bot.store import StoreError, TokenCipher
from bot.store.reencryption import encrypt_tokens
from bot.store.token_cipher import new_key
from tests.e2e.conftest import free_port
from tests.fixtures.databases import NewDatabase
from tests.smoke.scenarios import PASTE, words_of

# The last commit of the schema 0008.
BEFORE = "3794e51"


@pytest.fixture
def code_before(checkout: Path, tmp_path: Path) -> Path:
    """The code as it was, in a folder of its own."""
    folder = tmp_path / "before"
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", BEFORE, "bot", "knowledge", "manifest.yml"], cwd=checkout, capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"the commit {BEFORE} is not in this clone")
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return folder


@asynccontextmanager
async def serving(
    code: Path, slack: SlackSandbox, address: str, cache: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`sceptic serve` of this code as a process, connected; `returncode` is set when it does not come so far."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "SCEPTIC_"))}
    environment = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": address,
        "SCEPTIC_PORT": str(free_port()),
        "SCEPTIC_CACHE": str(cache),
    }
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve",
        cwd=code, env=inherited | environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert bot.stdout is not None
    try:
        async with asyncio.timeout(120):
            if await bot.stdout.readline() == b"":
                await bot.wait()
        yield bot
    finally:
        if bot.returncode is None:
            bot.terminate()
        await bot.communicate()


async def ask(slack: SlackSandbox, number: int) -> list[str]:
    """Post some pastes, a little apart; their timestamps."""
    posted = []
    for _ in range(number):
        posted.append(await slack.post(PASTE, channel="support", user="amy"))
        await asyncio.sleep(0.3)
    return posted


@pytest.mark.thorough
@pytest.mark.full_pace
async def test_replicas_are_replaced_one_after_the_other(
    code_before: Path, checkout: Path, tmp_path: Path, postgres_database: NewDatabase
) -> None:
    """Every paste is answered once, an incident goes on, and nothing new is switched on while an old replica is there."""
    address = postgres_database()
    async with SlackSandbox(manifest=checkout / "manifest.yml") as slack, AsyncExitStack() as stack:
        old = await stack.enter_async_context(serving(code_before, slack, address, tmp_path / "old"))
        asked = await ask(slack, 3)
        thread = asked[0]
        await slack.wait_for(lambda: len(slack.messages("support", thread)) > 1, 30)
        await slack.post(f"<@{slack.bot_user_id}> triage", channel="support", user="amy", thread_ts=thread)
        await slack.wait_for(lambda: "INC-1" in words_of(slack.messages("support", thread)[-1]), 30)

        new = await stack.enter_async_context(serving(checkout, slack, address, tmp_path / "new"))
        assert (old.returncode, new.returncode) == (None, None)
        asked += await ask(slack, 6)
        with pytest.raises(StoreError, match="connections are of bots that have not the key"):
            await asyncio.to_thread(encrypt_tokens, address, TokenCipher(new_key()))
        old.terminate()
        asked += await ask(slack, 3)
        await old.wait()
        assert old.returncode == 0
        asked += await ask(slack, 3)
        await slack.wait_for(lambda: all(len(slack.messages("support", ts)) > 1 for ts in asked), 60)
        card = slack.messages("support", thread)[-1]["ts"]
        await slack.click(card, "incident:claim", user="lee")
        await slack.wait_for(lambda: "<@U0LEE000000>" in words_of(slack.messages("support", thread)[-1]), 30)
        await slack.settled()

        assert {len(slack.messages("support", ts)) for ts in asked[1:]} == {2}
        async with serving(code_before, slack, address, tmp_path / "old") as again:
            assert again.returncode == 1
