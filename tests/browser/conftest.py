"""The bot in the sandbox's page, in Chromium; `--screenshots` keeps the pictures the README shows."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from bot.diagnosis import Sceptic
from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack import serve

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Awaitable[Page]]
Picture = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
async def slack(settings: Settings, sceptic: Sceptic, checkout: Path) -> AsyncIterator[SlackSandbox]:
    if CHROMIUM is None:
        pytest.skip("the page is tried in Chromium, which is not installed")
    async with SlackSandbox(manifest=checkout / "manifest.yml") as sandbox:
        tokens = {
            "slack_bot_token": sandbox.bot_token,
            "slack_app_token": sandbox.app_token,
            "slack_api_url": sandbox.api_url,
        }
        bot = asyncio.create_task(serve(settings.model_copy(update=tokens), sceptic))
        await sandbox.connected()
        yield sandbox
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


@pytest.fixture
async def window(slack: SlackSandbox) -> AsyncIterator[Open]:
    """Opens windows; any error in a page's console fails the test."""
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        async def open_window(user: str = "amy", **context: Any) -> Page:
            context.setdefault("viewport", {"width": 1180, "height": 900})
            page = await (await browser.new_context(**context)).new_page()
            page.set_default_timeout(8000)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
            await page.goto(f"{slack.url}?user={user}")
            await page.wait_for_selector(".team", state="attached")
            return page

        yield open_window
        await browser.close()
    assert faults == []


@pytest.fixture
def picture(request: pytest.FixtureRequest, tmp_path: Path) -> Picture:
    """Takes a screenshot, kept beside the tests when asked for."""
    folder = Path(__file__).parent / "screenshots" if request.config.getoption("--screenshots") else tmp_path

    async def take(page: Page, name: str) -> None:
        folder.mkdir(exist_ok=True)
        # What is read first is the top of the newest answer.
        if await page.locator(".message .badge").count():
            answer = page.locator(".message", has=page.locator(".badge")).last
            await answer.evaluate("message => message.scrollIntoView({ block: 'start' })")
        await page.wait_for_timeout(250)
        await page.screenshot(path=folder / f"{name}.png")

    return take
