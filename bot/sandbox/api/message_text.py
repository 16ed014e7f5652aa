"""The content of a message an app sends: text and blocks, checked against Slack's limits."""

import re
from collections.abc import Mapping
from typing import Any

from ..blocks import MARKDOWN_TOTAL, read_blocks
from ..errors import Json, SlackError

MESSAGE_TEXT = 40_000

# What may stand between < and >: mentions, and links with a scheme.
_CONTROL = re.compile(r"<(?:[@#!][^<>\n]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>\n]*)>")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def read_message(arguments: Mapping[str, Any]) -> tuple[str, list[Json]]:
    """The text and blocks of a call or response.

    Raises SlackError `no_text`, `msg_too_long`, or what `read_blocks` raises.
    """
    markdown = str(arguments.get("markdown_text") or "")
    text = str(arguments.get("text") or "")
    given = arguments.get("blocks")
    blocks = read_blocks(given) if given else []
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TOTAL:
            raise SlackError("msg_too_long")
        text, blocks = markdown, read_blocks([{"type": "markdown", "text": markdown}])
    if len(text) > MESSAGE_TEXT:
        raise SlackError("msg_too_long")
    if not text and not blocks and not arguments.get("attachments"):
        raise SlackError("no_text")
    return keep_text(text), blocks


def keep_text(text: str) -> str:
    """The text as Slack stores it: whatever is not a mention, link or entity is escaped."""
    kept, place = "", 0
    for control in _CONTROL.finditer(text):
        kept += _escape_loose(text[place : control.start()]) + control.group()
        place = control.end()
    return kept + _escape_loose(text[place:])


def _escape_loose(text: str) -> str:
    return _LOOSE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
