"""Starting: what is wrong with tokens or network is said at once, in one sentence."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings, SettingsError
from bot.slack.serve import serve
from tests.e2e.conftest import free_port


@pytest.mark.parametrize("wrong", ["slack_bot_token", "slack_app_token"])
async def test_a_refused_token_is_named(wrong: str, settings: Settings, sceptic: Sceptic, checkout: Path) -> None:
    """Trying again with the same token would never end."""
    async with SlackSandbox(manifest=checkout / "manifest.yml") as slack:
        tokens = {
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_api_url": slack.api_url,
        }
        tokens[wrong] = tokens[wrong][:5] + "not-a-token"
        with pytest.raises(SettingsError, match=f"Slack refuses {wrong.upper()}"):
            await asyncio.wait_for(serve(replace(settings, **tokens), sceptic), 20)


async def test_an_unreachable_slack_ends_the_start(settings: Settings, sceptic: Sceptic) -> None:
    """Nobody listens there."""
    tokens = {
        "slack_bot_token": "xoxb-x",
        "slack_app_token": "xapp-x",
        "slack_api_url": f"http://127.0.0.1:{free_port()}/api/",
    }
    with pytest.raises(OSError, match="Cannot connect"):
        await asyncio.wait_for(serve(replace(settings, **tokens), sceptic), 20)


async def test_trying_it_says_where_to_look_and_shows_the_examples(checkout: Path) -> None:
    """`sceptic run` makes a new store each time, without a warning; the page opens with the product's example events."""
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--port", str(free_port())),
        cwd=checkout,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert bot.stdout is not None
    async with asyncio.timeout(40):
        first = await bot.stdout.readline()
        url = first.decode().split()[1]
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}page/feed?user=amy") as window:
            page = await window.receive_json()
    bot.kill()
    _, warned = await bot.communicate()

    assert first.startswith(b"Open http://127.0.0.1:")
    assert warned == b""
    shown = [each["text"] for channel in page["channels"] for each in channel["messages"]]
    examples = yaml.safe_load(
        (checkout / "knowledge" / "intune-connector" / "examples.yaml").read_text(encoding="utf-8")
    )
    assert all(any(each["text"].splitlines()[0] in text for text in shown) for each in examples["messages"])
