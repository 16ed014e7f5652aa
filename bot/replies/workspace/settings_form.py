"""A channel's settings in words, and the form that changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.languages import LANGUAGES, Language
from bot.replies import action_ids
from bot.replies.blocks import section
from bot.replies.texts import language_name, say
from bot.replies.values import Reply, SubmittedView, chosen_value

SPEAK: Final = ("pasted", "mentioned", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSettings:
    """A channel's settings as they are put into words and into the form."""

    channel_id: str
    speak: str
    # "" follows the asker.
    spoken: str = ""
    owner: str = ""
    privately: bool = False
    # People of other organisations may move incidents.
    outsiders_move: bool = False
    # Set for one thread alone.
    in_thread: bool = False
    set_by: str = ""


def render_settings(settings: ShownSettings, language: Language, *, named: bool = True) -> Reply:
    """Put a channel's settings into words, or say that the bot is hushed in a thread; `named` names people."""
    lines = _lines(settings, language, named=named)
    if settings.set_by and named:
        lines.append(say(language, "channel.set_by", who=settings.set_by))
    return _reply(lines)


def render_changed(settings: ShownSettings, user_id: str, language: Language) -> Reply:
    """Tell a channel who changed its settings, and what they are now."""
    head = say(language, "channel.changed", who=user_id)
    return _reply([head, *_lines(settings, language, named=True)])


def render_not_yours(settings: ShownSettings | None, settings_by: str, language: Language) -> Reply:
    """Say who may change the settings and, to whoever may read them, what they are."""
    lines = [say(language, f"channel.not_yours_{settings_by}")]
    if settings is not None:
        lines += [say(language, "channel.now"), *_lines(settings, language, named=True)]
        lines += [say(language, "channel.set_by", who=settings.set_by)] if settings.set_by else []
    return _reply(lines)


def _lines(settings: ShownSettings, language: Language, *, named: bool) -> list[str]:
    if settings.in_thread:
        return [say(language, "channel.thread")]
    lines = [say(language, f"channel.speak_{settings.speak}")]
    if settings.speak == "pasted":
        lines.append(say(language, "channel.privately" if settings.privately else "channel.openly"))
    lines.append(_spoken(settings.spoken, language))
    if settings.owner and named:
        lines.append(say(language, "channel.owner", owner=settings.owner))
    if settings.outsiders_move:
        lines.append(say(language, "channel.outsiders_move"))
    return lines


def _reply(lines: Sequence[str]) -> Reply:
    return Reply(" ".join(lines), (section("\n".join(lines)),))


def render_hushed(language: Language, *, hushed: bool) -> Reply:
    """Say that the bot is silent in a thread from now on, or no longer."""
    text = say(language, "channel.hushed" if hushed else "channel.unhushed")
    return Reply(text, (section(text),))


def settings_form(settings: ShownSettings, language: Language) -> Mapping[str, object]:
    """Make the form of a channel's settings."""
    where, outsiders = ("openly", "privately"), ("outsiders_read", "outsiders_move")
    owned: dict[str, object] = {"type": "users_select", "action_id": "owner"}
    if settings.owner:
        owned["initial_user"] = settings.owner
    return {
        "type": "modal",
        "callback_id": action_ids.SETTINGS_FORM,
        "private_metadata": json.dumps({"channel_id": settings.channel_id, "language": language}),
        "title": _plain(say(language, "channel.title")),
        "submit": _plain(say(language, "channel.save")),
        "close": _plain(say(language, "channel.cancel")),
        "blocks": [
            _input("speak", say(language, "channel.ask_speak"), _choice(language, SPEAK, settings.speak)),
            _input(
                "language",
                say(language, "channel.ask_language"),
                _choice(language, ("", *LANGUAGES), settings.spoken),
            ),
            _input("where", say(language, "channel.ask_where"), _choice(language, where, where[settings.privately])),
            {**_input("owner", say(language, "channel.ask_owner"), owned), "optional": True},
            _input(
                "outsiders",
                say(language, "channel.ask_outsiders"),
                _choice(language, outsiders, outsiders[settings.outsiders_move]),
            ),
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


def read_settings_form(view: SubmittedView) -> ShownSettings:
    """Read the submitted form. Raises KeyError, TypeError or ValueError for one that is not of this kind."""
    carried = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    chosen = {name: chosen_value(values[name]["choice"]) for name in ("speak", "language", "where")}
    if chosen["speak"] not in SPEAK:
        raise ValueError("no way to speak")
    # A form that was opened before an upgrade does not ask about people of other organisations.
    outsiders = chosen_value(values["outsiders"]["choice"]) if "outsiders" in values else ""
    return ShownSettings(
        channel_id=str(carried["channel_id"]),
        speak=chosen["speak"],
        spoken=chosen["language"].replace("asker", ""),
        owner=values["owner"]["owner"].get("selected_user") or "",
        privately=chosen["where"] == "privately",
        outsiders_move=outsiders == "outsiders_move",
    )
