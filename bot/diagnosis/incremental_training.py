"""Learns classes on top of weights learned before, and forgets classes; most of what was learned stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bot.diagnosis.documents import Corpus, Documents, extract, spoken, topics_of
from bot.diagnosis.phrasing_index import Hashes, PhrasingIndex
from bot.diagnosis.solver import Floats, Labels, Rows, fit, multipliers_of
from bot.diagnosis.training import AT_ONCE, UNNAMED, find_vocabulary, make_rows, pack_weights
from bot.diagnosis.weights import SCALE, Weights, find_keys, inverse_frequency


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
    keys, frequencies = _merge(weights, *find_vocabulary(extract(corpus, weights.concepts, new)))
    names = [*weights.classes, *new]
    documents = extract(corpus, weights.concepts, spoken(corpus), names)
    rows = make_rows(documents, keys, inverse_frequency(frequencies, weights.documents))
    known = len(weights.classes)
    added, added_bias = np.zeros((len(keys), len(new)), np.float32), np.zeros(len(new), np.float32)
    multipliers = np.zeros((len(rows), len(new)), np.float32)
    fit(rows, np.maximum(documents.labels - known, -1), added, added_bias, multipliers)
    # Of what the known classes were learned from, only what is near the new ones has to be learned again.
    near = np.flatnonzero((documents.labels >= known) | multipliers.any(axis=1))
    touched, moved, moved_bias = _move(weights, keys, rows.some(near), documents.labels[near])
    order = sorted(range(len(names)), key=names.__getitem__)

    def chunks() -> Iterator[Floats]:
        for start in range(0, len(keys), AT_ONCE):
            margins = _dense(weights, keys[start : start + AT_ONCE])
            first, last = np.searchsorted(touched, (start, start + AT_ONCE))
            margins[touched[first:last] - start] = moved[first:last]
            yield np.hstack([margins, added[start : start + AT_ONCE]])[:, order] * np.float32(SCALE)

    columns, values = pack_weights(chunks(), len(names))
    ordered = [names[at] for at in order]
    return Weights(
        classes=tuple(ordered),
        fingerprints=tuple(corpus.fingerprints.get(name, UNNAMED) for name in ordered),
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


def _move(weights: Weights, keys: Hashes, rows: Rows, labels: Labels) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
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


def _dense(weights: Weights, keys: Hashes) -> Floats:
    """Return the margins of some features for all classes, in 32 bits; a feature not known has none."""
    dense = np.zeros((len(keys), len(weights.classes)), np.float32)
    at, known = find_keys(weights.keys, keys)
    if weights.columns.size:
        for columns, values in zip(weights.columns[at].T, weights.values[at].T, strict=True):
            dense[known, columns] += values
    else:
        dense[known] = weights.values[at]
    return dense / np.float32(SCALE)


def _merge(weights: Weights, keys: Hashes, frequencies: Hashes) -> tuple[Hashes, Hashes]:
    """Add new features to those known, whose frequencies stay: what was learned of them was learned with these."""
    merged, first = np.unique(np.concatenate([weights.keys, keys]), return_index=True)
    return merged, np.concatenate([weights.frequencies, frequencies])[first].astype(np.uint32)
