"""Limits of rarer elements, blocks and views."""

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SlackSandbox

from .conftest import FULL_MANIFEST
from .test_interactions import fresh_trigger
from .test_limits import INPUT, LIMITS, actions, button, marked, options, plain, select
from .test_web_api import AMY, SUPPORT, refusal

SECTION = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
RICH = {"type": "rich_text", "elements": [SECTION]}
VIDEO = {
    "type": "video",
    "title": plain(1),
    "alt_text": "x",
    "video_url": "https://contoso.com/v",
    "thumbnail_url": "https://contoso.com/v.png",
}
CARD = {"type": "card", "title": plain(1)}
CONTAINER = {"type": "container", "title": plain(1), "child_blocks": [{"type": "divider"}]}
AUTH = {"type": "auth_provider", "value": "v", "name": plain(1), "is_connected": False}
ICON = {"type": "icon_button", "icon": "trash", "text": plain(1)}
DATA_ROW = [{"type": "raw_text", "text": "x"}]


def element(kind: str, **own: Any) -> dict[str, Any]:
    return {**INPUT, "element": {"type": kind, "action_id": "e", **own}}


def feedback(**own: Any) -> dict[str, Any]:
    fine = {"text": plain(1), "value": "v"}
    buttons = {"type": "feedback_buttons", "positive_button": {**fine, **own}, "negative_button": fine}
    return {"type": "context_actions", "elements": [buttons]}


def column(n: int) -> list[dict[str, Any]]:
    return [{"align": "left"}] * n


