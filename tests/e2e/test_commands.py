"""`/event` typed by people, over both doors."""

from __future__ import annotations

import pytest

from bot.sandbox import SlackSandbox
from tests.e2e.test_lists import told


@pytest.mark.parametrize(
    ("typed", "user", "answer"),
    [
        ("close INC-1", "amy", "`/event search INC-1`"),
        ("incidents", "amy", "Did you mean `/event open`"),
        ("hush", "jianhong", "要設定整個頻道請輸入 `/event here`"),
        ("serch `NDES01`", "amy", "Did you mean"),
        ("is there any cocoa left", "amy", "nothing in this that I am sure about"),
    ],
)
async def test_what_was_meant_is_suggested_to_whoever_typed_it(
    slack: SlackSandbox, typed: str, user: str, answer: str
) -> None:
    """Only where there is no answer; a question stays a question."""
    assert answer in await told(slack, typed, user=user)
