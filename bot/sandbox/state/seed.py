"""Reads a workspace file: team, people, channels, and what was said before the app came."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..parsing import read_yaml
from .errors import SlackError, WorkspaceError
from .workspace import Channel, User, UserGroup, Workspace

DEFAULT_WORKSPACE = Path(__file__).with_name("workspace.yml")


@dataclass(frozen=True, slots=True)
class SeededMessage:
    """Something said before the app was there; `reply_to` is the position of its thread's parent, from 0."""

    channel: str
    user: str
    text: str
    minutes_ago: float
    reply_to: int | None


@dataclass(frozen=True, slots=True)
class Seed:
    """A fresh workspace, and the history still to be put into it."""

    workspace: Workspace
    history: tuple[SeededMessage, ...]


def read_seed(path: Path, bot_name: str, bot_title: str, created: int, number: int = 0) -> Seed:
    """Build the workspace a file describes, with the app's bot user in it; `number` tells several apart.

    Raises WorkspaceError that names the file and the entry at fault.
    """
    try:
        document = read_yaml(path)
    except OSError as error:
        raise WorkspaceError(f"{path}: the workspace cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: the workspace is not valid YAML ({error}).") from error
    try:
        return _seed_from(document, bot_name, bot_title, created, number)
    except (KeyError, TypeError, ValueError, AttributeError, SlackError) as error:
        raise WorkspaceError(f"{path}: the workspace is not complete: {error!r}.") from error


def _seed_from(document: Mapping[str, Any], bot_name: str, bot_title: str, created: int, number: int) -> Seed:
    team = document["team"]
    workspace = Workspace(f"T{number}SANDBOX01", str(team["name"]), str(team["domain"]), number=number)
    for entry in document["users"]:
        user = _user(entry, workspace)
        workspace.users[user.user_id] = user
    name, bot_id = _user_name(bot_name), f"B{number}SANDBOX01"
    bot = User(bot_user_id(number), name, bot_name, "en-US", "Etc/UTC", bot_title, bot_id=bot_id)
    workspace.users[bot.user_id] = bot
    for entry in document["channels"]:
        channel = _channel(entry, workspace, created)
        workspace.channels[channel.channel_id] = channel
    for person in workspace.people():
        channel_id = workspace.new_id("D", person.name)
        members = {person.user_id, bot.user_id}
        workspace.channels[channel_id] = Channel(channel_id, "", "im", created, members=members, person=person.user_id)
    workspace.usergroups = tuple(_usergroup(entry, workspace) for entry in document.get("usergroups") or ())
    history = tuple(_message(entry) for entry in document.get("messages") or ())
    return Seed(workspace, history)


def bot_user_id(number: int) -> str:
    """The ID of the app's bot user in the workspace of this number."""
    return f"U{number}BOTUSER01"


def _user(entry: Mapping[str, Any], workspace: Workspace) -> User:
    name = str(entry["name"])
    return User(
        user_id=workspace.new_id("U", name),
        name=name,
        real_name=str(entry.get("real_name", name)),
        locale=str(entry.get("locale", "en-US")),
        tz=str(entry.get("tz", "Etc/UTC")),
        title=str(entry.get("title", "")),
        email=str(entry.get("email", f"{name}@{workspace.domain}.com")),
    )


def _channel(entry: Mapping[str, Any], workspace: Workspace, created: int) -> Channel:
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
        members=members,
        topic=str(entry.get("topic", "")).replace("{app}", workspace.users[bot_user_id(workspace.number)].real_name),
        purpose=str(entry.get("purpose", "")),
    )


def _usergroup(entry: Mapping[str, Any], workspace: Workspace) -> UserGroup:
    handle = str(entry["handle"])
    members = tuple(workspace.user(str(each)).user_id for each in entry.get("members") or ())
    return UserGroup(workspace.new_id("S", handle), str(entry.get("name", handle)), handle, members)


def _message(entry: Mapping[str, Any]) -> SeededMessage:
    reply_to = entry.get("reply_to")
    return SeededMessage(
        channel=str(entry["channel"]),
        user=str(entry["user"]),
        text=str(entry["text"]).strip("\n"),
        minutes_ago=float(entry.get("minutes_ago", 60)),
        reply_to=None if reply_to is None else int(reply_to),
    )


def _user_name(display_name: str) -> str:
    return "".join(each for each in display_name.lower() if each.isalnum() or each in "._-") or "bot"
