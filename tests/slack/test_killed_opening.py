"""One click on *Start triage* under a private answer, and `kill -9` at each point on the way to the card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from tests.e2e.test_private_answers import card_of, posted, private
from tests.faults.bots import Bots
from tests.slack.conftest import connected

pytestmark = pytest.mark.thorough

# At their first pass the click is handled and the answer posted, at the second the click on that, and the card.
TWICE = [
    "after the claim",
    "before the outcome is kept",
    "after the outcome is kept",
    "after the outbox claim",
    "during the post",
    "after the post, before done",
    "after done",
]


@pytest.fixture(scope="module")
def bots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    found = Bots(tmp_path_factory.mktemp("killed") / "log")
    yield found
    found.close()


@pytest.mark.parametrize(
    ("point", "passes"),
    [("after the commit, before the 200", 1), *((point, passes) for point in TWICE for passes in (1, 2))],
)
async def test_one_click_is_one_incident_wherever_the_bot_is_killed(
    point: str, passes: int, bots: Bots, settings: Settings, slack: SlackSandbox, tmp_path: Path
) -> None:
    """The answer is posted once, and its thread has one card; the next start brings it all to its end."""
    mine = connected(settings, slack, "socket")
    order = {name: value for name, value in asdict(mine).items() if name.startswith("slack_") and value}
    order |= {"database_url": f"sqlite:///{tmp_path / 'sceptic.db'}", "sceptic_port": 0}
    killed = await bots.start(order, point=point, passes=passes, hurries=True)
    await slack.connected(30)
    answer = await private(slack, "lee")
    await slack.click(answer, "start_triage", user="lee")
    assert await bots.gone(killed, 20)
    # It died by its own hand, at the point.
    assert killed.status == -9

    following = await bots.start(order, hurries=True)
    ts, _ = await card_of(slack)
    await slack.wait_for(lambda: not slack.ephemerals("support", "lee"))
    assert len(posted(slack)) == 1
    assert len(slack.messages("support", ts)) == 2
    following.kill()
    assert await bots.gone(following)
