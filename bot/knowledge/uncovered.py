"""Reads `uncovered.yaml`: what people ask about a product that none of its articles answers, by topic."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

from bot.knowledge.faults import KnowledgeError, KnowledgeFault
from bot.knowledge.fields import ADDRESS, Fields, PlacedFault
from bot.knowledge.files import UNCOVERED_FILE
from bot.knowledge.product_values import Topic
from bot.knowledge.yaml_file import line_of, read_yaml

_KEYS: Final = ("topic", "name", "page", "people_say")
_TOPIC: Final = re.compile(r"[a-z0-9-]{1,60}")


def read_topics(path: Path) -> tuple[Topic, ...]:
    """Read the topics of a file, none where there is none. Raises KnowledgeError with its faults."""
    return tuple(topic for topic, _ in _read(path))


def read_uncovered(path: Path) -> list[tuple[str, str]]:
    """Read the questions of a file, each with its topic's ID. Raises KnowledgeError with its faults."""
    return [(topic.id, text) for topic, texts in _read(path) for text in texts]


def _read(path: Path) -> list[tuple[Topic, list[str]]]:
    if not path.is_file():
        return []
    content, tree = read_yaml(path)
    found: list[PlacedFault] = []
    topics = [
        _topic(fields)
        for fields in Fields({"topics": content}, ("topics",), UNCOVERED_FILE, found).each("topics", _KEYS)
    ]
    for name, count in Counter(topic.id for topic, _ in topics).items():
        if count > 1:
            found.append(((), f"has the topic “{name}” {count} times; put them together"))
    if found:
        raise KnowledgeError([KnowledgeFault(path, line_of(tree, place[1:]), sentence) for place, sentence in found])
    return topics


def _topic(fields: Fields) -> tuple[Topic, list[str]]:
    topic = Topic(
        fields.text("topic", pattern=_TOPIC, must="must be small letters, digits and hyphens"),
        fields.translations("name"),
        fields.text("page", "", pattern=ADDRESS, must="must be an address that begins with https://"),
    )
    texts: list[str] = []
    for language, said in fields.entries("people_say").items():
        if isinstance(said, list) and all(isinstance(text, str) and text.strip() for text in said):
            texts += said
        else:
            fields.fault("“people_say” must be a list of questions under each language", "people_say", language)
    if not texts:
        fields.fault("“people_say” is empty; write what people ask", "people_say")
    return topic, texts