# The limit, blocks of that number or length, and the pointer in the refusal of one more.
RARE = {
    "option group label": (
        75,
        lambda n: [actions(select(option_groups=[{"label": plain(n), "options": options(1)}]))],
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    "options of a group": (
        100,
        lambda n: [actions(select(option_groups=[{"label": plain(1), "options": options(n)}]))],
        "/blocks/0/elements/0/option_groups/0/options",
    ),
    "overflow option address": (
        3000,
        lambda n: [actions({"type": "overflow", "options": [{"text": plain(1), "value": "v", "url": "u" * n}]})],
        "/blocks/0/elements/0/options/0/url",
    ),
    "multi-select options": (
        100,
        lambda n: [element("multi_static_select", options=options(n))],
        "/blocks/0/element/options",
    ),
    "text input placeholder": (
        150,
        lambda n: [element("plain_text_input", placeholder=plain(n))],
        "/blocks/0/element/placeholder/text",
    ),
    "text input min_length": (
        3000,
        lambda n: [element("plain_text_input", min_length=n)],
        "/blocks/0/element/min_length",
    ),
    "text input max_length": (
        3000,
        lambda n: [element("plain_text_input", max_length=n)],
        "/blocks/0/element/max_length",
    ),
    "files of a file input": (10, lambda n: [element("file_input", max_files=n)], "/blocks/0/element/max_files"),
    "image element alt text": (
        2000,
        lambda n: [
            {"type": "context", "elements": [{"type": "image", "image_url": "https://x.y/z", "alt_text": "a" * n}]}
        ],
        "/blocks/0/elements/0/alt_text",
    ),
    "workflow button text": (
        75,
        lambda n: [actions({"type": "workflow_button", "text": plain(n), "workflow": {}})],
        "/blocks/0/elements/0/text/text",
    ),
    "header level": (4, lambda n: [{"type": "header", "text": plain(1), "level": n}], "/blocks/0/level"),
    "rich text indent": (
        8,
        lambda n: [
            {**RICH, "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [SECTION], "indent": n}]}
        ],
        "/blocks/0/elements/0/indent",
    ),
    "rich text border": (
        1,
        lambda n: [{**RICH, "elements": [{**SECTION, "type": "rich_text_quote", "border": n}]}],
        "/blocks/0/elements/0/border",
    ),
    "table column settings": (
        20,
        lambda n: [{"type": "table", "rows": [DATA_ROW], "column_settings": column(n)}],
        "/blocks/0/column_settings",
    ),
    "data table rows with their header": (
        101,
        lambda n: [{"type": "data_table", "caption": "c", "rows": [DATA_ROW] * n}],
        "/blocks/0/rows",
    ),
    "data table page": (
        100,
        lambda n: [{"type": "data_table", "caption": "c", "rows": [DATA_ROW] * 2, "page_size": n}],
        "/blocks/0/page_size",
    ),
    "video title": (199, lambda n: [{**VIDEO, "title": plain(n)}], "/blocks/0/title/text"),
    "video author": (49, lambda n: [{**VIDEO, "author_name": "x" * n}], "/blocks/0/author_name"),
    "video description": (199, lambda n: [{**VIDEO, "description": plain(n)}], "/blocks/0/description/text"),
    "file block_id": (
        255,
        lambda n: [{"type": "file", "external_id": "e", "source": "remote", "block_id": "b" * n}],
        "/blocks/0/block_id",
    ),
    "context actions": (
        5,
        lambda n: [{"type": "context_actions", "elements": [ICON] * n}],
        "/blocks/0/elements",
    ),
    "feedback button text": (
        75,
        lambda n: [feedback(text=plain(n))],
        "/blocks/0/elements/0/positive_button/text/text",
    ),
    "feedback button value": (
        2000,
        lambda n: [feedback(value="v" * n)],
        "/blocks/0/elements/0/positive_button/value",
    ),
    "alert": (200, lambda n: [{"type": "alert", "text": plain(n)}], "/blocks/0/text/text"),
    "card title": (150, lambda n: [{**CARD, "title": marked(n)}], "/blocks/0/title/text"),
    "card subtitle": (150, lambda n: [{**CARD, "subtitle": marked(n)}], "/blocks/0/subtitle/text"),
    "card body": (200, lambda n: [{**CARD, "body": marked(n)}], "/blocks/0/body/text"),
    "card actions": (3, lambda n: [{**CARD, "actions": [*map(button, range(n))]}], "/blocks/0/actions"),
    "cards of a carousel": (10, lambda n: [{"type": "carousel", "elements": [CARD] * n}], "/blocks/0/elements"),
    "container title": (150, lambda n: [{**CONTAINER, "title": plain(n)}], "/blocks/0/title/text"),
    "blocks of a container": (
        10,
        lambda n: [{**CONTAINER, "child_blocks": [{"type": "divider"}] * n}],
        "/blocks/0/child_blocks",
    ),
    "block within a container": (
        150,
        lambda n: [{**CONTAINER, "child_blocks": [{"type": "header", "text": plain(n)}]}],
        "/blocks/0/child_blocks/0/text/text",
    ),
    "auth provider name": (75, lambda n: [{**AUTH, "name": plain(n)}], "/blocks/0/name/text"),
    "auth provider description": (150, lambda n: [{**AUTH, "description": plain(n)}], "/blocks/0/description/text"),
}


@pytest.mark.parametrize("name", RARE)
async def test_a_rare_limit_is_accepted_at_and_refused_past(client, name):
    """Slack's message about all schemas comes first, the place of the fault last."""
    most, build, path = RARE[name]
    assert (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=build(most)))["ok"]

    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=build(most + 1)))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][-1].endswith(f" [json-pointer:{path}]")


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"type": "video", "title": plain(1)}, "missing required field: alt_text"),
        ({**VIDEO, "video_url": "http://contoso.com/v"}, "expected format [json-pointer:/blocks/0/video_url]"),
        ({"type": "file", "external_id": "e", "source": "local"}, "[json-pointer:/blocks/0/source]"),
        ({"type": "carousel", "elements": []}, "no less than 1 items required [json-pointer:/blocks/0/elements]"),
        ({"type": "container", "child_blocks": [CONTAINER["child_blocks"]]}, "[json-pointer:/blocks/0/child_blocks/0]"),
        ({"type": "task_card", "task_id": "t", "title": "t", "status": "lost"}, "[json-pointer:/blocks/0/status]"),
        ({"type": "plan", "title": "p", "tasks": [{"type": "card"}]}, "unsupported type: card"),
        ({"type": "data_table", "caption": "c", "rows": [DATA_ROW]}, "no less than 2 items required"),
        ({"type": "markdown", "text": ""}, "must be more than 0 characters [json-pointer:/blocks/0/text]"),
        ({"type": "image", "slack_file": {}, "alt_text": "x"}, "must define either `id` or `url`"),
        (RICH | {"elements": [{"type": "text", "text": "x"}]}, "unsupported type: text"),
    ],
)
async def test_a_wrong_rare_block_is_refused_with_the_reason(client, block, words):
    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=[block]))

    assert answer["error"] == "invalid_blocks"
    assert words in "\n".join(answer["errors"])


