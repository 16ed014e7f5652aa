"""The owner of a number by what stands beside it, its source, log or product; and numbers of one to three digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.diagnosis.candidates import is_of_another
from bot.diagnosis.case import Case, is_short
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Beside, Cue, Evidence, Identifier
from bot.evidence.windows_logs import is_same_log
from bot.knowledge import Article

_FULL_NAME = 10
"""Letters from which a log's or a source's name is nobody's word for something else."""
CUED: Mapping[Cue, ReasonKind] = {
    "event": "id_cued",
    "code": "id_cued",
    "alone": "id_alone",
    "reported": "id_in_context",
    "context": "id_in_context",
    "position": "id_in_context",
}
CALLED: frozenset[Cue] = frozenset({"event", "code", "alone"})
# An amount, which a short number is rather than an event.
_MEASURED: Final = re.compile(
    r"\s?(?:[kmgt]i?b|ms|sec\w*|min\w*|hours?|days?|weeks?|h|px|pages?|users?|people|percent|%|€|\$)(?![a-z])",
    re.IGNORECASE,
)


def match_short(case: Case, identifier: Identifier, cue: Cue, found: tuple[Article, ...]) -> None:
    """Match a number of which everybody's talk is full: where it is called an event, or stands next to its product's name."""
    beside, evidence = identifier.beside, case.evidence
    named = beside.owners or beside.named or ({beside.product} if beside.product else evidence.strong)
    meant = by_source(tuple(article for article in found if article.product.id in named), evidence)
    if len(meant) == 1 and (cue in CALLED or beside.next_to or beside.owners):
        sure = is_sourced(meant[0], beside) or (cue == "event" and meant[0].product.id in beside.named)
        measured = _MEASURED.match(beside.window, beside.at + len(identifier.digits)) is not None
        sure = sure and not (beside.reports_nothing or measured)
        sure = sure and (not beside.other or may_write_to(meant[0], beside.other))
        case.gather(meant[0], MatchReason(CUED[cue], identifier.digits), strong=sure)
    elif cue in CALLED:
        # Without a product's name, one to three digits are never answered, even where one product alone has them.
        possible = meant or tuple(article for article in found if not is_of_another(article, evidence))
        if possible:
            case.is_one_of(identifier.digits, possible)
        else:
            case.is_unknown(identifier.digits, "id_unknown")
    else:
        case.note("number_unmarked", identifier.digits)


def is_named(case: Case, article: Article, beside: Beside) -> bool:
    """Tell whether the sentence names the article's product, its log or its source; a short number needs more than that."""
    is_said = case.asked or not beside.reports_nothing
    is_elsewhere = bool(beside.other) and not may_write_to(article, beside.other)
    return article.product.id in beside.named and not is_elsewhere and is_said and not is_short(article)


def is_sourced(article: Article, beside: Beside) -> bool:
    """Tell whether the full name of an event's log or source stands near it, and not only what people call the product."""
    product, window = article.product, beside.window.casefold()
    shared = (name for log in product.shared_logs for name in log.providers)
    full = (name for name in (*product.log_names, *product.providers, *shared) if len(name) >= _FULL_NAME)
    return product.id in beside.named and any(name.casefold() in window for name in full)


def may_write_to(article: Article, log_or_source: str) -> bool:
    """Tell whether an event stands in a log that others write to as well, and that is the one named."""
    return any(is_same_log(log.log_name, log_or_source) for log in article.product.shared_logs)


def by_source(found: tuple[Article, ...], evidence: Evidence) -> tuple[Article, ...]:
    """Keep of articles of one product with one number those whose source the text names."""
    if len(found) < 2:
        return found
    prose = evidence.prose.casefold()
    named = tuple(each for each in found if each.provider and _short_name(each.provider) in prose)
    return named or found


def _short_name(provider: str) -> str:
    """Return a source as people call it, without the maker's name before it."""
    return provider.casefold().removeprefix("microsoft-").removeprefix("windows-")
