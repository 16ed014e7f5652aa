"""Slack Connect and org-shared channels: one channel in several workspaces, and its events."""

import base64
import json

import pytest

from bot.sandbox import SandboxError

from .conftest import heard
from .test_guests import AMY, connect, events_of
from .test_orgs import client_of, last
from .test_web_api import SUPPORT, refusal

# slack_sdk's own use of aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


async def test_both_sides_see_one_channel_and_its_messages(many):
    """IDs and timestamps are the same under two names; every change appears on both sides."""
    other = await connect(many)
    await other.invite("echo", "with-contoso")
    here, there = client_of(many, many.bot_token), client_of(many, other.bot_token)

    ours = await many.post("from Contoso")
    theirs = await other.post("from Fabrikam", channel="with-contoso", thread_ts=ours)
    for client, name in ((here, "support"), (there, "with-contoso")):
        assert (await client.conversations_info(channel=SUPPORT))["channel"]["name"] == name
        thread = (await client.conversations_replies(channel=SUPPORT, ts=ours))["messages"]
        assert [(each["ts"], each["text"]) for each in thread] == [(ours, "from Contoso"), (theirs, "from Fabrikam")]
    await other.edit(theirs, "changed", channel="with-contoso")
    await many.react(theirs, "eyes")
    seen = many.messages(thread_ts=ours)[-1]
    assert seen == other.messages("with-contoso", thread_ts=ours)[-1]
    assert (seen["text"], seen["reactions"][0]["users"]) == ("changed", [AMY])
    with pytest.raises(SandboxError, match="not amy's"):
        await other.delete(ours, channel="with-contoso")
    with other._slack.feed.listen(other.bot_user_id) as there_now, many._slack.feed.listen(AMY) as here_now:
        await there.chat_postMessage(channel=SUPPORT, text="the other bot")
        assert many.messages()[-1]["user"] == other.bot_user_id
        for window in (here_now, there_now):
            updates = [window.get_nowait() for _ in range(window.qsize())]
            assert [each["message"]["text"] for each in updates if each["type"] == "message"] == ["the other bot"]


async def test_conversations_info_tells_with_whom_a_channel_is_shared(many):
    """It names the other side's IDs before, during and after the offer."""
    other = many.add_workspace(name="Fabrikam")
    here, there = client_of(many, many.bot_token), client_of(many, other.bot_token)

    async def info(client=here):
        return (await client.conversations_info(channel=SUPPORT))["channel"]

    plain = await info()
    assert [plain[each] for each in ("is_shared", "is_ext_shared", "is_pending_ext_shared")] == [False] * 3
    assert plain["shared_team_ids"] == [many.team_id]

    await many.share_channel("support", other, accepted=False)
    pending = await info()
    assert (pending["is_pending_ext_shared"], pending["is_ext_shared"]) == (True, False)
    assert pending["pending_connected_team_ids"] == [other.team_id]
    assert (await refusal(there.conversations_info(channel=SUPPORT)))["error"] == "channel_not_found"

    await other.accept_channel(SUPPORT, name="with-contoso", private=True)
    await other.invite("echo", "with-contoso")
    for client, own, foreign in ((here, many, other), (there, other, many)):
        shared = await info(client)
        assert [shared[each] for each in ("is_shared", "is_ext_shared", "is_org_shared")] == [True, True, False]
        assert shared["connected_team_ids"] == [foreign.team_id]
        assert shared["shared_team_ids"] == [own.team_id, foreign.team_id]
        assert (shared["internal_team_ids"], shared["conversation_host_id"]) == ([own.team_id], many.team_id)
        assert (shared["context_team_id"], shared["is_pending_ext_shared"]) == (own.team_id, False)
    assert ((await info())["is_private"], (await info(there))["is_private"]) == (False, True)

    await other.unshare_channel("with-contoso")
    assert (await info())["is_shared"] is False
    assert (await refusal(there.conversations_info(channel=SUPPORT)))["error"] == "channel_not_found"
    assert not [each for each in (await here.conversations_members(channel=SUPPORT))["members"] if each[1] == "1"]


