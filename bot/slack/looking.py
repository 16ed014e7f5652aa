"""Looking in Slack for a message that an earlier attempt may have posted."""

from __future__ import annotations

from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.uploading import has_file
from bot.store import Sending

KEY_EVENT: Final = "sceptic_posted"
# The fewest that Slack gives any app at once.
_PAGE: Final = 15
_MOST_PAGES: Final = 20
# Slack's clock, the database's and this machine's differ; a message is looked for from somewhat before the attempt.
_CLOCKS_DIFFER_SECONDS: Final = 900.0
_CANNOT: Final = {"missing_scope", "not_in_channel", "channel_not_found", "thread_not_found", "access_denied"}


class NotLookable(Exception):  # noqa: N818 - it is no failure of ours
    """Slack does not let us look there."""


async def find_posted(client: AsyncWebClient, sending: Sending, key: str) -> str | None:
    """Return the timestamp of the message that carries the key; None when it was not posted.

    Raises NotLookable when Slack does not let us look, and slack_sdk's errors for everything that may pass.
    """
    outgoing = sending.outgoing
    arguments: dict[str, Any] = {
        "channel": outgoing.arguments["channel"],
        "oldest": f"{(sending.first_tried_at or 0) - _CLOCKS_DIFFER_SECONDS:.6f}",
        "limit": _PAGE,
        "include_all_metadata": True,
    }
    method = "conversations.history"
    if outgoing.thread_ts:
        method = "conversations.replies"
        arguments["ts"] = outgoing.thread_ts
    for _ in range(_MOST_PAGES):
        try:
            answer = await client.api_call(method, params=arguments)
        except SlackApiError as error:
            if error.response.get("error") in _CANNOT:
                raise NotLookable(f"{method}: {error.response.get('error')}") from error
            raise
        for message in answer.get("messages") or []:
            if has_file(message, str(outgoing.arguments.get("filename"))):
                return str(message["ts"])
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == KEY_EVENT and metadata.get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
        arguments["cursor"] = cursor
    raise NotLookable(f"{method}: more than {_PAGE * _MOST_PAGES} messages since")
