"""The form that asks why an answer did not help, and what was meant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.languages import Language, known_language
from bot.replies import action_ids
from bot.replies.blocks import context
from bot.replies.mrkdwn import shorten
from bot.replies.texts import say
from bot.replies.values import SubmittedView, chosen_value

REASONS: Final = ("other_subject", "other_event", "steps", "unclear")
LONGEST: Final = 500
_TITLE: Final = 24


@dataclass(frozen=True, slots=True)
class CorrectionAnswers:
    """A submitted form."""

    language: Language
    answered: tuple[str, ...]
    why: str
    meant: str
    question: str


def correction_form(
    answered: Sequence[str], numbers: Sequence[str], question: str, language: Language
) -> dict[str, object]:
    """Ask about an answer with these articles (IDs, and their numbers); `question` is filled in where it is known."""
    reasons = [{"text": _plain(say(language, f"correction.why_{reason}"), 75), "value": reason} for reason in REASONS]
    why = {"type": "radio_buttons", "action_id": "why", "options": reasons, "initial_option": reasons[0]}
    return {
        "type": "modal",
        "callback_id": action_ids.CORRECTION_FORM,
        "private_metadata": json.dumps({"answered": list(answered), "language": language}),
        "title": _plain(say(language, "correction.title"), _TITLE),
        "submit": _plain(say(language, "correction.send"), _TITLE),
        "close": _plain(say(language, "incident.cancel"), _TITLE),
        "blocks": [
            context(say(language, "correction.about", numbers=", ".join(numbers))),
            {
                "type": "input",
                "block_id": "why",
                "label": _plain(say(language, "correction.why"), 2000),
                "element": why,
            },
            _words("meant", say(language, "correction.meant"), ""),
            _words("question", say(language, "correction.question"), question),
            context(say(language, "correction.kept")),
        ],
    }


def read_correction_form(view: SubmittedView) -> CorrectionAnswers:
    """Read the submitted form. Raises KeyError or ValueError for another form."""
    carried, values = json.loads(view["private_metadata"]), view["state"]["values"]
    return CorrectionAnswers(
        known_language(carried["language"]),
        tuple(map(str, carried["answered"])),
        chosen_value(values["why"]["why"]),
        (values["meant"]["words"].get("value") or "").strip(),
        (values["question"]["words"].get("value") or "").strip(),
    )


def _plain(text: str, most: int) -> Mapping[str, object]:
    return {"type": "plain_text", "text": shorten(text, most)}


def _words(block_id: str, label: str, initial: str) -> Mapping[str, object]:
    element: dict[str, object] = {
        "type": "plain_text_input",
        "action_id": "words",
        "multiline": True,
        "max_length": LONGEST,
    }
    if initial:
        element["initial_value"] = shorten(initial, LONGEST)
    return {"type": "input", "block_id": block_id, "label": _plain(label, 2000), "element": element, "optional": True}
