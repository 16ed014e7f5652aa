"""The aliases of articles: other IDs, event IDs, notations of codes and names that lead to the same article."""

from __future__ import annotations

import re
from typing import Final

from bot.knowledge.values import Article

# "tide-66" for the event 66 of the product whose articles are called tide-….
_NUMBERED: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z]+)*-(?P<number>0|[1-9][0-9]{0,5})", re.ASCII)
_BARE: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"(?:0[xX])?(?P<digits>[0-9A-Fa-f]{8})", re.ASCII)
_DECIMAL: Final = re.compile(r"-?[1-9][0-9]{8,9}", re.ASCII)
_WIN32: Final = re.compile(r"(?:win32[-: ]\s?|error )?(?P<number>[0-9]{1,5})", re.ASCII | re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[A-Z]+[a-z0-9]+(?:[A-Z]+[a-z0-9]*)+", re.ASCII)
_TYPED: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9.]+)+", re.ASCII)
_PAGE: Final = re.compile(r"KB[0-9]{6,8}|(?=.*[.])[A-Za-z][\w.-]{7,}|[0-9]+(?:\.[0-9]+){3,}", re.ASCII)
_SHORTEST: Final = 8
_WIN32_FACILITY: Final = "8007"


def event_number(article: Article, alias: str) -> str:
    """Return the event ID that an alias of an event is; empty where it is another kind of name."""
    if article.kind != "event":
        return ""
    if _BARE.fullmatch(alias):
        return alias
    numbered = _NUMBERED.fullmatch(alias)
    return numbered["number"] if numbered else ""


def event_numbers(article: Article) -> tuple[str, ...]:
    """Return all event IDs that an event's article explains, its own first."""
    others = (event_number(article, alias) for alias in article.aliases)
    return tuple(dict.fromkeys(number for number in (article.number, *others) if number))


def code_digits(alias: str) -> str:
    """Return the eight hexadecimal digits that a notation of a code means; empty where it is none."""
    if hexadecimal := _HEXADECIMAL.fullmatch(alias):
        return hexadecimal["digits"].upper()
    if _DECIMAL.fullmatch(alias):
        return f"{int(alias) & 0xFFFFFFFF:08X}"
    if (win32 := _WIN32.fullmatch(alias)) and int(win32["number"]) <= 0xFFFF:
        return win32_digits(int(win32["number"]))
    return ""


def win32_digits(number: int) -> str:
    """Return the digits of the HRESULT that carries an error number of Windows."""
    return f"{_WIN32_FACILITY}{number:04X}"


def symbolic_names(article: Article) -> tuple[str, ...]:
    """Return the names of an article that are written as one identifier."""
    named = () if article.generic_name and " " in article.name else (article.name,)
    return (*named, *(alias for alias in article.aliases if _NAME.fullmatch(alias)))


def typed_ids(article: Article) -> tuple[str, ...]:
    """Return the IDs of an article that nothing but an article has, in small letters: people copy them."""
    return tuple(
        name.casefold() for name in (article.id, *article.aliases) if not code_digits(name) and _TYPED.fullmatch(name)
    )


def phrases(article: Article) -> tuple[str, ...]:
    """Return the literal pieces of text that lead to an article: its own, aliases of several words, pages, files, versions."""
    told = (alias for alias in article.aliases if len(alias) >= _SHORTEST and not code_digits(alias))
    return (*article.match, *(alias for alias in told if " " in alias or _PAGE.fullmatch(alias)))
