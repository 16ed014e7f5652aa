"""Channel membership: creating channels, joining, leaving and archiving, with their events."""

from ..delivery import events
from ..delivery.event_payloads import installations_in
from ..parsing import JsonObject
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel, ChannelKind, User
from . import posting

# Members of a group DM, including the app: https://docs.slack.dev/reference/methods/conversations.open
MOST_IN_GROUP_DM = 9
_LETTER = {"channel": "C", "group": "G", "mpim": "G", "im": "D"}


def add_member(slack: LocalSlack, channel: Channel, user_id: str, inviter: str = "") -> None:
    """Add someone to a channel: a channel_join message and, if the bot is there, member_joined_channel."""
    channel.members.add(user_id)
    slack.publish_channel(channel)
    event = _membership(slack, channel, user_id, "member_joined_channel")
    events.announce_in_channel(slack, channel, {**event, "inviter": inviter} if inviter else event)
    _say(slack, channel, user_id, "join", {"inviter": inviter} if inviter else {})


def remove_member(slack: LocalSlack, channel: Channel, user_id: str) -> None:
    """Remove someone from a channel; the bot itself receives channel_left or group_left instead."""
    channel.members.discard(user_id)
    slack.publish_channel(channel)
    if user_id == slack.credentials.bot_user_id:
        kind = "channel_left" if channel.kind == "channel" else "group_left"
        events.announce(slack, {"type": kind, "channel": channel.channel_id, "event_ts": slack.clock.next_ts()})
    events.announce_in_channel(slack, channel, _membership(slack, channel, user_id, "member_left_channel"))
    _say(slack, channel, user_id, "leave", {})


def create_channel(slack: LocalSlack, name: str, private: bool, members: set[str], creator: str = "") -> Channel:
    """Create a channel; ValueError when the name is taken."""
    channel_id = slack.workspace.new_id("G" if private else "C", name)
    kind: ChannelKind = "group" if private else "channel"
    created = int(slack.clock.now())
    channel = Channel(channel_id=channel_id, name=name, kind=kind, created=created, creator=creator, members=members)
    slack.workspace.channels[channel_id] = channel
    slack.publish_channel(channel)
    return channel


def set_archived(slack: LocalSlack, channel: Channel, archived: bool, user_id: str) -> None:
    """Archive or unarchive a channel; its messages stay readable.

    https://docs.slack.dev/reference/events/channel_archive
    """
    what = "archive" if archived else "unarchive"
    kind = "group" if channel.kind == "group" else "channel"
    channel.is_archived = archived
    slack.publish_channel(channel)
    event = {"type": f"{kind}_{what}", "channel": channel.channel_id, "user": user_id}
    if slack.credentials.bot_user_id in channel.members:
        events.announce(slack, {**event, "event_ts": slack.clock.next_ts()})
    _say(slack, channel, user_id, what, {})


def group_dm(slack: LocalSlack, people: list[User]) -> Channel:
    """Find or create the group DM of exactly these people."""
    members = {each.user_id for each in people}
    for channel in slack.workspace.channels.values():
        if channel.kind == "mpim" and channel.members == members:
            return channel
    names = "--".join(sorted(each.name for each in people))
    number = sum(each.kind == "mpim" for each in slack.workspace.channels.values())
    channel_id = slack.workspace.new_id("G", f"MPDM{number:05d}")
    channel = Channel(
        channel_id=channel_id, name=f"mpdm-{names}-1", kind="mpim", created=int(slack.clock.now()), members=members
    )
    slack.workspace.channels[channel_id] = channel
    slack.publish_channel(channel)
    return channel


def _membership(slack: LocalSlack, channel: Channel, user_id: str, kind: str) -> JsonObject:
    # A shared channel may be private on one side only; the event has the type of the receiving side.
    hearers = installations_in(slack, channel) or [slack]
    seen = hearers[-1].workspace.channels[channel.channel_id]
    return {
        "type": kind,
        "user": user_id,
        "channel": channel.channel_id,
        "channel_type": _LETTER[seen.kind],
        "team": slack.home_of(user_id).workspace.team_id,
        "event_ts": slack.clock.next_ts(),
    }


def _say(slack: LocalSlack, channel: Channel, user_id: str, what: str, more: JsonObject) -> None:
    """Post Slack's own message about a membership; a bot that has left receives none."""
    done = {"join": "has joined", "leave": "has left", "archive": "archived", "unarchive": "un-archived"}[what]
    kind = "group" if channel.kind == "group" else "channel"
    message = {
        "type": "message",
        "subtype": f"{kind}_{what}",
        "user": user_id,
        "text": f"<@{user_id}> {done} the channel",
        "ts": slack.clock.next_ts(),
        **more,
    }
    posting.post(slack, channel, message)
