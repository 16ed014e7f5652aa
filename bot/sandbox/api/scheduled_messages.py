"""Methods for scheduled messages: chat.scheduleMessage and its neighbours."""

from ..actions import posting, schedule
from ..blockkit.message_content import read_attachments, read_message, truncation_warning
from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.stored import ScheduledMessage
from .chat import find_destination, read_metadata
from .method_call import Method, MethodCall, paginate, whole_number

_WRITE = ("chat:write",)
# A message due within this time can no longer be deleted.
_TOO_LATE_SECONDS = 60


async def schedule_message(call: MethodCall) -> JsonObject:
    """Serve chat.scheduleMessage."""
    slack, channel = call.slack, find_destination(call)
    text, blocks = read_message(call.arguments)
    message = posting.make_bot_message(slack, text, blocks) | read_attachments(call.arguments)
    metadata = read_metadata(call)
    if metadata:
        message["metadata"] = metadata
    scheduled = schedule.schedule_message(
        slack, channel.channel_id, _post_at(call), message, call.text("thread_ts") or None
    )
    fields = {name: message[name] for name in ("text", "user", "bot_id", "app_id", "blocks", "team") if name in message}
    return {
        "channel": channel.channel_id,
        "scheduled_message_id": scheduled.scheduled_id,
        "post_at": scheduled.post_at,
        "message": {**fields, "type": "delayed_message"},
        **truncation_warning(call.arguments),
    }


async def list_scheduled(call: MethodCall) -> JsonObject:
    """Serve chat.scheduledMessages.list, in the order of their times."""
    channel_id = call.channel().channel_id if call.text("channel") else ""
    low, high = whole_number(call.text("oldest") or "0"), whole_number(call.text("latest") or "9999999999")
    if low is None or high is None:
        raise SlackError("invalid_time")
    scheduled = [
        each
        for each in sorted(call.slack.scheduled.values(), key=lambda one: one.post_at)
        if (not channel_id or each.channel_id == channel_id) and low <= each.post_at <= high
    ]
    page, cursor = paginate([_listed(each) for each in scheduled], call, default=100, most=1000)
    return {"scheduled_messages": page, "response_metadata": {"next_cursor": cursor}}


async def delete_scheduled(call: MethodCall) -> JsonObject:
    """Serve chat.deleteScheduledMessage."""
    channel, scheduled_id = call.channel(), call.required("scheduled_message_id")
    scheduled = call.slack.scheduled.get(scheduled_id)
    if scheduled is None or scheduled.channel_id != channel.channel_id:
        raise SlackError("invalid_scheduled_message_id")
    if scheduled.post_at - call.slack.clock.now() < _TOO_LATE_SECONDS:
        raise SlackError("invalid_scheduled_message_id")
    del call.slack.scheduled[scheduled_id]
    return {}


def _post_at(call: MethodCall) -> int:
    post_at = whole_number(call.required("post_at"))
    if post_at is None:
        raise SlackError("invalid_time")
    return post_at


def _listed(scheduled: ScheduledMessage) -> JsonObject:
    return {
        "id": scheduled.scheduled_id,
        "channel_id": scheduled.channel_id,
        "post_at": scheduled.post_at,
        "date_created": scheduled.created,
        "text": scheduled.message["text"],
    }


METHODS = {
    "chat.scheduleMessage": Method(handle=schedule_message, scopes=_WRITE),
    "chat.scheduledMessages.list": Method(handle=list_scheduled),
    "chat.deleteScheduledMessage": Method(handle=delete_scheduled, scopes=_WRITE),
}
