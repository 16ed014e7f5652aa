"""Actions of people, by the page or by a test.

Raises SandboxError where Slack's client would not let them.
"""

from collections.abc import Mapping

from ..blockkit.element_state import UsedElement, chosen_state, find_block, find_element
from ..blockkit.typed_text import TypedText, parse_typed_text
from ..delivery import events
from ..parsing import JsonObject
from ..state.errors import SandboxError, SlackError
from ..state.external_members import with_channel_members
from ..state.local_slack import LocalSlack
from ..state.records import Envelope
from ..state.stored import StoredFile
from ..state.workspace import Channel, User
from . import files, interactions, modals, pins, posting
from .memberships import add_member, remove_member

LONGEST_MESSAGE = 40_000


def find_channel(slack: LocalSlack, user: User, name: str) -> Channel:
    """Find a channel by ID or name; "dm" is the person's direct message with the app."""
    if name == "dm":
        return slack.workspace.direct_message(user.user_id)
    try:
        channel = slack.workspace.channel(name)
    except SlackError as refusal:
        raise SandboxError(f"there is no channel {name!r}.") from refusal
    if not channel.is_visible_to(user.user_id):
        raise SandboxError(f"{user.name} cannot see the channel {name!r}.")
    return channel


def find_user(slack: LocalSlack, name: str) -> User:
    """Find a person by ID or name."""
    try:
        return slack.workspace.user(name)
    except SlackError as refusal:
        raise SandboxError(f"there is no user {name!r}.") from refusal


