"""Stored objects: uploaded files, scheduled messages and function runs."""

import re
from dataclasses import dataclass, field
from typing import Literal

from ..parsing import JsonObject

TEXT_TYPES = {
    "txt": "text",
    "md": "markdown",
    "log": "text",
    "csv": "csv",
    "json": "json",
    "xml": "xml",
    "ps1": "powershell",
}
TYPE_NAMES = {"text": "Plain Text", "png": "PNG", "jpg": "JPEG", "gif": "GIF", "pdf": "PDF", "binary": "Binary"}


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """Uploaded file; `content` is None until its bytes have arrived."""

    file_id: str
    name: str
    length: int
    owner: str
    created: int
    title: str = ""
    alt_text: str = ""
    filetype: str = ""
    content: bytes | None = None
    completed: bool = False
    # By channel: entries of the messages that show the file.
    shares: dict[str, list[JsonObject]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Name as it stands in URLs: lower case, with letters, digits, dots and dashes only."""
        return re.sub(r"[^\w.-]+", "_", self.name.lower())

    @property
    def kind(self) -> str:
        """Slack's `filetype`: a snippet's language, or the name's extension."""
        ending = self.name.rpartition(".")[2].lower() if "." in self.name else ""
        return self.filetype or TEXT_TYPES.get(ending, ending or "binary")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledMessage:
    """Message to be posted at `post_at`, in seconds since 1970."""

    scheduled_id: str
    channel_id: str
    post_at: int
    created: int
    message: JsonObject
    thread_ts: str | None


@dataclass(slots=True, kw_only=True)
class FunctionRun:
    """Execution of a custom function, with the `outputs` or the `error` that the app completed it with."""

    execution_id: str
    callback_id: str
    state: Literal["running", "completed", "failed"] = "running"
    outputs: JsonObject | None = None
    error: str = ""
