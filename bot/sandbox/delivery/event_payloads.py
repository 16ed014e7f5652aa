"""Outer payloads of events: workspace, authorizations and event context.

https://docs.slack.dev/apis/events-api#event-type-structure
"""

import base64
import binascii
import json
import secrets

from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.external_members import is_ext_shared
from ..state.local_slack import LocalSlack
from ..state.workspace import Channel


def wrap_event(slack: LocalSlack, event: JsonObject, channel: Channel | None = None) -> JsonObject:
    """Build the payload that delivers an event through this workspace's installation."""
    # `team_id` of a message is its author's workspace, of any other event the receiving one.
    sender = slack.home_of(str(event.get("user", ""))) if channel and event["type"] == "message" else slack
    payload = {
        "token": slack.credentials.verification_token,
        "team_id": sender.workspace.team_id,
        "enterprise_id": sender.enterprise_id,
        "context_team_id": slack.workspace.team_id,
        "context_enterprise_id": slack.enterprise_id,
        **_inside(slack, event),
        "authorizations": [describe_authorization(slack)],
        "is_ext_shared_channel": channel is not None and is_ext_shared(slack, channel),
        "event_context": _event_context(slack, event, channel),
    }
    return payload if sender.enterprise_id else _without(payload, "enterprise_id")


def wrap_org_event(slack: LocalSlack, event: JsonObject) -> JsonObject:
    """Build the payload of an event about a whole organisation, which names no workspace.

    https://docs.slack.dev/reference/events/team_access_granted
    """
    return {
        "token": slack.credentials.verification_token,
        "enterprise_id": slack.enterprise_id,
        **_inside(slack, event),
        "authorizations": [describe_authorization(slack)],
        "is_ext_shared_channel": False,
    }


def describe_authorization(slack: LocalSlack) -> JsonObject:
    """Build an entry of `authorizations`; an org-wide installation has no workspace of its own."""
    return {
        "enterprise_id": slack.enterprise_id,
        "team_id": None if slack.org_wide else slack.workspace.team_id,
        "user_id": slack.credentials.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": slack.org_wide,
    }


def installations_in(slack: LocalSlack, channel: Channel) -> list[LocalSlack]:
    """List the installations whose bot is in the channel, in the order their workspaces joined it."""
    sides = [each for each in slack.workspaces_of(channel) if each.installed]
    return [each for each in sides if each.credentials.bot_user_id in channel.members]


def installations_seeing(slack: LocalSlack, event_context: str) -> list[LocalSlack]:
    """List the installations that an event is visible to, by its `event_context`.

    Raises SlackError `invalid_event_context`, or `auth_mismatch` for another app's.
    """
    try:
        context = json.loads(base64.b64decode(event_context.removeprefix("4-").encode("ascii"), validate=True))
        team_id, app_id, channel_id = str(context["tid"]), context["aid"], context.get("cid")
    except (binascii.Error, UnicodeError, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise SlackError("invalid_event_context") from failure
    if app_id != slack.credentials.app_id:
        raise SlackError("auth_mismatch")
    slack_side = next((each for each in slack.installations if each.workspace.team_id == team_id), None)
    if slack_side is None:
        raise SlackError("invalid_event_context")
    channel = slack_side.workspace.channels.get(str(channel_id))
    installed = installations_in(slack_side, channel) if channel else [slack_side] if slack_side.installed else []
    # Several workspaces of an org-wide installation count once.
    return list({id(each.tokens): each for each in installed}.values())


def _inside(slack: LocalSlack, event: JsonObject) -> JsonObject:
    return {
        "api_app_id": slack.credentials.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(4).upper(),
        "event_time": int(slack.clock.now()),
    }


def _event_context(slack: LocalSlack, event: JsonObject, channel: Channel | None) -> str:
    """Encode the event's type, team, app and channel in base64, as Slack does."""
    context = {"et": event["type"], "tid": slack.workspace.team_id, "aid": slack.credentials.app_id}
    if channel:
        context["cid"] = channel.channel_id
    return "4-" + base64.b64encode(json.dumps(context).encode()).decode()


def _without(payload: JsonObject, name: str) -> JsonObject:
    return {key: each for key, each in payload.items() if key != name}
