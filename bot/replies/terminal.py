"""The terminal's view of a reply: the same blocks, set with rich."""

from __future__ import annotations

import re

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.replies.mrkdwn import SYMBOLS
from bot.replies.values import Block, Reply

_EMOJI = {f":{name}:": symbol for name, symbol in SYMBOLS.items()}
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
            return Padding(_text(block["text"]), (0, 0, 1, 0))
        case "rich_text":
            return Padding(Text("\n").join(map(_rich_part, block["elements"])), (0, 0, 1, 0))
        case "context":
            lines = Text("\n").join(_text(element) for element in block["elements"])
            lines.stylize(Style(dim=True))
            return Padding(lines, (0, 0, 1, 0))
        case "actions" if block.get("block_id") == "choices":
            return Padding(Text("\n").join(_choice(element) for element in block["elements"]), (0, 0, 1, 2))
        case _:
            # Buttons have no meaning here.
            return Text("", end="")


def _text(text: Block) -> Text:
    return set_mrkdwn(text["text"]) if text["type"] == "mrkdwn" else Text(text["text"])


def _rich_part(part: Block) -> Text:
    quoted = part["type"] == "rich_text_quote"
    return Text("> " if quoted else "") + Text("").join(_rich_piece(piece) for piece in part["elements"])


def _rich_piece(piece: Block) -> Text:
    style = Style.combine([Style(), *(_STYLES[name] for name in piece.get("style", {}) if name in _STYLES)])
    match piece["type"]:
        case "text":
            return Text(piece["text"], style)
        case "link":
            return Text(piece["text"], style + Style(underline=True, link=piece["url"]))
        case "user":
            return Text(f"@{piece['user_id']}", style)
        case "emoji":
            return Text(_EMOJI.get(f":{piece['name']}:", f":{piece['name']}:"))
        case _:
            return Text(piece.get("fallback", ""), style)


def _with_symbols(text: str) -> str:
    for name, symbol in _EMOJI.items():
        text = text.replace(name, symbol)
    return text


def _choice(element: Block) -> Text:
    return Text("→ " + element["text"]["text"])


def set_mrkdwn(text: str) -> Text:
    """Turn mrkdwn into styled text; links keep their address behind the words where the terminal can follow it."""
    text = _with_symbols(text).replace("\u200b", "")
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
