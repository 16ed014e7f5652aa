"""What the articles say, as frozen values. Prose is kept as runs, so that every surface can set it in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.knowledge.relation_values import Relations

Language = Literal["en", "zh-TW"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh-TW")
EventOutcome = Literal["success", "information", "warning", "failure"]
ArticleKind = Literal["event", "code"]


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


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article's facts were read."""

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
    """One event or diagnostic code; there is one value for each, so identity is equality."""

    id: str
    kind: ArticleKind
    name: str
    # The name is made of ordinary words (Upload_Failure) and means the event only when written as one identifier.
    generic_name: bool
    outcome: EventOutcome
    provider: str | None
    log_name: str | None
    # "scep/policy-module", or "connector" and "revocation" outside the certificate flows.
    step: str | None
    codes: tuple[str, ...]
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


@dataclass(frozen=True, slots=True)
class Guide:
    """A page that explains one step, titled in each language; the address is the English page's."""

    title: Mapping[Language, str]
    url: str

    def address(self, language: Language) -> str:
        """Return the page's address in a language; Microsoft's pages differ in one path segment."""
        return self.url.replace("/en-us/", "/zh-tw/") if language == "zh-TW" else self.url


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a certificate flow."""

    id: str
    name: Mapping[Language, str]
    guide: Guide


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """Another product, and the words people name it with."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """What holds for all events and codes of one product."""

    name: Mapping[Language, str]
    note: Mapping[Language, str]
    log_names: tuple[str, ...]
    providers: tuple[str, ...]
    outcome_by_last_digit: Mapping[str, EventOutcome]
    flows: Mapping[str, tuple[Step, ...]]
    apart: Mapping[str, Guide]
    guides: Mapping[str, Guide]
    other_products: tuple[OtherProduct, ...]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Something people say when they mean an article; `article_id` is None where they mean none of them."""

    article_id: str | None
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All articles of one product, by ID, in the order of their IDs."""

    product: Product
    articles: Mapping[str, Article]
    relations: Relations = field(default_factory=Relations)
    # IDs of articles that are there but have faults: nothing is said of them, least of all that nobody documented them.
    broken: frozenset[str] = frozenset()
