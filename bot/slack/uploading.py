"""Putting a file into a thread: Slack's three steps as one call of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

UPLOAD: Final = "upload"


async def upload(
    client: AsyncWebClient, session: aiohttp.ClientSession, arguments: Mapping[str, Any], seconds: float
) -> None:
    """Upload a text file into a thread; `arguments` are channel, thread_ts, filename, title and content.

    Only the last step makes it visible. Raises slack_sdk's errors and aiohttp's.
    """
    content = str(arguments["content"]).encode()
    file_id = await send_file(client, session, arguments["filename"], content, seconds)
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": arguments["title"]}],
        channel_id=arguments["channel"],
        thread_ts=arguments["thread_ts"],
    )


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


def has_file(message: Mapping[str, Any], filename: str) -> bool:
    """Whether a message shares the file of this name; the names of uploads are unique."""
    return any(file.get("name") == filename for file in message.get("files") or [])
