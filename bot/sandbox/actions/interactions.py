"""Interactions: payloads of commands, shortcuts, clicks and forms, and the effect of their acknowledgements.

https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Mapping

from ..blockkit.element_state import UsedElement, initial_state, make_action
from ..blockkit.typed_text import escape_command_text
from ..blockkit.views import read_view
from ..parsing import JsonObject
from ..state.errors import SlackError, refuse_arguments
from ..state.local_slack import LocalSlack
from ..state.manifest import Shortcut, SlashCommand
from ..state.permits import ResponseTarget
from ..state.records import Envelope
from ..state.workspace import Channel, User
from . import modals, posting
from .responses import apply_command_ack


async def run_command(slack: LocalSlack, user: User, channel: Channel, command: SlashCommand, text: str) -> Envelope:
    """Deliver a slash command and show the content of the acknowledgement."""
    target = ResponseTarget(user_id=user.user_id, channel_id=channel.channel_id)
    payload = {
        "token": slack.credentials.verification_token,
        "team_id": slack.workspace.team_id,
        "team_domain": slack.workspace.domain,
        "channel_id": channel.channel_id,
        "channel_name": channel_name(channel),
        "user_id": user.user_id,
        "user_name": user.name,
        "command": command.command,
        "text": escape_command_text(text, slack.workspace) if command.should_escape else text,
        "api_app_id": slack.credentials.app_id,
        "is_enterprise_install": str(slack.org_wide).lower(),
        **_enterprise_fields(slack),
        "response_url": slack.issue_response_url(target, "commands"),
        "trigger_id": slack.triggers.issue(user.user_id),
    }
    envelope = await slack.deliveries.start("slash_commands", payload)
    if not envelope.acked:
        failure = "operation_timeout" if "timeout" in envelope.attempts[-1].reason else "dispatch_failed"
        words = f'{command.command} failed with the error "{failure}"'
        posting.post_as_slackbot(slack, channel, user.user_id, words)
        return envelope
    try:
        apply_command_ack(slack, target, envelope.ack)
    except SlackError as refusal:
        _note_refusal(slack, envelope, refusal)
        # Not confirmed: Slack's error for this.
        words = f'{command.command} failed with the error "invalid_command_response" ({refusal.code})'
        posting.post_as_slackbot(slack, channel, user.user_id, words)
    return envelope


async def use_message_shortcut(
    slack: LocalSlack, user: User, channel: Channel, message: JsonObject, shortcut: Shortcut
) -> Envelope:
    """Deliver a message shortcut."""
    target = ResponseTarget(user_id=user.user_id, channel_id=channel.channel_id, message_ts=str(message["ts"]))
    payload = {
        **_common_fields(slack, "message_action", user),
        "callback_id": shortcut.callback_id,
        "response_url": slack.issue_response_url(target, "app"),
        "action_ts": slack.clock.next_ts(),
        "message_ts": message["ts"],
        "channel": {"id": channel.channel_id, "name": channel_name(channel)},
        "message": message,
    }
    return await slack.deliveries.start("interactive", payload)


async def use_global_shortcut(slack: LocalSlack, user: User, shortcut: Shortcut) -> Envelope:
    """Deliver a global shortcut."""
    payload = {
        **_common_fields(slack, "shortcut", user),
        "callback_id": shortcut.callback_id,
        "action_ts": slack.clock.next_ts(),
    }
    return await slack.deliveries.start("interactive", payload)


async def use_message_element(
    slack: LocalSlack,
    user: User,
    channel: Channel,
    message: JsonObject,
    used: UsedElement,
    values: JsonObject | None,
) -> Envelope:
    """Deliver the use of an element in a message.

    It goes through the installation that posted the message: in a shared channel a person may
    use the message of another workspace's app, and `team` is then that workspace.
    """
    slack = _poster_of(slack, channel, message)
    ephemeral = bool(message.get("is_ephemeral"))
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.channel_id,
        "is_ephemeral": ephemeral,
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    target = ResponseTarget(
        user_id=user.user_id, channel_id=channel.channel_id, message_ts=str(message["ts"]), is_ephemeral=ephemeral
    )
    payload = {
        **_common_fields(slack, "block_actions", user),
        "container": container,
        "channel": {"id": channel.channel_id, "name": channel_name(channel)},
        "state": {"values": _current_state(message.get("blocks", []), used, values)},
        "response_url": slack.issue_response_url(target, "actions"),
        "actions": [make_action(used, slack.clock.next_ts())],
    }
    # Slack does not store ephemeral messages, so the payload has none.
    if not ephemeral:
        payload["message"] = message
    return await slack.deliveries.start("interactive", payload)


async def use_view_element(
    slack: LocalSlack,
    user: User,
    view: JsonObject,
    used: UsedElement,
    values: JsonObject | None,
) -> Envelope:
    """Deliver the use of an element in a modal or a home tab."""
    view["state"]["values"] = _current_state(view["blocks"], used, values)
    payload = {
        **_common_fields(modals.installation_of_view(slack, view), "block_actions", user, slack),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [make_action(used, slack.clock.next_ts())],
    }
    return await slack.deliveries.start("interactive", payload)


async def submit_view(
    slack: LocalSlack, user: User, view: JsonObject, values: JsonObject
) -> tuple[Envelope, Mapping[str, str]]:
    """Deliver a form and apply the acknowledgement; also return the errors by block_id."""
    view["state"] = {"values": values}
    owner = modals.installation_of_view(slack, view)
    payload = {**_common_fields(owner, "view_submission", user, slack), "view": view, "response_urls": []}
    envelope = await slack.deliveries.start("interactive", payload)
    if not envelope.acked:
        return envelope, {"": "We had some trouble connecting. Try again?"}
    try:
        return envelope, _follow_response_action(owner, user, view, envelope.ack)
    except SlackError as refusal:
        _note_refusal(slack, envelope, refusal)
        return envelope, {"": f"We had some trouble connecting. Try again? ({envelope.refusal})"}


async def close_view(slack: LocalSlack, user: User, view: JsonObject, whole_stack: bool = False) -> Envelope | None:
    """Close a modal; the app receives view_closed only where the view asks for it."""
    modals.close_modal(slack, user.user_id, view["id"], whole_stack)
    if not view["notify_on_close"]:
        return None
    owner = modals.installation_of_view(slack, view)
    payload = {**_common_fields(owner, "view_closed", user, slack), "view": view, "is_cleared": whole_stack}
    del payload["trigger_id"]
    return await slack.deliveries.start("interactive", payload)


def channel_name(channel: Channel) -> str:
    """Return the name in payloads; a direct message is called directmessage."""
    if channel.kind == "im":
        return "directmessage"
    return "privategroup" if channel.kind in ("group", "mpim") else channel.name


def _note_refusal(slack: LocalSlack, envelope: Envelope, refusal: SlackError) -> None:
    """Record a refusal that Slack shows the app's author nowhere else."""
    messages = refusal.extra.get("response_metadata", {}).get("messages", [])
    envelope.refusal = "; ".join([refusal.code, *messages])
    slack.record_envelope(envelope)


