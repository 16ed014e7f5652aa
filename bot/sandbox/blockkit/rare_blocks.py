"""Schemas of Block Kit's rarer blocks: cards, data tables, videos, tasks.

Figures: the pages under https://docs.slack.dev/reference/block-kit/blocks and slack_sdk.models.blocks.
"Less than 200" on those pages means 199 characters here. Not confirmed by Slack's own pages, only in
slack_sdk and other builders: the lengths of an alert and of a card's subtext, and a card's three actions.
"""

from .block_elements import ELEMENTS, IMAGE_URL, PLAIN, block
from .schema import Rule, array, boolean, by_type, enum, integer_between, json_object, string, text_object, unchecked

_HTTPS = string(most=3000, least=1, pattern=r"(?i)https://.+")
_FEEDBACK = json_object(
    {"text": text_object(75, PLAIN), "value": string(most=2000)}, {"accessibility_label": string(most=75)}
)
_CONTEXT_ACTIONS = {
    "feedback_buttons": json_object(
        {"type": unchecked, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        {"action_id": string(most=255, least=1)},
    ),
    "icon_button": json_object(
        {"type": unchecked, "icon": string(least=1), "text": text_object(75, PLAIN)},
        {
            "action_id": string(most=255, least=1),
            "value": string(most=2000),
            "confirm": unchecked,
            "accessibility_label": string(most=75),
            "visible_to_user_ids": array(string()),
        },
    ),
}
_IMAGE = by_type({"image": ELEMENTS["image"]})


def rare_blocks(nested: Rule, rich_text: Rule, cell: Rule) -> dict[str, Rule]:
    """Map block types to rules; `nested` is the rule for a block within a block, `cell` for a table cell."""
    card = _card()
    task = _task(rich_text)
    return {
        "file": block({"external_id": string(least=1), "source": enum("remote")}),
        "video": _video(),
        "call": block({"call_id": string(least=1)}, api_decoration_available=boolean, call=unchecked),
        "context_actions": block({"elements": array(by_type(_CONTEXT_ACTIONS), most=5)}),
        "alert": block({"text": text_object(200)}, level=enum("default", "info", "warning", "error", "success")),
        "card": card,
        "carousel": block({"elements": array(by_type({"card": card}), most=10)}),
        "container": _container(nested, rich_text),
        "task_card": task,
        "plan": block({"title": string(least=1)}, tasks=array(by_type({"task_card": task}), least=0)),
        "auth_provider": _auth_provider(nested),
        "data_table": block(
            {"rows": array(array(cell, most=20), most=101, least=2), "caption": string(least=1)},
            page_size=integer_between(1, 100),
            row_header_column_index=integer_between(0, 19),
        ),
        # Charts of many kinds are not checked.
        "data_visualization": unchecked,
    }


def _video() -> Rule:
    return block(
        {
            "alt_text": string(least=1),
            "title": text_object(199, PLAIN),
            "thumbnail_url": IMAGE_URL,
            "video_url": _HTTPS,
        },
        title_url=_HTTPS,
        author_name=string(most=49),
        description=text_object(199, PLAIN),
        provider_icon_url=IMAGE_URL,
        provider_name=string(),
    )


def _card() -> Rule:
    return block(
        None,
        ("hero_image", "title", "actions", "body"),
        hero_image=_IMAGE,
        icon=_IMAGE,
        slack_icon=unchecked,
        title=text_object(150),
        subtitle=text_object(150),
        body=text_object(200),
        subtext=text_object(200),
        actions=array(by_type(ELEMENTS, ("button",)), most=3),
    )


def _container(nested: Rule, rich_text: Rule) -> Rule:
    return block(
        {"child_blocks": array(nested, most=10)},
        ("title", "rich_text_title"),
        title=text_object(150, PLAIN),
        rich_text_title=rich_text,
        subtitle=text_object(150),
        width=enum("narrow", "standard", "wide", "full"),
        icon=_IMAGE,
        is_collapsible=boolean,
        default_collapsed=boolean,
        has_header_divider=boolean,
    )


def _task(rich_text: Rule) -> Rule:
    return block(
        {"task_id": string(least=1), "title": string(least=1)},
        details=rich_text,
        output=rich_text,
        sources=array(unchecked),
        status=enum("pending", "in_progress", "complete", "error"),
    )


def _auth_provider(nested: Rule) -> Rule:
    return block(
        {"value": string(most=150, least=1), "name": text_object(75, PLAIN), "is_connected": boolean},
        description=text_object(150, PLAIN),
        icon_url=_HTTPS,
        auth_url=_HTTPS,
        disconnect_url=_HTTPS,
        connected_identity=text_object(75, PLAIN),
        connected_context=text_object(75, PLAIN),
        accessory=by_type(ELEMENTS, ("overflow",)),
        fallback=array(nested),
    )
