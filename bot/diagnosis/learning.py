"""Learns from what people say which features speak for which article, and keeps what was learned.

Training happens once for each state of the articles; scikit-learn is loaded only then.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import Blocks, Features

BACKGROUND: Final = ""
"""The class of talk that means no article."""
VERSION: Final = 9
"""Raised when features or training change, so that weights learned before are not used."""

_BLOCK_WEIGHTS: Final = (1.0, 1.0, 0.8)
_SCALE: Final = 4.0
"""Makes margins of about one into scores whose softmax is spread like probabilities."""
_CENTROID_SCALE: Final = 30.0
"""The same for centroids, whose similarities lie between nought and one."""
_KEPT: Final = 32
"""Articles kept for each feature; with it a look-up costs the same whether there are 31 articles or 100,000."""
_TRAINED_UP_TO: Final = 1000
"""Articles up to which weights are trained; beyond, centroids take their place, since training grows with articles × phrasings."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: for each feature its rarity and its weight for up to `_KEPT` articles."""

    classes: tuple[str, ...]
    keys: npt.NDArray[np.uint32]
    idf: Floats
    # Both of shape (features, kept): the classes a feature speaks for, and how strongly. With no columns, all classes in order.
    columns: npt.NDArray[np.int32]
    values: Floats
    bias: Floats

    def row(self, blocks: Blocks) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the features of a text and their values: rarity, each block scaled to length one."""
        at = np.array([*blocks[0], *blocks[1], *blocks[2]], dtype=np.int64)
        values = self.idf[at]
        start = 0
        for block, weight in zip(blocks, _BLOCK_WEIGHTS, strict=True):
            part = values[start : start + len(block)]
            if length := float(part @ part):
                part *= np.float32(weight / length**0.5)
            start += len(block)
        return at, values

    def weight(self, feature: int, of_class: int) -> float:
        """Return how strongly a feature speaks for a class."""
        if not self.columns.size:
            return float(self.values[feature, of_class])
        hit = np.flatnonzero(self.columns[feature] == of_class)
        return float(self.values[feature, hit[0]]) if len(hit) else 0.0

    def scores(self, at: npt.NDArray[np.int64], values: Floats) -> Floats:
        """Return each class's score for a row."""
        if not self.columns.size:
            dense: Floats = values @ self.values[at] + self.bias
            return dense
        weighted = self.values[at] * values[:, None]
        summed = np.bincount(self.columns[at].ravel(), weights=weighted.ravel(), minlength=len(self.classes))
        return (summed + self.bias).astype(np.float32)


NOTHING_LEARNED: Final = Weights(
    (),
    np.empty(0, np.uint32),
    np.empty(0, np.float32),
    np.empty((0, 0), np.int32),
    np.empty((0, 0), np.float32),
    np.empty(0, np.float32),
)
"""Weights of no class: no text has a feature that they know."""


def learn(sayings: Sequence[tuple[str, str]], concepts: Mapping[str, Iterable[str]]) -> Weights:
    """Learn weights from (class, text) pairs; the class of background talk is BACKGROUND. Of no article none are learned."""
    if not any(label != BACKGROUND for label, _ in sayings):
        return NOTHING_LEARNED
    hashed = Features(concepts)
    keys, idf = _vocabulary([hashed.extract(text).blocks for _, text in sayings])
    classes = tuple(sorted({label for label, _ in sayings}))
    empty = Weights(
        classes, keys, idf, np.empty((0, 0), np.int32), np.empty((0, 0), np.float32), np.zeros(len(classes), np.float32)
    )
    placed = Features(concepts, keys.tolist())
    matrix = _matrix([empty.row(placed.extract(text).blocks) for _, text in sayings], len(keys))
    labels = np.searchsorted(np.array(classes), np.array([label for label, _ in sayings]))
    if not 2 <= len(classes) <= _TRAINED_UP_TO:
        columns, values = _centroids(matrix, labels, len(classes))
        return replace(empty, columns=columns, values=values)
    dense, bias = _train(matrix, labels)
    columns, values = _strongest(dense)
    return replace(empty, columns=columns, values=values, bias=bias)


