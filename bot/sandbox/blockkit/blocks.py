"""Schemas of Block Kit's blocks, and the form in which Slack stores blocks.

Figures: the pages under https://docs.slack.dev/reference/block-kit/blocks, and what
slack_sdk.models.blocks holds itself to.
"""

import copy
import secrets
from collections.abc import Iterator

from ..parsing import JsonObject, read_json
from ..state.errors import SlackError
from .block_elements import ELEMENTS, IMAGE_URL, IN_ACTIONS, IN_INPUT, IN_SECTION, PLAIN, SLACK_FILE, block
from .rare_blocks import rare_blocks
from .rich_text import PARTS
from .schema import Rule, array, boolean, by_type, fault, integer_between, json_object, string, text_object, unchecked

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Characters of all blocks together. Slack publishes no limit; it was seen to refuse 11,341 without
# markdown blocks (https://github.com/slackapi/bolt-js/issues/2867) and 13,172 with them (#2509 there).
MESSAGE_BLOCKS_TOTAL = 11_340
# Characters of all markdown blocks together: https://docs.slack.dev/reference/block-kit/blocks/markdown-block
MARKDOWN_TOTAL = 12_000

_RICH_TEXT = block({"elements": array(PARTS)})
_CELL = by_type(
    {
        "raw_text": json_object({"type": unchecked, "text": string(least=1)}),
        "raw_number": json_object({"type": unchecked, "value": unchecked}, {"text": string()}),
        "rich_text": _RICH_TEXT,
    }
)


def _nested(value: object, path: str) -> Iterator[str]:
    """Check a block inside another block."""
    yield from by_type(BLOCKS)(value, path)


BLOCKS: dict[str, Rule] = {
    "section": block(
        None,
        ("text", "fields"),
        text=text_object(3000),
        fields=array(text_object(2000), most=10),
        accessory=by_type(ELEMENTS, IN_SECTION),
        expand=boolean,
    ),
    "header": block({"text": text_object(150, PLAIN)}, level=integer_between(1, 4)),
    "divider": block(),
    "context": block(
        {
            "elements": array(
                by_type({"image": ELEMENTS["image"], "mrkdwn": text_object(3000), "plain_text": text_object(3000)}),
                most=10,
            )
        }
    ),
    "actions": block({"elements": array(by_type(ELEMENTS, IN_ACTIONS), most=25)}),
    "image": block(
        {"alt_text": string(most=2000, least=1)},
        ("image_url", "slack_file"),
        image_url=IMAGE_URL,
        slack_file=SLACK_FILE,
        title=text_object(2000, PLAIN),
    ),
    "input": block(
        {"label": text_object(2000, PLAIN), "element": by_type(ELEMENTS, IN_INPUT)},
        hint=text_object(2000, PLAIN),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "rich_text": _RICH_TEXT,
    "markdown": block({"text": string(most=MARKDOWN_TOTAL, least=1)}),
    "table": block({"rows": array(array(_CELL, most=20), most=100)}, column_settings=array(unchecked, most=20)),
    **rare_blocks(_nested, _RICH_TEXT, _CELL),
}


# Blocks that a modal or home tab may not have.
_ONLY_IN_MESSAGES = {
    *("markdown", "table", "data_table", "data_visualization", "file", "context_actions"),
    *("task_card", "plan", "alert", "card", "carousel", "container"),
}
IN_VIEWS = tuple(kind for kind in BLOCKS if kind not in _ONLY_IN_MESSAGES)


def read_blocks(given: object) -> list[JsonObject]:
    """Check the `blocks` argument of a message call, and return it as Slack stores it.

    Raises SlackError `invalid_blocks_format` or `invalid_blocks`, the latter with the
    JSON pointer of every fault, or `msg_blocks_too_long`.
    """
    blocks = _parsed(given, "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    faults = list(block_faults(blocks, "/blocks", MESSAGE_BLOCKS))
    if faults:
        raise refuse_blocks("invalid_blocks", faults)
    _refuse_too_long(blocks)
    return normalise_blocks(blocks)


def refuse_blocks(error: str, faults: list[str]) -> SlackError:
    """Build an error that names each fault twice, as Slack's does."""
    messages = [f"[ERROR] {each}" for each in faults]
    return SlackError(error, errors=faults, response_metadata={"messages": messages})


def _refuse_too_long(blocks: list[JsonObject]) -> None:
    lengths = [(_characters(each), each["type"] == "markdown") for each in blocks]
    plain = sum(length for length, is_markdown in lengths if not is_markdown)
    if plain > MESSAGE_BLOCKS_TOTAL or sum(length for length, _ in lengths) > MARKDOWN_TOTAL:
        raise SlackError("msg_blocks_too_long")


def block_faults(blocks: object, path: str, most: int, allowed: tuple[str, ...] = ()) -> Iterator[str]:
    """List Slack's objections to these blocks, each with its JSON pointer; `allowed` limits the types."""
    yield from array(by_type(BLOCKS, allowed), most=most, least=0)(blocks, path)
    if not isinstance(blocks, list):
        return
    seen_blocks: set[str] = set()
    for position, given in enumerate(blocks):
        if not isinstance(given, dict):
            continue
        block_id = str(given.get("block_id") or "")
        if block_id and block_id in seen_blocks:
            yield fault(f'`block_id` "{block_id}" already exists', f"{path}/{position}/block_id")
        seen_blocks.add(block_id)
        yield from _repeated_actions(given, f"{path}/{position}")
    tables = [each for each in blocks if isinstance(each, dict) and each.get("type") == "table"]
    if len(tables) > 1:
        yield fault("only one table allowed", path)


def _repeated_actions(given: JsonObject, path: str) -> Iterator[str]:
    seen: set[str] = set()
    elements = given.get("elements")
    for position, element in enumerate(elements if isinstance(elements, list) else []):
        action_id = str(element.get("action_id") or "") if isinstance(element, dict) else ""
        if action_id and action_id in seen:
            yield fault(f'`action_id` "{action_id}" already exists', f"{path}/elements/{position}/action_id")
        seen.add(action_id)


def normalise_blocks(blocks: list[JsonObject]) -> list[JsonObject]:
    """Copy blocks as Slack returns them: with IDs, and with the defaults of text objects."""
    copied: list[JsonObject] = copy.deepcopy(blocks)
    for each in copied:
        each["block_id"] = each.get("block_id") or new_block_id()
        for element in interactive_elements(each):
            element["action_id"] = element.get("action_id") or new_block_id()
        _complete_texts(each)
    return copied


def interactive_elements(holder: JsonObject) -> list[JsonObject]:
    """List the elements of a block that a person can use, in order."""
    places = [holder.get("accessory"), holder.get("element")]
    if holder.get("type") == "actions":
        places += holder.get("elements") or []
    return [each for each in places if isinstance(each, dict) and each.get("type") != "image"]


def new_block_id() -> str:
    """Make an ID such as Slack assigns to a block without one."""
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
    """Count the characters of a block's texts, including the URLs of its links."""
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
        return read_json(given)
    except ValueError as failure:
        raise SlackError(error) from failure
