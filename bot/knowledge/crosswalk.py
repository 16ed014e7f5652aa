"""Reads `crosswalk.yaml`, which says what a number of the product before means in the one that took its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, get_args

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.fields import Fields, PlacedFault
from bot.knowledge.product_values import Product
from bot.knowledge.references import References
from bot.knowledge.values import Article, Confidence, Counterpart, Fit
from bot.knowledge.yaml_file import line_of, read_yaml

CROSSWALK_FILE: Final = "crosswalk.yaml"
_KEYS: Final = ("legacy", "current", "also", "fit", "confidence", "why")
_FITS: Final[tuple[Fit, ...]] = get_args(Fit)
_CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


def read_crosswalk(
    product: Product, articles: Mapping[str, Article], references: References
) -> tuple[list[Counterpart], list[KnowledgeFault]]:
    """Read the pairs of a product's crosswalk whose older number is loaded; without a file there are none."""
    path = product.path(CROSSWALK_FILE)
    if not path.exists():
        return [], []
    try:
        content, tree = read_yaml(path)
    except KnowledgeError as error:
        return [], error.faults
    found: list[PlacedFault] = []
    fields = Fields(content, ("events", "codes"), CROSSWALK_FILE, found)
    pairs = [pair for key in ("events", "codes") for pair in _pairs(fields, key, product, articles, references)]
    faults = [KnowledgeFault(path, line_of(tree, place), sentence) for place, sentence in found]
    return ([] if faults else pairs), faults


def _pairs(
    fields: Fields, key: str, product: Product, articles: Mapping[str, Article], references: References
) -> Iterator[Counterpart]:
    seen: set[str] = set()
    for pair in fields.each(key, _KEYS):
        legacy = pair.text("legacy", pattern=_ID, must="must be the ID of an article")
        current = pair.texts("current")
        for name, named in [("legacy", legacy), *(("current", each) for each in (*current, *pair.texts("also")))]:
            if named and references.lack(named, product):
                pair.fault(f"{named} is named, but no article defines it; correct it or write that article", name)
        if legacy in seen:
            pair.fault(f"{legacy} has a pair already; write its numbers into one", "legacy")
        seen.add(legacy)
        fit = pair.choice("fit", _FITS, "close" if current else "none")
        if (fit == "none") == bool(current):
            pair.fault("“fit” is none where “current” is empty, and nowhere else; correct one of the two", "fit")
        confidence, why = pair.choice("confidence", _CONFIDENCES), pair.translations("why")
        older = articles.get(references.targets.get(legacy, legacy))
        if older is None or older.product.superseded_by != product.id:
            if older is not None:
                pair.fault(f"{legacy} is not of a product that this one took the place of; correct it", "legacy")
            continue
        targets = dict.fromkeys(references.targets.get(each, each) for each in current)
        yield Counterpart(
            older.id, tuple(each for each in targets if each in articles), product.id, fit, confidence, why
        )
