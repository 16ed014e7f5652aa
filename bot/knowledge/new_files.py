"""Files of a new product or article, to be filled in: `sceptic knowledge check` names every place that is still empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.knowledge.conventions import PLACEHOLDER
from bot.knowledge.files import PHRASINGS_SUFFIX, PRODUCT_FILE
from bot.knowledge.values import ArticleKind
from bot.languages import DEFAULT, LANGUAGES, translations

_PHRASINGS: Final = 10
_PRODUCT: Final = """\
# What the bot must know of the product as a whole; facts of a single event or code stand in its article.
# knowledge/README.md describes every key.
name:
{names}
# How a sentence names it: plain words, no full stop.
called:
{called}
# The log that is its own, as Event Viewer's General tab names it under "Log Name".
logs: [{todo}]
# The source that is its own, under "Source". In Application, System or Security only the source tells whose an event is:
# then take `logs` and `providers` out and write
#   shared_logs:
#     - {{log: System, providers: [Source-Name]}}
providers: [{todo}]
# Words by which people speak of it. Strong ones mean it wherever they stand, weak ones mean other things, too.
context:
  strong: []
  weak: []
# The fewest and the most digits of its event IDs.
ids:
  digits: [1, 5]
"""
_ARTICLE: Final = """\
---
id: "{article_id}"
kind: {kind}
name: {todo}
outcome: failure               # success, information, warning or failure
{event}mistaken_for: []
sources:
  - title: {todo}
    url: https://{todo}
inferred: []                   # which of the facts above no page states
reviewed: {today}
---

# {todo}: one line that says what it is, without the ID

"""


class FileExistsAlreadyError(Exception):
    """{path} is there already; choose another name, or change that file."""

    def __init__(self, path: Path) -> None:
        super().__init__((self.__doc__ or "").format(path=path))


def new_product(folder: Path) -> list[Path]:
    """Write the first file of a product whose short name is the folder's. Raises FileExistsAlreadyError."""
    wordings = "\n".join(f"  {language}: {PLACEHOLDER}" for language in LANGUAGES)
    text = _PRODUCT.format(names=wordings, called=wordings, todo=PLACEHOLDER)
    return _write({folder / PRODUCT_FILE: text})


def new_article(folder: Path, article_id: str, kind: ArticleKind, today: str) -> list[Path]:
    """Write an article's files in all languages, and that of its phrasings. Raises FileExistsAlreadyError."""
    event = f"provider: {PLACEHOLDER}\nlog: {PLACEHOLDER}\ncodes: []\n" if kind == "event" else ""
    event += f"match: [{PLACEHOLDER} literal text]\n" if kind == "line" else ""
    if kind == "event" and not article_id.isdecimal():
        event = f'number: "{PLACEHOLDER}"\n{event}'
    facts = _ARTICLE.format(article_id=article_id, kind=kind, event=event, today=today, todo=PLACEHOLDER)
    files = {folder / f"{article_id}.md": facts + _sections(DEFAULT)}
    for language in translations():
        files[folder / f"{article_id}.{language}.md"] = f"# {PLACEHOLDER}\n\n{_sections(language)}"
    phrasings = "\n".join(
        f"{language}:\n"
        + "\n".join(f'  - "{PLACEHOLDER} {article_id} {language} {at}"' for at in range(1, _PHRASINGS + 1))
        for language in LANGUAGES
    )
    files[folder / f"{article_id}{PHRASINGS_SUFFIX}"] = phrasings + "\n"
    return _write(files)


def _sections(language: str) -> str:
    meaning, causes, steps, where, _ = LANGUAGES[language].headings
    return (
        f"## {meaning}\n{PLACEHOLDER}\n\n## {causes}\n- {PLACEHOLDER}\n\n"
        f"## {steps}\n1. {PLACEHOLDER}\n\n## {where}\n- {PLACEHOLDER}\n"
    )


def _write(files: Mapping[Path, str]) -> list[Path]:
    for path in files:
        if path.exists():
            raise FileExistsAlreadyError(path)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)
