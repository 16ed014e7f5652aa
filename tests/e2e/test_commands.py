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


@pytest.mark.parametrize(
    ("typed", "user", "words"),
    [
        ("flow", "amy", ("*SCEP*", "*PKCS*", "*4004*", "*20500*")),
        ("flow pkcs", "amy", ("*PKCS*", "*1050*", "*20100*")),
        ("流程", "jianhong", ("*SCEP*", "向 Intune 驗證", "推論")),
    ],
)
async def test_the_flows_are_shown_to_whoever_asks(
    slack: SlackSandbox, typed: str, user: str, words: tuple[str, ...]
) -> None:
    """Both generations in one card; a flow's name shows that one alone."""
    answer = await told(slack, typed, user=user)

    assert all(each in answer for each in words)
    assert ("*SCEP*" in answer) == ("pkcs" not in typed)


async def test_a_question_that_begins_with_flow_stays_a_question(slack: SlackSandbox) -> None:
    """Behind the word stands no flow's name."""
    assert "20502" in await told(slack, "flow 20502")
