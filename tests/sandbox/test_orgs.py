"""Enterprise Grid: organisations, with the app in one workspace or in all."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import SandboxError, SlackSandbox

from .conftest import heard
from .echo_app import BUTTONS, MANIFEST
from .test_web_api import refusal

# slack_sdk's own use of aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


def client_of(slack, token):
    return AsyncWebClient(token=token, base_url=slack.api_url)


def last(slack, name):
    return [each.payload for each in slack.envelopes if each.name == name][-1]


async def replies(slack, team, text):
    return await slack.wait_for(lambda: [each for each in team.messages() if each["text"].startswith(text)])


async def test_an_app_in_one_workspace_of_an_org_is_told_which_org(distributed):
    """Bolt finds the workspace's token by enterprise_id and team_id, through events, commands, clicks and forms."""
    slack, app = distributed
    org = slack.add_org("Contoso Group")
    east = org.add_workspace("Contoso East")
    installation = await app.install(east)
    assert (installation.enterprise_id, installation.enterprise_name) == (org.enterprise_id, "Contoso Group")
    assert (installation.team_id, installation.is_enterprise_install) == (east.team_id, False)

    ts = await east.post(f"<@{east.bot_user_id}> hello")
    await slack.wait_for(lambda: len(east.messages(thread_ts=ts)) == 2)
    payload = last(slack, "app_mention")
    assert (payload["team_id"], payload["enterprise_id"]) == (east.team_id, org.enterprise_id)
    assert (payload["context_team_id"], payload["context_enterprise_id"]) == (east.team_id, org.enterprise_id)
    assert payload["authorizations"] == [
        {
            "enterprise_id": org.enterprise_id,
            "team_id": east.team_id,
            "user_id": east.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]

    await east.command("/echo", "buttons")
    command = last(slack, "/echo")
    assert (command["enterprise_id"], command["enterprise_name"]) == (org.enterprise_id, "Contoso Group")
    assert command["is_enterprise_install"] == "false"
    await slack.wait_for(lambda: east.ephemerals())
    await east.click(east.ephemerals()[-1], "open_form")
    await slack.wait_for(lambda: east.views())
    click = last(slack, "block_actions")
    assert click["enterprise"] == {"id": org.enterprise_id, "name": "Contoso Group"}
    assert click["team"]["enterprise_id"] == org.enterprise_id
    assert click["is_enterprise_install"] is False
    await east.submit_view(east.views()[-1]["id"], {"text": "fine"})
    await slack.wait_for(lambda: any("fine" in each["text"] for each in east.direct_messages()))
    await slack.settled()


async def test_an_org_wide_app_answers_in_every_workspace_with_one_token(distributed):
    """Bolt finds it by enterprise_id alone; only a person's actions name a workspace."""
    slack, app = distributed
    org = slack.add_org("Contoso Group", org_wide=True)
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    installation = await app.install(org)
    assert (installation.team_id, installation.is_enterprise_install) == (None, True)
    assert installation.bot_token == org.bot_token == east.bot_token == west.bot_token

    for team in (east, west):
        ts = await team.post(f"<@{team.bot_user_id}> hello")
        await slack.wait_for(lambda team=team, ts=ts: len(team.messages(thread_ts=ts)) == 2)
        payload = last(slack, "app_mention")
        assert (payload["team_id"], payload["enterprise_id"]) == (team.team_id, org.enterprise_id)
        assert payload["authorizations"][0]["team_id"] is None
        assert payload["authorizations"][0]["is_enterprise_install"] is True
        context = [each for each in app.contexts if each["kind"] == "app_mention"][-1]
        assert (context["team_id"], context["is_enterprise_install"]) == (None, True)
        assert context["bot_token"] == org.bot_token

        shortcut = await team.shortcut("echo_message", ts)
        assert (shortcut.payload["team"], shortcut.team_id) == (None, team.team_id)
        assert shortcut.payload["enterprise"]["id"] == org.enterprise_id
        await slack.wait_for(lambda team=team, ts=ts: len(team.messages(thread_ts=ts)) == 3)

        await team.command("/echo", "buttons")
        assert (last(slack, "/echo")["is_enterprise_install"], last(slack, "/echo")["team_id"]) == (
            "true",
            team.team_id,
        )
        await slack.wait_for(lambda team=team: team.ephemerals())
        await team.click(team.ephemerals()[-1], "open_form")
        await slack.wait_for(lambda team=team: team.views())
        view = team.views()[-1]
        assert (view["team_id"], view["app_installed_team_id"]) == (team.team_id, org.enterprise_id)
        envelope = await team.submit_view(view["id"], {"text": "fine"})
        assert (envelope.payload["team"], envelope.payload["user"]["team_id"]) == (None, team.team_id)
        await slack.wait_for(lambda team=team: any("fine" in each["text"] for each in team.direct_messages()))
        await team.open_home()
        await slack.wait_for(lambda team=team: team.home())
    await slack.settled()


async def test_an_org_wide_app_must_say_that_it_is_one(many):
    """Slack offers organisations only apps with org_deploy_enabled."""
    async with SlackSandbox(MANIFEST) as slack:
        with pytest.raises(SandboxError, match="org_deploy_enabled"):
            slack.add_org("Contoso Group", org_wide=True)
        assert slack.add_org("Contoso Group").enterprise_id.startswith("E")
    with pytest.raises(SandboxError, match="org_wide"):
        await many.add_org("Contoso Group").authorize()


@pytest.mark.parametrize("method", ["conversations_list", "users_list", "usergroups_list", "bots_info"])
async def test_an_org_token_has_to_say_which_workspace_it_means(many, method):
    """team_id decides where nothing else does; with a workspace's own token it is ignored."""
    org = many.add_org("Contoso Group", org_wide=True)
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    call = getattr(client_of(many, org.bot_token), method)

    missing = await refusal(call())
    assert (missing["error"], missing["arg"]) == ("missing_argument", "team_id")
    stranger = "team_not_found" if method == "bots_info" else "team_access_not_granted"
    for team_id in (many.team_id, "T0NOBODY000"):
        assert (await refusal(call(team_id=team_id)))["error"] == stranger
    assert (await call(team_id=west.team_id))["ok"]
    assert many.calls[-1].team_id == west.team_id
    if method == "bots_info":
        assert (await call(team_id=org.enterprise_id))["ok"]
    assert (await getattr(client_of(many, many.bot_token), method)(team_id=east.team_id))["ok"]
    assert many.calls[-1].team_id == many.team_id


async def test_a_token_reaches_the_channels_of_its_own_workspaces_only(many):
    """An org-wide token reaches all workspaces of its organisation, a workspace's token only its own."""
    org = many.add_org("Contoso Group", org_wide=True)
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    other = many.add_org("Fabrikam Group")
    north, south = other.add_workspace("Fabrikam North"), other.add_workspace("Fabrikam South")
    of_org = client_of(many, org.bot_token)

    for team in (east, west):
        channels = (await of_org.conversations_list(team_id=team.team_id))["channels"]
        channel_id = next(each["id"] for each in channels if each["name"] == "support")
        await of_org.chat_postMessage(channel=channel_id, text=f"to {team.team_id}")
        assert team.messages()[-1]["text"] == f"to {team.team_id}"
        assert team.messages()[-1]["team"] == team.team_id
        for token in (many.bot_token, north.bot_token):
            call = client_of(many, token).chat_postMessage(channel=channel_id, text="x")
            assert (await refusal(call))["error"] == "channel_not_found"
    theirs = (await client_of(many, south.bot_token).conversations_list())["channels"][0]["id"]
    for token in (org.bot_token, north.bot_token):
        call = client_of(many, token).conversations_info(channel=theirs)
        assert (await refusal(call))["error"] == "channel_not_found"


async def test_who_is_asked_and_where_is_answered_with_the_organisation(many):
    """auth.test, users.info and team.info name the organisation, if there is one."""
    org = many.add_org("Contoso Group")
    east = org.add_workspace("Contoso East")
    client, plain = client_of(many, east.bot_token), client_of(many, many.bot_token)
    amy = (await client.users_list())["members"][0]["id"]

    known = await client.auth_test()
    assert (known["team_id"], known["enterprise_id"]) == (east.team_id, org.enterprise_id)
    assert known["is_enterprise_install"] is False
    user = (await client.users_info(user=amy))["user"]["enterprise_user"]
    assert (user["enterprise_id"], user["teams"]) == (org.enterprise_id, [east.team_id])
    team = (await client.team_info())["team"]
    assert (team["enterprise_id"], team["enterprise_name"]) == (org.enterprise_id, "Contoso Group")
    assert "enterprise_id" not in (await plain.auth_test()).data
    assert "enterprise_id" not in (await plain.team_info())["team"]
    assert (await refusal(plain.team_info(team=east.team_id)))["error"] == "team_not_found"

    wide = many.add_org("Fabrikam Group", org_wide=True)
    wide.add_workspace("Fabrikam East")
    known = await client_of(many, wide.bot_token).auth_test()
    assert (known["enterprise_id"], known["is_enterprise_install"]) == (wide.enterprise_id, True)


async def test_an_org_wide_app_hears_which_workspaces_it_may_enter(many):
    """team_access_granted and _revoked name no outer workspace; a revoked one is neither heard nor reached."""
    org = many.add_org("Contoso Group", org_wide=True)
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    outside = org.add_workspace("Contoso South", installed=False)
    client = client_of(many, org.bot_token)
    granted = last(many, "team_access_granted")
    assert granted["event"]["team_ids"] == [west.team_id]
    assert (granted["enterprise_id"], "team_id" in granted) == (org.enterprise_id, False)
    assert [each["id"] for each in (await client.auth_teams_list())["teams"]] == [east.team_id, west.team_id]

    await east.uninstall()
    assert heard(many, "team_access_revoked")[0]["team_ids"] == [east.team_id]
    assert [each["id"] for each in (await client.auth_teams_list())["teams"]] == [west.team_id]
    assert (await refusal(client.users_list(team_id=east.team_id)))["error"] == "team_access_not_granted"
    before = len(many.envelopes)
    await east.post("anyone?")
    await outside.post("anyone?")
    assert len(many.envelopes) == before
    await west.post("anyone?")
    assert len(many.envelopes) == before + 1


async def test_an_org_wide_app_that_is_removed_is_forgotten_as_a_whole(distributed):
    """app_uninstalled and tokens_revoked name the organisation, by which Bolt's store deletes its tokens."""
    slack, app = distributed
    org = slack.add_org("Contoso Group", org_wide=True)
    org.add_workspace("Contoso East")
    await app.install(org)
    of_org = {"enterprise_id": org.enterprise_id, "team_id": None, "is_enterprise_install": True}
    assert await app.store.async_find_bot(**of_org)

    await org.uninstall()
    await slack.settled()
    payload = last(slack, "app_uninstalled")
    assert (payload["enterprise_id"], "team_id" in payload) == (org.enterprise_id, False)
    assert payload["authorizations"][0]["is_enterprise_install"] is True

    async def forgotten():
        return await app.store.async_find_bot(**of_org) is None

    for _ in range(100):
        if await forgotten():
            break
        await slack.wait_for(lambda: True)
    assert await forgotten()
    assert (await refusal(client_of(slack, org.bot_token).auth_test()))["error"] == "account_inactive"


async def test_a_workspace_without_the_app_knows_nothing_of_it(distributed):
    """It has no command, shortcut, bot or event until OAuth installs the app."""
    slack, app = distributed
    team = slack.add_workspace(name="Fabrikam", installed=False)
    ts = await team.post("hello")
    assert await team.command("/echo", "hi") is None
    assert "not a valid command" in team.ephemerals()[-1]["text"]
    with pytest.raises(SandboxError, match="not installed"):
        await team.shortcut("echo_message", ts)
    with pytest.raises(SandboxError, match="not installed"):
        await team.open_home()
    assert slack.envelopes == []
    assert (await refusal(client_of(slack, team.bot_token).auth_test()))["error"] == "account_inactive"

    await app.install(team)
    channels = (await client_of(slack, team.bot_token).conversations_list())["channels"]
    assert not any(each["is_member"] for each in channels)
    await team.invite("echo")
    ts = await team.post("@Echo hello")
    await slack.wait_for(lambda: len(team.messages(thread_ts=ts)) == 2)
    assert (await team.command("/echo", "hi")).acked
    await team.post("hello", channel="dm")
    await slack.wait_for(lambda: len(team.direct_messages()) == 2)


async def test_a_view_of_another_workspace_cannot_be_changed(many):
    """The view ID is right, but another installation opened it."""
    east = many.add_org("Contoso Group").add_workspace("Contoso East")
    client = client_of(many, east.bot_token)
    amy = (await client.users_list())["members"][0]["id"]
    view = {"type": "home", "blocks": BUTTONS}
    made = (await client.views_publish(user_id=amy, view=view))["view"]

    other = client_of(many, many.bot_token)
    assert (await refusal(other.views_update(view_id=made["id"], view=view)))["error"] == "not_found"
    assert (await client.views_update(view_id=made["id"], view=view))["ok"]
