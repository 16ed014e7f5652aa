"""Who is in which channel: joining, leaving, and new channels, told to the app where it may hear of it."""

from . import events, posting
from .core import LocalSlack
from .errors import Json
from .workspace import Channel, ChannelKind, User

# People in a group DM, the app among them: https://docs.slack.dev/reference/methods/conversations.open
MOST_IN_GROUP_DM = 9
_LETTER = {"channel": "C", "group": "G", "mpim": "G", "im": "D"}


def add_member(slack: LocalSlack, channel: Channel, user_id: str, inviter: str = "") -> None:
    """Let someone into a channel: a channel_join message and, if the bot is there, member_joined_channel."""
    channel.members.add(user_id)
    slack.tell(channel, {"type": "members", "members": sorted(channel.members)})
    event = _membership(slack, channel, user_id, "member_joined_channel")
    if slack.credentials.bot_user_id in channel.members:
        events.announce(slack, {**event, "inviter": inviter} if inviter else event)
    _say(slack, channel, user_id, "join", {"inviter": inviter} if inviter else {})


def remove_member(slack: LocalSlack, channel: Channel, user_id: str) -> None:
    """Let someone leave; the bot itself hears channel_left or group_left instead."""
    was_there = slack.credentials.bot_user_id in channel.members
    channel.members.discard(user_id)
    slack.tell(channel, {"type": "members", "members": sorted(channel.members)})
    if user_id == slack.credentials.bot_user_id:
        kind = "channel_left" if channel.kind == "channel" else "group_left"
        events.announce(slack, {"type": kind, "channel": channel.channel_id, "event_ts": slack.clock.next_ts()})
    elif was_there:
        events.announce(slack, _membership(slack, channel, user_id, "member_left_channel"))
    _say(slack, channel, user_id, "leave", {})


def create_channel(slack: LocalSlack, name: str, private: bool, members: set[str]) -> Channel:
    """A new channel; ValueError when the name is taken."""
    channel_id = slack.workspace.new_id("G" if private else "C", name)
    kind: ChannelKind = "group" if private else "channel"
    channel = Channel(channel_id, name, kind, int(slack.clock.now()), members)
    slack.workspace.channels[channel_id] = channel
    return channel


def group_dm(slack: LocalSlack, people: list[User]) -> Channel:
    """The group DM of exactly these people, made when there is none."""
    members = {each.user_id for each in people}
    for channel in slack.workspace.channels.values():
        if channel.kind == "mpim" and channel.members == members:
            return channel
    names = "--".join(sorted(each.name for each in people))
    number = sum(each.kind == "mpim" for each in slack.workspace.channels.values())
    channel_id = slack.workspace.new_id("G", f"MPDM{number:05d}")
    channel = Channel(channel_id, f"mpdm-{names}-1", "mpim", int(slack.clock.now()), members)
    slack.workspace.channels[channel_id] = channel
    return channel


def _membership(slack: LocalSlack, channel: Channel, user_id: str, kind: str) -> Json:
    return {
        "type": kind,
        "user": user_id,
        "channel": channel.channel_id,
        "channel_type": _LETTER[channel.kind],
        "team": slack.workspace.team_id,
        "event_ts": slack.clock.next_ts(),
    }


def _say(slack: LocalSlack, channel: Channel, user_id: str, what: str, more: Json) -> None:
    """What Slack itself writes into the channel; no message when the bot is the one who has left."""
    done = {"join": "joined", "leave": "left"}[what]
    kind = "group" if channel.kind == "group" else "channel"
    message = {
        "type": "message",
        "subtype": f"{kind}_{what}",
        "user": user_id,
        "text": f"<@{user_id}> has {done} the channel",
        "ts": slack.clock.next_ts(),
        **more,
    }
    posting.post(slack, channel, message)