def post(slack: LocalSlack, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> str:
    """Post a message in a channel or thread; return its timestamp."""
    if not text.strip():
        raise SandboxError("an empty message cannot be sent.")
    _need_unarchived(channel)
    if len(text) > LONGEST_MESSAGE:
        raise SandboxError(f"a message has {LONGEST_MESSAGE} characters at most; this has {len(text)}.")
    typed = parse_typed_text(text, with_channel_members(slack, channel))
    message = posting.make_typed_message(slack, user, typed, slack.clock.next_ts())
    try:
        posting.post(slack, channel, message, thread_ts)
    except SlackError as refusal:
        raise SandboxError(f"there is no message {thread_ts} to reply to.") from refusal
    _mention_bot(slack, user, channel, message, typed)
    return str(message["ts"])


def edit(slack: LocalSlack, user: User, channel: Channel, ts: str, text: str) -> None:
    """Edit the user's own message."""
    _own(user, channel, ts)
    typed = parse_typed_text(text, with_channel_members(slack, channel))
    message = posting.make_typed_message(slack, user, typed, ts)
    content = {name: message[name] for name in ("text", "blocks")}
    posting.change(slack, channel, ts, content, user.user_id)


def delete(slack: LocalSlack, user: User, channel: Channel, ts: str) -> None:
    """Delete the user's own message."""
    _own(user, channel, ts)
    posting.remove(slack, channel, ts)


def upload(
    slack: LocalSlack, user: User, channel: Channel, name: str, content: bytes, text: str, thread_ts: str | None
) -> str:
    """Share a file, with or without text; return the message's timestamp."""
    return share_files(slack, user, channel, [(name, content)], text, thread_ts)


def share_files(
    slack: LocalSlack, user: User, channel: Channel, shared: list[tuple[str, bytes]], text: str, thread_ts: str | None
) -> str:
    """Share files, each a name and its bytes, in one message; return the message's timestamp."""
    if not shared or not all(name and content for name, content in shared):
        raise SandboxError("a file has a name and is not empty.")
    _need_unarchived(channel)
    typed = parse_typed_text(text, with_channel_members(slack, channel))
    message = posting.make_typed_message(slack, user, typed, slack.clock.next_ts())
    stored = [_keep(slack, user, name, content) for name, content in shared]
    try:
        files.share_files(slack, stored, channel, message, thread_ts)
    except SlackError as refusal:
        raise SandboxError(f"there is no message {thread_ts} to reply to.") from refusal
    _mention_bot(slack, user, channel, message, typed)
    return str(message["ts"])


def delete_file(slack: LocalSlack, user: User, file_id: str) -> None:
    """Delete the user's own file from every message that shows it."""
    stored = slack.files.get(file_id)
    if stored is None or stored.owner != user.user_id:
        raise SandboxError(f"the file {file_id} is not {user.name}'s.")
    files.delete_file(slack, stored)


def react(slack: LocalSlack, user: User, channel: Channel, ts: str, name: str) -> None:
    """Add the user's reaction, or remove it."""
    message = _message(channel, user, ts)
    users_by_name = {each["name"]: each["users"] for each in message.get("reactions", [])}
    posting.react(slack, channel, ts, name, user.user_id, added=user.user_id not in users_by_name.get(name, []))


def pin(slack: LocalSlack, user: User, channel: Channel, ts: str) -> None:
    """Pin a message to its channel, or unpin it."""
    if ts not in channel.messages:
        raise SandboxError(f"there is no message {ts} that {user.name} can pin.")
    change = pins.unpin if ts in channel.pins else pins.pin
    change(slack, channel, ts, user.user_id)


def join(slack: LocalSlack, user: User, channel: Channel) -> None:
    """Join a public channel."""
    if channel.kind != "channel" or user.user_id in channel.members:
        raise SandboxError(f"{user.name} cannot join {channel.name!r}: it is not public, or they are in it.")
    add_member(slack, channel, user.user_id)


def leave(slack: LocalSlack, user: User, channel: Channel) -> None:
    """Leave a channel; a direct message cannot be left."""
    if channel.kind not in ("channel", "group") or user.user_id not in channel.members:
        raise SandboxError(f"{user.name} cannot leave {channel.name!r}.")
    remove_member(slack, channel, user.user_id)


async def run_command(slack: LocalSlack, user: User, channel: Channel, name: str, text: str) -> Envelope | None:
    """Run a slash command; return None when Slack itself answered."""
    _need_unarchived(channel)
    declared = slack.manifest.command(name)
    if declared and slack.installed:
        return await interactions.run_command(slack, user, channel, declared, text.strip())
    if name == "/invite" and channel.kind != "im":
        _invite(slack, user, channel, text)
        return None
    words = f"`{name}` is not a valid command. Slack takes every message that starts with a slash as a command."
    posting.post_as_slackbot(slack, channel, user.user_id, words)
    return None


async def use_message_shortcut(slack: LocalSlack, user: User, channel: Channel, ts: str, callback_id: str) -> Envelope:
    """Use a message shortcut."""
    _need_installed(slack)
    declared = slack.manifest.shortcut(callback_id, "message")
    if declared is None:
        raise SandboxError(f"the manifest has no message shortcut {callback_id!r}.")
    return await interactions.use_message_shortcut(slack, user, channel, _message(channel, user, ts), declared)


async def use_global_shortcut(slack: LocalSlack, user: User, callback_id: str) -> Envelope:
    """Use a global shortcut."""
    _need_installed(slack)
    declared = slack.manifest.shortcut(callback_id, "global")
    if declared is None:
        raise SandboxError(f"the manifest has no global shortcut {callback_id!r}.")
    return await interactions.use_global_shortcut(slack, user, declared)


async def use_message_element(
    slack: LocalSlack,
    user: User,
    channel: Channel,
    ts: str,
    element_ids: tuple[str, str],
    chosen: object,
    values: JsonObject | None,
) -> Envelope:
    """Use an element of a message.

    `element_ids` are (block_id, action_id), or ("", an action_id or a button's words).
    """
    message = _message(channel, user, ts)
    used = _used(message.get("blocks", []), element_ids, chosen)
    return await interactions.use_message_element(slack, user, channel, message, used, values)


async def use_view_element(
    slack: LocalSlack, user: User, view_id: str, element_ids: tuple[str, str], chosen: object, values: JsonObject | None
) -> Envelope:
    """Use an element of a modal or home tab; `element_ids` as in `use_message_element`."""
    view = _own_view(slack, user, view_id)
    return await interactions.use_view_element(slack, user, view, _used(view["blocks"], element_ids, chosen), values)


async def submit_view(
    slack: LocalSlack, user: User, view_id: str, values: JsonObject
) -> tuple[Envelope, Mapping[str, str]]:
    """Submit a form with these `state.values`; also return the errors that it shows."""
    return await interactions.submit_view(slack, user, _own_view(slack, user, view_id), values)


async def close_view(slack: LocalSlack, user: User, view_id: str) -> Envelope | None:
    """Close a modal."""
    return await interactions.close_view(slack, user, _own_view(slack, user, view_id))


def open_home(slack: LocalSlack, user: User, tab: str = "home") -> None:
    """Open the app's Home or Messages tab."""
    _need_installed(slack)
    if tab == "home" and not slack.manifest.home_tab:
        raise SandboxError("the manifest does not enable the home tab.")
    event: JsonObject = {
        "type": "app_home_opened",
        "user": user.user_id,
        "channel": slack.workspace.direct_message(user.user_id).channel_id,
        "tab": tab,
        "event_ts": slack.clock.next_ts(),
    }
    if tab == "home" and user.user_id in slack.homes:
        event["view"] = slack.homes[user.user_id]
    events.announce(slack, event)


def _need_installed(slack: LocalSlack) -> None:
    if not slack.installed:
        raise SandboxError(f"the app is not installed in the workspace {slack.workspace.name!r}.")


def _keep(slack: LocalSlack, user: User, name: str, content: bytes) -> StoredFile:
    stored = files.reserve_file(slack, user.user_id, name, len(content))
    stored.content, stored.completed = content, True
    return stored


def _used(blocks: list[JsonObject], element_ids: tuple[str, str], chosen: object) -> UsedElement:
    block_id, action_id = element_ids
    block, element = find_block(blocks, block_id, action_id) if block_id else find_element(blocks, action_id)
    return UsedElement(block, element, chosen_state(element, chosen))


def _mention_bot(slack: LocalSlack, user: User, channel: Channel, message: JsonObject, typed: TypedText) -> None:
    announced: set[str] = set()
    # In a shared channel the bots of all workspaces can be mentioned; an org-wide app has one bot for several.
    for side in [slack, *slack.workspaces_of(channel)]:
        bot_user_id = side.credentials.bot_user_id
        if bot_user_id not in typed.mentions or bot_user_id in announced or not side.installed:
            continue
        announced.add(bot_user_id)
        if bot_user_id in channel.members:
            events.announce_mention(side, side.workspace.channels[channel.channel_id], message)
        elif side is slack:
            words = f"You mentioned <@{bot_user_id}>, who is not in this channel. `/invite @{side.bot.real_name}` lets it in."
            posting.post_as_slackbot(slack, channel, user.user_id, words)


def _invite(slack: LocalSlack, user: User, channel: Channel, text: str) -> None:
    invited = parse_typed_text(text, slack.workspace).mentions
    newcomers = sorted(invited - channel.members)
    for user_id in newcomers:
        add_member(slack, channel, user_id, user.user_id)
    names = ", ".join(f"<@{user_id}>" for user_id in newcomers)
    words = f"Now in this channel: {names}." if newcomers else "Everyone of that name is already in this channel."
    if not invited:
        words = "Nobody of that name is in this workspace."
    posting.post_as_slackbot(slack, channel, user.user_id, words)


def _message(channel: Channel, user: User, ts: str) -> JsonObject:
    message = channel.messages.get(ts) or channel.ephemerals.get(user.user_id, {}).get(ts)
    if message is None:
        raise SandboxError(f"there is no message {ts} that {user.name} can see.")
    return message


def _own(user: User, channel: Channel, ts: str) -> JsonObject:
    message = _message(channel, user, ts)
    if message.get("user") != user.user_id or ts not in channel.messages:
        raise SandboxError(f"the message {ts} is not {user.name}'s.")
    return message


def _need_unarchived(channel: Channel) -> None:
    if channel.is_archived:
        raise SandboxError(f"the channel {channel.name!r} is archived.")


def _own_view(slack: LocalSlack, user: User, view_id: str) -> JsonObject:
    try:
        owner, view = modals.find_view(slack, view_id=view_id)
    except SlackError as refusal:
        raise SandboxError(f"there is no open view {view_id!r}.") from refusal
    if owner != user.user_id:
        raise SandboxError(f"the view {view_id!r} is not {user.name}'s.")
    return view
