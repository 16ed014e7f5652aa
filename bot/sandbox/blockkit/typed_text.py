"""Typed text as Slack stores it: the escaped `text` and its rich_text block.

Slack escapes `& < >`, turns @names into <@U...>, and links anything like an address,
including host names such as SRV01.contoso.com. An app that reads pasted logs has to cope
with all of it, so the sandbox does the same.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..parsing import JsonObject
from ..state.workspace import User, Workspace

# Piece of stored text with its rich_text element.
TextPiece: TypeAlias = tuple[str, JsonObject]

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_QUOTED_LINES = re.compile(r"(?:^>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_ENTITY = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}

# Only ASCII, as Slack ends a link where Chinese text follows.
_ADDRESS = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%]*[A-Za-z0-9/=#&_-]"
# The lookbehind allows one start per word, else matching is quadratic.
_EMAIL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_HOST = r"(?<![\w@./\\-])(?:[A-Za-z0-9-]+\.)+(?:com|net|org|edu|gov|io|dev|tw|de|jp|uk)(?![\w.-]*\w)(?:/[^\s<>\"')]*)?"


def _styled(name: str, mark: str) -> str:
    return rf"(?P<{name}>(?<![\w{mark}]){mark}(?=[^\s{mark}])[^{mark}\n]*[^\s{mark}]{mark}(?![\w{mark}])|(?!))"


_INLINE = re.compile(
    "|".join(
        [
            r"(?P<code>`[^`\n]+`)",
            rf"(?P<url>{_ADDRESS})",
            rf"(?P<email>{_EMAIL})",
            rf"(?P<host>{_HOST})",
            r"<@(?P<user_id>[UW][A-Z0-9]+)>",
            r"<\#(?P<channel_id>[CG][A-Z0-9]+)(?:\|[^>]*)?>",
            r"(?<![\w@])@(?P<broadcast>here|channel|everyone)\b",
            r"(?<![\w@])@(?P<name>[^\s@<>:,;!?()]+)",
            r"(?<![\w#&])\#(?P<channel>[\w-]+)",
            r"(?<![\w:]):(?P<emoji>[a-z][a-z0-9_+-]*):(?![\w:])",
            _styled("bold", r"\*"),
            _styled("italic", "_"),
            _styled("strike", "~"),
        ]
    )
)


@dataclass(frozen=True, slots=True)
class TypedText:
    """Person's message as Slack stores it."""

    text: str
    blocks: tuple[JsonObject, ...]
    mentions: frozenset[str]


def escape(text: str) -> str:
    """Escape the three characters with a meaning in Slack's text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: _ENTITY[found.group()], text)


def parse_typed_text(text: str, workspace: Workspace) -> TypedText:
    """Convert typed or pasted text into the form that Slack stores."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    reader = _Reader(workspace)
    sections: list[JsonObject] = []
    stored = ""
    for kind, part in _parts(typed):
        pieces = list(reader.preformatted(part) if kind == "fence" else reader.inline(part, {}))
        plain = "".join(piece for piece, _ in pieces)
        elements = [element for _, element in pieces]
        if kind == "fence":
            stored += f"```{plain}```"
            sections.append({"type": "rich_text_preformatted", "border": 0, "elements": elements})
        elif kind == "quote":
            stored += "".join(f"&gt;{line}" for line in plain.splitlines(keepends=True))
            sections.append({"type": "rich_text_quote", "elements": elements})
        else:
            stored += plain
            sections.append({"type": "rich_text_section", "elements": elements})
    block = {"type": "rich_text", "block_id": "", "elements": sections}
    return TypedText(stored, (block,) if sections else (), frozenset(reader.mentioned))


