"""Schemas of rich text: its sections, and the elements in them.

Figures and fields: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
slack_sdk.models.blocks.RichTextElementParts. Not confirmed: if Slack refuses fields of an element that no
page names. Its own clients send some, so they pass here.
"""

from collections.abc import Iterator, Mapping

from .schema import Rule, array, boolean, by_type, enum, integer, integer_between, json_object, string, unchecked

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = json_object({}, dict.fromkeys(_STYLES, boolean))
_ID = string(least=1)


def _piece(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Describe an element by its fields; unknown fields pass."""
    known: dict[str, Rule] = {"type": unchecked, **required, "style": _STYLE, **(optional or {})}
    rule = json_object({"type": unchecked, **required}, known)

    def check(value: object, path: str) -> Iterator[str]:
        named = {name: each for name, each in value.items() if name in known} if isinstance(value, dict) else value
        yield from rule(named, path)

    return check


_PIECES: dict[str, Rule] = {
    "text": _piece({"text": string(least=1)}),
    "link": _piece({"url": string(least=1)}, {"text": string(), "unsafe": boolean}),
    "emoji": _piece({"name": string(least=1)}, {"unicode": string(), "skin_tone": integer}),
    "user": _piece({"user_id": _ID}),
    "usergroup": _piece({"usergroup_id": _ID}),
    "channel": _piece({"channel_id": _ID}),
    "team": _piece({"team_id": _ID}),
    "broadcast": _piece({"range": enum("here", "channel", "everyone")}),
    "date": _piece({"timestamp": integer, "format": string(least=1)}, {"url": string(), "fallback": string()}),
    "color": _piece({"value": string(least=1)}),
}
_OF_LISTS: dict[str, Rule] = {
    "style": enum("bullet", "ordered"),
    "indent": integer_between(0, 8),
    "offset": integer_between(0, 2**31),
    "border": integer_between(0, 1),
    "language": string(),
}


def _part(pieces: Rule) -> Rule:
    return json_object({"type": unchecked, "elements": array(pieces, least=0)}, _OF_LISTS)


_SECTION = _part(by_type(_PIECES))
# The elements of a list are sections.
PARTS: Rule = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _part(by_type({"rich_text_section": _SECTION})),
        "rich_text_quote": _SECTION,
        "rich_text_preformatted": _SECTION,
    }
)
