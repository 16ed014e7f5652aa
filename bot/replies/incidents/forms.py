"""The forms of an incident: handing over, rating, resolving. A form carries the incident's number in its private metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Article, Knowledge, plain
from bot.languages import Language, known_language
from bot.replies import action_ids
from bot.replies.article_numbers import number_articles, number_sightings
from bot.replies.blocks import context
from bot.replies.incidents.timeline import step_words
from bot.replies.mrkdwn import shorten
from bot.replies.texts import say
from bot.replies.values import SubmittedView, chosen_value
from bot.triage import Incident, Level
from bot.triage.likely_cause import find_likely_cause, find_settled_cause

_LEVELS: Final[tuple[Level, ...]] = ("high", "medium", "low")
_TITLE: Final = 24
_LONG: Final = 2000
_MOST_NUMBERS: Final = 2**31
_SHORT: Final = 150
Form = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answers:
    """A submitted form: the incident's number, and what was filled in, by the name of the input."""

    number: int
    # Where it was opened; empty in a form of an older version.
    channel_id: str
    language: Language
    values: Mapping[str, str]


def read_form(view: SubmittedView) -> Answers:
    """Read a submitted form. Raises KeyError or ValueError for a form that is not one of these."""
    carried = json.loads(view["private_metadata"])
    values: dict[str, str] = {}
    for block_id, block in view["state"]["values"].items():
        for found in block.values():
            values[block_id] = found.get("value") or found.get("selected_user") or chosen_value(found)
    number = carried["number"]
    if not isinstance(number, int) or not 0 < number < _MOST_NUMBERS:
        raise ValueError("no number of an incident")
    return Answers(number, str(carried.get("channel_id", "")), known_language(carried["language"]), values)


def hand_over_form(incident: Incident, language: Language) -> Form:
    """Ask who takes it, and what they should know."""
    to = {"type": "users_select", "action_id": "to"}
    return _form(
        "hand_over",
        "incident.hand_over",
        incident,
        language,
        _input("to", say(language, "incident.hand_over_to"), to),
        _input("note", say(language, "incident.hand_over_note"), _text(_LONG, multiline=True), optional=True),
    )


def waiting_form(incident: Incident, language: Language) -> Form:
    """Ask for the reason of waiting; with one, the reminder about silence stays away."""
    note = _input("note", say(language, "incident.waiting_note"), _text(_LONG, multiline=True), optional=True)
    return _form("waiting", "status.waiting", incident, language, note)


def rate_form(incident: Incident, language: Language) -> Form:
    """Ask for impact, urgency and the affected service."""
    return _form(
        "rate",
        "incident.rate",
        incident,
        language,
        _input("impact", say(language, "incident.impact"), _levels(incident.impact, language)),
        _input("urgency", say(language, "incident.urgency"), _levels(incident.urgency, language)),
        _input("service", say(language, "incident.service_label"), _text(_SHORT, incident.service), optional=True),
    )


def resolve_form(incident: Incident, knowledge: Knowledge, language: Language) -> Form:
    """Ask for the cause and for what fixed it, filled in with what was found and with the steps that were done."""
    cause = incident.cause or _cause_in_words(incident, knowledge, language)
    fix = incident.fix or _fix_in_words(incident, knowledge, language)
    return _form(
        "resolve",
        "incident.resolve",
        incident,
        language,
        _input("cause", say(language, "incident.cause_label"), _text(_LONG, cause, multiline=True)),
        _input("fix", say(language, "incident.fix_label"), _text(_LONG, fix, multiline=True)),
    )


def _cause_in_words(incident: Incident, knowledge: Knowledge, language: Language) -> str:
    """Word the likely cause of what still fails, else of what was settled, by the article that names it."""
    found = find_likely_cause(incident, knowledge) or find_settled_cause(incident, knowledge)
    if found is None:
        return ""
    named = [knowledge.articles[key] for key in dict.fromkeys((found.article_id, found.code)) if key]
    prose = named[-1].prose[language]
    numbers = number_sightings([incident], knowledge, language)
    names = ", ".join(numbers.with_name(article.id) for article in named)
    # An event's own causes are one for each code, and which code it is nobody has seen.
    return f"{names}: {plain(prose.causes[0]) if found.code and prose.causes else prose.title}"


def _fix_in_words(incident: Incident, knowledge: Knowledge, language: Language) -> str:
    """List the steps that were marked as done, in the order of the marks, a line each."""
    done = sorted((mark.at, key) for key, mark in incident.marks.items() if mark.outcome == "done")
    words = step_words(knowledge, language, {key for _, key in done})
    return "\n".join(words[key] for _, key in done if key in words)


def note_form(incident: Incident, knowledge: Knowledge, language: Language, articles: Sequence[Article]) -> Form:
    """Ask for a note, and under which article it belongs."""
    numbers = number_articles((each.id for each in articles), knowledge, language)
    options = [_option(f"{numbers.named(each.id)} {each.prose[language].title}", each.id) for each in articles[:100]]
    under = {"type": "static_select", "action_id": "article", "options": options, "initial_option": options[0]}
    words = _text(_LONG, incident.fix, multiline=True)
    return _form(
        "note",
        "incident.note",
        incident,
        language,
        _input("article", say(language, "incident.note_article"), under),
        _input("words", say(language, "incident.note_label"), words),
        context(say(language, "incident.note_readers")),
    )


def _form(name: str, title: str, incident: Incident, language: Language, *inputs: Mapping[str, object]) -> Form:
    """Make a form whose title, which its button repeats, is the text with the key `title`."""
    return {
        "type": "modal",
        "callback_id": f"{action_ids.INCIDENT_FORM}{name}",
        "private_metadata": json.dumps(
            {"number": incident.number, "channel_id": incident.channel_id, "language": language}
        ),
        "title": _plain(f"{incident.name} · {say(language, title)}", _TITLE),
        "submit": _plain(say(language, title), _TITLE),
        "close": _plain(say(language, "incident.cancel"), _TITLE),
        "blocks": list(inputs),
    }


def _plain(text: str, most: int) -> dict[str, object]:
    return {"type": "plain_text", "text": shorten(text, most)}


def _option(text: str, value: str) -> dict[str, object]:
    return {"text": _plain(text, 75), "value": value}


def _input(block_id: str, label: str, element: Mapping[str, object], *, optional: bool = False) -> dict[str, object]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, 2000),
        "element": dict(element),
        "optional": optional,
    }


def _text(most: int, initial: str = "", *, multiline: bool = False) -> dict[str, object]:
    made: dict[str, object] = {
        "type": "plain_text_input",
        "action_id": "text",
        "max_length": most,
        "multiline": multiline,
    }
    if initial:
        made["initial_value"] = initial[:most]
    return made


def _levels(chosen: Level, language: Language) -> dict[str, object]:
    options = {level: _option(say(language, f"level.{level}"), level) for level in _LEVELS}
    return {
        "type": "static_select",
        "action_id": "level",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
