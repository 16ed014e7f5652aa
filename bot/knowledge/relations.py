"""Reads `relations.yaml`, which says how the events relate. Every fault is named with its line; references must exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, get_args

from bot.knowledge.faults import KnowledgeError, KnowledgeFault, Place
from bot.knowledge.fields import ADDRESS, Fields, PlacedFault
from bot.knowledge.product_values import Product
from bot.knowledge.references import References
from bot.knowledge.relation_values import (
    ANY,
    SILENCE,
    Ask,
    Effect,
    Log,
    Relations,
    Same,
    Side,
    Translations,
    Watch,
)
from bot.knowledge.values import Article, ArticleKind
from bot.knowledge.yaml_file import line_of, read_yaml

RELATIONS_FILE: Final = "relations.yaml"
_IDS_IN_WORDS: Final = re.compile(r"(?<![0-9A-Za-z-])(?:0x[0-9A-Fa-f]{8}|[0-9]{4,6})(?![0-9A-Za-z])")
"""A shorter number is a number as any other."""
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_ID_MUST: Final = "must be the ID of an event or a code"
_KEY: Final = re.compile(r"[a-z]+")
# It is put into a command, in single quotes.
_LOG_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]*")
_SAME: Final[tuple[Same, ...]] = get_args(Same)
_MINUTES_OF_A_WEEK: Final = 7 * 24 * 60
_HOURS_OF_A_MONTH: Final = 31 * 24
_SOURCED: Final = ("source", "inferred")


@dataclass(frozen=True, slots=True)
class _Known:
    """The names a relation may use: the articles, and those whose own faults keep them from being read."""

    product: Product
    articles: Mapping[str, Article]
    references: References
    logs: Mapping[str, Log]

    def __contains__(self, named: str) -> bool:
        is_listed = any(named in log.events for log in self.logs.values())
        return named in self.articles or is_listed or not self.references.lack(named, self.product)

    def is_explained(self, number: str) -> bool:
        """Tell whether a number in a sentence is no event's, or that of one that is known by it or by its article's ID."""
        numbers = {article.number for article in self.articles.values() if article.kind == "event"}
        numbers.update(event for log in self.logs.values() for event in log.events)
        if number in numbers or number in self or _YEAR.fullmatch(number):
            return True
        return not number.startswith("0x") and len(number) not in {len(each) for each in numbers}

    def lacks(self, named: str, kind: ArticleKind) -> bool:
        """Tell whether no article of this kind is there; one that could not be read is given the benefit of the doubt."""
        article = self.articles.get(named)
        return self.references.lack(named, self.product) if article is None else article.kind != kind


def read_relations(
    path: Path, product: Product, articles: Mapping[str, Article], references: References
) -> tuple[Relations, list[KnowledgeFault]]:
    """Read a product's relations with all faults found; without a file there are none of either.

    `articles` are those of all products. An entry that cannot be read is left out; one that names what is not there is
    returned all the same.
    """
    if not path.exists():
        return Relations(), []
    try:
        content, tree = read_yaml(path)
    except KnowledgeError as error:
        return Relations(), error.faults
    found: list[PlacedFault] = []
    fields = Fields(content, ("logs", "effects", "watches", "asks"), RELATIONS_FILE, found)
    relations = _relations(fields).resolved(references.targets)
    if not found:
        # What is left of the entries stands no longer where it stood in the file.
        found.extend(_dead(relations, _Known(product, articles, references, relations.logs)))
    return relations, [KnowledgeFault(path, line_of(tree, place), sentence) for place, sentence in found]


def _relations(fields: Fields) -> Relations:
    if "logs" not in fields:
        fields.missing("logs")
    return Relations(
        effects=tuple(_effects(fields)),
        watches=tuple(_watches(fields)),
        asks=tuple(_asks(fields)),
        logs=MappingProxyType(dict(_logs(fields))),
    )


def _logs(fields: Fields) -> Iterator[tuple[str, Log]]:
    for key, log in fields.named("logs", ("name", "events", "computer_of")):
        if not _KEY.fullmatch(key):
            fields.fault(f"“logs.{key}” must be a short key of small letters", "logs", key)
        must = "must be the log's name as Get-WinEvent takes it: Latin letters, digits, spaces and . / _ -"
        name = log.text("name", pattern=_LOG_NAME, must=must)
        yield key, Log(name, log.texts("events", pattern=_ID, must=_ID_MUST), log.text("computer_of", ""))


def _effects(fields: Fields) -> Iterator[Effect]:
    keys = ("cause", "effect", "same", "minutes_before", "hours_after", "because", *_SOURCED)
    for each in fields.each("effects", keys):
        before = len(fields.faults)
        effect = Effect(
            cause=_side(each, "cause"),
            effect=_side(each, "effect", may_be_any=True),
            same=each.choice("same", _SAME, "computer"),
            minutes_before=each.number("minutes_before", 0, _MINUTES_OF_A_WEEK, 0),
            hours_after=each.number("hours_after", 0, _HOURS_OF_A_MONTH, 0),
            because=each.translations("because"),
            source=_source(each),
        )
        if len(fields.faults) == before:
            yield effect


def _watches(fields: Fields) -> Iterator[Watch]:
    for each in fields.each("watches", ("after", "settled_by", "same", "transient", "because", *_SOURCED)):
        before = len(fields.faults)
        watch = Watch(
            after=_side(each, "after"),
            settled_by=each.text("settled_by", pattern=_ID, must=_ID_MUST),
            same=each.choice("same", _SAME),
            transient=each.flag("transient"),
            because=each.translations("because"),
            source=_source(each),
        )
        if len(fields.faults) == before:
            yield watch


def _asks(fields: Fields) -> Iterator[Ask]:
    for each in fields.each("asks", ("about", "log", "events", "why", *_SOURCED)):
        before = len(fields.faults)
        ask = Ask(
            about=_side(each, "about"),
            log=each.text("log"),
            events=each.texts("events", least=1, pattern=_ID, must=_ID_MUST),
            why=each.translations("why"),
            source=_source(each),
        )
        if len(fields.faults) == before:
            yield ask


def _source(entry: Fields) -> str:
    """Return the page an entry's assertion stands on; empty where it is inferred."""
    inferred = entry.flag("inferred")
    source = entry.text("source", "", pattern=ADDRESS, must="must be an address that begins with https://")
    if ("source" in entry) == inferred:
        entry.fault("name its “source”, or say “inferred: true”; one of the two")
    return source


