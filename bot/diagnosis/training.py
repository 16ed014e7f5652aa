"""Learns from phrasings which features speak for which article.

Needs NumPy alone, and learns the same from the same phrasings; knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.documents import Corpus, Documents, extract, spoken, topics_of
from bot.diagnosis.features import ConceptIndex
from bot.diagnosis.phrasing_index import NO_PHRASINGS, TRAINED_UP_TO, Hashes
from bot.diagnosis.solver import Floats, Rows, fit
from bot.diagnosis.weights import BACKGROUND, BLOCK_WEIGHTS, NEAR_SCALE, SCALE, Weights, find_keys, inverse_frequency

_ALIKE: Final = 0.35
"""Similarity to a phrasing from which a text may be about it, where no background talk is there to compare with."""
_KEPT: Final = 32
"""Articles kept for each feature; with it a look-up costs the same whether there are 31 articles or 100,000."""
AT_ONCE: Final = 20_000
"""Features whose weights for all classes are rounded at a time."""

UNNAMED: Final = "?"
"""Fingerprint of phrasings that came without one."""

_Packed = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]


def train(corpus: Corpus, concepts: ConceptIndex) -> Weights:
    """Learn all classes of a corpus from nothing."""
    classes = spoken(corpus)
    if not any(name != BACKGROUND for name in classes):
        return _knowing_nothing(concepts)
    weights = learn(extract(corpus, concepts, classes), classes, concepts)
    named = tuple(corpus.fingerprints.get(name, UNNAMED) for name in classes)
    return with_silence(replace(weights, fingerprints=named, topics=topics_of(corpus)))


def learn(documents: Documents, classes: Sequence[str], concepts: ConceptIndex) -> Weights:
    """Learn classes from the features of their phrasings."""
    keys, frequencies = find_vocabulary(documents)
    rows = make_rows(documents, keys, inverse_frequency(frequencies, len(documents)))
    if 2 <= len(classes) <= TRAINED_UP_TO:
        margins, bias = np.zeros((len(keys), len(classes)), np.float32), np.zeros(len(classes), np.float32)
        fit(rows, documents.labels, margins, bias, np.zeros((len(rows), len(classes)), np.float32))
        scaled = (margins[at : at + AT_ONCE] * np.float32(SCALE) for at in range(0, len(keys), AT_ONCE))
        columns, values = pack_weights(scaled, len(classes))
        bias *= np.float32(SCALE)
    else:
        columns, values = _centroids(rows, documents.labels, len(classes), len(keys))
        bias = np.zeros(len(classes), np.float32)
    return Weights(
        classes=tuple(classes),
        fingerprints=(UNNAMED,) * len(classes),
        concepts=concepts,
        keys=keys,
        frequencies=frequencies,
        documents=len(documents),
        columns=columns,
        values=values,
        bias=bias,
        index=documents.index(len(classes)),
    )


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


def find_vocabulary(documents: Documents) -> tuple[Hashes, Hashes]:
    """Keep features met twice (words: once), ascending, with the number of texts each is in."""
    are_words = documents.block_of % 3 == 0
    words, counts = np.unique(documents.hashes[are_words], return_counts=True)
    others, more = np.unique(documents.hashes[~are_words], return_counts=True)
    keys, first = np.unique(np.concatenate([words, others[more > 1]]), return_index=True)
    return keys, np.concatenate([counts, more[more > 1]])[first].astype(np.uint32)


def make_rows(documents: Documents, keys: Hashes, idf: Floats) -> Rows:
    """Return a row for each text, as `Weights.row` makes it."""
    at, known = find_keys(keys, documents.hashes)
    block_of = documents.block_of[known]
    values = idf[at]
    blocks = 3 * len(documents)
    lengths = np.sqrt(np.bincount(block_of, weights=values.astype(np.float64) ** 2, minlength=blocks))
    scale = np.tile(BLOCK_WEIGHTS, len(documents)) / np.maximum(lengths, 1e-9)
    ends = np.concatenate([[0], np.cumsum(np.bincount(block_of // 3, minlength=len(documents)))])
    return Rows(at, (values * scale[block_of]).astype(np.float32), ends)


def pack_weights(chunks: Iterable[Floats], classes: int) -> _Packed:
    """Keep each feature's strongest weights, or all of them where there are few classes, in 16 bits."""
    if classes <= _KEPT:
        return np.empty((0, 0), np.uint32), np.concatenate([chunk.astype(np.float16) for chunk in chunks])
    columns, values = list[Hashes](), list[npt.NDArray[np.float16]]()
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
