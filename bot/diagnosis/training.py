"""Learns from phrasings which features speak for which article: from nothing, or on top of weights learned before.

Needs NumPy alone, and learns the same from the same phrasings; knows nothing of files.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import ConceptIndex, Features
from bot.diagnosis.phrasing_index import NO_PHRASINGS, NO_TOPIC, TRAINED_UP_TO, PhrasingIndex, build_index
from bot.diagnosis.solver import Floats, Labels, Rows, fit, multipliers_of
from bot.diagnosis.weights import BACKGROUND, BLOCK_WEIGHTS, NEAR_SCALE, SCALE, Weights, find_keys, inverse_frequency

_ALIKE: Final = 0.35
"""Similarity to a phrasing from which a text may be about it, where no background talk is there to compare with."""
_KEPT: Final = 32
"""Articles kept for each feature; with it a look-up costs the same whether there are 31 articles or 100,000."""
_AT_ONCE: Final = 20_000
"""Features whose weights for all classes are rounded at a time."""

_UNNAMED: Final = "?"
"""Fingerprint of phrasings that came without one."""

_Hashes = npt.NDArray[np.uint32]
_Packed = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]


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

    hashes: _Hashes
    ends: npt.NDArray[np.int64]
    content: _Hashes
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
    values: _Hashes, ends: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]
) -> tuple[_Hashes, npt.NDArray[np.int64]]:
    lengths = np.diff(ends)[numbers]
    new_ends = np.concatenate([[0], np.cumsum(lengths)])
    return values[np.repeat(ends[numbers] - new_ends[:-1], lengths) + np.arange(new_ends[-1])], new_ends


def train(corpus: Corpus, concepts: ConceptIndex) -> Weights:
    """Learn all classes of a corpus from nothing."""
    classes = spoken(corpus)
    if not any(name != BACKGROUND for name in classes):
        return _knowing_nothing(concepts)
    weights = learn(extract(corpus, concepts, classes), classes, concepts)
    named = tuple(corpus.fingerprints.get(name, _UNNAMED) for name in classes)
    return with_silence(replace(weights, fingerprints=named, topics=topics_of(corpus)))


def learn(documents: Documents, classes: Sequence[str], concepts: ConceptIndex) -> Weights:
    """Learn classes from the features of their phrasings."""
    keys, frequencies = _vocabulary(documents)
    rows = _rows(documents, keys, inverse_frequency(frequencies, len(documents)))
    if 2 <= len(classes) <= TRAINED_UP_TO:
        margins, bias = np.zeros((len(keys), len(classes)), np.float32), np.zeros(len(classes), np.float32)
        fit(rows, documents.labels, margins, bias, np.zeros((len(rows), len(classes)), np.float32))
        scaled = (margins[at : at + _AT_ONCE] * np.float32(SCALE) for at in range(0, len(keys), _AT_ONCE))
        columns, values = _pack(scaled, len(classes))
        bias *= np.float32(SCALE)
    else:
        columns, values = _centroids(rows, documents.labels, len(classes), len(keys))
        bias = np.zeros(len(classes), np.float32)
    return Weights(
        classes=tuple(classes),
        fingerprints=(_UNNAMED,) * len(classes),
        concepts=concepts,
        keys=keys,
        frequencies=frequencies,
        documents=len(documents),
        columns=columns,
        values=values,
        bias=bias,
        index=documents.index(len(classes)),
    )


def topics_of(corpus: Corpus) -> tuple[str, ...]:
    """Return the topics of a corpus, in order."""
    return tuple(sorted({topic for topics in corpus.topics.values() for topic in topics}))


def spoken(corpus: Corpus) -> list[str]:
    """Return the classes that have phrasings, in order."""
    return sorted(name for name, texts in corpus.phrasings.items() if texts)


def _knowing_nothing(concepts: ConceptIndex) -> Weights:
    return Weights(
        classes=(BACKGROUND,),
        fingerprints=("",),
        concepts=concepts,
        keys=np.empty(0, np.uint32),
        frequencies=np.empty(0, np.uint32),
        documents=0,
        columns=np.empty((0, 0), np.uint32),
        values=np.empty((0, 1), np.float16),
        bias=np.zeros(1, np.float32),
        index=NO_PHRASINGS,
    )


def with_silence(weights: Weights) -> Weights:
    """Add the class of background talk where there is none: the likeliest of a text that no article claims."""
    if BACKGROUND in weights.classes:
        return weights
    columns, values = weights.columns, weights.values
    if columns.size:
        columns, score = columns + 1, 0.0
    else:
        values, score = np.hstack([np.zeros((len(values), 1), np.float16), values]), 0.0
    if len(weights.classes) == 1 or len(weights.classes) > TRAINED_UP_TO:
        score = NEAR_SCALE * _ALIKE
    return replace(
        weights,
        classes=(BACKGROUND, *weights.classes),
        fingerprints=("", *weights.fingerprints),
        columns=columns,
        values=values,
        bias=np.concatenate([np.array([score], np.float32), weights.bias]),
        index=weights.index.with_class_in_front(),
    )


def forget(weights: Weights, classes: Sequence[str]) -> Weights:
    """Keep only the weights of some classes."""
    kept = [at for at, name in enumerate(weights.classes) if name in classes]
    columns, values = weights.columns, weights.values
    if columns.size:
        place = np.zeros(len(weights.classes), np.uint32)
        place[kept] = np.arange(len(kept))
        known = np.isin(columns, kept)
        columns, values = place[columns], np.where(known, values, np.float16(0))
    else:
        values = values[:, kept]
    return replace(
        weights,
        classes=tuple(weights.classes[at] for at in kept),
        fingerprints=tuple(weights.fingerprints[at] for at in kept),
        columns=columns,
        values=values,
        bias=weights.bias[kept],
        index=weights.index.keep(kept),
    )


def learn_on_top(weights: Weights, corpus: Corpus) -> Weights:
    """Learn those classes of a corpus that the weights do not know, and move the known ones accordingly.

    `weights` must know no class that is not in the corpus. Rarity of known features stays as it is.
    """
    new = [name for name in spoken(corpus) if name not in weights.classes]
    if not new:
        return weights
    keys, frequencies = _merge(weights, *_vocabulary(extract(corpus, weights.concepts, new)))
    names = [*weights.classes, *new]
    documents = extract(corpus, weights.concepts, spoken(corpus), names)
    rows = _rows(documents, keys, inverse_frequency(frequencies, weights.documents))
    known = len(weights.classes)
    added, added_bias = np.zeros((len(keys), len(new)), np.float32), np.zeros(len(new), np.float32)
    multipliers = np.zeros((len(rows), len(new)), np.float32)
    fit(rows, np.maximum(documents.labels - known, -1), added, added_bias, multipliers)
    # Of what the known classes were learned from, only what is near the new ones has to be learned again.
    near = np.flatnonzero((documents.labels >= known) | multipliers.any(axis=1))
    touched, moved, moved_bias = _move(weights, keys, rows.some(near), documents.labels[near])
    order = sorted(range(len(names)), key=names.__getitem__)

    def chunks() -> Iterator[Floats]:
        for start in range(0, len(keys), _AT_ONCE):
            margins = _dense(weights, keys[start : start + _AT_ONCE])
            first, last = np.searchsorted(touched, (start, start + _AT_ONCE))
            margins[touched[first:last] - start] = moved[first:last]
            yield np.hstack([margins, added[start : start + _AT_ONCE]])[:, order] * np.float32(SCALE)

    columns, values = _pack(chunks(), len(names))
    ordered = [names[at] for at in order]
    return Weights(
        classes=tuple(ordered),
        fingerprints=tuple(corpus.fingerprints.get(name, _UNNAMED) for name in ordered),
        concepts=weights.concepts,
        keys=keys,
        frequencies=frequencies,
        documents=weights.documents,
        columns=columns,
        values=values,
        index=_index_again(corpus, documents, ordered),
        topics=topics_of(corpus),
        judge=weights.judge,
        bias=np.concatenate([moved_bias, added_bias])[order] * np.float32(SCALE),
    )


def _index_again(corpus: Corpus, documents: Documents, ordered: Sequence[str]) -> PhrasingIndex:
    """Index the texts of a corpus, of which there may be none for some of the classes."""
    classes = spoken(corpus)
    counts = [len(corpus.phrasings[name]) for name in classes]
    labels = np.repeat([ordered.index(name) for name in classes], counts)
    return replace(documents, labels=labels).index(len(ordered))


def _move(weights: Weights, keys: _Hashes, rows: Rows, labels: Labels) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Fit the known classes to rows of them and of new ones; return the features moved, their margins, and the bias."""
    touched = np.unique(rows.at)
    rows = replace(rows, at=np.searchsorted(touched, rows.at))
    margins, bias = _dense(weights, keys[touched]), weights.bias / np.float32(SCALE)
    are_new = labels >= len(weights.classes)
    labels = np.where(are_new, -1, labels)
    multipliers = multipliers_of(rows, labels, margins, bias)
    multipliers[are_new] = 0
    fit(rows, labels, margins, bias, multipliers)
    return touched, margins, bias


