"""Events of the Events API, limited to the manifest's subscriptions."""

from ..parsing import JsonObject
from ..state.external_members import message_seen_in
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel
from .event_payloads import installations_in, wrap_event, wrap_org_event

_MESSAGE_EVENT = {
    "channel": "message.channels",
    "group": "message.groups",
    "mpim": "message.mpim",
    "im": "message.im",
}
_TEXT_FIELDS = (
    *("client_msg_id", "text", "team", "blocks", "thread_ts", "parent_user_id", "files", "upload"),
    *("bot_id", "app_id", "bot_profile"),
    *("user_team", "source_team", "user_profile"),
)
# Events that the app receives even after it was uninstalled.
_FAREWELLS = ("app_uninstalled", "tokens_revoked", "team_access_revoked")
# Events that concern the organisation of an org-wide app.
_OF_ORG = (*_FAREWELLS, "team_access_granted")


def announce(
    slack: LocalSlack, event: JsonObject, subscription: str | None = None, channel: Channel | None = None
) -> None:
    """Deliver an event through this workspace's installation, if the manifest subscribes to it.

    By default the subscription is the event's type. `channel` is where it happened, if anywhere.
    """
    farewell = event["type"] in _FAREWELLS
    if (subscription or event["type"]) not in slack.manifest.bot_events or not (slack.installed or farewell):
        return
    team_id = slack.workspace.team_id
    if not slack.rates.take_event(team_id):
        if slack.rates.take_warning(team_id):
            announce_rate_limit(slack)
        return
    of_org = slack.org_wide and event["type"] in _OF_ORG
    slack.deliveries.start("events_api", wrap_org_event(slack, event) if of_org else wrap_event(slack, event, channel))


def announce_in_channel(
    slack: LocalSlack, channel: Channel, event: JsonObject, subscription: str | None = None
) -> None:
    """Deliver an event of a channel once, through one of the installations in the channel.

    Slack promises none of them in particular (https://docs.slack.dev/changelog/2020-09-15-events-api-truncate-authed-users);
    it was seen to be the one that joined the channel last (https://github.com/slackapi/bolt-js/issues/2008).
    """
    hearers = installations_in(slack, channel)
    if hearers:
        announce(hearers[-1], event, subscription, channel)


def announce_rate_limit(slack: LocalSlack) -> None:
    """Deliver app_rate_limited, which Slack sends past 30,000 events an hour of one workspace."""
    payload = {
        "token": slack.credentials.verification_token,
        "type": "app_rate_limited",
        "team_id": slack.workspace.team_id,
        "minute_rate_limited": int(slack.clock.now()) // 60 * 60,
        "api_app_id": slack.credentials.app_id,
    }
    slack.deliveries.start("events_api", payload)


def announce_message(slack: LocalSlack, channel: Channel, message: JsonObject) -> None:
    """Deliver a new message, if the app is in the channel."""
    # Only message_metadata events carry metadata.
    event = {name: each for name, each in message.items() if name != "metadata"}
    announce_message_event(slack, channel, {**event, "channel": channel.channel_id, "event_ts": message["ts"]})


def announce_mention(slack: LocalSlack, channel: Channel, message: JsonObject) -> None:
    """Deliver app_mention to this workspace's bot; Slack sends none in direct messages."""
    if channel.kind == "im" or slack.credentials.bot_user_id not in channel.members:
        return
    seen = message_seen_in(slack, channel, message)
    event = {"user": message["user"], "type": "app_mention", "ts": message["ts"]}
    event |= {name: seen[name] for name in _TEXT_FIELDS if name in seen}
    if "user_team" in seen:
        # For an external member `team` is the workspace where the app was mentioned.
        event["team"] = slack.workspace.team_id
    event |= {"channel": channel.channel_id, "event_ts": message["ts"]}
    announce(slack, event, channel=channel)


def announce_change(slack: LocalSlack, channel: Channel, now: JsonObject, before: JsonObject) -> None:
    """Deliver message_changed."""
    ts = slack.clock.next_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": now,
        "previous_message": before,
        "channel": channel.channel_id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
    }
    announce_message_event(slack, channel, event)


def announce_deletion(slack: LocalSlack, channel: Channel, before: JsonObject) -> None:
    """Deliver message_deleted."""
    ts = slack.clock.next_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "channel": channel.channel_id,
        "hidden": True,
        "deleted_ts": before["ts"],
        "event_ts": ts,
        "ts": ts,
    }
    announce_message_event(slack, channel, event)


def announce_message_event(slack: LocalSlack, channel: Channel, event: JsonObject) -> None:
    """Deliver a message event, if the app is in the channel, with the channel type that its workspace sees."""
    hearers = installations_in(slack, channel)
    if hearers:
        hearer = hearers[-1]
        kind = hearer.workspace.channels[channel.channel_id].kind
        seen = {**message_seen_in(hearer, channel, event), "channel_type": kind}
        announce(hearer, seen, _MESSAGE_EVENT[kind], channel)
