"""Errors of a submitted form, shown under its first input; the form stays open with what was filled in."""

from __future__ import annotations

from bot.languages import Language
from bot.replies.texts import say
from bot.replies.values import SubmittedView


def under_first_input(view: SubmittedView, text: str) -> dict[str, object]:
    """Return the arguments of an acknowledgement that shows a text; empty where the form has no input."""
    first = next((block["block_id"] for block in view.get("blocks") or () if block["type"] == "input"), None)
    return {} if first is None else {"response_action": "errors", "errors": {first: text}}


def render_form_unreadable(view: SubmittedView, language: Language) -> dict[str, object]:
    """Say that a form does not carry what it was made with."""
    return under_first_input(view, say(language, "notice.form_unreadable"))
