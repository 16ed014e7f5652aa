"""A workspace that has not granted an optional scope: the rest works, and its administrators are told what is off."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.sandbox import SlackSandbox
from tests.e2e.test_lists import home_of
from tests.slack.conftest import Running
from tests.slack.test_oauth import answered, distributed, install

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
OFF = "`files:write`: exports and drafts are posted as text, and the App Home has no chart"


@pytest.fixture
async def slack(checkout: Path, tmp_path: Path) -> AsyncIterator[SlackSandbox]:
    document = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    document["oauth_config"]["scopes"]["bot"].remove("files:write")
    path = tmp_path / "granted.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    async with SlackSandbox(manifest=path) as sandbox:
        sandbox.set_role("amy", "admin")
        yield sandbox


@pytest.mark.parametrize("by", ["token", "installing"])
async def test_administrators_are_told_what_is_off(by: str, slack: SlackSandbox, running: Running) -> None:
    """The token may be in the settings or come by installing the app; other people are not bothered."""
    changes = distributed(slack) if by == "installing" else {}
    async with running("http", **changes) as address:
        if by == "installing":
            assert await install(address, slack) == 200
            await slack.invite("sceptic")
        assert await answered(slack, slack) == slack.bot_user_id
        home = json.dumps(await home_of(slack, "amy"), ensure_ascii=False)
        other = json.dumps(await home_of(slack, "lee"), ensure_ascii=False)

    assert OFF in home
    assert "files:read" not in home
    assert "files:write" not in other
