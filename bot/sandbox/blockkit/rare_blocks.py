"""Block Kit's rarer blocks: cards, tables of data, videos, tasks.

Figures: the pages under https://docs.slack.dev/reference/block-kit/blocks and slack_sdk.models.blocks.
"Less than 200" in those pages is taken at its word: 199 characters. Only slack_sdk's and other
builders' figures, not confirmed by Slack's own pages: the lengths of an alert and of a card's subtext, and
a card's three actions.
"""

from .block_elements import ELEMENTS, IMAGE_URL, PLAIN, block
from .rules import Rule, anything, between, choice, flag, items, shape, text_object, typed, words

_HTTPS = words(most=3000, least=1, pattern=r"(?i)https://.+")
_FEEDBACK = shape({"text": text_object(75, PLAIN), "value": words(most=2000)}, {"accessibility_label": words(most=75)})
_CONTEXT_ACTIONS = {
    "feedback_buttons": shape(
        {"type": anything, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        {"action_id": words(most=255, least=1)},
    ),
    "icon_button": shape(
        {"type": anything, "icon": words(least=1), "text": text_object(75, PLAIN)},
        {
            "action_id": words(most=255, least=1),
            "value": words(most=2000),
            "confirm": anything,
            "accessibility_label": words(most=75),
            "visible_to_user_ids": items(words()),
        },
    ),
}
_IMAGE = typed({"image": ELEMENTS["image"]})


def rare_blocks(nested: Rule, rich_text: Rule, cell: Rule) -> dict[str, Rule]:
    """The rules by block type; `nested` is the rule for a block within a block, `cell` that of a table's cell."""
    card = _card()
    task = _task(rich_text)
    return {
        "file": block({"external_id": words(least=1), "source": choice("remote")}),
        "video": _video(),
        "call": block({"call_id": words(least=1)}, api_decoration_available=flag, call=anything),
        "context_actions": block({"elements": items(typed(_CONTEXT_ACTIONS), most=5)}),
        "alert": block({"text": text_object(200)}, level=choice("default", "info", "warning", "error", "success")),
        "card": card,
        "carousel": block({"elements": items(typed({"card": card}), most=10)}),
        "container": _container(nested, rich_text),
        "task_card": task,
        "plan": block({"title": words(least=1)}, tasks=items(typed({"task_card": task}), least=0)),
        "auth_provider": _auth_provider(nested),
        "data_table": block(
            {"rows": items(items(cell, most=20), most=101, least=2), "caption": words(least=1)},
            page_size=between(1, 100),
            row_header_column_index=between(0, 19),
        ),
        # Charts of many kinds; none of them is looked into.
        "data_visualization": anything,
    }


def _video() -> Rule:
    return block(
        {
            "alt_text": words(least=1),
            "title": text_object(199, PLAIN),
            "thumbnail_url": IMAGE_URL,
            "video_url": _HTTPS,
        },
        title_url=_HTTPS,
        author_name=words(most=49),
        description=text_object(199, PLAIN),
        provider_icon_url=IMAGE_URL,
        provider_name=words(),
    )


def _card() -> Rule:
    return block(
        None,
        ("hero_image", "title", "actions", "body"),
        hero_image=_IMAGE,
        icon=_IMAGE,
        slack_icon=anything,
        title=text_object(150),
        subtitle=text_object(150),
        body=text_object(200),
        subtext=text_object(200),
        actions=items(typed(ELEMENTS, ("button",)), most=3),
    )


def _container(nested: Rule, rich_text: Rule) -> Rule:
    return block(
        {"child_blocks": items(nested, most=10)},
        ("title", "rich_text_title"),
        title=text_object(150, PLAIN),
        rich_text_title=rich_text,
        subtitle=text_object(150),
        width=choice("narrow", "standard", "wide", "full"),
        icon=_IMAGE,
        is_collapsible=flag,
        default_collapsed=flag,
        has_header_divider=flag,
    )


def _task(rich_text: Rule) -> Rule:
    return block(
        {"task_id": words(least=1), "title": words(least=1)},
        details=rich_text,
        output=rich_text,
        sources=items(anything),
        status=choice("pending", "in_progress", "complete", "error"),
    )


def _auth_provider(nested: Rule) -> Rule:
    return block(
        {"value": words(most=150, least=1), "name": text_object(75, PLAIN), "is_connected": flag},
        description=text_object(150, PLAIN),
        icon_url=_HTTPS,
        auth_url=_HTTPS,
        disconnect_url=_HTTPS,
        connected_identity=text_object(75, PLAIN),
        connected_context=text_object(75, PLAIN),
        accessory=typed(ELEMENTS, ("overflow",)),
        fallback=items(nested),
    )
