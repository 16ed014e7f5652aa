"""Tokens that end after twelve hours: refreshed in time, once, by whichever replica comes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import yaml
from sqlalchemy import create_engine, func, select

from bot.sandbox import SlackSandbox
from bot.settings import Settings
from bot.slack.platform.installations import make_client
from bot.slack.platform.token_rotation import EARLY_SECONDS, TokenRotation
from bot.store import Installation, Store, TokenCipher, open_store
from bot.store.tables import installations
from bot.store.token_cipher import new_key
from tests.slack.conftest import Running
from tests.slack.test_oauth import answered, distributed, install

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
# The life of a token in seconds.
LIFE = 43_200.0


@pytest.fixture
def rotating_manifest(checkout: Path, tmp_path: Path) -> Path:
    document = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    document["settings"]["token_rotation_enabled"] = True
    path = tmp_path / "rotating.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@pytest.fixture
async def slack(rotating_manifest: Path) -> AsyncIterator[SlackSandbox]:
    async with SlackSandbox(manifest=rotating_manifest) as sandbox:
        yield sandbox


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = await open_store(settings.store_address, lambda _: None, cipher=TokenCipher(new_key()))
    yield opened
    await opened.close()


Rotating = Callable[[float], TokenRotation]


@pytest.fixture
async def rotating(slack: SlackSandbox, settings: Settings, store: Store) -> AsyncIterator[Rotating]:
    """Makes a replica whose clock shows this time."""
    mine = replace(settings, slack_api_url=slack.api_url, **distributed(slack))  # type: ignore[arg-type]
    async with aiohttp.ClientSession() as session:
        client = make_client(mine, None)
        client.session = session
        yield lambda now: TokenRotation(mine, store, client, lambda: now)


def installed(slack: SlackSandbox) -> Installation:
    return Installation(slack.team_id, "", slack.bot_token, slack.bot_user_id, "B1", "", slack.refresh_token, LIFE)


def refreshes(slack: SlackSandbox) -> list[bool]:
    """Return whether Slack gave a token, for each time it was asked."""
    return [call.answer["ok"] for call in slack.calls if call.method == "oauth.v2.access"]


async def test_an_installed_workspace_is_answered_with_rotated_tokens(slack: SlackSandbox, running: Running) -> None:
    """Through the pages, and with the token refreshed once the store's has ended."""
    async with running("http", **distributed(slack)) as address:
        assert await install(address, slack) == 200
        await slack.invite("sceptic")
        assert await answered(slack, slack) == slack.bot_user_id
    assert slack.bot_token.startswith("xoxe.xoxb-")


async def test_a_token_is_refreshed_while_the_old_one_works(
    slack: SlackSandbox, store: Store, rotating: Rotating
) -> None:
    """Two hours early; what Slack gave is in the store, and found by everybody."""
    first = installed(slack)
    await store.install(first)

    assert await rotating(LIFE - EARLY_SECONDS - 1).refresh(first) is first
    fresh = await rotating(LIFE - EARLY_SECONDS + 1).refresh(first)
    assert (fresh.bot_token, fresh.refresh_token) == (slack.bot_token, slack.refresh_token)
    assert fresh.bot_token != first.bot_token
    assert fresh.expires_at == pytest.approx(2 * LIFE - EARLY_SECONDS, abs=5)
    assert await store.installation(slack.team_id, "") == fresh
    assert refreshes(slack) == [True]


async def test_replicas_do_not_spend_a_refresh_token_twice(
    slack: SlackSandbox, store: Store, rotating: Rotating
) -> None:
    """One asks; the others go on with the old token, or wait for the new one when it has ended."""
    first = installed(slack)
    await store.install(first)
    for ended in (False, True):
        found = await store.installation(slack.team_id, "")
        assert found is not None
        assert found.expires_at is not None
        replica = rotating(found.expires_at + (1 if ended else -60))
        tokens = [each.bot_token for each in await asyncio.gather(*(replica.refresh(found) for _ in range(5)))]
        assert slack.bot_token in tokens
        assert set(tokens) <= {slack.bot_token} | (set() if ended else {found.bot_token})
    assert refreshes(slack) == [True, True]


async def test_slack_failing_leaves_the_old_token_until_it_ends(
    slack: SlackSandbox, store: Store, rotating: Rotating, caplog: pytest.LogCaptureFixture
) -> None:
    """After that a delivery is handled later; a refresh token that Slack refuses for good is said with what to do."""
    first = installed(slack)
    await store.install(first)
    slack.faults.add(method="oauth.v2.access", kind="server_error", times=1)
    assert await rotating(LIFE - 60).refresh(first) == first
    assert "could not be refreshed yet" in caplog.text
    await store.install(first)
    slack.faults.add(method="oauth.v2.access", kind="server_error", times=1)
    with pytest.raises(TimeoutError):
        await rotating(LIFE + 60).refresh(first)

    spent = replace(first, refresh_token="xoxe-1-spent")
    await store.install(spent)
    assert await rotating(LIFE + 60).refresh(spent) == spent
    assert "have it install the app again" in caplog.text


async def test_a_token_without_an_end_is_left_alone(slack: SlackSandbox, rotating: Rotating) -> None:
    """Most apps have no token rotation."""
    plain = Installation("T1", "", "xoxb-1", "U1", "B1")

    assert await rotating(9e9).refresh(plain) is plain
    assert refreshes(slack) == []


async def test_a_workspace_that_uninstalls_is_forgotten_after_its_token_has_ended(
    slack: SlackSandbox, settings: Settings, running: Running
) -> None:
    """Slack refreshes no token of an app that is gone; the workspace's rows go all the same."""
    store = await open_store(settings.store_address, lambda _: None)
    await store.install(replace(installed(slack), expires_at=1.0))
    await store.close()
    async with running("http", **distributed(slack)):
        await slack.uninstall()
        await slack.settled()
        await slack.wait_for(lambda: not kept_installations(settings), 20)
    assert kept_installations(settings) == 0


def kept_installations(settings: Settings) -> int:
    engine = create_engine(settings.store_address)
    with engine.connect() as db:
        number = db.execute(select(func.count()).select_from(installations)).scalar_one()
    engine.dispose()
    return int(number)
