"""The bot in the sandbox's page, in Chromium; `--screenshots` keeps the pictures of the README."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.serve import serve
from tests.fixtures.browser import browser_fixture
from tests.slack_models import held_against_the_models  # noqa: F401 - autouse in this folder

Picture = Callable[[Page, str], Awaitable[None]]


@browser_fixture()
async def slack(chromium: Browser, settings: Settings, sceptic: Sceptic, checkout: Path) -> AsyncIterator[SlackSandbox]:
    examples = sorted((checkout / "knowledge").glob("*/examples.yaml"))
    async with SlackSandbox(manifest=checkout / "manifest.yml", examples=examples) as sandbox:
        tokens = {
            "slack_bot_token": sandbox.bot_token,
            "slack_app_token": sandbox.app_token,
            "slack_api_url": sandbox.api_url,
        }
        bot = asyncio.create_task(serve(replace(settings, **tokens), sceptic))
        await sandbox.connected()
        yield sandbox
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


@pytest.fixture
def picture(pictures: Path) -> Picture:
    """Take a screenshot, kept beside the tests on request."""

    async def take(page: Page, name: str) -> None:
        # Scroll to the top of the newest answer, which is read first.
        if await page.locator(".message .badge").count():
            answer = page.locator(".message", has=page.locator(".badge")).last
            await answer.evaluate("message => message.scrollIntoView({ block: 'start' })")
        await page.wait_for_timeout(250)
        await page.screenshot(path=pictures / f"{name}.png")

    return take
