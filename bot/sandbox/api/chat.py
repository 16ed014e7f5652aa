"""Methods chat.*: the app's own messages, and those it posts in a person's name."""

from ..actions import posting
from ..blockkit.message_content import read_attachments, read_message, truncation_warning
from ..delivery import events
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.workspace import Channel
from .method_call import Method, MethodCall, refuse_archived

# chat.update takes less text than chat.postMessage. Slack's pages have no figure; this is a maintainer's:
# https://github.com/seratch/ChatGPT-in-Slack/issues/102, https://github.com/F3-Nation/archive-slackblast/issues/64
_UPDATE_TEXT = 4_000
_WRITE = ("chat:write",)


async def post_message(call: MethodCall) -> JsonObject:
    """Serve chat.postMessage."""
    slack = call.slack
    channel = find_destination(call)
    text, blocks = read_message(call.arguments)
    message = posting.make_bot_message(slack, text, blocks) | read_attachments(call.arguments)
    if call.person:
        message |= posting.impersonation_fields(slack, call.user_id)
    metadata = read_metadata(call)
    if metadata:
        message["metadata"] = metadata
    thread_ts = posting.existing_thread(channel, call.text("thread_ts"))
    if thread_ts and call.flag("reply_broadcast"):
        message["subtype"] = "thread_broadcast"
    posting.post(slack, channel, message, thread_ts)
    if call.person and f"<@{slack.credentials.bot_user_id}>" in text:
        events.announce_mention(slack, channel, message)
    answer = {"channel": channel.channel_id, "ts": message["ts"], "message": message}
    return answer | truncation_warning(call.arguments)


async def update(call: MethodCall) -> JsonObject:
    """Serve chat.update, for the caller's own messages only."""
    channel, ts = refuse_archived(call.channel(), "is_inactive"), call.required("ts")
    before = _own_message(call, channel, ts, "cant_update_message")
    if len(call.text("text")) > _UPDATE_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = read_message(call.arguments)
    content: JsonObject = {"text": text, **read_attachments(call.arguments)}
    # Text without `blocks` replaces the blocks, an empty list removes them, and otherwise they stay.
    if blocks:
        content["blocks"] = blocks
    elif not text and "blocks" not in call.arguments:
        content |= {name: before[name] for name in ("text", "blocks") if name in before}
    metadata = read_metadata(call)
    if metadata is not None:
        content["metadata"] = metadata
    now = posting.change(call.slack, channel, before["ts"], content, call.user_id)
    return {"channel": channel.channel_id, "ts": ts, "text": text, "message": now}


async def delete(call: MethodCall) -> JsonObject:
    """Serve chat.delete, for the caller's own messages only."""
    channel, ts = call.channel(), call.required("ts")
    _own_message(call, channel, ts, "cant_delete_message")
    posting.remove(call.slack, channel, ts)
    return {"channel": channel.channel_id, "ts": ts}


async def post_ephemeral(call: MethodCall) -> JsonObject:
    """Serve chat.postEphemeral."""
    slack = call.slack
    channel = refuse_archived(call.joined_channel())
    user_id = call.required("user")
    if user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = read_message(call.arguments)
    message = posting.make_bot_message(slack, text, blocks) | read_attachments(call.arguments)
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
    posting.show_ephemeral(slack, channel, user_id, message)
    return {"message_ts": message["ts"]} | truncation_warning(call.arguments)


async def get_permalink(call: MethodCall) -> JsonObject:
    """Serve chat.getPermalink; the link opens the sandbox's own page at the message."""
    channel, ts = call.channel(), call.required("message_ts")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    thread_ts = message.get("thread_ts", ts)
    thread = f"?thread_ts={thread_ts}&cid={channel.channel_id}" if thread_ts != ts else ""
    path = f"archives/{channel.channel_id}/p{ts.replace('.', '')}"
    return {"channel": channel.channel_id, "permalink": f"{call.slack.base_url}/{path}{thread}"}


def find_destination(call: MethodCall) -> Channel:
    """Find the channel to post to: one with the bot in it, any public one with chat:write.public, or a DM."""
    slack = call.slack
    name = call.required("channel")
    if name in slack.workspace.users:
        return slack.workspace.direct_message(name)
    channel = call.channel()
    public = not call.person and channel.kind == "channel" and "chat:write.public" in slack.manifest.bot_scopes
    return refuse_archived(channel if public else call.joined_channel())


def _own_message(call: MethodCall, channel: Channel, ts: str, refusal: str) -> JsonObject:
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("user") != call.user_id:
        raise SlackError(refusal)
    return message


def read_metadata(call: MethodCall) -> JsonObject | None:
    """Check the `metadata` argument: None, an event_type with an object, or an empty object for no metadata.

    Slack refuses large metadata (`metadata_too_large`) but publishes no figure, so the sandbox takes
    any. Raises SlackError `invalid_metadata_format` or `invalid_metadata_schema`.
    """
    try:
        metadata = call.json("metadata")
    except SlackError as failure:
        raise SlackError("invalid_metadata_format") from failure
    if metadata is None or metadata == "":
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    named = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if metadata and not (named and isinstance(metadata.get("event_payload"), dict)):
        raise SlackError("invalid_metadata_schema")
    return metadata


METHODS = {
    "chat.postMessage": Method(handle=post_message, scopes=_WRITE, takes_people=True),
    "chat.update": Method(handle=update, scopes=_WRITE, takes_people=True),
    "chat.delete": Method(handle=delete, scopes=_WRITE, takes_people=True),
    "chat.postEphemeral": Method(handle=post_ephemeral, scopes=_WRITE),
    "chat.getPermalink": Method(handle=get_permalink, takes_people=True),
}
