"""Modals and home tabs: their schemas, and the view objects that Slack makes of them.

Figures: https://docs.slack.dev/reference/views
"""

import json
import secrets

from ..parsing import JsonObject, read_json
from ..state.errors import SlackError, refuse_arguments
from .blocks import IN_VIEWS, VIEW_BLOCKS, block_faults, normalise_blocks
from .schema import NO_SCHEMA, Rule, boolean, enum, fault, json_object, string, text_object, unchecked

# "250kb" in https://docs.slack.dev/reference/methods/views.open; that a kb is 1,024 bytes is not confirmed.
LARGEST_VIEW = 250 * 1024

_PLAIN = ("plain_text",)
_MODAL = json_object(
    {"type": enum("modal"), "title": text_object(24, _PLAIN), "blocks": unchecked},
    {
        "submit": text_object(24, _PLAIN),
        "close": text_object(24, _PLAIN),
        "private_metadata": string(most=3000),
        "callback_id": string(most=255),
        "external_id": string(most=255),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = json_object(
    {"type": enum("home"), "blocks": unchecked},
    {"private_metadata": string(most=3000), "callback_id": string(most=255), "external_id": string(most=255)},
)
_RULES: dict[str, Rule] = {"modal": _MODAL, "home": _HOME}


def read_view(given: object, kind: str) -> JsonObject:
    """Check the `view` argument of a call.

    Raises SlackError `invalid_arguments` with the JSON pointer of every fault, or `view_too_large`.
    """
    view = given
    if isinstance(given, str):
        try:
            view = read_json(given)
        except ValueError as failure:
            raise refuse_arguments(fault("must be valid JSON", "/view")) from failure
    if view is None:
        raise refuse_arguments(fault("missing required field: view", "/view"))
    if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    faults = list(_RULES[kind](view, "/view"))
    fields: JsonObject = {}
    if isinstance(view, dict):
        fields = dict(view)
        faults += block_faults(fields.get("blocks"), "/view/blocks", VIEW_BLOCKS, IN_VIEWS)
        if _has_input(fields.get("blocks")) and kind == "modal" and not fields.get("submit"):
            faults.append(fault("missing required field: submit", "/view"))
    if faults:
        raise refuse_arguments(fault(NO_SCHEMA, "/view"), *faults)
    return fields


def make_view(checked: JsonObject, team_id: str, app_id: str, bot_id: str) -> JsonObject:
    """Build the view object that Slack stores and shows to the app; the caller sets its place in the stack."""
    view_id = "V0" + secrets.token_hex(5)[:9].upper()
    return {
        "id": view_id,
        "team_id": team_id,
        "type": checked["type"],
        "title": checked.get("title"),
        "submit": checked.get("submit"),
        "close": checked.get("close"),
        "blocks": normalise_blocks(checked["blocks"]),
        "private_metadata": checked.get("private_metadata") or "",
        "callback_id": checked.get("callback_id") or "",
        "external_id": checked.get("external_id") or "",
        "state": {"values": {}},
        "hash": _new_hash(),
        "clear_on_close": bool(checked.get("clear_on_close")),
        "notify_on_close": bool(checked.get("notify_on_close")),
        "submit_disabled": bool(checked.get("submit_disabled")),
        "root_view_id": view_id,
        "previous_view_id": None,
        "app_id": app_id,
        "app_installed_team_id": team_id,
        "bot_id": bot_id,
    }


def change_view(view: JsonObject, checked: JsonObject) -> None:
    """Replace the content of an open view in place, and keep the input of blocks that stay."""
    fresh = make_view(checked, view["team_id"], view["app_id"], view["bot_id"])
    for name in ("id", "root_view_id", "previous_view_id", "state", "app_installed_team_id"):
        fresh[name] = view[name]
    remaining = {block["block_id"] for block in fresh["blocks"]}
    values = view["state"]["values"]
    fresh["state"] = {"values": {block_id: each for block_id, each in values.items() if block_id in remaining}}
    view.clear()
    view.update(fresh)


def _has_input(blocks: object) -> bool:
    listed = blocks if isinstance(blocks, list) else []
    return any(isinstance(block, dict) and block.get("type") == "input" for block in listed)


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
