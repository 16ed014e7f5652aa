"""Origins of weights: the shipped file where nothing changed, else learning on top of it, else learning alone."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.diagnosis import Sceptic, build_sceptic, diagnose
from bot.diagnosis.documents import Corpus
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.incremental_training import forget, learn_on_top
from bot.diagnosis.text_classifier import Guess, TextClassifier
from bot.diagnosis.training import train
from bot.diagnosis.training_code import fingerprint_training
from bot.diagnosis.weight_files import check_weights, write_weights
from bot.diagnosis.weights import dump_weights, load_weights
from bot.settings import KNOWLEDGE
from tests.fixtures.reading import CONNECTOR, read_evidence

SEVEN = ("20500", "20502", "20100", "20102", "10010", "10020", "20600")


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real articles with few of their phrasings, and weights learned from these."""
    shared = tmp_path_factory.mktemp("learned") / "knowledge"
    copied = Path(shutil.copytree(CONNECTOR, shared / CONNECTOR.name))
    for path in KNOWLEDGE.glob("*.yaml"):
        shutil.copy(path, shared)
    for path in [*copied.glob("*.people-say.yaml"), shared / "background.yaml"]:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        phrasings = content.get("everyday", content)["en"][:10]
        path.write_text(yaml.safe_dump({"en": phrasings}, allow_unicode=True), encoding="utf-8")
    write_weights(copied, tell=print)
    return shared


@pytest.fixture
def folder(learned: Path, tmp_path: Path) -> Path:
    shutil.copytree(learned, tmp_path / "knowledge")
    return tmp_path / "knowledge" / CONNECTOR.name


@pytest.fixture
def told() -> list[str]:
    return []


def start(folder: Path, told: list[str]) -> Sceptic:
    return build_sceptic([folder], folder.parent.parent / "cache", told.append)


def asked(text: str, sceptic: Sceptic) -> tuple[str, ...]:
    return diagnose(read_evidence(text), sceptic).entries


def named(text: str, sceptic: Sceptic) -> tuple[str, ...]:
    """Articles answered or offered."""
    diagnosis = diagnose(read_evidence(text), sceptic)
    return (*diagnosis.entries, *(match.article.id for match in diagnosis.choices))


def kept(folder: Path) -> list[str]:
    return [path.name for path in (folder.parent.parent / "cache").glob("weights-*")]


def say(folder: Path, article_id: str, text: str) -> None:
    path = folder / f"{article_id}.people-say.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f'- "{text}"\n', encoding="utf-8")


def test_shipped_weights_need_no_learning(folder: Path, told: list[str]) -> None:
    assert check_weights(folder) is None
    assert asked("the challenge could not be verified", start(folder, told)) == ("20502",)
    assert told == []
    assert kept(folder) == []