def _dense(weights: Weights, keys: _Hashes) -> Floats:
    """Return the margins of some features for all classes, in 32 bits; a feature not known has none."""
    dense = np.zeros((len(keys), len(weights.classes)), np.float32)
    at, known = find_keys(weights.keys, keys)
    if weights.columns.size:
        for columns, values in zip(weights.columns[at].T, weights.values[at].T, strict=True):
            dense[known, columns] += values
    else:
        dense[known] = weights.values[at]
    return dense / np.float32(SCALE)


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


def _vocabulary(documents: Documents) -> tuple[_Hashes, _Hashes]:
    """Keep features met twice (words: once), ascending, with the number of texts each is in."""
    are_words = documents.block_of % 3 == 0
    words, counts = np.unique(documents.hashes[are_words], return_counts=True)
    others, more = np.unique(documents.hashes[~are_words], return_counts=True)
    keys, first = np.unique(np.concatenate([words, others[more > 1]]), return_index=True)
    return keys, np.concatenate([counts, more[more > 1]])[first].astype(np.uint32)


def _merge(weights: Weights, keys: _Hashes, frequencies: _Hashes) -> tuple[_Hashes, _Hashes]:
    """Add new features to those known, whose frequencies stay: what was learned of them was learned with these."""
    merged, first = np.unique(np.concatenate([weights.keys, keys]), return_index=True)
    return merged, np.concatenate([weights.frequencies, frequencies])[first].astype(np.uint32)


