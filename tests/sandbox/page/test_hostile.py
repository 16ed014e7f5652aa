"""Hostile text, names and files, none of which becomes part of the page's HTML."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.fixtures.browser import IN_BROWSER, browser_fixture

from ..conftest import FULL_MANIFEST

pytestmark = IN_BROWSER

CHANNEL = "C0SUPPORT00"
IMG = "<img src=x onerror=alert(1)>"
SCRIPT = '"><script>alert(2)</script>'
HOSTILE = [IMG, SCRIPT, "'><svg/onload=alert(3)>", "</textarea></pre></title><b>x</b>", "${alert(4)}{{4}}<!--"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Workspace whose name, people and topics are hostile."""
    document = {
        "team": {"name": f"{IMG} Ltd", "domain": "evil"},
        "users": [
            {"name": "amy", "real_name": f"Amy {IMG}", "title": SCRIPT, "locale": SCRIPT},
            {"name": "lee", "real_name": f"Lee {SCRIPT}", "title": IMG},
        ],
        "channels": [{"name": "support", "bot": True, "topic": f"Topic {IMG}"}, {"name": "<b>x</b>", "topic": SCRIPT}],
    }
    path = tmp_path / "workspace.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@browser_fixture()
async def slack(workspace: Path) -> AsyncIterator[SlackSandbox]:
    async with SlackSandbox(FULL_MANIFEST, workspace, retry_seconds=()) as sandbox:
        yield sandbox


@pytest.fixture
def app(slack: SlackSandbox) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


async def is_clean(page: Page) -> None:
    """Tell that the page has no element, handler or script address from markup."""
    found = await page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((node) =>
            node.localName === "iframe" || (node.localName === "script" && !node.src) || (node.localName === "b")
            || [...node.attributes].some(({ name, value }) => name.startsWith("on") || /^\\s*javascript:/i.test(value))
            || node.getAttribute("src") === "x").map((node) => node.outerHTML.slice(0, 200))"""
    )
    assert found == []


async def test_what_people_and_apps_write_stays_text(slack, app, window):
    """Covers typed messages, the app's text and blocks, ephemerals, and broadcasts."""
    for text in HOSTILE:
        await slack.post(text, user="lee")
    sent = [text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in HOSTILE]
    for text in sent:
        blocks = [
            {"type": "header", "text": plain(text)},
            {"type": "section", "text": {"type": "mrkdwn", "text": text}, "fields": [plain(text)]},
            {"type": "context", "elements": [plain(text)]},
            {"type": "markdown", "text": f"{text} [x](javascript:alert(1))"},
        ]
        await app.chat_postMessage(channel=CHANNEL, text=text, blocks=blocks)
        await app.chat_postEphemeral(channel=CHANNEL, user="U0AMY000000", text=text)
    await app.chat_postMessage(channel=CHANNEL, text="raw <img src=x> <javascript:alert(1)|click> <!channel>")
    page = await window()

    for text in HOSTILE:
        shown = page.locator(".message-content").filter(has_text=text)
        await expect(shown).to_have_count(3)
    await expect(page.locator(".message").last.locator(".mention")).to_have_text("@channel")
    await expect(page.get_by_role("link", name="click")).to_have_count(0)
    await is_clean(page)


async def test_names_topics_and_files_stay_text(slack, app, window):
    """Covers names of the workspace, people, channels, files, bookmarks and reactions, in every menu."""
    ts = await slack.upload(f"{IMG}.txt", f"{SCRIPT} in the file".encode(), user="lee")
    await slack.upload("page.html", b"<script>alert(6)</script>", user="lee")
    await slack.react(ts, IMG)
    await app.pins_add(channel=CHANNEL, timestamp=ts)
    link = f"https://example.com/{SCRIPT}"
    await app.bookmarks_add(channel_id=CHANNEL, title=IMG, type="link", link=link, emoji=SCRIPT)
    slack.add_workspace(name=SCRIPT)
    page = await window()
    for place, text in (
        (".team-name", f"{IMG} Ltd"),
        (".topic", f"Topic {IMG}"),
        (".file-name", f"{IMG}.txt"),
        (".author", f"Lee {SCRIPT}"),
        (".shelf-item", IMG),
        (".file-text", f"{SCRIPT} in the file"),
        (".reaction", f":{IMG}:"),
    ):
        await expect(page.locator(place).filter(has_text=text).first).to_be_visible()
    for menu, entry in (("members", f"Lee {SCRIPT}"), ("Switch workspace", SCRIPT), ("Switch user", f"Amy {IMG}")):
        await page.get_by_role("button", name=menu).click()
        await expect(page.get_by_role("menuitem").filter(has_text=entry).first).to_be_visible()
        await is_clean(page)
        await page.keyboard.press("Escape")


async def test_the_inspector_and_forms_show_text(slack, app, window):
    """Covers JSON of hostile payloads, and a home tab and options with script addresses."""
    script = "javascript:alert(7)"
    option = {"text": plain(IMG), "value": SCRIPT}
    blocks = [
        {"type": "section", "text": plain(SCRIPT), "accessory": {"type": "overflow", "options": [option, option]}},
        {"type": "actions", "elements": [{"type": "static_select", "placeholder": plain(IMG), "options": [option]}]},
    ]
    await app.views_publish(user_id="U0AMY000000", view={"type": "home", "blocks": blocks})
    await slack.post(SCRIPT)
    page = await window(place={"channel": "D0AMY000000", "tab": "home"})
    await page.get_by_role("button", name="More options").click()
    await expect(page.get_by_role("menuitem").filter(has_text=IMG).first).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Inspector").click()
    record = page.locator(".record").filter(has_text="views.publish")
    await record.locator("summary").click()
    await expect(record).to_contain_text("onerror=alert(1)")
    await is_clean(page)

    drawn = await page.evaluate(
        """async (address) => {
            const { drawBlocks, makeHost } = await import("/page/blocks.js");
            const { openMenu, closeMenu } = await import("/page/menu.js");
            const text = { type: "plain_text", text: "go" };
            const button = { type: "button", action_id: "a", text, url: address };
            const image = { type: "image", image_url: "data:,", alt_text: "<b>x</b>", title: text };
            const node = drawBlocks([{ type: "actions", block_id: "b", elements: [button] }, image], makeHost(() => {}));
            openMenu(document.querySelector(".me"), [{ label: "go", href: address }]);
            const links = [...node.querySelectorAll("a"), ...document.querySelectorAll(".menu a")];
            closeMenu();
            return links.map((link) => link.href).concat(node.querySelector("img").alt);
        }""",
        script,
    )
    assert drawn == ["<b>x</b>"]
