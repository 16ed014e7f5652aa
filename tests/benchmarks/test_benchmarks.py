"""Each benchmark at its smallest size: it still fits the bot that it measures. Its figures are not looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.diagnosis import Sceptic, diagnose
from bot.diagnosis.identity import Identities
from bot.diagnosis.names import NameIndex
from bot.knowledge.library import check_knowledge
from tests.benchmarks import batch, hostile, lookup, matchers, reading, similar, start
from tests.benchmarks.synthetic import Synthetic, make_knowledge
from tests.fixtures.reading import CONNECTOR, read_evidence

_MADE_UP = 10


@pytest.fixture(scope="module")
def synthetic(sceptic: Sceptic) -> Synthetic:
    own = sum(each.product.id == CONNECTOR.name for each in sceptic.knowledge.articles.values())
    return make_knowledge(CONNECTOR, own + _MADE_UP)


def test_made_up_articles_are_answered_like_the_real_ones(synthetic: Synthetic, sceptic: Sceptic) -> None:
    """The times of the look-up are those of an answer, not of an ID that nothing is known about."""
    knowledge = synthetic.knowledge
    made_up = [each for each in knowledge.articles.values() if each.id not in sceptic.knowledge.articles]
    names = NameIndex(knowledge.articles.values())
    larger = replace(sceptic, knowledge=knowledge, identities=Identities(knowledge), names=names)

    found = {
        each.id: diagnose(read_evidence(f"What is {each.id}?", knowledge.lexicon), larger, "command").entries
        for each in [*made_up, knowledge.articles["20502"]]
    }

    assert {each.kind for each in made_up} == {"event", "code"}
    assert len(made_up) == _MADE_UP
    assert found == {article_id: (article_id,) for article_id in found}
    assert all(any(article_id == key for key, _ in synthetic.sayings) for article_id in found)


@pytest.mark.parametrize("kind", [matchers.Rapidfuzz, matchers.FullText, matchers.Bm25s])
def test_the_other_matchers_find_an_article_by_its_own_words(
    synthetic: Synthetic, kind: type[matchers.Rapidfuzz | matchers.FullText | matchers.Bm25s]
) -> None:
    """A yardstick that finds nothing would be quick."""
    documents = synthetic.documents()

    assert "20502" in kind(documents).find(documents["20502"])


@pytest.mark.thorough
def test_the_look_up_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Learning takes half a minute."""
    lookup.run(lookup.SIZES[:1])

    assert "| together   | bm25s" in capsys.readouterr().out


@pytest.mark.thorough
def test_starting_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Against itself, once."""
    start.run(None, rounds=1)

    assert "| an ID, one product, empty cache" in capsys.readouterr().out


def test_the_product_that_a_start_is_measured_with_stands_alone(tmp_path: Path) -> None:
    """No other product is copied with it; that its articles refer to others does not matter."""
    knowledge, _ = check_knowledge(start.copy_one_product(tmp_path / "one"))

    assert [*knowledge.products] == [CONNECTOR.name]
    assert "20502" in knowledge.articles


def test_the_reading_of_pastes_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    reading.run((400,))

    assert "| prose, zh-TW" in capsys.readouterr().out


def test_growth_with_hostile_text_is_measured(sceptic: Sceptic) -> None:
    """Every kind of text is read, and decided on at both surfaces."""
    for generator in hostile.GENERATORS:
        phases = hostile.measure(generator, sceptic, (60, 120, 240), repetitions=1)
        assert [each.phase for each in phases] == ["read", "command", "channel"]


def test_similar_incidents_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    similar.run((30,), (11,))

    assert "| nothing like it" in capsys.readouterr().out


def test_a_batch_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    batch.run(50, rounds=1)

    assert "| sceptic ask, free text" in capsys.readouterr().out
