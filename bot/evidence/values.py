"""Frozen values that reading a text produces. Knows no article and no product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.languages import Language

Cue = Literal["event", "code", "alone", "context", "position"]
"""Why a number was taken for an identifier: a word beside it, nothing else in the message, words of a product around it,
or only where it stands in its sentence (enough for a documented ID that somebody asks about)."""

DetailKind = Literal["device", "user", "ca", "thumbprint"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character offsets into the text as it was received."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Code:
    """A diagnostic code as somebody wrote it."""

    # Hexadecimal digits in upper case with their leading zeros, no 0x: "000002A7", "0FFFFFFFF"; of a product's own shape
    # the code as it is spelled, in upper case.
    digits: str
    # "2A8h" and "code 680" carry no 0x and need more evidence than "0x000002A8".
    prefixed: bool
    cue: Cue | None
    span: Span
    # The product whose shape it has; empty for a hexadecimal number.
    product: str = ""

    @property
    def written(self) -> str:
        """The code as it is named to people."""
        return self.digits if self.product else f"0x{self.digits}"


@dataclass(frozen=True, slots=True)
class Detail:
    """A labelled value out of an event's message, such as its device ID."""

    kind: DetailKind
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """One Windows event that was pasted, with the fields of its schema that were present."""

    # Decimal digits as written, without leading zeros.
    event_id: str
    provider: str | None
    log_name: str | None
    level: str | None
    time: str | None
    computer: str | None
    # The rendered message, as far as it was pasted.
    text: str
    codes: tuple[Code, ...]
    details: tuple[Detail, ...]
    span: Span
    # How many events it stands for; more than one only where a file's reader counted those of another product.
    count: int = 1
    # Its fields stand in an order in which some may be those of the record before or behind it.
    slipped: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a sentence that its surroundings make an event ID."""

    digits: str
    cue: Cue
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A word written as one identifier (underscore or inner capitals): the name of something."""

    text: str
    # Lower case, letters and digits only.
    squashed: str
    span: Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything in a message that can name a fault.

    `prose` is the text outside pasted events, normalised; `language` is None when
    nothing but identifiers or pasted English says which language the asker reads.
    """

    events: tuple[Event, ...]
    identifiers: tuple[Identifier, ...]
    codes: tuple[Code, ...]
    names: tuple[Name, ...]
    # Numbers that look like identifiers but that nothing marks as one.
    unmarked: tuple[Identifier, ...]
    prose: str
    language: Language | None
    # The words speak of a product, or of looking at events.
    in_context: bool
    # Words that are neither identifiers nor what people ask with, counted; below one, the message is about its identifiers.
    words_left: float
    # The whole message, normalised.
    text: str
    # Products that the words name for certain, and those that they may mean.
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    def is_about(self, product: str) -> bool:
        """Tell whether the words speak of a product, or of no other one."""
        named = self.strong | self.weak
        return self.in_context and (product in named or not named)

    @property
    def bare(self) -> bool:
        """Tell whether the message is nothing but identifiers and the words people ask with."""
        return self.words_left < 1 and not self.events
