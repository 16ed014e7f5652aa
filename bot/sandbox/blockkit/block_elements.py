"""Schemas of Block Kit's elements: their fields, and the longest values.

Figures: the pages under https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects.
"""

from collections.abc import Iterator, Mapping

from .schema import (
    Rule,
    array,
    boolean,
    enum,
    fault,
    integer,
    integer_between,
    json_object,
    string,
    text_object,
    unchecked,
)

PLAIN = ("plain_text",)
ACTION_ID = string(most=255, least=1)
IMAGE_URL = string(most=3000, least=1, pattern=r"(?i)https?://.+")
SLACK_FILE = json_object({}, {"id": string(), "url": string(most=3000)}, one_of=("id", "url"))

CONFIRM = json_object(
    {
        "title": text_object(100, PLAIN),
        "text": text_object(300),
        "confirm": text_object(30, PLAIN),
        "deny": text_object(30, PLAIN),
    },
    {"style": enum("primary", "danger")},
)


def block(required: Mapping[str, Rule] | None = None, one_of: tuple[str, ...] = (), **optional: Rule) -> Rule:
    """Describe a block by its own fields, beside those that every block has."""
    common: dict[str, Rule] = {"block_id": string(most=255)}
    return json_object({"type": unchecked, **(required or {})}, {**common, **optional}, one_of)


def _option(texts: tuple[str, ...], extra: Mapping[str, Rule]) -> Rule:
    return json_object(
        {"text": text_object(75, texts), "value": string(most=150, least=1)},
        {"description": text_object(75, texts), **extra},
    )


_OPTION = _option(PLAIN, {})
_MARKED_OPTION = _option(("plain_text", "mrkdwn"), {})
_OVERFLOW_OPTION = _option(PLAIN, {"url": string(most=3000)})
_OPTION_GROUP = json_object({"label": text_object(75, PLAIN), "options": array(_OPTION, most=100)})
_PLACEHOLDER = text_object(150, PLAIN)
_DISPATCH = json_object({}, {"trigger_actions_on": array(enum("on_enter_pressed", "on_character_entered"))})


def _element(required: Mapping[str, Rule] | None = None, **optional: Rule) -> Rule:
    common: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
    return json_object({"type": unchecked, **(required or {})}, {**common, **optional})


def _select(**own: Rule) -> Rule:
    return _element(None, placeholder=_PLACEHOLDER, **own)


_CHOICES: dict[str, Rule] = {"options": array(_OPTION, most=100), "option_groups": array(_OPTION_GROUP, most=100)}
_STATIC = json_object(
    {"type": unchecked},
    {
        "action_id": ACTION_ID,
        "confirm": CONFIRM,
        "focus_on_load": boolean,
        "placeholder": _PLACEHOLDER,
        "initial_option": _OPTION,
        "initial_options": array(_OPTION, most=100),
        "max_selected_items": integer,
        **_CHOICES,
    },
    one_of=("options", "option_groups"),
)
_FILTER_FIELDS: dict[str, Rule] = {
    "include": array(enum("im", "mpim", "private", "public")),
    "exclude_external_shared_channels": boolean,
    "exclude_bot_users": boolean,
}


def _filter(value: object, path: str) -> Iterator[str]:
    """Check a conversation filter, which must have at least one field, even a false one."""
    yield from json_object({}, _FILTER_FIELDS)(value, path)
    if value == {}:
        yield fault("must define either " + " or ".join(f"`{name}`" for name in _FILTER_FIELDS), path)


_MANY: dict[str, Rule] = {"max_selected_items": integer}
_FILTER: dict[str, Rule] = {
    "filter": _filter,
    "default_to_current_conversation": boolean,
    "response_url_enabled": boolean,
}

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": text_object(75, PLAIN)},
        value=string(most=2000),
        url=string(most=3000),
        style=enum("primary", "danger"),
        accessibility_label=string(most=75),
    ),
    "static_select": _STATIC,
    "multi_static_select": _STATIC,
    "external_select": _select(min_query_length=integer, initial_option=_OPTION),
    "multi_external_select": _select(min_query_length=integer, initial_options=array(_OPTION), **_MANY),
    "users_select": _select(initial_user=string()),
    "multi_users_select": _select(initial_users=array(string()), **_MANY),
    "conversations_select": _select(initial_conversation=string(), **_FILTER),
    "multi_conversations_select": _select(initial_conversations=array(string()), **_FILTER, **_MANY),
    "channels_select": _select(initial_channel=string(), response_url_enabled=boolean),
    "multi_channels_select": _select(initial_channels=array(string()), **_MANY),
    "overflow": _element({"options": array(_OVERFLOW_OPTION, most=5)}),
    "checkboxes": _element({"options": array(_MARKED_OPTION, most=10)}, initial_options=array(_MARKED_OPTION)),
    "radio_buttons": _element({"options": array(_MARKED_OPTION, most=10)}, initial_option=_MARKED_OPTION),
    "datepicker": _select(initial_date=string(pattern=r"\d{4}-\d\d-\d\d")),
    "timepicker": _select(initial_time=string(pattern=r"\d\d:\d\d"), timezone=string()),
    "datetimepicker": _element(None, initial_date_time=integer),
    "plain_text_input": _select(
        initial_value=string(most=3000),
        multiline=boolean,
        min_length=integer_between(0, 3000),
        max_length=integer_between(1, 3000),
        dispatch_action_config=_DISPATCH,
    ),
    "email_text_input": _select(initial_value=string(), dispatch_action_config=_DISPATCH),
    "url_text_input": _select(initial_value=string(), dispatch_action_config=_DISPATCH),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        placeholder=_PLACEHOLDER,
        initial_value=string(),
        min_value=string(),
        max_value=string(),
        dispatch_action_config=_DISPATCH,
    ),
    "rich_text_input": _select(initial_value=unchecked, dispatch_action_config=_DISPATCH),
    "file_input": _element(None, filetypes=array(string()), max_files=integer_between(1, 10)),
    "workflow_button": _element(
        {"text": text_object(75, PLAIN), "workflow": unchecked},
        style=enum("primary", "danger"),
        accessibility_label=string(most=75),
    ),
    "image": json_object(
        {"type": unchecked, "alt_text": string(most=2000, least=1)},
        {"image_url": IMAGE_URL, "slack_file": SLACK_FILE},
        one_of=("image_url", "slack_file"),
    ),
}

_PICKERS = tuple(kind for kind in ELEMENTS if kind.endswith(("_select", "picker")))
_BUTTONS = ("button", "overflow", "checkboxes", "radio_buttons", "workflow_button")
_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")

IN_SECTION = (*_BUTTONS, *_PICKERS, "image")
IN_ACTIONS = (*_BUTTONS, *(kind for kind in _PICKERS if not kind.startswith("multi_")), "rich_text_input")
IN_INPUT = (*_INPUTS, "checkboxes", "radio_buttons", *_PICKERS)
