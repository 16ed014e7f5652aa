"""The file that free text is matched by belongs to the phrasings and concepts beside it."""

from __future__ import annotations

from bot.diagnosis.weight_files import WEIGHTS_FILE, check_weights
from bot.settings import KNOWLEDGE

MOST_BYTES = 25_000_000


def test_the_shipped_weights_are_up_to_date() -> None:
    """Else the first question in words waits while they are learned."""
    fault = check_weights(KNOWLEDGE)

    assert fault is None, fault


def test_the_shipped_weights_are_small() -> None:
    """They are in the history for each change of phrasings."""
    assert (KNOWLEDGE / WEIGHTS_FILE).stat().st_size <= MOST_BYTES
