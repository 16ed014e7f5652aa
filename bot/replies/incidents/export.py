"""A whole incident as a Markdown document, to be kept outside Slack. What is private in it was masked before it gets here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import number_sightings
from bot.replies.incidents.duration import lasted
from bot.replies.incidents.evidence import lost_article
from bot.replies.incidents.reasons import cause_reason
from bot.replies.incidents.timeline import Setting, step_words, timeline_lines, utc
from bot.replies.mrkdwn import visible
from bot.replies.texts import say
from bot.triage import Incident, Sighting
from bot.triage.flow import FlowState, trace_flow
from bot.triage.likely_cause import find_likely_cause
from bot.triage.next_steps import next_steps

# A backslash means itself before a letter, as in a path.
_SPECIAL = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)|[`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?<!\S)#")
# What makes a line more than a line where it stands at its beginning.
_LEADING = re.compile(r"^(?:[-+=:]|[0-9]{1,9}(?=[.)]))")

_COLUMNS: Final = (
    "export.posted",
    "export.event",
    "export.codes",
    "export.computer",
    "export.time",
    "export.device",
    "export.ca",
)


def escape_markdown(text: str) -> str:
    """Make what somebody typed mean only its words inside a Markdown document, on one line.

    It can begin no heading, list, table, link, HTML or emphasis (CommonMark and GitHub's tables and strikethrough). A bare
    address stays one: it says where it leads.
    """
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(visible(" ".join(text.splitlines())).split()))
    # A backslash escapes punctuation only, so with a number it goes behind it.
    return _LEADING.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], line)


def export_incident(
    incident: Incident, knowledge: Knowledge, language: Language, people: Mapping[str, str] | None = None
) -> str:
    """Write the document: how it stands, cause and fix, what the evidence says and is, steps, timeline.

    `people` has names by user ID; who is not among them is shown by the ID.
    """
    names = people or {}

    def person(user_id: str) -> str:
        # A name can be made of characters nobody sees.
        return escape_markdown(names.get(user_id, "")) or escape_markdown(user_id)

    setting = Setting(person=person, moment=utc, typed=escape_markdown)
    writer = _Writer(incident, knowledge, language, setting)
    parts = [
        f"# {incident.name}" + (f" · {escape_markdown(incident.service)}" if incident.service else ""),
        writer.facts(),
        *writer.ending(),
        *writer.findings(),
        *writer.evidence(),
        *writer.steps(),
        *writer.timeline(),
    ]
    return "\n\n".join(parts) + "\n"


class _Writer:
    """Writes the parts of one document."""

    def __init__(self, incident: Incident, knowledge: Knowledge, language: Language, setting: Setting) -> None:
        self.incident, self.knowledge, self.language, self.setting = incident, knowledge, language, setting
        self.numbers = number_sightings([incident], knowledge, language)

    def _say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def _heading(self, key: str) -> str:
        return f"## {self._say(key)}"

    def facts(self) -> str:
        """List status, priority, owner, service and times."""
        incident, language = self.incident, self.language
        rating = {
            "impact": say(language, f"level.{incident.impact}"),
            "urgency": say(language, f"level.{incident.urgency}"),
        }
        owner = self.setting.person(incident.owner) if incident.owner else self._say("export.nobody")
        opener = self.setting.person(incident.opened_by)
        lines = {
            "export.status": say(language, f"status.{incident.status}"),
            "export.priority": self._say("export.rating", priority=incident.priority, **rating),
            "export.owner": owner,
            "export.service": escape_markdown(incident.service),
            "export.opened": self._say("export.by", moment=utc(incident.opened_at), who=opener),
        }
        if not incident.is_open:
            span = lasted(language, incident.resolved_at - incident.opened_at)
            lines["export.resolved"] = self._say("export.took", moment=utc(incident.resolved_at), span=span)
        if incident.link:
            lines["export.thread"] = escape_markdown(incident.link)
        colon = LANGUAGES[language].colon
        return _bullets(f"**{self._say(key)}**{colon}{value}" for key, value in lines.items() if value)

    def ending(self) -> list[str]:
        """Quote cause and fix, with a warning where it was reopened since."""
        parts = []
        for key, words in (("export.cause", self.incident.cause), ("export.fix", self.incident.fix)):
            if words:
                parts += [self._heading(key), _quote(words)]
                parts += [self._say("export.before")] if self.incident.is_open else []
        return parts

    def evidence(self) -> list[str]:
        """Write a table of all sightings, in the order of the messages that show them."""
        rows = [self._row(ts, each) for ts, seen in sorted(self.incident.evidence.items()) for each in seen]
        if not rows:
            return [self._heading("export.evidence"), self._say("export.none")]
        return [self._heading("export.evidence"), _table([self._say(column) for column in _COLUMNS], rows)]

    def _row(self, message_ts: str, seen: Sighting) -> list[str]:
        event = self._named(seen.article_id)
        cells = [
            self._say("export.told", event=event) if seen.told else event,
            ", ".join(map(self.numbers.number, seen.codes)),
            seen.computer,
            seen.time,
            seen.device,
            seen.ca,
        ]
        return [utc(float(message_ts)), *map(escape_markdown, cells)]

    def _named(self, article_id: str) -> str:
        lost = lost_article(article_id, self.knowledge, self.language)
        return f"{article_id}{LANGUAGES[self.language].colon}{lost}" if lost else self.numbers.with_name(article_id)

    def findings(self) -> list[str]:
        """Write where the flow stopped, and the likely cause with its reasons."""
        parts = []
        states = trace_flow(self.incident, self.knowledge)
        if states:
            parts += [self._heading("export.stopped"), _bullets(self._state(state) for state in states)]
        found = find_likely_cause(self.incident, self.knowledge)
        if found is not None:
            reasons = _bullets(escape_markdown(cause_reason(each, self.numbers)) for each in found.reasons)
            parts += [self._heading("export.likely"), escape_markdown(self._named(found.article_id)), reasons]
        return parts

    def _state(self, state: FlowState) -> str:
        event = escape_markdown(self._named(state.sighting.article_id)) if state.sighting else ""
        if state.computers:
            event += " · " + ", ".join(map(escape_markdown, state.computers))
        step = f"{state.of.name(self.language)} · {state.step.name[self.language]}"
        told = step + LANGUAGES[self.language].colon + self._say(f"export.flow_{state.state}", event=event)
        return self._say("export.inferred", state=told) if state.inferred else told

    def steps(self) -> list[str]:
        """List the open failures' steps, then others that somebody marked, each with its outcome."""
        open_steps = [step.key for step in next_steps(self.incident, self.knowledge).steps]
        words = step_words(self.knowledge, self.language, {*open_steps, *self.incident.marks})
        keys = [key for key in dict.fromkeys([*open_steps, *self.incident.marks]) if key in words]
        lines = [f"{escape_markdown(words[key])} — {self._marked(key)}" for key in keys]
        return [self._heading("export.steps"), _bullets(lines)] if lines else []

    def _marked(self, key: str) -> str:
        mark = self.incident.marks.get(key)
        if mark is None:
            return self._say("export.unmarked")
        who, outcome = self.setting.person(mark.user_id), say(self.language, f"marked.{mark.outcome}")
        return self._say("export.marked", outcome=outcome, who=who, moment=utc(mark.at))

    def timeline(self) -> list[str]:
        """List everything that was done, in the order of its time."""
        words = step_words(self.knowledge, self.language, set(self.incident.marks))
        lines = timeline_lines(self.incident, self.numbers, words, self.setting)
        return [self._heading("export.timeline"), _bullets(lines)]


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _quote(text: str) -> str:
    """Quote what somebody wrote on several lines; two spaces at an end keep a line a line."""
    lines = [line for line in map(escape_markdown, text.splitlines()) if line]
    return "  \n".join(f"> {line}" for line in lines)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
