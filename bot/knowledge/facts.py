"""The front matter of an article, read into an `Article` without its prose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from bot.knowledge.fields import ADDRESS, Fields, PlacedFault
from bot.knowledge.values import Article, ArticleKind, EventOutcome, Mistaken, Product, Prose, Source
from bot.languages import Language

KEYS: Final = (
    "id",
    "kind",
    "number",
    "name",
    "generic_name",
    "outcome",
    "provider",
    "log",
    "step",
    "codes",
    "aliases",
    "proves",
    "caused_by",
    "urgent_steps",
    "mistaken_for",
    "sources",
    "inferred",
    "reviewed",
)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,5}", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_KINDS: Final[tuple[ArticleKind, ...]] = get_args(ArticleKind)
_OUTCOMES: Final[tuple[EventOutcome, ...]] = get_args(EventOutcome)
_MOST_URGENT: Final = 5


def read_facts(
    content: object, product: Product, prose: Mapping[Language, Prose], faults: list[PlacedFault]
) -> Article:
    """Read the facts of an article; what has a fault stands in it as if it were not there."""
    fields = Fields(content, KEYS, "the front matter", faults)
    article_id = fields.text("id", pattern=_ID, must="must be Latin letters, digits, dots and hyphens, at most 60")
    kind = fields.choice("kind", _KINDS)
    if "mistaken_for" not in fields:
        fields.missing("mistaken_for")
    return Article(
        id=article_id,
        product=product,
        kind=kind,
        number=_number(fields, kind, article_id),
        name=fields.text("name", pattern=_NAME, must="must be one word of Latin letters, digits and _"),
        generic_name=fields.flag("generic_name"),
        outcome=fields.choice("outcome", _OUTCOMES),
        provider=fields.text("provider", "") or None,
        log_name=fields.text("log", "") or None,
        step=fields.text("step", "") or None,
        codes=fields.texts("codes"),
        aliases=fields.texts("aliases"),
        proves=fields.texts("proves"),
        caused_by=fields.texts("caused_by"),
        mistaken_for=tuple(
            Mistaken(other.text("provider"), other.texts("words"), other.text("what"), other.flag("commoner"))
            for other in fields.each("mistaken_for", ("provider", "words", "what", "commoner"))
        ),
        sources=tuple(
            Source(
                source.text("title"),
                source.text("url", pattern=ADDRESS, must="must be an address that begins with https://"),
            )
            for source in fields.each("sources", ("title", "url"), least=1)
        ),
        inferred=fields.texts("inferred"),
        urgent_steps=fields.number("urgent_steps", 0, _MOST_URGENT, 0),
        reviewed=fields.day("reviewed", required=True),
        prose=prose,
    )


def _number(fields: Fields, kind: ArticleKind, article_id: str) -> str:
    """Return the ID as Windows prints it; empty for an event whose article's ID is no number."""
    if "number" in fields:
        written = fields.text("number")
        if written and not _NUMBER.fullmatch(written):
            bare = written.lstrip("0") or "0"
            must = "must be the event ID, one to six digits"
            fields.wrong("number", f"no event ID begins with 0; write {bare}" if _NUMBER.fullmatch(bare) else must)
        return written
    return article_id if kind == "code" or _NUMBER.fullmatch(article_id) else ""
