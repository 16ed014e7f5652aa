"""First answers for a visitor of the page, in both languages: question, paste, command, sharing, shortcut."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.test_dialogues import PASTE
from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER

PASTE_ZH = """記錄檔名稱:         Microsoft Intune 連接器
來源:           Microsoft Intune Connector
日期:           2024/5/14 上午 09:12:33
事件識別碼:         20402
工作類別:          無
層級:           錯誤
關鍵字:           傳統
使用者:           不適用
電腦:           NDES01.contoso.com
描述:
無法下載簽署憑證的要求。診斷碼: 0x00000000"""


async def write(page: Page, text: str, name: str = "Message #support") -> None:
    """Paste a text into the composer and send it."""
    box = page.get_by_role("textbox", name=name)
    await box.fill(text)
    await page.keyboard.press("Escape")
    await box.press("Enter")


def last(page: Page) -> Any:
    return page.locator(".log .message").last


async def test_a_paste_is_answered_in_its_thread(slack: Any, window: Any, picture: Any) -> None:
    """The thread opens beside the channel and shows the cause for the code in the paste."""
    page = await window()
    await write(page, PASTE)
    await page.get_by_role("button", name="1 reply").last.click()
    thread = page.get_by_label("Thread", exact=True).first
    await expect(thread).to_contain_text("Failure · 20502 · CRPVerifyMetric_Failure")
    await expect(thread).to_contain_text("CRPSCEPSigningCert_NotFound")
    await picture(page, "paste")


async def test_a_paste_in_chinese_in_the_dark(slack: Any, window: Any, picture: Any) -> None:
    """A Chinese event is answered in Chinese; both themes show it."""
    page = await window("jianhong", color_scheme="dark")
    await write(page, PASTE_ZH)
    await page.get_by_role("button", name="1 reply").last.click()
    thread = page.get_by_label("Thread", exact=True).first
    await expect(thread).to_contain_text("失敗 · 20402 · Download_Failure")
    await picture(page, "paste-zh-dark")


async def test_the_command_is_completed_answered_privately_and_shared(slack: Any, window: Any, picture: Any) -> None:
    """/event is offered while typing, its answer is marked private, and another person sees it once it is shared."""
    page, other = await window(), await window("lee")
    box = page.get_by_role("textbox", name="Message #support")
    await box.press_sequentially("/ev")
    await expect(page.get_by_role("option")).to_contain_text("Explain an event or diagnostic code")
    await box.press("Enter")
    await box.press_sequentially("20502")
    await box.press("Enter")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await expect(last(page)).to_contain_text("Which code is in the event's details?")
    await picture(page, "command")
    await expect(other.get_by_text("Which code is in the event's details?")).to_be_hidden()

    await page.get_by_role("button", name="Share with the channel").click()
    await expect(page.get_by_text("Only visible to you")).to_be_hidden()
    await expect(last(other)).to_contain_text("Shared by")
    await expect(last(other)).to_contain_text("20502")


async def test_a_question_in_chinese(slack: Any, window: Any, picture: Any) -> None:
    """A mention is answered in the language of its question."""
    page = await window()
    await write(page, "@Sceptic 憑證登錄點無法驗證挑戰")
    await page.get_by_role("button", name="1 reply").last.click()
    await expect(page.get_by_label("Thread", exact=True).first).to_contain_text("失敗 · 20502")
    await picture(page, "question-zh")


async def test_the_shortcut_explains_a_message_that_was_there_before(slack: Any, window: Any, picture: Any) -> None:
    """A visitor uses the menu of an example event in the channel."""
    page = await window()
    message = page.locator(".log .message").filter(has_text="20502").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Explain this event").click()
    await expect(last(page)).to_contain_text("20502 · CRPVerifyMetric_Failure")


async def test_a_direct_message_offers_neighbours_of_an_undocumented_id(slack: Any, window: Any, picture: Any) -> None:
    """No article has 20503; a click on a neighbour replaces the choices by its article."""
    page = await window()
    await page.get_by_role("button", name="Sceptic").first.click()
    await write(page, "what is 20503", name="Message Sceptic")
    await expect(last(page)).to_contain_text("not among the documented events")
    await picture(page, "unknown")
    await page.get_by_role("button", name="20501").click()
    await expect(last(page)).to_contain_text("Warning · 20501")


async def test_a_digest_opens_an_article_in_a_modal(slack: Any, window: Any, picture: Any) -> None:
    """Several events in one paste get one message, and each line can be opened."""
    page = await window()
    without_cause = PASTE.replace("0x00000409", "0x00000000")
    events = [without_cause.replace("20502", "20402"), PASTE, without_cause.replace("20502", "10010")]
    await write(page, "\n\n".join(events))
    await page.get_by_role("button", name="1 reply").last.click()
    thread = page.get_by_label("Thread", exact=True).first
    await expect(thread).to_contain_text("look here first")
    await picture(page, "digest")
    await thread.get_by_role("button", name="Open").nth(1).click()
    await expect(page.get_by_role("dialog")).to_contain_text("CRPVerifyMetric_Failure")


async def test_the_home_tab(slack: Any, window: Any, picture: Any) -> None:
    """The home tab says how to ask and about which products."""
    page = await window()
    await page.get_by_role("button", name="Sceptic running").click()
    await expect(page.get_by_text("Everything I have an article on")).to_be_visible()
    await picture(page, "home")


async def test_an_answer_on_a_phone(slack: Any, window: Any, picture: Any) -> None:
    """At 390 pixels the first screen holds outcome, meaning, cause and the first steps, and nothing scrolls sideways."""
    page = await window(viewport={"width": 390, "height": 800})
    await write(page, PASTE)
    await page.get_by_role("button", name="1 reply").last.click()
    thread = page.get_by_label("Thread", exact=True).first
    await expect(thread).to_contain_text("Do this next")
    await picture(page, "phone")
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
