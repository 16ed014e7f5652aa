"""Chooses among the articles that several products have for one number, code or name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.diagnosis.identity import is_called
from bot.evidence import NOTHING_BESIDE, Beside, Evidence
from bot.knowledge import Article, Product


def choose(
    candidates: tuple[Article, ...], evidence: Evidence, codes: Iterable[Article] = (), beside: Beside = NOTHING_BESIDE
) -> tuple[Article, ...]:
    """Keep the articles of the products that a text is about; several are left where it does not tell.

    What stands in the identifier's own clause or sentence tells most, then codes beside the number, then words that mean one
    product, then those that may mean it.
    """
    if len(candidates) < 2:
        return candidates
    if beside.owner and (called := tuple(each for each in candidates if is_called(each, beside.owner))):
        return called
    clause = frozenset({beside.product} if beside.product else ())
    of_codes = frozenset(code.product.id for code in codes)
    # Its clause speaks of a third product: words that mean another one for certain stand elsewhere.
    is_apart = bool(clause) and not any(article.product.id in clause for article in candidates)
    spoken = (beside.named, of_codes, evidence.strong, evidence.weak)
    for named in (
        beside.reporters,
        beside.owners,
        clause,
        *((of_codes, evidence.weak - evidence.strong, *spoken) if is_apart else spoken),
    ):
        if kept := tuple(article for article in candidates if article.product.id in named):
            return kept
    return candidates


def is_of_another(article: Article, evidence: Evidence) -> bool:
    """Tell whether the words of a text name other products, and not the one that an article is of."""
    named = evidence.strong | evidence.weak
    return bool(named) and article.product.writes_events and article.product.id not in named


def not_meant(products: Iterable[Product], evidence: Evidence) -> Iterator[Product]:
    """Yield the products that a text is not about, where it names others by words that mean nothing else."""
    if not evidence.strong:
        return
    named = evidence.strong | evidence.weak
    for product in products:
        if product.writes_events and product.id not in named:
            yield product


def named_product(candidates: tuple[Article, ...], evidence: Evidence, beside: Beside) -> str:
    """Return the one product that a text gives an identifier to, where none of the candidates is of it; empty otherwise.

    Its own clause decides where a text speaks of several; a word that other things have, too, gives it to nobody.
    """
    of_clause = beside.owners if len(beside.owners) == 1 else frozenset({beside.product} if beside.product else ())
    given = of_clause or beside.named or evidence.strong
    also = frozenset[str]() if of_clause or beside.named else evidence.weak
    also |= beside.owners | beside.reporters
    of_it = any(not each.product.writes_events or each.product.id in given | also for each in candidates)
    if len(given) != 1 or of_it:
        return ""
    return next(iter(given))
