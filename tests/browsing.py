"""Chromium for the tests: one browser for a whole run, and windows of the sandbox's page in it.

The browser lives in the session's event loop. A module with such tests therefore says
`pytestmark = IN_BROWSER`, and its async fixtures are made with `browser_fixture`.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from bot.sandbox import SlackSandbox

IN_BROWSER = pytest.mark.asyncio(loop_scope="session")
browser_fixture = partial(pytest_asyncio.fixture, loop_scope="session")
CHROMIUM = shutil.which("chromium")
_OFF = ("gpu", "background-networking", "component-update", "sync")
FLAGS = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{each}" for each in _OFF)]
# Milliseconds that a page gets for anything.
_PATIENCE = 8000
Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser. A start takes longer than a test, so there is one for all of them."""
    if CHROMIUM is None:
        pytest.skip("the page is tried in Chromium, which is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: Browser, slack: SlackSandbox) -> AsyncIterator[Open]:
    """Opens windows; any error in a page's console fails the test."""
    faults: list[str] = []
    contexts = []

    async def open_window(user: str = "amy", place: dict[str, str] | None = None, **context: Any) -> Page:
        context.setdefault("viewport", {"width": 1180, "height": 900})
        contexts.append(await chromium.new_context(**context))
        page = await contexts[-1].new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(f"{slack.url}?{urlencode({'user': user, **(place or {})})}")
        await page.wait_for_selector(".team", state="attached")
        return page

    yield open_window
    for context in contexts:
        await context.close()
    assert faults == []


@pytest.fixture
def pictures(request: pytest.FixtureRequest, checkout: Path, tmp_path: Path) -> Path:
    """Where screenshots go: beside the tests when they are asked for."""
    if not request.config.getoption("--screenshots"):
        return tmp_path
    folder = checkout / "tests" / "browser" / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
