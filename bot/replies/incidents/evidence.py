"""The lines of a card about its evidence: where the flow stopped, sightings, settled failures and awaited successes.

Each names the event that says so; what nothing shows is called that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import ArticleNumbers
from bot.replies.event_fields import short_time
from bot.replies.mrkdwn import MARKS, escape, shorten
from bot.replies.texts import say
from bot.triage import Incident
from bot.triage.evidence_order import is_known
from bot.triage.flow import FlowState, State, trace_flow
from bot.triage.likely_cause import SightingsRow, tabulate_sightings
from bot.triage.settled import AwaitedSuccess, SettledFailures, count_settled, find_awaited

MOST_SEEN: Final = 8
_STATES: Final[dict[State, str]] = {"proven": "✓", "failed": "✗", "warned": "!"}
_WORDS: Final = 120
_MOST_CODES: Final = 4
_TIME: Final = 40


def flow_lines(incident: Incident, knowledge: Knowledge, numbers: ArticleNumbers) -> list[str]:
    """Write a heading, and a line for each flow that the evidence touches; nothing where it touches none."""
    states, language = trace_flow(incident, knowledge), numbers.language
    if not states:
        return []
    stopped = any(each.state in ("failed", "warned") for each in states)
    lines = [f"*{say(language, 'incident.stopped' if stopped else 'incident.reached')}*"]
    for flow, steps in groupby(states, lambda each: each.of):
        lines.append(flow.name(language) + LANGUAGES[language].colon + " · ".join(_steps(tuple(steps), numbers)))
    if any(each.inferred for each in states):
        lines.append(say(language, "flow.inferred"))
    return lines


def _steps(states: Sequence[FlowState], numbers: ArticleNumbers) -> Iterator[str]:
    language = numbers.language
    for known, some in groupby(states, lambda each: each.sighting is not None):
        if known:
            yield from (_step(each, numbers) for each in some)
        else:
            names = LANGUAGES[language].comma.join(each.step.name[language] for each in some)
            yield say(language, "incident.no_evidence", steps=names)


def _step(state: FlowState, numbers: ArticleNumbers) -> str:
    assert state.sighting is not None  # noqa: S101 - only such steps come here
    mark = f"({_STATES[state.state]})" if state.inferred else _STATES[state.state]
    name = f"{state.step.name[numbers.language]} {mark}"
    event = numbers.named(state.sighting.article_id)
    if state.state == "proven":
        return f"{name} ({event})"
    where = f", {escape(shorten(', '.join(state.computers), _WORDS))}" if state.computers else ""
    return f"*{name} ({event}{where})*"


def seen_lines(incident: Incident, knowledge: Knowledge, numbers: ArticleNumbers) -> list[str]:
    """Write a heading, and each event with its count, codes, first and last time, and computers."""
    rows, language = tabulate_sightings(incident), numbers.language
    if not rows:
        return [say(language, "incident.nothing_seen")]
    lines = [f"*{say(language, 'incident.seen')}*", *(_row(row, knowledge, numbers) for row in rows[:MOST_SEEN])]
    if len(rows) > MOST_SEEN:
        lines.append(say(language, "incident.more_seen", count=len(rows) - MOST_SEEN))
    return lines


def _row(row: SightingsRow, knowledge: Knowledge, numbers: ArticleNumbers) -> str:
    article, language = knowledge.articles.get(row.article_id), numbers.language
    mark = f"{MARKS[article.outcome]} " if article is not None else ""
    parts = [f"{mark}*{numbers.with_name(row.article_id)}*"]
    if row.count > 1:
        parts[0] += f" ×{row.count}"
    if unexplained := lost_article(row.article_id, knowledge, language):
        parts.append(unexplained)
    if row.told:
        parts.append(say(language, "incident.told"))
    codes = [code for code in row.codes if code not in knowledge.neutral_codes][:_MOST_CODES]
    parts += [", ".join(f"`{numbers.number(code)}`" for code in codes)] if codes else []
    if row.first:
        times = [row.first] if row.first == row.last else [row.first, row.last]
        parts.append(" – ".join(escape(shorten(short_time(each), _TIME)) for each in times))
    if row.computers:
        # With one computer its count is the row's.
        counts = row.counts if len(row.computers) > 1 else (0,)
        named = (f"{name} ×{count}" if count else name for name, count in zip(row.computers, counts, strict=True))
        parts.append(escape(shorten(", ".join(named), _WORDS)))
    return " · ".join(parts)


def lost_article(article_id: str, knowledge: Knowledge, language: Language) -> str:
    """Say why nothing is known of an event that was posted while an article explained it; empty where that still does."""
    if is_known(article_id, knowledge):
        return ""
    return say(language, "incident.article_broken" if article_id in knowledge.broken else "incident.no_article")


def waiting_lines(incident: Incident, knowledge: Knowledge, numbers: ArticleNumbers) -> list[str]:
    """Write a line for each awaited success: the event that would show it, and its device or computer."""
    return [_waiting(each, numbers) for each in find_awaited(incident, knowledge)]


def _waiting(awaited: AwaitedSuccess, numbers: ArticleNumbers) -> str:
    language = numbers.language
    events = say(language, "incident.or").join(map(numbers.named, awaited.events))
    names = escape(shorten(LANGUAGES[language].comma.join(awaited.of), _WORDS))
    key = f"incident.waits_{awaited.watch.same}" if names else f"incident.waits_{awaited.watch.same}_unknown"
    return say(language, key, event=events, of=names) + escape(awaited.watch.because[language])


def settled_line(incident: Incident, knowledge: Knowledge, numbers: ArticleNumbers) -> str:
    """List the failures that a later success has settled, with their counts; empty where none is."""
    closed, language = count_settled(incident, knowledge)[:MOST_SEEN], numbers.language
    if not closed:
        return ""
    return say(language, "incident.settled") + LANGUAGES[language].semicolon.join(
        _closed(each, numbers) for each in closed
    )


def _closed(closed: SettledFailures, numbers: ArticleNumbers) -> str:
    language = numbers.language
    by = LANGUAGES[language].comma.join(map(numbers.named, closed.by))
    key = "incident.settled_all" if closed.settled == closed.total else "incident.settled_some"
    return say(language, key, event=numbers.named(closed.article_id), count=closed.settled, total=closed.total, by=by)
