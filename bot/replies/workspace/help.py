"""Help: how to ask, and the subcommands of `/event` as their table names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Product
from bot.languages import DEFAULT, LANGUAGES, Language
from bot.replies.blocks import section
from bot.replies.mrkdwn import as_code, escape, without_marks
from bot.replies.texts import say
from bot.replies.values import Reply

_MOST_PRODUCTS: Final = 5
"""Products of which the help gives examples."""


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """One line of the help: a topic, and the examples behind `/event` that belong to it."""

    topic: str
    examples: tuple[str, ...]


def render_help(language: Language, commands: Sequence[CommandHelp], products: Iterable[Product]) -> Reply:
    """Lay out the help: the products with what people may ask of each, and the commands."""
    products, comma = list(products)[:_MOST_PRODUCTS], LANGUAGES[language].comma
    examples = [
        example
        for product in products
        for example in (product.examples.get(language) or product.examples.get(DEFAULT, ()))
    ]
    # A question has several words, or is written without spaces.
    questions = [each for each in examples if " " in each or not each.isascii()]
    before = say(
        language,
        "help.before",
        products=comma.join(escape(product.titles[language]) for product in products),
        identifiers=comma.join(f"`/event {each}`" for each in examples if each not in questions),
        questions=comma.join(f"`/event {each}`" for each in questions),
    )
    lines = [
        say(
            language,
            "help.line",
            commands=LANGUAGES[language].comma.join(f"`/event {example}`" for example in each.examples),
            purpose=say(language, f"help.topic_{each.topic}"),
        )
        for each in commands
    ]
    text = "\n".join([before, *lines, say(language, "help.after")])
    return Reply(without_marks(text), (section(text),))


def render_did_you_mean(command: str, why: str, language: Language) -> Reply:
    """Say which subcommand somebody probably meant; `command` is what stands behind `/event`, as they wrote it."""
    key = f"help.did_you_mean_{why}" if why else "help.did_you_mean"
    text = say(language, key, command=as_code(f"/event {command}"))
    return Reply(without_marks(text), (section(text),))
