"""Limits of Slack, each accepted at the figure and refused one past it, with the path."""

from typing import Any

import pytest

from .test_web_api import SUPPORT, refusal


def plain(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


def marked(length: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": "x" * length}


def button(number: int = 0, **own: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(1), "action_id": f"a{number}", **own}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, length: int = 1) -> list[dict[str, Any]]:
    return [{"text": plain(length), "value": str(number)} for number in range(count)]


def select(**own: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", **own}


def confirm(**own: Any) -> dict[str, Any]:
    return {"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(1), **own}


CONFIRM = "/blocks/0/elements/0/confirm"
IMAGE = {"type": "image", "image_url": "https://contoso.com/a.png", "alt_text": "x"}
INPUT = {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", "action_id": "t"}}

LIMITS = {
    "blocks": (50, lambda n: [{"type": "divider"}] * n, "/blocks"),
    "section text": (3000, lambda n: [{"type": "section", "text": marked(n)}], "/blocks/0/text/text"),
    "fields": (10, lambda n: [{"type": "section", "fields": [marked(1)] * n}], "/blocks/0/fields"),
    "field": (2000, lambda n: [{"type": "section", "fields": [marked(n)]}], "/blocks/0/fields/0/text"),
    "header": (150, lambda n: [{"type": "header", "text": plain(n)}], "/blocks/0/text/text"),
    "context": (10, lambda n: [{"type": "context", "elements": [marked(1)] * n}], "/blocks/0/elements"),
    "actions": (25, lambda n: [actions(*map(button, range(n)))], "/blocks/0/elements"),
    "button text": (75, lambda n: [actions({**button(), "text": plain(n)})], "/blocks/0/elements/0/text/text"),
    "button value": (2000, lambda n: [actions(button(value="v" * n))], "/blocks/0/elements/0/value"),
    "action_id": (255, lambda n: [actions({**button(), "action_id": "i" * n})], "/blocks/0/elements/0/action_id"),
    "block_id": (255, lambda n: [{"type": "divider", "block_id": "i" * n}], "/blocks/0/block_id"),
    "image alt text": (
        2000,
        lambda n: [{"type": "image", "image_url": "https://contoso.com/a.png", "alt_text": "a" * n}],
        "/blocks/0/alt_text",
    ),
    "select options": (
        100,
        lambda n: [actions({"type": "static_select", "action_id": "s", "options": options(n)})],
        "/blocks/0/elements/0/options",
    ),
    "option text": (
        75,
        lambda n: [actions({"type": "static_select", "action_id": "s", "options": options(1, n)})],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "overflow options": (
        5,
        lambda n: [actions({"type": "overflow", "action_id": "o", "options": options(n)})],
        "/blocks/0/elements/0/options",
    ),
    "option value": (
        150,
        lambda n: [actions(select(options=[{"text": plain(1), "value": "v" * n}]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    "option description": (
        75,
        lambda n: [actions(select(options=[{"text": plain(1), "value": "v", "description": plain(n)}]))],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    "option groups": (
        100,
        lambda n: [actions(select(option_groups=[{"label": plain(1), "options": options(1)}] * n))],
        "/blocks/0/elements/0/option_groups",
    ),
    "placeholder": (
        150,
        lambda n: [actions(select(options=options(1), placeholder=plain(n)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    "radio buttons": (
        10,
        lambda n: [actions({"type": "radio_buttons", "action_id": "r", "options": options(n)})],
        "/blocks/0/elements/0/options",
    ),
    "checkboxes": (
        10,
        lambda n: [actions({"type": "checkboxes", "action_id": "c", "options": options(n)})],
        "/blocks/0/elements/0/options",
    ),
    "button address": (3000, lambda n: [actions(button(url="u" * n))], "/blocks/0/elements/0/url"),
    "button label for screen readers": (
        75,
        lambda n: [actions(button(accessibility_label="l" * n))],
        "/blocks/0/elements/0/accessibility_label",
    ),
    "confirm title": (100, lambda n: [actions(button(confirm=confirm(title=plain(n))))], CONFIRM + "/title/text"),
    "confirm text": (300, lambda n: [actions(button(confirm=confirm(text=plain(n))))], CONFIRM + "/text/text"),
    "confirm button": (30, lambda n: [actions(button(confirm=confirm(confirm=plain(n))))], CONFIRM + "/confirm/text"),
    "deny button": (30, lambda n: [actions(button(confirm=confirm(deny=plain(n))))], CONFIRM + "/deny/text"),
    "accessory": (
        75,
        lambda n: [{"type": "section", "text": plain(1), "accessory": {**button(), "text": plain(n)}}],
        "/blocks/0/accessory/text/text",
    ),
    "context text": (
        3000,
        lambda n: [{"type": "context", "elements": [marked(n)]}],
        "/blocks/0/elements/0/text",
    ),
    "image title": (
        2000,
        lambda n: [{**IMAGE, "title": plain(n)}],
        "/blocks/0/title/text",
    ),
    "image address": (
        3000,
        lambda n: [{**IMAGE, "image_url": "https://x.y/".ljust(n, "a")}],
        "/blocks/0/image_url",
    ),
    "input label": (2000, lambda n: [{**INPUT, "label": plain(n)}], "/blocks/0/label/text"),
    "input hint": (2000, lambda n: [{**INPUT, "hint": plain(n)}], "/blocks/0/hint/text"),
    "input initial value": (
        3000,
        lambda n: [{**INPUT, "element": {"type": "plain_text_input", "action_id": "t", "initial_value": "x" * n}}],
        "/blocks/0/element/initial_value",
    ),
    "input action_id": (
        255,
        lambda n: [{**INPUT, "element": {"type": "plain_text_input", "action_id": "i" * n}}],
        "/blocks/0/element/action_id",
    ),
    "table columns": (
        20,
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]}],
        "/blocks/0/rows/0",
    ),
    "table rows": (
        100,
        lambda n: [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}],
        "/blocks/0/rows",
    ),
}


@pytest.mark.parametrize("name", LIMITS)
async def test_a_limit_is_accepted_at_and_refused_past(client, name):
    """The refusal has a JSON pointer, as Slack's does."""
    most, build, path = LIMITS[name]
    assert (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=build(most)))["ok"]

    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=build(most + 1)))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {each}" for each in answer["errors"]]
    assert answer["errors"][-1].endswith(f" [json-pointer:{path}]")


async def test_a_message_of_many_long_blocks_is_refused_as_a_whole(client):
    """Slack refuses 11,341 characters over all blocks, though it publishes no limit."""
    fits = [{"type": "section", "text": marked(2835)}] * 4
    assert (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=fits))["ok"]

    over = [*fits[1:], {"type": "section", "text": marked(2836)}]
    assert (await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=over)))[
        "error"
    ] == "msg_blocks_too_long"


@pytest.mark.parametrize("pieces", [[12_000], [6_000, 6_000]])
async def test_markdown_ends_at_twelve_thousand_characters_over_all_its_blocks(client, pieces):
    """One more character, or a header beside it, makes the message too long."""
    fits = [{"type": "markdown", "text": "x" * each} for each in pieces]
    assert (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=fits))["ok"]

    over = [*fits, {"type": "header", "text": plain(1)}]
    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=over))
    assert answer["error"] == "msg_blocks_too_long"


async def test_markdown_text_is_instead_of_text_and_blocks(client):
    """It has the limit of a markdown block."""
    assert (await client.chat_postMessage(channel=SUPPORT, markdown_text="x" * 12_000))["ok"]
    for given, error in (
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
        ({"markdown_text": "x", "blocks": [{"type": "divider"}]}, "markdown_text_conflict"),
    ):
        assert (await refusal(client.chat_postMessage(channel=SUPPORT, **given)))["error"] == error


async def test_an_update_without_text_and_blocks_leaves_both_as_they_are(client):
    """Text alone removes the blocks, as an empty list does."""
    blocks = [{"type": "section", "text": marked(3)}]
    posted = await client.chat_postMessage(channel=SUPPORT, text="words", blocks=blocks)

    async def update(**content: Any) -> tuple[str, bool]:
        now = (await client.chat_update(channel=SUPPORT, ts=posted["ts"], **content))["message"]
        return now["text"], bool(now.get("blocks"))

    assert await update(attachments=[{"fallback": "more"}]) == ("words", True)
    assert await update(text="other words") == ("other words", False)
    assert await update(text="words", blocks=blocks) == ("words", True)
    assert await update(text="words", blocks=[]) == ("words", False)


async def test_an_update_takes_four_thousand_characters(client):
    """A new message takes more and is cut."""
    ts = (await client.chat_postMessage(channel=SUPPORT, text="x"))["ts"]
    await client.chat_update(channel=SUPPORT, ts=ts, text="x" * 4_000)

    assert (await refusal(client.chat_update(channel=SUPPORT, ts=ts, text="x" * 4_001)))["error"] == "msg_too_long"


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be a valid enum value: plain_text"),
        ([{"type": "fanfare"}], "unsupported type: fanfare [json-pointer:/blocks/0/type]"),
        ([{"type": "section"}], "must define either `text` or `fields`"),
        ([{"type": "section", "text": marked(0)}], "must be more than 0 characters"),
        ([{"type": "divider", "colour": "red"}], "invalid additional property: colour"),
        (
            [actions(button(), button())],
            '`action_id` "a0" already exists [json-pointer:/blocks/0/elements/1/action_id]',
        ),
        ([{"type": "divider", "block_id": "b"}] * 2, '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]'),
        ([actions({"type": "button", "action_id": "a"})], "missing required field: text"),
        ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "only one table allowed"),
        ([{"type": "image", "image_url": "javascript:alert(1)", "alt_text": "x"}], "expected format"),
        ([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": "x"}]}], "an array"),
        ([{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [3]}]}], "provide an object"),
        (["text"], "must provide an object [json-pointer:/blocks/0]"),
        ([{}], "missing required field: type"),
    ],
)
async def test_wrong_blocks_are_refused_with_the_reason(client, blocks, words):
    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=blocks))

    assert answer["error"] == "invalid_blocks"
    assert words in "\n".join(answer["response_metadata"]["messages"])
    assert answer["errors"]


async def test_slack_fills_in_what_an_app_leaves_out(client):
    """Reading back shows IDs and the defaults of text objects."""
    answer = await client.chat_postMessage(
        channel=SUPPORT, text="x", blocks=[{"type": "actions", "elements": [{"type": "button", "text": plain(1)}]}]
    )
    block = answer["message"]["blocks"][0]

    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert block["elements"][0]["text"]["emoji"] is True
