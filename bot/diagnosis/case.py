"""One message while it is being decided: the matches gathered so far, and what was noted beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.diagnosis.phrases import Found
from bot.diagnosis.values import Match, MatchReason, ReasonKind
from bot.evidence import Event, Evidence
from bot.knowledge import Article, Product

_FEWEST_DIGITS = 4
"""Digits from which a number that is called an event speaks unasked."""
LONGEST_QUESTION = 600
"""Characters of prose that are still a question; a longer text is not matched by its words."""


@dataclass(slots=True)
class Gathered:
    """One article's match while evidence for it is being added."""

    article: Article
    reasons: dict[MatchReason, None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    codes: dict[Article, None] = field(default_factory=dict)

    def match(self) -> Match:
        """Return the match as a value."""
        return Match(self.article, tuple(self.reasons), tuple(self.events), tuple(self.codes))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Everything that a text says of an identifier that no article explains."""

    provider: str | None = None
    # Whose it is, where its log, its source or the words beside it say so.
    product: Product | None = None
    # It says that there is no fault.
    neutral: bool = False
    # Articles of other products that have its number.
    of_others: tuple[Article, ...] = ()


@dataclass(slots=True)
class Case:
    """One message while it is being decided. Dicts keep the order of what was seen, each thing once."""

    evidence: Evidence
    asked: bool
    strong: dict[str, Gathered] = field(default_factory=dict)
    weak: dict[str, Gathered] = field(default_factory=dict)
    notes: dict[MatchReason, None] = field(default_factory=dict)
    others: list[Event] = field(default_factory=list)
    unknown: dict[str, Unknown] = field(default_factory=dict)
    # Identifiers that no article explains, and that do not decide by themselves.
    unexplained: dict[str, None] = field(default_factory=dict)
    # Articles of several products that have one number, code or name, where the text does not tell which is meant.
    ambiguous: dict[str, tuple[Article, ...]] = field(default_factory=dict)
    # Events within a range of IDs, failures first.
    ranges: dict[str, tuple[Article, ...]] = field(default_factory=dict)
    # Articles that an identifier names whose digits are not certain.
    doubtful: dict[str, tuple[Article, ...]] = field(default_factory=dict)
    # The literal pieces of articles that stand in its prose.
    phrases: list[Found] = field(default_factory=list)
    # Those of them that stand beside the name of their log or source: they are offered to those who did not ask, too.
    offered_unasked: dict[str, tuple[Article, ...]] = field(default_factory=dict)
    # Identifiers that are another product's, and its name.
    elsewhere: dict[str, str] = field(default_factory=dict)

    def is_in_line(self, written: str) -> bool:
        """Tell whether an identifier stands within the line of a log or the text of an error that is explained as a whole."""
        spelled = written.casefold()
        return any(each.article.kind == "line" and spelled in each.text for each in self.phrases)

    @property
    def matches(self) -> list[Match]:
        """Return the matches that may be answered."""
        return [gathered.match() for gathered in self.strong.values()]

    def gather(self, article: Article, *reasons: MatchReason, strong: bool) -> Gathered:
        """Add reasons for an article; unasked, only strong evidence speaks."""
        among = self.strong if strong or self.asked else self.weak
        gathered = among.setdefault(article.id, Gathered(article))
        gathered.reasons.update(dict.fromkeys(reasons))
        return gathered

    def note(self, kind: ReasonKind, about: str) -> None:
        """Note why something was left alone."""
        self.notes[MatchReason(kind, about)] = None

    def is_one_of(self, subject: str, articles: tuple[Article, ...]) -> None:
        """Keep the articles among which nothing in the text chooses."""
        self.ambiguous.setdefault(subject, articles)
        self.note("product_unclear", subject)

    def belongs_to(self, subject: str, provider: str, kind: ReasonKind) -> None:
        """Note that an identifier is another product's."""
        self.elsewhere.setdefault(subject, provider)
        self.note(kind, f"{subject} · {provider}")

    def is_unknown(self, subject: str, kind: ReasonKind, unknown: Unknown = Unknown()) -> None:
        """Note that no article explains an identifier that was named."""
        self.unknown.setdefault(subject, unknown)
        self.note(kind, subject)

    def is_within(self, written: str, articles: tuple[Article, ...]) -> None:
        """Keep the events that are documented within a range of IDs."""
        self.ranges.setdefault(written, articles)
        self.note("id_range", written)

    def may_be(self, written: str, articles: tuple[Article, ...], *, named: bool = False) -> None:
        """Keep the articles of an identifier of which a digit may have been misread; `named` beside its log or source."""
        self.doubtful.setdefault(written, articles)
        if named:
            self.offered_unasked[written] = articles
        self.note("digits_doubtful", written)


def is_commoner_elsewhere(article: Article) -> bool:
    """Tell whether the number is met far more often as another product's."""
    return any(other.commoner for other in article.mistaken_for)


def is_short(article: Article) -> bool:
    """Tell whether an event's number is so short that everybody's talk is full of it."""
    return len(article.number) < _FEWEST_DIGITS
