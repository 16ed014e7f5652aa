"""Frozen values of a decision about a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.evidence import Event
from bot.knowledge import Article, Product, Topic
from bot.knowledge.windows_errors import ErrorParts
from bot.languages import Language

Surface = Literal["command", "mention", "direct", "channel", "thread"]
"""How a message reached the bot. In a channel or thread nobody asked it; only strong evidence speaks there."""

UNASKED: Final[frozenset[Surface]] = frozenset({"channel", "thread"})
Decision = Literal["answer", "choices", "unknown", "not_ours", "not_covered", "silent"]

ReasonKind = Literal[
    "log_agrees",
    "provider_agrees",
    "id_without_provider",
    "id_cued",
    "id_alone",
    "id_in_context",
    "id_named",
    "code_matches",
    "code_with_event",
    "name_matches",
    "name_resembles",
    "message_matches",
    "phrase_matches",
    "counterpart",
    "words_sure",
    "words_unsure",
    "words_weak",
    "words_uncovered",
    "words_none",
    "foreign_provider",
    "foreign_words",
    "commoner_elsewhere",
    "id_unknown",
    "id_range",
    "code_unknown",
    "code_neutral",
    "digits_doubtful",
    "letters_doubtful",
    "other_product",
    "source_contradicts",
    "article_broken",
    "product_left_out",
    "fields_slipped",
    "undecodable",
    "product_unclear",
    "number_unmarked",
    "code_unmarked",
    "unasked",
    "small_talk",
    "empty",
]


@dataclass(frozen=True, slots=True)
class MatchReason:
    """A reason for matching or rejecting: its kind, and the words of the message it is about."""

    kind: ReasonKind
    about: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An article that explains something in the message, and what it was matched by."""

    article: Article
    reasons: tuple[MatchReason, ...]
    # The pasted events this article is about; empty where somebody only named it.
    events: tuple[Event, ...] = ()
    # Articles of the codes found with an event.
    codes: tuple[Article, ...] = ()

    @property
    def misfits(self) -> tuple[Article, ...]:
        """The codes found with this event that it is not documented with."""
        if self.article.kind != "event":
            return ()
        return tuple(code for code in self.codes if code.id not in self.article.codes and code.product.writes_events)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The decision about one message.

    `matches` are explained (first the likeliest cause of the others), `choices` are offered. `subject` is the
    identifier an *unknown* or *not ours* is about, `provider` whose it is. What else was named is accounted for:
    `unexplained` are identifiers that no article is about, `elsewhere` those that the words give to another product (with
    its name), and `others` pasted events of other products. `reasons` and `runner_up` serve `/event why`.
    """

    decision: Decision
    matches: tuple[Match, ...] = ()
    choices: tuple[Match, ...] = ()
    subject: str | None = None
    provider: str | None = None
    # The product that an *unknown* is of, where its log or source says so, and that of the topic of a *not covered*.
    product: Product | None = None
    # What a *not covered* seems to be about.
    topic: Topic | None = None
    others: tuple[Event, ...] = ()
    unexplained: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    # Codes of Windows among the unexplained, taken apart.
    error_parts: tuple[ErrorParts, ...] = ()
    reasons: tuple[MatchReason, ...] = ()
    runner_up: Article | None = None
    language: Language | None = None

    @property
    def entries(self) -> tuple[str, ...]:
        """IDs of all articles explained, each once, events before their codes."""
        ids = [article.id for match in self.matches for article in (match.article, *match.codes)]
        return tuple(dict.fromkeys(ids))


MAX_CHOICES: Final = 3
