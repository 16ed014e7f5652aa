"""Files in the page: uploads by button, drop and paste; previews, downloads and deletion."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
from playwright.async_api import Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.fixtures.browser import IN_BROWSER, browser_fixture

from ..conftest import FULL_MANIFEST
from .pictures import PNG

pytestmark = IN_BROWSER

CHANNEL = "C0SUPPORT00"
LOG = "".join(f"line {number}\n" for number in range(40))


@browser_fixture()
async def slack() -> AsyncIterator[SlackSandbox]:
    async with SlackSandbox(FULL_MANIFEST, retry_seconds=()) as sandbox:
        yield sandbox


def last(page: Page) -> Locator:
    return page.locator(".message").last


async def drop(page: Page, target: str, kind: str, name: str, text: str) -> None:
    """Drop or paste a file on an element."""
    await page.evaluate(
        """([target, kind, name, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name));
            const node = document.querySelector(target);
            const event = kind === "paste"
                ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
                : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            node.dispatchEvent(event);
        }""",
        [target, kind, name, text],
    )


async def test_files_chosen_dropped_and_pasted_go_out_as_one_message(slack, window):
    """One of the three is removed again before the message is sent."""
    page = await window()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Attach files").first.click()
    chosen = [{"name": "chosen.log", "mimeType": "text/plain", "buffer": LOG.encode()}]
    await (await chooser.value).set_files(chosen)
    await drop(page, "#conversation", "drop", "dropped.txt", "I fell")
    await drop(page, "#composer", "paste", "pasted.csv", "a,b")
    await drop(page, "#composer", "paste", "mistake.txt", "no")
    await page.get_by_role("button", name="Leave out mistake.txt").click()
    await page.get_by_role("textbox", name="Message #support").fill("look at these")
    await page.keyboard.press("Enter")

    await expect(last(page).locator(".file-name")).to_have_text(["chosen.log", "dropped.txt", "pasted.csv"])
    message = slack.messages()[-1]
    assert (message["text"], message["subtype"]) == ("look at these", "file_share")
    assert [each["size"] for each in message["files"]] == [len(LOG), 6, 3]
    await expect(page.get_by_role("list", name="Files to send").first).to_be_hidden()


async def test_a_text_shows_its_first_lines_and_downloads_whole(slack, window):
    """Name, kind and size are shown; a binary file has no preview."""
    await slack.upload("server.log", LOG.encode(), user="lee")
    await slack.upload("trace.bin", b"\0\1\2", user="lee")
    page = await window()
    shown = page.get_by_role("group", name="server.log")
    await expect(shown).to_contain_text("Plain Text · 310 bytes")
    await expect(shown.locator("pre")).to_contain_text("line 11")
    await expect(shown.locator("pre")).not_to_contain_text("line 12")
    await expect(shown).to_contain_text("There is more")
    await expect(page.get_by_role("group", name="trace.bin").locator("pre")).to_have_count(0)

    async with page.expect_download() as download:
        await shown.get_by_role("link", name="Download server.log").click()
    kept = await download.value
    assert kept.suggested_filename == "server.log"
    assert (await kept.path()).read_text() == LOG


async def _is_drawn(picture: Locator) -> None:
    await expect(picture).to_be_visible()
    assert await picture.evaluate("node => node.decode().then(() => node.naturalWidth)") == 2


async def test_pictures_are_shown_in_messages_and_in_blocks(slack, window):
    """A person's picture is shown, and the app's own in an image block by ID and by URL."""
    await slack.upload("screen.png", PNG, user="lee")
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    asked: dict[str, Any] = {"file": PNG, "filename": "chart.png", "title": "Chart", "channel": CHANNEL}
    file = (await client.files_upload_v2(**asked, initial_comment="from the app"))["file"]
    for place in ({"id": file["id"]}, {"url": file["url_private"]}):
        block = {"type": "image", "alt_text": f"by {next(iter(place))}", "slack_file": place}
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=[block])
    page = await window()

    for name in ("screen.png", "chart.png", "by id", "by url"):
        await _is_drawn(page.get_by_role("img", name=name))
    await expect(page.locator(".message").filter(has_text="from the app")).to_contain_text("Chart")


async def test_a_deleted_file_leaves_a_note(slack, window):
    """A person can delete only their own file, after a question; everyone sees the note, and the app receives the event."""
    await slack.upload("mine.txt", b"text", "keep these words")
    amy, lee = await window(), await window("lee")
    await expect(last(lee)).to_contain_text("mine.txt")
    await expect(lee.get_by_role("button", name="Delete mine.txt")).to_have_count(0)
    await amy.get_by_role("button", name="Delete mine.txt").click()
    await amy.get_by_role("alertdialog").get_by_role("button", name="Delete").click()

    await expect(last(lee)).to_contain_text(re.compile("keep these words.*This file was deleted", re.DOTALL))
    assert slack.messages()[-1]["files"] == [{"id": slack.messages()[-1]["files"][0]["id"], "mode": "tombstone"}]


async def test_a_file_of_a_private_channel_stays_there(slack):
    """A person outside the channel gets nothing from the file's URL."""
    await slack.create_channel("secrets", private=True, members=("amy",))
    await slack.upload("key.txt", b"hidden", channel="secrets")
    address = f"{slack.url}page/files/{slack.team_id}/{slack.messages('secrets')[-1]['files'][0]['id']}"
    async with aiohttp.ClientSession() as session:
        async with session.get(address, params={"user": "amy"}) as response:
            assert await response.read() == b"hidden"
            assert response.headers["Content-Disposition"].startswith("attachment")
        for rest in ("", "/preview"):
            async with session.get(address + rest, params={"user": "lee"}) as response:
                assert response.status == 404


async def test_a_large_file_fits_and_a_faulty_upload_is_refused_in_words(slack):
    """The page takes more than the API takes in one body, and refuses an upload without a form, a file or a channel."""
    address, place = f"{slack.url}page/upload", {"user": "amy", "channel": CHANNEL}
    async with aiohttp.ClientSession() as session:

        async def send(params: dict[str, str], **body: Any) -> dict[str, Any]:
            async with session.post(address, params=params, **body) as response:
                return dict(await response.json())

        def form(content: bytes | None = b"x") -> aiohttp.FormData:
            made = aiohttp.FormData(default_to_multipart=True)
            made.add_field("text", "words")
            if content is not None:
                made.add_field("file", BytesIO(content), filename="large.bin")
            return made

        assert (await send(place, data=form(b"x" * 6_000_000)))["ok"]
        assert "form" in (await send(place, json={}))["error"]
        assert "a name and is not empty" in (await send(place, data=form(b"")))["error"]
        assert "a name and is not empty" in (await send(place, data=form(None)))["error"]
        assert "no channel" in (await send({**place, "channel": "C0NOWHERE00"}, data=form()))["error"]
    assert [each["size"] for each in slack.messages()[-1]["files"]] == [6_000_000]
