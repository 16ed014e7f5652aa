"""Downloads of files that people drop into a conversation; logs are read like pasted text."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import EventLog, EventLogReader, TextFile, Wanted, read_document
from bot.evidence.decoding import share_room
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES, SECONDS
from bot.evidence.file_kinds import FileKind
from bot.evidence.normalise import MAX_CHARACTERS
from bot.slack.platform.message_text import text_of
from bot.slack.platform.payloads import Message, SlackFile

logger = logging.getLogger(__name__)

# UTF-8 has at most four bytes a character, so this is more than the reader takes.
_MOST_BYTES: Final = 4 * MAX_CHARACTERS + 4
_MOST_FILES: Final = 5
_SECONDS: Final = 8
_EVENT_LOG: Final = ".evtx"
# Types of files that are not worth fetching, by what stands before the slash.
_UNREAD_TYPES: Final[dict[str, FileKind]] = {"image": "picture", "video": "binary", "audio": "binary"}
_GONE: Final = {404, 410}
_LEAST_SECONDS: Final = 1.0
_MARGIN: Final = 1_000
# Two at a time, so that many logs at once exhaust neither processor nor memory.
_READERS: Final = ThreadPoolExecutor(2, thread_name_prefix="event-log")


@dataclass(frozen=True, slots=True)
class MessageContent:
    """The content of a message: its text with that of its files, and how far each file was read, by name."""

    text: str
    files: tuple[tuple[str, EventLog | TextFile], ...] = ()


@dataclass(slots=True)
class MessageReader:
    """Reader of messages with their files. One for a delivery, which has `seconds` in all for event logs."""

    client: AsyncWebClient
    # The products whose events are kept of an event log.
    wanted: Wanted
    event_logs: EventLogReader = field(default_factory=EventLogReader)
    seconds: float = SECONDS

    async def read(self, message: Message) -> MessageContent:
        """Read a message; a longer text file is read as far as the reader goes.

        Raises aiohttp's errors and TimeoutError when Slack does not give a file, so that it is tried again.
        """
        text, texts = text_of(message), list[tuple[str, TextFile]]()
        files = list(message.get("files") or [])
        logs: list[tuple[str, EventLog]] = []
        for number, file in enumerate(files[:_MOST_FILES]):
            # The limit of characters is shared among the files.
            used = len(text) + sum(len(log.text) for _, log in logs)
            room = max(0, MAX_CHARACTERS - _MARGIN - used) // (min(len(files), _MOST_FILES) - number)
            found = await self._read(file, room)
            if isinstance(found, EventLog):
                logs.append((str(file.get("name") or ""), found))
            else:
                texts.append((str(file.get("name") or ""), found))
        texts += [(str(file.get("name") or ""), TextFile(kind="too_many")) for file in files[_MOST_FILES:]]
        # Texts last: they may be longer than what is read in all.
        parts = [part for part in (text, *(log.text for _, log in logs)) if part]
        shared = share_room([found for _, found in texts], sum(len(part) + 1 for part in parts))
        named = [(name, found) for (name, _), found in zip(texts, shared, strict=True)]
        received = [found.received for found in shared if found.text]
        return MessageContent("\n".join([*parts, *received]), (*logs, *named))

    async def _read(self, file: SlackFile, room: int) -> TextFile | EventLog:
        if (kind := _unfetched(file)) is not None:
            return TextFile(kind=kind)
        if int(file.get("size") or 0) > MOST_MEGABYTES << 20:
            return EventLog(fault="too_large")
        # An unlinked file, so that nothing is left of it after a crash.
        with TemporaryFile() as kept:
            found = await self._download(file, kept)
            return await self._read_log(kept, room) if found is None else found

    async def _download(self, file: SlackFile, kept: IO[bytes]) -> TextFile | EventLog | None:
        """Fetch a file's text; None when its first bytes are those of an event log, which is then in `kept`."""
        session = self.client.session
        if session is None:
            return TextFile(kind="not_given")
        headers = {"Authorization": f"Bearer {self.client.token}"}
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        url = file.get("url_private_download") or file["url_private"]
        if not is_slacks(url, self.client.base_url):
            logger.warning("a dropped file is not at Slack, so it was not fetched: the bot's token goes nowhere else")
            return TextFile(kind="elsewhere")
        async with session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
            # Without the scope Slack sends a page for signing in, or a redirect to one.
            is_page = "html" in answer.content_type and "attachment" not in answer.headers.get(
                "Content-Disposition", ""
            )
            if answer.status != 200 or is_page:
                logger.warning("a dropped file could not be read: HTTP %d", answer.status)
                return TextFile(kind="gone" if answer.status in _GONE else "not_given")
            start = await _at_most(answer, len(MAGIC))
            if start == MAGIC:
                kept.write(start)
                async for chunk in answer.content.iter_chunked(1 << 16):
                    kept.write(chunk)
                    if kept.tell() > MOST_MEGABYTES << 20:
                        return EventLog(fault="too_large")
                return None
            content = start + await _at_most(answer, _MOST_BYTES - len(start))
        name = str(file.get("name") or "")
        # Looking for a code page, and undoing mail and HTML, is more than the loop should wait for.
        found = await asyncio.get_running_loop().run_in_executor(
            _READERS, partial(read_document, content, name, complete=len(content) < _MOST_BYTES)
        )
        return EventLog(fault="no_event_log") if content and _is_named_log(file) and not found.text else found

    async def _read_log(self, kept: IO[bytes], room: int) -> EventLog:
        kept.seek(0)
        if self.seconds < _LEAST_SECONDS:
            return EventLog(fault="too_slow")
        return await asyncio.get_running_loop().run_in_executor(_READERS, self._read_log_now, kept, room)

    def _read_log_now(self, kept: IO[bytes], room: int) -> EventLog:
        began = time.monotonic()
        log = self.event_logs.read(kept, self.wanted, room, self.seconds)
        self.seconds -= time.monotonic() - began
        return log


def is_slacks(url: str, api_url: str) -> bool:
    """Tell whether an address of a file is at the Slack of the API's address, and may be given the bot's token.

    It is on that host or one below it (files.slack.com, files.slack-gov.com) and encrypted; a Slack on this machine,
    such as the sandbox, gives files where its API is.
    """
    try:
        file, api = urlsplit(url), urlsplit(api_url)
        if file.username or file.password:
            return False
        if (file.scheme, file.hostname, file.port) == (api.scheme, api.hostname, api.port):
            return True
        secured = file.scheme == "https" and file.port in {None, 443}
    # A port that is no number, or a broken IPv6 address.
    except ValueError:
        return False
    return secured and f".{file.hostname}".endswith(f".{api.hostname}")


def _unfetched(file: SlackFile) -> FileKind | None:
    """Return why a file cannot be fetched at all; None where it can."""
    if file.get("mode") == "tombstone":
        return "gone"
    if file.get("mode") in {"hidden_by_limit", "external"}:
        return "elsewhere"
    if not file.get("url_private"):
        return "not_given"
    return _UNREAD_TYPES.get(str(file.get("mimetype") or "").partition("/")[0])


def _is_named_log(file: SlackFile) -> bool:
    return str(file.get("name") or "").lower().endswith(_EVENT_LOG)


async def _at_most(answer: aiohttp.ClientResponse, size: int) -> bytes:
    """Read the next bytes of an answer, fewer only at its end."""
    content = bytearray()
    while len(content) < size and (chunk := await answer.content.read(min(1 << 16, size - len(content)))):
        content += chunk
    return bytes(content)
