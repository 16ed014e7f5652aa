"""Reads `relations.yaml`, which says how the events relate. Every fault is named with its line; references must exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.knowledge.faults import KnowledgeFault, Place
from bot.knowledge.relation_values import ANY, SILENCE, Ask, Effect, Log, Relations, Same, Side, Watch
from bot.knowledge.translations import TranslationFacts
from bot.knowledge.values import Article, ArticleKind
from bot.knowledge.yaml_file import line_of

RELATIONS_FILE: Final = "relations.yaml"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IDS_IN_WORDS: Final = re.compile(r"(?<![0-9A-Za-z])(?:0x[0-9A-Fa-f]{8}|[0-9]{4,5})(?![0-9A-Za-z])")

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_EventId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
_Code = _EventId


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sourced(_Strict):
    source: Annotated[str, Field(pattern=r"^https://\S+$")] = ""
    inferred: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> _Sourced:
        if bool(self.source) == bool(self.inferred):
            raise ValueError("name its “source”, or say “inferred: true”; one of the two")
        return self


class _SideFacts(_Strict):
    event: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]*)?$")] = ""
    code: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]*)?$")] = ""
    unless_codes: list[_Code] = []

    @model_validator(mode="after")
    def _is_about_something(self) -> _SideFacts:
        if self.event in (ANY, SILENCE) and not isinstance(self, _OutcomeFacts):
            raise ValueError(f"“{self.event}” can only be an effect")
        if not self.event and not self.code:
            raise ValueError("name an “event”, a “code”, or both")
        return self

    def value(self) -> Side:
        return Side(self.event, self.code, tuple(self.unless_codes))


class _OutcomeFacts(_SideFacts):
    """An effect may be any failure, or silence; both have names of their own."""


class _EffectFacts(_Sourced):
    cause: _SideFacts
    effect: _OutcomeFacts
    same: Same = "computer"
    minutes_before: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0
    hours_after: Annotated[int, Field(ge=0, le=31 * 24)] = 0
    because: TranslationFacts


class _WatchFacts(_Sourced):
    after: _SideFacts
    settled_by: _EventId
    same: Same
    transient: bool = False
    because: TranslationFacts


class _AskFacts(_Sourced):
    about: _SideFacts
    log: str
    events: Annotated[list[_EventId], Field(min_length=1)]
    why: TranslationFacts


class _LogFacts(_Strict):
    # It is put into a command, in single quotes.
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]*$", max_length=200)]
    events: list[_EventId] = []


class _RelationsFacts(_Strict):
    logs: dict[Annotated[str, Field(pattern=r"^[a-z]+$")], _LogFacts]
    effects: list[_EffectFacts] = []
    watches: list[_WatchFacts] = []
    asks: list[_AskFacts] = []


@dataclass(frozen=True, slots=True)
class _Known:
    """The names a relation may use: the articles, and those whose own faults keep them from being read."""

    articles: Mapping[str, Article]
    written: Collection[str]
    logs: Mapping[str, _LogFacts]

    def __contains__(self, named: str) -> bool:
        return named in self.articles or named in self.written or any(named in log.events for log in self.logs.values())

    def lacks(self, named: str, kind: ArticleKind) -> bool:
        """Tell whether no article of this kind is there; one that could not be read is given the benefit of the doubt."""
        article = self.articles.get(named)
        return named not in self.written if article is None else article.kind != kind


def read_relations(
    path: Path, articles: Mapping[str, Article], written: Collection[str] = ()
) -> tuple[Relations, list[KnowledgeFault]]:
    """Read the relations with all faults found; without a file there are none of either.

    `written` are the IDs of all article files, also of those that could not be read.
    """
    if not path.exists():
        return Relations(), []
    try:
        tree = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = int(mark.line) + 1 if mark is not None else 1
        return Relations(), [KnowledgeFault(path, line, "is not valid YAML in UTF-8; check indentation and quotes")]
    try:
        facts = _RelationsFacts.model_validate(content)
    except ValidationError as error:
        return Relations(), [
            KnowledgeFault(path, line_of(tree, each["loc"]), _sentence(each)) for each in error.errors()
        ]
    faults = [
        KnowledgeFault(path, line_of(tree, place), words)
        for place, words in _dead(facts, _Known(articles, written, facts.logs))
    ]
    return _values(facts), faults


def _values(facts: _RelationsFacts) -> Relations:
    return Relations(
        effects=tuple(
            Effect(
                e.cause.value(), e.effect.value(), e.same, e.minutes_before, e.hours_after, e.because.both(), e.source
            )
            for e in facts.effects
        ),
        watches=tuple(
            Watch(w.after.value(), w.settled_by, w.same, w.transient, w.because.both(), w.source) for w in facts.watches
        ),
        asks=tuple(Ask(a.about.value(), a.log, tuple(a.events), a.why.both(), a.source) for a in facts.asks),
        logs=MappingProxyType({key: Log(log.name, tuple(log.events)) for key, log in facts.logs.items()}),
    )


def _sentence(found: ErrorDetails) -> str:
    key = ".".join(map(str, found["loc"]))
    match found["type"]:
        case "extra_forbidden":
            return f"“{key}” is not a key of relations.yaml; see knowledge/README.md for those that are"
        case "missing":
            return f"“{key}” is missing; add it"
        case "value_error":
            return f"“{key}”: {found['msg'].removeprefix('Value error, ')}"
        case _:
            return f"“{key}” is {found['input']!r}: {found['msg'][0].lower()}{found['msg'][1:]}"


def _dead(facts: _RelationsFacts, known: _Known) -> Iterator[tuple[Place, str]]:
    """Everything the relations name that does not exist, or that cannot be meant."""
    for key, log in facts.logs.items():
        for event in log.events:
            if event in known.articles:
                yield ("logs", key, "events"), f"{event} has an article; list only IDs that have none"
    for at, effect in enumerate(facts.effects):
        yield from _dead_side(effect.cause, ("effects", at, "cause"), known)
        yield from _dead_side(effect.effect, ("effects", at, "effect"), known)
        yield from _dead_words(effect.because, ("effects", at, "because"), known)
        if effect.cause.event and effect.cause.event == effect.effect.event:
            yield ("effects", at), f"{effect.cause.event} cannot follow from itself; name two events"
    for at, watch in enumerate(facts.watches):
        yield from _dead_side(watch.after, ("watches", at, "after"), known)
        yield from _dead_words(watch.because, ("watches", at, "because"), known)
        article = known.articles.get(watch.settled_by)
        if watch.settled_by not in known:
            yield ("watches", at, "settled_by"), _no_article(watch.settled_by)
        elif article is not None and article.outcome != "success":
            yield ("watches", at, "settled_by"), f"{watch.settled_by} is no success; only a success settles a failure"
    for at, ask in enumerate(facts.asks):
        yield from _dead_side(ask.about, ("asks", at, "about"), known)
        yield from _dead_words(ask.why, ("asks", at, "why"), known)
        yield from _dead_events(ask, at, known)


def _dead_side(side: _SideFacts, place: Place, known: _Known) -> Iterator[tuple[Place, str]]:
    article = known.articles.get(side.event)
    if side.event not in ("", ANY, SILENCE) and known.lacks(side.event, "event"):
        yield (*place, "event"), _no_article(side.event)
    for key, code in (("code", side.code), *(("unless_codes", code) for code in side.unless_codes)):
        if code and known.lacks(code, "code"):
            yield (*place, key), _no_article(code)
        elif code and article is not None and code not in article.codes:
            yield (*place, key), f"{side.event} is not documented with {code}; correct one of them"


def _dead_events(ask: _AskFacts, at: int, known: _Known) -> Iterator[tuple[Place, str]]:
    log = known.logs.get(ask.log)
    if log is None:
        yield ("asks", at, "log"), f"the log “{ask.log}” is not under “logs”; use one of: {', '.join(known.logs)}"
        return
    for event in ask.events:
        article = known.articles.get(event)
        if event in log.events or (article is None and event in known.written):
            continue
        if article is None or article.log_name != log.name:
            yield ("asks", at, "events"), f"{event} is not an event of the log {log.name}; correct it or list it there"


def _dead_words(words: TranslationFacts, place: Place, known: _Known) -> Iterator[tuple[Place, str]]:
    for language, text in words.both().items():
        for named in _IDS_IN_WORDS.findall(text):
            if named not in known:
                yield (*place, language), _no_article(named)


def _no_article(named: str) -> str:
    return f"{named} is named, but no article defines it; correct it or write that article"
