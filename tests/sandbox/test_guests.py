"""External members of a shared channel: their messages, profiles and interactions."""

import aiohttp
import pytest

from .conftest import heard
from .echo_app import BUTTONS
from .test_orgs import client_of
from .test_web_api import SUPPORT, refusal

# slack_sdk's own use of aiohttp.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
AMY = "U0AMY000000"
GENERAL = "C0GENERAL00"


async def connect(slack, *, installed=True, name="with-contoso"):
    """Add a workspace that shares #support of the first one under another name."""
    other = slack.add_workspace(name="Fabrikam", installed=installed)
    assert await slack.share_channel("support", other, name=name) == SUPPORT
    return other


def events_of(slack, name):
    return [each.payload for each in slack.envelopes if each.name == name]


async def test_the_app_hears_who_comes_from_elsewhere(distributed):
    """The echo app, installed on one side, answers a person of the other, whom Bolt calls the actor."""
    slack, app = distributed
    await app.install(slack)
    other = await connect(slack, installed=False)
    ts = await other.post("@Echo hello", channel="with-contoso")
    await slack.wait_for(lambda: len(other.messages("with-contoso", thread_ts=ts)) == 2)
    await slack.settled()
    zoe = other.messages("with-contoso", thread_ts=ts)[0]["user"]

    [message] = [each for each in events_of(slack, "message") if each["event"]["ts"] == ts]
    [mention] = events_of(slack, "app_mention")
    for payload in (message, mention):
        event = payload["event"]
        assert payload["is_ext_shared_channel"] is True
        assert (event["user"], event["user_team"], event["source_team"]) == (zoe, other.team_id, other.team_id)
        assert (event["user_profile"]["name"], event["user_profile"]["team"]) == ("amy", other.team_id)
        assert [each["team_id"] for each in payload["authorizations"]] == [slack.team_id]
        assert payload["context_team_id"] == slack.team_id
    assert (message["team_id"], message["event"]["team"]) == (other.team_id, other.team_id)
    assert (mention["team_id"], mention["event"]["team"]) == (slack.team_id, slack.team_id)
    for context in app.contexts:
        if context["user_id"] == zoe:
            assert (context["team_id"], context["actor_team_id"]) == (slack.team_id, other.team_id)
            assert context["actor_user_id"] == zoe

    own = await slack.post("hello")
    [payload] = [each for each in events_of(slack, "message") if each["event"]["ts"] == own]
    assert (payload["is_ext_shared_channel"], "user_team" in payload["event"]) == (True, False)
    elsewhere = await slack.post("hello", channel="general")
    [payload] = [each for each in events_of(slack, "message") if each["event"]["ts"] == elsewhere]
    assert payload["is_ext_shared_channel"] is False


async def test_a_stranger_is_told_from_a_guest_and_from_nobody(many):
    """users.info gives an external member's name only, marks a stranger, and does not know anybody else."""
    client = client_of(many, many.bot_token)
    other = many.add_workspace(name="Fabrikam")
    zoe = (await client_of(many, other.bot_token).users_list())["members"][0]["id"]
    assert (await refusal(client.users_info(user=zoe)))["error"] == "user_not_found"

    hidden = await many.create_channel("board", private=True)
    await many.share_channel("board", other)
    stranger = (await client.users_info(user=zoe))["user"]
    assert (stranger["is_stranger"], stranger["team_id"], stranger["name"]) == (True, other.team_id, "amy")
    await many.invite("echo", hidden)
    guest = (await client.users_info(user=zoe))["user"]
    assert (guest["is_stranger"], guest["real_name"]) == (False, "Amy Chen")
    assert (guest["profile"]["team"], "title" in guest["profile"], "is_admin" in guest) == (other.team_id, False, False)
    own = (await client.users_info(user=AMY))["user"]
    assert "is_stranger" not in own
    assert zoe not in [each["id"] for each in (await client.users_list())["members"]]
    assert zoe in (await client.conversations_members(channel=hidden))["members"]
    assert (await client.team_info(team=other.team_id))["team"]["name"] == "Fabrikam"

    await other.unshare_channel("board")
    assert (await refusal(client.users_info(user=zoe)))["error"] == "user_not_found"
    assert (await refusal(client.team_info(team=other.team_id)))["error"] == "team_not_found"


