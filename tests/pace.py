"""A bot that waits less, for tests of what it says: its good manners towards Slack cost seconds that show nothing there.

What is said in which order, and how often, stays as it is; a test of the waits themselves is marked `full_pace`.
"""

from __future__ import annotations

import pytest

from bot.slack import cards, speaking
from bot.store import incidents


@pytest.fixture
def hurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between posts, edits and attempts are a tenth or less of what they are at work."""
    if request.node.get_closest_marker("full_pace"):
        return
    monkeypatch.setattr(speaking, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(speaking, "_LOOK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(incidents, "GATHER_SECONDS", 0.05)
    monkeypatch.setattr(incidents, "BETWEEN_SECONDS", 0.2)
    monkeypatch.setattr(cards, "_LOOK_SECONDS", 0.04)
