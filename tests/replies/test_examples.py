"""Examples for the help: something of every product, and the middle of the way first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.diagnosis import Sceptic
from bot.knowledge import Product
from bot.replies.examples import by_weight, choose_examples


@pytest.fixture
def kettle(sceptic: Sceptic) -> Product:
    """A product that nothing else is about, with two IDs and a question."""
    plain = next(iter(sceptic.knowledge.products.values()))
    examples = {"en": ("4711", "4712", "why does it whistle"), "zh-TW": ("4711", "水壺為什麼會叫")}
    return replace(plain, id="kettle", flows={}, flows_of="", superseded_by="", examples=examples)


def test_every_product_has_an_example_before_one_has_two(kettle: Product) -> None:
    cup = replace(kettle, id="cup", examples={"en": ("31", "32", "who broke it", "where is it")})
    found = choose_examples([kettle, cup], "en")

    assert found.identifiers == ("4711", "31", "4712", "32")
    assert found.questions == ("why does it whistle", "who broke it", "where is it")


def test_what_is_missing_in_a_language_is_taken_from_english(kettle: Product) -> None:
    cup = replace(kettle, id="cup", examples={"en": ("31", "who broke it")})
    found = choose_examples([kettle, cup], "zh-TW")

    assert found.questions == ("水壺為什麼會叫", "who broke it")


def test_a_line_of_the_help_is_no_list(kettle: Product) -> None:
    many = [replace(kettle, id=str(number), examples={"en": (str(4000 + number),)}) for number in range(30)]

    assert len(choose_examples(many, "en").identifiers) < 10


def test_the_product_whose_flow_others_stand_along_comes_first(kettle: Product) -> None:
    """With it the one whose place it took: both are what people come with."""
    old = replace(kettle, id="old stove", superseded_by="stove")
    cup = replace(kettle, id="cup", flows_of="stove")
    pot = replace(kettle, id="pot", flows_of="stove")

    stove = replace(kettle, id="stove")
    assert [each.id for each in by_weight([cup, kettle, old, pot, stove])] == [
        "old stove",
        "stove",
        "cup",
        "kettle",
        "pot",
    ]


def test_the_help_of_the_shipped_products_begins_with_the_connectors(sceptic: Sceptic) -> None:
    found = choose_examples(sceptic.knowledge.products.values(), "en")

    assert found.identifiers[:2] == ("20502", "4005")
