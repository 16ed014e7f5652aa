"""Builds everything that deciding needs from a folder of articles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bot.diagnosis.case import Sceptic
from bot.diagnosis.identity import Identities
from bot.diagnosis.names import NameIndex
from bot.knowledge import Fault, KnowledgeError, fingerprint, load_knowledge, load_sayings

if TYPE_CHECKING:
    from bot.diagnosis.learning import Weights
    from bot.diagnosis.words import Words

CONCEPTS_FILE: Final = "concepts.yaml"


def build_sceptic(folder: Path, cache: Path, tell: Callable[[str], None] = lambda _sentence: None) -> Sceptic:
    """Read the articles of one product; what is learned from them is kept in `cache`.

    `tell` is given a sentence when learning begins, since it takes some seconds, once for each change of the articles,
    and one for each fault: an article that has one is left out, and the others are not.
    Raises KnowledgeError when there is no product to read.
    """
    knowledge, faults = load_knowledge(folder)
    for fault in faults:
        tell(f"Left out: {fault}")
    return Sceptic(
        knowledge=knowledge,
        identities=Identities(knowledge),
        names=NameIndex(knowledge.articles.values()),
        words=once(partial(_words, folder, cache, tell, frozenset(knowledge.articles))),
    )


def _words(folder: Path, cache: Path, tell: Callable[[str], None], articles: frozenset[str]) -> Words:
    # numpy and all behind it are loaded here: a look-up of an ID does without.
    from bot.diagnosis.learning import BACKGROUND, VERSION, learn, load_or_learn
    from bot.diagnosis.words import Words

    try:
        concepts = read_concepts(folder.parent / CONCEPTS_FILE)
    except KnowledgeError as error:
        concepts = {}
        tell(f"Left out: {error}")

    def learn_now() -> Weights:
        tell("Learning what people say from the articles; this happens once after they change and takes a few seconds.")
        said, faults = load_sayings(folder)
        for fault in faults:
            tell(f"Left out: {fault}")
        known = [each for each in said if each.article_id is None or each.article_id in articles]
        return learn([(saying.article_id or BACKGROUND, saying.text) for saying in known], concepts)

    kept = cache / f"weights-{VERSION}-{fingerprint(folder, articles)[:24]}.npz"
    return Words(concepts, load_or_learn(kept, learn_now))


def read_concepts(path: Path) -> dict[str, list[str]]:
    """Read the lexicon: concept → expressions. Raises KnowledgeError when it is not one."""
    if not path.exists():
        return {}
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise KnowledgeError([Fault(path, 1, f"cannot be read: {error.strerror}")]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise KnowledgeError(
            [Fault(path, int(mark.line) + 1 if mark else 1, "is not valid YAML; check the quotes")]
        ) from error
    if not isinstance(content, dict) or not all(isinstance(words, list) for words in content.values()):
        raise KnowledgeError([Fault(path, 1, "must be a list of expressions under each concept")])
    return {str(name): [str(word) for word in words] for name, words in content.items()}
