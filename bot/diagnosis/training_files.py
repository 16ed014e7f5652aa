"""The files that free text is learned from: phrasings by article, background talk, and the concepts that words stand for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.diagnosis.documents import Corpus
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.weights import BACKGROUND, UNCOVERED
from bot.knowledge import Knowledge, KnowledgeError, KnowledgeFault
from bot.knowledge.files import CONCEPTS_FILE, OTHER_PRODUCTS_FILE, UNCOVERED_FILE, fingerprint, phrasing_files

if TYPE_CHECKING:
    from bot.knowledge.other_names import OtherName


@dataclass(frozen=True, slots=True)
class TrainingFiles:
    """The files of a set of articles, with a hash of the content of each."""

    # By class: an article's ID, BACKGROUND, or UNCOVERED with a product's ID.
    phrasings: Mapping[str, Path]
    concepts: Path
    others: Path
    fingerprint_of: Callable[[Path], str] = fingerprint
    fingerprints: Mapping[str, str] = field(init=False)
    concepts_fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "fingerprints", {name: self.fingerprint_of(path) for name, path in self.phrasings.items()}
        )
        there = self.concepts.is_file()
        object.__setattr__(self, "concepts_fingerprint", self.fingerprint_of(self.concepts) if there else "")

    @property
    def fingerprint(self) -> str:
        """A hash of everything that is learned from."""
        lines = sorted(f"{name}={found}\n" for name, found in self.fingerprints.items())
        return hashlib.sha256("".join([self.concepts_fingerprint, "\n", *lines]).encode()).hexdigest()[:24]

    def read_corpus(self, tell: Callable[[str], None]) -> Corpus:
        """Read all phrasings by class; a file with a fault is left out, and said."""
        from bot.knowledge.phrasings import read_phrasings
        from bot.knowledge.uncovered import read_uncovered

        phrasings: dict[str, list[str]] = {}
        topics: dict[str, list[str]] = {}
        for name, path in sorted(self.phrasings.items()):
            try:
                if name.startswith(UNCOVERED):
                    found = read_uncovered(path)
                    phrasings[name] = [text for _, text in found]
                    topics[name] = [f"{name.removeprefix(UNCOVERED)}/{topic}" for topic, _ in found]
                else:
                    phrasings[name] = read_phrasings(path, name or None)
            except KnowledgeError as error:
                tell(f"Left out: {error}")
        return Corpus(phrasings, self.fingerprints, topics)

    def read_others(self, tell: Callable[[str], None]) -> tuple[OtherName, ...]:
        """Read the names of other products; when their file has a fault there are none, and it is said."""
        from bot.knowledge.other_names import read_other_names

        try:
            return read_other_names(self.others)
        except KnowledgeError as error:
            tell(f"Left out: {error}")
            return ()

    def read_concepts(self, tell: Callable[[str], None]) -> ConceptIndex:
        """Read the concepts; when their file has a fault there are none, and it is said."""
        try:
            found = read_concepts(self.concepts)
        except KnowledgeError as error:
            tell(f"Left out: {error}")
            found = {}
        return ConceptIndex.of(found, self.concepts_fingerprint)


def find_training_files(
    knowledge: Knowledge, shared: Path, fingerprint_of: Callable[[Path], str] = fingerprint
) -> TrainingFiles:
    """Return the files of all products; background talk, concepts and others' names are in the `shared` folder."""
    files = {article_id or BACKGROUND: path for article_id, path in phrasing_files(knowledge, shared).items()}
    for product in knowledge.products.values():
        # A file with a fault has no topics.
        if product.topics:
            files[UNCOVERED + product.id] = product.path(UNCOVERED_FILE)
    return TrainingFiles(files, shared / CONCEPTS_FILE, shared / OTHER_PRODUCTS_FILE, fingerprint_of)


def read_concepts(path: Path) -> dict[str, list[str]]:
    """Read concept → expressions. Raises KnowledgeError when the file holds anything else."""
    import yaml

    if not path.exists():
        return {}
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise KnowledgeError([KnowledgeFault(path, 1, f"cannot be read: {error.strerror}")]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise KnowledgeError(
            [KnowledgeFault(path, int(mark.line) + 1 if mark else 1, "is not valid YAML; check the quotes")]
        ) from error
    if not isinstance(content, dict) or not all(isinstance(words, list) for words in content.values()):
        raise KnowledgeError([KnowledgeFault(path, 1, "must be a list of expressions under each concept")])
    return {str(name): [str(word) for word in words] for name, words in content.items()}
