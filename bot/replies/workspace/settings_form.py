"""A channel's settings in words, and the form that changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bot.languages import LANGUAGES, Language
from bot.replies import action_ids
from bot.replies.blocks import section
from bot.replies.texts import language_name, say
from bot.replies.values import Reply, SubmittedView, chosen_value

SPEAK: Final = ("pasted", "mentioned", "never")


def render_settings(
    speak: str, spoken: str, owner: str, language: Language, *, privately: bool, in_thread: bool = False
) -> Reply:
    """Put a channel's settings into words, or say that the bot is hushed in a thread."""
    if in_thread:
        lines = [say(language, "channel.thread")]
    else:
        lines = [say(language, f"channel.speak_{speak}")]
        if speak == "pasted":
            lines.append(say(language, "channel.privately" if privately else "channel.openly"))
        lines.append(_spoken(spoken, language))
        if owner:
            lines.append(say(language, "channel.owner", owner=owner))
    text = " ".join(lines)
    return Reply(text, (section("\n".join(lines)),))


def render_hushed(language: Language, *, hushed: bool) -> Reply:
    """Say that the bot is silent in a thread from now on, or no longer."""
    text = say(language, "channel.hushed" if hushed else "channel.unhushed")
    return Reply(text, (section(text),))


def settings_form(
    channel_id: str, speak: str, spoken: str, owner: str, language: Language, *, privately: bool
) -> Mapping[str, object]:
    """Make the form of a channel's settings."""
    where = ("openly", "privately")
    owned: dict[str, object] = {"type": "users_select", "action_id": "owner"}
    if owner:
        owned["initial_user"] = owner
    return {
        "type": "modal",
        "callback_id": action_ids.SETTINGS_FORM,
        "private_metadata": json.dumps({"channel_id": channel_id, "language": language}),
        "title": _plain(say(language, "channel.title")),
        "submit": _plain(say(language, "channel.save")),
        "close": _plain(say(language, "channel.cancel")),
        "blocks": [
            _input("speak", say(language, "channel.ask_speak"), _choice(language, SPEAK, speak)),
            _input("language", say(language, "channel.ask_language"), _choice(language, ("", *LANGUAGES), spoken)),
            _input("where", say(language, "channel.ask_where"), _choice(language, where, where[privately])),
            {**_input("owner", say(language, "channel.ask_owner"), owned), "optional": True},
        ],
    }


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text}


def _spoken(spoken: Language, language: Language) -> str:
    if not spoken:
        return say(language, "channel.language_asked")
    return say(language, "channel.language", language=language_name(spoken, language))


def _choice_text(language: Language, name: str) -> str:
    if name in LANGUAGES:
        return language_name(name, language)
    return say(language, f"channel.choice_{name or 'asked'}")


def _choice(language: Language, names: tuple[str, ...], chosen: str) -> dict[str, object]:
    # An option's value cannot be empty.
    options = {name: {"text": _plain(_choice_text(language, name)), "value": name or "asker"} for name in names}
    return {
        "type": "radio_buttons",
        "action_id": "choice",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _input(block_id: str, label: str, element: dict[str, object]) -> dict[str, object]:
    return {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}


def read_settings_form(view: SubmittedView) -> tuple[str, dict[str, str]]:
    """Read the submitted form: the channel, and the choices by the name of the input."""
    carried = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    chosen = {name: chosen_value(values[name]["choice"]) for name in ("speak", "language", "where")}
    chosen["language"] = chosen["language"].replace("asker", "")
    chosen["owner"] = values["owner"]["owner"].get("selected_user") or ""
    return str(carried["channel_id"]), chosen
