"""What the app hears: events in the Events API's shape, only those its manifest subscribes to."""

import secrets

from .core import LocalSlack
from .errors import Json
from .workspace import Channel

_MESSAGE_EVENT = {
    "channel": "message.channels",
    "group": "message.groups",
    "mpim": "message.mpim",
    "im": "message.im",
}
_TEXT_FIELDS = ("client_msg_id", "text", "team", "blocks", "thread_ts", "parent_user_id", "files", "upload")


def announce(slack: LocalSlack, event: Json, subscription: str | None = None) -> None:
    """Deliver an event if the manifest subscribes to it; by default the subscription is the event's type."""
    farewell = event["type"] in ("app_uninstalled", "tokens_revoked")
    if (subscription or event["type"]) not in slack.manifest.bot_events or not (slack.tokens.installed or farewell):
        return
    team_id = slack.workspace.team_id
    if not slack.rates.take_event(team_id):
        if slack.rates.warns(team_id):
            announce_rate_limit(slack)
        return
    authorization = {
        "enterprise_id": None,
        "team_id": team_id,
        "user_id": slack.credentials.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    payload = {
        "token": slack.credentials.verification_token,
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": slack.credentials.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(4).upper(),
        "event_time": int(slack.clock.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_urlsafe(24),
    }
    slack.deliveries.start("events_api", payload)


def announce_rate_limit(slack: LocalSlack) -> None:
    """Tell the app that Slack leaves out events, as it does past 30,000 an hour of one workspace."""
    payload = {
        "token": slack.credentials.verification_token,
        "type": "app_rate_limited",
        "team_id": slack.workspace.team_id,
        "minute_rate_limited": int(slack.clock.now()) // 60 * 60,
        "api_app_id": slack.credentials.app_id,
    }
    slack.deliveries.start("events_api", payload)


def announce_message(slack: LocalSlack, channel: Channel, message: Json) -> None:
    """Tell the app of a new message, when it is in the channel."""
    # Metadata is told only to apps that ask for it with message_metadata events.
    event = {name: each for name, each in message.items() if name != "metadata"}
    announce_in(slack, channel, {**event, "channel": channel.channel_id, "event_ts": message["ts"]})


def announce_mention(slack: LocalSlack, channel: Channel, message: Json) -> None:
    """Tell the app that it was mentioned. Slack sends no app_mention in direct messages."""
    if channel.kind == "im" or slack.credentials.bot_user_id not in channel.members:
        return
    event = {"user": message["user"], "type": "app_mention", "ts": message["ts"]}
    event |= {name: message[name] for name in _TEXT_FIELDS if name in message}
    announce(slack, {**event, "channel": channel.channel_id, "event_ts": message["ts"]})


def announce_change(slack: LocalSlack, channel: Channel, now: Json, before: Json) -> None:
    """Tell the app that a message is no longer what it was."""
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
    announce_in(slack, channel, event)


def announce_deletion(slack: LocalSlack, channel: Channel, before: Json) -> None:
    """Tell the app that a message is gone."""
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
    announce_in(slack, channel, event)


def announce_in(slack: LocalSlack, channel: Channel, event: Json) -> None:
    """Deliver a message event of a channel the app is in."""
    if slack.credentials.bot_user_id in channel.members:
        announce(slack, {**event, "channel_type": channel.kind}, _MESSAGE_EVENT[channel.kind])
