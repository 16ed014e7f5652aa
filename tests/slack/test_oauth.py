"""Several workspaces: each lets the app in by itself, and is answered with its own token."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from sqlalchemy import create_engine, func, select

from bot.sandbox import SlackSandbox, Team
from bot.settings import Settings, SettingsError, require_slack
from bot.slack.platform.oauth import STATE_SECONDS, SignedStates
from bot.store import Installation, Store, StoreError
from bot.store.tables import metadata
from tests.slack.conftest import Running
from tests.smoke.scenarios import PASTE

# slack_sdk sends the app's credentials in a way that aiohttp 3.14 still takes and warns about.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def distributed(slack: SlackSandbox) -> dict[str, object]:
    """The settings of an app that knows no workspace yet."""
    return {"slack_bot_token": "", "slack_client_id": slack.client_id, "slack_client_secret": slack.client_secret}


async def begin(session: aiohttp.ClientSession, address: str) -> tuple[str, str]:
    """Open the page with the button: the state that Slack is given, and the cookie of the browser."""
    async with session.get(f"{address}/slack/install") as answer:
        page = await answer.text()
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    found = re.search(r'href="(https://slack\.com/oauth/v2/authorize\?[^"]+)"', page)
    assert found is not None
    asked = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert "chat:write" in asked["scope"][0].split(",")
    return asked["state"][0], cookie


async def finish(session: aiohttp.ClientSession, address: str, code: str, state: str, cookie: str) -> int:
    page = f"{address}/slack/oauth_redirect"
    async with session.get(page, params={"code": code, "state": state}, headers={"Cookie": cookie}) as answer:
        return answer.status


async def install(address: str, team: Team) -> int:
    """Do what a person does who lets the app into their workspace."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        state, cookie = await begin(session, address)
        return await finish(session, address, await team.authorize(), state, cookie)


async def answered(slack: SlackSandbox, team: Team) -> str:
    """Paste an event there; the ID of who answered it."""
    ts = await team.post(PASTE)
    await slack.wait_for(lambda: len(team.messages("support", ts)) > 1)
    return str(team.messages("support", ts)[1]["user"])


