"""Every text that people read, in one gettext catalogue for each language: `en.po`, `zh-TW.po`, compiled by `make texts`.

A key such as `incident.owner` stands for a text; its arguments are named, as in {owner}. A text that counts has a form
for each plural of its language.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

from bot.languages import DEFAULT, LANGUAGES, Language

FOLDER: Final = Path(__file__).parent


class MissingTextError(LookupError):
    """A catalogue lacks a text, or the text names an argument that it is not given."""


def say(language: Language, key: str, /, **arguments: object) -> str:
    """Return a text with its arguments filled in."""
    return _fill(language, key, _catalogue(language, FOLDER).gettext(key), arguments)


def say_count(language: Language, key: str, count: int, /, **arguments: object) -> str:
    """Return a text in the plural form for `count`, which fills {count} unless another value is given for it."""
    catalogue = _catalogue(language, FOLDER)
    text = catalogue.ngettext(key, key, count)
    # A text may be the same for every count.
    text = catalogue.gettext(key) if text == key else text
    return _fill(language, key, text, {"count": count, **arguments})


def language_name(named: Language, language: Language) -> str:
    """Return a language's name in another; where that has no word for it, the name its own speakers use."""
    text = _catalogue(language, FOLDER).gettext(f"language.{named}")
    return LANGUAGES[named].name if text == f"language.{named}" else text


def _fill(language: Language, key: str, text: str, arguments: dict[str, object]) -> str:
    # gettext returns the key itself where a catalogue has no text for it.
    if text == key:
        if language == DEFAULT:
            raise MissingTextError(f"{FOLDER / f'{language}.po'}: lacks “{key}”; add it and run make texts")
        return _fill(DEFAULT, key, _catalogue(DEFAULT, FOLDER).gettext(key), arguments)
    try:
        return text.format_map(arguments)
    except KeyError as error:
        raise MissingTextError(
            f"{FOLDER / f'{language}.po'}: “{key}” names {{{error.args[0]}}}, which it is not given; take it out of the text"
        ) from error


@cache
def _catalogue(language: Language, folder: Path) -> GNUTranslations:
    """Read a compiled catalogue once; `folder` is an argument so that a test can have catalogues of its own."""
    with (folder / f"{language}.mo").open("rb") as compiled:
        return GNUTranslations(compiled)
