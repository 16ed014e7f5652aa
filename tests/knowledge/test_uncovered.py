"""Questions that no article answers are sorted by topic, and stand nowhere else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from bot.knowledge.files import BACKGROUND_FILE, PHRASINGS_SUFFIX
from bot.knowledge.phrasings import read_phrasings
from bot.knowledge.yaml_file import read_yaml
from bot.languages import LANGUAGES
from bot.settings import KNOWLEDGE

_FILES: Final = sorted(KNOWLEDGE.glob("*/uncovered.yaml"))
_KEYS: Final = {"topic", "name", "people_say"}


def _topics(path: Path) -> list[dict[str, Any]]:
    content, _ = read_yaml(path)
    assert isinstance(content, list)
    return content


def _questions(path: Path) -> list[str]:
    return [text for topic in _topics(path) for texts in topic["people_say"].values() for text in texts]


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.parent.name)
def test_a_topic_can_be_named_in_a_sentence(path: Path) -> None:
    for topic in _topics(path):
        assert set(topic) - {"page"} == _KEYS, topic["topic"]
        assert set(topic["name"]) == set(LANGUAGES), topic["topic"]
        assert topic["people_say"].keys() >= set(LANGUAGES), topic["topic"]
        assert topic.get("page", "https://").startswith("https://"), topic["topic"]
    assert max(Counter(topic["topic"] for topic in _topics(path)).values()) == 1


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.parent.name)
def test_a_question_without_an_article_stands_once(path: Path) -> None:
    """One that stood under an article, too, would teach both that it is answered and that it is not."""
    counts = Counter(map(_key, _questions(path)))
    assert not [text for text, count in counts.items() if count > 1]
    files: dict[Path, str | None] = {found: found.stem for found in path.parent.glob(f"*{PHRASINGS_SUFFIX}")}
    files[KNOWLEDGE / BACKGROUND_FILE] = None
    for other, article in files.items():
        twice = [text for text in read_phrasings(other, article) if _key(text) in counts]
        assert not twice, f"{other.name}: {twice}"
