"""The manifest: valid by Slack's rules, and exactly what the bot registers, subscribes to and calls."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.diagnosis import Diagnosis, Match, Sceptic
from bot.languages import LANGUAGES
from bot.replies.answers.render import render
from bot.replies.incidents.card import render_incident
from bot.replies.workspace.home import Home, home_view
from bot.replies.workspace.scopes import OPTIONAL_SCOPES, name_what_is_off
from bot.settings import MANIFEST, Settings
from bot.slack import app as slack_app
from bot.slack.platform.installations import make_client
from bot.slack.routing.commands import help_lines
from bot.triage import Incident, Sighting
from bot.triage.transitions import claim, record_sightings, resolve
from tests.replies.test_replies import buttons_in


def text(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def shape(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required or [], "properties": properties}


def listed(item: dict[str, Any], most: int, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": most, **more}


YES_NO = {"type": "boolean"}
WHOLE = {"type": "integer"}
URL = text(1, 3000, pattern=r"^https?:\/\/")

# What of Slack's manifest schema 1.0.0 this manifest can touch, figures included
# (https://api.slack.com/schemas/manifest.schema.1.0.0.json).
RULES = shape(
    ["display_information"],
    _metadata=shape(schema_version=WHOLE, min_version=WHOLE, major_version=WHOLE, minor_version=WHOLE),
    display_information=shape(
        ["name"],
        name=text(1, 35),
        description=text(1, 140),
        background_color=text(4, 7, pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
        long_description=text(175, 4000),
    ),
    features=shape(
        app_home=shape(home_tab_enabled=YES_NO, messages_tab_enabled=YES_NO, messages_tab_read_only_enabled=YES_NO),
        bot_user=shape(["display_name"], display_name=text(1, 80), always_online=YES_NO),
        slash_commands=listed(
            shape(
                ["command", "description"],
                command=text(2, 32, pattern=r"^\/"),
                url=URL,
                description=text(1, 2000),
                usage_hint=text(1, 1000),
                should_escape=YES_NO,
            ),
            50,
            minItems=1,
        ),
        shortcuts=listed(
            shape(
                ["name", "type", "callback_id", "description"],
                name=text(1, 24),
                type={"enum": ["message", "global"]},
                callback_id=text(1, 255),
                description=text(1, 150),
            ),
            10,
            minItems=1,
        ),
    ),
    oauth_config=shape(scopes=shape(bot=listed(text(1, 50), 255, uniqueItems=True))),
    settings=shape(
        event_subscriptions=shape(request_url=URL, bot_events=listed(text(1, 50), 100, uniqueItems=True)),
        interactivity=shape(["is_enabled"], is_enabled=YES_NO, request_url=URL),
        org_deploy_enabled=YES_NO,
        socket_mode_enabled=YES_NO,
        token_rotation_enabled=YES_NO,
    ),
)

# The scope that each event, feature and Web API method needs, from their pages under https://docs.slack.dev/reference.
SCOPE_OF_EVENT = {
    "app_uninstalled": None,
    "file_deleted": "files:read",
    "tokens_revoked": None,
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
SCOPES_OF_METHOD: dict[str, set[str]] = {
    # Any token may introduce itself; an app-level token opens connections by its own scope.
    "auth_test": set(),
    "apps_connections_open": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_delete": {"chat:write"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "users_conversations": {"channels:read", "groups:read"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "chat_getPermalink": set(),
    # One of the histories, according to the conversation; the subscriptions ask for them already.
    "conversations_replies": set(),
    "conversations_history": set(),
    # To know whether a channel is private.
    "conversations_info": {"channels:read", "groups:read"},
    # To know whether guests read a conversation.
    "conversations_members": {"channels:read", "groups:read"},
    "users_list": {"users:read"},
}


@pytest.fixture(scope="module")
def manifest(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    return found


class Register:
    """Stands in for the Bolt app and writes down what is registered."""

    def __init__(self) -> None:
        kinds = ("use", "command", "event", "shortcut", "action", "view", "error")
        self.found: dict[str, list[Any]] = {kind: [] for kind in kinds}

    def __getattr__(self, kind: str) -> Any:
        def take(constraint: Any) -> Any:
            self.found[kind].append(constraint)
            return lambda listener: listener

        return take


@pytest.fixture(scope="module")
def registered() -> dict[str, list[Any]]:
    register = Register()
    slack_app.register(register, Mock(), Mock(), Mock())  # type: ignore[arg-type]  # nothing is called
    return register.found


def test_the_manifest_is_valid(manifest: dict[str, Any]) -> None:
    """Slack takes it as it is."""
    Draft7Validator.check_schema(RULES)

    assert [error.message for error in Draft7Validator(RULES).iter_errors(manifest)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["display_information", "name"], ""),
        (["display_information", "name"], "T" * 36),
        (["display_information", "long_description"], "too short"),
        (["features", "teapot"], True),
        (["features", "shortcuts", 0, "name"], "Explain this teapot, please"),
        (["features", "slash_commands", 0, "command"], "event"),
        (["settings", "event_subscriptions", "bot_events"], ["app_mention", "app_mention"]),
    ],
)
def test_the_rules_refuse_what_slack_would_refuse(path: list[Any], value: Any, checkout: Path) -> None:
    """A rule that lets everything pass would hold nothing."""
    damaged = yaml.safe_load((checkout / "manifest.yml").read_text(encoding="utf-8"))
    place = damaged
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    assert list(Draft7Validator(RULES).iter_errors(damaged))


def test_the_commands_are_those_that_are_registered(manifest: dict[str, Any], registered: dict[str, list[Any]]) -> None:
    """No command without a listener, no listener without its command."""
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == registered["command"]


def test_the_shortcuts_are_those_that_are_registered(
    manifest: dict[str, Any], registered: dict[str, list[Any]]
) -> None:
    """By callback ID; the listener handles message shortcuts."""
    shortcuts = manifest["features"]["shortcuts"]

    assert [shortcut["callback_id"] for shortcut in shortcuts] == registered["shortcut"]
    assert {shortcut["type"] for shortcut in shortcuts} == {"message"}


def test_the_events_are_those_that_are_registered(manifest: dict[str, Any], registered: dict[str, list[Any]]) -> None:
    """An event nobody listens to counts as a failed delivery; one that is not subscribed never comes."""
    subscribed = {event.partition(".")[0] for event in manifest["settings"]["event_subscriptions"]["bot_events"]}

    assert subscribed == set(registered["event"])


def test_the_scopes_are_those_that_are_needed_and_no_more(manifest: dict[str, Any], checkout: Path) -> None:
    """Events, commands and Web API methods each need a scope; nothing else is asked for."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (checkout / "bot" / "slack").rglob("*.py"))
    methods = set(re.findall(r"\bclient\.([a-z]+_[a-zA-Z_]+)\(", code)) - {"api_call"}
    # What goes through the outbox is named as Slack names it.
    methods |= {
        each.replace(".", "_") for each in re.findall(r'"((?:chat|views|conversations|users)\.[a-zA-Z]+)"', code)
    }
    assert methods == SCOPES_OF_METHOD.keys()
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needed = {scope for event in events if (scope := SCOPE_OF_EVENT[event])}
    needed |= {scope for method in methods for scope in SCOPES_OF_METHOD[method]}
    # A dropped file is downloaded with the bot's token, by no method.
    needed.add("files:read")
    if manifest["features"].get("slash_commands") or manifest["features"].get("shortcuts"):
        needed.add("commands")

    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(needed)


