"""Files that people drop into a conversation: log files are read like pasted text."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.speaker import text_of

logger = logging.getLogger(__name__)

# As much as the reader takes in well under a second.
_MOST_BYTES: Final = 400_000
_MOST_FILES: Final = 5
_SECONDS: Final = 8
_TEXT: Final = ("text/", "application/json", "application/xml", "application/csv", "application/x-ndjson")
_ENDINGS: Final = (".log", ".txt", ".csv", ".tsv", ".xml", ".json", ".jsonl", ".svclog", ".md")


async def words_of(client: AsyncWebClient, message: Mapping[str, Any]) -> str:
    """What a message says: its text, and the text files dropped with it."""
    dropped = await text_of_files(client, message.get("files") or [])
    return "\n".join(part for part in (text_of(message), dropped) if part)


async def text_of_files(client: AsyncWebClient, files: Sequence[Mapping[str, Any]]) -> str:
    """Download and join what is text; a longer file is read as far as the reader goes.

    Raises aiohttp's errors and TimeoutError when Slack does not give a file, so that it is tried again.
    """
    parts = [await _download(client, each) for each in files[:_MOST_FILES] if _is_text(each)]
    return "\n".join(part for part in parts if part)


def _is_text(file: Mapping[str, Any]) -> bool:
    if file.get("mode") in {"tombstone", "hidden_by_limit", "external"} or not file.get("url_private"):
        return False
    return str(file.get("mimetype") or "").startswith(_TEXT) or str(file.get("name") or "").lower().endswith(_ENDINGS)


async def _download(client: AsyncWebClient, file: Mapping[str, Any]) -> str:
    session = client.session
    if session is None:
        return ""
    headers = {"Authorization": f"Bearer {client.token}"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    url = file.get("url_private_download") or file["url_private"]
    async with session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
        # Without the scope Slack sends a page for signing in, or a redirect to one.
        if answer.status != 200 or "html" in answer.content_type:
            logger.warning("a dropped file could not be read: HTTP %d", answer.status)
            return ""
        content = bytearray()
        async for chunk in answer.content.iter_chunked(1 << 16):
            content += chunk
            if len(content) >= _MOST_BYTES:
                break
    return decoded(bytes(content[:_MOST_BYTES]))


def decoded(content: bytes) -> str:
    """Read bytes as text: UTF-8, or UTF-16 as Windows writes it; what is no text becomes nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    text = content.decode("utf-8-sig", "replace")
    return "" if "\0" in text else text