async def test_a_shared_file_is_named_and_has_to_be_asked_for(many):
    """Messages hold a stub; both sides get files.info and the bytes of shared files only."""
    other = await connect(many)
    theirs = client_of(many, other.bot_token)
    ours = client_of(many, many.bot_token)
    await other.upload("trace.log", b"event 418", "look", channel="with-contoso")
    await other.upload("secret.log", b"own", channel="general")
    [event] = heard(many, "message.file_share")[:1]
    file_id = event["files"][0]["id"]
    stub = {"id": file_id, "created": 0, "timestamp": 0, "mode": "file_access", "file_access": "check_file_info"}
    assert event["files"] == [{**stub, "user": ""}]
    [message] = (await ours.conversations_history(channel=SUPPORT, limit=1))["messages"]
    assert message["files"] == event["files"]
    assert heard(many, "file_shared")[0]["file_id"] == file_id

    described = (await ours.files_info(file=file_id))["file"]
    assert (described["name"], described["user_team"], described["channels"]) == (
        "trace.log",
        other.team_id,
        [SUPPORT],
    )
    secret = heard(many, "file_shared")[-1]["file_id"]
    assert (await theirs.files_info(file=secret))["file"]["name"] == "secret.log"
    assert (await refusal(ours.files_info(file=secret)))["error"] == "file_not_found"
    assert (await refusal(ours.files_delete(file=file_id)))["error"] == "cant_delete_file"

    async def fetch(url, token):
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=False) as got:
            return await got.read() if got.status == 200 else got.status

    assert await fetch(described["url_private"], many.bot_token) == b"event 418"
    hidden = (await theirs.files_info(file=secret))["file"]["url_private"]
    assert await fetch(hidden, many.bot_token) == 302
    assert await fetch(hidden, other.bot_token) == b"own"


async def test_a_guest_can_be_whispered_to_in_the_shared_channel_only(many):
    """chat.postEphemeral takes members of either side; in other channels an external member is unknown."""
    other = await connect(many)
    client = client_of(many, many.bot_token)
    zoe = (await client_of(many, other.bot_token).users_list())["members"][0]["id"]
    await client.chat_postEphemeral(channel=SUPPORT, user=zoe, text="only you")
    assert [each["text"] for each in other.ephemerals("with-contoso")] == ["only you"]
    assert many.ephemerals() == []

    general = "C0GENERAL00"
    outside = await refusal(client.chat_postEphemeral(channel=general, user=zoe, text="x"))
    assert outside["error"] == "user_not_in_channel"
    assert (await refusal(client.views_publish(user_id=zoe, view={"type": "home", "blocks": BUTTONS})))[
        "error"
    ] == "user_not_found"
    for wanted in ("TNOBODY", "C1GENERAL00", zoe):
        assert (await refusal(client.chat_postMessage(channel=wanted, text="x")))["error"] == "channel_not_found"


async def test_a_guest_clicks_and_fills_in_what_the_other_sides_app_shows(distributed):
    """A click names the app's workspace, a form its sender's; Bolt finds the token by both."""
    slack, app = distributed
    await app.install(slack)
    other = await connect(slack, installed=False)
    client = client_of(slack, slack.bot_token)
    posted = (await client.chat_postMessage(channel=SUPPORT, text="Once more?", blocks=BUTTONS))["ts"]
    click = await other.click(posted, "open_form")
    assert (click.payload["team"]["id"], click.payload["user"]["team_id"]) == (slack.team_id, other.team_id)
    await slack.wait_for(lambda: other.views())
    view = other.views()[-1]
    assert (view["team_id"], view["app_installed_team_id"]) == (other.team_id, slack.team_id)

    refused = await other.submit_view(view["id"], {"text": "no"})
    assert refused.payload["team"]["id"] == other.team_id
    assert refused.payload["view"]["app_installed_team_id"] == slack.team_id
    assert refused.ack["errors"] == {"words": "Anything but that."}
    assert (await other.close_view(view["id"])).acked
    assert {each["bot_token"] for each in app.contexts} == {slack.bot_token}
    assert (await other.click(posted, "again")).acked
    await slack.wait_for(lambda: other.messages("with-contoso")[-1]["text"] == "Again, 1")
    assert await other.command("/echo", "hi", channel="with-contoso") is None


