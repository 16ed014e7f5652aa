"""The front matter of an article, read into an `Article` without its prose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from bot.knowledge.fields import ADDRESS, Fields, PlacedFault
from bot.knowledge.product_values import EventOutcome, Product
from bot.knowledge.quotations import read_quotations
from bot.knowledge.values import Article, ArticleKind, Confidence, Mistaken, Prose, Source
from bot.languages import Language

KEYS: Final = (
    "id",
    "kind",
    "number",
    "name",
    "generic_name",
    "level",
    "outcome",
    "provider",
    "log",
    "step",
    "codes",
    "aliases",
    "match",
    "ambiguous",
    "proves",
    "caused_by",
    "urgent_steps",
    "mistaken_for",
    "sources",
    "inferred",
    "confidence",
    "doc_text_seen",
    "reviewed",
)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,5}", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_LITERAL: Final = re.compile(r"(?=.*\w.*\w).{6,}", re.DOTALL)
_KINDS: Final[tuple[ArticleKind, ...]] = get_args(ArticleKind)
_CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)
_LEVELS: Final = ("critical", "error", "warning", "information", "verbose")
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
    _check_kind(fields, kind)
    name, is_generic = _name(fields)
    return Article(
        id=article_id,
        product=product,
        kind=kind,
        number=_number(fields, kind, article_id, name),
        name=name,
        generic_name=is_generic,
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
        sources=_sources(fields),
        inferred=fields.texts("inferred"),
        urgent_steps=fields.number("urgent_steps", 0, _MOST_URGENT, 0),
        reviewed=fields.day("reviewed", required=True),
        prose=prose,
        quoted=tuple(read_quotations(prose.values())),
        level=fields.choice("level", _LEVELS) if "level" in fields else "",
        confidence=fields.choice("confidence", _CONFIDENCES, "documented"),
        text_seen="doc_text_seen" not in fields or fields.flag("doc_text_seen"),
        match=fields.texts("match", pattern=_LITERAL, must="must be a literal piece of text of at least 6 characters"),
        ambiguous=fields.flag("ambiguous"),
    )


def _sources(fields: Fields) -> tuple[Source, ...]:
    must = "must be an address that begins with https://"
    return tuple(
        Source(source.text("title"), source.text("url", pattern=ADDRESS, must=must))
        for source in fields.each("sources", ("title", "url"), least=1)
    )


def _check_kind(fields: Fields, kind: ArticleKind) -> None:
    """Name the keys that articles of a kind cannot have, or lack."""
    if kind in ("topic", "line"):
        for key in ("number", "provider", "log", "codes"):
            if key in fields:
                fields.fault(f"a {kind} has no “{key}”; take it out, or write the article of an event", key)
    if kind == "line" and "match" not in fields:
        fields.fault("a line needs “match”: literal pieces of its text; without any it is a “topic”", "kind")
    if kind != "code" and "ambiguous" in fields:
        fields.fault("“ambiguous” is for codes; take it out", "ambiguous")


def _name(fields: Fields) -> tuple[str, bool]:
    """Return the name, and whether it is made of ordinary words; only such a name may be several words."""
    is_generic = fields.flag("generic_name")
    must = "must be one word of Latin letters, digits and _; where nobody gave it one, write words and “generic_name: true”"
    return fields.text("name", pattern=None if is_generic else _NAME, must=must), is_generic


def _number(fields: Fields, kind: ArticleKind, article_id: str, name: str) -> str:
    """Return the ID as Windows prints it; empty for an event whose article's ID is no number."""
    if kind in ("topic", "line"):
        return name
    if kind == "code":
        return fields.text("number", article_id)
    if "number" in fields:
        written = fields.text("number")
        if written and not _NUMBER.fullmatch(written):
            bare = written.lstrip("0") or "0"
            must = "must be the event ID, one to six digits"
            fields.wrong("number", f"no event ID begins with 0; write {bare}" if _NUMBER.fullmatch(bare) else must)
        return written
    return article_id if _NUMBER.fullmatch(article_id) else ""