def _side(entry: Fields, key: str, *, may_be_any: bool = False) -> Side:
    """Read one side of a relation; an effect may be any failure, or silence, and both have names of their own."""
    if key not in entry:
        entry.missing(key)
        return Side()
    side = entry.fields(key, ("event", "code", "unless_codes"))
    event = side.text("event", "", pattern=_ID, must=_ID_MUST)
    code = side.text("code", "", pattern=_ID, must=_ID_MUST)
    if event in (ANY, SILENCE) and not may_be_any:
        side.fault(f"“{event}” can only be an effect")
    if not event and not code:
        side.fault("name an “event”, a “code”, or both")
    return Side(event, code, side.texts("unless_codes", pattern=_ID, must=_ID_MUST))


def _dead(relations: Relations, known: _Known) -> Iterator[tuple[Place, str]]:
    """Yield everything the relations name that does not exist, or that cannot be meant."""
    for key, log in relations.logs.items():
        if log.computer_of and log.computer_of not in (known.product.id, *known.product.refers_to):
            sentence = f"{log.computer_of} is not under “refers_to” of product.yaml; name the folder of a product there"
            yield ("logs", key, "computer_of"), sentence
        for event in log.events:
            if event in known.articles:
                yield ("logs", key, "events"), f"{event} has an article; list only IDs that have none"
    for at, effect in enumerate(relations.effects):
        yield from _dead_side(effect.cause, ("effects", at, "cause"), known)
        yield from _dead_side(effect.effect, ("effects", at, "effect"), known)
        yield from _dead_words(effect.because, ("effects", at, "because"), known)
        if effect.cause.event and effect.cause.event == effect.effect.event:
            yield ("effects", at), f"{effect.cause.event} cannot follow from itself; name two events"
    for at, watch in enumerate(relations.watches):
        yield from _dead_side(watch.after, ("watches", at, "after"), known)
        yield from _dead_words(watch.because, ("watches", at, "because"), known)
        article = known.articles.get(watch.settled_by)
        if watch.settled_by not in known:
            yield ("watches", at, "settled_by"), _no_article(watch.settled_by)
        elif article is not None and article.outcome != "success":
            yield ("watches", at, "settled_by"), f"{watch.settled_by} is no success; only a success settles a failure"
    for at, ask in enumerate(relations.asks):
        yield from _dead_side(ask.about, ("asks", at, "about"), known)
        yield from _dead_words(ask.why, ("asks", at, "why"), known)
        yield from _dead_events(ask, at, known)


def _dead_side(side: Side, place: Place, known: _Known) -> Iterator[tuple[Place, str]]:
    article = known.articles.get(side.event)
    if side.event not in ("", ANY, SILENCE) and known.lacks(side.event, "event"):
        yield (*place, "event"), _no_article(side.event)
    for key, code in (("code", side.code), *(("unless_codes", code) for code in side.unless_codes)):
        if code and known.lacks(code, "code"):
            yield (*place, key), _no_article(code)
        elif code and article is not None and code not in article.codes:
            yield (*place, key), f"{side.event} is not documented with {code}; correct one of them"


def _dead_events(ask: Ask, at: int, known: _Known) -> Iterator[tuple[Place, str]]:
    log = known.logs.get(ask.log)
    if log is None:
        yield ("asks", at, "log"), f"the log “{ask.log}” is not under “logs”; use one of: {', '.join(known.logs)}"
        return
    for event in ask.events:
        article = known.articles.get(event)
        if event in log.events or (article is None and not known.references.lack(event, known.product)):
            continue
        if article is None or article.log_name != log.name:
            yield ("asks", at, "events"), f"{event} is not an event of the log {log.name}; correct it or list it there"


def _dead_words(words: Translations, place: Place, known: _Known) -> Iterator[tuple[Place, str]]:
    for language, text in words.items():
        for named in _IDS_IN_WORDS.findall(text):
            if not known.is_explained(named):
                yield (*place, language), _no_article(named)


def _no_article(named: str) -> str:
    return f"{named} is named, but no article defines it; correct it or write that article"