@pytest.mark.parametrize("block", [CARD, CONTAINER, {"type": "alert", "text": plain(1)}])
async def test_cards_are_for_messages_only(client, block):
    """A view does not have their types."""
    answer = await refusal(client.views_publish(user_id=AMY, view={"type": "home", "blocks": [block]}))

    words = f"[ERROR] unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"
    assert words in answer["response_metadata"]["messages"]


async def test_a_view_has_two_hundred_and_fifty_kilobytes(client):
    """Blocks within their own limits can be too large together."""

    def view(size: int) -> dict[str, Any]:
        texts = [{"type": "section", "text": {"type": "plain_text", "text": "é" * 3000}} for _ in range(42)]
        made = {"type": "home", "blocks": texts, "private_metadata": ""}
        missing = size - len(json.dumps(made, ensure_ascii=False).encode())
        return {**made, "private_metadata": "x" * missing}

    assert (await client.views_publish(user_id=AMY, view=view(250 * 1024)))["ok"]
    assert (await refusal(client.views_publish(user_id=AMY, view=view(250 * 1024 + 1))))["error"] == "view_too_large"


async def test_an_external_id_is_one_views_own(slack, client):
    """Opening and updating a view are both refused for a taken ID."""
    modal = {"type": "modal", "title": plain(1), "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id=AMY, view={"type": "home", "blocks": [], "external_id": "mine"})
    opened = await client.views_open(trigger_id=await fresh_trigger(slack), view=modal)
    taken = {**modal, "external_id": "mine"}

    for call in (
        client.views_open(trigger_id=await fresh_trigger(slack), view=taken),
        client.views_update(view_id=opened["view"]["id"], view=taken),
    ):
        assert (await refusal(call))["error"] == "duplicate_external_id"
    again = {**modal, "external_id": "free"}
    for _ in range(2):
        assert (await client.views_update(view_id=opened["view"]["id"], view=again))["ok"]


async def test_a_group_dm_has_nine_people_with_the_app(tmp_path: Path):
    """Eight others are the most."""
    names = [f"person{number}" for number in range(9)]
    workspace = tmp_path / "workspace.yml"
    users = ", ".join(f"{{name: {each}}}" for each in names)
    workspace.write_text(f"team: {{name: T, domain: t}}\nusers: [{users}]\nchannels: [{{name: support}}]\n")
    async with SlackSandbox(FULL_MANIFEST, workspace) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ids = [each["id"] for each in (await client.users_list())["members"] if not each["is_bot"]]
        assert (await refusal(client.conversations_open(users=ids)))["error"] == "too_many_users"
        opened = (await client.conversations_open(users=ids[:8]))["channel"]["id"]
        assert len((await client.conversations_members(channel=opened))["members"]) == 9


def test_no_limit_is_in_both_tables():
    """A name stands for one limit."""
    assert not set(LIMITS) & set(RARE)
