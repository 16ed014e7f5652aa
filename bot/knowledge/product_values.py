"""Products as frozen values: the facts that hold for all events and codes of a product, and its flows with their guides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from bot.knowledge.layers import find_file
from bot.languages import Language, localize_address

EventOutcome = Literal["success", "information", "warning", "failure"]
SupportState = Literal["supported", "ending", "ended"]
HEXADECIMAL: Final = "0x[0-9A-F]{8}"
"""The shape of Windows' codes, which needs no word of its own."""


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
    # Somebody who asks about one of these events that has an article means it, whatever its text says.
    asked_by_number: bool = False


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
    # The word before a web server's status with its sub-status; a word, a hyphen and both with a full stop between are its code.
    status_word: str = ""
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
