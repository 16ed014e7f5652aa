"""A reader's view of Block Kit: the characters that Slack's client shows, each with its styles.

Independent of the bot's own escaping: the rules are those of Slack's reference
(https://docs.slack.dev/messaging/formatting-message-text) as the sandbox's page draws them (bot/sandbox/page/mrkdwn.js).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Seen = tuple[str, frozenset[str]]
"""One character and its styles; what is no character, such as a mention, is one item in square brackets."""

_DRAWN = {"red_circle": "🔴", "large_yellow_circle": "🟡", "large_green_circle": "🟢", "large_blue_circle": "🔵"}
_EMOJI = re.compile(r":([\w+'-]*[^\W\d][\w+'-]*|[+-]1|100):")
_INVISIBLE = re.compile("[\u200b\u2060]")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<control>[^<>\n]+)>"
    r"|(?<![^\W_])(?<!\*)\*(?=[^\s*])(?P<bold>[^*\n]*?[^\s*])\*(?![^\W_])(?!\*)"
    r"|(?<![^\W_])(?<!_)_(?=[^\s_])(?P<italic>[^_\n]*?[^\s_])_(?![^\W_])(?!_)"
    r"|:(?P<emoji>[\w+'-]*[^\W\d][\w+'-]*|[+-]1|100):"
    r"|(?<![^\W_])(?<!~)~(?=[^\s~])(?P<strike>[^~\n]*?[^\s~])~(?![^\W_])(?!~)"
)


def seen(blocks: Any) -> list[Seen]:
    """Return what a reader of these blocks sees, a line break between two texts."""
    found: list[Seen] = []
    for text in _texts(blocks):
        found += [*text, ("\n", frozenset())]
    return found


def _texts(value: Any) -> Iterator[list[Seen]]:
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
        return
    match value.get("type"):
        case "mrkdwn":
            assert value.get("verbatim") is True, "Slack would look for links and mentions by itself"
            yield list(_mrkdwn(value["text"]))
        case "plain_text":
            yield list(_plain_text(value["text"], draws_emoji=value.get("emoji") is not False))
        case "rich_text":
            yield [each for part in value["elements"] for each in _rich(part)]
        case _:
            for key in ("text", "elements", "accessory", "fields", "label", "element", "title", "blocks"):
                if isinstance(value.get(key), (Mapping, list, tuple)):
                    yield from _texts(value[key])


def _mrkdwn(text: str) -> Iterator[Seen]:
    for at, part in enumerate(re.split(r"```\n?([\s\S]*?)\n?```", text)):
        if at % 2:
            yield from _characters(_unescape(part), frozenset({"preformatted"}))
            continue
        before: frozenset[str] = frozenset()
        for place, line in enumerate(part.split("\n")):
            quoted = re.match(r"(?:&gt;|>) ?", line)
            styles = frozenset({"quote"}) if quoted else frozenset()
            if place:
                yield "\n", styles & before
            before = styles
            yield from _inline(line[quoted.end() :] if quoted else line, styles)


def _inline(text: str, styles: frozenset[str]) -> Iterator[Seen]:
    done = 0
    for span in _INLINE.finditer(text):
        yield from _characters(_unescape(text[done : span.start()]), styles)
        if (code := span["code"]) is not None:
            yield from _inline_code(code, styles | {"code"})
        elif (control := span["control"]) is not None:
            yield from _control(control, styles)
        elif (emoji := span["emoji"]) is not None:
            yield _DRAWN.get(emoji, f"[:{emoji}:]"), styles
        else:
            kind = str(span.lastgroup)
            yield from _inline(span[kind], styles | {kind})
        done = span.end()
    yield from _characters(_unescape(text[done:]), styles)


def _inline_code(text: str, styles: frozenset[str]) -> Iterator[Seen]:
    for at, part in enumerate(re.split(r"<([^<>\n]+)>", text)):
        yield from _control(part, styles) if at % 2 else _characters(_unescape(part), styles)


def _control(control: str, styles: frozenset[str]) -> Iterator[Seen]:
    target, _, label = control.partition("|")
    if target.startswith(("@", "#", "!")):
        yield f"[{target}]", styles
    else:
        yield from _characters(_unescape(label or target), styles | {f"link to {target}"})


def _plain_text(text: str, *, draws_emoji: bool) -> Iterator[Seen]:
    for at, part in enumerate(_EMOJI.split(text) if draws_emoji else [text]):
        if at % 2:
            yield _DRAWN.get(part, f"[:{part}:]"), frozenset()
        else:
            yield from _characters(part, frozenset())


def _rich(part: Mapping[str, Any]) -> Iterator[Seen]:
    around = {"rich_text_quote": {"quote"}, "rich_text_preformatted": {"preformatted"}}.get(part["type"], set())
    if "quote" in around:
        yield "\n", frozenset()
    for piece in part["elements"]:
        styles = frozenset(around | {name for name, on in piece.get("style", {}).items() if on})
        match piece["type"]:
            case "text":
                yield from _characters(piece["text"], styles)
            case "link":
                yield from _characters(piece["text"], styles | {f"link to {piece['url']}"})
            case "emoji":
                yield _DRAWN.get(piece["name"], f"[:{piece['name']}:]"), styles
            case "user":
                yield f"[@{piece['user_id']}]", styles
            case "date":
                yield f"[!date^{piece['timestamp']}^{piece['format']}]", styles
            case other:
                raise AssertionError(f"a piece of type {other} is not modelled; add it")


def _characters(text: str, styles: frozenset[str]) -> Iterator[Seen]:
    for character in _INVISIBLE.sub("", text):
        yield character, styles


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
