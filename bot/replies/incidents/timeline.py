"""An incident's timeline in words: one line for each entry, for Slack or for a document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from bot.knowledge import Knowledge, plain
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.replies.article_numbers import ArticleNumbers
from bot.replies.mrkdwn import escape, mention, shorten
from bot.replies.texts import say
from bot.triage import Entry, Incident, Level, priority_of
from bot.triage.next_steps import step_key

_TYPED: Final = 300
_BOT: Final = "Sceptic"


@dataclass(frozen=True, slots=True)
class Setting:
    """The form of people, moments and typed words in the document that the lines go into."""

    # From a user ID.
    person: Callable[[str], str]
    # From seconds since 1970.
    moment: Callable[[float], str]
    # Makes anybody's words harmless there, on one line.
    typed: Callable[[str], str]


def utc(at: float) -> str:
    """Write a moment (seconds since 1970) to the minute, for readers in any time zone."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


# Each reader sees the moment in their own time zone. A mention in a new message calls those it names; in an edit it does not.
IN_SLACK: Final = Setting(
    # A monitoring tool posts with the ID of a bot, which cannot be mentioned.
    person=mention,
    moment=lambda at: f"<!date^{int(at)}^{{date_num}} {{time}}|{utc(at)}>",
    typed=lambda text: escape(shorten(text, _TYPED)),
)


def step_words(knowledge: Knowledge, language: Language, keys: Collection[str]) -> dict[str, str]:
    """Return the words of steps by their keys, whichever article holds them; a key that none holds is left out."""
    found: dict[str, str] = {}
    for article in knowledge.articles.values() if keys else ():
        own = article.prose[language].next_steps
        for position, text in enumerate(article.prose[DEFAULT].next_steps):
            if (key := step_key(text)) in keys:
                found.setdefault(key, plain(own[position] if position < len(own) else text))
    return found


def timeline_lines(
    incident: Incident, numbers: ArticleNumbers, steps: Mapping[str, str] | None = None, setting: Setting = IN_SLACK
) -> tuple[str, ...]:
    """Say each entry in a line, by time: what was posted before the incident was opened in its thread comes first.

    `steps` has the words of the steps by their keys, in any spelling; they are treated like something typed.
    """
    entries = incident.timeline
    if not any(entry.kind == "opened" for entry in entries):
        entries = (Entry("opened", incident.opened_by, incident.opened_at), *entries)
    writer = _Writer(incident.name, numbers, steps or {}, setting)
    return tuple(writer.line(entry) for entry in sorted(entries, key=lambda entry: entry.at))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the lines of one timeline."""

    name: str
    numbers: ArticleNumbers
    steps: Mapping[str, str]
    setting: Setting

    @property
    def language(self) -> Language:
        return self.numbers.language

    def line(self, entry: Entry) -> str:
        key, values = self._gaps(entry)
        line = say(self.language, f"timeline.{key}", who=self._person(entry.user_id), name=self.name, **values)
        if entry.about:
            line += LANGUAGES[self.language].colon + self.setting.typed(entry.about)
        return f"{self.setting.moment(entry.at)} · {line}"

    def _person(self, user_id: str) -> str:
        return self.setting.person(user_id) if user_id else _BOT

    def _gaps(self, entry: Entry) -> tuple[str, dict[str, object]]:
        """Return the text's key for an entry, and its arguments."""
        match entry.kind:
            case "opened" if entry.values:
                return "opened_for", {"to": self._person(entry.values[0])}
            case "handed_over":
                (to,) = entry.values
                return "taken_over" if to == entry.user_id else entry.kind, {"to": self._person(to)}
            case "in_progress" | "waiting" | "mitigated":
                return entry.kind, {"status": say(self.language, f"status.{entry.kind}")}
            case "rated":
                impact, urgency = cast("tuple[Level, Level]", entry.values)
                words = {
                    "impact": say(self.language, f"level.{impact}"),
                    "urgency": say(self.language, f"level.{urgency}"),
                }
                key = "rated_for" if entry.about else entry.kind
                return key, {"priority": priority_of(impact, urgency), **words}
            case "step":
                step, outcome = entry.values
                words = {"step": self._step(step), "outcome": say(self.language, f"marked.{outcome}")}
                return entry.kind, {**words}
            case "evidence" | "evidence_edited" | "evidence_gone":
                named = (self.setting.typed(self.numbers.named(each)) for each in entry.values)
                return entry.kind, {"articles": LANGUAGES[self.language].comma.join(named)}
            case _:
                return entry.kind, {}

    def _step(self, key: str) -> str:
        return self.setting.typed(self.steps[key]) if key in self.steps else say(self.language, "timeline.step_gone")
