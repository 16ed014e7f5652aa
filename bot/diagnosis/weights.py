"""The learned weights of free text: which features speak for which article, and the file they are kept in.

Knows NumPy; knows nothing of how weights are learned or of where the file lies.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from bot.diagnosis.features import Blocks, ConceptIndex
from bot.diagnosis.judge import Judge, dump_judge, load_judge
from bot.diagnosis.phrasing_index import TRAINED_UP_TO, PhrasingIndex, Places
from bot.diagnosis.solver import Floats

FORMAT: Final = 13
"""Raised when features, training or the file change, so that weights learned before are not used."""

BLOCK_WEIGHTS: Final = (1.0, 1.0, 0.8)
SCALE: Final = 4.0
"""Makes margins of about one into scores whose softmax is spread like probabilities."""
BACKGROUND: Final = ""
"""The class of talk that means no article."""
NEAR_SCALE: Final = 30.0
"""Brings similarities, which lie between nought and one, to the scale of scores."""
_NOWHERE: Final = -1
_KEPT_PLACES: Final = 200_000
"""Features whose places are kept: some megabytes."""
UNCOVERED: Final = "?"
"""Begins the class of a product's questions that no article answers."""


class WeightsError(Exception):
    """The file does not hold whole weights of this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of a set of articles, with all that is needed to learn more articles on top."""

    # Article IDs in ascending order, BACKGROUND first.
    classes: tuple[str, ...]
    # For each class the fingerprint of its phrasings; none for background talk of which none were given.
    fingerprints: tuple[str, ...]
    concepts: ConceptIndex
    # Hashes of the known features, ascending; in how many of how many phrasings each occurs.
    keys: npt.NDArray[np.uint32]
    frequencies: npt.NDArray[np.uint32]
    documents: int
    # Both of shape (features, kept): the classes a feature speaks for, and how strongly, in 16-bit floating point:
    # of 3,927 decisions none differs from those in 32 bits. With no columns, all classes in order.
    columns: npt.NDArray[np.unsignedinteger[Any]]
    values: npt.NDArray[np.float16]
    bias: Floats
    index: PhrasingIndex
    # The topics that phrasings of uncovered questions are about: a product's ID, a slash, and the topic's own.
    topics: tuple[str, ...] = ()
    # Nobody judges what was learned from too little.
    judge: Judge | None = None
    # The fingerprint of the code that trained them; see `training_code`. Empty where they were learned for one machine.
    code: str = ""
    uncovered: tuple[int, ...] = field(init=False, repr=False)
    is_article: npt.NDArray[np.bool_] = field(init=False, repr=False)
    # For each word of the index whether phrasings of articles use it, and all others: background and uncovered questions.
    words_of_articles: npt.NDArray[np.bool_] = field(init=False, repr=False)
    words_of_others: npt.NDArray[np.bool_] = field(init=False, repr=False)
    _idf: Floats = field(init=False, repr=False)
    _known: dict[int, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_idf", inverse_frequency(self.frequencies, self.documents))
        uncovered = tuple(at for at, name in enumerate(self.classes) if name.startswith(UNCOVERED))
        object.__setattr__(self, "uncovered", uncovered)
        is_article = np.array([name != BACKGROUND and not name.startswith(UNCOVERED) for name in self.classes])
        object.__setattr__(self, "is_article", is_article)
        object.__setattr__(self, "words_of_articles", self.index.words_of(is_article))
        object.__setattr__(self, "words_of_others", self.index.words_of(~is_article))

    def row(self, blocks: Blocks) -> tuple[Places, Floats]:
        """Return the places of a text's known features and their values: rarity, each block scaled to length one."""
        found = [self._places(block) for block in blocks]
        at = np.array([*found[0], *found[1], *found[2]], np.int64)
        values = self._idf[at]
        end = 0
        for places, weight in zip(found, BLOCK_WEIGHTS, strict=True):
            part = values[end : end + len(places)]
            end += len(places)
            if length := float(part @ part):
                part *= np.float32(weight / length**0.5)
        return at, values

    def _places(self, hashes: list[int]) -> list[int]:
        """Return the places of those of some features that are known; the places of features met before are kept."""
        known, fresh = self._known, dict[int, int]()
        if new := [each for each in hashes if each not in known]:
            fresh = dict.fromkeys(new, _NOWHERE)
            at, there = find_keys(self.keys, np.array(new, np.uint32))
            fresh.update(zip([new[each] for each in there.tolist()], at.tolist(), strict=True))
            if len(known) < _KEPT_PLACES:
                known.update(fresh)
        places = (fresh[each] if each in fresh else known[each] for each in hashes)
        return [at for at in places if at != _NOWHERE]

    def weights_of(self, at: Places, of_class: int) -> Floats:
        """Return how strongly the features at these places speak for a class."""
        if not self.columns.size:
            column: Floats = self.values[at, of_class].astype(np.float32)
            return column
        # Each feature speaks for a class once: what has a place here is looked up, in place of computing with all in 16 bits.
        row, place = np.nonzero(self.columns[at] == of_class)
        found: Floats = np.bincount(row, weights=self.values[at[row], place], minlength=len(at)).astype(np.float32)
        return found

    def scores(self, at: Places, values: Floats) -> Floats:
        """Return each class's score for a row."""
        weights = self.values[at].astype(np.float32)
        if not self.columns.size:
            dense: Floats = values @ weights + self.bias
            return dense
        weights *= values[:, None]
        summed = np.bincount(self.columns[at].ravel(), weights=weights.ravel(), minlength=len(self.classes))
        return (summed + self.bias).astype(np.float32)

    @property
    def is_trained(self) -> bool:
        """Tell whether there are so few articles that their weights were trained."""
        return len(self.classes) <= TRAINED_UP_TO

    @property
    def knows_background(self) -> bool:
        """Tell whether background talk was learned; if not, its class has no weight but its bias."""
        return bool(self.fingerprints[0])

    @property
    def fingerprint(self) -> str:
        """A hash of everything the weights were learned from."""
        return hashlib.sha256(
            "\n".join((self.concepts.fingerprint, *self.classes, *self.fingerprints)).encode()
        ).hexdigest()[:24]

    @property
    def by_class(self) -> Mapping[str, str]:
        """The fingerprint of each class's phrasings."""
        return dict(zip(self.classes, self.fingerprints, strict=True))


def find_keys(keys: npt.NDArray[np.uint32], hashes: npt.NDArray[np.uint32]) -> tuple[Places, Places]:
    """Return the places in `keys` of the hashes that are there, and the places in `hashes` of those."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
    known = np.flatnonzero(keys[at] == hashes)
    return at[known], known


def inverse_frequency(frequencies: npt.NDArray[np.uint32], documents: int) -> Floats:
    """Return how much each feature's rarity makes it count."""
    idf: Floats = (np.log((1 + documents) / (1 + frequencies)) + 1).astype(np.float32)
    return idf


def dump_weights(weights: Weights) -> bytes:
    """Return the weights as an .npz file, compressed but for the largest part, which is read whenever it is loaded."""
    arrays = dict(
        format=np.array(FORMAT),
        classes=np.array(weights.classes),
        fingerprints=np.array(weights.fingerprints),
        concepts=np.frombuffer(_as_json(weights.concepts), np.uint8),
        keys=weights.keys,
        frequencies=weights.frequencies,
        documents=np.array(weights.documents),
        columns=weights.columns.astype(_narrowest(len(weights.classes))),
        values=np.ascontiguousarray(weights.values),
        bias=weights.bias,
        topics=np.array(weights.topics, np.str_),
        code=np.array(weights.code),
        **{f"index_{name}": getattr(weights.index, name) for name in _INDEX},
        **dump_judge(weights.judge),
    )
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            member = ZipInfo(f"{name}.npy")
            member.compress_type = ZIP_STORED if name == "values" else ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asanyarray(array), allow_pickle=False)
    return file.getvalue()


