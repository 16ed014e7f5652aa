"""First steps of a visitor in the page; no text becomes HTML."""

import aiohttp
from playwright.async_api import expect

from tests.fixtures.browser import IN_BROWSER

from ..echo_app import BUTTONS

pytestmark = IN_BROWSER


async def test_two_windows_are_two_people(slack, app, window):
    """The other window shows a message at once, with its line breaks."""
    amy, lee = await window("amy"), await window("lee")
    box = amy.get_by_role("textbox", name="Message #support")
    await box.fill("first")
    await box.press("Shift+Enter")
    await box.press_sequentially("second <b>")
    await box.press("Enter")

    await expect(lee.locator(".message").last).to_contain_text("second <b>")
    assert slack.messages()[-1]["text"] == "first\nsecond &lt;b&gt;"
    assert slack.messages()[-1]["user"] == "U0AMY000000"


async def test_a_mention_is_completed_and_answered_in_the_thread(slack, app, window):
    """Arrow keys and Enter choose from the list; the thread opens beside the channel."""
    page = await window()
    box = page.get_by_role("textbox", name="Message #support")
    await box.press_sequentially("hello @ec")
    await expect(page.get_by_role("option")).to_contain_text(["Echo"])
    await box.press("Tab")
    await expect(box).to_have_value("hello @Echo ")
    await box.press("Enter")
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_label("Thread", exact=True).first
    await expect(thread.locator(".message").last).to_contain_text("You said: hello @Echo")

    reply = page.get_by_role("textbox", name="Reply…")
    await reply.fill("/echo x")
    await reply.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="does not work in threads")).to_be_visible()


async def test_a_command_a_button_and_a_form(slack, app, window):
    """A modal first refuses the input and then accepts it."""
    page = await window()
    box = page.get_by_role("textbox", name="Message #support")
    await box.press_sequentially("/e")
    await expect(page.get_by_role("option")).to_contain_text("Say something again")
    await box.press("Enter")
    await box.press_sequentially("buttons")
    await box.press("Enter")
    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await page.get_by_role("button", name="Open the form").click()

    form = page.get_by_role("dialog", name="Say something")
    await form.get_by_role("button", name="Say it").click()
    await expect(form.get_by_role("alert")).to_have_text("Please complete this required field.")
    await form.get_by_role("textbox", name="What shall I say?").fill("no")
    await form.get_by_role("button", name="Say it").click()
    await expect(form.get_by_role("alert")).to_have_text("Anything but that.")
    await form.get_by_role("textbox", name="What shall I say?").fill("yes")
    await form.get_by_label("How loud?").select_option("loud")
    await form.get_by_role("button", name="Say it").click()
    await expect(form).to_be_hidden()
    await slack.wait_for(lambda: slack.direct_messages("amy")[-1]["text"] == "The form said: yes")


async def test_a_dangerous_button_asks_first(slack, app, window):
    """Esc keeps the message, and confirming removes it."""
    await app.chat_postMessage(channel="C0SUPPORT00", text="x", blocks=BUTTONS)
    page = await window()
    await page.get_by_role("button", name="Remove").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert [each for each in slack.envelopes if each.name == "block_actions"] == []

    await page.get_by_role("button", name="Remove").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("Once more?")).to_be_hidden()


async def test_esc_closes_a_form_and_the_app_hears_of_it(slack, app, window):
    await app.chat_postMessage(channel="C0SUPPORT00", text="x", blocks=BUTTONS)
    page = await window()
    await page.get_by_role("button", name="Open the form").click()
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()

    await slack.wait_for(lambda: [each for each in slack.envelopes if each.name == "view_closed"])


async def test_a_message_shortcut_by_keyboard_alone(slack, app, window):
    ts = await slack.post("an event", user="lee")
    page = await window()
    await page.locator(".message").last.get_by_role("button", name="More actions").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Echo this message")).to_be_focused()
    await page.keyboard.press("Enter")

    await slack.wait_for(lambda: len(slack.messages("support", ts)) == 2)
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_one_edits_and_deletes_ones_own_message(slack, app, window):
    """Others see the "edited" mark, and later no message."""
    await slack.post("befor")
    page = await window()
    last = page.locator(".message").last
    await last.hover()
    await last.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_role("textbox", name="Edit message").fill("before")
    await page.keyboard.press("Enter")
    await expect(last).to_contain_text("(edited)")
    await last.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("before", exact=True)).to_be_hidden()


async def test_the_home_tab_and_the_dark_theme(slack, app, window):
    """The window remembers its theme; the home tab is the app's."""
    page = await window()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("button", name="Light or dark").click()
    assert await page.evaluate(ground) != light
    await page.reload()
    await page.wait_for_selector(".team")
    assert await page.evaluate(ground) != light

    await page.get_by_role("button", name="Echo running").click()
    await expect(page.get_by_role("heading", name="Hello from Echo")).to_be_visible()
    await page.get_by_role("tab", name="Messages").click()
    await page.get_by_role("textbox", name="Message Echo").fill("hi")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last).to_contain_text("You said: hi")


