"""Block Kit's elements: which fields they have and how long those may be.

Figures: the pages under https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects.
"""

from collections.abc import Iterator, Mapping

from .rules import Rule, anything, between, choice, fault, flag, items, number, shape, text_object, words

PLAIN = ("plain_text",)
ACTION_ID = words(most=255, least=1)
IMAGE_URL = words(most=3000, least=1, pattern=r"(?i)https?://.+")
SLACK_FILE = shape({}, {"id": words(), "url": words(most=3000)}, one_of=("id", "url"))

CONFIRM = shape(
    {
        "title": text_object(100, PLAIN),
        "text": text_object(300),
        "confirm": text_object(30, PLAIN),
        "deny": text_object(30, PLAIN),
    },
    {"style": choice("primary", "danger")},
)


def block(required: Mapping[str, Rule] | None = None, one_of: tuple[str, ...] = (), **optional: Rule) -> Rule:
    """A block with these fields, and those that every block has."""
    common: dict[str, Rule] = {"block_id": words(most=255)}
    return shape({"type": anything, **(required or {})}, {**common, **optional}, one_of)


def _option(texts: tuple[str, ...], extra: Mapping[str, Rule]) -> Rule:
    return shape(
        {"text": text_object(75, texts), "value": words(most=150, least=1)},
        {"description": text_object(75, texts), **extra},
    )


_OPTION = _option(PLAIN, {})
_MARKED_OPTION = _option(("plain_text", "mrkdwn"), {})
_OVERFLOW_OPTION = _option(PLAIN, {"url": words(most=3000)})
_OPTION_GROUP = shape({"label": text_object(75, PLAIN), "options": items(_OPTION, most=100)})
_PLACEHOLDER = text_object(150, PLAIN)
_DISPATCH = shape({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"))})


def _element(required: Mapping[str, Rule] | None = None, **optional: Rule) -> Rule:
    common: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": flag}
    return shape({"type": anything, **(required or {})}, {**common, **optional})


def _select(**own: Rule) -> Rule:
    return _element(None, placeholder=_PLACEHOLDER, **own)


_CHOICES: dict[str, Rule] = {"options": items(_OPTION, most=100), "option_groups": items(_OPTION_GROUP, most=100)}
_STATIC = shape(
    {"type": anything},
    {
        "action_id": ACTION_ID,
        "confirm": CONFIRM,
        "focus_on_load": flag,
        "placeholder": _PLACEHOLDER,
        "initial_option": _OPTION,
        "initial_options": items(_OPTION, most=100),
        "max_selected_items": number,
        **_CHOICES,
    },
    one_of=("options", "option_groups"),
)
_FILTER_FIELDS: dict[str, Rule] = {
    "include": items(choice("im", "mpim", "private", "public")),
    "exclude_external_shared_channels": flag,
    "exclude_bot_users": flag,
}


def _filter(value: object, path: str) -> Iterator[str]:
    """Which conversations are offered: at least one field, which may be false."""
    yield from shape({}, _FILTER_FIELDS)(value, path)
    if value == {}:
        yield fault("must define either " + " or ".join(f"`{name}`" for name in _FILTER_FIELDS), path)


_MANY: dict[str, Rule] = {"max_selected_items": number}
_FILTER: dict[str, Rule] = {
    "filter": _filter,
    "default_to_current_conversation": flag,
    "response_url_enabled": flag,
}

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": text_object(75, PLAIN)},
        value=words(most=2000),
        url=words(most=3000),
        style=choice("primary", "danger"),
        accessibility_label=words(most=75),
    ),
    "static_select": _STATIC,
    "multi_static_select": _STATIC,
    "external_select": _select(min_query_length=number, initial_option=_OPTION),
    "multi_external_select": _select(min_query_length=number, initial_options=items(_OPTION), **_MANY),
    "users_select": _select(initial_user=words()),
    "multi_users_select": _select(initial_users=items(words()), **_MANY),
    "conversations_select": _select(initial_conversation=words(), **_FILTER),
    "multi_conversations_select": _select(initial_conversations=items(words()), **_FILTER, **_MANY),
    "channels_select": _select(initial_channel=words(), response_url_enabled=flag),
    "multi_channels_select": _select(initial_channels=items(words()), **_MANY),
    "overflow": _element({"options": items(_OVERFLOW_OPTION, most=5)}),
    "checkboxes": _element({"options": items(_MARKED_OPTION, most=10)}, initial_options=items(_MARKED_OPTION)),
    "radio_buttons": _element({"options": items(_MARKED_OPTION, most=10)}, initial_option=_MARKED_OPTION),
    "datepicker": _select(initial_date=words(pattern=r"\d{4}-\d\d-\d\d")),
    "timepicker": _select(initial_time=words(pattern=r"\d\d:\d\d"), timezone=words()),
    "datetimepicker": _element(None, initial_date_time=number),
    "plain_text_input": _select(
        initial_value=words(most=3000),
        multiline=flag,
        min_length=between(0, 3000),
        max_length=between(1, 3000),
        dispatch_action_config=_DISPATCH,
    ),
    "email_text_input": _select(initial_value=words(), dispatch_action_config=_DISPATCH),
    "url_text_input": _select(initial_value=words(), dispatch_action_config=_DISPATCH),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        placeholder=_PLACEHOLDER,
        initial_value=words(),
        min_value=words(),
        max_value=words(),
        dispatch_action_config=_DISPATCH,
    ),
    "rich_text_input": _select(initial_value=anything, dispatch_action_config=_DISPATCH),
    "file_input": _element(None, filetypes=items(words()), max_files=between(1, 10)),
    "workflow_button": _element(
        {"text": text_object(75, PLAIN), "workflow": anything},
        style=choice("primary", "danger"),
        accessibility_label=words(most=75),
    ),
    "image": shape(
        {"type": anything, "alt_text": words(most=2000, least=1)},
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