async def test_an_app_on_both_sides_hears_a_message_once(distributed):
    """It comes through the side that joined last; apps.event.authorizations.list names the other as well."""
    slack, app = distributed
    other = await connect(slack)
    await app.install(slack)
    await app.install(other)
    await other.invite("echo", "with-contoso")
    ts = await slack.post("hello")
    await slack.settled()

    [payload] = [each for each in events_of(slack, "message") if each["event"]["ts"] == ts]
    assert [each["team_id"] for each in payload["authorizations"]] == [other.team_id]
    await slack.react(ts, "eyes")
    [reaction] = events_of(slack, "reaction_added")
    assert [each["team_id"] for each in reaction["authorizations"]] == [other.team_id]
    assert (payload["event"]["text"], payload["event"]["user_team"]) == ("hello", slack.team_id)
    listed = client_of(slack, slack.app_token)
    answer = await listed.apps_event_authorizations_list(event_context=payload["event_context"])
    assert [(each["team_id"], each["user_id"]) for each in answer["authorizations"]] == [
        (slack.team_id, slack.bot_user_id),
        (other.team_id, other.bot_user_id),
    ]
    first = await listed.apps_event_authorizations_list(event_context=payload["event_context"], limit=1)
    assert len(first["authorizations"]) == 1
    assert first["response_metadata"]["next_cursor"]
    with_bot = client_of(slack, slack.bot_token).apps_event_authorizations_list(event_context=payload["event_context"])
    assert (await refusal(with_bot))["error"] == "not_allowed_token_type"

    await other.uninstall()
    answer = await listed.apps_event_authorizations_list(event_context=payload["event_context"])
    assert [each["team_id"] for each in answer["authorizations"]] == [slack.team_id]


@pytest.mark.parametrize("context", ["x", "4-", "4-e30=", "4-W10=", "4-eyJ0aWQiOiAiVDAifQ==", "4-Zm9v"])
async def test_an_event_context_that_is_none_is_refused(many, context):
    call = client_of(many, many.app_token).apps_event_authorizations_list(event_context=context)
    assert (await refusal(call))["error"] == "invalid_event_context"


async def test_an_event_of_another_app_is_refused(many):
    """The event context names its app."""
    context = base64.b64encode(json.dumps({"et": "message", "tid": many.team_id, "aid": "A0OTHER"}).encode()).decode()
    call = client_of(many, many.app_token).apps_event_authorizations_list(event_context=f"4-{context}")
    assert (await refusal(call))["error"] == "auth_mismatch"


async def test_a_mention_goes_to_the_bot_that_was_meant(distributed):
    """Two bots of one app in a channel each answer their own mentions."""
    slack, app = distributed
    other = await connect(slack)
    await app.install(slack)
    await app.install(other)
    await other.invite("echo", "with-contoso")
    for team, channel in ((slack, "support"), (other, "with-contoso")):
        for bot in (slack, other):
            ts = await team.post(f"<@{bot.bot_user_id}> hello", channel=channel)
            await slack.wait_for(lambda ts=ts: len(slack.messages(thread_ts=ts)) == 2)
            assert slack.messages(thread_ts=ts)[-1]["user"] == bot.bot_user_id
            [payload] = [each for each in events_of(slack, "app_mention") if each["event"]["ts"] == ts]
            assert payload["authorizations"][0]["team_id"] == bot.team_id


