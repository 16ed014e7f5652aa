"""One line on what a number means in the generation before or after: by meaning, and how certain that is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge import Article, Counterpart, Knowledge
from bot.languages import LANGUAGES, Language
from bot.replies.mrkdwn import escape
from bot.replies.texts import say


def say_counterparts(article: Article, knowledge: Knowledge, language: Language) -> str:
    """Name what means the same in the generation after or before the article's; empty where nobody says so."""
    pair = knowledge.counterparts.get(article.id)
    if pair is not None:
        product = knowledge.products[pair.product]
        if not pair.newer:
            return say_no_counterpart(article, pair, knowledge, language)
        return _named(pair.newer, pair.confidence, product.called[language], knowledge, language, pair.why[language])
    older = [each for each in knowledge.counterparts.values() if article.id in each.newer]
    # An event's number is what people look for; of its codes each has a line of its own.
    of_kind = [each for each in older if knowledge.articles[each.older].kind == article.kind] or older
    if not of_kind:
        return ""
    product = knowledge.articles[of_kind[0].older].product
    return _named(
        [each.older for each in of_kind], of_kind[0].confidence, product.called[language], knowledge, language, ""
    )


def say_no_counterpart(article: Article, pair: Counterpart, knowledge: Knowledge, language: Language) -> str:
    """Say that nothing in the newer product means the same, and what tells it there."""
    return say(
        language,
        "answer.no_counterpart_why",
        product=escape(knowledge.products[pair.product].called[language]),
        number=f"*{escape(article.number)}*",
        how=_certainty(pair.confidence, language),
        why=escape(pair.why[language]),
    )


def say_asked_counterpart(article: Article, asked: str, knowledge: Knowledge, language: Language) -> str:
    """Say that the number asked about is this article's in another generation, and why; empty where no pair says so."""
    older = knowledge.counterparts.get(article.id)
    for pair in (*([older] if older else ()), *knowledge.counterparts.values()):
        one, other = knowledge.articles[pair.older], [knowledge.articles[each] for each in pair.newer]
        if article in other and asked in _spellings(one):
            return _said(one, article, pair, language)
        if article is one and any(asked in _spellings(each) for each in other):
            return _said(next(each for each in other if asked in _spellings(each)), article, pair, language)
    return ""


def _said(asked: Article, article: Article, pair: Counterpart, language: Language) -> str:
    nearest = article.prose[language].title if article.kind in ("topic", "line") else article.number
    return say(
        language,
        "answer.means_there",
        number=escape(asked.number),
        older=escape(asked.product.called[language]),
        nearest=escape(nearest),
        product=escape(article.product.called[language]),
        how=_certainty(pair.confidence, language),
        why=escape(pair.why[language]),
    )


def _spellings(article: Article) -> frozenset[str]:
    """Return how people write a number: a code also without its zeros."""
    digits = article.number[2:].lstrip("0") if article.number[:2] == "0x" else ""
    return frozenset({article.number, article.id, *([digits, f"0x{digits}"] if digits else ())})


def _named(
    named: Sequence[str], confidence: str, product: str, knowledge: Knowledge, language: Language, why: str
) -> str:
    numbers = LANGUAGES[language].comma.join(
        f"*{escape(each.number)}*" if each.kind not in ("topic", "line") else escape(each.prose[language].title)
        for each in (knowledge.articles[name] for name in named)
    )
    text = say(
        language,
        "answer.counterpart",
        product=escape(product),
        numbers=numbers,
        how=_certainty(confidence, language),
    )
    return f"{text} {escape(why)}" if why else text


def _certainty(confidence: str, language: Language) -> str:
    return say(language, f"confidence.{confidence.replace(' ', '_')}")
