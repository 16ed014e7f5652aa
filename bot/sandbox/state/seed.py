"""Workspace file: a team, its people and channels, and the message history from before the app came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..parsing import JsonObject, read_yaml
from .errors import SlackError, WorkspaceError
from .workspace import Channel, User, UserGroup, Workspace, read_role

DEFAULT_WORKSPACE = Path(__file__).with_name("workspace.yml")
# Age of a message without `minutes_ago`.
_MINUTES_AGO = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededMessage:
    """Message from before the app came; `parent` is the message it replies to."""

    channel: str
    user: str
    text: str
    minutes_ago: float
    parent: "SeededMessage | None" = None


@dataclass(frozen=True, slots=True)
class Seed:
    """Fresh workspace, and its message history, oldest first, still to be posted."""

    workspace: Workspace
    history: tuple[SeededMessage, ...]


def read_seed(
    path: Path, bot_name: str, bot_title: str, created: int, number: int = 0, examples: Sequence[Path] = ()
) -> Seed:
    """Build the workspace that a file describes, with the app's bot user in it.

    `number` tells several workspaces apart. `examples` are files with further `messages`.
    Raises WorkspaceError that names the file and the entry at fault.
    """
    document = _read_mapping(path)
    try:
        workspace = _workspace(document, bot_name, bot_title, created, number)
    except (KeyError, TypeError, ValueError, AttributeError, SlackError) as error:
        raise WorkspaceError(f"{path}: the workspace is not complete: {error!r}.") from error
    history = list(_messages(path, document, workspace))
    for each in examples:
        history += _messages(each, _read_mapping(each), workspace)
    # The sort is stable: messages of the same minute keep the order of their file.
    return Seed(workspace, tuple(sorted(history, key=lambda message: -message.minutes_ago)))


def _read_mapping(path: Path) -> JsonObject:
    try:
        document = read_yaml(path)
    except OSError as error:
        raise WorkspaceError(f"{path}: the workspace cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: the workspace is not valid YAML ({error}).") from error
    if not isinstance(document, dict):
        raise WorkspaceError(f"{path}: the workspace is not complete: it must be a mapping.")
    return document


def _workspace(document: JsonObject, bot_name: str, bot_title: str, created: int, number: int) -> Workspace:
    team = document["team"]
    workspace = Workspace(
        team_id=f"T{number}SANDBOX01", name=str(team["name"]), domain=str(team["domain"]), number=number
    )
    for entry in document["users"]:
        user = _user(entry, workspace)
        workspace.users[user.user_id] = user
    name, bot_id = _user_name(bot_name), f"B{number}SANDBOX01"
    bot = User(
        user_id=bot_user_id(number),
        name=name,
        real_name=bot_name,
        locale="en-US",
        tz="Etc/UTC",
        title=bot_title,
        bot_id=bot_id,
    )
    workspace.users[bot.user_id] = bot
    for entry in document["channels"]:
        channel = _channel(entry, workspace, created)
        workspace.channels[channel.channel_id] = channel
    for person in workspace.people():
        channel_id = workspace.new_id("D", person.name)
        members = {person.user_id, bot.user_id}
        workspace.channels[channel_id] = Channel(
            channel_id=channel_id, name="", kind="im", created=created, members=members, person=person.user_id
        )
    workspace.usergroups = tuple(_usergroup(entry, workspace) for entry in document.get("usergroups") or ())
    return workspace


def bot_user_id(number: int) -> str:
    """Return the ID of the app's bot user in the workspace of this number."""
    return f"U{number}BOTUSER01"


def _user(entry: JsonObject, workspace: Workspace) -> User:
    name = str(entry["name"])
    return User(
        user_id=workspace.new_id("U", name),
        name=name,
        real_name=str(entry.get("real_name", name)),
        locale=str(entry.get("locale", "en-US")),
        tz=str(entry.get("tz", "Etc/UTC")),
        title=str(entry.get("title", "")),
        email=str(entry.get("email", f"{name}@{workspace.domain}.com")),
        role=read_role(str(entry.get("role", "member"))),
    )


def _channel(entry: JsonObject, workspace: Workspace, created: int) -> Channel:
    name = str(entry["name"])
    private = bool(entry.get("private", False))
    named = entry.get("members")
    people = [workspace.user(str(each)) for each in named] if named else workspace.people()
    members = {user.user_id for user in people}
    if entry.get("bot", False):
        members.add(bot_user_id(workspace.number))
    return Channel(
        channel_id=workspace.new_id("G" if private else "C", name),
        name=name,
        kind="group" if private else "channel",
        created=created,
        creator=workspace.user(str(entry["creator"])).user_id if "creator" in entry else people[0].user_id,
        members=members,
        topic=str(entry.get("topic", "")).replace("{app}", workspace.users[bot_user_id(workspace.number)].real_name),
        purpose=str(entry.get("purpose", "")),
    )


def _usergroup(entry: JsonObject, workspace: Workspace) -> UserGroup:
    handle = str(entry["handle"])
    members = tuple(workspace.user(str(each)).user_id for each in entry.get("members") or ())
    return UserGroup(
        usergroup_id=workspace.new_id("S", handle), name=str(entry.get("name", handle)), handle=handle, members=members
    )


def _messages(path: Path, document: JsonObject, workspace: Workspace) -> Iterator[SeededMessage]:
    """Read the messages of one file, whose `reply_to` counts within the file."""
    messages: list[SeededMessage] = []
    try:
        for entry in document.get("messages") or ():
            reply_to = entry.get("reply_to")
            parent = None if reply_to is None else dict(enumerate(messages))[int(reply_to)]
            messages.append(_message(entry, workspace, parent, len(messages)))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, SlackError, ZeroDivisionError) as error:
        raise WorkspaceError(f"{path}: message {len(messages)} is not complete: {error!r}.") from error
    yield from messages


def _message(entry: JsonObject, workspace: Workspace, parent: SeededMessage | None, number: int) -> SeededMessage:
    minutes_ago = float(entry.get("minutes_ago", _MINUTES_AGO))
    if parent and minutes_ago > parent.minutes_ago:
        raise ValueError("a reply is older than the message it replies to")
    channel = workspace.channel(str(entry["channel"])) if "channel" in entry else _support_channel(workspace)
    user = (
        workspace.user(str(entry["user"]))
        if "user" in entry
        else _author(workspace.people(), str(entry.get("locale", "")), number)
    )
    return SeededMessage(
        channel=channel.name,
        user=user.name,
        text=str(entry["text"]).strip("\n"),
        minutes_ago=minutes_ago,
        parent=parent,
    )


def _support_channel(workspace: Workspace) -> Channel:
    """Return the first channel that the bot is in."""
    bot = bot_user_id(workspace.number)
    channels = [each for each in workspace.channels.values() if each.kind == "channel" and bot in each.members]
    return channels[0]


def _author(people: list[User], locale: str, number: int) -> User:
    """Choose an author among the people of this locale, or of all when none has it, in turn."""
    matching = [each for each in people if each.locale == locale] or people
    return matching[number % len(matching)]


def _user_name(display_name: str) -> str:
    return "".join(each for each in display_name.lower() if each.isalnum() or each in "._-") or "bot"
