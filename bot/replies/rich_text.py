"""mrkdwn as a rich_text block, in which Slack reads no marks: for what people wrote with marks in it.

Pieces and their fields: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.replies.mrkdwn import Token, tokens
from bot.replies.values import Block

Piece = dict[str, Any]


def rich_text(text: str) -> Block:
    """Set mrkdwn that we wrote, with what others wrote fenced in it, as one block."""
    parts: list[Block] = []
    for token_run in _paragraphs(tuple(tokens(text))):
        parts += token_run
    return {"type": "rich_text", "elements": parts}


def _paragraphs(found: Sequence[Token]) -> Iterator[list[Block]]:
    """A preformatted token is a part of its own, everything between two of them one section."""
    for is_preformatted, run in groupby(found, lambda token: token.kind == "preformatted"):
        if is_preformatted:
            yield [_part("preformatted", [_text(token.text)]) for token in run]
        elif pieces := [piece for token in run for piece in _pieces(token, {})]:
            yield _sections(pieces)


def _sections(pieces: list[Piece]) -> list[Block]:
    """Split at "> ", which begins a quote that lasts to the end."""
    for at, piece in enumerate(pieces):
        if piece["type"] == "text" and not piece.get("foreign") and (piece["text"].endswith("\n> ")):
            before = [*pieces[:at], {**piece, "text": piece["text"].removesuffix("\n> ")}]
            quoted = pieces[at + 1 :]
            return [*_sections(_filled(before)), _part("quote", _clean(quoted))]
    cleaned = _clean(pieces)
    return [_part("section", cleaned)] if cleaned else []


def _filled(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece["type"] != "text" or piece["text"]]


def _clean(pieces: list[Piece]) -> list[Piece]:
    return [{key: value for key, value in piece.items() if key != "foreign"} for piece in _filled(pieces)]


def _part(name: str, pieces: list[Piece]) -> Block:
    return {"type": f"rich_text_{name}", "elements": pieces}


def _text(text: str, style: dict[str, bool] | None = None, *, foreign: bool = False) -> Piece:
    piece: Piece = {"type": "text", "text": text}
    if style:
        piece["style"] = style
    if foreign:
        piece["foreign"] = True
    return piece


def _pieces(token: Token, style: dict[str, bool]) -> Iterator[Piece]:
    match token.kind:
        case "bold" | "italic":
            for inner in token.inside:
                yield from _pieces(inner, {**style, token.kind: True})
        case "link":
            yield {"type": "link", "url": token.target, "text": token.text, **({"style": style} if style else {})}
        case "mention":
            yield {"type": "user", "user_id": token.text}
        case "date":
            seconds, _, form = token.target.partition("^")
            yield {"type": "date", "timestamp": int(seconds), "format": form, "fallback": token.text}
        case "emoji":
            yield {"type": "emoji", "name": token.text}
        case "code":
            yield _text(token.text, {**style, "code": True})
        case "name":
            yield _text(token.text, {**style, "code": True} if "`" not in token.text else style, foreign=True)
        case "prose":
            yield _text(token.text, style, foreign=True)
        case _:
            yield from (_text(text, style) for text in [token.text.replace("\u200b", "")] if text)
