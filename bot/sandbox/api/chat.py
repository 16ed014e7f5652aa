"""chat.*: the app's own messages."""

from .. import posting
from ..core import LocalSlack
from ..errors import Json, SlackError, refuse_arguments
from ..rules import fault
from ..workspace import Channel
from .call import Call, Method
from .message_text import read_message

# chat.update takes less text than chat.postMessage: https://docs.slack.dev/reference/methods/chat.update
_UPDATE_TEXT = 4_000
_WRITE = ("chat:write",)


async def post_message(call: Call) -> Json:
    """chat.postMessage."""
    slack = call.slack
    channel = destination(call)
    text, blocks = read_message(call.arguments)
    message = posting.bot_message(slack, text, blocks)
    metadata = read_metadata(call)
    if metadata:
        message["metadata"] = metadata
    thread_ts = call.text("thread_ts")
    if thread_ts and call.flag("reply_broadcast"):
        message["subtype"] = "thread_broadcast"
    posting.post(slack, channel, message, thread_ts or None)
    return {"channel": channel.channel_id, "ts": message["ts"], "message": message}


async def update(call: Call) -> Json:
    """chat.update: of the app's own messages only."""
    channel, ts = call.channel(), call.required("ts")
    before = _own_message(call.slack, channel, ts, "cant_update_message")
    if len(call.text("text")) > _UPDATE_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = read_message(call.arguments)
    content: Json = {"text": text}
    # Without `blocks`, a given text replaces them; an empty list removes them.
    if blocks:
        content["blocks"] = blocks
    metadata = read_metadata(call)
    if metadata:
        content["metadata"] = metadata
    now = posting.change(call.slack, channel, before["ts"], content, call.slack.credentials.bot_user_id)
    return {"channel": channel.channel_id, "ts": ts, "text": text, "message": now}


async def delete(call: Call) -> Json:
    """chat.delete: of the app's own messages only."""
    channel, ts = call.channel(), call.required("ts")
    _own_message(call.slack, channel, ts, "cant_delete_message")
    posting.remove(call.slack, channel, ts)
    return {"channel": channel.channel_id, "ts": ts}


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    slack = call.slack
    channel = call.joined_channel()
    user_id = call.required("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = read_message(call.arguments)
    message = posting.bot_message(slack, text, blocks)
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
    posting.show_ephemeral(slack, channel, user_id, message)
    return {"message_ts": message["ts"]}


async def get_permalink(call: Call) -> Json:
    """chat.getPermalink; the link opens the sandbox's own page at the message."""
    channel, ts = call.channel(), call.required("message_ts")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    thread_ts = message.get("thread_ts", ts)
    thread = f"?thread_ts={thread_ts}&cid={channel.channel_id}" if thread_ts != ts else ""
    place = f"archives/{channel.channel_id}/p{ts.replace('.', '')}"
    return {"channel": channel.channel_id, "permalink": f"{call.slack.base_url}/{place}{thread}"}


def destination(call: Call) -> Channel:
    """Where to post: a channel the bot is in (or any public one with chat:write.public), or a person's DM."""
    slack = call.slack
    wanted = call.required("channel")
    if wanted in slack.workspace.users:
        return slack.workspace.direct_message(wanted)
    channel = call.channel()
    public = channel.kind == "channel" and "chat:write.public" in slack.manifest.bot_scopes
    return channel if public else call.joined_channel()


def _own_message(slack: LocalSlack, channel: Channel, ts: str, refusal: str) -> Json:
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != slack.credentials.bot_id:
        raise SlackError(refusal)
    return message


def read_metadata(call: Call) -> Json | None:
    """The `metadata` argument, or None: an event_type and an object."""
    given = call.json("metadata")
    if given is None:
        return None
    if not isinstance(given, dict) or not given.get("event_type") or not isinstance(given.get("event_payload"), dict):
        raise refuse_arguments(fault("must provide event_type and event_payload", "/metadata"))
    return given


METHODS = {
    "chat.postMessage": Method(post_message, _WRITE),
    "chat.update": Method(update, _WRITE),
    "chat.delete": Method(delete, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, _WRITE),
    "chat.getPermalink": Method(get_permalink),
}
