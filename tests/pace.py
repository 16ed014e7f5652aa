"""A bot that waits less, for tests of what it says: its good manners towards Slack cost seconds that show nothing there.

What is said in which order, and how often, stays as it is; a test of the waits themselves is marked `full_pace`.
`python -m tests.pace serve` is `sceptic serve` at this pace, for tests that kill or stop a process.
"""

from __future__ import annotations

import pytest

from bot.slack.delivery import inbox_worker, outbox_sender, work_loop
from bot.slack.incidents import card_updates
from bot.store import incidents, recovery

# Seconds, each a tenth or less of what it is at work.
_QUICK = {
    (outbox_sender, "_PAUSE_SECONDS"): 0.05,
    (work_loop, "_LOOK_AGAIN_SECONDS"): 0.05,
    (outbox_sender, "_VISIBLE_SECONDS"): 0.2,
    (outbox_sender, "_RETRY_SECONDS"): (0.1, 0.3, 0.5, 1.0, 1.0),
    (inbox_worker, "_RETRY_SECONDS"): (0.1, 0.3, 0.5, 1.0, 1.0),
    (recovery, "VISIBLE_SECONDS"): 0.2,
    (incidents, "GATHER_SECONDS"): 0.05,
    (incidents, "BETWEEN_SECONDS"): 0.2,
    (card_updates, "_LOOK_SECONDS"): 0.04,
}


@pytest.fixture
def hurried(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between posts, edits and attempts are short."""
    if not request.node.get_closest_marker("full_pace"):
        for (module, name), seconds in _QUICK.items():
            monkeypatch.setattr(module, name, seconds)


if __name__ == "__main__":
    from bot.cli import main

    for (module, name), seconds in _QUICK.items():
        setattr(module, name, seconds)
    main()
