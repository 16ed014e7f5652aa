"""An index of resolved incidents, searched by shared identifiers, then by words. Knows no Slack and no store."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.triage.similar_features import CJK_FROM, Feature, FeatureKind, IncidentKey, ResolvedIncident, read_features

# The figures below were set on the development seeds of `tests/benchmarks/similar.py` and are reported on others.
_WEIGHT: Final[Mapping[FeatureKind, float]] = {"code": 2.0, "event": 1.0, "computer": 1.8, "ca": 0.5}
_LEAST_RARITY: Final[Mapping[FeatureKind, float]] = {"code": 1.15}
"""The least rarity of a code: however common it is in a workspace, sharing it suffices."""
_EXPECTED_SHARE: Final[Mapping[FeatureKind, float]] = {
    "code": 0.1,
    "event": 0.2,
    "computer": 0.3,
    "ca": 0.9,
    "word": 0.05,
}
"""The prior share of incidents with one such feature: most workspaces have one or two servers and one CA."""
_PRIOR_INCIDENTS: Final = 20
"""The weight of that prior, in incidents, so that "rare" means something in a workspace with three of them."""
_FLOOR: Final = 2.2
_ALL_WORDS: Final = 16.0
"""The weight of all words in common, beside an identifier; a rare computer weighs as much."""
_ALL_WORDS_ALONE: Final = 6.0
_WORDS_ALONE: Final = 4
"""The words in common, and below the share of the query's words, that suffice without a shared identifier."""
_SHARE_ALONE: Final = 0.25
_TELLING: Final = 1.5
"""The rarity below which a word of the query is left out: about one incident in five has it."""
_ASKED_WORDS: Final = 60
"""The number of the query's rarest words that are looked up; bounds the time of a long text."""
_USUAL_WORDS: Final = 25
_LENGTH_COUNTS: Final = 0.3
"""The damping of long texts, of 1: they have something in common with everything."""
_SHOWN_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class SharedFeatures:
    """The features of one kind that two incidents share, the rarest first; words as the query spells them, in its order."""

    kind: FeatureKind
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimilarMatch:
    """A resolved incident worth showing, and the features it shares with the query."""

    incident: IncidentKey
    shared: tuple[SharedFeatures, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Posting:
    """The slots of the incidents that have one feature, in no order."""

    feature: Feature
    slots: array[int]


class AnotherWorkspaceError(ValueError):
    """An index holds and answers the incidents of one workspace only."""


class SimilarityIndex:
    """The resolved incidents of one workspace, held in memory; the store stays the source of truth.

    To keep it current, a replica adds the rows changed since its last read, with an overlap of some seconds (adding a row
    again replaces it), and removes those that were reopened, erased or are no longer retained. A replica that lags shows
    fewer or older incidents, never another workspace's. It is thread-safe; `add` and `remove` take time by the size of
    the one incident. Permission to see an incident's thread is for the caller to check.
    """

    def __init__(self, team_id: str) -> None:
        self._team_id = team_id
        # NumPy reads the arrays' buffers, and an exported buffer cannot grow.
        self._lock = RLock()
        self._slots: dict[IncidentKey, int] = {}
        self._free: list[int] = []
        # By slot; the slot of a removed incident is used again.
        self._rows: list[IncidentKey] = []
        self._postings_of: list[tuple[_Posting, ...]] = []
        # The slot's index within each of its postings.
        self._places: list[array[int]] = []
        self._resolved_at = array("d")
        self._lengths = array("d")
        self._postings: dict[Feature, _Posting] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, row: ResolvedIncident) -> None:
        """Add or replace an incident. Raises AnotherWorkspaceError."""
        self._check(row)
        features = read_features(row)
        with self._lock:
            self.remove(row.key)
            self._put(row, features)

    def _put(self, row: ResolvedIncident, features: Mapping[Feature, str]) -> None:
        if self._free:
            slot = self._free.pop()
        else:
            slot = len(self._rows)
            self._rows.append(row.key)
            self._postings_of.append(())
            self._places.append(array("i"))
            self._resolved_at.append(0.0)
            self._lengths.append(1.0)
        self._slots[row.key] = slot
        self._rows[slot] = row.key
        self._resolved_at[slot] = row.resolved_at
        words = sum(kind == "word" for kind, _ in features)
        self._lengths[slot] = 1 + _LENGTH_COUNTS * (words / _USUAL_WORDS - 1)
        postings = tuple(self._posting(feature) for feature in features)
        self._postings_of[slot] = postings
        self._places[slot] = array("i", [len(posting.slots) for posting in postings])
        for posting in postings:
            posting.slots.append(slot)

    def remove(self, key: IncidentKey) -> None:
        """Remove an incident, if it is there."""
        with self._lock:
            slot = self._slots.pop(key, None)
            if slot is None:
                return
            for posting, place in zip(self._postings_of[slot], self._places[slot], strict=True):
                last = posting.slots.pop()
                if last != slot:
                    posting.slots[place] = last
                    self._places[last][self._postings_of[last].index(posting)] = place
                if not posting.slots:
                    del self._postings[posting.feature]
            self._postings_of[slot], self._places[slot] = (), array("i")
            self._free.append(slot)

    def nearest(self, asked: ResolvedIncident, most: int = 3) -> tuple[SimilarMatch, ...]:
        """Return the incidents most like this one, itself left out, best first; the later resolved first among equals.

        Incidents with too little in common are left out. Raises AnotherWorkspaceError.
        """
        self._check(asked)
        spellings = read_features(asked)
        with self._lock:
            rarity = self._rarity(spellings)
            best = self._best(asked.key, rarity, most)
            return tuple(self._explain(slot, spellings, rarity) for slot in best)

    def _best(self, own_key: IncidentKey, rarity: Mapping[Feature, float], most: int) -> list[int]:
        shared, offered = self._weigh(rarity)
        if (own := self._slots.get(own_key)) is not None:
            offered[own] = False
        found = np.flatnonzero(offered)
        if most < 1 or not len(found):
            return []
        weights = shared[found]
        if len(found) > most:
            enough = weights >= np.partition(weights, -most)[-most]
            found, weights = found[enough], weights[enough]
        latest = np.frombuffer(self._resolved_at)[found]
        order = np.lexsort((found, -latest, -weights))[:most]
        return [int(slot) for slot in found[order]]

    def _check(self, row: ResolvedIncident) -> None:
        if row.team_id != self._team_id:
            raise AnotherWorkspaceError(f"this index is of workspace {self._team_id}, not of {row.team_id}")

    def _posting(self, feature: Feature) -> _Posting:
        posting = self._postings.get(feature)
        if posting is None:
            posting = self._postings[feature] = _Posting(feature, array("i"))
        return posting

    def _rarity(self, features: Iterable[Feature]) -> dict[Feature, float]:
        """Return each feature's rarity in this workspace, a natural logarithm; frequent words are left out."""
        incidents = len(self._slots) + _PRIOR_INCIDENTS
        rarity: dict[Feature, float] = {}
        for feature in features:
            kind = feature[0]
            posting = self._postings.get(feature)
            having = len(posting.slots) if posting else 0
            rare = math.log(incidents / (having + _PRIOR_INCIDENTS * _EXPECTED_SHARE[kind]))
            if kind != "word" or rare >= _TELLING:
                rarity[feature] = max(rare, _LEAST_RARITY.get(kind, 0.0))
        return rarity

    def _weigh(self, rarity: Mapping[Feature, float]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return by slot the weight of what it shares with the query, and whether that suffices."""
        known = [feature for feature in rarity if feature in self._postings]
        telling = sorted((each for each in known if each[0] == "word"), key=lambda word: -rarity[word])[:_ASKED_WORDS]
        exact, share = np.zeros(len(self._rows)), np.zeros(len(self._rows))
        words = np.zeros(len(self._rows), dtype=np.intc)
        for feature in known:
            if feature[0] != "word":
                exact[self._having(feature)] += rarity[feature] * _WEIGHT[feature[0]]
        for word in telling:
            having = self._having(word)
            share[having] += rarity[word]
            words[having] += 1
        # Words nobody here ever used count too: the query is about something else as well.
        asked = sum(rare for feature, rare in rarity.items() if feature[0] == "word")
        share /= max(asked, 1.0) * np.frombuffer(self._lengths)
        beside = exact + _ALL_WORDS * share
        alone = (words >= _WORDS_ALONE) & (share >= _SHARE_ALONE)
        named = exact > 0
        return np.where(named, beside, _ALL_WORDS_ALONE * share), np.where(named, beside >= _FLOOR, alone)

    def _having(self, feature: Feature) -> NDArray[np.intc]:
        return np.frombuffer(self._postings[feature].slots, dtype=np.intc)

    def _explain(self, slot: int, spellings: Mapping[Feature, str], rarity: Mapping[Feature, float]) -> SimilarMatch:
        common = {posting.feature for posting in self._postings_of[slot] if posting.feature in rarity}
        rarest = sorted(common, key=lambda feature: (-rarity[feature], feature))
        shared = {kind: [spellings[each] for each in rarest if each[0] == kind] for kind in _EXPECTED_SHARE}
        telling = set([each for each in rarest if each[0] == "word"][:_SHOWN_WORDS])
        shared["word"] = _join_han(spelling for each, spelling in spellings.items() if each in telling)
        return SimilarMatch(
            self._rows[slot], tuple(SharedFeatures(kind, tuple(values)) for kind, values in shared.items() if values)
        )


def _join_han(spellings: Iterable[str]) -> list[str]:
    """Join overlapping pairs of characters, in the order of the query."""
    joined: list[str] = []
    for spelling in spellings:
        if joined and spelling[0] >= CJK_FROM and joined[-1][-1] == spelling[0]:
            joined[-1] += spelling[1:]
        else:
            joined.append(spelling)
    return joined
