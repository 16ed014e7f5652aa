"""Downloads of files that people drop into a conversation; logs are read like pasted text."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.evidence import EventLog, EventLogReader, TextFile, Wanted, read_document
from bot.evidence.event_log import MAGIC, MOST_MEGABYTES, SECONDS
from bot.evidence.file_kinds import OLE, FileKind, kind_of
from bot.evidence.normalise import MAX_CHARACTERS
from bot.slack.platform.message_text import text_of
from bot.slack.platform.payloads import Message, SlackFile

logger = logging.getLogger(__name__)

# A longer file is read in a process of its own.
_MOST_BYTES: Final = 4 * MAX_CHARACTERS + 4
_MOST_FILES: Final = 5
_SECONDS: Final = 8
_EVENT_LOG: Final = ".evtx"
# Types of files that are not worth fetching, by what stands before the slash.
_UNREAD_TYPES: Final[dict[str, FileKind]] = {"image": "picture", "video": "binary", "audio": "binary"}
_GONE: Final = {404, 410}
_LEAST_SECONDS: Final = 1.0
_MARGIN: Final = 1_000
# Characters that are kept for each file that comes behind; and those below which reading a long one is of no use.
_RESERVED: Final = 15_000
_LEAST_ROOM: Final = 1_000
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
        text, files = text_of(message), list(message.get("files") or [])
        found: list[tuple[str, EventLog | TextFile]] = []
        used = len(text) + _MARGIN
        for number, file in enumerate(files):
            read = await self._read(file, _room(MAX_CHARACTERS - used, _MOST_FILES - number, len(files) - number))
            found.append((str(file.get("name") or ""), read))
            used += len(_received(read)) + 1
        parts = [text, *(_received(read) for _, read in found)]
        return MessageContent("\n".join(part for part in parts if part), tuple(found))

    async def _read(self, file: SlackFile, room: int) -> TextFile | EventLog:
        if room < 0:
            return TextFile(kind="too_many")
        if (kind := _unfetched(file)) is not None:
            return TextFile(kind=kind)
        if int(file.get("size") or 0) > MOST_MEGABYTES << 20:
            return EventLog(fault="too_large")
        # An unlinked file, so that nothing is left of it after a crash.
        with TemporaryFile() as kept:
            found = await self._download(file, kept)
            if found is not None:
                return found
            # Reading is more than the loop should wait for.
            return await asyncio.get_running_loop().run_in_executor(_READERS, self._read_kept, kept, file, room)

    async def _download(self, file: SlackFile, kept: IO[bytes]) -> TextFile | EventLog | None:
        """Fetch a file into `kept`; return why nothing of it is read, None where it may be."""
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
            async for chunk in answer.content.iter_chunked(1 << 16):
                kind = kind_of(chunk, str(file.get("name") or "")) if not kept.tell() else None
                # Nothing more of such a file is of use, but of what may be a mail.
                if kind is not None and not chunk.startswith(OLE):
                    return TextFile(kind=kind)
                kept.write(chunk)
                if kept.tell() > MOST_MEGABYTES << 20:
                    return EventLog(fault="too_large")
        return None

    def _read_kept(self, kept: IO[bytes], file: SlackFile, room: int) -> TextFile | EventLog:
        """Read a fetched file: an event log by its first bytes, any other as text, a long one in a process of its own."""
        size, name = kept.tell(), str(file.get("name") or "")
        kept.seek(0)
        if kept.read(len(MAGIC)) == MAGIC:
            return self._timed(kept, lambda seconds: self.event_logs.read(kept, self.wanted, room, seconds))
        kept.seek(0)
        if size <= _MOST_BYTES:
            found = read_document(kept.read(), name)
            if size and _is_named_log(file) and not found.text:
                return EventLog(fault="no_event_log")
            if len(found.received) <= room:
                return found
        if room < _LEAST_ROOM:
            return TextFile(kind="no_room")
        log = self._timed(kept, lambda seconds: self.event_logs.read_text(kept, name, self.wanted, room, seconds))
        is_none = log.source is not None and log.source.kind is not None
        return EventLog(fault="no_event_log") if is_none and _is_named_log(file) else log

    def _timed(self, kept: IO[bytes], read: Callable[[float], EventLog]) -> EventLog:
        """Read with what is left of the delivery's seconds."""
        kept.seek(0)
        if self.seconds < _LEAST_SECONDS:
            return EventLog(fault="too_slow")
        began = time.monotonic()
        log = read(self.seconds)
        self.seconds -= time.monotonic() - began
        return log


def _room(left: int, of_most: int, files: int) -> int:
    """Share the characters that are left among the files that come; negative for a file too many."""
    if of_most <= 0:
        return -1
    coming = min(of_most, files)
    return max(0, left // coming, left - (coming - 1) * _RESERVED)


def _received(read: TextFile | EventLog) -> str:
    return read.text if isinstance(read, EventLog) else read.received


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
