"""Knowledge as JSON and back, so that unchanged articles need not be parsed again. Knows no file.

The types' own annotations say how each value is read: a new field needs nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from bot.knowledge.relation_values import Relations
from bot.knowledge.values import Article, Knowledge, Product
from bot.knowledge.vocabulary import lexicon_of

_Read = Callable[[Any], Any]


def dump_knowledge(knowledge: Knowledge) -> bytes:
    """Return everything read from the articles as JSON. Raises TypeError for a value that JSON cannot hold."""
    parts = [knowledge.products, knowledge.articles, knowledge.relations, knowledge.broken]
    return json.dumps(_plain(parts), ensure_ascii=False, separators=(",", ":")).encode()


def load_knowledge_from(content: bytes) -> Knowledge:
    """Read what `dump_knowledge` wrote. Raises ValueError when it is anything else."""
    try:
        product_texts, article_texts, relations, broken = json.loads(content)
        products = {name: _reader(Product)(each) for name, each in product_texts.items()}
        articles = {name: _read_article(each, products) for name, each in article_texts.items()}
        return Knowledge(
            MappingProxyType(products),
            MappingProxyType(articles),
            lexicon_of(products.values(), articles.values()),
            _reader(Relations)(relations),
            frozenset(broken),
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise ValueError("is no knowledge") from error


_PRODUCT: Final = [each.name for each in fields(Article)].index("product")


def _read_article(value: list[Any], products: Mapping[str, Product]) -> Article:
    """Read an article, and give it the one value of its product, of which it holds the ID."""
    value[_PRODUCT] = products[value[_PRODUCT]]
    article: Article = _reader(Article)(value)
    return article


def _plain(value: object) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Article):
        names = [each.name for each in fields(value)]
        return [value.product.id if name == "product" else _plain(getattr(value, name)) for name in names]
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value) if each.init]
    if isinstance(value, Mapping):
        return {_key(name): _plain(each) for name, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a key of type {type(name).__name__} has no form in JSON")
    return name


@cache
def _reader(kind: Any) -> _Read:
    """Return the function that reads a value of a type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Path:
        return Path
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if origin in (Union, UnionType):
        (other,) = (each for each in arguments if each is not NoneType)
        read = _reader(other)
        return lambda value: None if value is None else read(value)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is frozenset:
        return frozenset
    if isinstance(origin, type) and issubclass(origin, Mapping):
        read = _reader(arguments[1])
        return lambda value: MappingProxyType({name: read(each) for name, each in value.items()})
    if origin is Literal or kind in (str, bool, int, float):
        return lambda value: value
    raise TypeError(f"{kind} has no form in JSON")


def _dataclass_reader(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    kept = [each for each in fields(kind) if each.init]
    named = [(each.name, _reader(hints[each.name])) for each in kept]

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        return kind(**{name: of_field(each) for (name, of_field), each in zip(named, value, strict=True)})

    return read


def _tuple_reader(arguments: tuple[Any, ...]) -> _Read:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read = _reader(arguments[0])
        return lambda value: tuple([read(each) for each in value])
    readers = [_reader(each) for each in arguments]
    return lambda value: tuple([each(one) for each, one in zip(readers, value, strict=True)])
