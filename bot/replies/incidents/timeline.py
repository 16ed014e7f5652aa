"""An incident's timeline in words: one line for each entry, for Slack or for a document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from bot.knowledge import Knowledge, Language, plain
from bot.replies.answers.phrases import phrase
from bot.replies.incidents.phrases import incident_phrase
from bot.replies.mrkdwn import escape, escape_entities, shorten
from bot.triage import Entry, EntryKind, Incident, Level, priority_of
from bot.triage.next_steps import step_key

_TYPED: Final = 300
_BOT: Final = "Sceptic"

_EN: Final[Mapping[EntryKind | str, str]] = {
    "opened": "{who} opened {name}",
    "opened_for": "{who} opened {name}; it was given to {to}",
    "claimed": "{who} claimed it",
    "handed_over": "{who} handed it over to {to}",
    "taken_over": "{who} took it over",
    "in_progress": "{who} set it to “{status}”",
    "waiting": "{who} set it to “{status}”",
    "mitigated": "{who} set it to “{status}”",
    "cause": "{who} named the cause",
    "resolved": "{who} resolved it; what fixed it",
    "reopened": "{who} reopened it",
    "rated": "{who} rated it P{priority}: impact {impact}, urgency {urgency}",
    "rated_for": "{who} rated it P{priority}: impact {impact}, urgency {urgency}; affected",
    "step": "{who} on the step “{step}”: {outcome}",
    "evidence": "{who} posted {articles}",
    "evidence_edited": "A message of {who} was edited and now shows {articles}",
    "evidence_gone": "A message of {who} was edited or deleted and no longer shows {articles}",
    "reminded_unowned": "{who} reminded the thread that nobody owns it",
    "reminded_silent": "{who} reminded the thread that nothing has happened for a while",
    "step_gone": "a step that the articles no longer hold",
}
_ZH: Final[Mapping[EntryKind | str, str]] = {
    "opened": "{who} 開啟 {name}",
    "opened_for": "{who} 開啟 {name}，由 {to} 負責",
    "claimed": "{who} 認領",
    "handed_over": "{who} 交接給 {to}",
    "taken_over": "{who} 接手",
    "in_progress": "{who} 將狀態設為「{status}」",
    "waiting": "{who} 將狀態設為「{status}」",
    "mitigated": "{who} 將狀態設為「{status}」",
    "cause": "{who} 指出原因",
    "resolved": "{who} 標示為已解決，解決方法",
    "reopened": "{who} 重新開啟",
    "rated": "{who} 評為 P{priority}：影響{impact}、急迫性{urgency}",
    "rated_for": "{who} 評為 P{priority}：影響{impact}、急迫性{urgency}，受影響的是",
    "step": "{who} 回報步驟「{step}」：{outcome}",
    "evidence": "{who} 貼出 {articles}",
    "evidence_edited": "{who} 的訊息經編輯，現在顯示 {articles}",
    "evidence_gone": "{who} 的訊息經編輯或刪除，不再顯示 {articles}",
    "reminded_unowned": "{who} 提醒：尚無人負責",
    "reminded_silent": "{who} 提醒：已經一段時間沒有動靜",
    "step_gone": "文章裡已經沒有的步驟",
}
_LINES: Final[Mapping[Language, Mapping[EntryKind | str, str]]] = {"en": _EN, "zh-TW": _ZH}


@dataclass(frozen=True, slots=True)
class Setting:
    """How people, moments and what somebody typed are set where the lines go."""

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
    person=lambda user_id: f"<@{escape_entities(user_id)}>" if user_id[0] in "UW" else escape(user_id),
    moment=lambda at: f"<!date^{int(at)}^{{date_num}} {{time}}|{utc(at)}>",
    typed=lambda text: escape(shorten(text, _TYPED)),
)


def step_words(knowledge: Knowledge, language: Language, keys: Collection[str]) -> dict[str, str]:
    """Return the words of steps by their keys, whichever article holds them; a key that none holds is left out."""
    found: dict[str, str] = {}
    for article in knowledge.articles.values() if keys else ():
        own = article.prose[language].next_steps
        for position, text in enumerate(article.prose["en"].next_steps):
            if (key := step_key(text)) in keys:
                found.setdefault(key, plain(own[position] if position < len(own) else text))
    return found


def timeline_lines(
    incident: Incident, language: Language, steps: Mapping[str, str] | None = None, setting: Setting = IN_SLACK
) -> tuple[str, ...]:
    """Say each entry in a line, by time: what was posted before the incident was opened in its thread comes first.

    `steps` has the words of the steps by their keys, in any spelling; they are treated like something typed.
    """
    entries = incident.timeline
    if not any(entry.kind == "opened" for entry in entries):
        entries = (Entry("opened", incident.opened_by, incident.opened_at), *entries)
    writer = _Writer(incident.name, language, steps or {}, setting)
    return tuple(writer.line(entry) for entry in sorted(entries, key=lambda entry: entry.at))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the lines of one timeline."""

    name: str
    language: Language
    steps: Mapping[str, str]
    setting: Setting

    def line(self, entry: Entry) -> str:
        key, values = self._gaps(entry)
        line = _LINES[self.language][key].format(who=self._person(entry.user_id), name=self.name, **values)
        if entry.about:
            line += phrase(self.language, "colon_space") + self.setting.typed(entry.about)
        return f"{self.setting.moment(entry.at)} · {line}"

    def _person(self, user_id: str) -> str:
        return self.setting.person(user_id) if user_id else _BOT

    def _gaps(self, entry: Entry) -> tuple[str, dict[str, object]]:
        """Which line an entry is, and what goes into its gaps."""
        match entry.kind:
            case "opened" if entry.values:
                return "opened_for", {"to": self._person(entry.values[0])}
            case "handed_over":
                (to,) = entry.values
                return "taken_over" if to == entry.user_id else entry.kind, {"to": self._person(to)}
            case "in_progress" | "waiting" | "mitigated":
                return entry.kind, {"status": incident_phrase(self.language, entry.kind)}
            case "rated":
                impact, urgency = cast("tuple[Level, Level]", entry.values)
                words = {
                    "impact": incident_phrase(self.language, impact),
                    "urgency": incident_phrase(self.language, urgency),
                }
                key = "rated_for" if entry.about else entry.kind
                return key, {"priority": priority_of(impact, urgency), **words}
            case "step":
                step, outcome = entry.values
                words = {"step": self._step(step), "outcome": incident_phrase(self.language, outcome)}
                return entry.kind, {**words}
            case "evidence" | "evidence_edited" | "evidence_gone":
                between = "、" if self.language == "zh-TW" else ", "
                return entry.kind, {"articles": between.join(map(self.setting.typed, entry.values))}
            case _:
                return entry.kind, {}

    def _step(self, key: str) -> str:
        return self.setting.typed(self.steps[key]) if key in self.steps else _LINES[self.language]["step_gone"]