async def test_the_inspector_shows_envelopes_and_calls(slack, app, window):
    page = await window()
    await page.get_by_role("button", name="Inspector").click()
    await slack.post("@Echo hello")
    record = page.locator(".record").filter(has_text="app_mention")
    await expect(record).to_contain_text("acknowledged")
    await record.locator("summary").click()
    await expect(record).to_contain_text('"type": "event_callback"')
    await expect(page.locator(".record").filter(has_text="chat.postMessage")).to_be_visible()


async def test_the_page_says_when_the_app_is_not_running(slack, window):
    page = await window()
    await expect(page.get_by_text("Echo is not running")).to_be_visible()


async def test_the_page_never_scrolls_sideways(slack, app, window):
    """The window is 390 pixels wide, with a long word, a long code line and a wide table."""
    row = [{"type": "raw_text", "text": f"column {number}"} for number in range(12)]
    text = {"type": "mrkdwn", "text": "x" * 500 + "\n```" + "y" * 500 + "```"}
    blocks = [{"type": "section", "text": text}, {"type": "table", "rows": [row, row]}]
    await app.chat_postMessage(channel="C0SUPPORT00", text="x", blocks=blocks)
    await slack.post("z" * 500)
    page = await window(viewport={"width": 390, "height": 800})

    for place in ("document.documentElement", "document.querySelector('.log')"):
        assert await page.evaluate(f"{place}.scrollWidth <= {place}.clientWidth"), place
    await page.get_by_role("button", name="Show the sidebar").click()
    await page.get_by_role("button", name="general").click()
    await expect(page.get_by_role("heading", name="general")).to_be_visible()


async def test_unknown_blocks_and_elements_are_shown_as_such(window):
    """An app's author sees everything that the page cannot render."""
    page = await window()
    drawn = await page.evaluate(
        """async () => {
            const { drawBlocks, makeHost } = await import("/page/blocks.js");
            const element = { type: "hologram", action_id: "e" };
            const blocks = [{ type: "smell" }, { type: "actions", block_id: "b", elements: [element] }];
            return [...drawBlocks(blocks, makeHost(() => {})).querySelectorAll(".unknown")].map((node) => node.textContent);
        }"""
    )
    assert ["block “smell”" in drawn[0], "element “hologram”" in drawn[1]] == [True, True]


DRAWN = [
    ("*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"),
    ("a*b*c 2*3*4 snake_case_name", "a*b*c 2*3*4 snake_case_name"),
    ("*b _bi_*", "<strong>b <em>bi</em></strong>"),
    ("&lt;b&gt; &amp;lt;", "&lt;b&gt; &amp;lt;"),
    (
        "<b>x</b><img src=x onerror=alert(1)>",
        "<span>b</span>x<span>/b</span><span>img src=x onerror=alert(1)</span>",
    ),
    ("<javascript:alert(1)|click>", "<span>click</span>"),
    ("&gt; q\nafter", "<blockquote>q</blockquote>after"),
    ("```\ncode *x*\n```", '<pre class="code-block" tabindex="0"><code>code *x*</code></pre>'),
    ("<!channel>", '<span class="mention mention-me">@channel</span>'),
    ("<@U0LEE000000>", '<span class="mention">@Lee Novak</span>'),
    ("20:10:30 :nope:", "20:10:30 :nope:"),
]


async def test_mrkdwn_is_drawn_as_slack_draws_it(window):
    page = await window()
    drawn = await page.evaluate(
        """async (texts) => {
            const { mrkdwn } = await import("/page/mrkdwn.js");
            return texts.map((text) => {
                const node = document.createElement("div");
                node.append(mrkdwn(text));
                return node.innerHTML;
            });
        }""",
        [text for text, _ in DRAWN],
    )
    assert drawn == [html for _, html in DRAWN]


async def test_a_permalink_opens_the_message_in_its_thread(slack, app, window):
    parent = await slack.post("parent")
    reply = await slack.post("reply", thread_ts=parent)
    link = (await app.chat_getPermalink(channel="C0SUPPORT00", message_ts=reply))["permalink"]
    page = await window()
    await page.goto(link)

    await expect(page.get_by_label("Thread", exact=True).first.locator(".message").last).to_contain_text("reply")


async def test_another_site_cannot_act_here(slack):
    """A forged request or a rebound name is refused before anything happens."""
    act = f"{slack.url}page/act/post"
    asked = {"user": "amy", "channel": "support", "text": "forged"}
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            async with session.post(act, json=asked, headers=headers) as response:
                assert response.status == 403
        async with session.post(act, data="nonsense") as response:
            assert not (await response.json())["ok"]
        async with session.get(f"{slack.url}page/..%2Fsandbox.py") as response:
            assert response.status == 404

    assert slack.messages()[-1]["text"] != "forged"