async def test_workspaces_install_the_app_and_each_is_answered(
    slack: SlackSandbox, running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without any token in the settings; also after a restart. Bolt, which reads the same variables, keeps no files."""
    monkeypatch.setenv("SLACK_CLIENT_ID", slack.client_id)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", slack.client_secret)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    others = [slack.add_workspace(name=name, installed=False) for name in ("Fabrikam", "Northwind")]
    teams = [slack, *others]
    for each in others:
        await each.create_channel("teapots")
    async with running("http", **distributed(slack)) as address:
        for each in teams:
            assert await install(address, each) == 200
        for each in others:
            await each.invite("sceptic")
        assert [await answered(slack, each) for each in teams] == [each.bot_user_id for each in teams]
        await slack.settled()

    assert not (tmp_path / "home").exists()
    async with running("http", **distributed(slack)):
        assert [await answered(slack, each) for each in teams] == [each.bot_user_id for each in teams]


def rows_of(settings: Settings, team: Team) -> dict[str, int]:
    """Count the rows of a workspace in each table that has some."""
    engine = create_engine(settings.store_address)
    counted = {}
    with engine.connect() as db:
        for table in metadata.sorted_tables:
            theirs = select(func.count()).select_from(table).where(table.c.team_id == team.team_id)
            counted[table.name] = db.execute(theirs).scalar_one()
    engine.dispose()
    return {name: number for name, number in counted.items() if number}


async def test_a_workspace_that_uninstalls_is_forgotten(
    slack: SlackSandbox, running: Running, settings: Settings
) -> None:
    """Everything of theirs goes, and nothing of another's; what may stay is Slack's second notice of the same."""
    other = slack.add_workspace(installed=False)
    async with running("http", **distributed(slack)) as address:
        assert await install(address, slack) == 200
        assert await install(address, other) == 200
        assert await answered(slack, slack) == slack.bot_user_id
        await slack.settled()
        before, kept = rows_of(settings, slack), rows_of(settings, other)
        assert {"inbox", "outbox", "heard", "installations"} <= before.keys()
        await slack.uninstall()
        await slack.settled()
        # Handled after it was acknowledged.
        await slack.wait_for(lambda: rows_of(settings, slack).keys() <= {"inbox"})
        await slack.wait_for(lambda: rows_of(settings, slack).get("inbox", 0) <= 1)
        assert rows_of(settings, other) == kept


def bodies(settings: Settings) -> set[str]:
    """All that the inbox holds of what was delivered."""
    engine = create_engine(settings.store_address)
    with engine.connect() as db:
        found = set(db.execute(select(metadata.tables["inbox"].c.body)).scalars())
    engine.dispose()
    return found


async def test_of_what_comes_after_uninstalling_only_its_key_is_kept(
    slack: SlackSandbox, running: Running, settings: Settings
) -> None:
    """Slack may deliver what was under way, or the app may never have been installed here."""
    async with running("http", **distributed(slack)):
        await slack.post(PASTE)
        await slack.settled()
        # Handled after it was acknowledged.
        await slack.wait_for(lambda: bodies(settings) == {"{}"})
        assert rows_of(settings, slack).keys() == {"inbox"}


async def test_a_workspace_that_uninstalls_may_come_back_at_once(slack: SlackSandbox, running: Running) -> None:
    """Its old token is worth nothing, and notices of the farewell that are handled later take nothing away."""
    async with running("http", **distributed(slack)) as address:
        assert await install(address, slack) == 200
        assert await answered(slack, slack) == slack.bot_user_id
        before = slack.bot_token
        await slack.settled()
        await slack.uninstall()
        await slack.settled()
        assert await install(address, slack) == 200
        assert slack.bot_token != before
        await slack.invite("sceptic")
        assert await answered(slack, slack) == slack.bot_user_id


@pytest.mark.parametrize("wrong", ["no cookie", "other browser", "forged", "code", "denied"])
async def test_an_installation_that_was_not_begun_here_is_refused(
    wrong: str, slack: SlackSandbox, running: Running
) -> None:
    """Nobody can make somebody else's browser install the app; nothing is kept."""
    async with (
        running("http", **distributed(slack)) as address,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        state, cookie = await begin(session, address)
        code = await slack.authorize()
        if wrong == "no cookie":
            cookie = "tea=pot"
        elif wrong == "other browser":
            _, cookie = await begin(session, address)
        elif wrong == "forged":
            state = state[:-1] + ("0" if state[-1] != "0" else "1")
            cookie = f"slack-app-oauth-state={state}"
        elif wrong == "code":
            code = "1.2.teapot"
        if wrong == "denied":
            async with session.get(f"{address}/slack/oauth_redirect?error=access_denied") as answer:
                assert answer.status == 200
        else:
            assert 400 <= await finish(session, address, code, state, cookie) < 500
        calls = [call.answer["ok"] for call in slack.calls if call.method == "oauth.v2.access"]
        assert True not in calls


@pytest.mark.parametrize("kind", ["server_error", "reset_after_read"])
async def test_slack_or_the_store_failing_is_said_and_can_be_begun_again(
    kind: str, slack: SlackSandbox, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with a sentence, and the next attempt works."""

    async def refuse(_store: Store, _installation: Installation) -> None:
        raise StoreError("The disk is full.")

    async with running("http", **distributed(slack)) as address:
        fault = slack.faults.add(method="oauth.v2.access", kind=kind, times=1)  # type: ignore[arg-type]
        assert await install(address, slack) in {401, 502}
        assert fault.hits == 1
        with monkeypatch.context() as full:
            full.setattr(Store, "install", refuse)
            assert await install(address, slack) == 500
        assert await install(address, slack) == 200
        assert await answered(slack, slack) == slack.bot_user_id


async def test_a_state_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes, by a clock that nobody outside can set; another app's secret makes other states."""
    states = SignedStates("teapot")
    state = await states.async_issue()
    assert await states.async_consume(state)
    assert not await SignedStates("kettle").async_consume(state)
    for broken in ("", ".", "..", "x.y.z", f"9{state}"):
        assert not await states.async_consume(broken)
    later = time.time() + STATE_SECONDS + 1
    monkeypatch.setattr("bot.slack.platform.oauth.time.time", lambda: later)
    assert not await states.async_consume(state)


async def test_an_organisation_installs_once_for_all_its_workspaces(slack: SlackSandbox, settings: Settings) -> None:
    """Slack then names no workspace; the installation holds for each of the organisation's."""
    from bot.slack.platform.installations import Installations, make_client
    from bot.slack.platform.oauth import StoredInstallations
    from bot.store import open_store

    store = await open_store(settings.store_address, lambda _: None)
    installed = Installations(settings, store, make_client(settings, None))
    await installed.introduce()
    try:
        assert await installed.find("T0ONE000000", "E0TEAPOT000") is None
        grid = SlackInstallation(
            enterprise_id="E0TEAPOT000",
            is_enterprise_install=True,
            bot_token="xoxb-1",
            bot_user_id="U0BOT",
            user_id="U1",
        )
        await StoredInstallations(store, installed).async_save(grid)
        # What was not there a moment ago is not remembered as absent.
        for team_id in ("T0ONE000000", "T0TWO000000"):
            found = await installed.find(team_id, "E0TEAPOT000")
            assert found is not None
            assert found.bot_token == "xoxb-1"
        assert await installed.find("T0ONE000000", "E0OTHER0000") is None
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"slack_client_id": "1.2", "slack_client_secret": "s", "slack_signing_secret": "x"}, []),
        ({"slack_client_id": "1.2", "slack_signing_secret": "x"}, ["SLACK_CLIENT_SECRET"]),
        ({"slack_client_secret": "s", "slack_signing_secret": "x", "slack_bot_token": "xoxb-1"}, ["SLACK_CLIENT_ID"]),
        ({"slack_client_id": "1.2", "slack_client_secret": "s", "slack_app_token": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
    ],
)
def test_what_a_distributed_app_needs(given: dict[str, str], missing: list[str]) -> None:
    """Both halves of the app's credentials; a bot token only for Socket Mode."""
    settings = Settings(**given)
    if not missing:
        require_slack(settings)
        return
    with pytest.raises(SettingsError) as raised:
        require_slack(settings)
    assert [line.split(" ")[0] for line in str(raised.value).split("\n")] == missing