def _vocabulary(documents: Iterable[Blocks]) -> tuple[npt.NDArray[np.uint32], Floats]:
    """Keep features met twice (words: once) with their inverse document frequency."""
    documents = list(documents)
    words = np.array([h for d in documents for h in d[0]], np.uint32)
    others = np.array([h for d in documents for block in d[1:] for h in block], np.uint32)
    kept, counts = np.unique(words, return_counts=True)
    more, more_counts = np.unique(others, return_counts=True)
    keys = np.concatenate([kept, more[more_counts > 1]])
    frequency = np.concatenate([counts, more_counts[more_counts > 1]])
    keys, first = np.unique(keys, return_index=True)
    idf = np.log((1 + len(documents)) / (1 + frequency[first])) + 1
    return keys, idf.astype(np.float32)


def _matrix(rows: list[tuple[npt.NDArray[np.int64], Floats]], width: int) -> Any:
    from scipy.sparse import csr_matrix

    ends = np.cumsum([0, *(len(at) for at, _ in rows)])
    columns = np.concatenate([at for at, _ in rows])
    return csr_matrix((np.concatenate([values for _, values in rows]), columns, ends), shape=(len(rows), width))


def _train(matrix: Any, labels: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    from sklearn.svm import LinearSVC

    # Beside a logistic regression it took a sixth of the time and told more apart, on a voice held out.
    model = LinearSVC(C=0.5, random_state=0)
    model.fit(matrix, labels)
    weights, bias = _SCALE * model.coef_.T.astype(np.float32), _SCALE * model.intercept_.astype(np.float32)
    if weights.shape[1] == 1:  # two classes are told apart by one margin
        return np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _strongest(dense: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
    """Keep each feature's strongest weights, or all of them where there are few articles."""
    if dense.shape[1] <= _KEPT:
        return np.empty((0, 0), np.int32), np.ascontiguousarray(dense)
    columns = np.argpartition(-np.abs(dense), _KEPT - 1, axis=1)[:, :_KEPT].astype(np.int32)
    return columns, np.take_along_axis(dense, columns, axis=1)


def _centroids(matrix: Any, labels: npt.NDArray[np.int64], classes: int) -> tuple[npt.NDArray[np.int32], Floats]:
    """Weigh features by each class's centroid, of length one, so that few phrasings count as much as many."""
    from scipy.sparse import csr_matrix, diags

    ones = np.ones(len(labels), np.float32)
    sums = csr_matrix((ones, (labels, np.arange(len(labels)))), shape=(classes, len(labels))) @ matrix
    lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    by_feature = (diags(_CENTROID_SCALE / np.maximum(lengths, 1e-9)) @ sums).T.tocsr()
    columns = np.zeros((matrix.shape[1], _KEPT), np.int32)
    values = np.zeros((matrix.shape[1], _KEPT), np.float32)
    for feature in range(matrix.shape[1]):
        start, end = by_feature.indptr[feature], by_feature.indptr[feature + 1]
        strongest = np.argsort(-by_feature.data[start:end])[:_KEPT]
        columns[feature, : len(strongest)] = by_feature.indices[start:end][strongest]
        values[feature, : len(strongest)] = by_feature.data[start:end][strongest]
    return columns, values


def load_or_learn(path: Path, learn_now: Callable[[], Weights]) -> Weights:
    """Return the weights kept at `path`; learn and keep them when there are none, or what is there cannot be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return Weights(
                tuple(kept["classes"].tolist()),
                kept["keys"],
                kept["idf"],
                kept["columns"],
                kept["values"],
                kept["bias"],
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        weights = learn_now()
    try:
        _keep(path, weights)
    except OSError:
        # A read-only or full disk costs the next start some seconds, nothing else.
        return weights
    return weights


def _keep(path: Path, weights: Weights) -> None:
    """Write beside the place and move there, so that two processes at once both read whole weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("weights-*.npz"):
        old.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".npz")
    with os.fdopen(handle, "wb") as file:
        np.savez(
            file,
            classes=np.array(weights.classes),
            keys=weights.keys,
            idf=weights.idf,
            columns=weights.columns,
            values=weights.values,
            bias=weights.bias,
        )
    Path(name).replace(path)
