"""Several events in one paste: one digest, causes before what follows from them, each line to be opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.diagnosis import Diagnosis, Match
from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies import action_ids
from bot.replies.answers.card import label, render_card
from bot.replies.answers.share import pack_match
from bot.replies.article_numbers import number_sightings
from bot.replies.blocks import button, context, section
from bot.replies.event_fields import short_computer, short_time
from bot.replies.incidents.missing import missing_lines
from bot.replies.mrkdwn import MARKS, escape, shorten
from bot.replies.texts import say
from bot.replies.values import Block
from bot.triage import Incident
from bot.triage.causes import find_causal_links
from bot.triage.likely_cause import find_likely_cause
from bot.triage.paste import order_matches, read_as_incident
from bot.triage.settled import count_settled

MAX_LINES = 12
_MAX_CODES = 3
_MOST_QUESTIONS: Final = 2


def render_digest(
    diagnosis: Diagnosis, knowledge: Knowledge, language: Language
) -> tuple[str, list[Block], list[Block]]:
    """Return the digest's text, the blocks it needs, and those that may be dropped."""
    incident = read_as_incident(diagnosis)
    found = find_likely_cause(incident, knowledge)
    matches = order_matches(diagnosis.matches, incident, knowledge)
    is_cause = found is not None and bool(found.effects) and matches[0].article.id == found.article_id
    remarks = _remarks(incident, knowledge, language)
    title = say(
        language, "answer.digest_one" if is_cause else "answer.digest_plain", where=_where(matches), count=len(matches)
    )
    blocks: list[Block] = [section(title)]
    for position, match in enumerate(matches[:MAX_LINES]):
        remark = remarks.get(match.article.id, "")
        if position == 0 and is_cause:
            remark = say(language, "answer.first_here")
        opens = button(
            say(language, "answer.open"), f"{action_ids.OPEN_ARTICLE}{position}", pack_match(match, language)
        )
        blocks.append(section(_line(match, language, remark), opens))
    if len(matches) > MAX_LINES:
        rest = matches[MAX_LINES:]
        ids = ", ".join(match.article.number for match in rest)
        blocks.append(context(say(language, "answer.more_kinds", count=len(rest), ids=shorten(ids, 300))))
    first = render_card(matches[0], knowledge, language)
    steps = [block for block in first.first_screen[1:] if block["type"] == "section"]
    missing = list(missing_lines(incident, number_sightings([incident], knowledge, language), _MOST_QUESTIONS))
    optional = [*([section("\n".join(missing))] if missing else []), first.below[-1]]
    return _text(matches, language), blocks + steps, optional


def order_as_shown(diagnosis: Diagnosis, knowledge: Knowledge) -> Diagnosis:
    """Put a diagnosis' matches in the order in which the digest shows them."""
    matches = order_matches(diagnosis.matches, read_as_incident(diagnosis), knowledge)
    return replace(diagnosis, matches=tuple(matches))


def _remarks(incident: Incident, knowledge: Knowledge, language: Language) -> dict[str, str]:
    """Say of what happened from what it follows, by the relations alone, or that a success has settled it since."""
    numbers = number_sightings([incident], knowledge, language)
    remarks: dict[str, str] = {}
    for link in find_causal_links(incident, knowledge):
        key = "answer.follows" if link.relation.source else "answer.follows_inferred"
        cause = say(language, key, id=numbers.number(link.cause.article_id))
        remarks.setdefault(link.effect.article_id, cause)
    for each in count_settled(incident, knowledge):
        if each.settled == each.total:
            ids = LANGUAGES[language].comma.join(map(numbers.number, each.by))
            remarks[each.article_id] = say(language, "answer.settled_since", ids=ids)
    return remarks


def _where(matches: list[Match]) -> str:
    computers = dict.fromkeys(
        shorten(short_computer(event.computer), 60) for match in matches for event in match.events if event.computer
    )
    # The colon is escaped with the names: behind a name such as C:drive it would make the name of an emoji.
    return f"{escape(', '.join(list(computers)[:3]) + ':')} " if computers else ""


def _line(match: Match, language: Language, remark: str) -> str:
    article = match.article
    times = [event.time for event in match.events if event.time]
    outcome = say(language, f"outcome.{article.outcome}")
    parts = [f"{MARKS[article.outcome]} {outcome} · *{label(article, language, between=' ')}*"]
    if len(match.events) > 1:
        parts[0] += f" ×{len(match.events)}"
    if match.codes:
        more = f" +{len(match.codes) - _MAX_CODES}" if len(match.codes) > _MAX_CODES else ""
        parts.append(", ".join(f"`{code.number}` {code.name}" for code in match.codes[:_MAX_CODES]) + more)
    if times:
        parts.append(f"{say(language, 'answer.first')} {escape(shorten(short_time(times[0]), 40))}")
    line = " · ".join(parts)
    return f"{line} — _{remark}_" if remark else line


def _text(matches: list[Match], language: Language) -> str:
    lines = (
        f"{say(language, f'outcome.{m.article.outcome}')} {label(m.article, language, between=' ')}" for m in matches
    )
    return shorten("; ".join(lines), 300)
