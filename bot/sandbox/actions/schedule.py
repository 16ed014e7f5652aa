"""Scheduled messages."""

import secrets

from ..parsing import JsonObject
from ..state.errors import SlackError
from ..state.local_slack import LocalSlack
from ..state.stored import ScheduledMessage
from . import posting

# https://docs.slack.dev/reference/methods/chat.scheduleMessage
FARTHEST_SECONDS = 120 * 86_400
MOST_IN_FIVE_MINUTES = 30


def schedule_message(
    slack: LocalSlack, channel_id: str, post_at: int, message: JsonObject, thread_ts: str | None
) -> ScheduledMessage:
    """Store a message and post it at its time.

    Raises SlackError `time_in_past`, `time_too_far` or `restricted_too_many`.
    """
    now = slack.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST_SECONDS:
        raise SlackError("time_too_far")
    near = [
        each
        for each in slack.scheduled.values()
        if (each.channel_id, each.post_at // 300) == (channel_id, post_at // 300)
    ]
    if len(near) >= MOST_IN_FIVE_MINUTES:
        raise SlackError("restricted_too_many")
    scheduled_id = "Q0" + secrets.token_hex(5)[:9].upper()
    scheduled = ScheduledMessage(
        scheduled_id=scheduled_id,
        channel_id=channel_id,
        post_at=post_at,
        created=int(now),
        message=message,
        thread_ts=thread_ts,
    )
    slack.scheduled[scheduled_id] = scheduled
    slack.background.start(_post_later(slack, scheduled))
    return scheduled


async def _post_later(slack: LocalSlack, scheduled: ScheduledMessage) -> None:
    await slack.clock.sleep(scheduled.post_at - slack.clock.now())
    # The message was deleted meanwhile, or the app was uninstalled.
    if slack.scheduled.pop(scheduled.scheduled_id, None) is None or not slack.tokens.installed:
        return
    channel = slack.workspace.channels[scheduled.channel_id]
    thread_ts = scheduled.thread_ts if scheduled.thread_ts in channel.messages else None
    posting.post(slack, channel, {**scheduled.message, "ts": slack.clock.next_ts()}, thread_ts)
