"""Articles, and all that is known, as frozen values. Prose is kept as runs, so that every surface can set it in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from bot.evidence.lexicon import Lexicon
from bot.knowledge.product_values import EventOutcome, Product
from bot.knowledge.relation_values import Relations
from bot.languages import Language

ArticleKind = Literal["event", "code", "topic", "line"]
"""A topic is something people ask about that is no event; a line is one of a log that is a text file."""
Confidence = Literal["documented", "seen in reports", "inferred"]
# The styles in which prose refers to events and codes.
_NAMING: Final = frozenset({"bold", "code"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of prose in one style; `url` makes it a link."""

    text: str
    style: Literal["plain", "bold", "italic", "code"] = "plain"
    url: str | None = None


Text = tuple[Run, ...]
"""One paragraph or list item."""


def plain(text: Text) -> str:
    """Return the words of a paragraph without its styles."""
    return "".join(run.text for run in text)


@dataclass(frozen=True, slots=True)
class Prose:
    """An article's sections in one language."""

    title: str
    meaning: tuple[Text, ...]
    causes: tuple[Text, ...]
    # Of an event's causes, those that begin with a diagnostic code, by that code's article ID.
    causes_by_code: Mapping[str, Text]
    next_steps: tuple[Text, ...]
    where_to_look: tuple[Text, ...]
    errata: tuple[Text, ...]


def with_numbers(prose: Prose, numbers: Mapping[str, str]) -> Prose:
    """Return prose in which each run that is one of these IDs, in bold or as code, is its number."""

    def numbered(text: Text) -> Text:
        return tuple(
            replace(run, text=numbers.get(run.text, run.text)) if run.style in _NAMING else run for run in text
        )

    return replace(
        prose,
        meaning=tuple(map(numbered, prose.meaning)),
        causes=tuple(map(numbered, prose.causes)),
        causes_by_code={code: numbered(text) for code, text in prose.causes_by_code.items()},
        next_steps=tuple(map(numbered, prose.next_steps)),
        where_to_look=tuple(map(numbered, prose.where_to_look)),
        errata=tuple(map(numbered, prose.errata)),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """The source of an article's facts."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Mistaken:
    """Something else that carries the same number."""

    provider: str
    words: tuple[str, ...]
    what: str
    # Met so much more often that the bare number is no evidence in a channel.
    commoner: bool


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """An event, a diagnostic code, a topic or a line of a log; there is one value for each, so identity is equality."""

    id: str
    product: Product
    kind: ArticleKind
    # The event ID as Windows prints it, or the code; two products may have the same. A topic's and a line's is its name.
    number: str
    name: str
    # The name is made of ordinary words (Task_Failed) and means the event only when written as one identifier.
    generic_name: bool
    outcome: EventOutcome
    provider: str | None
    log_name: str | None
    # A flow and its step ("reading/sensor"), or what stands outside the flows ("revocation").
    step: str | None
    codes: tuple[str, ...]
    # Other IDs, numbers, notations and names that lead here; see `bot.knowledge.aliases`.
    aliases: tuple[str, ...]
    proves: tuple[str, ...]
    caused_by: tuple[str, ...]
    mistaken_for: tuple[Mistaken, ...]
    sources: tuple[Source, ...]
    inferred: tuple[str, ...]
    # How many of the first next steps cannot wait: they stay above those of a code that names the cause.
    urgent_steps: int
    # ISO 8601 date.
    reviewed: str
    prose: Mapping[Language, Prose]
    # As Event Viewer calls it in English; empty where nobody documented it.
    level: str = ""
    confidence: Confidence = "documented"
    # The text that the event carries was read.
    text_seen: bool = True
    # Literal pieces of text by which a message is about this article.
    match: tuple[str, ...] = ()
    # Phrases that its prose quotes or sets as code; see `bot.knowledge.quotations`.
    quoted: tuple[str, ...] = ()
    # A code with several meanings: it says nothing without what stands beside it.
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Something people say when they mean an article; `article_id` is None where they mean none of them."""

    article_id: str | None
    language: str
    text: str


Fit = Literal["close", "one to many", "many to one", "loose", "none"]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The articles of a newer product that mean what one of the product before it does."""

    older: str
    # The nearest first; empty where nothing in the newer product means the same.
    newer: tuple[str, ...]
    # The newer product.
    product: str
    fit: Fit
    confidence: Confidence
    why: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All products with their articles, by ID, in the order of folders and IDs."""

    products: Mapping[str, Product]
    articles: Mapping[str, Article]
    lexicon: Lexicon
    relations: Relations = field(default_factory=Relations)
    # IDs of articles that are there but have faults.
    broken: frozenset[str] = frozenset()
    # Their IDs and numbers, as far as these could be read: nothing is said of them, least of all that nobody documented them.
    unsaid: frozenset[str] = frozenset()
    # Products whose own file has a fault that nothing can be said without, by the name of their folder.
    left_out: tuple[str, ...] = ()
    # The texts that events and codes carry in all languages, by article: a pasted message is recognised by them. Never shown.
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Of articles whose product another took the place of, by their IDs.
    counterparts: Mapping[str, Counterpart] = field(default_factory=dict)

    def counterparts_in(self, article_id: str, product: str) -> tuple[str, ...]:
        """Return the articles of a product that mean what an article of the one before or after it does, the nearest first."""
        if (of_older := self.counterparts.get(article_id)) is not None:
            return of_older.newer if of_older.product == product else ()
        return tuple(
            each.older
            for each in self.counterparts.values()
            if article_id in each.newer and self.articles[each.older].product.id == product
        )

    @property
    def neutral_codes(self) -> frozenset[str]:
        """Codes that say that there is no fault, of all products."""
        return frozenset[str]().union(*(product.neutral_codes for product in self.products.values()))
