"""Look-up in Slack of a message that an earlier attempt may have posted."""

from __future__ import annotations

from typing import Final

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.platform.posted import NOT_READABLE, Posted, read_posted
from bot.store import ClaimedCall, Json

KEY_EVENT: Final = "sceptic_posted"
# The smallest page that Slack gives any app.
_PAGE: Final = 15
_MOST_PAGES: Final = 20
_ALREADY_GONE: Final = {"message_not_found", "file_not_found", "file_deleted"}
# Clock skew between Slack, the database and this machine: the look-up begins so much before the attempt.
_CLOCKS_DIFFER_SECONDS: Final = 900.0
THREAD_GONE: Final = "thread_not_found"


class LookupRefused(Exception):  # noqa: N818 - it is no failure of ours
    """Slack refuses to show the conversation."""


class ThreadGone(Exception):  # noqa: N818 - it is no failure of ours
    """The thread's first message was deleted and left no thread behind; nothing of the call is in the channel."""


async def find_posted(client: AsyncWebClient, claimed: ClaimedCall, key: str) -> Posted | None:
    """Return the message that carries the key; None when it was not posted.

    Raises NotLookable when Slack does not let us look, ThreadGone when it was not posted and its thread is no more, and
    slack_sdk's errors for everything that may pass.
    """
    thread_ts = claimed.call.arguments.get("thread_ts")
    if not thread_ts:
        return await _search(client, claimed, key, "conversations.history")
    try:
        return await _search(client, claimed, key, "conversations.replies", ts=thread_ts)
    except SlackApiError as error:
        if error.response.get("error") != THREAD_GONE:
            raise
    # An attempt after the deletion was posted at the channel's root.
    found = await _search(client, claimed, key, "conversations.history")
    if found is None:
        raise ThreadGone
    return found


async def _search(client: AsyncWebClient, claimed: ClaimedCall, key: str, method: str, **place: str) -> Posted | None:
    call = claimed.call
    arguments: dict[str, object] = {
        "channel": call.arguments["channel"],
        "oldest": f"{(claimed.first_tried_at or 0) - _CLOCKS_DIFFER_SECONDS:.6f}",
        "limit": _PAGE,
        "include_all_metadata": True,
        **place,
    }
    for _ in range(_MOST_PAGES):
        try:
            answer = await client.api_call(method, params=arguments)
        except SlackApiError as error:
            if error.response.get("error") in NOT_READABLE:
                raise LookupRefused(f"{method}: {error.response.get('error')}") from error
            raise
        for message in answer.get("messages") or []:
            metadata = message.get("metadata") or {}
            carries = metadata.get("event_type") == KEY_EVENT and metadata.get("event_payload", {}).get("key") == key
            if carries or has_file(message, call.arguments.get("filename")):
                return read_posted(call.arguments, message)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
        arguments["cursor"] = cursor
    raise LookupRefused(f"{method}: more than {_PAGE * _MOST_PAGES} messages since")


def has_file(message: Json, filename: str | None) -> bool:
    """Tell whether a message shares the file of this name; the names of uploads are unique."""
    return filename is not None and any(file.get("name") == filename for file in message.get("files") or [])


async def remove_posted(client: AsyncWebClient, channel_id: str, posted: Posted) -> None:
    """Delete a message of the bot's, and the files it shares.

    Raises RemovalError when Slack does not do it, and what aiohttp raises.
    """
    calls = [("files.delete", {"file": file_id}) for file_id in posted.file_ids]
    if posted.ts:
        calls.append(("chat.delete", {"channel": channel_id, "ts": posted.ts}))
    for method, arguments in calls:
        try:
            await client.api_call(method, json=arguments)
        except SlackApiError as error:
            if (said := str(error.response.get("error"))) not in _ALREADY_GONE:
                raise RemovalError(f"{method}: {said}") from error


class RemovalError(SlackClientError):
    """Slack did not delete a message of the bot's; trying again may help."""
