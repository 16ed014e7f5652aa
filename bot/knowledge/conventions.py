"""Conventions of articles that the bot could do without: no place left empty, dates, steps, languages, links, characters."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bot.knowledge.faults import KnowledgeFault
from bot.knowledge.files import PHRASINGS_SUFFIX, PRODUCT_FILE
from bot.knowledge.product_values import Product
from bot.knowledge.values import Article, Knowledge, Prose, Text
from bot.knowledge.yaml_file import line_of_prose, line_of_text
from bot.languages import DEFAULT, LANGUAGES, Language, translations

PLACEHOLDER: Final = "TODO"
"""Marks in a new file what is still to be written."""
MOST_STEPS: Final = 5
_SECTIONS: Final = ("meaning", "causes", "next_steps", "where_to_look", "errata")
_NUMBER: Final = re.compile(r"0x[0-9A-F]{8}|[0-9]{2,}")
_MOST_CHARACTERS: Final = 8
_MOST_LINES: Final = 12


def check_conventions(
    knowledge: Knowledge, today: datetime.date, convert: Callable[[str], str]
) -> list[KnowledgeFault]:
    """Check all articles and products, as on a day: nobody has reviewed anything after it.

    `convert` writes Simplified Chinese as Traditional.
    """
    faults: list[KnowledgeFault] = []
    hosts = {product.id: _hosts(product, knowledge) for product in knowledge.products.values()}
    for product in knowledge.products.values():
        faults += _placeholders(product.path(PRODUCT_FILE))
    for article in knowledge.articles.values():
        path = article.product.path(f"{article.id}.md")
        if article.reviewed > today.isoformat():
            sentence = f"“reviewed” is {article.reviewed}, which is still to come; write the day it was read on"
            faults.append(KnowledgeFault(path, line_of_text(path, "reviewed:"), sentence))
        faults += _placeholders(article.product.path(f"{article.id}{PHRASINGS_SUFFIX}"))
        faults += _source_faults(article, path, hosts[article.product.id])
        for language, prose in article.prose.items():
            where = path if language == DEFAULT else article.product.path(f"{article.id}.{language}.md")
            faults += _placeholders(where)
            faults += _prose_faults(article, prose, where, language, hosts[article.product.id])
            faults += _foreign_faults(prose, where, language, convert)
        for language in translations():
            faults += _differences(article, language)
    return list(dict.fromkeys(faults))


def _placeholders(path: Path) -> Iterator[KnowledgeFault]:
    """Yield one fault for a file in which something is still to be written, with its lines."""
    if not path.is_file():
        return
    content = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = [number for number, line in enumerate(content.split("\n"), 1) if PLACEHOLDER in line]
    if lines:
        shown = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if len(lines) > _MOST_LINES else "")
        yield KnowledgeFault(path, lines[0], f"“{PLACEHOLDER}” marks what is still to be written: lines {shown}")


def _hosts(product: Product, knowledge: Knowledge) -> frozenset[str]:
    """Return the hosts that links of a product may lead to: those it names, else those of its guides and sources."""
    if product.hosts:
        return frozenset(product.hosts)
    own = [article for article in knowledge.articles.values() if article.product is product]
    urls = [source.url for article in own for source in article.sources]
    urls += [step.guide.url for steps in product.flows.values() for step in steps]
    urls += [guide.url for guide in (*product.apart.values(), *product.guides.values())]
    return frozenset(filter(None, map(_host, urls)))


def _host(url: str) -> str:
    """Return an address's host, without an account or a port beside it."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].casefold()


def _source_faults(article: Article, path: Path, hosts: frozenset[str]) -> Iterator[KnowledgeFault]:
    for source in article.sources:
        if (host := _host(source.url)) not in hosts:
            yield KnowledgeFault(path, line_of_text(path, source.url), _unknown_host(host))


def _unknown_host(host: str) -> str:
    return f"{host} is no host of this product; correct the address, or add it to “hosts” in {PRODUCT_FILE}"


def _texts(prose: Prose) -> Iterator[Text]:
    for section in _SECTIONS:
        yield from getattr(prose, section)


def _prose_faults(
    article: Article, prose: Prose, path: Path, language: Language, hosts: frozenset[str]
) -> Iterator[KnowledgeFault]:
    if len(prose.next_steps) > MOST_STEPS:
        heading = LANGUAGES[language].headings[2]
        sentence = f"has {len(prose.next_steps)} next steps; only {MOST_STEPS} are shown: join or leave out some"
        yield KnowledgeFault(path, line_of_prose(path, f"## {heading}"), sentence)
    own = hosts if article.product.hosts else hosts | {_host(source.url) for source in article.sources}
    for url in dict.fromkeys(run.url for text in _texts(prose) for run in text if run.url):
        if _host(url) not in own:
            yield KnowledgeFault(path, line_of_prose(path, url), _unknown_host(_host(url)))


def _foreign_faults(
    prose: Prose, path: Path, language: Language, convert: Callable[[str], str]
) -> Iterator[KnowledgeFault]:
    text = "".join(run.text for text in _texts(prose) for run in text) + prose.title
    if foreign := _foreign_characters(text, language, convert):
        pairs = ", ".join(f"{one} ({other})" for one, other in list(foreign.items())[:_MOST_CHARACTERS])
        line = line_of_prose(path, next(iter(foreign)))
        yield KnowledgeFault(path, line, f"has Simplified characters: {pairs}; write what stands in brackets")


def _foreign_characters(text: str, language: Language, convert: Callable[[str], str]) -> dict[str, str]:
    """Return the Simplified characters of a text in a language that does not use them, each with what is written there."""
    charset = LANGUAGES[language].charset
    doubtful = (
        {each for each in text if "\u3400" <= each <= "\u9fff" and _is_doubtful(each, charset)} if charset else ()
    )
    return {each: convert(each) for each in sorted(doubtful) if convert(each) != each}


def _is_doubtful(character: str, charset: str) -> bool:
    """Tell whether a character is not in a language's own set, or only among the rare ones."""
    try:
        return character.encode(charset) >= _RARE
    except UnicodeEncodeError:
        return True


_RARE: Final = b"\xc9\x40"
"""Where the less frequently used characters of Big5 begin."""


def _differences(article: Article, language: Language) -> Iterator[KnowledgeFault]:
    """Yield where an article's prose in another language has not the same paragraphs, items and IDs."""
    first, other = article.prose[DEFAULT], article.prose[language]
    path = article.product.path(f"{article.id}.{language}.md")
    for position, section in enumerate(_SECTIONS):
        one, two = getattr(first, section), getattr(other, section)
        heading = LANGUAGES[language].headings[position]
        line = line_of_prose(path, f"## {heading}")
        # Another number of steps is said when the article is read.
        if len(one) != len(two) and section != "next_steps":
            sentence = f"“{heading}” has {len(two)} paragraphs or items where {article.id}.md has {len(one)}"
            yield KnowledgeFault(path, line, f"{sentence}; write the same")
        elif lacking := sorted(_named(one) - _named(two)):
            named = ", ".join(lacking)
            yield KnowledgeFault(
                path, line, f"“{heading}” does not have {named} in bold, as {article.id}.md does; name them"
            )


def _named(texts: tuple[Text, ...]) -> set[str]:
    """Return the numbers that prose has in bold: its words for an event differ from language to language."""
    return {number for text in texts for run in text if run.style == "bold" for number in _NUMBER.findall(run.text)}
