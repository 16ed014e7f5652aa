"""Slack's mrkdwn, which is not Markdown: escaping, and setting an article's prose in it."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.knowledge import Run, Text

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_MARKS = re.compile(r"[*_~`]")


def visible(text: str) -> str:
    """Take out characters that cannot be seen, among them those that turn the direction of writing."""
    return _CONTROL.sub("", text)


def escape(text: str) -> str:
    """Make a text that a person typed safe inside mrkdwn: it cannot ping, link or style anything.

    Slack's own rule is to escape & < >; marks of emphasis and characters that cannot be seen are taken out as well,
    and line breaks, which could begin a list or a heading that is not ours.
    """
    cleaned = " ".join(_MARKS.sub("", visible(text)).split())
    return cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_prose(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, at a word where one ends nearby."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", max(0, limit - 24))
    return (cut[:space] if space > 0 else cut).rstrip() + "…"


def set_text(text: Text, link: Callable[[str], str] = lambda url: url) -> str:
    """Set one paragraph of an article in mrkdwn."""
    return "".join(_set_run(run, link) for run in text)


def _set_run(run: Run, link: Callable[[str], str]) -> str:
    words = _escape_prose(run.text)
    if run.url is not None:
        return f"<{link(run.url)}|{words.replace('|', '¦')}>"
    mark = {"plain": "", "bold": "*", "italic": "_", "code": "`"}[run.style]
    if not mark or not words.strip():
        return words
    # Slack styles only what stands between spaces or punctuation; a zero-width space beside Chinese characters is one.
    return f"\u200b{mark}{words}{mark}\u200b" if mark != "`" else f"{mark}{words}{mark}"


def tidy(text: str) -> str:
    """Drop the zero-width spaces that a mark does not need: those beside a space or at an end."""
    return re.sub(r"(^|[\s(（])\u200b|\u200b($|[\s.,;:)?!，。；：）、？])", r"\1\2", text, flags=re.MULTILINE)


def numbered(items: tuple[Text, ...], link: Callable[[str], str]) -> str:
    """Set items as a numbered list; mrkdwn has none of its own."""
    return "\n".join(f"{number}. {tidy(set_text(item, link))}" for number, item in enumerate(items, 1))


def bulleted(items: tuple[Text, ...], link: Callable[[str], str]) -> str:
    """Set items as a list."""
    return "\n".join(f"• {tidy(set_text(item, link))}" for item in items)
