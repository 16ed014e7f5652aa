"""The project's own questions, asked in full: the issue's thresholds for each class and split."""

from __future__ import annotations

import pytest

from bot.diagnosis import Sceptic
from tests.evaluation import Score, evaluate, read_questions

EXACT = ["identifiers", "codes", "names", "pastes", "pairs"]
NEVER_ANSWERED = ["near_miss", "numbers", "chat", "other_products"]


@pytest.fixture(scope="module", params=["dev", "dev2", "test"])
def split(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def dev(sceptic: Sceptic) -> dict[str, Score]:
    return evaluate(sceptic, "dev")


@pytest.fixture(scope="module")
def dev2(sceptic: Sceptic) -> dict[str, Score]:
    return evaluate(sceptic, "dev2")


@pytest.fixture(scope="module")
def held_out(sceptic: Sceptic) -> dict[str, Score]:
    # Only the classes that a test below looks at: the others are scored by hand, at most three times.
    return evaluate(sceptic, "test", ["hard", *NEVER_ANSWERED])


def missed(score: Score) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what to print where a threshold is not met."""
    return [(question.text[:120], diagnosis.decision, diagnosis.entries) for question, diagnosis in score.missed]


def test_there_are_enough_questions_of_every_class(split: str) -> None:
    """Several hundred positives and as many negatives; of the hard ones at least two hundred."""
    counts: dict[str, int] = {}
    for kind, _ in read_questions(split):
        counts[kind] = counts.get(kind, 0) + 1

    assert set(NEVER_ANSWERED) <= counts.keys()
    assert {"identifiers", "codes", "names", "pastes", "free_en", "free_zh", "negation"} <= counts.keys()
    assert min(counts.values()) >= 16
    if split != "dev2":
        assert counts["hard"] >= 200
        assert {"typos", "pairs"} <= counts.keys()


@pytest.mark.parametrize("kind", EXACT)
def test_what_is_exact_is_always_right(kind: str, dev: dict[str, Score]) -> None:
    """Identifiers, codes, names, pastes and pairs: every one."""
    assert missed(dev[kind]) == []


def test_identifiers_codes_and_names_of_all_products_are_right(dev: dict[str, Score]) -> None:
    """Every one, asked by authors who knew the articles by their IDs alone."""
    assert missed(dev["field_ids"]) == []


def test_pastes_of_all_products_are_right(dev: dict[str, Score]) -> None:
    """In all forms, ninety-nine in a hundred, and none is answered with a wrong article."""
    score = dev["field_pastes"]

    assert score.right >= 0.99 * score.asked, missed(score)
    assert score.wrong == score.never == 0, missed(score)


def test_misspelled_names_are_right(dev: dict[str, Score]) -> None:
    """Ninety-eight in a hundred."""
    score = dev["typos"]

    assert score.right >= 0.98 * score.asked, missed(score)


@pytest.mark.parametrize("kind", ["free_en", "free_zh"])
def test_free_text_is_right_at_first_place(kind: str, dev: dict[str, Score]) -> None:
    """Eighty in a hundred, in either language; ninety-three with what is offered, and hardly one wrong."""
    score = dev[kind]

    assert score.right >= 0.80 * score.asked, missed(score)
    assert score.right + score.offered >= 0.93 * score.asked, missed(score)
    assert score.wrong <= 0.03 * score.asked, missed(score)


@pytest.mark.parametrize("name", ["dev", "held_out"])
def test_hard_paraphrases_are_mostly_right_and_seldom_wrong(name: str, request: pytest.FixtureRequest) -> None:
    """Right in fifty, right or offered in seventy-five, wrong in at most five of a hundred."""
    score: Score = request.getfixturevalue(name)["hard"]

    assert score.right >= 0.50 * score.asked, missed(score)
    assert score.right + score.offered >= 0.75 * score.asked, missed(score)
    assert score.wrong <= 0.05 * score.asked, missed(score)


@pytest.mark.parametrize(("kind", "answered", "offered"), [("foreign", 0.015, 0.05), ("everyday", 0.01, 0.05)])
def test_what_is_nobodys_is_left_alone(kind: str, answered: float, offered: float, dev: dict[str, Score]) -> None:
    """Other products and everyday talk, put to the bot."""
    score = dev[kind]

    assert score.wrong <= answered * score.asked, missed(score)
    assert score.unwanted <= offered * score.asked, missed(score)


def test_questions_of_the_field_without_an_article_are_seldom_answered(dev: dict[str, Score]) -> None:
    """Three in a hundred at most."""
    assert dev["uncovered"].wrong <= 0.03 * dev["uncovered"].asked, missed(dev["uncovered"])


def test_the_opposite_outcome_is_hardly_ever_answered(dev: dict[str, Score]) -> None:
    """Failures worded by negation, and what works again."""
    score = dev["failures"]

    assert score.never <= 0.02 * score.asked, missed(score)


@pytest.mark.parametrize("name", ["dev", "dev2", "held_out"])
@pytest.mark.parametrize("kind", NEVER_ANSWERED)
def test_what_must_not_be_answered_never_is(kind: str, name: str, request: pytest.FixtureRequest) -> None:
    """Near-miss identifiers, numbers and chat: not once; other products' events, which may be of ten products: two in a hundred."""
    score: Score = request.getfixturevalue(name)[kind]
    if kind == "other_products":
        assert score.wrong <= 0.02 * score.asked, missed(score)
        return
    answered = [(question.text[:120], diagnosis.entries) for question, diagnosis in score.missed if diagnosis.matches]

    assert answered == []
    assert score.wrong == 0


@pytest.mark.parametrize("kind", [*EXACT[:-1], "free_en", "free_zh", *NEVER_ANSWERED])
def test_a_second_hands_questions_are_right(kind: str, dev2: dict[str, Score]) -> None:
    """Ninety-five in a hundred right or offered, at most two in a hundred wrong."""
    score = dev2[kind]

    assert score.right + score.offered >= 0.95 * score.asked, missed(score)
    assert score.wrong <= 0.02 * score.asked, missed(score)
