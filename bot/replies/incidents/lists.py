"""Incidents as a list, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bot.knowledge import Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import ArticleNumbers, number_sightings
from bot.replies.blocks import context, section, sections
from bot.replies.incidents.duration import lasted
from bot.replies.mrkdwn import escape, shorten, without_marks
from bot.replies.texts import say, say_count
from bot.replies.values import Block, Reply
from bot.triage import Incident
from bot.triage.incident import name_of

Title = Literal["open", "mine", "search"]

MOST: Final = 15
_MOST_SEEN: Final = 6
_SERVICE: Final = 60


def render_incidents(
    incidents: Sequence[Incident],
    total: str,
    knowledge: Knowledge,
    language: Language,
    now: float,
    title: Title,
    words: str = "",
    *,
    partly: bool = False,
    elsewhere: Sequence[int] = (),
) -> Reply:
    """Lay out a list for a private answer; `total` is how many there are ("100+" where nobody counted further).

    `partly` when Slack did not tell what its reader may see; `elsewhere` as in `incident_blocks`.
    """
    words = escape(shorten(words, 60))
    blocks = incident_blocks(incidents, total, knowledge, language, now, title, words, elsewhere)
    if partly:
        blocks.append(context(say(language, "incidents.partly")))
    heading = say(language, f"incidents.title_{title}" if incidents else f"incidents.none_{title}", words=words)
    names = ", ".join(each.name for each in incidents[:MOST])
    return Reply(f"{heading}: {names}" if names else heading, tuple(blocks))


def incident_blocks(
    incidents: Sequence[Incident],
    total: str,
    knowledge: Knowledge,
    language: Language,
    now: float,
    title: Title,
    words: str = "",
    elsewhere: Sequence[int] = (),
) -> list[Block]:
    """Lay out the heading and a line for each of the first incidents; `words` are escaped already.

    `elsewhere` are the numbers of the reader's incidents in channels that they are not in; nothing else is said of them.
    """
    names = LANGUAGES[language].comma.join(name_of(number) for number in elsewhere)
    named = [context(say_count(language, "incidents.elsewhere", len(elsewhere), names=names))] if names else []
    if not incidents:
        return [section(say(language, f"incidents.none_{title}", words=words)), *named]
    shown = incidents[:MOST]
    numbers = number_sightings(shown, knowledge, language)
    blocks = [
        section(f"*{say(language, f'incidents.title_{title}', words=words)}*"),
        *sections("\n".join(_line(each, numbers, now) for each in shown)),
    ]
    count = int(total.rstrip("+")) - len(shown)
    if count > 0:
        blocks.append(context(say(language, "incidents.more", count=f"{count}{'+' if total.endswith('+') else ''}")))
    return [*blocks, *named]


def _line(incident: Incident, numbers: ArticleNumbers, now: float) -> str:
    language = numbers.language
    line = say(
        language,
        "incidents.line",
        name=f"*<{incident.link}|{incident.name}>*" if incident.link else f"*{incident.name}*",
        status=say(language, f"status.{incident.status}"),
        priority=incident.priority,
        owner=f"<@{incident.owner}>" if incident.owner else say(language, "incidents.nobody"),
        age=lasted(language, now - incident.opened_at),
    )
    seen = list(dict.fromkeys(each.article_id for each in incident.sightings))
    more = f" +{len(seen) - _MOST_SEEN}" if len(seen) > _MOST_SEEN else ""
    details = [" ".join(f"`{numbers.named(each)}`" for each in seen[:_MOST_SEEN]) + more] if seen else []
    if incident.service:
        details.append(say(language, "incident.service", service=escape(shorten(incident.service, _SERVICE))))
    return f"{line}\n      {' · '.join(details)}" if details else line


def render_what_for(language: Language) -> Reply:
    """Say how to search, when no words were given."""
    text = say(language, "incidents.what_for")
    return Reply(without_marks(text), (section(text),))
