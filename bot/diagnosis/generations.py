"""Two generations of a product that are called the same: whose a number is, where the name does not tell."""

from __future__ import annotations

from bot.diagnosis.case import Case
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.rivals import match_words
from bot.evidence import Beside
from bot.knowledge import Article


def is_on_newer(case: Case, sceptic: Sceptic, article: Article, beside: Beside) -> bool:
    """Tell whether an event is the newer generation's of a product that is named as both are, and not by the older one's log.

    The older one has no number of so many digits.
    """
    if beside.reports_nothing or beside.other or case.asked:
        return False
    window = beside.window.casefold()
    for product in map(sceptic.knowledge.products.__getitem__, beside.named & sceptic.knowledge.products.keys()):
        fewest, most = product.id_digits
        is_newer = article.product.id == product.superseded_by and not fewest <= len(article.number) <= most
        words = product.generation_words
        is_older = any(name.casefold() in window for name in product.log_names) or (
            bool(words) and match_words(words).search(window) is not None
        )
        if is_newer and not is_older:
            return True
    return False
