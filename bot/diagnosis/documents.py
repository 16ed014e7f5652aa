"""The texts that are learned from: phrasings by class, and the features extracted from them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import ConceptIndex, Features
from bot.diagnosis.phrasing_index import NO_TOPIC, Hashes, PhrasingIndex, build_index


@dataclass(frozen=True, slots=True)
class Corpus:
    """Phrasings by class, BACKGROUND being that of background talk, and a hash of each class's phrasings."""

    phrasings: Mapping[str, Sequence[str]]
    fingerprints: Mapping[str, str]
    # Of the classes of uncovered questions the topic of each phrasing.
    topics: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Documents:
    """The hashes of all texts' features; text i has its three blocks at ends[3 * i:3 * i + 4].

    Its content words are at content_ends[i:i + 2], its topic is a place in the corpus's topics.
    """

    hashes: Hashes
    ends: npt.NDArray[np.int64]
    content: Hashes
    content_ends: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    topics: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def block_of(self) -> npt.NDArray[np.int64]:
        """The block, counted over all texts, that each hash is in."""
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))

    def some(self, numbers: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]) -> Documents:
        """Return some of the texts, with other labels."""
        blocks = (3 * numbers[:, None] + np.arange(3)).ravel()
        hashes, ends = _take(self.hashes, self.ends, blocks)
        content, content_ends = _take(self.content, self.content_ends, numbers)
        return Documents(hashes, ends, content, content_ends, labels, self.topics[numbers])

    def index(self, classes: int) -> PhrasingIndex:
        """Index the content words of the texts, which stand in the order of their classes."""
        return build_index(self.content, self.content_ends, self.labels, self.topics, classes)


def _take(
    values: Hashes, ends: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    lengths = np.diff(ends)[numbers]
    new_ends = np.concatenate([[0], np.cumsum(lengths)])
    return values[np.repeat(ends[numbers] - new_ends[:-1], lengths) + np.arange(new_ends[-1])], new_ends


def topics_of(corpus: Corpus) -> tuple[str, ...]:
    """Return the topics of a corpus, in order."""
    return tuple(sorted({topic for topics in corpus.topics.values() for topic in topics}))


def spoken(corpus: Corpus) -> list[str]:
    """Return the classes that have phrasings, in order."""
    return sorted(name for name, texts in corpus.phrasings.items() if texts)


def extract(
    corpus: Corpus, concepts: ConceptIndex, classes: Sequence[str], labelled: Sequence[str] | None = None
) -> Documents:
    """Extract the features of some classes' phrasings; a label is the place of a class in `labelled`, or -1."""
    features = Features(concepts)
    place = {name: at for at, name in enumerate(classes if labelled is None else labelled)}
    topic_of = {name: at for at, name in enumerate(topics_of(corpus))}
    hashes, ends, content, content_ends = array("I"), array("q", [0]), array("I"), array("q", [0])
    labels, topics = array("q"), array("h")
    for name in classes:
        about = corpus.topics.get(name)
        for number, text in enumerate(corpus.phrasings[name]):
            found = features.extract(text)
            for block in found.blocks:
                hashes.extend(block)
                ends.append(len(hashes))
            content.extend(found.content)
            content_ends.append(len(content))
            labels.append(place.get(name, -1))
            topics.append(topic_of[about[number]] if about else NO_TOPIC)
    return Documents(
        np.array(hashes, np.uint32),
        np.array(ends, np.int64),
        np.array(content, np.uint32),
        np.array(content_ends, np.int64),
        np.array(labels, np.int64),
        np.array(topics, np.int16),
    )
