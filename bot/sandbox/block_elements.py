"""Block Kit's elements: which fields they have and how long those may be.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping

from .rules import Anything, Choice, Flag, Items, Number, Rule, Shape, TextObject, Words

PLAIN = ("plain_text",)
ACTION_ID = Words(most=255, least=1)
IMAGE_URL = Words(most=3000, least=1, pattern=r"(?i)https?://.+")

CONFIRM = Shape(
    {"title": TextObject(100, PLAIN), "text": TextObject(300), "confirm": TextObject(30, PLAIN)},
    {"deny": TextObject(30, PLAIN), "style": Choice(("primary", "danger"))},
)


def _option(texts: tuple[str, ...], extra: Mapping[str, Rule]) -> Shape:
    return Shape(
        {"text": TextObject(75, texts), "value": Words(most=150, least=1)},
        {"description": TextObject(75, texts), **extra},
    )


_OPTION = _option(PLAIN, {})
_MARKED_OPTION = _option(("plain_text", "mrkdwn"), {})
_OVERFLOW_OPTION = _option(PLAIN, {"url": Words(most=3000)})
_OPTION_GROUP = Shape({"label": TextObject(75, PLAIN), "options": Items(_OPTION, most=100)})
_PLACEHOLDER = TextObject(150, PLAIN)
_DISPATCH = Shape({}, {"trigger_actions_on": Items(Choice(("on_enter_pressed", "on_character_entered")))})


def _element(required: Mapping[str, Rule] | None = None, **optional: Rule) -> Shape:
    common: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": Flag()}
    return Shape({"type": Anything(), **(required or {})}, {**common, **optional})


def _select(**own: Rule) -> Shape:
    return _element(None, placeholder=_PLACEHOLDER, **own)


_CHOICES: dict[str, Rule] = {"options": Items(_OPTION, most=100), "option_groups": Items(_OPTION_GROUP, most=100)}
_STATIC = Shape(
    {"type": Anything()},
    {
        "action_id": ACTION_ID,
        "confirm": CONFIRM,
        "focus_on_load": Flag(),
        "placeholder": _PLACEHOLDER,
        "initial_option": _OPTION,
        "initial_options": Items(_OPTION, most=100),
        "max_selected_items": Number(),
        **_CHOICES,
    },
    one_of=("options", "option_groups"),
)
_MANY: dict[str, Rule] = {"max_selected_items": Number()}
_FILTER: dict[str, Rule] = {
    "filter": Anything(),
    "default_to_current_conversation": Flag(),
    "response_url_enabled": Flag(),
}

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": TextObject(75, PLAIN)},
        value=Words(most=2000),
        url=Words(most=3000),
        style=Choice(("primary", "danger")),
        accessibility_label=Words(most=75),
    ),
    "static_select": _STATIC,
    "multi_static_select": _STATIC,
    "external_select": _select(min_query_length=Number(), initial_option=_OPTION),
    "multi_external_select": _select(min_query_length=Number(), initial_options=Items(_OPTION), **_MANY),
    "users_select": _select(initial_user=Words()),
    "multi_users_select": _select(initial_users=Items(Words()), **_MANY),
    "conversations_select": _select(initial_conversation=Words(), **_FILTER),
    "multi_conversations_select": _select(initial_conversations=Items(Words()), **_FILTER, **_MANY),
    "channels_select": _select(initial_channel=Words(), response_url_enabled=Flag()),
    "multi_channels_select": _select(initial_channels=Items(Words()), **_MANY),
    "overflow": _element({"options": Items(_OVERFLOW_OPTION, most=5)}),
    "checkboxes": _element({"options": Items(_MARKED_OPTION, most=10)}, initial_options=Items(_MARKED_OPTION)),
    "radio_buttons": _element({"options": Items(_MARKED_OPTION, most=10)}, initial_option=_MARKED_OPTION),
    "datepicker": _select(initial_date=Words(pattern=r"\d{4}-\d\d-\d\d")),
    "timepicker": _select(initial_time=Words(pattern=r"\d\d:\d\d"), timezone=Words()),
    "datetimepicker": _element(None, initial_date_time=Number()),
    "plain_text_input": _select(
        initial_value=Words(most=3000),
        multiline=Flag(),
        min_length=Number(),
        max_length=Number(),
        dispatch_action_config=_DISPATCH,
    ),
    "email_text_input": _select(initial_value=Words(), dispatch_action_config=_DISPATCH),
    "url_text_input": _select(initial_value=Words(), dispatch_action_config=_DISPATCH),
    "number_input": _element(
        {"is_decimal_allowed": Flag()},
        placeholder=_PLACEHOLDER,
        initial_value=Words(),
        min_value=Words(),
        max_value=Words(),
        dispatch_action_config=_DISPATCH,
    ),
    "rich_text_input": _select(initial_value=Anything(), dispatch_action_config=_DISPATCH),
    "file_input": _element(None, filetypes=Items(Words()), max_files=Number()),
    "workflow_button": _element(
        {"text": TextObject(75, PLAIN), "workflow": Anything()},
        style=Choice(("primary", "danger")),
        accessibility_label=Words(most=75),
    ),
    "image": Shape(
        {"type": Anything(), "alt_text": Words(most=2000, least=1)},
        {"image_url": IMAGE_URL, "slack_file": Anything()},
        one_of=("image_url", "slack_file"),
    ),
}

_PICKERS = tuple(kind for kind in ELEMENTS if kind.endswith(("_select", "picker")))
_BUTTONS = ("button", "overflow", "checkboxes", "radio_buttons", "workflow_button")
_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")

IN_SECTION = (*_BUTTONS, *_PICKERS, "image")
IN_ACTIONS = (*_BUTTONS, *(kind for kind in _PICKERS if not kind.startswith("multi_")), "rich_text_input")
IN_INPUT = (*_INPUTS, "checkboxes", "radio_buttons", *_PICKERS)
