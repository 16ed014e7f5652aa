"""Article files that are moved while the bot is running."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.diagnosis import Sceptic, build_sceptic
from bot.sandbox import SlackSandbox
from bot.settings import KNOWLEDGE, read_settings
from tests.e2e.test_incidents import fill, opened, shows
from tests.fixtures.reading import CONNECTOR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the connector's articles, to be moved about."""
    return Path(shutil.copytree(CONNECTOR, tmp_path / "articles" / CONNECTOR.name))


@pytest.fixture
def sceptic(folder: Path) -> Sceptic:
    return build_sceptic([folder], read_settings(None).sceptic_cache, lambda _: None, KNOWLEDGE)


async def test_a_draft_is_of_an_article_whose_file_is_still_there(slack: SlackSandbox, folder: Path) -> None:
    """The event's file is gone, then its code's as well: the next is drafted, and at last the reason is said."""
    ts, _ = await opened(slack)
    await slack.click(slack.messages("support", ts)[2], "open_incident:resolve", user="amy")
    await fill(slack, "amy", cause="signing certificate gone", fix="restarted the service")
    await shows(slack, ts, "Resolved")

    (folder / "20502.md").unlink()
    await slack.click(slack.messages("support", ts)[2], "incident:draft", user="amy")
    await slack.wait_for(lambda: '"0x00000409-INC-1-' in json.dumps(slack.messages("support", ts)))

    (folder / "0x00000409.md").unlink()
    await slack.click(slack.messages("support", ts)[2], "incident:draft", user="amy")
    await slack.wait_for(lambda: any("names an article" in each["text"] for each in slack.ephemerals("support", "amy")))

    assert sum('"0x00000409-INC-1-' in json.dumps(each) for each in slack.messages("support", ts)) == 1