async def test_an_organisation_is_named_by_its_own_id_to_others(many):
    """External members see the organisation in place of the team."""
    org = many.add_org("Contoso Group")
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    await many.share_channel("support", east, name="with-contoso")
    await east.post("hello", channel="with-contoso")

    payload = last(many, "message")
    assert (payload["event"]["user_team"], payload["event"]["team"]) == (org.enterprise_id, east.team_id)
    assert (payload["team_id"], payload["enterprise_id"]) == (east.team_id, org.enterprise_id)
    assert (payload["context_team_id"], payload["context_enterprise_id"]) == (many.team_id, None)
    info = (await client_of(many, many.bot_token).conversations_info(channel=SUPPORT))["channel"]
    assert info["connected_team_ids"] == [org.enterprise_id]
    assert events_of(many, "channel_shared")[0]["event"]["connected_team_id"] == org.enterprise_id

    shared = await east.create_channel("plans", bot=True)
    await east.share_channel("plans", west)
    await west.post("hello", channel="plans")
    payload = last(many, "message")
    assert (payload["is_ext_shared_channel"], "user_team" in payload["event"]) == (False, False)
    info = (await client_of(many, east.bot_token).conversations_info(channel=shared))["channel"]
    assert [info[each] for each in ("is_shared", "is_org_shared", "is_ext_shared")] == [True, True, False]
    assert info["internal_team_ids"] == [east.team_id, west.team_id]
    await west.upload("trace.log", b"event 418", channel="plans")
    assert heard(many, "message.file_share")[-1]["files"][0]["name"] == "trace.log"


async def test_an_org_wide_app_is_one_installation_in_a_channel_of_two_of_its_workspaces(many):
    """A message is one event with one authorization, and a mention counts once."""
    org = many.add_org("Contoso Group", org_wide=True)
    east, west = org.add_workspace("Contoso East"), org.add_workspace("Contoso West")
    await east.share_channel("support", west, name="from-east")
    ts = await west.post("@Echo hello", channel="from-east")

    assert [each["event"]["ts"] for each in events_of(many, "message")] == [ts]
    [mention] = events_of(many, "app_mention")
    listed = client_of(many, many.app_token).apps_event_authorizations_list
    answer = await listed(event_context=mention["event_context"])
    assert [each["is_enterprise_install"] for each in answer["authorizations"]] == [True]


async def test_sharing_is_told_and_ends_with_its_people(many):
    """Each side's app in the channel receives channel_shared and channel_unshared."""
    other = await connect(many)
    await other.invite("echo", "with-contoso")
    await other.unshare_channel("with-contoso")
    [shared] = events_of(many, "channel_shared")
    assert (shared["event"]["channel"], shared["event"]["connected_team_id"]) == (SUPPORT, other.team_id)
    ours, theirs = events_of(many, "channel_unshared")
    assert (ours["event"]["previously_connected_team_id"], ours["event"]["is_ext_shared"]) == (other.team_id, False)
    assert (theirs["context_team_id"], theirs["event"]["previously_connected_team_id"]) == (
        other.team_id,
        many.team_id,
    )
    with pytest.raises(SandboxError, match="no channel"):
        await other.post("still here?", channel="with-contoso")
    ts = await many.post("among ourselves")
    assert last(many, "message")["is_ext_shared_channel"] is False
    assert ts in [each["ts"] for each in many.messages()]


@pytest.mark.parametrize("channel", ["general", "dm-less"])
async def test_what_cannot_be_shared(many, channel):
    """#general and a group DM are refused."""
    other = many.add_workspace(name="Fabrikam")
    named = channel if channel == "general" else await many.open_group_dm("amy", "lee")
    with pytest.raises(SandboxError, match="cannot be shared"):
        await many.share_channel(named, other)


async def test_sharing_needs_an_offer_and_a_free_name(many):
    """Accepting without an offer or under a taken name is refused, as are a second offer and leaving as no guest."""
    other = many.add_workspace(name="Fabrikam")
    with pytest.raises(SandboxError, match="nobody offered"):
        await other.accept_channel(SUPPORT)
    with pytest.raises(SandboxError, match="give another name"):
        await many.share_channel("support", other)
    with pytest.raises(SandboxError, match="already"):
        await many.share_channel("support", other)
    await other.accept_channel(SUPPORT, name="with-contoso")
    with pytest.raises(SandboxError, match="already"):
        await many.share_channel("support", other)
    with pytest.raises(SandboxError, match="no guest"):
        await many.unshare_channel("support")
    with pytest.raises(SandboxError, match="no guest"):
        await other.unshare_channel("general")
