"""Whatever people paste, an answer must not keep the others waiting."""

import pytest

from bot.diagnosis import Sceptic, diagnose
from bot.evidence.normalise import MAX_CHARACTERS
from tests.benchmarks.hostile import GENERATORS, measure
from tests.benchmarks.measure import best
from tests.fixtures.reading import read_evidence

pytestmark = pytest.mark.thorough

# Generous: the slowest takes a third of it, and what was quadratic took 5 to 55 seconds.
LONGEST_SECONDS = 4.0


@pytest.mark.parametrize("generator", GENERATORS)
def test_time_grows_no_faster_than_the_text(generator: str, sceptic: Sceptic) -> None:
    # A busy machine can make any one measurement look steep; what is quadratic is steep every time.
    steep: list[object] = []
    for _ in range(4):
        growths = measure(generator, sceptic, (10_000, 20_000), repetitions=3)
        steep = [(growth.phase, growth.times, growth.exponent) for growth in growths if growth.is_bad]
        if not steep:
            break
    assert not steep


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("surface", ["command", "channel"])
def test_the_longest_text_is_decided_in_four_seconds(generator: str, surface: str, sceptic: Sceptic) -> None:
    text = GENERATORS[generator](MAX_CHARACTERS)
    assert 0.9 * MAX_CHARACTERS < len(text) <= MAX_CHARACTERS
    taken = best(lambda: diagnose(read_evidence(text), sceptic, surface), 2, budget=LONGEST_SECONDS)  # type: ignore[arg-type]
    assert taken < LONGEST_SECONDS
