"""Replies where no article answers: an honest sentence, all that is known about it, and the next act."""

from __future__ import annotations

from bot.diagnosis import Diagnosis
from bot.knowledge import EventOutcome, Knowledge, Product
from bot.languages import LANGUAGES, Language
from bot.replies.blocks import section
from bot.replies.mrkdwn import escape, escape_entities, shorten, without_marks
from bot.replies.texts import say, say_count
from bot.replies.values import Reply

_MOST_NAMED = 10
_LONGEST = 40


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
    products = products_named(diagnosis, knowledge, language)
    # Where only words name another product, nothing says that the event is that product's.
    kinds = {reason.kind for reason in diagnosis.reasons}
    by_words = "foreign_words" in kinds and "foreign_provider" not in kinds
    key = "answer.not_ours_by_words" if by_words else "answer.not_ours"
    line = say(language, key, id=escape(subject), provider=provider, products=products)
    for ours in knowledge.articles.values():
        if ours.number == subject and ours.log_name is not None:
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
    products, lines = products_named(diagnosis, knowledge, language), list[str]()
    if neutral:
        ids = LANGUAGES[language].comma.join(map(escape, sorted(neutral)))
        lines.append(say(language, "answer.neutral", id=ids, products=products))
    for key, kind in (("answer.unknown_id", False), ("answer.unknown_code", True)):
        found = [each for each in unique if (each in codes or each.startswith("0x")) is kind]
        if found:
            ids = LANGUAGES[language].comma.join(escape(shorten(each, _LONGEST)) for each in found[:_MOST_NAMED])
            lines.append(say_count(language, key, len(found), id=ids, products=products))
            if len(found) > _MOST_NAMED:
                lines.append(say(language, "answer.more_unknown", count=len(found) - _MOST_NAMED))
    subject = unique[0] if len(unique) == 1 else ""
    if (
        subject.isdecimal()
        and subject not in codes
        and (by_digits := _by_last_digit(subject, diagnosis, knowledge, language))
    ):
        lines.append(by_digits)
    return lines


def products_named(diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> str:
    """Name the product that a decision is about, or all products, as a sentence does.

    Of a product that is out of support its generation is told: to whoever runs the one that replaced it, "the connector"
    is that one.
    """
    products = [diagnosis.product] if diagnosis.product else list(knowledge.products.values())
    return say(language, "answer.or").join(_called(product, language) for product in products)


def _called(product: Product, language: Language) -> str:
    called, note = escape(product.called[language]), product.note[language]
    if product.support in (None, "supported") or not note:
        return called
    return say(language, "answer.generation", product=called, note=escape(note))


def _by_last_digit(subject: str, diagnosis: Diagnosis, knowledge: Knowledge, language: Language) -> str:
    """Say what the last digits of documented IDs mean, where the subject has the shape of one product's IDs."""
    products = [diagnosis.product] if diagnosis.product else list(knowledge.products.values())
    fitting = [each for each in products if each.id_digits[0] <= len(subject) <= each.id_digits[1]]
    if len(fitting) != 1 or not fitting[0].outcome_by_last_digit:
        return ""
    product, word = fitting[0], say(language, "answer.or")
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
