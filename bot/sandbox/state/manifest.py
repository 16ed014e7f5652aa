"""App manifest: the name, scopes, events, commands and shortcuts of the app.

Reads the parts of Slack's manifest that the sandbox acts on, and refuses a manifest
that Slack refuses at upload.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ..parsing import read_yaml
from .errors import ManifestError

# Scope that Slack requires for a subscription to the event.
# https://docs.slack.dev/reference/events
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "file_shared": "files:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """Slash command as the composer offers it."""

    command: str
    description: str
    usage_hint: str
    # True: user and channel names in the text are sent as <@U...> and <#C...>.
    should_escape: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Shortcut of kind "message" (in a message's menu) or "global"."""

    callback_id: str
    name: str
    description: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Declarations of the app manifest."""

    name: str
    description: str
    bot_name: str
    bot_scopes: frozenset[str]
    bot_events: frozenset[str]
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[Shortcut, ...]
    home_tab: bool
    messages_tab: bool
    # Callback IDs of the custom functions.
    functions: frozenset[str]
    token_rotation: bool
    # True when the app may be installed in a whole organisation.
    org_deploy: bool

    def command(self, name: str) -> SlashCommand | None:
        """Find the command of this name (with its slash), or None."""
        return next((each for each in self.commands if each.command == name), None)

    def shortcut(self, callback_id: str, kind: str) -> Shortcut | None:
        """Find the shortcut of this kind, or None."""
        key = (callback_id, kind)
        return next((each for each in self.shortcuts if (each.callback_id, each.kind) == key), None)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest in YAML or JSON.

    Raises ManifestError with one sentence for every fault that Slack refuses.
    """
    try:
        document = read_yaml(path)
    except OSError as error:
        raise ManifestError(f"{path}: the manifest cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: the manifest is not valid YAML ({error}).") from error
    if not isinstance(document, dict):
        raise ManifestError(f"{path}: the manifest must be a mapping with display_information and features.")
    manifest = _manifest_from(document)
    faults = list(_faults(manifest))
    if faults:
        raise ManifestError("\n".join(f"{path}: {fault}" for fault in faults))
    return manifest


def _manifest_from(document: Mapping[str, object]) -> Manifest:
    display = _part(document, "display_information")
    features = _part(document, "features")
    bot_user = _part(features, "bot_user")
    home = _part(features, "app_home")
    name = str(display.get("name") or "")
    return Manifest(
        name=name,
        description=str(display.get("description") or ""),
        bot_name=str(bot_user.get("display_name") or name),
        bot_scopes=frozenset(_words(_part(document, "oauth_config", "scopes").get("bot"))),
        bot_events=frozenset(_words(_part(document, "settings", "event_subscriptions").get("bot_events"))),
        commands=tuple(_command(each) for each in _mappings(features.get("slash_commands"))),
        shortcuts=tuple(_shortcut(each) for each in _mappings(features.get("shortcuts"))),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        functions=frozenset(str(each) for each in _part(document, "functions")),
        token_rotation=bool(_part(document, "settings").get("token_rotation_enabled", False)),
        org_deploy=bool(_part(document, "settings").get("org_deploy_enabled", False)),
    )


def _faults(manifest: Manifest) -> list[str]:
    faults = []
    if not manifest.name:
        faults.append("display_information.name is missing.")
    for event in sorted(manifest.bot_events):
        scope = SCOPE_OF_EVENT.get(event)
        if scope and scope not in manifest.bot_scopes:
            faults.append(f"the event {event} needs the bot scope {scope}.")
    if (manifest.commands or manifest.shortcuts) and "commands" not in manifest.bot_scopes:
        faults.append("slash commands and shortcuts need the bot scope commands.")
    faults += [
        f"the slash command {each.command!r} must be one word that starts with a slash."
        for each in manifest.commands
        if not each.command.startswith("/") or " " in each.command
    ]
    faults += [
        f"the shortcut {each.name!r} needs name, callback_id and a type: message or global."
        for each in manifest.shortcuts
        if not each.callback_id or not each.name or each.kind not in {"message", "global"}
    ]
    return faults


def _part(mapping: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    part: object = mapping
    for key in keys:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _words(listed: object) -> list[str]:
    return [str(each) for each in listed] if isinstance(listed, list) else []


def _mappings(listed: object) -> list[Mapping[str, object]]:
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _command(entry: Mapping[str, object]) -> SlashCommand:
    return SlashCommand(
        command=str(entry.get("command", "")),
        description=str(entry.get("description") or ""),
        usage_hint=str(entry.get("usage_hint") or ""),
        should_escape=bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: Mapping[str, object]) -> Shortcut:
    return Shortcut(
        callback_id=str(entry.get("callback_id") or ""),
        name=str(entry.get("name") or ""),
        description=str(entry.get("description") or ""),
        kind=str(entry.get("type") or ""),
    )
