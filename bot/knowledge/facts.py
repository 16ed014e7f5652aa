"""The front matter of an article, as pydantic reads it: a wrong key is named, not ignored."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge.values import ArticleKind, EventOutcome


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFacts(_Strict):
    """A page that facts were read from."""

    title: str
    url: Annotated[str, Field(pattern=r"^https://")]


class MistakenFacts(_Strict):
    """Something else that carries the same number."""

    provider: str
    words: list[str] = []
    what: str
    commoner: bool = False


class ArticleFacts(_Strict):
    """The front matter of one article."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=60)]
    kind: ArticleKind
    number: Annotated[str, Field(pattern=r"^\d{1,6}$")] | None = None
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    generic_name: bool = False
    outcome: EventOutcome
    provider: str | None = None
    log: str | None = None
    step: str | None = None
    codes: list[str] = []
    aliases: list[str] = []
    proves: list[str] = []
    caused_by: list[str] = []
    urgent_steps: Annotated[int, Field(ge=0, le=5)] = 0
    mistaken_for: list[MistakenFacts]
    sources: Annotated[list[SourceFacts], Field(min_length=1)]
    inferred: list[str] = []
    reviewed: datetime.date


def sentences(error: ValidationError) -> list[tuple[str, str]]:
    """Turn pydantic's findings into (key, sentence) pairs."""
    return [(str(found["loc"][0]) if found["loc"] else "", _sentence(found)) for found in error.errors()]


def _sentence(found: ErrorDetails) -> str:
    key = ".".join(map(str, found["loc"]))
    match found["type"]:
        case "extra_forbidden":
            return f"“{key}” is not a key of the front matter; see knowledge/README.md for those that are"
        case "missing":
            return f"“{key}” is missing; add it"
        case _:
            return f"“{key}” is {found['input']!r}: {found['msg'][0].lower()}{found['msg'][1:]}"