def test_a_checkout_with_other_line_endings_needs_no_learning(folder: Path, told: list[str]) -> None:
    """Git on Windows may write them."""
    for path in [*folder.glob("*.people-say.yaml"), *folder.parent.glob("*.yaml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert check_weights(folder) is None


def test_a_changed_article_is_learned_on_top_once(folder: Path, told: list[str]) -> None:
    """It is said, kept for the next start, and the other articles are found as before."""
    say(folder, "20502", "the SCEP challenge boils over on every phone")
    for _ in range(2):
        sceptic = start(folder, told)
        assert asked("SCEP challenge boils over on our phones", sceptic) == ("20502",)
        assert asked("the challenge could not be verified", sceptic) == ("20502",)

    assert told == [
        "Learning the phrasings of 20502 on top of the shipped weights, once after they changed; this takes some seconds."
    ]
    assert len(kept(folder)) == 1


def test_many_changed_articles_are_learned_with_all_others(folder: Path, told: list[str]) -> None:
    for article_id in SEVEN:
        say(folder, article_id, f"teapot number {article_id}")
    start(folder, told).words()

    assert told == ["Learning the articles' phrasings, once after they changed; this may take a quarter of a minute."]


def test_an_article_that_is_gone_is_forgotten_without_learning(folder: Path, told: list[str]) -> None:
    """Its words lead to no article that is not there."""
    sceptic = start(folder, told)
    assert "10010" in named("the connector service was started", sceptic)
    (folder / "10010.people-say.yaml").unlink()
    sceptic = start(folder, told)

    assert "10010" not in named("the connector service was started", sceptic)
    assert asked("the challenge could not be verified", sceptic) == ("20502",)
    assert told == []


def test_other_concepts_are_learned_from_nothing(folder: Path, told: list[str]) -> None:
    """With them every text has other features."""
    concepts = folder.parent / "concepts.yaml"
    concepts.write_text(concepts.read_text(encoding="utf-8") + '\nteapots: ["teapot", "samovar"]\n', encoding="utf-8")

    assert check_weights(folder) == (
        f"{folder.parent / 'weights.npz'} was learned from another concepts.yaml; run: make weights"
    )
    assert asked("the challenge could not be verified", start(folder, told)) == ("20502",)
    assert len(told) == 1


def test_weights_of_other_code_are_told_from_those_of_this(folder: Path) -> None:
    """A signal that is measured in another way means something else to a judge that was trained before."""
    path = folder.parent / "weights.npz"
    path.write_bytes(dump_weights(replace(load_weights(path.read_bytes()), code="teapot")))

    assert check_weights(folder) == (
        f"{path} was trained by other code: a feature, a signal or the judge has changed since; run: make weights"
    )


def test_a_word_about_the_code_is_no_other_code(tmp_path: Path) -> None:
    """Docstrings and comments may change, and line endings; what Python reads, and what it imports, may not."""
    trainer, imported = tmp_path / "trainer.py", tmp_path / "kettle.py"
    trainer.write_text('"""Learns."""\nfrom bot.diagnosis.kettle import water\n\nHOT = 1\n"""Of ten."""\n')
    imported.write_text("water = 1\n")
    before = fingerprint_training(tmp_path, "trainer")
    trainer.write_bytes(b'"""Learns more."""\r\nfrom bot.diagnosis.kettle import water\r\n# Hot.\r\nHOT = 1\r\n')
    assert fingerprint_training(tmp_path, "trainer") == before

    imported.write_text("water = 2\n")
    assert fingerprint_training(tmp_path, "trainer") != before


def another_version(whole: bytes) -> bytes:
    with np.load(io.BytesIO(whole)) as file:
        arrays = dict(file)
    written = io.BytesIO()
    np.savez_compressed(written, **{**arrays, "format": arrays["format"] - 1})
    return written.getvalue()


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda whole: whole[: len(whole) // 2], "is damaged"),
        (lambda whole: b"", "is damaged"),
        (lambda whole: b"tea", "is damaged"),
        (lambda whole: whole[:9000] + bytes(9000) + whole[18000:], "is damaged"),
        (another_version, "belongs to another version of Sceptic"),
    ],
    ids=["half", "nothing", "tea", "zeros inside", "another version"],
)
def test_a_damaged_file_is_named_and_the_bot_answers(
    folder: Path, told: list[str], damage: Callable[[bytes], bytes], why: str
) -> None:
    path = folder.parent / "weights.npz"
    path.write_bytes(damage(path.read_bytes()))

    assert asked("the challenge could not be verified", start(folder, told)) == ("20502",)
    assert told[0] == f"{path} {why}; install Sceptic again, or in a checkout run: make weights"
    assert check_weights(folder) == f"{path} {why}; run: make weights"


PHRASINGS = {
    "A": ["the teapot boiled dry", "no water in the teapot", "our teapot is empty"],
    "B": ["the kettle whistles", "kettle makes a noise", "that kettle is loud"],
    "C": ["the samovar leaks", "water drips from the samovar", "our samovar is wet"],
}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_product_of_one_to_three_articles_without_background_talk(count: int) -> None:
    """Nothing but a few phrasings: what they are about is found, and everyday talk is left alone."""
    classes = dict(list(PHRASINGS.items())[:count])
    classifier = TextClassifier(train(Corpus(classes, {}), ConceptIndex.of({})))

    for name, said in classes.items():
        guess = classifier.guess(said[0])
        assert (guess.decision, guess.ranked[0]) == ("answer", name)
    for text in ("good morning everybody", "is lunch at noon?", "zzz"):
        assert classifier.guess(text).decision == "silent"


def test_no_phrasings_at_all_name_no_article() -> None:
    for corpus in (Corpus({}, {}), Corpus({"": ["good morning"]}, {}), Corpus({"A": []}, {})):
        classifier = TextClassifier(train(corpus, ConceptIndex.of({})))

        assert classifier.guess("the teapot boiled dry") == classifier.guess("") == Guess("silent")


@pytest.mark.parametrize("others", [0, 40])
def test_a_new_article_is_learned_on_top_of_few_and_of_many(others: int) -> None:
    """With more than 32 classes each feature keeps its strongest weights only."""
    many = {f"X{number:02}": [f"gadget{number} number{number} fails"] * 2 for number in range(others)}
    known = train(Corpus({**many, "A": PHRASINGS["A"], "B": PHRASINGS["B"]}, {}), ConceptIndex.of({}))
    corpus = Corpus({**many, **PHRASINGS}, dict.fromkeys([*many, *PHRASINGS], "hash"))
    on_top = learn_on_top(known, corpus)
    again = load_weights(dump_weights(on_top))

    assert on_top.classes == ("", "A", "B", "C", *many)
    for weights in (on_top, again):
        classifier = TextClassifier(weights)
        for name, said in PHRASINGS.items():
            assert [classifier.guess(text).ranked[0] for text in said] == [name] * 3
    forgotten = TextClassifier(forget(on_top, ["", "A", "B", *many]))
    assert "C" not in forgotten.guess("the samovar leaks").ranked
