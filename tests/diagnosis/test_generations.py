"""Articles that mean the same of a product and of the one that took its place: which one a question in words is answered by."""

from __future__ import annotations

import pytest

from bot.diagnosis.documents import Corpus
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.outcomes import Generations
from bot.diagnosis.subject import SubjectReader
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.training import train
from bot.evidence.lexicon import ProductWords, compile_lexicon

SAID = {
    "old-7": ["the boiler valve got stuck", "valve of the boiler cannot move", "stuck boiler valve since lunch"],
    "new-70": ["a boiler valve is stuck", "the valve on the boiler does not move", "boiler valve stuck again"],
    "new-71": ["the whistle is silent", "no whistle any more", "whistle makes no sound"],
    "old-8": ["the spout drips", "water drips from the spout", "dripping spout"],
}
WORDS = [
    ProductWords(product="kettle", strong=("Kettlewerk",), weak=("boiler",)),
    ProductWords(product="teapot", strong=("Teapotter",), weak=("boiler",)),
]


def classifier(*pairs: tuple[str, str]) -> TextClassifier:
    weights = train(Corpus(SAID, dict.fromkeys(SAID, "x")), ConceptIndex.of({}))
    generations = Generations(tuple((older, "kettle", newer, "teapot") for older, newer in pairs))
    return TextClassifier(weights, None, SubjectReader(compile_lexicon(WORDS), ()), generations)


@pytest.mark.parametrize(
    ("text", "about", "first"),
    [
        ("boiler valve stuck", None, "new-70"),
        ("boiler valve stuck on the Kettlewerk", None, "old-7"),
        ("boiler valve stuck on the Teapotter", None, "new-70"),
        ("boiler valve stuck: Kettlewerk or Teapotter?", None, "new-70"),
        ("boiler valve stuck", "kettle", "old-7"),
        ("boiler valve stuck", "teapot", "new-70"),
    ],
)
def test_the_newer_one_answers_unless_words_or_the_conversation_mean_the_older(
    text: str, about: str | None, first: str
) -> None:
    guess = classifier(("old-7", "new-70")).guess(text, about=about)

    assert guess.ranked[0] == first
    assert not {"old-7", "new-70"} <= set(guess.ranked[:2])


def test_articles_of_two_generations_that_differ_stay_two() -> None:
    apart = classifier().guess("boiler valve stuck")
    joined = classifier(("old-7", "new-70")).guess("boiler valve stuck")

    assert set(apart.ranked[:2]) == {"old-7", "new-70"}
    assert joined.probabilities[0] == pytest.approx(sum(apart.probabilities[:2]))


def test_an_article_is_the_same_as_its_counterparts() -> None:
    generations = Generations((("old-7", "kettle", "new-70", "teapot"), ("old-7", "kettle", "new-71", "teapot")))

    assert generations.same_as("old-7") == {"old-7", "new-70", "new-71"}
    assert generations.same_as("new-70") == {"old-7", "new-70"}
    assert generations.same_as("old-8") == {"old-8"}
