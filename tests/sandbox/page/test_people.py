"""Two people in two windows: private and common content."""

from typing import Any

from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.fixtures.browser import IN_BROWSER, browser_fixture

from ..echo_app import BUTTONS

pytestmark = IN_BROWSER


def level(number: int) -> dict[str, Any]:
    """Build a modal with a field, and a button that opens the next one."""
    label = {"type": "plain_text", "text": "Note"}
    deeper = {"type": "button", "action_id": "deeper", "text": {"type": "plain_text", "text": "Deeper"}}
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": f"Level {number}"},
        "submit": {"type": "plain_text", "text": "Done"},
        "private_metadata": str(number),
        "blocks": [
            {"type": "input", "block_id": "note", "label": label, "element": {"type": "plain_text_input"}},
            {"type": "actions", "elements": [deeper]},
        ],
    }


@browser_fixture()
async def app(bolt) -> AsyncWebClient:
    """Client of the echo app, which also opens one modal on top of the other."""

    @bolt.action("deeper")
    async def go_deeper(ack, body, client):
        await ack()
        if "view" in body:
            view = level(int(body["view"]["private_metadata"]) + 1)
            await client.views_push(trigger_id=body["trigger_id"], view=view)
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=level(1))

    return bolt.client


async def test_ephemerals_homes_and_modals_are_ones_own(slack, app, window):
    """Lee sees nothing that the app shows to Amy alone, before and after a reload."""
    amy, lee = await window(), await window("lee")
    box = amy.get_by_role("textbox", name="Message #support")
    await box.fill("/echo between us")
    await box.press("Enter")
    await expect(amy.get_by_text("You said: between us")).to_be_visible()
    await expect(amy.locator(".message").last).to_contain_text("Only visible to you")
    await amy.get_by_role("button", name="Echo running").click()
    await amy.get_by_role("button", name="Open the form").click()
    await amy.get_by_role("dialog", name="Say something").wait_for()
    await slack.post("for both of us")

    await expect(lee.get_by_text("for both of us")).to_be_visible()
    for _ in range(2):
        await expect(lee.get_by_text("You said: between us")).to_have_count(0)
        await expect(lee.get_by_role("dialog")).to_have_count(0)
        await lee.reload()
        await lee.locator(".message").last.wait_for()
    assert (slack.home("lee"), len(slack.views("amy"))) == (None, 1)


async def test_each_has_a_home_tab_and_a_direct_message_of_their_own(slack, app, window):
    """The app publishes two homes, and Lee does not see Amy's direct message."""
    people = {"amy": "U0AMY000000", "lee": "U0LEE000000"}
    pages = {name: await window(name) for name in people}
    for page in pages.values():
        await page.get_by_role("button", name="Echo running").click()
        await expect(page.get_by_role("heading", name="Hello from Echo")).to_be_visible()
    for name, user_id in people.items():
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": f"Good morning, {name}"}}]
        await app.views_publish(user_id=user_id, view={"type": "home", "blocks": blocks})
    for name, page in pages.items():
        await expect(page.get_by_role("heading", name=f"Good morning, {name}")).to_be_visible()
        await page.get_by_role("tab", name="Messages").click()
    await pages["amy"].get_by_role("textbox", name="Message Echo").fill("hi")
    await pages["amy"].keyboard.press("Enter")

    await expect(pages["amy"].locator(".message").last).to_contain_text("You said: hi")
    await expect(pages["lee"].locator(".message")).to_have_count(0)


async def test_three_modals_stand_on_each_other(slack, app, window):
    """Each keeps its input; Esc closes the topmost; a fourth is refused."""
    await app.chat_postMessage(channel="C0SUPPORT00", text="x", blocks=level(1)["blocks"][1:])
    page = await window()
    await page.get_by_role("button", name="Deeper").click()
    for number in (1, 2, 3):
        form = page.get_by_role("dialog", name=f"Level {number}")
        await form.get_by_role("textbox", name="Note").fill(f"typed at {number}")
        await form.get_by_role("button", name="Deeper").click()
    await slack.wait_for(lambda: slack.calls[-1].answer.get("error") == "push_limit_reached")

    for number in (3, 2, 1):
        form = page.get_by_role("dialog", name=f"Level {number}")
        await expect(form.get_by_role("textbox", name="Note")).to_have_value(f"typed at {number}")
        await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_two_people_side_by_side(slack, app, window, pictures):
    """The two windows show the same channel, in light and dark."""
    await slack.upload(
        "server.log", b"09:12:33 ERROR 418 the teapot is empty\n09:12:34 INFO  next try in 60 s\n", user="lee"
    )
    ts = await slack.post("Anyone seen this code before?", user="lee")
    size = {"width": 760, "height": 700}
    amy = await window(viewport=size, color_scheme="light")
    lee = await window("lee", viewport=size, color_scheme="dark")
    await slack.react(ts, "eyes")
    await slack.react(ts, "thumbsup", user="jianhong")
    await slack.command("/echo", "only Amy reads this")
    await app.chat_postMessage(channel="C0SUPPORT00", text="Once more?", blocks=BUTTONS)
    await expect(amy.get_by_text("only Amy reads this")).to_be_visible()
    await expect(lee.get_by_role("button", name="eyes: Amy Chen")).to_be_visible()
    await expect(lee.get_by_role("button", name="Again")).to_be_visible()
    await expect(lee.get_by_text("only Amy reads this")).to_have_count(0)

    await amy.screenshot(path=pictures / "two-windows-amy.png")
    await lee.screenshot(path=pictures / "two-windows-lee.png")
    assert (pictures / "two-windows-lee.png").stat().st_size > 10_000
