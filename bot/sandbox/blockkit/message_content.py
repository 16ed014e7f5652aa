"""Content of an app's message: text, blocks and attachments, checked against Slack's limits.

https://docs.slack.dev/reference/methods/chat.postMessage: text is cut at 40,000 characters, with a warning;
markdown_text ends at 12,000; 100 attachments. Not confirmed: `msg_too_long` for a longer markdown_text.
"""

import re
from collections.abc import Mapping

from ..parsing import JsonObject, read_json
from ..state.errors import SlackError, refuse_arguments
from .blocks import MARKDOWN_TOTAL, MESSAGE_BLOCKS, block_faults, normalise_blocks, read_blocks, refuse_blocks
from .schema import fault

MESSAGE_TEXT = 40_000
MOST_ATTACHMENTS = 100

# Text that keeps its < and >: mentions, and links with a scheme.
_CONTROL = re.compile(r"<(?:[@#!][^<>\n]+|[A-Za-z][A-Za-z0-9+.-]*:[^<>\n]*)>")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")


def read_message(arguments: Mapping[str, object]) -> tuple[str, list[JsonObject]]:
    """Check the text and blocks of a call or response; a longer text ends where Slack cuts it.

    Raises SlackError `no_text`, `msg_too_long`, or an error of `read_blocks`.
    """
    markdown, text = _text(arguments, "markdown_text"), _text(arguments, "text")
    raw_blocks = arguments.get("blocks")
    blocks = read_blocks(raw_blocks) if raw_blocks else []
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TOTAL:
            raise SlackError("msg_too_long")
        text, blocks = markdown, read_blocks([{"type": "markdown", "text": markdown}])
    if not text and not blocks and not arguments.get("attachments"):
        raise SlackError("no_text")
    return escape_loose_text(text[:MESSAGE_TEXT]), blocks


def truncation_warning(arguments: Mapping[str, object]) -> JsonObject:
    """Build the answer's warning that the text was cut, or nothing."""
    return {"warning": "message_truncated"} if len(str(arguments.get("text") or "")) > MESSAGE_TEXT else {}


def read_attachments(arguments: Mapping[str, object]) -> JsonObject:
    """Check the `attachments` of a call, and return them as part of a message, or nothing.

    Only their blocks are checked. Raises SlackError `invalid_attachments`, in the form that
    https://github.com/metabase/metabase/issues/25704 shows, or `too_many_attachments`.
    """
    value = arguments.get("attachments")
    if value in (None, "", []):
        return {}
    if isinstance(value, str):
        try:
            value = read_json(value)
        except ValueError as failure:
            raise SlackError("invalid_attachments") from failure
    attachments = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(attachments) < len(value):
        raise SlackError("invalid_attachments")
    if len(value) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    faults = [
        each
        for number, attachment in enumerate(attachments)
        for each in block_faults(attachment.get("blocks", []), f"/attachments/{number}/blocks", MESSAGE_BLOCKS)
    ]
    if faults:
        raise refuse_blocks("invalid_attachments", faults)
    return {"attachments": [_kept(number, each) for number, each in enumerate(attachments, start=1)]}


def _kept(number: int, attachment: JsonObject) -> JsonObject:
    stored = {"id": number, "fallback": str(attachment.get("text") or "[no preview available]"), **attachment}
    return {**stored, "blocks": normalise_blocks(stored["blocks"])} if stored.get("blocks") else stored


def _text(arguments: Mapping[str, object], name: str) -> str:
    value = arguments.get(name)
    if isinstance(value, list):
        raise SlackError("invalid_array_arg")
    if isinstance(value, dict):
        raise refuse_arguments(fault("must provide a string", f"/{name}"))
    return "" if value is None else str(value)


def escape_loose_text(text: str) -> str:
    """Escape all `& < >` that belong to no mention, link or entity, as Slack stores text."""
    escaped, position = "", 0
    for control in _CONTROL.finditer(text):
        escaped += _escape_loose(text[position : control.start()]) + control.group()
        position = control.end()
    return escaped + _escape_loose(text[position:])


def _escape_loose(text: str) -> str:
    return _LOOSE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
