"""The index of phrasings: which come nearest, what their classes account for, and what is left when a class goes."""

from __future__ import annotations

import numpy as np

from bot.diagnosis.phrasing_index import NO_PHRASINGS, NO_TOPIC, PhrasingIndex, build_index

KETTLE, TEAPOT, WATER, SAMOVAR, LEAKS = range(10, 15)


def index_of(*phrasings: tuple[int, list[int], int]) -> PhrasingIndex:
    """Index (class, words, topic)."""
    words = np.array([word for _, said, _ in phrasings for word in said], np.uint32)
    ends = np.cumsum([0, *(len(said) for _, said, _ in phrasings)])
    labels = np.array([of_class for of_class, _, _ in phrasings])
    topics = np.array([topic for _, _, topic in phrasings], np.int16)
    return build_index(words, ends, labels, topics, int(labels.max()) + 1)


INDEX = index_of(
    (0, [WATER], NO_TOPIC), (1, [KETTLE, WATER], 0), (1, [KETTLE, LEAKS], 1), (2, [SAMOVAR, LEAKS, WATER], NO_TOPIC)
)


def test_the_same_words_are_nearest_of_all() -> None:
    near = INDEX.look_up([LEAKS, SAMOVAR, WATER])

    assert near.nearest[2] > 0.999
    assert 0 < near.nearest[1] < 1
    assert near.nearest[0] < near.nearest[2]


def test_a_class_accounts_for_the_words_it_uses_in_any_of_its_phrasings() -> None:
    near = INDEX.look_up([KETTLE, LEAKS, WATER])

    def share_of(*classes: bool) -> float:
        return near.share_of(INDEX.words_of(np.array(classes)))

    assert share_of(False, True, False) > 0.999
    assert share_of(True, False, False) < share_of(True, False, True) < 1
    assert [near.share_of_class(each) for each in range(3)] == [
        share_of(*(each == other for other in range(3))) for each in range(3)
    ]


def test_words_that_nobody_uses_are_accounted_for_by_nobody() -> None:
    near = INDEX.look_up([TEAPOT, KETTLE])

    assert near.unknown == 1
    assert near.share_of(INDEX.words_of(np.ones(3, np.bool_))) < 0.6


def test_the_topic_is_that_of_the_nearest_phrasing() -> None:
    assert INDEX.look_up([KETTLE, WATER]).topic(1) == 0
    assert INDEX.look_up([LEAKS]).topic(1) == 1
    assert INDEX.look_up([SAMOVAR]).topic(1) == NO_TOPIC


def test_classes_that_are_left_out_take_their_words_with_them() -> None:
    kept = INDEX.keep([0, 2])

    assert KETTLE not in kept.words
    assert kept.counts.tolist() == [1, 1]
    assert kept.look_up([SAMOVAR, LEAKS, WATER]).nearest[1] > 0.999


def test_a_text_of_no_words_and_an_index_of_none() -> None:
    for near in (INDEX.look_up([]), NO_PHRASINGS.look_up([KETTLE]), NO_PHRASINGS.with_class_in_front().look_up([])):
        assert near.nearest[0] == 0
        assert near.share_of(near.index.words_of(np.ones(len(near.index.counts), np.bool_))) == 0
        assert near.share_of_class(0) == 0


def test_the_nearest_phrasing_of_each_class_is_that_of_the_class() -> None:
    index = INDEX.with_class_in_front()

    near = index.look_up([LEAKS, KETTLE])

    similar = index.similar(near.shared, slice(None), near.length)
    assert near.nearest.tolist() == [similar[index.phrasings_of(each)].max(initial=0) for each in range(4)]
    assert near.nearest[0] == 0 < near.nearest[2]
    assert NO_PHRASINGS.look_up([WATER]).nearest.tolist() == [0]
