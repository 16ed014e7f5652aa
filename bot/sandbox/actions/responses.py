"""App responses outside the Web API: response URLs, and the bodies of acknowledgements.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from ..blockkit.message_content import read_attachments, read_message
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.permits import ResponseTarget
from . import posting


def apply_response(slack: LocalSlack, target: ResponseTarget, body: JsonObject) -> None:
    """Apply a response: replace or delete the message it belongs to, or post a new one.

    Ephemeral unless `response_type` is "in_channel". Raises SlackError, `is_archived` among others.
    """
    channel = slack.workspace.channel(target.channel_id)
    if body.get("delete_original"):
        _delete_original(slack, target)
        return
    if channel.is_archived:
        raise SlackError("is_archived")
    text, blocks = read_message(body)
    message = posting.make_bot_message(slack, text, blocks) | read_attachments(body)
    if body.get("replace_original"):
        _replace_original(slack, target, message)
        return
    thread_ts = str(body.get("thread_ts") or "")
    if body.get("response_type") == "in_channel":
        message["subtype"] = "bot_message"
        posting.post(slack, channel, message, posting.existing_thread(channel, thread_ts))
        return
    if thread_ts:
        message["thread_ts"] = thread_ts
    posting.show_ephemeral(slack, channel, target.user_id, message)


def apply_command_ack(slack: LocalSlack, target: ResponseTarget, ack: object) -> None:
    """Show the body of a command's acknowledgement: plain text or a JSON object.

    An object with nothing but a `response_type` shows nothing. Raises SlackError for a body that
    Slack refuses; its error for a JSON value of another kind is not confirmed.
    """
    if ack is None or ack == "" or (isinstance(ack, dict) and set(ack) <= {"response_type"}):
        return
    if not isinstance(ack, dict | str):
        raise SlackError("invalid_command_response")
    apply_response(slack, target, ack if isinstance(ack, dict) else {"text": ack})


def _delete_original(slack: LocalSlack, target: ResponseTarget) -> None:
    channel = slack.workspace.channel(target.channel_id)
    if target.is_ephemeral:
        posting.remove_ephemeral(slack, channel, target.user_id, target.message_ts)
    elif target.message_ts in channel.messages:
        posting.remove(slack, channel, target.message_ts)
    else:
        raise SlackError("message_not_found")


def _replace_original(slack: LocalSlack, target: ResponseTarget, message: JsonObject) -> None:
    channel = slack.workspace.channel(target.channel_id)
    if target.is_ephemeral:
        before = channel.ephemerals.get(target.user_id, {}).get(target.message_ts)
        if before is None:
            raise SlackError("message_not_found")
        position: JsonObject = {name: before[name] for name in ("ts", "thread_ts") if name in before}
        posting.show_ephemeral(slack, channel, target.user_id, {**message, **position})
    elif target.message_ts in channel.messages:
        content: JsonObject = {name: message[name] for name in ("text", "blocks", "attachments") if name in message}
        posting.change(slack, channel, target.message_ts, content, slack.credentials.bot_user_id)
    else:
        raise SlackError("message_not_found")
