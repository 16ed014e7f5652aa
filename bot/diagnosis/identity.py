"""Exact identity: which article an ID or code is, and whose event it is. No similarity here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.evidence import Wanted
from bot.knowledge import Article, Knowledge


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


@dataclass(frozen=True, slots=True)
class Foreign:
    """Another product, by the words that name it."""

    name: str
    pattern: re.Pattern[str]


class Identities:
    """Looks up events, codes and owners by their exact spelling."""

    def __init__(self, knowledge: Knowledge) -> None:
        product = knowledge.product
        self._events = {a.id: a for a in knowledge.articles.values() if a.kind == "event"}
        self._codes = dict(_code_spellings(knowledge))
        # A wall of events is asked about the same words again and again.
        self._named = lru_cache(maxsize=256)(self._named_product)
        # By the digits that neighbours share, so that an unknown ID costs the same however many are known.
        self._groups = _grouped((event_id[:3], article) for event_id, article in self._events.items())
        self._near = _grouped((text[:2], article) for text, article in self._codes.items() if len(text) == 3)
        self._ours = {_squash(name) for name in (*product.log_names, *product.providers)}
        self._logs = {_squash(name) for name in product.log_names}
        # Out of an event log: all of ours, and of other logs the events that the relations speak of.
        self.wanted = Wanted(
            {_squash(log.name): log.events for log in knowledge.relations.logs.values()} | dict.fromkeys(self._ours)
        )
        self._foreign = tuple(Foreign(other.name, _words(other.words)) for other in product.other_products)
        self._mistaken = {
            article.id: tuple(
                Foreign(other.provider, _words(other.words)) for other in article.mistaken_for if other.words
            )
            for article in knowledge.articles.values()
        }

    def event(self, event_id: str) -> Article | None:
        """Return the article of an event ID: the same digits or none."""
        return self._events.get(event_id)

    def code(self, digits: str) -> Article | None:
        """Return the article of a code's hexadecimal digits.

        Compared as text: first as written (an erratum's spelling is a spelling of its own), then without
        leading zeros. Never as a number: 0x0FFFFFFFF (nine digits, a slip on Microsoft's page) is Unknown_Error,
        0xFFFFFFFF is not.
        """
        return self._codes.get(digits) or self._codes.get(digits.lstrip("0") or "0")

    def owner(self, log_name: str | None, provider_name: str | None) -> bool | None:
        """Tell whether log or provider make an event ours (True), somebody else's (False), or say nothing (None)."""
        log, provider = _squash(log_name or ""), _squash(provider_name or "")
        if log in self._logs or provider in self._ours:
            return True
        if (
            provider
            and (provider_name or "").endswith(("...", "…"))
            and any(name.startswith(provider) for name in self._ours)
        ):
            return True
        return False if log or provider else None

    def foreign(self, words: str, at: int, article_id: str) -> str | None:
        """Name the other product that the words around an identifier speak of.

        What an article is commonly mistaken for counts wherever it stands; any other product only within 48 characters.
        """
        for other in self._mistaken.get(article_id, ()):
            if other.pattern.search(words):
                return other.name
        near = words[max(0, at - 48) : at + 48] if at >= 0 else words[:200]
        return self._named(near)

    def _named_product(self, near: str) -> str | None:
        return next((other.name for other in self._foreign if other.pattern.search(near)), None)

    def neighbours(self, event_id: str) -> tuple[Article, ...]:
        """Return up to three documented events nearest to an undocumented ID: the same action first, then by distance."""
        if len(event_id) != 5:
            return ()
        group = sorted(
            self._groups.get(event_id[:3], ()),
            key=lambda article: (article.id[:4] != event_id[:4], abs(int(article.id) - int(event_id))),
        )
        return tuple(sorted(group[:3], key=lambda article: article.id))

    def near_codes(self, digits: str) -> tuple[Article, ...]:
        """Return up to three documented codes that differ from an undocumented one in their last digits."""
        short = digits.lstrip("0")
        if len(short) != 3:
            return ()
        near = sorted(self._near.get(short[:2], ()), key=lambda article: abs(int(article.id, 16) - int(short, 16)))
        return tuple(sorted(near[:3], key=lambda article: article.id))


def _grouped(pairs: Iterable[tuple[str, Article]]) -> dict[str, list[Article]]:
    groups: dict[str, list[Article]] = {}
    for shared, article in pairs:
        groups.setdefault(shared, []).append(article)
    return groups


def _code_spellings(knowledge: Knowledge) -> Iterator[tuple[str, Article]]:
    for article in knowledge.articles.values():
        if article.kind == "code":
            yield article.id[2:].lstrip("0") or "0", article
            for alias in article.aliases:
                yield alias[2:], article


def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match words with their edges; short words in capitals (WAS, DNS) only as capitals: "was" is no web server."""
    spelled = "|".join(
        re.escape(word) if len(word) <= 4 and word.isupper() else f"(?i:{re.escape(word)})" for word in words
    )
    return re.compile(rf"(?<![A-Za-z0-9])(?:{spelled})(?![A-Za-z0-9])")
