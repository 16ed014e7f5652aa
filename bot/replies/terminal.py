"""The terminal's view of a reply: the same blocks, wrapped to its width and, where it can show them, with styles and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from bot.replies import action_ids
from bot.replies.mrkdwn import SYMBOLS
from bot.replies.values import Block, Reply

_EMOJI = {f":{name}:": symbol for name, symbol in SYMBOLS.items()}
_SPAN = re.compile(
    r"```(?P<pre>[^`]+)```|<(?P<url>https?://[^|>]+)\|(?P<label>[^>]+)>|\*(?P<bold>[^*\n]+)\*|(?<![\w\\])_(?P<italic>[^_\n]+)_(?![\w])|`(?P<code>[^`\n]+)`"
)
# ECMA-48, "select graphic rendition"; code is cyan.
_CODES: Final = {"bold": "1", "dim": "2", "italic": "3", "underline": "4", "code": "36"}
_CHOICE_INDENT: Final = 2
_WIDE: Final = frozenset("WF")
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
_OPENS: Final = "（「『【《〈([{“‘"
_CLOSES: Final = "，。、；：？！）」』】》〉…,.;:?!)]}”’%"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text in one style."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""


def set_reply(reply: Reply, width: int, *, styled: bool) -> str:
    """Return a reply as lines of at most so many cells; unless `styled` as text alone."""
    lines: list[str] = []
    for block in reply.blocks:
        if (found := _pieces_of_block(block)) is not None:
            pieces, indent = found
            pieces = pieces if styled else [_with_address(piece) for piece in pieces]
            set_lines = _wrap(pieces, width - indent)
            lines += [" " * indent + _set_line(line, styled=styled) for line in set_lines]
            lines.append("")
    return "\n".join(line.rstrip() for line in lines)


def _with_address(piece: _Piece) -> _Piece:
    """Put a link's address beside its words, where nothing else can follow it."""
    if not piece.url:
        return piece
    return replace(piece, text=piece.url if piece.text in piece.url else f"{piece.text} ({piece.url})")


def _pieces_of_block(block: Block) -> tuple[list[_Piece], int] | None:
    """Return what a block says and how far it is indented; None for one that says nothing here, as buttons do."""
    match block["type"]:
        case "section":
            return _text(block["text"]), 0
        case "rich_text":
            return _joined(map(_rich_part, block["elements"])), 0
        case "context":
            lines = _joined(_text(element) for element in block["elements"])
            return [replace(piece, styles=piece.styles | {"dim"}) for piece in lines], 0
        case "actions" if block.get("block_id") == "choices":
            # What only a chat can do is no choice here.
            offered = [each for each in block["elements"] if each["action_id"].startswith(action_ids.CHOOSE)]
            return _joined([_Piece(f"→ {each['text']['text']}")] for each in offered), _CHOICE_INDENT
        case _:
            return None


def _joined(lines: Iterable[list[_Piece]]) -> list[_Piece]:
    joined: list[_Piece] = []
    for line in lines:
        joined += [*([_Piece("\n")] if joined else []), *line]
    return joined


def _text(text: Block) -> list[_Piece]:
    return set_mrkdwn(text["text"]) if text["type"] == "mrkdwn" else [_Piece(text["text"])]


def _rich_part(part: Block) -> list[_Piece]:
    quoted = part["type"] == "rich_text_quote"
    return [*([_Piece("> ")] if quoted else []), *map(_rich_piece, part["elements"])]


def _rich_piece(piece: Block) -> _Piece:
    styles = frozenset(name for name in piece.get("style", {}) if name in _CODES)
    match piece["type"]:
        case "text":
            return _Piece(piece["text"], styles)
        case "link":
            return _Piece(piece["text"], styles | {"underline"}, piece["url"])
        case "user":
            return _Piece(f"@{piece['user_id']}", styles)
        case "emoji":
            return _Piece(_EMOJI.get(f":{piece['name']}:", f":{piece['name']}:"))
        case _:
            return _Piece(piece.get("fallback", ""), styles)


