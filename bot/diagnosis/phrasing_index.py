"""An inverted index of phrasings: how near a text comes to one of each class, and how much of it a class accounts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.solver import Floats

Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

NO_TOPIC: Final = -1
_FIRST: Final = np.zeros(1, np.int64)
TRAINED_UP_TO: Final = 1000
"""Articles up to which weights are trained; beyond, a text is about the article of the nearest phrasing, and centroids tell
by which words only, since training grows with articles × phrasings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhrasingIndex:
    """The content words of all phrasings; those of a class stand beside each other, classes in order."""

    # Hashes of the words, ascending; word i stands in the phrasings rows[ends[i]:ends[i + 1]].
    words: Hashes
    ends: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]
    # How many phrasings each class has, and of each phrasing the topic, or NO_TOPIC.
    counts: npt.NDArray[np.uint32]
    topic_of: npt.NDArray[np.int16]
    _rarity: Floats = field(init=False, repr=False)
    _lengths: Floats = field(init=False, repr=False)
    _class_of: Places = field(init=False, repr=False)
    first_of: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        total = int(self.counts.sum())
        found = self._found()
        rarity = (np.log((1 + total) / (1 + found)) + 1).astype(np.float32)
        squares = np.bincount(self.rows, weights=np.repeat(rarity**2, found), minlength=total)
        object.__setattr__(self, "_rarity", rarity)
        object.__setattr__(self, "_lengths", np.sqrt(squares).astype(np.float32) + np.float32(1e-6))
        object.__setattr__(self, "_class_of", np.repeat(np.arange(len(self.counts)), self.counts))
        object.__setattr__(self, "first_of", np.concatenate([[0], np.cumsum(self.counts.astype(np.int64))]))

    def knows_any(self, content: Sequence[int]) -> bool:
        """Tell whether one of these words stands in any phrasing."""
        return any(
            at < len(self.words) and int(self.words[at]) == key
            for key, at in zip(content, np.searchsorted(self.words, np.array(content, np.uint32)).tolist(), strict=True)
        )

    def _found(self) -> Places:
        """Return in how many phrasings each word stands."""
        ends = self.ends.astype(np.int64)
        return ends[1:] - ends[:-1]

    def look_up(self, content: Sequence[int]) -> Nearness:
        """Compare the content words of a text with all phrasings."""
        hashes = np.array(content, np.uint32)
        unknown = float(np.log(1 + len(self._class_of)) + 1)
        at = np.minimum(np.searchsorted(self.words, hashes), max(0, len(self.words) - 1))
        at = at[self.words[at] == hashes] if len(self.words) else at[:0]
        ends = self.ends[at + 1].astype(np.int64)
        lengths = ends - self.ends[at].astype(np.int64)
        pieces = [self.rows[end - length : end] for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]
        rows = np.concatenate(pieces) if pieces else self.rows[:0]
        rarity = self._rarity[at]
        lost = len(hashes) - len(at)
        weight = float(rarity.sum()) + lost * unknown
        length = max(float(rarity @ rarity + lost * unknown**2) ** 0.5, 1e-6)
        weights = np.repeat((rarity**2).astype(np.float64), lengths)
        shared: npt.NDArray[np.float64] = np.bincount(rows, weights=weights, minlength=len(self._class_of)).astype(
            np.float64, copy=False
        )
        nearest = self._nearest(rows, shared, length)
        return Nearness(self, rarity / max(weight, 1e-6), at, rows, lengths, shared, length, nearest, lost)

    def _nearest(
        self, rows: npt.NDArray[np.uint32], shared: npt.NDArray[np.float64], length: float
    ) -> npt.NDArray[np.float64]:
        """Return for each class the similarity of its nearest phrasing, 0 where none shares a word with the text."""
        nearest = np.zeros(len(self.counts))
        if len(rows):
            # In order, so that those of a class stand together; one that shares two words may stand there twice.
            there = np.sort(rows)
            classes = self._class_of[there]
            firsts = np.concatenate([_FIRST, (classes[1:] != classes[:-1]).nonzero()[0] + 1])
            similar = shared[there] / self._lengths[there]
            similar /= length
            nearest[classes[firsts]] = np.maximum.reduceat(similar, firsts)
        return nearest

    def words_of(self, classes: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Tell for each word whether some of these classes use it."""
        if not len(self.words):
            return np.zeros(0, np.bool_)
        used: npt.NDArray[np.bool_] = np.logical_or.reduceat(classes[self._class_of[self.rows]], self.ends[:-1])
        return used

    def similar(
        self, shared: npt.NDArray[np.float64], there: slice[int, int, None], length: float
    ) -> npt.NDArray[np.float64]:
        """Return how similar some phrasings are to a text of this length, by what they share with it."""
        similar: npt.NDArray[np.float64] = shared[there] / self._lengths[there]
        similar /= length
        return similar

    def phrasings_of(self, of_class: int) -> slice[int, int, None]:
        """Return where the phrasings of a class stand."""
        return slice(int(self.first_of[of_class]), int(self.first_of[of_class + 1]))

    def with_class_in_front(self) -> PhrasingIndex:
        """Add a class of no phrasings before all others."""
        return replace(self, counts=np.concatenate([np.zeros(1, np.uint32), self.counts]))

    def keep(self, classes: Sequence[int]) -> PhrasingIndex:
        """Keep the phrasings of some classes, in their order."""
        kept = np.isin(self._class_of, classes)
        place = np.cumsum(kept) - 1
        word_of = np.repeat(np.arange(len(self.words)), self._found())
        stays = kept[self.rows]
        found = np.bincount(word_of[stays], minlength=len(self.words))
        words = found > 0
        return PhrasingIndex(
            words=self.words[words],
            ends=np.concatenate([[0], np.cumsum(found[words])]).astype(np.uint32),
            rows=place[self.rows[stays]].astype(np.uint32),
            counts=self.counts[list(classes)],
            topic_of=self.topic_of[kept],
        )


@dataclass(frozen=True, slots=True)
class Nearness:
    """The nearness of one text to all phrasings."""

    index: PhrasingIndex
    # Of each known word its share of the text's rarity, and its place in the index.
    shares: Floats
    words: Places
    # The phrasings in which these words stand, word by word, and in how many each does.
    rows: npt.NDArray[np.uint32]
    counts: Places
    # Of each phrasing what it shares with the text, which has this length.
    shared: npt.NDArray[np.float64]
    length: float
    # For each class the similarity of its nearest phrasing, 0 for a class without any.
    nearest: npt.NDArray[np.float64]
    unknown: int

    def share_of(self, words: npt.NDArray[np.bool_]) -> float:
        """Return the share of the text's rarity whose words are some of the index's."""
        return float(self.shares @ words[self.words])

    def share_of_class(self, of_class: int) -> float:
        """Return the share of the text's rarity whose words one class uses."""
        if not len(self.rows):
            return 0.0
        there = self.index.phrasings_of(of_class)
        said = (self.rows >= there.start) & (self.rows < there.stop)
        return float(self.shares @ np.logical_or.reduceat(said, self.counts.cumsum() - self.counts))

    def topic(self, of_class: int) -> int:
        """Return the topic of the class's nearest phrasing."""
        there = self.index.phrasings_of(of_class)
        found = self.index.similar(self.shared, there, self.length)
        return int(self.index.topic_of[there][found.argmax()]) if len(found) and found.max() > 0 else NO_TOPIC


def build_index(
    hashes: Hashes, ends: Places, labels: Places, topics: npt.NDArray[np.int16], classes: int
) -> PhrasingIndex:
    """Index the content words of phrasings, given in the order of their classes; those of i are hashes[ends[i]:ends[i + 1]]."""
    rows = np.repeat(np.arange(len(labels)), ends[1:] - ends[:-1])
    order = np.lexsort((rows, hashes))
    words, found = np.unique(hashes, return_counts=True)
    return PhrasingIndex(
        words=words,
        ends=np.concatenate([[0], np.cumsum(found)]).astype(np.uint32),
        rows=rows[order].astype(np.uint32),
        counts=np.bincount(labels, minlength=classes).astype(np.uint32),
        topic_of=topics,
    )


NO_PHRASINGS: Final = build_index(
    np.empty(0, np.uint32), np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.int16), 1
)
"""The index of background talk of which none was learned."""
