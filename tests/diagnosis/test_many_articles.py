"""Free text among more articles than weights are trained for: the nearest phrasing tells the article."""

from __future__ import annotations

import pytest

from bot.diagnosis import training, weights
from bot.diagnosis.documents import Corpus
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.text_classifier import TextClassifier
from bot.diagnosis.training import train

_PHRASINGS = {
    "kettle": ["the kettle leaks onto the bench", "water runs out below my kettle", "kettle boils"],
    "samovar": ["the samovar whistles all night", "why does a samovar hum"],
    "toaster": ["the toaster burns every slice", "my bread comes out black"],
}


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("does your kettle leak onto the bench", "kettle"),
        ("a samovar that whistles", "samovar"),
        ("black bread", "toaster"),
    ],
)
def test_the_nearest_phrasing_tells_the_article(text: str, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best phrasing counts, not all that the phrasings of an article have in common."""
    monkeypatch.setattr(training, "TRAINED_UP_TO", 2)
    monkeypatch.setattr(weights, "TRAINED_UP_TO", 2)
    learned = train(Corpus(_PHRASINGS, {}), ConceptIndex.of({}))

    reading = TextClassifier(learned).read(text)

    assert reading is not None
    assert learned.classes[int(reading.scores.best[0])] == article
    articles = reading.scores.raw[1:] / weights.NEAR_SCALE
    assert articles.tolist() == pytest.approx(reading.near.nearest[1:].tolist(), abs=1e-4)
