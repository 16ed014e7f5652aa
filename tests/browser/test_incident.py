"""Incident in the page: two people work on it while its card is updated, in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.test_first_answer import write
from tests.e2e.test_incidents import DOWNLOAD, SUCCESS
from tests.fixtures.browser import IN_BROWSER
from tests.smoke.scenarios import PASTE

pytestmark = IN_BROWSER


async def reply(page: Page, text: str) -> None:
    """Paste a text into the open thread."""
    box = page.get_by_role("textbox", name="Reply…")
    await box.fill(text)
    await box.press("Enter")


async def show(page: Page, thread: Any, status: str, pictures: Path, name: str) -> None:
    """Take a picture with the card at the top of the thread."""
    await thread.get_by_text(f"INC-1 · {status}").evaluate("each => each.scrollIntoView({ block: 'start' })")
    await page.wait_for_timeout(250)
    await page.screenshot(path=pictures / f"{name}.png")


async def test_an_incident_from_paste_to_the_end(slack: Any, window: Any, pictures: Path) -> None:
    """Amy starts triage, Lee pastes his findings, the card follows; Lee resolves it, and Amy sees that."""
    amy = await window(viewport={"width": 1280, "height": 1150})
    await write(amy, PASTE)
    await amy.get_by_role("button", name="1 reply").last.click()
    thread = amy.get_by_label("Thread", exact=True).first
    await thread.get_by_role("button", name="Start triage").click()
    await expect(thread).to_contain_text("INC-1 · Triage · P3")
    await reply(amy, DOWNLOAD)
    await expect(thread).to_contain_text("Likely cause: 20402 Download_Failure")
    await thread.get_by_role("button", name="Claim").click()
    await expect(thread).to_contain_text("In progress")
    await show(amy, thread, "In progress", pictures, "incident")

    lee = await window("lee", color_scheme="dark", viewport={"width": 1280, "height": 1150})
    await lee.get_by_role("button", name="repl").last.click()
    his = lee.get_by_label("Thread", exact=True).first
    await reply(lee, SUCCESS)
    await expect(his).to_contain_text("20500 CRPVerifyMetric_Success")
    await his.get_by_role("button", name="Resolve").click()
    form = lee.get_by_role("dialog")
    await form.get_by_label("What was the cause?").fill("The proxy's list lost the connector's server")
    await form.get_by_label("What fixed it?").fill("Proxy let the connector through again")
    await form.get_by_role("button", name="Resolve").click()
    await expect(his).to_contain_text("Resolved · P3")
    await expect(thread).to_contain_text("Proxy let the connector through again")
    await show(lee, his, "Resolved", pictures, "incident-dark")
