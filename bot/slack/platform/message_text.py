"""The text of a Slack message: its own, its attachments' and its blocks'."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from bot.slack.platform.payloads import Message
from bot.store import Json

# Slack puts the mention where it was typed; the question is the rest.
_MENTION: Final = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


# https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
_CONTROL: Final = re.compile(r"<([^<>\s][^<>]*)>")
# Slack attaches previews of links and forwarded messages by itself: not what the writer says.
_ATTACHED_BY_SLACK: Final = ("is_msg_unfurl", "is_share", "is_app_unfurl", "from_url", "original_url")


def mentions_others(text: str, bot_user_id: str | None) -> bool:
    """Return True for a text that calls somebody else than the bot by name."""
    return any(f"<@{bot_user_id}" != found[0].partition("|")[0].rstrip(">") for found in _MENTION.finditer(text))


def without_mentions(text: str) -> str:
    """Take the bot's and other people's mentions out of a text."""
    return _MENTION.sub(" ", text).strip()


def as_typed(text: str) -> str:
    """Undo Slack's escaping in what a person typed: mentions as @name and #channel, links as their words."""
    return html.unescape(_CONTROL.sub(_typed, text))


def _typed(control: re.Match[str]) -> str:
    target, _, label = control[1].partition("|")
    mark = target[0] if target[0] in "@#" else ""
    return mark + (label or target.removeprefix(mark))


def text_of(message: Message) -> str:
    """Return what a message says: its own text, and that of attachments and blocks, where monitoring tools put theirs.

    What Slack attached is left out. It is somebody else's, perhaps the bot's own answer, and comes or goes without an edit.
    """
    # Of a bot's message with blocks Slack shows the blocks, and its text in notifications only. What a person writes
    # comes as blocks as well, but stands in the text whole.
    shown = text_of_blocks(message.get("blocks") or []) if message.get("bot_id") else ""
    parts = [shown or message.get("text") or ""]
    for attachment in message.get("attachments") or []:
        if any(attachment.get(name) for name in _ATTACHED_BY_SLACK):
            continue
        parts.extend([attachment.get("pretext") or "", attachment.get("title") or "", attachment.get("text") or ""])
        parts.extend(f"{found.get('title', '')}: {found.get('value', '')}" for found in attachment.get("fields") or [])
        parts.append(text_of_blocks(attachment.get("blocks") or []))
        if not (
            attachment.get("text") or attachment.get("title") or attachment.get("fields") or attachment.get("blocks")
        ):
            parts.append(str(attachment.get("fallback") or ""))
    return "\n".join(part for part in parts if part)


def text_of_blocks(blocks: Sequence[Json]) -> str:
    """Return what blocks say, a line for each text; of buttons and menus nothing."""
    return "\n".join(found for block in blocks if (found := _said(block)))


def _said(block: Json) -> str:
    if block.get("type") == "actions":
        return ""
    if isinstance(text := block.get("text"), str):
        return text
    inside = [text] if text else []
    inside += [*(block.get("fields") or []), *(block.get("elements") or [])]
    # The pieces of one line of rich text stand side by side.
    between = "" if str(block.get("type")).startswith("rich_text_") else "\n"
    return between.join(found for each in inside if (found := _said(each)))