def set_mrkdwn(text: str) -> list[_Piece]:
    """Turn mrkdwn into styled text; links keep their address behind the words where the terminal can follow it."""
    for name, symbol in _EMOJI.items():
        text = text.replace(name, symbol)
    text = text.replace("\u200b", "")
    shown: list[_Piece] = []
    done = 0
    for span in _SPAN.finditer(text):
        shown.append(_Piece(_unescape(text[done : span.start()])))
        if span["url"]:
            shown.append(_Piece(_unescape(span["label"]), frozenset({"underline"}), span["url"]))
        elif span["bold"]:
            shown += [replace(piece, styles=piece.styles | {"bold"}) for piece in set_mrkdwn(span["bold"])]
        else:
            kind = span.lastgroup or "code"
            shown.append(_Piece(_unescape(span[kind]), frozenset({"code" if kind == "pre" else kind})))
        done = span.end()
    shown.append(_Piece(_unescape(text[done:])))
    return shown


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(each) in _NO_WIDTH else 1 + (unicodedata.east_asian_width(each) in _WIDE)
        for each in text
    )


def _wrap(pieces: Iterable[_Piece], width: int) -> list[list[_Piece]]:
    """Break pieces into lines at spaces, between Chinese characters, and within what is longer than a line.

    A printed address stays whole and stands out beyond its line: broken, it cannot be copied.
    """
    lines: list[list[_Piece]] = [[]]
    room = width
    for word in _words(pieces):
        if word[0].text == "\n":
            lines.append([])
            room = width
            continue
        # A space at a line's end may stand beyond it.
        needed = cells("".join(piece.text for piece in word).rstrip())
        if needed > room and room < width:
            lines.append([])
            room = width
        if any("://" in piece.text for piece in word):
            lines[-1] += word
            room -= needed
            continue
        for character in _single(word) if needed > width else word:
            if cells(character.text.rstrip()) > room and room < width:
                lines.append([])
                room = width
            lines[-1].append(character)
            room -= cells(character.text)
    return lines


def _single(word: list[_Piece]) -> Iterator[_Piece]:
    for piece in word:
        for character in piece.text:
            yield replace(piece, text=character)


def _words(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield what must stay on one line, in pieces, with the spaces behind it; and each end of a line by itself."""
    word: list[_Piece] = []
    before = ""
    for piece in pieces:
        start = 0
        for at, character in enumerate(piece.text):
            if before and _may_break(before, character):
                _add(word, piece, piece.text[start:at])
                yield word
                word, start = [], at
            before = character
        _add(word, piece, piece.text[start:])
    if word:
        yield word


def _add(word: list[_Piece], piece: _Piece, text: str) -> None:
    """Add some text of a piece to a word."""
    if not text:
        return
    if word and (word[-1].styles, word[-1].url) == (piece.styles, piece.url):
        word[-1] = replace(piece, text=word[-1].text + text)
    else:
        word.append(replace(piece, text=text))


def _may_break(before: str, character: str) -> bool:
    if "\n" in (before, character):
        return True
    if before == " ":
        return character != " "
    if before in _OPENS or character in _CLOSES or character == " ":
        return False
    return unicodedata.east_asian_width(before) in _WIDE or unicodedata.east_asian_width(character) in _WIDE


def _set_line(line: list[_Piece], *, styled: bool) -> str:
    if not styled:
        return "".join(piece.text for piece in line)
    return "".join(
        _set("".join(piece.text for piece in alike), styles, url)
        for (styles, url), alike in groupby(line, lambda piece: (piece.styles, piece.url))
    )


def _set(text: str, styles: frozenset[str], url: str) -> str:
    codes = ";".join(_CODES[name] for name in sorted(styles))
    text = f"\x1b[{codes}m{text}\x1b[0m" if codes else text
    # A link ends with BEL, not with ST: what takes styles out for an old console knows that form only.
    return f"\x1b]8;;{url}\a{text}\x1b]8;;\a" if url else text
