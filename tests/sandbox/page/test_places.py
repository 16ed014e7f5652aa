"""Reactions, pins, bookmarks, channels and workspaces in the page, as they change."""

import re
from collections.abc import AsyncIterator

import pytest
import yaml
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox
from tests.fixtures.browser import IN_BROWSER, browser_fixture

from ..conftest import FULL_MANIFEST

pytestmark = IN_BROWSER

CHANNEL = "C0SUPPORT00"


@browser_fixture()
async def slack() -> AsyncIterator[SlackSandbox]:
    async with SlackSandbox(FULL_MANIFEST, retry_seconds=()) as sandbox:
        yield sandbox


@pytest.fixture
def app(slack: SlackSandbox) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


async def test_reactions_are_picked_counted_and_toggled(slack, window):
    """The hint names both people, and a person's own reaction is marked."""
    await slack.post("look", user="lee")
    amy, lee = await window(), await window("lee")
    await amy.locator(".message").last.hover()
    await amy.locator(".message").last.get_by_role("button", name="Add a reaction").click()
    picker = amy.get_by_role("dialog", name="Add a reaction")
    await picker.get_by_role("searchbox").fill("check_mark")
    await picker.get_by_role("button", name="white_check_mark").click()
    await expect(picker).to_be_hidden()

    theirs = lee.get_by_role("button", name="white_check_mark: Amy Chen")
    await expect(theirs).to_have_attribute("aria-pressed", "false")
    await theirs.click()
    both = amy.get_by_role("button", name="white_check_mark: Amy Chen, Lee Novak")
    await expect(both).to_have_text(re.compile("2$"))
    await both.click()
    await expect(amy.get_by_role("button", name="white_check_mark: Lee Novak")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert slack.messages()[-1]["reactions"][0]["users"] == ["U0LEE000000"]


async def test_an_app_changes_its_blocks_without_a_mark(slack, window):
    """A changed text has a mark: https://docs.slack.dev/reference/methods/chat.update."""
    client = AsyncWebClient(slack.bot_token, slack.api_url)
    page = await window()
    posted = await client.chat_postMessage(channel=CHANNEL, text="first")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "second"}}]
    await client.chat_update(channel=CHANNEL, ts=posted["ts"], text="x", blocks=blocks)
    await expect(page.locator(".message").last).to_contain_text("second")
    await expect(page.locator(".message").last).not_to_contain_text("(edited)")
    await client.chat_update(channel=CHANNEL, ts=posted["ts"], text="third")
    await expect(page.locator(".message").last).to_contain_text("third (edited)")


async def test_a_deleted_root_leaves_its_thread_and_an_edit_its_mark(slack, window):
    """The replies stay in place; a message without replies disappears."""
    root = await slack.post("the root", user="lee")
    await slack.post("a reply", thread_ts=root)
    alone = await slack.post("alone", user="lee")
    page = await window()
    await slack.delete(root, user="lee")
    await slack.edit(alone, "changed", user="lee")
    await expect(page.locator(".message").last).to_contain_text("changed (edited)")
    await slack.delete(alone, user="lee")

    stone = page.locator(".message").last
    await expect(stone).to_contain_text("This message was deleted.")
    await stone.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread .message").last).to_contain_text("a reply")


async def test_pins_and_bookmarks_stand_above_the_messages(slack, app, window):
    """A person pins, the app adds a bookmark, and the list of pins leads to the message."""
    ts = await slack.post("the runbook is here", user="lee")
    page = await window()
    await page.locator(".message").last.hover()
    await page.locator(".message").last.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Pin to channel").click()
    await expect(page.locator(".message").last).to_contain_text("Pinned by you")
    assert (await app.pins_list(channel=CHANNEL))["items"][0]["created_by"] == "U0AMY000000"

    await app.bookmarks_add(channel_id=CHANNEL, title="Docs", type="link", link="https://example.com/docs")
    shelf = page.get_by_role("group", name="Pins and bookmarks")
    await expect(shelf.get_by_role("link", name="Docs")).to_have_attribute("href", "https://example.com/docs")
    await shelf.get_by_role("button", name="1 pinned").click()
    await page.get_by_role("menuitem", name="the runbook is here").click()
    await expect(page.locator(f'[data-ts="{ts}"]')).to_have_class(re.compile("revealed"))
    await app.pins_remove(channel=CHANNEL, timestamp=ts)
    await expect(shelf.get_by_role("button", name="1 pinned")).to_have_count(0)


