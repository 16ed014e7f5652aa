"""An article with what a team learned from an incident put in, as a draft for a pull request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.languages import LANGUAGES, Language
from bot.replies.incidents.export import escape_markdown
from bot.replies.texts import say
from bot.triage import Incident

_ITEM: Final = re.compile(r"^(?:- |\d+\. )")


def draft_article(article: str, incident: Incident, language: Language) -> str:
    """Put an incident's cause and fix at the end of an article's causes and steps; `article` is the file's own text.

    The text stays one that the article checker reads: a bullet and a numbered step more.
    """
    # A reviewer has to say where the fact stands, or that it was inferred; nothing is published without that.
    mark = say(language, "draft.from", name=incident.name)
    _, causes, steps, *_ = LANGUAGES[language].headings
    space = LANGUAGES[language].space
    cause = f"- {escape_markdown(incident.cause)}{space}{mark}"
    article = _add(article, causes, lambda _: cause)
    return _add(article, steps, lambda number: f"{number}. {escape_markdown(incident.fix)}{space}{mark}")


def _add(article: str, heading: str, write: Callable[[int], str]) -> str:
    """Put a line behind the last item under a heading; unchanged where the heading or its list is missing."""
    lines = article.split("\n")
    try:
        begin = next(at for at, line in enumerate(lines) if line.strip() == f"## {heading}")
    except StopIteration:
        return article
    end = next((at for at in range(begin + 1, len(lines)) if lines[at].startswith("## ")), len(lines))
    items = [at for at in range(begin, end) if _ITEM.match(lines[at])]
    if not items:
        return article
    lines.insert(items[-1] + 1, write(len(items) + 1))
    return "\n".join(lines)
