"""Replies where no article answers: an honest sentence, all that is known about it, and the next act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.diagnosis import Diagnosis
from bot.knowledge import EventOutcome, Knowledge, Product
from bot.languages import LANGUAGES, Language
from bot.replies.answers.counterparts import say_no_counterpart
from bot.replies.answers.error_parts import error_lines
from bot.replies.blocks import section
from bot.replies.mrkdwn import escape, escape_entities, shorten, without_marks
from bot.replies.texts import say, say_count
from bot.replies.values import Reply

_MOST_NAMED = 10
_LONGEST = 40
_MOST_PRODUCTS: Final = 2
"""Products that one sentence names; of more, none."""
_ENDED: Final = {"ended": "answer.support_ended", "ending": "answer.support_ending"}
_SHORTEST_GROUP: Final = 4
"""Digits from which numbers that agree in all but the last two are of one group."""


def render_not_covered(diagnosis: Diagnosis, language: Language) -> Reply:
    """Say that no article is about a question, what it seems to be about, and what to give the bot instead."""
    lines = [say(language, "answer.not_covered")]
    topic = diagnosis.topic
    if topic is not None:
        lines[0] += say(language, "answer.topic", topic=escape_entities(topic.name[language]))
        if topic.url:
            address = topic.address(language)
            page = f"<{address}|{address.partition('://')[2].partition('/')[0]}>"
            lines[0] += say(language, "answer.nearest_page", page=page)
    lines.append(say(language, "answer.paste_instead"))
    return Reply(without_marks(" ".join(lines)), (section("\n".join(lines)),))


def render_not_ours(diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> Reply:
    """Say whose an event is, where the number is one of ours, and what to do when the log is another."""
    subject, provider = diagnosis.subject or "", escape(shorten(diagnosis.provider or "?", 80))
    owners = [diagnosis.product] if diagnosis.product else _owners(subject, knowledge)
    # Where only words name another product, nothing says that the event is that product's.
    kinds = {reason.kind for reason in diagnosis.reasons}
    by_words = "foreign_words" in kinds and "foreign_provider" not in kinds
    key = "answer.not_ours_by_words" if by_words else "answer.not_ours"
    if owners:
        line = say(language, key, id=escape(subject), provider=provider, products=products_named(owners, language))
    else:
        line = say(language, f"{key}_alone", id=escape(subject), provider=provider)
    for ours in knowledge.articles.values():
        if ours.number == subject and ours.log_name is not None and ours.product in owners:
            owner = ours.product.called[language]
            line += " " + say(
                language, "answer.not_ours_known", id=ours.number, name=ours.name, log=ours.log_name, product=owner
            )
    line += " " + say(language, "answer.not_ours_none")
    return Reply(without_marks(line), (section(line),))


def unknown_lines(diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> list[str]:
    """Name every identifier that nobody documented, and what the last digit of an only one suggests."""
    codes = {reason.about for reason in diagnosis.reasons if reason.kind == "code_unknown"}
    neutral = {reason.about for reason in diagnosis.reasons if reason.kind == "code_neutral"}
    named = [diagnosis.subject or "", *diagnosis.unexplained]
    named += [each.about for each in diagnosis.reasons if each.kind in ("id_unknown", "code_unknown")]
    unique = [each for each in dict.fromkeys(named) if each and each not in neutral]
    lines = list[str]()
    if neutral:
        ids = LANGUAGES[language].comma.join(map(escape, sorted(neutral)))
        lines.append(say(language, "answer.neutral", id=ids))
    for is_code in (False, True):
        found = [each for each in unique if (each in codes or each.startswith("0x")) is is_code]
        if found:
            products = _likely_products(found, diagnosis, knowledge, is_code=is_code)
            lines.append(_unknown(found, products, language, is_code=is_code))
            if len(found) > _MOST_NAMED:
                lines.append(say(language, "answer.more_unknown", count=len(found) - _MOST_NAMED))
    subject = unique[0] if len(unique) == 1 else ""
    if subject and (nothing := _without_counterpart(subject, diagnosis, knowledge, language)):
        lines.append(nothing)
    if (
        subject.isdecimal()
        and subject not in codes
        and (by_digits := _by_last_digit(subject, diagnosis, knowledge, language))
    ):
        lines.append(by_digits)
    return [*lines, *error_lines(diagnosis, language)]


def _without_counterpart(number: str, diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> str:
    """Say that nothing in the product that was named means what a number of the one before it does; empty where nobody says so."""
    for pair in knowledge.counterparts.values():
        older = knowledge.articles[pair.older]
        if diagnosis.product is not None and pair.product == diagnosis.product.id and number == older.number:
            return "" if pair.newer else say_no_counterpart(older, pair, knowledge, language)
    return ""


def products_named(products: Iterable[Product], language: Language) -> str:
    """Name products as a sentence does; of one that is out of support, that is told."""
    return say(language, "answer.or").join(_called(product, language) for product in products)


def _called(product: Product, language: Language) -> str:
    called, key = escape(product.called[language]), _ENDED.get(product.support or "")
    return say(language, key, product=called) if key else called


def _owners(number: str, knowledge: Knowledge) -> list[Product]:
    """Return the products that have an event of that number; none where they are too many to be named."""
    events = (each for each in knowledge.articles.values() if each.kind == "event" and each.number == number)
    owners = list(dict.fromkeys(each.product for each in events))
    return owners if len(owners) <= _MOST_PRODUCTS else []


def _likely_products(
    identifiers: Sequence[str], diagnosis: Diagnosis, knowledge: Knowledge, *, is_code: bool
) -> list[Product]:
    """Return whose undocumented IDs or codes these may be; none where they could be anybody's.

    That of the decision is; else those that have a documented one of the same group; else those whose shape fits.
    """
    if diagnosis.product:
        return [diagnosis.product]
    documented: dict[Product, set[str]] = {}
    for article in knowledge.articles.values():
        if article.kind == ("code" if is_code else "event"):
            documented.setdefault(article.product, set()).add(_group(article.number))
    fitting = [each for each in documented if any(_fits(identifier, each, is_code) for identifier in identifiers)]
    groups = {_group(each) for each in identifiers if is_code or len(each) >= _SHORTEST_GROUP}
    likely = [each for each in fitting if groups & documented[each]] or fitting
    return likely if len(likely) <= _MOST_PRODUCTS else []


def _group(number: str) -> str:
    """Return what numbers of one group have in common: the facility of an error code, or all but an ID's last two digits."""
    return f"{number[:-4]}····" if number.startswith("0x") else f"{number[:-2]}··"


