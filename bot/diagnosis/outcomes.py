"""The outcomes that articles report, and which of them report the opposite of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Knowledge

_FAILURES: Final = frozenset({"failure", "warning"})
_ALIKE: Final = frozenset({"close", "many to one"})


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Articles by what they report; of two twins the one that succeeded comes first."""

    twins: tuple[tuple[str, str], ...] = ()
    successes: frozenset[str] = frozenset()
    failures: frozenset[str] = frozenset()
    # Articles that contradict a text's outcome are never said; otherwise only one of two twins is preferred.
    guards: bool = True


@dataclass(frozen=True, slots=True)
class Generations:
    """Articles that mean the same of a product and of the one that took its place: a question in words fits both."""

    # An older article, its product, a newer one, and that one's.
    pairs: tuple[tuple[str, str, str, str], ...] = ()

    def same_as(self, article_id: str) -> frozenset[str]:
        """Return an article with those that mean the same in the other generation."""
        return frozenset({article_id}).union(*((a, b) for a, _, b, _ in self.pairs if article_id in {a, b}))


def generations_of(knowledge: Knowledge) -> Generations:
    """Return the pairs of events that fit, several that became one among them; of one that became several each tells more."""
    return Generations(
        tuple(
            (older, knowledge.articles[older].product.id, newer, each.product)
            for older, each in knowledge.counterparts.items()
            for newer in each.newer
            if each.fit in _ALIKE and all(knowledge.articles[name].kind == "event" for name in (older, newer))
        )
    )


def outcomes_of(knowledge: Knowledge) -> Outcomes:
    """Return the outcomes of all articles. A code that says that there is no fault stands with failures, too: it has none."""
    articles = knowledge.articles.values()
    return Outcomes(
        twins=tuple(_twins(knowledge)),
        successes=frozenset(
            each.id for each in articles if each.outcome == "success" and each.id not in each.product.neutral_codes
        ),
        failures=frozenset(each.id for each in articles if each.outcome in _FAILURES),
    )


def _twins(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for product in knowledge.products.values():
        for one, two in product.twins:
            if {one, two} <= knowledge.articles.keys():
                yield (two, one) if knowledge.articles[one].outcome in _FAILURES else (one, two)
