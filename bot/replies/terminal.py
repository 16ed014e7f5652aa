"""The terminal's view of a reply: the same blocks, set with rich."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.replies.values import Block, Reply

_EMOJI = {
    ":red_circle:": "🔴",
    ":large_yellow_circle:": "🟡",
    ":large_green_circle:": "🟢",
    ":large_blue_circle:": "🔵",
}
_SPAN = re.compile(
    r"<(?P<url>https?://[^|>]+)\|(?P<label>[^>]+)>|\*(?P<bold>[^*\n]+)\*|(?<![\w\\])_(?P<italic>[^_\n]+)_(?![\w])|`(?P<code>[^`\n]+)`"
)
_STYLES = {"bold": Style(bold=True), "italic": Style(italic=True), "code": Style(color="cyan")}


def show(reply: Reply, console: Console) -> None:
    """Print a reply."""
    console.print(Group(*(_block(block) for block in reply.blocks)))


def _block(block: Block) -> RenderableType:
    match block["type"]:
        case "section":
            return Padding(set_mrkdwn(block["text"]["text"]), (0, 0, 1, 0))
        case "context":
            lines = Text("\n").join(set_mrkdwn(element["text"]) for element in block["elements"])
            lines.stylize(Style(dim=True))
            return Padding(lines, (0, 0, 1, 0))
        case "actions" if block.get("block_id") == "choices":
            return Padding(Text("\n").join(_choice(element) for element in block["elements"]), (0, 0, 1, 2))
        case _:
            # Buttons have no meaning here.
            return Text("", end="")


def _choice(element: Any) -> Text:
    return Text("→ " + element["text"]["text"])


def set_mrkdwn(text: str) -> Text:
    """Turn mrkdwn into styled text; links keep their address behind the words where the terminal can follow it."""
    for name, symbol in _EMOJI.items():
        text = text.replace(name, symbol)
    text = text.replace("\u200b", "")
    shown = Text()
    done = 0
    for span in _SPAN.finditer(text):
        shown.append(_unescape(text[done : span.start()]))
        if span["url"]:
            shown.append(_unescape(span["label"]), Style(underline=True, link=span["url"]))
        else:
            kind = span.lastgroup or "code"
            inner = set_mrkdwn(span[kind]) if kind == "bold" else Text(_unescape(span[kind]))
            inner.stylize(_STYLES[kind])
            shown.append_text(inner)
        done = span.end()
    shown.append(_unescape(text[done:]))
    return shown


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
