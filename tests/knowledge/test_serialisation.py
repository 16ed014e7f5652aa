"""Parsed articles in the cache: the same values as were read, made anew whenever a file changes or cannot be trusted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.diagnosis import build_sceptic
from bot.knowledge.library import read_knowledge
from bot.knowledge.serialisation import dump_knowledge, load_knowledge_from
from bot.settings import KNOWLEDGE
from tests.fixtures.reading import CONNECTOR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "knowledge" / CONNECTOR.name
    shutil.copytree(CONNECTOR, copied)
    return copied


def title(folder: Path, told: list[str]) -> str:
    built = build_sceptic([folder], folder.parent.parent / "cache", told.append)
    return built.knowledge.articles["20502"].prose["en"].title


def test_nothing_is_lost_on_the_way() -> None:
    """Every field of every article, product and relation; each article keeps the one value of its product."""
    knowledge = read_knowledge(KNOWLEDGE)
    again = load_knowledge_from(dump_knowledge(knowledge))

    assert dump_knowledge(again) == dump_knowledge(knowledge)
    assert again.lexicon.products == knowledge.lexicon.products
    assert again.lexicon.cues.id_lengths == knowledge.lexicon.cues.id_lengths
    assert all(article.product is again.products[article.product.id] for article in again.articles.values())
    assert again.relations == knowledge.relations
    assert [article.prose for article in again.articles.values()] == [
        article.prose for article in knowledge.articles.values()
    ]


@pytest.mark.parametrize("content", [b"", b"tea", b"[]", b"{}", b"[1, 2, 3, 4]", b"null"])
def test_anything_else_is_no_knowledge(content: bytes) -> None:
    with pytest.raises(ValueError, match="is no knowledge"):
        load_knowledge_from(content)


def test_unchanged_articles_are_not_parsed_again(folder: Path) -> None:
    told: list[str] = []
    first = title(folder, told)
    (kept,) = (folder.parent.parent / "cache").iterdir()
    written = kept.stat().st_mtime_ns

    assert title(folder, told) == first
    assert kept.stat().st_mtime_ns == written
    assert told == []


def test_a_changed_article_is_read(folder: Path) -> None:
    told: list[str] = []
    first = title(folder, told)
    path = folder / "20502.md"
    path.write_text(path.read_text(encoding="utf-8").replace(f"# {first}", "# The teapot boiled dry"), encoding="utf-8")

    assert title(folder, told) == "The teapot boiled dry"
    assert told == []


def test_a_damaged_cache_is_said_and_made_anew(folder: Path) -> None:
    told: list[str] = []
    first = title(folder, told)
    (kept,) = (folder.parent.parent / "cache").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-100])

    assert title(folder, told) == first
    assert told == [f"{kept} is damaged and is made anew."]
    assert kept.read_bytes() == whole


def test_faults_are_said_at_each_start(folder: Path) -> None:
    """Articles with a fault are not kept: who mends them sees the fault until it is gone."""
    path = folder / "20502.md"
    path.write_text(path.read_text(encoding="utf-8").replace("reviewed: ", "reviewed: once in "), encoding="utf-8")
    for _ in range(2):
        told: list[str] = []
        built = build_sceptic([folder], folder.parent.parent / "cache", told.append)

        assert "20502" not in built.knowledge.articles
        assert any("20502.md" in sentence for sentence in told)
