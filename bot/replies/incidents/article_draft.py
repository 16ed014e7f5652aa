"""An article with what a team learned from an incident put in, as a draft for a pull request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.knowledge import Language
from bot.replies.incidents.export import escape_markdown
from bot.triage import Incident

_HEADINGS: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("Likely causes", "Next steps"),
    "zh-TW": ("可能原因", "接下來"),
}
# A reviewer has to say where the fact stands, or that it was inferred; nothing is published without that.
_FROM: Final[Mapping[Language, str]] = {
    "en": "(Draft from {name}; name a source or mark it as inferred.)",
    "zh-TW": "（草稿，出自 {name}；請註明來源或標示為推論。）",
}
_ITEM: Final = re.compile(r"^(?:- |\d+\. )")


def draft_article(article: str, incident: Incident, language: Language) -> str:
    """Put an incident's cause and fix at the end of an article's causes and steps; `article` is the file's own text.

    The text stays one that the article checker reads: a bullet and a numbered step more.
    """
    mark = _FROM[language].format(name=incident.name)
    causes, steps = _HEADINGS[language]
    space = "" if language == "zh-TW" else " "
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
