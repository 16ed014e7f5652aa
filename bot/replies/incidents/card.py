"""An incident's card: status, where the flow stopped, sightings, likely cause, next steps and missing evidence.

It is a function of the record and the articles, and of no clock: it stands unchanged until the record changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies import action_ids
from bot.replies.article_numbers import number_sightings
from bot.replies.blocks import actions, button, context, cut_at_line, fit, section
from bot.replies.incidents.duration import lasted
from bot.replies.incidents.evidence import flow_lines, seen_lines, settled_line, waiting_lines
from bot.replies.incidents.missing import missing_lines
from bot.replies.incidents.reasons import cause_reason
from bot.replies.incidents.timeline import IN_SLACK, utc
from bot.replies.mrkdwn import escape, escape_prose, set_text, shorten, tidy
from bot.replies.texts import say, say_count
from bot.replies.values import Block, Reply
from bot.triage import Incident
from bot.triage.likely_cause import LikelyCause, find_likely_cause
from bot.triage.next_steps import NextStep, next_steps
from bot.triage.transitions import NEXT_STATUSES, status_note

_MOST_STEPS: Final = 6
_MOST_REASONS: Final = 3
_MOST_QUESTIONS: Final = 3
_OUTCOMES: Final = ("done", "did_not_help", "not_applicable")
_WORDS: Final = 120
_STEP: Final = 700
_LONG: Final = 900
_TYPED: Final = 300


def render_incident(incident: Incident, knowledge: Knowledge, language: Language) -> Reply:
    """Lay out the card."""
    card = _Card(incident, knowledge, language)
    optional = [*card.missing(), *card.settled()]
    # Whoever finds the thread later reads first how it ended.
    needed = [section(card.headline()), *card.end(), *card.flow(), section(card.seen()), *card.cause()]
    blocks = [*needed, *card.steps(), *optional, card.buttons()]
    return Reply(card.text(), fit(blocks, optional))


def render_summary(incident: Incident, knowledge: Knowledge, language: Language) -> Reply:
    """Lay out a summary for the next shift: the card without its buttons, the steps tried, and the hand-over note."""
    card = _Card(incident, knowledge, language)
    blocks: list[Block] = [
        section(card.headline()),
        *card.handed(),
        *card.flow(),
        section(card.seen()),
        *card.cause(),
        *card.tried(),
        *card.still_to_do(),
    ]
    optional = [*card.missing(), *card.settled()]
    return Reply(card.text(), fit([*blocks, *optional, *card.end()], optional))


class _Card:
    """Writes the parts of one card."""

    def __init__(self, incident: Incident, knowledge: Knowledge, language: Language) -> None:
        self.incident, self.knowledge, self.language = incident, knowledge, language
        self.found: LikelyCause | None = find_likely_cause(incident, knowledge)
        self.next = next_steps(incident, knowledge)
        self.numbers = number_sightings([incident], knowledge, language)

    def _say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def text(self) -> str:
        """Write the card in one line, for notifications and screen readers."""
        incident = self.incident
        line = f"{incident.name} · {self._say(f'status.{incident.status}')} · P{incident.priority}"
        if self.found is not None:
            article = self.knowledge.articles[self.found.article_id]
            line += f" · {self.numbers.named(article.id)} {article.prose[self.language].title}"
        return shorten(line, _LONG)

    def headline(self) -> str:
        """Write name, status and its note, priority, owner, age, and the affected service."""
        incident = self.incident
        head = self._say(
            "incident.headline",
            name=incident.name,
            status=self._say(f"status.{incident.status}"),
            priority=incident.priority,
        )
        owner = self._say("incident.owner", owner=incident.owner) if incident.owner else self._say("incident.no_owner")
        parts = [owner, self._age()]
        if incident.service:
            parts.append(self._say("incident.service", service=escape(shorten(incident.service, _WORDS))))
        lines = [head, " · ".join(parts)]
        if incident.is_open and (note := status_note(incident)):
            lines.append(
                self._say("incident.status_note", status=self._say(f"status.{incident.status}"), note=self._typed(note))
            )
        return "\n".join(lines)

    def _age(self) -> str:
        """Write how long it took; while it is open, a moment that Slack shows as an age, since a card stands for days."""
        incident = self.incident
        if incident.resolved_at:
            return self._say("incident.took", age=lasted(self.language, incident.resolved_at - incident.opened_at))
        moment = f"<!date^{int(incident.opened_at)}^{{ago}}|{utc(incident.opened_at)}>"
        return self._say("incident.age", moment=moment)

    def _typed(self, words: str) -> str:
        return escape_prose(shorten(words, _TYPED))

    def handed(self) -> Iterator[Block]:
        """Show the last hand-over's note."""
        for entry in reversed(self.incident.timeline):
            if entry.kind == "handed_over":
                if entry.about:
                    yield section(
                        self._say("incident.handed", who=IN_SLACK.person(entry.user_id), note=self._typed(entry.about))
                    )
                return

    def flow(self) -> Iterator[Block]:
        """Show where each flow stopped, and the event that says so."""
        lines = flow_lines(self.incident, self.knowledge, self.numbers)
        if lines:
            yield context("\n".join(lines))

    def seen(self) -> str:
        """List the sightings."""
        return "\n".join(seen_lines(self.incident, self.knowledge, self.numbers))

    def cause(self) -> Iterator[Block]:
        """Show the likely cause with its reasons."""
        if self.found is None:
            return
        article = self.knowledge.articles[self.found.article_id]
        named, told = self.numbers.with_name(article.id), self.found.reasons[:_MOST_REASONS]
        has_code = self.found.code and self.found.code != article.id
        code = f" `{self.numbers.number(self.found.code)}`" if has_code else ""
        head = f"*{self._say('incident.cause')}{LANGUAGES[self.language].colon}{named}*{code}"
        reasons = [f"• {escape(cause_reason(each, self.numbers))}" for each in told]
        yield section("\n".join([head, *reasons]))

    def steps(self) -> Iterator[Block]:
        """Show the next steps, each with its outcome, or the menu to report one."""
        if not self.incident.is_open or not self.incident.evidence:
            return
        open_steps = [step for step in self.next.steps if step.mark is None]
        said_steps = [step for step in self.next.steps if step.mark is not None]
        if said_steps:
            yield context(cut_at_line("\n".join(map(self._told, said_steps)), 1500))
        if not self.next.steps:
            return
        yield section(
            f"*{self._say('incident.steps')}*" + ("" if open_steps else f"\n{self._say('incident.no_steps')}")
        )
        for number, step in enumerate(open_steps[:_MOST_STEPS], 1):
            words = shorten(tidy(set_text(step.text[self.language])), _STEP)
            yield {**section(f"{number}. {words}", self._menu(step)), "block_id": f"step:{step.key}"}
        if len(open_steps) > _MOST_STEPS:
            yield context(say_count(self.language, "incident.more_steps", len(open_steps) - _MOST_STEPS))

    def _told(self, step: NextStep) -> str:
        assert step.mark is not None  # noqa: S101 - only such steps come here
        outcome = self._say(
            "incident.step_said",
            outcome=self._say(f"marked.{step.mark.outcome}"),
            user=IN_SLACK.person(step.mark.user_id),
        )
        words = shorten(tidy(set_text(step.text[self.language])).replace("\n", " "), _WORDS)
        return f"{'✓' if step.mark.outcome == 'done' else '–'} {words} — {outcome}"

    def _menu(self, step: NextStep) -> Block:
        options = [
            {
                "text": {"type": "plain_text", "text": self._say(f"marked.{outcome}")},
                "value": f"{self.incident.number}|{step.key}|{outcome}",
            }
            for outcome in _OUTCOMES
        ]
        return {"type": "overflow", "action_id": action_ids.STEP, "options": options}

    def tried(self) -> Iterator[Block]:
        """List the steps that were tried, with their outcomes."""
        told = [self._told(step) for step in self.next.steps if step.mark is not None]
        if told:
            yield section(cut_at_line("\n".join([f"*{self._say('incident.tried')}*", *told]), _LONG * 3))

    def still_to_do(self) -> Iterator[Block]:
        """List the first of the steps that nobody has tried."""
        steps = [step for step in self.next.steps if step.mark is None] if self.incident.is_open else []
        if not steps:
            return
        lines = [
            f"{number}. {shorten(tidy(set_text(step.text[self.language])), _LONG // 3)}"
            for number, step in enumerate(steps[:_MOST_REASONS], 1)
        ]
        more = len(steps) - len(lines)
        lines += [say_count(self.language, "incident.more_steps", more)] if more else []
        yield section("\n".join([f"*{self._say('incident.steps')}*", *lines]))

    def missing(self) -> list[Block]:
        """Ask for the evidence that would prove or disprove the likely cause, with the line that fetches it."""
        lines = list(missing_lines(self.incident, self.numbers, _MOST_QUESTIONS)) if self.incident.is_open else []
        return [section("\n".join(lines))] if lines else []

    def settled(self) -> list[Block]:
        """Show the awaited successes, and the failures that a later success has settled."""
        waiting = waiting_lines(self.incident, self.knowledge, self.numbers) if self.incident.is_open else []
        settled = settled_line(self.incident, self.knowledge, self.numbers)
        return [context(text) for text in ("\n".join(waiting), settled) if text]

    def end(self) -> Iterator[Block]:
        """Show cause and fix of a resolved incident."""
        if self.incident.is_open or not self.incident.fix:
            return
        cause = escape_prose(shorten(self.incident.cause, _LONG))
        fix = escape_prose(shorten(self.incident.fix, _LONG))
        yield section(f"*{self._say('incident.ended')}*\n{cause}\n*{self._say('incident.fixed')}*\n{fix}")

    def buttons(self) -> Block:
        """Make the buttons of the moves that are possible now."""
        incident, number = self.incident, str(self.incident.number)
        made: list[Block] = []
        if not incident.is_open:
            made.append(button(self._say("incident.reopen"), action_ids.REOPEN, number))
            if incident.evidence:
                made.append(button(self._say("incident.note"), action_ids.NOTE, number))
                made.append(button(self._say("incident.draft"), action_ids.DRAFT, number))
        else:
            if not incident.owner:
                made.append(button(self._say("incident.claim"), action_ids.CLAIM, number, style="primary"))
            made.append(self._status_menu())
            made.append(button(self._say("incident.hand_over"), action_ids.HAND_OVER, number))
            made.append(button(self._say("incident.rate"), action_ids.RATE, number))
            made.append(button(self._say("incident.resolve"), action_ids.RESOLVE, number))
        made.append(button(self._say("incident.summary"), action_ids.SUMMARY, number))
        made.append(button(self._say("incident.export"), action_ids.EXPORT, number))
        return actions("incident", *made)

    def _status_menu(self) -> Block:
        incident = self.incident
        statuses = [each for each in ("in_progress", "waiting", "mitigated") if each in NEXT_STATUSES[incident.status]]
        options: list[dict[str, object]] = [
            {
                "text": {"type": "plain_text", "text": self._say(f"status.{each}")},
                "value": f"{incident.number}|{each}",
            }
            for each in statuses
        ]
        placeholder = {"type": "plain_text", "text": self._say("incident.status")}
        return {
            "type": "static_select",
            "action_id": action_ids.STATUS,
            "placeholder": placeholder,
            "options": options,
        }
