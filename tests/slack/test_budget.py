"""Budget of answers a minute: friendly, and for whoever asks too much alone."""

from __future__ import annotations

import pytest

from bot.sandbox import SlackSandbox
from bot.slack.context.budget import Budget
from bot.store import Delivery
from tests.e2e.test_lists import home_of, told
from tests.slack.conftest import Running


def asked(number: int, team_id: str = "T1") -> Delivery:
    return Delivery(team_id, "", f"asked/{number}", "event", {})


class Clock:
    """A clock that stands until it is told to go on."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_spent_budget_fills_again_with_time() -> None:
    """Two a minute: after two the third waits half a minute, and one word about it is enough."""
    clock = Clock()
    budget = Budget(of_person=2, clock=clock)
    assert [budget.spend(asked(number), "UANN") for number in range(2)] == [None, None]
    first, second = budget.spend(asked(2), "UANN"), budget.spend(asked(3), "UANN")
    assert first is not None
    assert second is not None
    assert (first.whose, first.seconds, first.is_first, second.is_first) == ("person", 30, True, False)
    assert budget.spend(asked(4), "UBEN") is None
    assert budget.spend(asked(5, "T2"), "UANN") is None
    clock.now += 30
    assert budget.spend(asked(6), "UANN") is None


def test_a_delivery_that_is_handled_again_is_not_counted_again() -> None:
    """A retry after a failure, or by another attempt, finds what was decided."""
    budget = Budget(of_person=1)
    assert budget.spend(asked(1), "UANN") is None
    assert budget.spend(asked(1), "UANN") is None
    refused = budget.spend(asked(2), "UANN")
    assert refused is not None
    assert budget.spend(asked(2), "UANN") == refused


def test_a_channel_has_a_budget_of_its_own() -> None:
    """Many people in one channel; what is asked in private costs no channel anything."""
    budget = Budget(of_channel=3)
    for number, person in enumerate(("UANN", "UBEN", "UCAT")):
        assert budget.spend(asked(number), person, "C1") is None
    refused = budget.spend(asked(4), "UDAN", "C1")
    assert refused is not None
    assert refused.whose == "channel"
    assert budget.spend(asked(5), "UDAN", "C2") is None
    assert budget.spend(asked(6), "UDAN") is None


def test_no_limit_is_no_limit() -> None:
    """Zero switches it off."""
    budget = Budget()
    assert not any(budget.spend(asked(number), "UANN", "C1") for number in range(1_000))


async def test_whoever_asks_too_much_is_told_when_to_ask_again(running: Running, slack: SlackSandbox) -> None:
    """A mention alone and once, a command each time; somebody else is answered."""
    async with running(sceptic_person_budget=2):
        for _ in range(2):
            assert "20502" in await told(slack, "20502", user="lee")
        assert "That was a lot at once" in await told(slack, "20502", user="lee")
        await slack.post(f"<@{slack.bot_user_id}> 20502", channel="support", user="lee")
        assert "20502" in await told(slack, "20502", user="amy")
        await slack.settled()
        assert not any(each["user"] == slack.bot_user_id for each in slack.messages("support")[-1:])


@pytest.mark.parametrize("kept", [False, True])
async def test_a_private_question_is_kept_only_where_its_asker_is_told(
    kept: bool, running: Running, slack: SlackSandbox
) -> None:
    """By command and in a direct message; an administrator then reads it, without the asker."""
    slack.set_role("amy", "admin")
    async with running(sceptic_keep_private_questions=kept):
        answer = await told(slack, "does the falcon eat bob", user="lee")
        await slack.post("is the kestrel asleep", channel="dm", user="lee")
        direct = await slack.wait_for(lambda: slack.direct_messages("lee")[1:])
        await slack.settled()
        home = str(await home_of(slack, "amy"))

    assert ("I keep this question without your name" in answer) is kept
    assert ("I keep this question without your name" in str(direct)) is kept
    assert [word in home for word in ("falcon", "kestrel")] == [kept, kept]
    assert "U0LEE" not in home
