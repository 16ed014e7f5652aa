"""Wrong calls, each with the error that the sandbox and Slack must answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Known:
    """Existing objects that a wrong call may name."""

    channel_id: str
    # A message in that channel, and its author.
    ts: str
    user_id: str


@dataclass(frozen=True)
class WrongCall:
    """Wrong call by the bot; `token` replaces its own unless None."""

    name: str
    method: str
    arguments: Callable[[Known], dict[str, Any]]
    error: str
    token: str | None = None


def _section(text: str = "words") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _post(**more: Any) -> Callable[[Known], dict[str, Any]]:
    return lambda known: {"channel": known.channel_id, **more}


def _blocks(*blocks: dict[str, Any]) -> Callable[[Known], dict[str, Any]]:
    return _post(text="words", blocks=list(blocks))


_BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}
_MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Teapot"}, "blocks": [_section()]}
_POST = "chat.postMessage"

WRONG_CALLS = (
    WrongCall("nothing to say", _POST, _post(), "no_text"),
    WrongCall("no such channel", _POST, lambda _: {"channel": "C0TEAPOT000", "text": "x"}, "channel_not_found"),
    WrongCall("a Markdown text of 12,001 characters", _POST, _post(markdown_text="x" * 12_001), "msg_too_long"),
    WrongCall("a section of 3,001 characters", _POST, _blocks(_section("x" * 3001)), "invalid_blocks"),
    WrongCall("51 blocks", _POST, _blocks(*[{"type": "divider"}] * 51), "invalid_blocks"),
    WrongCall("an unknown block", _POST, _blocks({"type": "teapot"}), "invalid_blocks"),
    WrongCall("an unknown field", _POST, _blocks({**_section(), "teapot": True}), "invalid_blocks"),
    WrongCall(
        "a button of 76 characters", _POST, _blocks({"type": "actions", "elements": [_BUTTON]}), "invalid_blocks"
    ),
    WrongCall("blocks that are no JSON", _POST, _post(text="x", blocks="{"), "invalid_blocks_format"),
    WrongCall("12,000 characters over all", _POST, _blocks(*[_section("x" * 3000)] * 4), "msg_blocks_too_long"),
    WrongCall(
        "updating what is not there",
        "chat.update",
        _post(ts="1500000000.000001", text="x"),
        "message_not_found",
    ),
    WrongCall(
        "updating another's message",
        "chat.update",
        lambda known: {"channel": known.channel_id, "ts": known.ts, "text": "x"},
        "cant_update_message",
    ),
    WrongCall(
        "deleting another's message",
        "chat.delete",
        lambda known: {"channel": known.channel_id, "ts": known.ts},
        "cant_delete_message",
    ),
    WrongCall("whispering to nobody", "chat.postEphemeral", _post(user="U0TEAPOT000", text="x"), "user_not_in_channel"),
    WrongCall("replies of nothing", "conversations.replies", _post(ts="1500000000.000001"), "thread_not_found"),
    WrongCall("who is nobody", "users.info", lambda _: {"user": "U0TEAPOT000"}, "user_not_found"),
    WrongCall(
        "a modal without a trigger",
        "views.open",
        lambda _: {"trigger_id": "1.2.abc", "view": _MODAL},
        "invalid_trigger_id",
    ),
    WrongCall(
        "a home tab for nobody",
        "views.publish",
        lambda _: {"user_id": "U0TEAPOT000", "view": {"type": "home", "blocks": [_section()]}},
        "user_not_found",
    ),
    WrongCall(
        "a scope that was not asked for",
        "reactions.add",
        lambda known: {"channel": known.channel_id, "timestamp": known.ts, "name": "eyes"},
        "missing_scope",
    ),
    WrongCall("no such method", "teapot.brew", lambda _: {}, "unknown_method"),
    WrongCall("a token that is none", "auth.test", lambda _: {}, "invalid_auth", token="xoxb-teapot"),
    WrongCall("no token", "auth.test", lambda _: {}, "not_authed", token=""),
)
