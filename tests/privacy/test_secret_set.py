"""Recall and false warnings on a set of messages by an author who read no pattern.

A line of secrets.dev.jsonl holds a message, and the secrets in it of which nothing whole may be left; none, where the
message only looks like one that holds a secret. The prefixes of vendors are split in two, so that nobody's scanner takes
the file for a leak; `load` joins them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.privacy import find_secrets

ROWS = Path(__file__).with_name("secrets.dev.jsonl")
LEAST_RECALL = 0.95
MOST_FALSE = 0.01


@dataclass(frozen=True, slots=True)
class Row:
    """One message of the set."""

    number: int
    kind: str
    language: str
    text: str
    secrets: tuple[str, ...]


def load(number: int, line: str) -> Row:
    row = json.loads(line)
    text, secrets = row["text"], row["secrets"]
    for place, parts in enumerate(row.get("parts", [])):
        text = text.replace(f"{{{place}}}", "".join(parts))
        secrets = [secret.replace(f"{{{place}}}", "".join(parts)) for secret in secrets]
    return Row(number, row["kind"], row["language"], text, tuple(secrets))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [load(number, line) for number, line in enumerate(ROWS.read_text(encoding="utf-8").splitlines(), start=1)]


def without_secrets(text: str) -> str:
    pieces, done = [], 0
    for each in find_secrets(text):
        pieces += [text[done : each.span.start], "‹›"]
        done = each.span.end
    return "".join([*pieces, text[done:]])


def test_nearly_every_secret_is_found_whole(rows: list[Row]) -> None:
    """A message with several secrets counts only when all of them are gone."""
    positive = [row for row in rows if row.secrets]
    missed = [
        (row.number, row.kind) for row in positive if any(map(without_secrets(row.text).__contains__, row.secrets))
    ]

    assert {row.language for row in positive} >= {"en", "zh-TW", "ja", "de"}
    assert 1 - len(missed) / len(positive) >= LEAST_RECALL, missed


def test_hardly_any_message_without_a_secret_warns_its_writer(rows: list[Row]) -> None:
    """Hashes, thumbprints, versions, placeholders, event texts, and talk about passwords."""
    negative = [row for row in rows if not row.secrets]
    warned = [(row.number, row.kind) for row in negative if find_secrets(row.text)]

    assert len(negative) > 100
    assert len(warned) / len(negative) <= MOST_FALSE, warned
