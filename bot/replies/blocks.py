"""Slack's limits, held for every possible answer (figures: Slack's Block Kit reference; the total was seen in practice)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.replies.mrkdwn import close_fence, in_mrkdwn, in_plain_text, shorten
from bot.replies.rich_text import rich_text
from bot.replies.values import Block

SECTION: Final = 3000
CONTEXT_ELEMENTS: Final = 10
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
MESSAGE_BLOCKS: Final = 50
TEXT: Final = 3000
TOTAL: Final = 10_000
"""Characters over all blocks of a message. About 12,000 are refused, undocumented; seen at 11,341."""


def section(text: str, accessory: Block | None = None) -> Block:
    """Make a section; what is longer than Slack takes is cut at a line.

    Where mrkdwn cannot show what somebody wrote to the character it is a rich_text block, beside an accessory plain text.
    """
    whole = _cut(text)
    block: dict[str, object] = {"type": "section", "text": _text_object(whole)}
    if accessory is None:
        return block if in_mrkdwn(whole) is not None else rich_text(whole)
    block["accessory"] = accessory
    return block


def _cut(text: str) -> str:
    # A fence that is cut is ended by one character more.
    return text if len(text) <= SECTION else close_fence(cut_at_line(text, SECTION - 1))


def _text_object(text: str) -> Block:
    """Make a text object in which Slack links and mentions only what is written as a link or a mention."""
    whole = _cut(text)
    marked = in_mrkdwn(whole)
    if marked is None:
        return {"type": "plain_text", "text": in_plain_text(whole), "emoji": False}
    return {"type": "mrkdwn", "text": marked, "verbatim": True}


def sections(text: str) -> list[Block]:
    """Make as many sections as a long list needs, broken between its lines."""
    blocks: list[Block] = []
    part = ""
    for line in text.split("\n"):
        if part and len(part) + 1 + len(line) > SECTION:
            blocks.append(section(part))
            part = ""
        part = f"{part}\n{line}" if part else line
    return [*blocks, section(part)] if part else blocks


def context(*texts: str) -> Block:
    """Make a quiet line."""
    elements = [_text_object(text) for text in texts if text][:CONTEXT_ELEMENTS]
    return {"type": "context", "elements": elements}


def button(text: str, action_id: str, value: str = "", style: str = "") -> Block:
    """Make a button."""
    made: dict[str, object] = {
        "type": "button",
        "text": {"type": "plain_text", "text": shorten(text, BUTTON_TEXT)},
        "action_id": action_id,
    }
    if value:
        made["value"] = value[:BUTTON_VALUE]
    if style:
        made["style"] = style
    return made


def actions(block_id: str, *buttons: Block) -> Block:
    """Make a row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def cut_at_line(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, at a line where one ends nearby."""
    if len(text) <= limit:
        return text
    line = text.rfind("\n", limit // 2, limit - 2)
    cut = text[:line] + "\n…" if line > 0 else shorten(text, limit)
    # Half an escape, such as &am, would be seen.
    return re.sub(r"&[a-z]{0,3}(?=…$)", "", cut)


def size(value: object) -> int:
    """Count the characters of all texts in blocks, as Slack's total does."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(size(each) for key, each in value.items() if key in {"text", "elements", "accessory", "fields"})
    if isinstance(value, (list, tuple)):
        return sum(map(size, value))
    return 0


def fit(blocks: Iterable[Block], optional: Iterable[Block] = ()) -> tuple[Block, ...]:
    """Keep all `blocks`; drop optional ones (found by identity) from the last until count and total fit."""
    kept = list(blocks)
    droppable = [id(block) for block in optional]
    while (len(kept) > MESSAGE_BLOCKS or size(kept) > TOTAL) and droppable:
        last = droppable.pop()
        kept = [block for block in kept if id(block) != last]
    return tuple(kept[:MESSAGE_BLOCKS])
