"""Inspector of the page: finding, reading, copying and redelivering."""

import json
import re
from contextlib import suppress

from playwright.async_api import expect
from slack_sdk.errors import SlackApiError

from tests.fixtures.browser import IN_BROWSER

pytestmark = IN_BROWSER


async def test_the_newest_comes_first_and_filters_narrow_it(slack, app, window):
    """Filters work by kind, by failure, and by any word of the payload."""
    page = await window()
    await page.get_by_role("button", name="Inspector").click()
    await slack.post("@Echo needle")
    await slack.command("/echo", "x")
    await slack.wait_for(lambda: "needle" in slack.messages()[-1]["text"] and slack.calls[-1].ok)
    with suppress(SlackApiError):
        await app.chat_postMessage(channel="C0NOWHERE00", text="x")
    records = page.locator(".record")
    await expect(records.first).to_contain_text("channel_not_found")
    await expect(records.first).to_have_class(re.compile("record-failed"))

    await page.get_by_role("button", name="Commands", exact=True).click()
    await expect(records).to_have_count(1)
    await expect(records).to_contain_text(re.compile(r"/echo.*acknowledged · \d+ ms"))
    await page.get_by_role("button", name="Failed", exact=True).click()
    await expect(records).to_have_count(1)
    await page.get_by_role("button", name="Events", exact=True).click()
    await page.get_by_role("searchbox", name="Filter by name or text").fill("app_mention")
    await expect(records.locator(".record-name")).to_have_text(["app_mention"])
    await page.get_by_role("button", name="API calls", exact=True).click()
    await page.get_by_role("searchbox", name="Filter by name or text").fill("NEEDLE")
    await expect(records.locator(".record-name")).to_have_text(["chat.postMessage"])


async def test_an_event_is_copied_and_delivered_again(slack, app, window):
    """The copy is JSON with the payload; the second attempt is marked, and reaches the app."""
    page = await window(permissions=["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Inspector").click()
    await slack.post("@Echo twice")
    await slack.wait_for(lambda: "twice" in slack.messages()[-1]["text"])
    record = page.locator(".record").filter(has_text="app_mention")
    await record.locator("summary").click()
    await expect(record).to_contain_text('"type": "event_callback"')
    await record.get_by_role("button", name="Copy as JSON").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    copied = json.loads(await page.evaluate("navigator.clipboard.readText()"))
    assert copied["sent"]["event"]["type"] == "app_mention"

    await record.get_by_role("button", name="Deliver again").click()
    await expect(record).to_contain_text("attempt 2")
    await expect(record).to_have_class(re.compile("record-retried"))
    mention = next(each for each in slack.envelopes if each.name == "app_mention")
    assert [each.acked for each in mention.attempts] == [True, True]
    thread = mention.payload["event"]["ts"]
    await slack.wait_for(lambda: len(slack.messages(thread_ts=thread)) == 3)
    await page.get_by_role("button", name="Retried", exact=True).click()
    await expect(page.locator(".record")).to_have_count(1)


async def test_an_app_that_does_not_answer_is_seen_at_once(slack, app, window):
    """A command without an acknowledgement is red, with the reason."""
    page = await window()
    await page.get_by_role("button", name="Inspector").click()
    await slack.command("/echo", "silent")

    record = page.locator(".record").filter(has_text="/echo")
    await expect(record).to_have_class(re.compile("record-failed"))
    await expect(record).to_contain_text("timeout")
