"""Reads a workspace file: team, people, channels, and what was said before the app came."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import SlackError, WorkspaceError
from .workspace import Channel, User, Workspace

DEFAULT_WORKSPACE = Path(__file__).with_name("workspace.yml")
TEAM_ID = "T0SANDBOX01"
BOT_USER_ID = "U0BOTUSER01"
BOT_ID = "B0SANDBOX01"


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


def read_seed(path: Path, bot_name: str, bot_title: str, created: int) -> Seed:
    """Build the workspace a file describes, with the app's bot user in it.

    Raises WorkspaceError that names the file and the entry at fault.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkspaceError(f"{path}: the workspace cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path}: the workspace is not valid YAML ({error}).") from error
    try:
        return _seed_from(document, bot_name, bot_title, created)
    except (KeyError, TypeError, ValueError, AttributeError, SlackError) as error:
        raise WorkspaceError(f"{path}: the workspace is not complete: {error!r}.") from error


def _seed_from(document: Mapping[str, Any], bot_name: str, bot_title: str, created: int) -> Seed:
    team = document["team"]
    workspace = Workspace(team_id=TEAM_ID, name=str(team["name"]), domain=str(team["domain"]))
    for entry in document["users"]:
        user = _user(entry, str(team["domain"]))
        workspace.users[_unused(user.user_id, workspace.users)] = user
    bot = User(BOT_USER_ID, _user_name(bot_name), bot_name, "en-US", "Etc/UTC", bot_title, bot_id=BOT_ID)
    workspace.users[bot.user_id] = bot
    for entry in document["channels"]:
        channel = _channel(entry, workspace, created)
        workspace.channels[_unused(channel.channel_id, workspace.channels)] = channel
    for person in workspace.people():
        channel_id = _identifier("D", person.name)
        members = {person.user_id, BOT_USER_ID}
        workspace.channels[channel_id] = Channel(channel_id, "", "im", created, members=members, person=person.user_id)
    history = tuple(_message(entry) for entry in document.get("messages") or ())
    return Seed(workspace, history)


def _user(entry: Mapping[str, Any], domain: str) -> User:
    name = str(entry["name"])
    return User(
        user_id=_identifier("U", name),
        name=name,
        real_name=str(entry.get("real_name", name)),
        locale=str(entry.get("locale", "en-US")),
        tz=str(entry.get("tz", "Etc/UTC")),
        title=str(entry.get("title", "")),
        email=str(entry.get("email", f"{name}@{domain}.com")),
    )


def _channel(entry: Mapping[str, Any], workspace: Workspace, created: int) -> Channel:
    name = str(entry["name"])
    private = bool(entry.get("private", False))
    named = entry.get("members")
    people = [workspace.user(str(each)) for each in named] if named else workspace.people()
    members = {user.user_id for user in people}
    if entry.get("bot", False):
        members.add(BOT_USER_ID)
    return Channel(
        channel_id=_identifier("G" if private else "C", name),
        name=name,
        kind="group" if private else "channel",
        created=created,
        members=members,
        topic=str(entry.get("topic", "")).replace("{app}", workspace.users[BOT_USER_ID].real_name),
        purpose=str(entry.get("purpose", "")),
    )


def _message(entry: Mapping[str, Any]) -> SeededMessage:
    reply_to = entry.get("reply_to")
    return SeededMessage(
        channel=str(entry["channel"]),
        user=str(entry["user"]),
        text=str(entry["text"]).strip("\n"),
        minutes_ago=float(entry.get("minutes_ago", 60)),
        reply_to=None if reply_to is None else int(reply_to),
    )


def _identifier(kind: str, name: str) -> str:
    """An ID in Slack's form that a person can still read in a payload: amy is U0AMY000000."""
    letters = "".join(each for each in name.upper() if each.isascii() and each.isalnum())
    return f"{kind}0{letters:0<9}"[:11]


def _user_name(display_name: str) -> str:
    return "".join(each for each in display_name.lower() if each.isalnum() or each in "._-") or "bot"


def _unused(identifier: str, taken: Mapping[str, object]) -> str:
    if identifier in taken:
        raise ValueError(f"two names give the same ID {identifier}")
    return identifier
