"""Words of products in a text: found where, and only where, one expression of all of them would match."""

from __future__ import annotations

import re
from random import Random

import pytest

from bot.evidence.lexicon import ProductWords, compile_lexicon
from bot.evidence.terms import Term, Terms, places_of, small_letters

WORDS = (
    "kettle",
    "tea kettle",
    "tea",
    "AD KW",
    "k9 svc",
    "kettle.dll",
    "brühwerk",
    "steam*",
    "hot-water*",
    "9bar",
    "壺台",
    "壺 tea",
)
PIECES = (
    *WORDS, "Teakettle", "TEA-KETTLE", "kettles", "adkw", "ad-kw2", "badkw", "k9-svc", "K9SVC", "xk9 svc", "kettleXdll", "steamer",
    "STEAMS", "hot-waterway", "19bar", "BRÜHWERK", "the", "İ", "大壺台", "壺-tea", "é", "_", ".", ",", "7", " ", "  ", "-", "\n",
)  # fmt: skip


def expression_of(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for word in map(str.lower, words):
        spelled = re.escape(word.rstrip("*")).replace(r"\ ", "[ -]?") + (r"\w{0,20}" if word.endswith("*") else "")
        parts.append(rf"(?<![a-z]){spelled}(?![a-z])" if re.match("[a-z0-9]", word) else spelled)
    return re.compile("|".join(parts), re.ASCII)


@pytest.mark.parametrize("seed", range(40))
def test_terms_are_found_where_one_expression_matches(seed: int) -> None:
    random = Random(seed)
    expression, terms = expression_of(WORDS), [Term(word.lower()) for word in WORDS]
    known = Terms(terms)
    for _ in range(200):
        lower = small_letters("".join(random.choices(PIECES, k=random.randrange(1, 9))))
        near = known.near(lower)

        expected = [found.span() for found in expression.finditer(lower)]
        assert list(places_of(terms, lower)) == expected, lower
        # Those near are all that are needed, in the order in which they are listed.
        assert list(places_of([term for term in terms if term in near], lower)) == expected, lower
        assert all(term.find(lower) is not None for term in near if term.is_letters), lower


def test_a_text_without_the_beginning_of_a_term_has_none_near() -> None:
    assert Terms([Term("kettle"), Term("tea kettle"), Term("steam*")]).near("teakettles and kettledrums") == []


@pytest.mark.parametrize("text", ["İİ kettle", "KETTLE", "Straße KETTLE", "kettle"])
def test_places_are_those_of_the_text_as_it_was_written(text: str) -> None:
    ((start, end),) = places_of([Term("kettle")], small_letters(text))

    assert text[start:end].lower() == "kettle"


@pytest.mark.parametrize(
    ("shape", "held", "not_held"),
    [
        ("KW-[0-9]{3}", ["KW-041", "say kw 041", "kw041."], ["kx-041", "041", "xKW-041"]),
        # Where a letter may be missing, or there are two ways to begin, nothing is certain but the expression.
        ("KW?[0-9]{3}", ["K041", "kw041"], ["w041"]),
        ("(?:KW|BR)-[0-9]{3}", ["br-041", "KW-041"], ["kr-041"]),
    ],
)  # fmt: skip
def test_codes_of_a_shape_are_found_however_they_begin(shape: str, held: list[str], not_held: list[str]) -> None:
    lexicon = compile_lexicon([ProductWords(product="kettle", code_shape=shape)])

    assert [text for text in (*held, *not_held) if list(lexicon.find_codes(text))] == held
    assert all(lexicon.may_hold_code(text) for text in held)