async def test_reactions_and_comings_are_heard_through_the_side_that_has_the_app(many):
    """Privacy and channel type are that side's; a reaction names no team, a membership does."""
    other = many.add_workspace(name="Fabrikam", installed=False)
    await many.share_channel("support", other, accepted=False)
    await other.accept_channel(SUPPORT, name="with-contoso", private=True, members=("lee",))
    ts = await other.post("hello", channel="with-contoso", user="lee")
    await other.react(ts, "eyes", channel="with-contoso", user="lee")
    await other.invite("amy", "with-contoso", inviter="lee")
    await other.leave("amy", "with-contoso")

    [said] = events_of(many, "message")
    assert (said["event"]["channel_type"], said["context_team_id"]) == ("channel", many.team_id)
    [reaction] = events_of(many, "reaction_added")
    assert (reaction["team_id"], reaction["is_ext_shared_channel"]) == (many.team_id, True)
    assert reaction["event"]["user"] == said["event"]["user"]
    [joined], [left] = events_of(many, "member_joined_channel"), events_of(many, "member_left_channel")
    assert {each["event"]["team"] for each in (joined, left)} == {other.team_id}
    assert {each["event"]["channel_type"] for each in (joined, left)} == {"C"}


async def test_what_a_guest_changes_is_told_as_theirs(many):
    """The author's fields stand inside message_changed and message_deleted as well."""
    other = await connect(many, installed=False)
    ts = await other.post("hello", channel="with-contoso")
    await other.edit(ts, "goodbye", channel="with-contoso")
    await other.delete(ts, channel="with-contoso")
    [changed], [deleted] = heard(many, "message.message_changed"), heard(many, "message.message_deleted")
    for message in (changed["message"], changed["previous_message"], deleted["previous_message"]):
        assert (message["user_team"], message["user_profile"]["name"]) == (other.team_id, "amy")


async def test_a_file_of_two_channels_is_listed_where_both_sides_have_one(many):
    """The other side learns nothing of a channel that it does not have."""
    other = await connect(many)
    ours, theirs = client_of(many, many.bot_token), client_of(many, other.bot_token)
    await ours.files_upload_v2(channels=[SUPPORT, GENERAL], filename="trace.log", content="event 418")
    file_id = many.messages()[-1]["files"][0]["id"]
    await other.invite("echo", "with-contoso")
    assert (await ours.files_info(file=file_id))["file"]["channels"] == [SUPPORT, GENERAL]
    assert (await theirs.files_info(file=file_id))["file"]["channels"] == [SUPPORT]


async def test_an_external_id_is_taken_in_its_own_workspace_only(many):
    """Two installations of one app may use the same ID, each once."""
    other = await connect(many)
    title = {"type": "plain_text", "text": "Front"}
    view = {"type": "modal", "title": title, "external_id": "front", "blocks": BUTTONS}
    for team in (many, other):
        client = client_of(many, team.bot_token)
        trigger_id = (await team.command("/echo", "x", channel="general")).payload["trigger_id"]
        assert (await client.views_open(trigger_id=trigger_id, view=view))["view"]["external_id"] == "front"
        trigger_id = (await team.command("/echo", "x", channel="general")).payload["trigger_id"]
        again = client.views_push(trigger_id=trigger_id, view=view)
        assert (await refusal(again))["error"] == "duplicate_external_id"