def test_buttons_need_interactivity(manifest: dict[str, Any], registered: dict[str, list[Any]]) -> None:
    """Clicks and shortcuts come only where it is switched on; the home tab and messages likewise."""
    assert registered["action"]
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def _drawn_for_an_incident(sceptic: Sceptic) -> set[str]:
    """The action IDs of an incident's card while it is open and after, and of the home tab."""
    knowledge = sceptic.knowledge
    new = record_sightings(
        Incident(1, "T", "C", "1.0", "U", 1.0), "1.0", "U", (Sighting("20502", ("0x00000409",)),), 1.0
    )
    cards = [new, claim(new, "U", 2.0), resolve(new, "U", "cause", "fix", 3.0)]
    blocks = [block for card in cards for block in render_incident(card, knowledge, "en").blocks]
    blocks += home_view(knowledge, "en", help_lines(), Home())["blocks"]
    found = [block.get("accessory") for block in blocks] + [each for b in blocks for each in b.get("elements", [])]
    return {each["action_id"] for each in found if each and "action_id" in each}


def test_every_button_that_is_drawn_has_a_listener(registered: dict[str, list[Any]], sceptic: Sceptic) -> None:
    """An answer, a digest and choices have buttons; each action ID is one that is registered, and none is registered in vain."""
    matches = tuple(Match(sceptic.knowledge.articles[article_id], ()) for article_id in ("20402", "20502"))
    drawn = [
        button["action_id"]
        for diagnosis in (
            Diagnosis("answer", matches=matches[:1]),
            Diagnosis("answer", matches=matches),
            Diagnosis("choices", choices=matches),
            Diagnosis("unknown", subject="20503", choices=matches),
        )
        for button in buttons_in(render(diagnosis, sceptic.knowledge, "en", private=True).blocks)
    ]

    public = render(Diagnosis("answer", matches=matches), sceptic.knowledge, "en")
    drawn += [button["action_id"] for button in buttons_in(public.blocks)]
    drawn += sorted(_drawn_for_an_incident(sceptic))

    def heard_by(action_id: str) -> list[Any]:
        return [
            known
            for known in registered["action"]
            if known == action_id or (hasattr(known, "match") and known.match(action_id))
        ]

    assert all(len(heard_by(action_id)) == 1 for action_id in drawn)
    assert all(any(known in heard_by(action_id) for action_id in drawn) for known in registered["action"])


async def test_the_client_repeats_no_call_by_itself(settings: Settings) -> None:
    """A repeated chat.postMessage is a message posted twice."""
    client = make_client(settings, "xoxb-teapot")

    assert client.retry_handlers == []
    assert client.base_url == "https://slack.com/api/"


def test_every_optional_scope_is_in_the_manifest() -> None:
    """And every other one is needed: a new scope is an optional one, with a text for what is off without it."""
    asked = set(yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])
    needed = {"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "im:history"}

    assert set(OPTIONAL_SCOPES) == asked - needed - {"users:read"}
    for language in LANGUAGES:
        assert [scope for scope, off in name_what_is_off((), language) if off] == list(OPTIONAL_SCOPES)
