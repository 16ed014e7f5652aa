"""How the bot behaves in a channel, in words, and the form that sets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bot.knowledge import Language
from bot.replies.blocks import section
from bot.replies.values import Reply, SubmittedView, chosen_value

SPEAK: Final = ("pasted", "mentioned", "never")
LANGUAGES: Final = ("", "en", "zh-TW")

_EN: Final = {
    "pasted": "Here I answer pasted events, and whoever mentions me.",
    "mentioned": "Here I speak only when I am mentioned.",
    "never": "Here I never speak; `/event` still answers you alone.",
    "thread": "In this thread I am hushed; mention me with *speak* to undo it.",
    "privately": "Answers to pasted events are shown to whoever pasted them alone.",
    "openly": "Answers to pasted events go into the thread.",
    "language_": "I answer in the asker's language.",
    "language_en": "I answer in English.",
    "language_zh-TW": "I answer in Traditional Chinese.",
    "owner": "New incidents belong to <@{owner}>.",
    "hushed": "Hushed in this thread. Mention me with *speak* and I answer again.",
    "unhushed": "I answer in this thread again.",
    "title": "In this channel",
    "save": "Save",
    "cancel": "Cancel",
    "ask_speak": "When do I speak?",
    "choice_pasted": "On pasted events and mentions",
    "choice_mentioned": "Only when mentioned",
    "choice_never": "Never",
    "ask_language": "In which language?",
    "choice_": "The asker's",
    "choice_en": "English",
    "choice_zh-TW": "Traditional Chinese",
    "ask_where": "Where do answers to pasted events go?",
    "choice_openly": "Into the thread",
    "choice_privately": "To whoever pasted them alone",
    "ask_owner": "Who owns a new incident here?",
}
_ZH: Final = {
    "pasted": "在這裡，我會回覆貼上的事件，以及提及我的人。",
    "mentioned": "在這裡，只有被提及時我才會開口。",
    "never": "在這裡我不會開口；`/event` 仍會私下回覆你。",
    "thread": "我在這個討論串已靜音；提及我並輸入「開口」即可恢復。",
    "privately": "貼上事件的回覆只有貼文的人看得到。",
    "openly": "貼上事件的回覆會放進討論串。",
    "language_": "我用提問者的語言回覆。",
    "language_en": "我用英文回覆。",
    "language_zh-TW": "我用繁體中文回覆。",
    "owner": "新的事件單由 <@{owner}> 負責。",
    "hushed": "已在這個討論串靜音。提及我並輸入「開口」，我就會再次回覆。",
    "unhushed": "我會在這個討論串再次回覆。",
    "title": "這個頻道的設定",
    "save": "儲存",
    "cancel": "取消",
    "ask_speak": "什麼時候開口？",
    "choice_pasted": "貼上事件或被提及時",
    "choice_mentioned": "只在被提及時",
    "choice_never": "永不",
    "ask_language": "用哪種語言？",
    "choice_": "提問者的語言",
    "choice_en": "英文",
    "choice_zh-TW": "繁體中文",
    "ask_where": "貼上事件的回覆放在哪裡？",
    "choice_openly": "放進討論串",
    "choice_privately": "只給貼文的人看",
    "ask_owner": "這裡的新事件單由誰負責？",
}
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh-TW": _ZH}


def render_settings(
    speak: str, spoken: str, owner: str, language: Language, *, privately: bool, in_thread: bool = False
) -> Reply:
    """Say how the bot behaves in a channel, or that it is hushed in a thread."""
    phrases = _PHRASES[language]
    if in_thread:
        lines = [phrases["thread"]]
    else:
        lines = [phrases[speak]]
        if speak == "pasted":
            lines.append(phrases["privately" if privately else "openly"])
        lines.append(phrases[f"language_{spoken}"])
        if owner:
            lines.append(phrases["owner"].format(owner=owner))
    text = " ".join(lines)
    return Reply(text, (section("\n".join(lines)),))


def render_hushed(language: Language, *, hushed: bool) -> Reply:
    """Say that the bot is silent in a thread from now on, or no longer."""
    text = _PHRASES[language]["hushed" if hushed else "unhushed"]
    return Reply(text, (section(text),))


def settings_form(
    channel_id: str, speak: str, spoken: str, owner: str, language: Language, *, privately: bool
) -> Mapping[str, object]:
    """The form that sets how the bot behaves in a channel."""
    phrases = _PHRASES[language]
    where = ("openly", "privately")
    owned: dict[str, object] = {"type": "users_select", "action_id": "owner"}
    if owner:
        owned["initial_user"] = owner
    return {
        "type": "modal",
        "callback_id": "manners",
        "private_metadata": json.dumps({"channel_id": channel_id, "language": language}),
        "title": _plain(phrases["title"]),
        "submit": _plain(phrases["save"]),
        "close": _plain(phrases["cancel"]),
        "blocks": [
            _input("speak", phrases["ask_speak"], _choice(phrases, SPEAK, speak)),
            _input("language", phrases["ask_language"], _choice(phrases, LANGUAGES, spoken)),
            _input("where", phrases["ask_where"], _choice(phrases, where, where[privately])),
            {**_input("owner", phrases["ask_owner"], owned), "optional": True},
        ],
    }


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text}


def _choice(phrases: Mapping[str, str], names: tuple[str, ...], chosen: str) -> dict[str, object]:
    # An option's value cannot be empty.
    options = {name: {"text": _plain(phrases[f"choice_{name}"]), "value": name or "asker"} for name in names}
    return {
        "type": "radio_buttons",
        "action_id": "choice",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _input(block_id: str, label: str, element: dict[str, object]) -> dict[str, object]:
    return {"type": "input", "block_id": block_id, "label": _plain(label), "element": element}


def read_settings_form(view: SubmittedView) -> tuple[str, dict[str, str]]:
    """Read the submitted form: the channel, and what was chosen by the name of the input."""
    carried = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    chosen = {name: chosen_value(values[name]["choice"]) for name in ("speak", "language", "where")}
    chosen["language"] = chosen["language"].replace("asker", "")
    chosen["owner"] = values["owner"]["owner"].get("selected_user") or ""
    return str(carried["channel_id"]), chosen