_INDEX: Final = ("words", "ends", "rows", "counts", "topic_of")


def _as_json(concepts: ConceptIndex) -> bytes:
    return json.dumps([concepts.exact, concepts.stems, concepts.fingerprint], ensure_ascii=False).encode()


def _narrowest(classes: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if classes <= np.iinfo(np.uint16).max else np.uint32


def load_weights(content: bytes | IO[bytes]) -> Weights:
    """Read what `dump_weights` wrote, or an open file of it.

    Raises WeightsError when it is damaged or of another version.
    """
    try:
        with np.load(io.BytesIO(content) if isinstance(content, bytes) else content, allow_pickle=False) as file:
            if "format" in file.files and int(file["format"]) != FORMAT:
                raise WeightsError("belongs to another version of Sceptic")
            weights = Weights(
                classes=tuple(file["classes"].tolist()),
                fingerprints=tuple(file["fingerprints"].tolist()),
                concepts=ConceptIndex(*json.loads(file["concepts"].tobytes())),
                keys=file["keys"],
                frequencies=file["frequencies"],
                documents=int(file["documents"]),
                columns=file["columns"],
                values=_by_feature(file["values"], len(file["keys"])),
                bias=file["bias"],
                index=PhrasingIndex(**{name: file[f"index_{name}"] for name in _INDEX}),
                topics=tuple(file["topics"].tolist()),
                judge=load_judge(file),
                code=str(file["code"]) if "code" in file.files else "",
            )
    except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile, MemoryError) as error:
        raise WeightsError("is damaged") from error
    if not _is_whole(weights):
        raise WeightsError("is damaged")
    return weights


def _by_feature(values: npt.NDArray[np.float16], features: int) -> npt.NDArray[np.float16]:
    """Return values with a row for each feature: in older files they have one for each class."""
    return values if len(values) == features else values.T


def _is_whole(weights: Weights) -> bool:
    """Check the shapes, and that no place lies beyond the classes."""
    classes, features = len(weights.classes), len(weights.keys)
    shape = weights.columns.shape if weights.columns.size else (features, classes)
    return (
        classes > 0
        and len(weights.fingerprints) == classes == len(weights.bias)
        and len(weights.frequencies) == features
        and len(weights.index.counts) == classes
        and weights.values.shape == shape
        and weights.values.dtype == np.float16
        and weights.keys.dtype == np.uint32
        and weights.columns.dtype.kind == "u"
        and (not weights.columns.size or int(weights.columns.max()) < classes)
    )
