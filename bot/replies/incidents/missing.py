"""Lines that ask for the evidence which would prove or disprove the likely cause; digest and incident card have the same."""

from __future__ import annotations

from collections.abc import Iterator

from bot.languages import LANGUAGES
from bot.replies.article_numbers import ArticleNumbers
from bot.replies.mrkdwn import escape
from bot.replies.texts import say
from bot.triage import Incident
from bot.triage.missing_evidence import Question, find_missing_evidence


def missing_lines(incident: Incident, numbers: ArticleNumbers, most: int) -> Iterator[str]:
    """Write a heading, so many questions, and the line that fetches the answers; nothing where nothing is missing."""
    lacking = find_missing_evidence(incident, numbers.knowledge)
    if lacking is None:
        return
    language = numbers.language
    yield f"*{say(language, 'incident.missing')}*"
    yield from (_question(each, numbers) for each in lacking.questions[:most])
    # Without a computer's name the line reads the computer it is run on.
    yield say(language, "incident.fetch" if lacking.names_computers else "incident.fetch_there")
    yield f"```{lacking.command}```"


def _question(question: Question, numbers: ArticleNumbers) -> str:
    language = numbers.language
    why = escape(question.ask.why[language] if question.ask is not None else say(language, "incident.details"))
    events = LANGUAGES[language].comma.join(map(numbers.named, question.events))
    return f"• {events}{LANGUAGES[language].colon}{why}"
