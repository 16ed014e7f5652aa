"""The place of a message that the bot posted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.store import Json

NOT_READABLE: Final = {"missing_scope", "not_in_channel", "channel_not_found", "access_denied"}


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that Slack has. `ts` is empty where Slack does not name it; `file_ids` are the files it shares.

    `outside_thread` says that it was meant for a thread and stands at the channel's root: Slack drops a `thread_ts`
    that names no message, and posts all the same.
    """

    ts: str
    outside_thread: bool = False
    file_ids: tuple[str, ...] = ()


def read_posted(arguments: Json, message: Json) -> Posted:
    """Read the place of a message that was posted with these arguments."""
    file_ids = tuple(str(each["id"]) for each in message.get("files") or [])
    return Posted(
        str(message.get("ts") or ""), bool(arguments.get("thread_ts")) and not message.get("thread_ts"), file_ids
    )
