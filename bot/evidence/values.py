"""Frozen values that reading a text produces. Knows no article and no product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.languages import Language

Cue = Literal["event", "code", "alone", "reported", "context", "position"]
"""Why a number was taken for an identifier: a word beside it, nothing else in the message, words of a product around it and
perhaps a verb that reports a fault before it, or only where it stands in its sentence (enough for a documented ID that
somebody asks about)."""

DetailKind = Literal["device", "user", "ca", "thumbprint"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character offsets into the text as it was received."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Beside:
    """The names in the sentence of an identifier."""

    # Products that are named there by their name, log or source.
    named: frozenset[str] = frozenset()
    # The product that the words of its clause speak of, where a text speaks of several; empty otherwise.
    product: str = ""
    # A log or source that is called one there and is none of the products'.
    other: str = ""
    # The nearest of the names stands directly before or behind it, or above it as the heading of a list of numbers.
    next_to: bool = False
    # The text around the identifier, where it stands in that, and how far the nearest name is.
    window: str = ""
    at: int = 0
    distance: int = 0
    # The sentence says that the writer plans, tests or sets up something, that it is done, or that it is not the product's.
    reports_nothing: bool = False
    # It says so by words: it does not merely lack the marks of a report.
    is_talk: bool = False
    # Products that a full name of theirs, a log's or a source's, names anywhere in the sentence.
    in_full: frozenset[str] = frozenset()
    # The log of Windows' own that its sentence speaks of, by the name events have: "Security".
    windows_log: str = ""
    # Products whose log, source or short word stands before it with nothing but words of reporting between; and whether a full
    # name or a word for an event is among them, so that nothing but an event is meant.
    reporters: frozenset[str] = frozenset()
    # The short word or the name that they are told by, in small letters.
    reporter: str = ""
    is_labelled: bool = False
    # A short word that stands directly before it and says whose it is ("CA 53"), in small letters, and whose that word may be.
    owner: str = ""
    owners: frozenset[str] = frozenset()
    # The word before it makes it that thing's number ("port 31410"), it counts what stands behind it ("12 users"), or a word
    # goes on that does not end what is said of it ("2 tier", and not "2 again").
    labelled: bool = False
    counts: bool = False
    goes_on: bool = False
    # `other` stands directly before or behind it.
    other_next_to: bool = False


NOTHING_BESIDE: Final = Beside()


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
    # The code as it was written, where that is another notation than 0x: "-2146877437", "800B0109".
    notation: str = ""
    # Letters stand among its digits that text recognition puts for digits.
    misread: bool = False
    beside: Beside = NOTHING_BESIDE

    @property
    def written(self) -> str:
        """The code as it is named to people."""
        return self.notation or (self.digits if self.product else f"0x{self.digits}")


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
    # Its ID as it was written, where letters stand among the digits that text recognition puts for digits; empty otherwise.
    misread: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a sentence that its surroundings make an event ID."""

    digits: str
    cue: Cue
    span: Span
    # The ID as it was written, where its digits are not certain: "3l410", "31 410"; empty otherwise.
    doubtful: str = ""
    beside: Beside = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class Name:
    """A word written as one identifier (underscore or inner capitals): the name of something."""

    text: str
    # Lower case, letters and digits only.
    squashed: str
    span: Span
    beside: Beside = NOTHING_BESIDE


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
    # Numbers in which a digit may have been misread or mistyped.
    doubtful: tuple[Identifier, ...]
    prose: str
    language: Language | None
    # The words speak of a product, or of looking at events.
    in_context: bool
    # Counts words, once it is asked for; most decisions do without.
    count_words_left: Callable[[], float] = field(compare=False, repr=False)
    # The whole message, normalised.
    text: str
    # Products that the words name for certain, and those that they may mean.
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    # Ranges of numbers, by their first and last, in place of an ID: "2000-2999".
    ranges: tuple[tuple[str, str], ...] = ()
    # Characters of it were lost before it came here: what is left may lack the words that say whose an event is.
    lossy: bool = False

    def is_about(self, product: str) -> bool:
        """Tell whether the words speak of a product, or of no other one."""
        named = self.strong | self.weak
        return self.in_context and (product in named or not named)

    @property
    def words_left(self) -> float:
        """Words that are neither identifiers nor what people ask with; below one, the message is about its identifiers."""
        return self.count_words_left()

    @property
    def bare(self) -> bool:
        """Tell whether the message is nothing but identifiers and the words people ask with."""
        return self.words_left < 1 and not self.events
