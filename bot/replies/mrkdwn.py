"""Slack's mrkdwn, which is not Markdown: escaping, and setting an article's prose in it.

mrkdwn has no escape for its marks of emphasis. Text that other people wrote is therefore fenced here with two
noncharacters where a mark in it could style something; `bot.replies.blocks` turns a fence into the form of text that
shows it to the character: a code span, a rich_text block, or plain_text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.evidence.lazy_pattern import lazy_pattern
from bot.knowledge import EventOutcome, Run, Text

# Noncharacters begin and end a fence: no text may hold them (Unicode 23.7), and `visible` removes them.
_NAME, _PROSE, _END = "\ufdd0", "\ufdd1", "\ufdd2"
# Windows puts this mark of direction into dates, and Excel the mark of order into files; they change nothing that is
# seen. The mark from right to left stays: names are written with it.
_SILENT = lazy_pattern("[\u200e\ufeff]")
# What cannot be seen but makes another name of it, or turns the direction of all that follows.
_UNSEEN = lazy_pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ud800-\udfff]|(?<![\u0900-\U0010ffff])[\u200c\u200d]"
)
_REPLACEMENT: Final = "\ufffd"
_BREAK = lazy_pattern(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Slack styles `_` at the border of a word only; the other marks, a `>` that begins a line and what could be the name of
# an emoji are never left bare. A time such as 9:12:33 is none: a name has a letter, but for these four.
_MARK = lazy_pattern(r"[*~`]|(?<![^\W_])_|_(?![^\W_])|^ *>|:(?:[\w+'-]*[^\W\d][\w+'-]*|[+-]1|100|1234):", re.MULTILINE)
_FENCED = lazy_pattern(f"([{_NAME}{_PROSE}])([^{_END}]*)(?:{_END}|$)", re.DOTALL)
_OPENED = lazy_pattern(f"[{_NAME}{_PROSE}]")

_JOINED = lazy_pattern("[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
# Two regional indicators are one flag.
_FLAG = lazy_pattern("[\U0001f1e6-\U0001f1ff]+$")

SYMBOLS: Final = {
    "red_circle": "🔴",
    "large_yellow_circle": "🟡",
    "large_green_circle": "🟢",
    "large_blue_circle": "🔵",
    "warning": "⚠️",
}
"""Our own emoji, where only characters are shown."""

MARKS: Final[Mapping[EventOutcome, str]] = {
    "failure": ":red_circle:",
    "warning": ":large_yellow_circle:",
    "success": ":large_green_circle:",
    "information": ":large_blue_circle:",
}
"""The emoji in front of an event, by its outcome."""

TokenKind = Literal[
    "text", "name", "prose", "bold", "italic", "code", "preformatted", "link", "mention", "date", "emoji"
]


def visible(text: str) -> str:
    """Show that there is a character which cannot be seen, among them those that turn the direction of writing."""
    return _UNSEEN.sub(_REPLACEMENT, _SILENT.sub("", text))


def one_line(text: str) -> str:
    """Put a text on one line: a space for each run of line breaks and tabs."""
    return re.sub(r"\s*[\n\t]\s*", " ", _BREAK.sub("\n", text)).strip()


def escape(text: str) -> str:
    """Make a name or another short text that somebody wrote safe inside mrkdwn, on one line.

    It cannot ping, link or style anything, and is shown to the character; Slack's own rule is to escape & < >.
    """
    return _fence(visible(one_line(text)).strip(), _NAME)


def escape_prose(text: str) -> str:
    """Make sentences that somebody wrote safe inside mrkdwn, with their line breaks."""
    return _fence(visible(_BREAK.sub("\n", text)).strip(), _PROSE)


def escape_entities(text: str) -> str:
    """Escape & < > alone, for text of our own, such as an article's prose."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quote(text: str) -> str:
    """Set sentences that somebody wrote as a quote that begins on a line of its own."""
    escaped = escape_prose(text)
    return "\n> " + (escaped if _OPENED.search(escaped) else escaped.replace("\n", "\n> "))


def as_code(text: str) -> str:
    """Set a name that somebody wrote as code, such as a file's."""
    name = escape_entities(visible(one_line(text)).strip()) or "?"
    return f"{_NAME}{name}{_END}"


def _fence(text: str, begin: str) -> str:
    escaped = escape_entities(text)
    return f"{begin}{escaped}{_END}" if _MARK.search(text) else escaped


def bare(text: str) -> str:
    """Take the fences away: the text itself, for a message's `text`, which only notifications and screen readers use."""
    return _FENCED.sub(lambda fenced: fenced[2], text)


