"""Articles and products as frozen values. Prose is kept as runs, so that every surface can set it in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from bot.evidence.lexicon import Lexicon
from bot.knowledge.layers import find_file
from bot.knowledge.relation_values import Relations
from bot.languages import Language, localize_address

EventOutcome = Literal["success", "information", "warning", "failure"]
SupportState = Literal["supported", "ending", "ended"]
HEXADECIMAL: Final = "0x[0-9A-F]{8}"
"""The shape of Windows' codes, which needs no word of its own."""
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
class Guide:
    """A page that explains one step, titled in each language; the address is the English page's."""

    title: Mapping[Language, str]
    url: str

    def address(self, language: Language) -> str:
        """Return the page's address in a language; Microsoft's pages differ in one path segment."""
        return localize_address(self.url, language)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow, with the articles that show how it went."""

    id: str
    name: Mapping[Language, str]
    guide: Guide
    # IDs of articles, of whichever product: those that show that it worked, and those that show that it stopped there.
    proved_by: tuple[str, ...] = ()
    failed_by: tuple[str, ...] = ()
    # Where both are logged, as a sentence names it; empty where nothing says it.
    logs: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """Another product, and the words people name it with."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something of a product's field that no article is about, and the page that comes nearest, if there is one."""

    id: str
    name: Mapping[Language, str]
    url: str = ""

    def address(self, language: Language) -> str:
        """Return the page's address in a language."""
        return localize_address(self.url, language)


@dataclass(frozen=True, slots=True)
class SharedLog:
    """A log that other products write to as well, and the sources that are this product's in it."""

    log_name: str
    providers: tuple[str, ...]
    # Where these sources report on everything: words of which an event's text must have one to be this product's.
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """A product: the facts that hold for all its events and codes. There is one value for each, so identity is equality."""

    # The name of its folder.
    id: str
    folder: Path
    name: Mapping[Language, str]
    # How a sentence names it: "the connector".
    called: Mapping[Language, str]
    # A team's own folders of its name, each over those before it.
    over: tuple[Path, ...] = ()
    # Its generation and state of support, for the quiet line of every card; may be empty.
    note: Mapping[Language, str]
    aliases: tuple[str, ...] = ()
    # Logs and sources that are its own.
    log_names: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    shared_logs: tuple[SharedLog, ...] = ()
    strong_words: tuple[str, ...] = ()
    weak_words: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    # Words that tell it from the product that took its place, where both are called the same: "legacy".
    generation_words: tuple[str, ...] = ()
    # The fewest and the most digits of its event IDs.
    id_digits: tuple[int, int] = (4, 5)
    # Its articles explain every event and code that is documented of it: another number is not documented.
    is_complete: bool = False
    # Empty where the last digit of an ID tells nothing.
    outcome_by_last_digit: Mapping[str, EventOutcome] = field(default_factory=dict)
    code_shape: str = ""
    # Words of which a text must have one for codes of its shape to be its own, unless it holds nothing but the code.
    codes_only_with: tuple[str, ...] = ()
    # Codes that say that there is no fault, and with them those that name no cause.
    neutral_codes: frozenset[str] = frozenset()
    general_codes: frozenset[str] = frozenset()
    # Articles that say the opposite outcome of each other.
    twins: tuple[tuple[str, str], ...] = ()
    support: SupportState | None = None
    # The ID of the product that took its place.
    superseded_by: str = ""
    flows: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    # How a flow is called where its key in capitals is not it.
    flow_names: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    apart: Mapping[str, Guide] = field(default_factory=dict)
    guides: Mapping[str, Guide] = field(default_factory=dict)
    other_products: tuple[OtherProduct, ...] = ()
    # What people ask about it that no article answers.
    topics: tuple[Topic, ...] = ()
    # How prose says which of its events is meant, where the number alone does not, such as "relay event {number}".
    called_event: Mapping[Language, str] = field(default_factory=dict)
    # Folders of other products whose articles its files name, and that of the one whose flows its steps are of.
    refers_to: tuple[str, ...] = ()
    flows_of: str = ""
    # Hosts that its links and sources may lead to; empty where it names none.
    hosts: tuple[str, ...] = ()
    # The fewest phrasings of its events; 0 where it says nothing.
    fewest_phrasings: int = 0
    # What people may ask of it, for the help: IDs and codes first, then a question.
    examples: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)

    @property
    def writes_events(self) -> bool:
        """Tell whether it has a log or a source; without one its codes and topics belong to everybody."""
        return bool(self.log_names or self.providers or self.shared_logs)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the product's folders, each over those before it."""
        return (self.folder, *self.over)

    def path(self, name: str) -> Path:
        """Return where a file of the product is, or would be."""
        return find_file(self.folders, name)

    @property
    def spoken_names(self) -> tuple[str, ...]:
        """Return everything that it, its logs and its sources are called."""
        shared = (name for log in self.shared_logs for name in log.providers)
        return (*self.titles.values(), *self.aliases, *self.log_names, *self.providers, *shared)

    @property
    def titles(self) -> Mapping[Language, str]:
        """Return the names without remarks in brackets."""
        return {tag: name.partition("(")[0].partition("（")[0].strip() for tag, name in self.name.items()}


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
