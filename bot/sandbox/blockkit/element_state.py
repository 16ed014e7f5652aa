"""State of interactive elements: initial values, a person's input, and the action it sends."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..parsing import JsonObject
from ..state.errors import SandboxError
from .blocks import interactive_elements

# By element type: the field of its state, and the field with its initial value.
_FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = {"multi_static_select", "multi_external_select", "checkboxes"}


class UsedElement(NamedTuple):
    """Element that a person used, with its block and its new state."""

    block: JsonObject
    element: JsonObject
    state: JsonObject


def list_elements(blocks: list[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """List each interactive element with its block, in order."""
    for block in blocks:
        for element in interactive_elements(block):
            yield block, element


def find_element(blocks: list[JsonObject], wanted: str) -> tuple[JsonObject, JsonObject]:
    """Find the block and element with this action_id or this button text.

    Raises SandboxError that lists the elements there are.
    """
    for block, element in list_elements(blocks):
        if wanted in (element.get("action_id"), _label(element)):
            return block, element
    available = ", ".join(f"{element.get('action_id')} ({_label(element)})" for _, element in list_elements(blocks))
    raise SandboxError(f"no element {wanted!r}; there are: {available or 'none'}.")


def find_block(blocks: list[JsonObject], block_id: str, action_id: str) -> tuple[JsonObject, JsonObject]:
    """Find the block and element with these IDs; SandboxError otherwise."""
    for block, element in list_elements(blocks):
        if (block["block_id"], element["action_id"]) == (block_id, action_id):
            return block, element
    raise SandboxError(f"no element {action_id!r} in a block {block_id!r}.")


def chosen_state(element: JsonObject, chosen: object) -> JsonObject:
    """Build the element's state after a person's choice or input.

    `chosen` is a text, an option's value or text, a list of those, a user's or channel's
    ID, or a date; None is an empty field. A mapping with the element's type is the state itself.
    """
    kind = str(element["type"])
    if isinstance(chosen, Mapping) and chosen.get("type") == kind:
        return dict(chosen)
    if kind not in _FIELDS:
        return {"type": kind}
    value = chosen
    if chosen is not None and _options(element):
        if kind in _LISTS and isinstance(chosen, Iterable):
            value = [_option(element, each) for each in chosen]
        else:
            value = _option(element, chosen)
    return {"type": kind, _FIELDS[kind][0]: value}


def initial_state(blocks: list[JsonObject]) -> JsonObject:
    """Build `state.values` from the initial values of the elements."""
    values: JsonObject = {}
    for block, element in list_elements(blocks):
        kind = str(element["type"])
        if kind in _FIELDS and kind != "overflow":
            field, initial = _FIELDS[kind]
            value = element.get(initial, [] if field.endswith("s") else None)
            values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, field: value}
    return values


def filled_state(blocks: list[JsonObject], answers: Mapping[str, object]) -> JsonObject:
    """Build `state.values` of a form after these answers, keyed by action_id or block_id.

    Raises SandboxError for an answer without an input, and for an empty required input,
    which Slack's client does not submit either.
    """
    values = initial_state(blocks)
    open_answers = dict(answers)
    for block, element in list_elements(blocks):
        for name in (element["action_id"], block["block_id"]):
            if name in open_answers:
                answer = open_answers.pop(name)
                if isinstance(answer, Mapping) and element["action_id"] in answer:
                    answer = answer[element["action_id"]]
                values.setdefault(block["block_id"], {})[element["action_id"]] = chosen_state(element, answer)
    if open_answers:
        raise SandboxError(f"the view has no input {', '.join(open_answers)}.")
    for block, element in list_elements(blocks):
        state = values.get(block["block_id"], {}).get(element["action_id"], {})
        if block["type"] == "input" and not block.get("optional") and not any(list(state.values())[1:]):
            raise SandboxError(f"the input {element['action_id']!r} is required.")
    return values


def make_action(used: UsedElement, action_ts: str) -> JsonObject:
    """Build the entry of `actions` that using the element sends."""
    block, element, state = used
    action: JsonObject = {"action_id": element["action_id"], "block_id": block["block_id"]}
    for name in ("text", "value", "style", "url", "placeholder", "confirm"):
        if element.get(name) and not (name == "value" and element["type"] != "button"):
            action[name] = element[name]
    return {**action, **state, "type": element["type"], "action_ts": action_ts}


def _label(element: JsonObject) -> str:
    return str((element.get("text") or {}).get("text", "")) if isinstance(element.get("text"), dict) else ""


def _options(element: JsonObject) -> list[JsonObject]:
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _option(element: JsonObject, chosen: object) -> JsonObject:
    value = chosen.get("value") if isinstance(chosen, Mapping) else chosen
    for option in _options(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise SandboxError(f"no option {value!r} in {element['action_id']!r}.")
