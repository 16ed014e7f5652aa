"""Builds everything that deciding needs from a folder of articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from bot.diagnosis.case import Sceptic
from bot.diagnosis.identity import Identities
from bot.diagnosis.learning import BACKGROUND, VERSION, Weights, learn, load_or_learn
from bot.diagnosis.names import NameIndex
from bot.diagnosis.words import Words
from bot.knowledge import Fault, KnowledgeError, fingerprint, read_knowledge, read_sayings

CONCEPTS_FILE: Final = "concepts.yaml"


def build_sceptic(folder: Path, cache: Path, tell: Callable[[str], None] = lambda _sentence: None) -> Sceptic:
    """Read the articles of one product; what is learned from them is kept in `cache`.

    `tell` is given a sentence when learning begins, since it takes some seconds, once for each change of the articles.
    Raises KnowledgeError when the articles have faults.
    """
    knowledge = read_knowledge(folder)
    concepts = read_concepts(folder.parent / CONCEPTS_FILE)
    kept = cache / f"weights-{VERSION}-{fingerprint(folder)[:24]}.npz"
    return Sceptic(
        knowledge=knowledge,
        identities=Identities(knowledge),
        names=NameIndex(knowledge.articles.values()),
        words=Words(concepts, partial(load_or_learn, kept, partial(_learn, folder, concepts, tell))),
    )


def _learn(folder: Path, concepts: dict[str, list[str]], tell: Callable[[str], None]) -> Weights:
    tell("Learning what people say from the articles; this happens once after they change and takes a few seconds.")
    pairs = [(saying.article_id or BACKGROUND, saying.text) for saying in read_sayings(folder)]
    return learn(pairs, concepts)


def read_concepts(path: Path) -> dict[str, list[str]]:
    """Read the lexicon: concept → expressions. Raises KnowledgeError when it is not one."""
    if not path.exists():
        return {}
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise KnowledgeError(
            [Fault(path, int(mark.line) + 1 if mark else 1, "is not valid YAML; check the quotes")]
        ) from error
    if not isinstance(content, dict) or not all(isinstance(words, list) for words in content.values()):
        raise KnowledgeError([Fault(path, 1, "must be a list of expressions under each concept")])
    return {str(name): [str(word) for word in words] for name, words in content.items()}
