"""Shared channels: inviting a workspace, accepting and leaving, with their events.

Between organisations that is Slack Connect, within one an org-shared channel.
https://docs.slack.dev/apis/slack-connect
"""

from dataclasses import replace

from ..delivery.events import announce
from ..parsing import JsonObject
from ..state.errors import SandboxError
from ..state.external_members import is_ext_shared
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel, Sharing


def offer(host: LocalSlack, channel: Channel, guest: LocalSlack) -> Sharing:
    """Invite another workspace to a channel.

    Raises SandboxError for a direct message, #general, and a workspace that has it already.
    """
    if channel.kind not in ("channel", "group") or channel.name == "general":
        raise SandboxError(f"{channel.name or 'a direct message'!r} cannot be shared.")
    sharing = channel.sharing or Sharing([host.workspace.team_id])
    if guest.workspace.team_id in (*sharing.team_ids, *sharing.pending):
        raise SandboxError(f"the workspace {guest.workspace.name!r} has, or was offered, {channel.name!r} already.")
    sharing.pending.append(guest.workspace.team_id)
    channel.sharing = sharing
    return sharing


def accept(guest: LocalSlack, channel_id: str, name: str, private: bool | None, members: set[str]) -> Channel:
    """Accept an offered channel into the workspace, with a name and privacy of its own.

    By default both are the host's. Raises SandboxError when nothing was offered or the name is taken.
    """
    host, offered = _offered(guest, channel_id)
    taken = {each.name for each in guest.workspace.channels.values()}
    if (name or offered.name) in taken:
        raise SandboxError(f"the workspace has a channel {name or offered.name!r} already: give another name.")
    sharing = offered.sharing
    assert sharing  # noqa: S101 - `_offered` checked it
    kind = offered.kind if private is None else "group" if private else "channel"
    # Both sides share the messages, members, pins and ephemerals; only the name and the kind differ.
    taken_in = replace(offered, name=name or offered.name, kind=kind)
    sharing.pending.remove(guest.workspace.team_id)
    sharing.team_ids.append(guest.workspace.team_id)
    guest.workspace.channels[channel_id] = taken_in
    taken_in.members |= members
    host.publish_channel(offered)
    for side in host.workspaces_of(offered):
        _tell(side, offered, "channel_shared", {"connected_team_id": _other(side, guest, host).org_or_team_id})
    return taken_in


def leave(slack: LocalSlack, channel: Channel) -> None:
    """Disconnect a workspace, its people and its bot from a shared channel.

    Raises SandboxError for the channel's own host, and when it is not shared.
    """
    sharing, team_id = channel.sharing, slack.workspace.team_id
    if sharing is None or team_id not in sharing.team_ids[1:]:
        raise SandboxError(f"{slack.workspace.name!r} is no guest in {channel.name!r}.")
    host = slack.workspaces_of(channel)[0]
    offered = host.workspace.channels[channel.channel_id]
    sharing.team_ids.remove(team_id)
    for side in (host, slack):
        more = {"previously_connected_team_id": _other(side, slack, host).org_or_team_id}
        _tell(side, channel, "channel_unshared", {**more, "is_ext_shared": is_ext_shared(host, offered)})
    channel.members.difference_update(slack.workspace.users)
    del slack.workspace.channels[channel.channel_id]
    slack.feed.publish({"type": "channel", "channel": channel.channel_id})
    host.publish_channel(offered)


def describe_sharing(slack: LocalSlack, channel: Channel) -> JsonObject:
    """Build the sharing fields of a conversation object, as this workspace sees them.

    https://docs.slack.dev/reference/objects/conversation-object
    """
    sides, external = slack.workspaces_of(channel), is_ext_shared(slack, channel)
    by_id = {each.workspace.team_id: each for each in slack.installations}
    pending = [by_id[each].org_or_team_id for each in channel.sharing.pending] if channel.sharing else []
    own = [each.workspace.team_id for each in sides if each.org_or_team_id == slack.org_or_team_id]
    connected = list(
        dict.fromkeys(each.org_or_team_id for each in sides if each.org_or_team_id != slack.org_or_team_id)
    )
    described: JsonObject = {
        "is_shared": len(sides) > 1,
        "is_ext_shared": external,
        "is_org_shared": len(own) > 1,
        "is_pending_ext_shared": bool(pending),
        "pending_shared": pending,
        "pending_connected_team_ids": pending,
        "shared_team_ids": [*own, *connected],
        "unlinked": 0,
    }
    if len(sides) > 1:
        host = (
            sides[0].workspace.team_id if sides[0].org_or_team_id == slack.org_or_team_id else sides[0].org_or_team_id
        )
        described |= {"connected_team_ids": connected, "internal_team_ids": own, "conversation_host_id": host}
    return described


def _offered(guest: LocalSlack, channel_id: str) -> tuple[LocalSlack, Channel]:
    for host in guest.installations:
        channel = host.workspace.channels.get(channel_id)
        if channel and channel.sharing and guest.workspace.team_id in channel.sharing.pending:
            return host, channel
    raise SandboxError(f"nobody offered the channel {channel_id} to {guest.workspace.name!r}.")


def _other(side: LocalSlack, guest: LocalSlack, host: LocalSlack) -> LocalSlack:
    return host if side is guest else guest


def _tell(slack: LocalSlack, channel: Channel, kind: str, more: JsonObject) -> None:
    """Announce a change to one workspace's installation, as each has another workspace to name."""
    event = {"type": kind, "channel": channel.channel_id, **more, "event_ts": slack.clock.next_ts()}
    if slack.credentials.bot_user_id in channel.members:
        announce(slack, event, channel=slack.workspace.channels[channel.channel_id])
