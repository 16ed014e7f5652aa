"""Rich text: its parts, and the pieces in them.

Figures and fields: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
slack_sdk.models.blocks.RichTextElementParts. Not confirmed: whether Slack refuses fields of a piece that no
page names; its own clients send some, so here they pass.
"""

from collections.abc import Iterator, Mapping

from .rules import Rule, anything, between, choice, flag, items, number, shape, typed, words

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = shape({}, dict.fromkeys(_STYLES, flag))
_ID = words(least=1)


def _piece(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """A piece with these fields, and any that nobody knows of."""
    known: dict[str, Rule] = {"type": anything, **required, "style": _STYLE, **(optional or {})}
    rule = shape({"type": anything, **required}, known)

    def check(value: object, path: str) -> Iterator[str]:
        named = {name: each for name, each in value.items() if name in known} if isinstance(value, dict) else value
        yield from rule(named, path)

    return check


_PIECES: dict[str, Rule] = {
    "text": _piece({"text": words(least=1)}),
    "link": _piece({"url": words(least=1)}, {"text": words(), "unsafe": flag}),
    "emoji": _piece({"name": words(least=1)}, {"unicode": words(), "skin_tone": number}),
    "user": _piece({"user_id": _ID}),
    "usergroup": _piece({"usergroup_id": _ID}),
    "channel": _piece({"channel_id": _ID}),
    "team": _piece({"team_id": _ID}),
    "broadcast": _piece({"range": choice("here", "channel", "everyone")}),
    "date": _piece({"timestamp": number, "format": words(least=1)}, {"url": words(), "fallback": words()}),
    "color": _piece({"value": words(least=1)}),
}
_OF_LISTS: dict[str, Rule] = {
    "style": choice("bullet", "ordered"),
    "indent": between(0, 8),
    "offset": between(0, 2**31),
    "border": between(0, 1),
    "language": words(),
}


def _part(pieces: Rule) -> Rule:
    return shape({"type": anything, "elements": items(pieces, least=0)}, _OF_LISTS)


_SECTION = _part(typed(_PIECES))
# A list's pieces are sections.
PARTS: Rule = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _part(typed({"rich_text_section": _SECTION})),
        "rich_text_quote": _SECTION,
        "rich_text_preformatted": _SECTION,
    }
)