def _fits(identifier: str, product: Product, is_code: bool) -> bool:
    if is_code:
        return re.fullmatch(product.code_shape, identifier) is not None
    fewest, most = product.id_digits
    return identifier.isdecimal() and fewest <= len(identifier) <= most


def _unknown(found: Sequence[str], products: list[Product], language: Language, *, is_code: bool) -> str:
    """Say that nobody documented identifiers, where the articles hold all that is; else that there is no article on them."""
    ids = LANGUAGES[language].comma.join(escape(shorten(each, _LONGEST)) for each in found[:_MOST_NAMED])
    # Codes of a product without events are Windows' own, of which nobody has a list.
    products = [each for each in products if each.writes_events]
    if not products:
        return say(language, "answer.no_article", id=ids)
    documented = all(each.is_complete for each in products)
    key = f"answer.{'unknown' if documented else 'no_article'}_{'code' if is_code else 'id'}"
    return say_count(language, key, len(found), id=ids, products=products_named(products, language))


def _by_last_digit(subject: str, diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> str:
    """Say what the last digits of documented IDs mean, where the subject can only be one product's."""
    likely = _likely_products([subject], diagnosis, knowledge, is_code=False)
    if len(likely) != 1 or not likely[0].outcome_by_last_digit or not _fits(subject, likely[0], False):
        return ""
    product, word = likely[0], say(language, "answer.or")
    *first, last = (
        say(language, "answer.ending", digit=digit, outcome=say(language, f"outcome.{outcome}").lower())
        for digit, outcome in product.outcome_by_last_digit.items()
    )
    endings = word.join([LANGUAGES[language].comma.join(first), last]) if first else last
    if (outcome := _outcome_by_pattern(subject, product, knowledge)) is None:
        return say(language, "answer.unknown_outcome", endings=endings)
    by_pattern = say(language, f"outcome.{outcome}").lower()
    return say(language, "answer.pattern", endings=endings, outcome=by_pattern)


def _outcome_by_pattern(subject: str, product: Product, knowledge: Knowledge) -> EventOutcome | None:
    """Tell what an undocumented ID's last digit suggests, where events of its group are documented."""
    numbers = (each.number for each in knowledge.articles.values() if each.kind == "event" and each.product is product)
    is_group = any(len(number) == len(subject) and number[:-2] == subject[:-2] for number in numbers)
    return product.outcome_by_last_digit.get(subject[-1]) if is_group else None
