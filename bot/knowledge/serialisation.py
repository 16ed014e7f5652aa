"""Knowledge as JSON and back, so that unchanged articles need not be parsed again. Knows no file.

The types' own annotations say how each value is read: a new field needs nothing here. The first line holds everything but
prose; behind it stand the articles' proses, each read when it is first shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from bot.knowledge.other_names import OtherName
from bot.knowledge.product_values import Product
from bot.knowledge.relation_values import Relations
from bot.knowledge.values import Article, Counterpart, Knowledge, Prose
from bot.knowledge.vocabulary import lexicon_of
from bot.languages import Language

_Read = Callable[[Any], Any]


def dump_knowledge(knowledge: Knowledge, said: Sequence[str] = (), base: Path | None = None) -> bytes:
    """Return everything read from the articles as JSON, with what was said of their faults.

    The products' folders are named from `base`, where it is given. Raises TypeError for a value that JSON cannot hold.
    """
    proses: list[bytes] = []
    products = dict(knowledge.products)
    if base is not None:
        products = {name: replace(each, folder=each.folder.relative_to(base)) for name, each in products.items()}
    articles = {name: _plain_article(each, proses) for name, each in knowledge.articles.items()}
    left_out = (knowledge.broken, knowledge.unsaid, knowledge.left_out)
    parts = [products, articles, knowledge.relations, *left_out, knowledge.messages, knowledge.counterparts]
    parts.append(list(said))
    return b"".join([_json(parts), b"\n", *proses])


def _plain_article(article: Article, proses: list[bytes]) -> list[Any]:
    """Return an article's facts, with the ID of its product and, for each of its proses, how many bytes are kept of it."""
    first = len(proses)
    proses += [_json(prose) + b"\n" for prose in article.prose.values()]
    of_its_own = {
        "product": article.product.id,
        "prose": dict(zip(article.prose, map(len, proses[first:]), strict=True)),
    }
    return [of_its_own.get(name) or getattr(article, name) for name in _field_names(Article)]


def _json(value: Any) -> bytes:
    return _encoder().encode(value).encode()


@cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"))


def load_knowledge_from(content: bytes, base: Path | None = None) -> tuple[Knowledge, list[str]]:
    """Read what `dump_knowledge` wrote: also what was said of faults. Raises ValueError when it is anything else."""
    try:
        proses_at = content.index(b"\n") + 1
        parts = json.loads(content[:proses_at])
        product_texts, article_texts, relations, broken, unsaid, left_out, messages, counterparts, said = parts
        products: dict[str, Product] = {name: _reader(Product)(each) for name, each in product_texts.items()}
        if base is not None:
            products = {name: replace(each, folder=base / each.folder) for name, each in products.items()}
        articles: dict[str, Article] = {}
        for name, each in article_texts.items():
            each[_PRODUCT] = products[each[_PRODUCT]]
            each[_PROSE], proses_at = _places(content, each[_PROSE], proses_at)
            articles[name] = _reader(Article)(each)
        if proses_at != len(content):
            raise ValueError("proses are missing")
        knowledge = Knowledge(
            MappingProxyType(products),
            MappingProxyType(articles),
            lexicon_of(products.values(), articles.values()),
            _reader(Relations)(relations),
            frozenset(broken),
            frozenset(unsaid),
            tuple(left_out),
            MappingProxyType({name: tuple(texts) for name, texts in messages.items()}),
            MappingProxyType({name: _reader(Counterpart)(each) for name, each in counterparts.items()}),
        )
        return knowledge, [str(sentence) for sentence in said]
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise ValueError("is no knowledge") from error


_PRODUCT: Final = [each.name for each in fields(Article)].index("product")
_PROSE: Final = [each.name for each in fields(Article)].index("prose")


class _KeptProses(Mapping[Language, Prose]):
    """An article's proses, each read when it is first asked for: an answer shows one of hundreds."""

    __slots__ = ("_content", "_places", "_read")

    def __init__(self, content: bytes, places: Mapping[Language, tuple[int, int]]) -> None:
        self._content, self._places = content, places
        self._read: dict[Language, Prose] = {}

    def __getitem__(self, language: Language) -> Prose:
        if language not in self._read:
            first, end = self._places[language]
            self._read[language] = _reader(Prose)(json.loads(self._content[first:end]))
        return self._read[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def dump_other_names(names: Sequence[OtherName]) -> bytes:
    """Return names of others' products as JSON."""
    return _json(list(names))


def load_other_names(content: bytes) -> tuple[OtherName, ...]:
    """Read what `dump_other_names` wrote. Raises ValueError when it is anything else."""
    try:
        return tuple(map(_reader(OtherName), json.loads(content)))
    except (ValueError, TypeError) as error:
        raise ValueError("are no names") from error


def _places(content: bytes, lengths: Mapping[Language, int], at: int) -> tuple[_KeptProses, int]:
    """Find an article's proses by their lengths, the first of which begins `at`; return with them where they end."""
    places: dict[Language, tuple[int, int]] = {}
    for language, length in lengths.items():
        places[language] = at, at + length
        at += length
    return _KeptProses(content, places), at


def _plain(value: object) -> Any:
    """Return a form that JSON has of a value that it does not know; the parts of it are turned into JSON one by one."""
    kind: Any = type(value)
    if (names := _names_of_value(kind)) is not None:
        return [getattr(value, name) for name in names]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@cache
def _names_of_value(kind: type[Any]) -> tuple[str, ...] | None:
    """Return the names of the fields of a type of values; None for every other type."""
    return _field_names(kind) if is_dataclass(kind) else None


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.init)


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
        return lambda value: (
            value
            if isinstance(value, _KeptProses)
            else MappingProxyType({name: read(each) for name, each in value.items()})
        )
    if origin is Literal or kind in (str, bool, int, float):
        return _as_it_is
    raise TypeError(f"{kind} has no form in JSON")


def _dataclass_reader(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    kept = [each for each in fields(kind) if each.init]
    names = [each.name for each in kept]
    # Most fields are read as they are.
    others = [
        (at, of_field) for at, each in enumerate(kept) if (of_field := _reader(hints[each.name])) is not _as_it_is
    ]
    positional = not any(each.kw_only for each in kept)

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if len(value) != len(names):
            raise ValueError(f"{kind.__name__} has {len(names)} fields")
        values = list(value)
        for at, of_field in others:
            values[at] = of_field(values[at])
        return kind(*values) if positional else kind(**dict(zip(names, values, strict=True)))

    return read


def _as_it_is(value: Any) -> Any:
    return value


def _tuple_reader(arguments: tuple[Any, ...]) -> _Read:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read = _reader(arguments[0])
        return tuple if read is _as_it_is else lambda value: tuple([read(each) for each in value])
    readers = [_reader(each) for each in arguments]
    return lambda value: tuple([each(one) for each, one in zip(readers, value, strict=True)])
