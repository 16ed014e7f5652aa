"""Learns from what people say which features speak for which article, and keeps what was learned.

Training happens once for each state of the articles; scikit-learn is loaded only then.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import Blocks, Features

BACKGROUND: Final = ""
"""The class of talk that means no article."""
VERSION: Final = 4
"""Raised when features or training change, so that weights learned before are not used."""

_BLOCK_WEIGHTS: Final = (1.0, 1.0, 0.8)
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
    # Both of shape (features, kept): the classes a feature speaks for, and how strongly.
    columns: npt.NDArray[np.int32]
    values: Floats
    bias: Floats

    def row(self, blocks: Blocks) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the known features of a text and their values: rarity, each block scaled to length one."""
        found: list[npt.NDArray[np.int64]] = []
        scaled: list[Floats] = []
        for hashes, weight in zip(blocks, _BLOCK_WEIGHTS, strict=True):
            if not hashes:
                continue
            wanted = np.array(hashes, dtype=np.uint32)
            at = np.searchsorted(self.keys, wanted)
            at[at == len(self.keys)] = 0
            at = at[self.keys[at] == wanted]
            if len(at):
                rarity = self.idf[at]
                found.append(at)
                scaled.append(rarity * np.float32(weight / np.sqrt(rarity @ rarity)))
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return np.concatenate(found), np.concatenate(scaled)

    def scores(self, at: npt.NDArray[np.int64], values: Floats) -> Floats:
        """Return each class's score for a row."""
        weighted = self.values[at] * values[:, None]
        summed = np.bincount(self.columns[at].ravel(), weights=weighted.ravel(), minlength=len(self.classes))
        return (summed + self.bias).astype(np.float32)


def learn(sayings: Sequence[tuple[str, str]], features: Features) -> Weights:
    """Learn weights from (class, text) pairs; the class of background talk is BACKGROUND."""
    documents = [features.extract(text).blocks for _, text in sayings]
    classes = tuple(sorted({label for label, _ in sayings}))
    keys, idf = _vocabulary(documents)
    empty = Weights(
        classes, keys, idf, np.empty((0, 0), np.int32), np.empty((0, 0), np.float32), np.empty(0, np.float32)
    )
    matrix = _matrix([empty.row(blocks) for blocks in documents], len(keys))
    labels = np.searchsorted(np.array(classes), np.array([label for label, _ in sayings]))
    dense, bias = _train(matrix, labels) if len(classes) <= _TRAINED_UP_TO else (None, None)
    columns, values = _strongest(dense) if dense is not None else _centroids(matrix, labels, len(classes))
    bias = bias if bias is not None else np.zeros(len(classes), np.float32)
    return Weights(classes, keys, idf, columns, values, bias)


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
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=60, tol=1e-3)
    model.fit(matrix, labels)
    return model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)


def _strongest(dense: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
    """Keep each feature's strongest weights."""
    kept = min(_KEPT, dense.shape[1])
    columns = np.argpartition(-np.abs(dense), kept - 1, axis=1)[:, :kept].astype(np.int32)
    return columns, np.take_along_axis(dense, columns, axis=1)


def _centroids(matrix: Any, labels: npt.NDArray[np.int64], classes: int) -> tuple[npt.NDArray[np.int32], Floats]:
    from scipy.sparse import csr_matrix

    counts = np.bincount(labels, minlength=classes)
    share = csr_matrix((1 / counts[labels], (labels, np.arange(len(labels)))), shape=(classes, len(labels)))
    centroids = (share @ matrix).T.tocsr()
    columns = np.zeros((matrix.shape[1], _KEPT), np.int32)
    values = np.zeros((matrix.shape[1], _KEPT), np.float32)
    for feature in range(matrix.shape[1]):
        start, end = centroids.indptr[feature], centroids.indptr[feature + 1]
        strongest = np.argsort(-centroids.data[start:end])[:_KEPT]
        columns[feature, : len(strongest)] = centroids.indices[start:end][strongest]
        values[feature, : len(strongest)] = centroids.data[start:end][strongest] * 10
    return columns, values


def load_or_learn(path: Path, learn_now: Callable[[], Weights]) -> Weights:
    """Return the weights kept at `path`; learn and keep them when there are none, or what is there cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Weights(
                tuple(kept["classes"].tolist()),
                kept["keys"],
                kept["idf"],
                kept["columns"],
                kept["values"],
                kept["bias"],
            )
    except (OSError, ValueError, KeyError, EOFError):
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
