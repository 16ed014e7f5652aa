"""An incident's card: how it stands, where it stopped, what was seen, the likely cause, what to do next and what is missing.

It is a function of the record, the articles and the time; whatever changes the record changes the card.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.knowledge import Knowledge, Language
from bot.replies.incident_phrases import lasted, said
from bot.replies.limits import actions, button, context, cut_at_line, fit, section
from bot.replies.mrkdwn import escape, set_text, shorten, tidy
from bot.replies.phrases import MARKS
from bot.replies.values import Block, Reply
from bot.triage import Incident
from bot.triage.findings import Finding, likely_cause, seen_table, watches_in
from bot.triage.flow import FlowState, State, where_it_stopped
from bot.triage.missing import Missing, what_is_missing
from bot.triage.moves import MOVES
from bot.triage.next_steps import NextStep, next_steps

_STATES: Final[dict[State, str]] = {"proven": " ✓", "failed": " ✗", "warned": " !", "no_evidence": ""}
_MOST_SEEN: Final = 8
_MOST_STEPS: Final = 6
_MOST_REASONS: Final = 3
_OUTCOMES: Final = ("done", "did_not_help", "not_applicable")
_WORDS: Final = 120
_STEP: Final = 700
_LONG: Final = 900


def render_incident(incident: Incident, knowledge: Knowledge, language: Language, now: float) -> Reply:
    """Lay out the card; `now` is in seconds since 1970."""
    card = _Card(incident, knowledge, language)
    optional = [*card.missing(), *card.settled()]
    needed = [section(card.headline(now)), *card.flow(), section(card.seen()), *card.cause()]
    blocks = [*needed, *card.steps(), *optional, *card.end(), card.buttons()]
    return Reply(card.text(), fit(blocks, optional))


def render_summary(incident: Incident, knowledge: Knowledge, language: Language, now: float) -> Reply:
    """Say where things stand, for the next shift: the card without its buttons, and what was tried."""
    card = _Card(incident, knowledge, language)
    blocks: list[Block] = [
        section(card.headline(now)),
        *card.flow(),
        section(card.seen()),
        *card.cause(),
        *card.tried(),
    ]
    optional = [*card.missing(), *card.settled()]
    return Reply(card.text(), fit([*blocks, *optional, *card.end()], optional))


class _Card:
    """Writes the parts of one card."""

    def __init__(self, incident: Incident, knowledge: Knowledge, language: Language) -> None:
        self.incident, self.knowledge, self.language = incident, knowledge, language
        self.found: Finding | None = likely_cause(incident, knowledge)
        self.next = next_steps(incident, knowledge)

    def _say(self, key: str, **values: object) -> str:
        return said(self.language, key, **values)

    def text(self) -> str:
        """The card in one line, for notifications and screen readers."""
        incident = self.incident
        line = f"{incident.name} · {self._say(incident.status)} · P{incident.priority}"
        if self.found is not None:
            article = self.knowledge.articles[self.found.article_id]
            line += f" · {article.id} {article.prose[self.language].title}"
        return shorten(line, _LONG)

    def headline(self, now: float) -> str:
        """Name, status, priority, owner, age, and whom it concerns."""
        incident = self.incident
        head = self._say("headline", name=incident.name, status=self._say(incident.status), priority=incident.priority)
        owner = self._say("owner", owner=incident.owner) if incident.owner else self._say("no_owner")
        until = incident.resolved_at or now
        key = "took" if incident.resolved_at else "age"
        parts = [owner, self._say(key, age=lasted(self.language, until - incident.opened_at))]
        if incident.service:
            parts.append(self._say("service", service=escape(shorten(incident.service, _WORDS))))
        return f"{head}\n{' · '.join(parts)}"

    def flow(self) -> Iterator[Block]:
        """Where in each flow it stopped, and the event that says so."""
        flows: dict[str, list[FlowState]] = {}
        for state in where_it_stopped(self.incident, self.knowledge):
            flows.setdefault(state.flow, []).append(state)
        lines = [f"{flow.upper()}: " + " · ".join(map(self._step_state, states)) for flow, states in flows.items()]
        if lines:
            yield context(f"*{self._say('stopped')}*\n" + "\n".join(lines))

    def _step_state(self, state: FlowState) -> str:
        name = f"{state.step.name[self.language]}{_STATES[state.state]}"
        if state.sighting is None:
            return name
        if state.state == "proven":
            return f"{name} ({state.sighting.article_id})"
        where = f", {escape(shorten(', '.join(state.computers), _WORDS))}" if state.computers else ""
        return f"*{name} ({state.sighting.article_id}{where})*"

    def seen(self) -> str:
        """What was seen: each event with its count, codes, first and last time, and computers."""
        rows = seen_table(self.incident)
        if not rows:
            return self._say("nothing_seen")
        lines = [f"*{self._say('seen')}*"]
        for row in rows[:_MOST_SEEN]:
            article = self.knowledge.articles.get(row.article_id)
            mark = f"{MARKS[article.outcome]} " if article is not None else ""
            parts = [f"{mark}*{row.article_id}{f' {article.name}' if article is not None else ''}*"]
            if row.count > 1:
                parts[0] += f" ×{row.count}"
            parts += [", ".join(f"`{code}`" for code in row.codes[:4])] if row.codes else []
            if row.first:
                times = [row.first] if row.first == row.last else [row.first, row.last]
                parts.append(" – ".join(escape(shorten(each.split(".")[0].replace("T", " "), 40)) for each in times))
            if row.computers:
                parts.append(escape(shorten(", ".join(row.computers), _WORDS)))
            lines.append(" · ".join(parts))
        if len(rows) > _MOST_SEEN:
            lines.append(self._say("more_seen", count=len(rows) - _MOST_SEEN))
        return "\n".join(lines)

    def cause(self) -> Iterator[Block]:
        """The likely cause with its reasons."""
        if self.found is None:
            return
        article = self.knowledge.articles[self.found.article_id]
        code = f" `{self.found.code}`" if self.found.code and self.found.code != article.id else ""
        head = f"*{self._say('cause')}: {article.id} {article.name}*{code}"
        reasons = [f"• {escape(each.said(self.language))}" for each in self.found.reasons[:_MOST_REASONS]]
        yield section("\n".join([head, *reasons]))

    def steps(self) -> Iterator[Block]:
        """The next steps, each with what somebody said about it, or the menu to say it."""
        if not self.incident.is_open or not self.incident.evidence:
            return
        open_steps = [step for step in self.next.steps if step.mark is None]
        said_steps = [step for step in self.next.steps if step.mark is not None]
        if said_steps:
            yield context(cut_at_line("\n".join(map(self._told, said_steps)), 1500))
        if not self.next.steps:
            return
        yield section(f"*{self._say('steps')}*" + ("" if open_steps else f"\n{self._say('no_steps')}"))
        for number, step in enumerate(open_steps[:_MOST_STEPS], 1):
            words = shorten(tidy(set_text(step.text[self.language])), _STEP)
            yield {**section(f"{number}. {words}", self._menu(step)), "block_id": f"step:{step.key}"}
        if len(open_steps) > _MOST_STEPS:
            yield context(self._say("more_steps", count=len(open_steps) - _MOST_STEPS))

    def _told(self, step: NextStep) -> str:
        assert step.mark is not None  # noqa: S101 - only such steps come here
        outcome = self._say("step_said", outcome=self._say(step.mark.outcome), user=step.mark.user_id)
        words = shorten(tidy(set_text(step.text[self.language])).replace("\n", " "), _WORDS)
        return f"{'✓' if step.mark.outcome == 'done' else '–'} {words} — {outcome}"

    def _menu(self, step: NextStep) -> Block:
        options = [
            {
                "text": {"type": "plain_text", "text": self._say(outcome)},
                "value": f"{self.incident.number}|{step.key}|{outcome}",
            }
            for outcome in _OUTCOMES
        ]
        return {"type": "overflow", "action_id": "incident:step", "options": options}

    def tried(self) -> Iterator[Block]:
        """What was tried, and what came of it."""
        told = [self._told(step) for step in self.next.steps if step.mark is not None]
        if told:
            yield section(cut_at_line("\n".join([f"*{self._say('steps')}*", *told]), _LONG * 3))

    def missing(self) -> list[Block]:
        """What would prove or disprove the likely cause, and the line that fetches it."""
        lacking: Missing | None = what_is_missing(self.incident, self.knowledge) if self.incident.is_open else None
        if lacking is None:
            return []
        questions = []
        for each in lacking.questions[:3]:
            why = f": {each.ask.why[self.language]}" if each.ask is not None else ""
            questions.append(f"• {', '.join(each.events)}{escape(why)}")
        lines = [f"*{self._say('missing')}*", *questions, self._say("fetch"), f"```{lacking.command}```"]
        return [section("\n".join(lines))]

    def settled(self) -> list[Block]:
        """What a later success has settled, and what passes by itself and is waited for."""
        watched = watches_in(self.incident, self.knowledge)
        waiting = [each.watch for each in watched if each.watch.transient and not each.is_settled]
        lines = [self._say("waits", event=each.settled_by, because=each.because[self.language]) for each in waiting]
        shown = [context("\n".join(dict.fromkeys(map(escape, lines))))] if lines and self.incident.is_open else []
        settled = [each for each in watched if each.is_settled]
        if not settled:
            return shown
        pairs = dict.fromkeys(
            f"{each.sighting.article_id} ✓ {each.settled_by.article_id}" for each in settled if each.settled_by
        )
        return [*shown, context(f"{self._say('settled')}: {', '.join(list(pairs)[:_MOST_SEEN])}")]

    def end(self) -> Iterator[Block]:
        """Cause and fix of a resolved incident."""
        if self.incident.is_open or not self.incident.fix:
            return
        cause = escape(shorten(self.incident.cause, _LONG))
        fix = escape(shorten(self.incident.fix, _LONG))
        yield section(f"*{self._say('ended')}*\n{cause}\n*{self._say('fixed')}*\n{fix}")

    def buttons(self) -> Block:
        """What can be done with it now."""
        incident, number = self.incident, str(self.incident.number)
        made: list[Block] = []
        if not incident.is_open:
            made.append(button(self._say("reopen"), "incident:reopen", number))
            if incident.evidence:
                made.append(button(self._say("note"), "open_incident:note", number))
                made.append(button(self._say("draft"), "incident:draft", number))
        else:
            if not incident.owner:
                made.append(button(self._say("claim"), "incident:claim", number, style="primary"))
            made.append(self._status_menu())
            made.append(button(self._say("hand_over"), "open_incident:hand_over", number))
            made.append(button(self._say("rate"), "open_incident:rate", number))
            made.append(button(self._say("resolve"), "open_incident:resolve", number))
        made.append(button(self._say("summary"), "incident:summary", number))
        made.append(button(self._say("export"), "incident:export", number))
        return actions("incident", *made)

    def _status_menu(self) -> Block:
        incident = self.incident
        statuses = [each for each in ("in_progress", "waiting", "mitigated") if each in MOVES[incident.status]]
        options: list[dict[str, Any]] = [
            {"text": {"type": "plain_text", "text": self._say(each)}, "value": f"{incident.number}|{each}"}
            for each in statuses
        ]
        placeholder = {"type": "plain_text", "text": self._say("status")}
        return {
            "type": "static_select",
            "action_id": "incident:status",
            "placeholder": placeholder,
            "options": options,
        }
