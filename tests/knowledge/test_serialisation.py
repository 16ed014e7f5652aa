"""Parsed articles in the cache: the same values as were read, made anew whenever a file changes or cannot be trusted."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from bot.cache import Fingerprints
from bot.diagnosis import build_sceptic
from bot.knowledge.files import fingerprint
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
    again, said = load_knowledge_from(dump_knowledge(knowledge, ["Left out: the tea"]))

    assert said == ["Left out: the tea"]
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
    (kept,) = (folder.parent.parent / "cache").glob("articles-*")
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
    (kept,) = (folder.parent.parent / "cache").glob("articles-*")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-100])

    assert title(folder, told) == first
    assert told == [f"{kept} is damaged and is made anew."]
    assert kept.read_bytes() == whole


def test_faults_are_said_at_each_start(folder: Path) -> None:
    """Articles are kept with what was left out: who mends it sees the fault until it is gone, and no start parses all again."""
    path, cache = folder / "20502.md", folder.parent.parent / "cache"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("reviewed: ", "reviewed: once in "), encoding="utf-8")
    said: list[list[str]] = []
    for _ in range(2):
        said.append([])
        built = build_sceptic([folder], cache, said[-1].append)
        (kept,) = cache.glob("articles-*")
        written = kept.stat().st_mtime_ns

        assert "20502" not in built.knowledge.articles
        assert any("20502.md" in sentence for sentence in said[-1])

    assert said[0] == said[1]
    path.write_text(whole, encoding="utf-8")
    told: list[str] = []
    assert "20502" in build_sceptic([folder], cache, told.append).knowledge.articles
    assert told == []
    assert kept.stat().st_mtime_ns == written


def test_a_changed_message_is_read(folder: Path) -> None:
    """The texts of events lie in a folder of their own, and are read with the articles."""
    told: list[str] = []
    cache = folder.parent.parent / "cache"
    before = build_sceptic([folder], cache, told.append).knowledge.messages
    path = min((folder / "messages").glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("messages:")] + 'messages:\n  "20502": The teapot boiled dry\n', encoding="utf-8")
    after = build_sceptic([folder], cache, told.append).knowledge.messages

    assert before != after
    assert "The teapot boiled dry" in after["20502"]


def test_files_that_did_not_change_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns() + 10**10
    monkeypatch.setattr("time.time_ns", lambda: now)
    path = tmp_path / "tea.yaml"
    path.write_text("tea: hot", encoding="utf-8")
    first = Fingerprints(fingerprint)
    hot = first.of(path)
    known = first.dump()

    assert hot == fingerprint(path)
    assert Fingerprints(fingerprint, known.replace(hot.encode(), b"trusted")).of(path) == "trusted"
    again = Fingerprints(fingerprint, known)
    assert again.of(path) == hot
    assert not again.are_new
    path.write_text("tea: cold", encoding="utf-8")
    assert again.of(path) == fingerprint(path) != hot


@pytest.mark.parametrize("content", [b"tea", b"[1]", b'{"x": 1}', b'{"x": [1, 2]}', b"null"])
def test_damaged_fingerprints_are_no_fingerprints(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tea.yaml"
    path.write_text("tea: hot", encoding="utf-8")

    assert Fingerprints(fingerprint, content).of(path) == fingerprint(path)
    assert Fingerprints(fingerprint, b'{"%s": [8, 1, 2, null]}' % str(path).encode()).of(path) == fingerprint(path)


def test_a_file_written_just_now_is_read_again(tmp_path: Path) -> None:
    """Within a tick of the file system's clock a second change has the same time as the first."""
    path = tmp_path / "tea.yaml"
    path.write_text("tea: hot", encoding="utf-8")
    found = Fingerprints(fingerprint)
    found.of(path)

    assert found.dump() == b"{}"