async def test_channels_come_and_go_while_one_looks(slack, window):
    """Without a reload a private channel appears for its members only, and a group DM under its people's names."""
    amy, lee = await window(), await window("lee")
    await slack.create_channel("plans", private=True, members=("amy",))
    await slack.open_group_dm("amy", "lee", bot=False)
    await expect(amy.get_by_role("button", name="plans")).to_be_visible()
    await expect(amy.get_by_role("button", name="Lee Novak", exact=True)).to_be_visible()
    await expect(lee.get_by_role("button", name="Amy Chen", exact=True)).to_be_visible()
    await expect(lee.get_by_role("button", name="plans")).to_have_count(0)

    await slack.invite("lee", "plans")
    await lee.get_by_role("button", name="plans").click()
    await expect(lee.get_by_role("heading", name="plans")).to_be_visible()
    await slack.leave("lee", "plans")
    await expect(lee.get_by_role("heading", name="support")).to_be_visible()
    await expect(lee.get_by_role("button", name="plans")).to_have_count(0)


async def test_one_leaves_a_channel_and_joins_it_again(slack, window):
    """A person outside a public channel can read it and cannot post."""
    page = await window(place={"channel": "C0GENERAL00"})
    await page.get_by_role("button", name="4 members").click()
    await page.get_by_role("menuitem", name="Leave channel").click()
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_hidden()
    await expect(page.locator(".message").last).to_contain_text("has left the channel")

    await page.get_by_role("button", name="Join channel").click()
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_visible()
    await expect(page.get_by_role("button", name="4 members")).to_be_visible()


async def test_a_second_workspace_is_one_click_away(slack, window):
    """It appears in the switcher at once, and its messages stay in it."""
    page = await window()
    await expect(page.get_by_role("button", name="Switch workspace")).to_have_count(0)
    other = slack.add_workspace(name="Fabrikam")
    await page.get_by_role("button", name="Contoso IT. Switch workspace").click()
    await page.get_by_role("menuitem", name="Fabrikam").click()
    await page.get_by_role("button", name="Fabrikam. Switch workspace").wait_for()
    box = page.get_by_role("textbox", name="Message #support")
    await box.fill("over here")
    await box.press("Enter")

    await expect(page.locator(".message").last).to_contain_text("over here")
    assert other.messages()[-1]["text"] == "over here"
    assert slack.messages()[-1]["text"] != "over here"
    await page.reload()
    await expect(page.locator(".team-name")).to_have_text("Fabrikam")


async def test_an_archived_channel_can_only_be_read(slack, window):
    """The composer disappears from an open window, and returns when the channel is restored."""
    page = await window(place={"channel": "C0GENERAL00"})
    await slack.archive("general")
    await expect(page.get_by_text("This channel is archived")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_hidden()
    await slack.unarchive("general")
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_visible()


async def test_a_shared_channel_is_marked_on_both_sides(slack, window, tmp_path):
    """The Slack Connect mark names the other side, its people show their company's name, and files open on both sides."""
    document = {
        "team": {"name": "x", "domain": "x"},
        "users": [{"name": "kim", "real_name": "Kim Park"}],
        "channels": [{"name": "lobby"}],
    }
    (tmp_path / "other.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    other = slack.add_workspace(tmp_path / "other.yml", name="Fabrikam")
    amy, kim = await window(), await window("kim", place={"team": other.team_id})
    await slack.share_channel("random", other)
    await other.upload("offer.txt", b"ten per cent", "our offer", channel="random", user="kim")

    await amy.get_by_role("button", name="random").click()
    await kim.get_by_role("button", name="random").click()
    await expect(amy.get_by_role("img", name="Slack Connect: shared with Fabrikam").first).to_be_visible()
    await expect(kim.get_by_role("img", name="Slack Connect: shared with Contoso IT").first).to_be_visible()
    for page in (amy, kim):
        await expect(page.get_by_role("group", name="offer.txt")).to_contain_text("ten per cent")
    await expect(amy.locator(".message").last.locator(".message-head")).to_contain_text("Kim ParkFabrikam")
    await expect(kim.locator(".message").last.locator(".badge")).to_have_count(0)
    await amy.get_by_role("button", name="Switch user").click()
    await expect(amy.get_by_role("menuitem", name="Kim Park")).to_have_count(0)
    await amy.keyboard.press("Escape")
    await other.unshare_channel("random")
    await expect(kim.get_by_role("button", name="random")).to_have_count(0)
    await expect(amy.get_by_role("img", name="Slack Connect")).to_have_count(0)
