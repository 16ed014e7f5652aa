"""Uploads into a thread: Slack's three steps as one call of the outbox."""

from __future__ import annotations

from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.platform.posted import NOT_READABLE, Posted, read_posted
from bot.store import Json

UPLOAD: Final = "upload"


async def upload(client: AsyncWebClient, session: aiohttp.ClientSession, arguments: Json, seconds: float) -> Posted:
    """Upload a text file into a thread; `arguments` are channel, thread_ts, filename, title and content.

    Only the last step makes it visible; returns where it landed, without a timestamp when Slack does not say so yet.
    Raises slack_sdk's errors and aiohttp's.
    """
    await _require_thread(client, arguments)
    content = str(arguments["content"]).encode()
    file_id = await send_file(client, session, arguments["filename"], content, seconds)
    answer = await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": arguments["title"]}],
        channel_id=arguments["channel"],
        thread_ts=arguments["thread_ts"],
    )
    shares = [share for file in answer.get("files") or [] for share in _shares(file, str(arguments["channel"]))]
    return read_posted(arguments, {**shares[0], "files": [{"id": file_id}]}) if shares else Posted("")


async def _require_thread(client: AsyncWebClient, arguments: Json) -> None:
    """Raise SlackApiError when the thread was deleted: Slack may answer before it has shared the file."""
    try:
        await client.conversations_replies(channel=arguments["channel"], ts=arguments["thread_ts"], limit=1)
    except SlackApiError as error:
        if error.response.get("error") not in NOT_READABLE:
            raise


def _shares(file: Json, channel_id: str) -> list[Json]:
    """Return the shares of a file in a channel: each message's timestamp, and its thread's."""
    return [share for places in (file.get("shares") or {}).values() for share in places.get(channel_id) or []]


async def send_file(
    client: AsyncWebClient, session: aiohttp.ClientSession, filename: str, content: bytes, seconds: float
) -> str:
    """Take the first two steps, after which nobody sees anything yet; returns the file's ID."""
    place = await client.files_getUploadURLExternal(filename=filename, length=len(content))
    timeout = aiohttp.ClientTimeout(seconds)
    async with session.post(place["upload_url"], data=content, timeout=timeout) as answer:
        if answer.status != 200:
            raise SlackRequestError(f"upload refused with HTTP {answer.status}")
    return str(place["file_id"])
