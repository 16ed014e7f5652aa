"""The owner of a number by what stands beside it, its source, log or product; and numbers of one to three digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.diagnosis.candidates import is_of_another
from bot.diagnosis.case import Case, is_short
from bot.diagnosis.identity import is_called
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Beside, Cue, Evidence, Identifier
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.windows_logs import is_same_log
from bot.knowledge import Article

_CALLED: Final = 2
"""Words by which people call a product, though a source may be called so, too."""
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
_MEASURED: Final = lazy_pattern(
    r"\s?(?:[kmgt]i?b|ms|sec\w*|min\w*|hours?|days?|weeks?|h|px|pages?|users?|people|percent|%|€|\$)(?![a-z])",
    re.IGNORECASE,
)


def match_short(case: Case, identifier: Identifier, cue: Cue, found: tuple[Article, ...]) -> None:
    """Match a number of which everybody's talk is full: where it is called an event, or stands next to its product's name."""
    beside, evidence = identifier.beside, case.evidence
    spoken = {beside.product} if beside.product else evidence.strong
    named = _reporters_of(found, beside) or beside.owners or beside.named or spoken
    meant = by_source(tuple(article for article in found if article.product.id in named), evidence)
    if len(meant) == 1 and (cue in CALLED or beside.next_to or beside.owners or beside.reporters):
        sure = is_sourced(meant[0], beside) or (cue == "event" and meant[0].product.id in beside.named)
        measured = _MEASURED.match(beside.window, beside.at + len(identifier.digits)) is not None
        sure = (sure and not (beside.reports_nothing or measured)) or is_reported_by(meant[0], beside)
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


def _reporters_of(found: tuple[Article, ...], beside: Beside) -> frozenset[str]:
    return frozenset(article.product.id for article in found if may_report(article, beside))


def may_report(article: Article, beside: Beside) -> bool:
    """Tell whether a number is reported by an event's source, its log, its product's name or the word its ID begins with.

    Another source of the same product, or a short word that only says whose a thing is, reports something else.
    """
    if article.product.id not in beside.reporters:
        return False
    product, word, own = article.product, _squash(beside.reporter), _squash(article.provider or "")
    if is_called(article, beside.reporter) or word == own:
        return True
    if len(word) < _FULL_NAME and beside.reporter in map(str.casefold, product.owners):
        return False
    shared = (name for log in product.shared_logs for name in log.providers)
    sources = {_squash(name) for name in (*product.providers, *shared)}
    return word in own or own in word or not any(word in source for source in sources)


def is_reported_by(article: Article, beside: Beside) -> bool:
    """Tell whether a sentence lets the source, log or product of an event report it, and says nothing that takes it back.

    A label, a full name or a word for an event is mark enough of a report; a short number needs one, and a single digit more
    than that: it may be a server's.
    """
    if beside.is_talk or not may_report(article, beside):
        return False
    if beside.is_labelled and (_is_source(article, beside.reporter) or is_called(article, beside.reporter)):
        return True
    return not beside.reports_nothing and (beside.is_labelled or len(article.number) > 1)


def _is_source(article: Article, reporter: str) -> bool:
    """Tell whether a name is a log's or a source's as Event Viewer writes it, and not what people call the product."""
    product, word = article.product, _squash(reporter)
    shared = (name for log in product.shared_logs for name in log.providers)
    written = (*product.log_names, *product.providers, *shared, article.provider or "")
    words = reporter.split()
    return len(words) != _CALLED and any(word in _squash(name) for name in written)


def _squash(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def is_named(case: Case, article: Article, beside: Beside) -> bool:
    """Tell whether the sentence names the article's product, its log or its source; a short number needs more than that."""
    is_said = case.asked or not beside.reports_nothing
    is_elsewhere = bool(beside.other) and not may_write_to(article, beside.windows_log or beside.other)
    if is_short(article) or is_elsewhere:
        return False
    if not case.asked and (is_reported_by(article, beside) or (is_said and is_in_log(article, beside, case.evidence))):
        return True
    return is_said and article.product.id in (beside.named if case.asked else beside.named | beside.in_full)


def is_in_log(article: Article, beside: Beside, evidence: Evidence) -> bool:
    """Tell whether a sentence names the log of Windows' own in which an event stands, and the text its product."""
    named = evidence.strong | evidence.weak | beside.owners
    return (
        bool(beside.windows_log)
        and (article.log_name or "").casefold() == beside.windows_log.casefold()
        and article.product.id in named
    )


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
