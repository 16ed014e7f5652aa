"""The one registry of languages: to add one, enter it here, write its catalogue in `bot/replies/texts` and its articles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

Language = str
"""A language's tag (BCP 47), one of the keys of `LANGUAGES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTraits:
    """Everything about a language that is no text."""

    # The name its own speakers use.
    name: str
    # Between the items of a list, between sentences' halves, behind a label.
    comma: str
    semicolon: str
    colon: str
    # Ends a sentence, and stands between two of them.
    stop: str
    space: str
    # The segment of a Microsoft Learn address.
    learn: str
    # How the Slack locales begin whose readers are answered in it.
    locales: tuple[str, ...]
    # Characters of a text that show it to be in this language, and how many runs of them it takes; "" where none do.
    characters: str = ""
    runs: int = 1
    # Phrasings an article needs before free text in this language can be told apart.
    phrasings: int
    # Python's name of the set of characters that its writers use; "" where any will do.
    charset: str = ""
    # The headings of an article: meaning, causes, next steps, where to look, errata.
    headings: tuple[str, str, str, str, str]


DEFAULT: Final[Language] = "en"
"""The language of what has no other: facts in articles, and readers of a language that is not spoken here."""

LANGUAGES: Final[dict[Language, LanguageTraits]] = {
    DEFAULT: LanguageTraits(
        name="English",
        comma=", ",
        semicolon="; ",
        colon=": ",
        stop=".",
        space=" ",
        learn="en-us",
        locales=("en",),
        characters=r"[A-Za-z]{2,}",
        runs=3,
        phrasings=10,
        headings=("What it means", "Likely causes", "Next steps", "Where to look", "Errata"),
    ),
    "zh-TW": LanguageTraits(
        name="繁體中文",
        comma="、",
        semicolon="；",
        colon="：",
        stop="。",
        space="",
        learn="zh-tw",
        locales=("zh",),
        characters=r"[\u3400-\u9fff]",
        charset="cp950",
        phrasings=10,
        headings=("代表什麼", "可能原因", "接下來", "到哪裡看", "勘誤"),
    ),
}
"""Every language by its tag, the default first."""

# Kana stand beside Han characters in Japanese, which is not spoken here.
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_READ: Final = 2000
"""Characters in which a language is looked for that takes several runs to show."""


@cache
def _runs_of(characters: str) -> re.Pattern[str]:
    return re.compile(characters)


def translations() -> tuple[Language, ...]:
    """Return the languages besides the default."""
    return tuple(tag for tag in LANGUAGES if tag != DEFAULT)


def known_language(tag: object, otherwise: Language = DEFAULT) -> Language:
    """Return a tag that was stored or carried by a button, if it is still a language here."""
    return tag if isinstance(tag, str) and tag in LANGUAGES else otherwise


def language_of_locale(locale: str | None) -> Language:
    """Return the language for a reader's Slack locale, such as zh-HK."""
    written = (locale or "").replace("_", "-")
    return next((tag for tag, traits in LANGUAGES.items() if written.startswith(traits.locales)), DEFAULT)


def localize_address(url: str, language: Language) -> str:
    """Return the address of a Microsoft Learn page in a language; its pages differ in one path segment."""
    return url.replace(f"/{LANGUAGES[DEFAULT].learn}/", f"/{LANGUAGES[language].learn}/")


def article_suffix(language: Language) -> str:
    """Return how the file of an article's prose in a language ends, behind the article's ID."""
    return ".md" if language == DEFAULT else f".{language}.md"


def read_language(prose: str, pasted: str) -> Language | None:
    """Tell an asker's language from characters: by their own words, then by what was pasted; None when neither tells.

    Letters that several languages share are no evidence in what a machine wrote.
    """
    for text in (prose, pasted):
        if not text:
            continue
        if not text.isascii() and _KANA.search(text):
            return DEFAULT
        for tag, traits in reversed(LANGUAGES.items()):
            if not traits.characters or (traits.runs > 1 and text is not prose):
                continue
            if text.isascii() and traits.runs == 1:
                # A language that one character shows has characters of its own.
                continue
            searched = text if traits.runs == 1 else text[:_READ]
            found = _runs_of(traits.characters).finditer(searched)
            if len(list(islice(found, traits.runs))) == traits.runs:
                return tag
    return None