def _follow_response_action(slack: LocalSlack, user: User, view: JsonObject, ack: object) -> Mapping[str, str]:
    if ack is None or ack == "":
        ack = {}
    if not isinstance(ack, dict):
        raise SlackError("invalid_response")
    action = ack.get("response_action")
    if action is None:
        modals.close_modal(slack, user.user_id, view["id"])
    elif action == "clear":
        modals.close_modal(slack, user.user_id, view["id"], whole_stack=True)
    elif action == "update":
        modals.update_view(slack, user.user_id, view, read_view(ack.get("view"), "modal"))
    elif action == "push":
        modals.push_modal(slack, user.user_id, read_view(ack.get("view"), "modal"))
    elif action == "errors":
        return _read_errors(view, ack.get("errors"))
    else:
        raise SlackError("invalid_response_action")
    return {}


def _read_errors(view: JsonObject, errors: object) -> Mapping[str, str]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise refuse_arguments(f"errors must name input blocks ({', '.join(sorted(inputs))}): {errors}")
    return {str(block_id): str(words) for block_id, words in errors.items()}


def _current_state(blocks: list[JsonObject], used: UsedElement, values: JsonObject | None) -> JsonObject:
    """Collect the state of all elements, including the used one's new state."""
    state = initial_state(blocks) if values is None else values
    block, element, chosen = used
    if element["type"] not in ("button", "overflow"):
        state.setdefault(block["block_id"], {})[element["action_id"]] = chosen
    return state


def _poster_of(slack: LocalSlack, channel: Channel, message: JsonObject) -> LocalSlack:
    sides = [slack, *slack.workspaces_of(channel)]
    return next((each for each in sides if each.credentials.bot_id == message.get("bot_id")), slack)


def _enterprise_fields(slack: LocalSlack) -> JsonObject:
    """Build the organisation's fields for a workspace of one."""
    enterprise = slack.workspace.enterprise
    return {"enterprise_id": enterprise.enterprise_id, "enterprise_name": enterprise.name} if enterprise else {}


def _common_fields(slack: LocalSlack, kind: str, user: User, user_side: LocalSlack | None = None) -> JsonObject:
    """Build the fields of every interaction; `user_side` is the workspace of a view's user, if it is another.

    The `team` of an org-wide app is null: https://github.com/slackapi/bolt-python/pull/23. Views
    name the workspace of their user: https://github.com/slackapi/bolt-js/issues/1614.
    """
    user_side = slack if user_side is None or slack.org_wide else user_side
    workspace, enterprise = user_side.workspace, user_side.workspace.enterprise
    return {
        "type": kind,
        "token": slack.credentials.verification_token,
        "team": None
        if slack.org_wide
        else {"id": workspace.team_id, "domain": workspace.domain, **_enterprise_fields(user_side)},
        "enterprise": {"id": enterprise.enterprise_id, "name": enterprise.name} if enterprise else None,
        "is_enterprise_install": slack.org_wide,
        "user": {
            "id": user.user_id,
            "username": user.name,
            "name": user.name,
            "team_id": slack.home_of(user.user_id).workspace.team_id,
        },
        "api_app_id": slack.credentials.app_id,
        "trigger_id": slack.triggers.issue(user.user_id),
    }