def escape_command_text(text: str, workspace: Workspace) -> str:
    """Replace names in a command's text by <@U...|name>, for a command with `should_escape`."""

    def replaced(match: re.Match[str]) -> str:
        named = _named(match.group("name"), workspace)
        return f"<@{named[0].user_id}|{named[0].name}>" if named else match.group()

    return re.sub(r"(?<![\w@])@(?P<name>[\w.-]+)", replaced, text)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Split the text into fences, quotes and the rest, in order, without empty parts."""
    position = 0
    for fence in _FENCE.finditer(text):
        yield from _quotes(text[position : fence.start()])
        yield "fence", fence.group(1)
        position = fence.end()
    yield from _quotes(text[position:])


def _quotes(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    for quote in _QUOTED_LINES.finditer(text):
        if text[position : quote.start()]:
            yield "section", text[position : quote.start()]
        yield "quote", re.sub(r"^>", "", quote.group(), flags=re.MULTILINE)
        position = quote.end()
    if text[position:]:
        yield "section", text[position:]


def _named(text: str, workspace: Workspace) -> tuple[User, int] | None:
    """Find the user whose name, the longest possible, starts the text, and the name's length."""
    best: tuple[User, int] | None = None
    for user in workspace.users.values():
        for known in (user.name, user.real_name):
            begins = text[: len(known)].lower() == known.lower()
            if begins and not re.match(r"[A-Za-z0-9_]", text[len(known) :]) and (best is None or len(known) > best[1]):
                best = (user, len(known))
    return best


class _Reader:
    """Converter of one message's parts into pairs of stored text and rich_text element."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.mentioned: set[str] = set()

    def preformatted(self, text: str) -> Iterator[TextPiece]:
        position = 0
        for match in re.finditer(_ADDRESS, text):
            if text[position : match.start()]:
                yield self._plain(text[position : match.start()], {})
            yield self._link(match.group(), match.group(), {})
            position = match.end()
        if text[position:]:
            yield self._plain(text[position:], {})

    def inline(self, text: str, style: JsonObject) -> Iterator[TextPiece]:
        position = 0
        while match := _INLINE.search(text, position):
            before = text[position : match.start()]
            if before:
                yield self._plain(before, style)
            position = yield from self._token(match, style)
        if text[position:]:
            yield self._plain(text[position:], style)

    def _token(self, match: re.Match[str], style: JsonObject) -> Generator[TextPiece, None, int]:
        """Yield one token's pairs; return the position where the text goes on."""
        kind = match.lastgroup or ""
        whole = match.group()
        if kind in ("bold", "italic", "strike"):
            inner = list(self.inline(whole[1:-1], {**style, kind: True}))
            for position, (piece, element) in enumerate(inner):
                opening = whole[0] if position == 0 else ""
                closing = whole[-1] if position == len(inner) - 1 else ""
                yield opening + piece + closing, element
        elif kind in ("name", "user_id"):
            return (yield from self._mention(match, style))
        else:
            yield self._simple(kind, match, style)
        return match.end()

    def _simple(self, kind: str, match: re.Match[str], style: JsonObject) -> TextPiece:
        whole, value = match.group(), match.group(kind)
        if kind == "code":
            stored, element = self._plain(value[1:-1], {**style, "code": True})
            return f"`{stored}`", element
        if kind == "url":
            return self._link(value, value, style)
        if kind == "email":
            return self._link(f"mailto:{value}", value, style)
        if kind == "host":
            return self._link(f"http://{value}", value, style)
        if kind == "broadcast":
            return f"<!{value}>", {"type": "broadcast", "range": value}
        if kind == "emoji":
            return whole, {"type": "emoji", "name": value}
        for channel in self._workspace.channels.values():
            if channel.name and value in (channel.name, channel.channel_id):
                element = {"type": "channel", "channel_id": channel.channel_id}
                return f"<#{channel.channel_id}|{channel.name}>", element
        return self._plain(whole, style)

    def _mention(self, match: re.Match[str], style: JsonObject) -> Generator[TextPiece, None, int]:
        by_id = self._workspace.users.get(match.group("user_id") or "")
        if by_id:
            named: tuple[User, int] | None = (by_id, len(match.group()))
        else:
            named = _named(match.string[match.start() + 1 :], self._workspace)
        if named is None:
            yield self._plain(match.group(), style)
            return match.end()
        user, length = named
        self.mentioned.add(user.user_id)
        yield f"<@{user.user_id}>", {"type": "user", "user_id": user.user_id}
        return match.start() + (length if by_id else length + 1)

    def _plain(self, text: str, style: JsonObject) -> TextPiece:
        element: JsonObject = {"type": "text", "text": text}
        if style:
            element["style"] = dict(style)
        return escape(text), element

    def _link(self, url: str, shown: str, style: JsonObject) -> TextPiece:
        element: JsonObject = {"type": "link", "url": url}
        if shown != url:
            element["text"] = shown
        if style:
            element["style"] = dict(style)
        return (f"<{url}>" if shown == url else f"<{url}|{shown}>"), element
