"""Rich text elements and conversation filters, valid and invalid."""

from typing import Any

import pytest

from .test_rare_limits import RICH, SECTION, element
from .test_web_api import AMY, SUPPORT, refusal


def rich(piece: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [piece]}]}


PIECE = "/blocks/0/elements/0/elements/0"


async def test_every_piece_of_rich_text_and_every_filter_is_taken(client):
    """Styles, and a field that no page names, pass as from a person's own client."""
    pieces: list[dict[str, Any]] = [
        {"type": "text", "text": "x", "style": {"bold": True, "code": False}},
        {"type": "link", "url": "https://contoso.com", "text": "x", "unsafe": False},
        {"type": "emoji", "name": "tea", "unicode": "1f375", "skin_tone": 2, "display_team_id": "T0"},
        {"type": "user", "user_id": AMY, "style": {"client_highlight": True}},
        {"type": "usergroup", "usergroup_id": "S0"},
        {"type": "channel", "channel_id": SUPPORT},
        {"type": "team", "team_id": "T0"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1720710212, "format": "{date_num}", "fallback": "then"},
        {"type": "color", "value": "#F405B3"},
    ]
    section = {"type": "rich_text_section", "elements": pieces}
    everything = [section, {"type": "rich_text_list", "style": "ordered", "elements": [section]}]
    everything += [{"type": f"rich_text_{kind}", "elements": pieces} for kind in ("quote", "preformatted")]
    choosing = element("conversations_select", filter={"include": ["im", "mpim"], "exclude_bot_users": False})
    blocks = [{"type": "rich_text", "elements": everything}, choosing]

    assert (await client.chat_postMessage(channel=SUPPORT, text="x", blocks=blocks))["ok"]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (rich({"type": "text", "text": ""}), f"must be more than 0 characters [json-pointer:{PIECE}/text]"),
        (rich({"type": "text", "text": "x", "style": {"bold": 1}}), f"[json-pointer:{PIECE}/style/bold]"),
        (rich({"type": "text", "text": "x", "style": {"big": True}}), "invalid additional property: big"),
        (rich({"type": "link"}), f"missing required field: url [json-pointer:{PIECE}]"),
        (rich({"type": "user", "user": AMY}), "missing required field: user_id"),
        (rich({"type": "broadcast", "range": "all"}), f"[json-pointer:{PIECE}/range]"),
        (rich({"type": "date", "timestamp": "1", "format": "{date}"}), f"[json-pointer:{PIECE}/timestamp]"),
        (rich({"type": "button"}), f"unsupported type: button [json-pointer:{PIECE}/type]"),
        (RICH | {"elements": [{**SECTION, "type": "rich_text_list"}]}, f"unsupported type: text [json-pointer:{PIECE}"),
        (element("conversations_select", filter={}), "must define either `include`"),
        (element("conversations_select", filter={"include": []}), "no less than 1 items required"),
        (
            element("conversations_select", filter={"include": ["dm"]}),
            "[json-pointer:/blocks/0/element/filter/include/0]",
        ),
        (element("conversations_select", filter={"exclude": True}), "invalid additional property: exclude"),
    ],
)
async def test_a_wrong_piece_is_refused_with_its_place(client, block, words):
    answer = await refusal(client.chat_postMessage(channel=SUPPORT, text="x", blocks=[block]))

    assert answer["error"] == "invalid_blocks"
    assert words in "\n".join(answer["errors"])
