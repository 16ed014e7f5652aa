"""Help: how to ask, and the subcommands of `/event` as their table names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge import Product
from bot.languages import LANGUAGES, Language
from bot.replies.blocks import section
from bot.replies.examples import by_weight, choose_examples
from bot.replies.mrkdwn import as_code, escape, without_marks
from bot.replies.texts import say
from bot.replies.values import Reply


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """One line of the help: a topic, and the examples behind `/event` that belong to it."""

    topic: str
    examples: tuple[str, ...]


def render_help(language: Language, commands: Sequence[CommandHelp], products: Iterable[Product]) -> Reply:
    """Lay out the help: the products with what people may ask of each, and the commands."""
    products, comma = by_weight(products), LANGUAGES[language].comma
    examples = choose_examples(products, language)
    before = say(
        language,
        "help.before",
        products=comma.join(escape(product.titles[language]) for product in products),
        identifiers=comma.join(f"`/event {each}`" for each in examples.identifiers),
        questions=comma.join(f"`/event {each}`" for each in examples.questions),
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
