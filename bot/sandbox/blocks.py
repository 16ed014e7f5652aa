"""Block Kit's blocks: whether Slack would take them, and the form in which it keeps them.

Figures: https://docs.slack.dev/reference/block-kit/blocks. The total is measured by
others: Slack refused a message at 11,341 characters over all its blocks.
"""

import copy
import json
import secrets
from collections.abc import Iterator, Mapping

from .block_elements import ELEMENTS, IMAGE_URL, IN_ACTIONS, IN_INPUT, IN_SECTION, PLAIN
from .errors import Json, SlackError
from .rules import Rule, anything, choice, fault, flag, items, number, shape, text_object, typed, words

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_BLOCKS_TOTAL = 11_340
MARKDOWN_TOTAL = 12_000

_RICH_TEXT_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")


def _block(required: Mapping[str, Rule] | None = None, one_of: tuple[str, ...] = (), **optional: Rule) -> Rule:
    common: dict[str, Rule] = {"block_id": words(most=255)}
    return shape({"type": anything, **(required or {})}, {**common, **optional}, one_of)


_OF_LISTS: dict[str, Rule] = {
    "style": choice("bullet", "ordered"),
    "indent": number,
    "offset": number,
    "border": number,
    "language": words(),
}


def _piece(value: object, path: str) -> Iterator[str]:
    """A piece of rich text: only that it is an object with a type, for there are many kinds."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        yield fault("missing required field: type", path)
    elif value["type"] == "rich_text_section":
        yield from items(_piece, least=0)(value.get("elements"), f"{path}/elements")


_PART = shape({"type": anything, "elements": items(_piece, least=0)}, _OF_LISTS)
_RICH_TEXT = _block({"elements": items(typed(dict.fromkeys(_RICH_TEXT_PARTS, _PART)))})
_CELL = typed(
    {
        "raw_text": shape({"type": anything, "text": words(least=1)}),
        "raw_number": shape({"type": anything, "value": anything}, {"text": words()}),
        "rich_text": _RICH_TEXT,
    }
)

# Blocks that Slack knows and this sandbox takes without looking into them.
_UNCHECKED = (
    *("file", "video", "call", "context_actions", "task_card", "plan"),
    *("alert", "card", "container", "carousel", "auth_provider"),
)

BLOCKS: dict[str, Rule] = {
    "section": _block(
        None,
        ("text", "fields"),
        text=text_object(3000),
        fields=items(text_object(2000), most=10),
        accessory=typed(ELEMENTS, IN_SECTION),
        expand=flag,
    ),
    "header": _block({"text": text_object(150, PLAIN)}, level=number),
    "divider": _block(),
    "context": _block(
        {
            "elements": items(
                typed({"image": ELEMENTS["image"], "mrkdwn": text_object(3000), "plain_text": text_object(3000)}),
                most=10,
            )
        }
    ),
    "actions": _block({"elements": items(typed(ELEMENTS, IN_ACTIONS), most=25)}),
    "image": _block(
        {"alt_text": words(most=2000, least=1)},
        ("image_url", "slack_file"),
        image_url=IMAGE_URL,
        slack_file=anything,
        title=text_object(2000, PLAIN),
    ),
    "input": _block(
        {"label": text_object(2000, PLAIN), "element": typed(ELEMENTS, IN_INPUT)},
        hint=text_object(2000, PLAIN),
        optional=flag,
        dispatch_action=flag,
    ),
    "rich_text": _RICH_TEXT,
    "markdown": _block({"text": words(most=MARKDOWN_TOTAL, least=1)}),
    "table": _block({"rows": items(items(_CELL, most=20), most=100)}, column_settings=items(anything, most=20)),
    **dict.fromkeys(_UNCHECKED, anything),
}


# What a message may have and a modal or home tab may not.
_ONLY_IN_MESSAGES = {"markdown", "table", "file", "context_actions", "task_card", "plan", "alert", "card", "carousel"}
IN_VIEWS = tuple(kind for kind in BLOCKS if kind not in _ONLY_IN_MESSAGES)


def read_blocks(given: object) -> list[Json]:
    """The `blocks` argument of a message call, checked and in the form Slack keeps.

    Raises SlackError `invalid_blocks_format` or `invalid_blocks`, the latter with the
    JSON pointer of every fault, or `msg_blocks_too_long`.
    """
    blocks = _parsed(given, "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found = list(block_faults(blocks, "/blocks", MESSAGE_BLOCKS))
    if found:
        messages = [f"[ERROR] {each}" for each in found]
        raise SlackError("invalid_blocks", errors=found, response_metadata={"messages": messages})
    if sum(_characters(block) for block in blocks) > MESSAGE_BLOCKS_TOTAL:
        raise SlackError("msg_blocks_too_long")
    return normalise_blocks(blocks)


def block_faults(blocks: object, path: str, most: int, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    """Everything Slack would hold against these blocks, each with its JSON pointer; `allowed` types, or all."""
    yield from items(typed(BLOCKS, allowed), most=most, least=0)(blocks, path)
    if not isinstance(blocks, list):
        return
    seen_blocks: set[str] = set()
    for position, block in enumerate(each for each in blocks if isinstance(each, dict)):
        block_id = str(block.get("block_id") or "")
        if block_id and block_id in seen_blocks:
            yield fault(f"`block_id` {block_id} already exists", f"{path}/{position}/block_id")
        seen_blocks.add(block_id)
        yield from _repeated_actions(block, f"{path}/{position}")
    tables = [each for each in blocks if isinstance(each, dict) and each.get("type") == "table"]
    if len(tables) > 1:
        yield fault("only one table allowed", path)


def _repeated_actions(block: Json, path: str) -> Iterator[str]:
    seen: set[str] = set()
    elements = block.get("elements")
    for position, element in enumerate(elements if isinstance(elements, list) else []):
        action_id = str(element.get("action_id") or "") if isinstance(element, dict) else ""
        if action_id and action_id in seen:
            yield fault(
                f"`action_id` {action_id} already exists in this block", f"{path}/elements/{position}/action_id"
            )
        seen.add(action_id)


def normalise_blocks(blocks: list[Json]) -> list[Json]:
    """A copy as Slack gives it back: IDs filled in, text objects with their defaults."""
    kept: list[Json] = copy.deepcopy(blocks)
    for block in kept:
        block["block_id"] = block.get("block_id") or new_block_id()
        for element in interactive_elements(block):
            element["action_id"] = element.get("action_id") or new_block_id()
        _complete_texts(block)
    return kept


def interactive_elements(block: Json) -> list[Json]:
    """The elements of a block that a person can use, in order."""
    places = [block.get("accessory"), block.get("element")]
    if block.get("type") == "actions":
        places += block.get("elements") or []
    return [each for each in places if isinstance(each, dict) and each.get("type") != "image"]


def new_block_id() -> str:
    """An ID such as Slack makes up when a block has none."""
    return secrets.token_urlsafe(4)[:5]


def _complete_texts(node: object) -> None:
    if isinstance(node, list):
        for item in node:
            _complete_texts(item)
    if not isinstance(node, dict):
        return
    if node.get("type") == "plain_text" and "text" in node:
        node.setdefault("emoji", True)
    elif node.get("type") == "mrkdwn" and "text" in node:
        node.setdefault("verbatim", False)
    for item in node.values():
        _complete_texts(item)


def _characters(node: object) -> int:
    """The length of all that is read in a block, the links' addresses included."""
    if isinstance(node, list):
        return sum(_characters(item) for item in node)
    if not isinstance(node, dict):
        return 0
    own = sum(len(node[name]) for name in ("text", "url", "value", "alt_text") if isinstance(node.get(name), str))
    return own + sum(_characters(item) for item in node.values() if isinstance(item, list | dict))


def _parsed(given: object, error: str) -> object:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except json.JSONDecodeError as failure:
        raise SlackError(error) from failure