def without_marks(text: str) -> str:
    """Take our own marks of emphasis away, for a message's `text`; what others wrote keeps every character."""
    parts = []
    done = 0
    for fenced in _FENCED.finditer(text):
        parts += [re.sub(r"(?<![^\W_])_|_(?![^\W_])|[*`]", "", text[done : fenced.start()]), fenced[2]]
        done = fenced.end()
    return "".join([*parts, re.sub(r"(?<![^\W_])_|_(?![^\W_])|[*`]", "", text[done:])])


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of mrkdwn that we wrote, or of what others wrote in it (`name`, `prose`)."""

    kind: TokenKind
    # For a link its label, for a mention the user's ID, for a date its fallback.
    text: str
    # The address of a link; seconds and format of a date, with ^ between them.
    target: str = ""
    # The tokens inside bold or italic.
    inside: tuple[Token, ...] = ()


_HELD: Final = "\ufdd3"
_SPAN = lazy_pattern(
    f"(?P<held>{_HELD})"
    r"|```\n?(?P<preformatted>[\s\S]*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<control>[^<>\n]+)>"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]*?[^\s*])\*(?![\w*])"
    r"|(?<!\w)_(?=[^\s_])(?P<italic>[^\n]*?[^\s_])_(?!\w)"
    r"|:(?P<emoji>[a-z][a-z0-9_]+):"
)


def tokens(text: str) -> tuple[Token, ...]:
    """Read mrkdwn that we wrote into its pieces; what is fenced is one piece, whatever it holds."""
    held = iter([Token("name" if each[1] == _NAME else "prose", _unescape(each[2])) for each in _FENCED.finditer(text)])
    return tuple(_tokens(_FENCED.sub(_HELD, text), held))


def _tokens(text: str, held: Iterator[Token]) -> Iterator[Token]:
    done = 0
    for span in _SPAN.finditer(text):
        if span.start() > done:
            yield Token("text", _unescape(text[done : span.start()]))
        yield next(held) if span["held"] else _token(span, held)
        done = span.end()
    if done < len(text):
        yield Token("text", _unescape(text[done:]))


def _token(span: re.Match[str], held: Iterator[Token]) -> Token:
    for kind in ("bold", "italic"):
        if (inner := span[kind]) is not None:
            return Token(kind, "", "", tuple(_tokens(inner, held)))
    if (control := span["control"]) is not None:
        return _control(control)
    if (emoji := span["emoji"]) is not None:
        return Token("emoji", emoji)
    if (code := span["code"]) is not None:
        return Token("code", _unescape(code))
    return Token("preformatted", _unescape(span["preformatted"]))


def _control(control: str) -> Token:
    target, _, label = control.partition("|")
    if target.startswith("@"):
        return Token("mention", target[1:])
    if target.startswith("!date^"):
        return Token("date", _unescape(label), target.removeprefix("!date^"))
    return Token("link", _unescape(label or target), _unescape(target))


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def close_fence(text: str) -> str:
    """End a fence that a cut has left open."""
    return text + _END if len(_OPENED.findall(text)) > text.count(_END) else text


def in_mrkdwn(text: str) -> str | None:
    """Set what is fenced as code spans; None where mrkdwn cannot show it to the character."""
    if not _OPENED.search(text):
        return text
    for fenced in _FENCED.finditer(text):
        before, after = text[: fenced.start()][-1:], text[fenced.end() :][:1]
        is_apart = not (before.isalnum() or after.isalnum() or before == "`" or after == "`")
        if fenced[1] == _PROSE or "`" in fenced[2] or not is_apart:
            return None
    if any(_breaks_emphasis(token) for token in tokens(text)):
        return None
    return _FENCED.sub(lambda fenced: f"`{fenced[2]}`", text)


def _breaks_emphasis(token: Token) -> bool:
    """Tell whether a name inside our emphasis holds the mark that would end it."""
    mark = {"bold": "*", "italic": "_"}.get(token.kind)
    if mark is None:
        return False
    return any(_breaks_emphasis(each) or (each.kind == "name" and mark in each.text) for each in token.inside)


def in_plain_text(text: str) -> str:
    """Set mrkdwn as Slack's plain_text: no emphasis, but every character of what others wrote."""
    return "".join(_plain(token) for token in tokens(text)).replace("\u200b", "")


def _plain(token: Token) -> str:
    if token.kind == "emoji":
        return SYMBOLS.get(token.text, f":{token.text}:")
    return "".join(map(_plain, token.inside)) if token.inside else token.text


def shorten(text: str, limit: int) -> str:
    """Cut a text to `limit` characters, at a word where one ends nearby, and never inside what is seen as one character."""
    if len(text) <= limit:
        return text
    cut = text[: _border(text, limit - 1)]
    space = cut.rfind(" ", max(0, limit - 24))
    return (cut[:space] if space > 0 else cut).rstrip() + "…"


def _border(text: str, at: int) -> int:
    """Move a place in a text back to the border of a character with its accents, skin tone or joined emoji."""
    while 0 < at < len(text) and (_JOINED.match(text[at]) or text[at - 1] == "\u200d" or _splits_a_flag(text, at)):
        at -= 1
    return at


def _splits_a_flag(text: str, at: int) -> bool:
    before = _FLAG.search(text, 0, at)
    return before is not None and len(before[0]) % 2 == 1 and _FLAG.match(text[at]) is not None


def set_text(text: Text, link: Callable[[str], str] = lambda url: url) -> str:
    """Set one paragraph of an article in mrkdwn."""
    return "".join(_set_run(run, link) for run in text)


def _set_run(run: Run, link: Callable[[str], str]) -> str:
    words = escape_entities(run.text)
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


def mention(user_id: str) -> str:
    """Mention a person; who was forgotten, or is a bot without a user, has no ID that could be."""
    return f"<@{escape_entities(user_id)}>" if user_id[:1] in ("U", "W") else escape(user_id)
