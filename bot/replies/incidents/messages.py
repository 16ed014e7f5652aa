"""Short messages about an incident: a refused move, a new owner, a reminder, similar incidents."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import number_articles
from bot.replies.blocks import section
from bot.replies.incidents.reasons import similarity_reasons
from bot.replies.mrkdwn import escape, escape_prose, one_line, quote, shorten, without_marks
from bot.replies.texts import say
from bot.replies.values import Reply
from bot.triage import Incident
from bot.triage.similar import SharedFeatures

_FIX = 300
_WORD = 40
_NOTE = 1000


def render_refused(incident: Incident, why: str, who: str, language: Language) -> Reply:
    """Say why a move was not made."""
    return _line(say(language, f"refused.{why}", name=incident.name, who=who))


def render_unknown_incident(language: Language) -> Reply:
    """Say that a button's incident is not kept."""
    return _line(say(language, "refused.unknown"))


def render_open_already(incident: Incident, language: Language) -> Reply:
    """Say that the thread is an incident already."""
    return _line(say(language, "incident.open_already", name=incident.name))


def render_not_opened(why: str, error: str, language: Language) -> Reply:
    """Say why there is no incident; `error` is Slack's word for it."""
    return _line(say(language, f"not_opened.{why}", error=escape(shorten(error, _WORD))))


def render_owner(incident: Incident, user_id: str, before: str, note: str, language: Language) -> Reply:
    """Tell a thread who has the incident now: whom it was given to, or from whom it was taken (`before`)."""
    taken = incident.owner == user_id
    key = ("incident.taken_from" if before else "incident.taken") if taken else "incident.given"
    text = say(language, key, name=incident.name, owner=incident.owner, who=user_id, before=before)
    return _line(text + (quote(shorten(note, _NOTE)) if note else ""))


def render_reminder(incident: Incident, kinds: Sequence[str], language: Language) -> Reply:
    """Remind a thread of its incident; the owner is named, so that they are told."""
    owner = f"<@{incident.owner}> " if incident.owner else ""
    return _line(owner + " ".join(say(language, f"reminder.{kind}", name=incident.name) for kind in kinds))


def render_similar(
    found: Sequence[tuple[Incident, Sequence[SharedFeatures]]], knowledge: Knowledge, language: Language
) -> Reply:
    """Show resolved incidents that resemble this one, why, and what fixed them."""
    comma = LANGUAGES[language].comma
    shown = [value for _, shared in found for each in shared for value in each.values]
    numbers = number_articles(shown, knowledge, language)
    lines = [f"*{say(language, 'incident.similar')}*"]
    for incident, shared in found:
        key = "incident.similar_line" if incident.link else "incident.similar_line_plain"
        why = escape(shorten(comma.join(similarity_reasons(shared, numbers)), _FIX))
        fix = escape_prose(shorten(one_line(incident.fix), _FIX))
        lines.append("• " + say(language, key, link=incident.link, name=incident.name, reasons=why, fix=fix))
    names = comma.join(incident.name for incident, _ in found)
    return Reply(f"{say(language, 'incident.similar')} {names}", (section("\n".join(lines)),))


def _line(text: str) -> Reply:
    return Reply(without_marks(text), (section(text),))
