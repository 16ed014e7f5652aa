"""Several events in one paste: one digest, causes before what follows from them, each line to be opened."""

from __future__ import annotations

from bot.diagnosis import Diagnosis, Match, follows_from
from bot.knowledge import Knowledge
from bot.languages import Language
from bot.replies import action_ids
from bot.replies.answers.card import label, render_card
from bot.replies.answers.share import pack_match
from bot.replies.blocks import button, context, section
from bot.replies.event_fields import short_computer, short_time
from bot.replies.mrkdwn import MARKS, escape, shorten
from bot.replies.texts import say
from bot.replies.values import Block

MAX_LINES = 12
_MAX_CODES = 3


def render_digest(
    diagnosis: Diagnosis, knowledge: Knowledge, language: Language
) -> tuple[str, list[Block], list[Block]]:
    """Return the digest's text, the blocks it needs, and those that may be dropped."""
    matches = list(diagnosis.matches)
    links = {match.article.id: follows_from(match, matches) for match in matches}
    is_cause = any(cause is matches[0].article for cause in links.values())
    title = say(
        language, "answer.digest_one" if is_cause else "answer.digest_plain", where=_where(matches), count=len(matches)
    )
    blocks: list[Block] = [section(title)]
    for position, match in enumerate(matches[:MAX_LINES]):
        cause = links[match.article.id]
        remark = say(language, "answer.follows", id=cause.number) if cause else ""
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
    return _text(matches, language), blocks + steps, [first.below[-1]]


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
