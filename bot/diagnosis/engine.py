"""Builds everything that deciding needs from a folder of articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cache import Cache
from bot.diagnosis.identity import Identities
from bot.diagnosis.names import NameIndex
from bot.knowledge import Knowledge
from bot.knowledge.reader import load_knowledge

if TYPE_CHECKING:
    from bot.diagnosis.text_classifier import TextClassifier


@dataclass(frozen=True, slots=True)
class Sceptic:
    """Everything needed to decide, built once from the knowledge."""

    knowledge: Knowledge
    identities: Identities
    names: NameIndex
    # Loads, or learns, what free text is matched by; only a question in free text waits for it.
    words: Callable[[], TextClassifier]


def build_sceptic(folder: Path, cache: Path, tell: Callable[[str], None] = lambda _sentence: None) -> Sceptic:
    """Read the articles of one product; what is learned from them is kept in `cache`.

    `tell` is given a sentence when learning begins, since it takes some seconds, once for each change of the phrasings,
    when a file of what was learned cannot be used, and for each fault: an article that has one is left out, and the
    others are not. Raises KnowledgeError when there is no product to read.
    """
    knowledge, faults = load_knowledge(folder)
    for fault in faults:
        tell(f"Left out: {fault}")
    return Sceptic(
        knowledge=knowledge,
        identities=Identities(knowledge),
        names=NameIndex(knowledge.articles.values()),
        words=once(partial(_words, folder, knowledge, Cache(cache, tell))),
    )


def _words(folder: Path, knowledge: Knowledge, cache: Cache) -> TextClassifier:
    # NumPy and all that needs it is loaded here: a look-up of an ID does without.
    from bot.diagnosis.text_classifier import TextClassifier
    from bot.diagnosis.training_files import find_training_files
    from bot.diagnosis.weight_files import WEIGHTS_FILE, find_weights

    files = find_training_files(folder, knowledge)
    concepts = files.read_concepts(cache.tell)
    return TextClassifier(concepts, find_weights(files, concepts, folder.parent / WEIGHTS_FILE, cache))