def _rows(documents: Documents, keys: _Hashes, idf: Floats) -> Rows:
    """Return a row for each text, as `Weights.row` makes it."""
    at, known = find_keys(keys, documents.hashes)
    block_of = documents.block_of[known]
    values = idf[at]
    blocks = 3 * len(documents)
    lengths = np.sqrt(np.bincount(block_of, weights=values.astype(np.float64) ** 2, minlength=blocks))
    scale = np.tile(BLOCK_WEIGHTS, len(documents)) / np.maximum(lengths, 1e-9)
    ends = np.concatenate([[0], np.cumsum(np.bincount(block_of // 3, minlength=len(documents)))])
    return Rows(at, (values * scale[block_of]).astype(np.float32), ends)


def _pack(chunks: Iterable[Floats], classes: int) -> _Packed:
    """Keep each feature's strongest weights, or all of them where there are few classes, in 16 bits."""
    if classes <= _KEPT:
        return np.empty((0, 0), np.uint32), np.concatenate([chunk.astype(np.float16) for chunk in chunks])
    columns, values = list[_Hashes](), list[npt.NDArray[np.float16]]()
    for chunk in chunks:
        strongest = np.argpartition(-np.abs(chunk), _KEPT - 1, axis=1)[:, :_KEPT]
        columns.append(strongest.astype(np.uint32))
        values.append(np.take_along_axis(chunk, strongest, axis=1).astype(np.float16))
    return np.concatenate(columns), np.concatenate(values)


def _centroids(rows: Rows, labels: npt.NDArray[np.int64], classes: int, features: int) -> _Packed:
    """Weigh features by each class's centroid, of length one, so that few phrasings count as much as many."""
    label_of = np.repeat(labels, np.diff(rows.ends))
    pairs, place = np.unique(rows.at * classes + label_of, return_inverse=True)
    sums = np.bincount(place, weights=rows.values).astype(np.float64)
    feature, of_class = np.divmod(pairs, classes)
    lengths = np.sqrt(np.bincount(of_class, weights=sums**2, minlength=classes))
    sums *= NEAR_SCALE / lengths[of_class]
    order = np.lexsort((-sums, feature))
    feature, of_class, sums = feature[order], of_class[order], sums[order]
    rank = np.arange(len(feature)) - np.searchsorted(feature, feature)
    near = rank < _KEPT
    columns, values = np.zeros((features, _KEPT), np.uint32), np.zeros((features, _KEPT), np.float16)
    columns[feature[near], rank[near]] = of_class[near]
    values[feature[near], rank[near]] = sums[near]
    return columns, values
