"""Pages of a channel's or a thread's history, read within Slack's rate limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.store import Json

# The largest page that Slack recommends. Some apps get fifteen, whatever they ask for.
_PAGE: Final = 200
_WAIT_SECONDS: Final = 30.0
_NOT_OURS: Final = {"not_in_channel", "channel_not_found", "missing_scope", "is_archived", "thread_not_found"}


async def read_pages(client: AsyncWebClient, channel_id: str, since: float, thread_ts: str = "") -> AsyncIterator[Json]:
    """Yield the messages of a channel from the latest back to `since`, and what else is on that last page.

    With `thread_ts`, those of a thread since then, and its first. Gives nothing where the bot may not read. Raises
    what slack_sdk raises for everything else but "ratelimited".
    """
    arguments: dict[str, object] = {"channel": channel_id, "limit": _PAGE}
    method = "conversations.history"
    if thread_ts:
        method = "conversations.replies"
        arguments |= {"ts": thread_ts, "oldest": f"{since:.6f}"}
    while True:
        try:
            answer = await client.api_call(method, params=arguments)
        except SlackApiError as error:
            said = error.response.get("error")
            if said in _NOT_OURS:
                return
            if said == "ratelimited" or error.response.status_code == 429:
                await asyncio.sleep(float(error.response.headers.get("Retry-After", _WAIT_SECONDS)))
                continue
            raise
        messages = answer.get("messages") or []
        for message in messages:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        done = not thread_ts and any(float(message["ts"]) <= since for message in messages)
        if not cursor or done:
            return
        arguments["cursor"] = cursor
