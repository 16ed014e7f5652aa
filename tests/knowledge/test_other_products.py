"""The names of other products are well formed, mean one thing each, and are not those of a product of this knowledge."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from bot.knowledge.yaml_file import read_yaml
from bot.languages import LANGUAGES
from bot.settings import KNOWLEDGE

_KEYS: Final = {"name", "also", "cased", "words", "beside", "sources", "near"}


@cache
def _classes() -> dict[str, Any]:
    content, _ = read_yaml(KNOWLEDGE / "other-products.yaml")
    assert isinstance(content, dict)
    return content


def _entries() -> Iterator[dict[str, Any]]:
    for each in _classes().values():
        for entry in each["names"]:
            yield {"name": entry} if isinstance(entry, str) else entry


def _shown(entry: dict[str, Any]) -> list[str]:
    name = entry["name"]
    return list(name.values()) if isinstance(name, dict) else [name]


def _spellings(entry: dict[str, Any]) -> set[str]:
    lists = (entry.get(key, []) for key in ("also", "cased", "words"))
    return {_squash(spelling) for spellings in (_shown(entry), *lists) for spelling in spellings}


def _squash(spelling: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", spelling).casefold()).strip()


@pytest.mark.parametrize("name", _classes())
def test_a_class_can_be_named_in_a_sentence(name: str) -> None:
    assert set(_classes()[name]) == {"called", "names"}
    assert set(_classes()[name]["called"]) == set(LANGUAGES)


def test_entries_have_no_other_keys() -> None:
    wrong = [entry for entry in _entries() if set(entry) - _KEYS or ("words" in entry) != ("beside" in entry)]
    assert not wrong


def test_a_name_that_is_translated_is_so_in_every_language() -> None:
    wrong = [entry for entry in _entries() if isinstance(entry["name"], dict) and set(entry["name"]) != set(LANGUAGES)]
    assert not wrong


def test_no_spelling_means_two_things() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in _entries():
        for spelling in _spellings(entry):
            owners[spelling].add(_shown(entry)[0])
    assert not {spelling: found for spelling, found in owners.items() if len(found) > 1}


def test_a_short_spelling_counts_only_in_capitals_or_in_company() -> None:
    """Else a pronoun or a unit would be somebody's product."""
    loose = {
        (_shown(entry)[0], spelling)
        for entry in _entries()
        for spelling in {*_shown(entry), *entry.get("also", [])} - {*entry.get("cased", []), *entry.get("words", [])}
        if spelling.isascii() and len(_squash(spelling)) < 3
    }
    assert not loose


def test_neighbours_are_neighbours_of_a_product_there_is() -> None:
    products = {path.parent.name for path in KNOWLEDGE.glob("*/product.yaml")}
    assert not {product for entry in _entries() for product in entry.get("near", [])} - products


def test_every_other_product_of_a_product_is_known_here_too() -> None:
    """A product's own list says which of them carry the same numbers; this one is what questions are read with."""
    known = {spelling for entry in _entries() for spelling in _spellings(entry)}
    known |= {_squash(source) for entry in _entries() for source in entry.get("sources", [])}
    for path in KNOWLEDGE.glob("*/product.yaml"):
        content, _ = read_yaml(path)
        unknown = [
            word for other in content.get("other_products", []) for word in other["words"] if _squash(word) not in known
        ]
        assert not unknown, f"{path}: {unknown}"
