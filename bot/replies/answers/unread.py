"""Parts of a file that were not read, in one sentence each; nothing where all of it was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.evidence import EventLog, TextFile
from bot.evidence.event_log import MOST_MEGABYTES
from bot.languages import Language
from bot.replies.blocks import MESSAGE_BLOCKS, TEXT, TOTAL, context, section, size
from bot.replies.mrkdwn import as_code, one_line, shorten, without_marks
from bot.replies.texts import say_count
from bot.replies.values import Reply

Named = tuple[str, EventLog | TextFile]
"""A file's name, as somebody gave it, and what was read of it."""

_LONGEST_NAME: Final = 80


def unread(files: Sequence[Named], language: Language) -> list[str]:
    """Say what of these files was not read, as mrkdwn; empty when everything was."""
    return [
        say_count(
            language,
            f"unread.{kind}",
            0 if isinstance(file, TextFile) else file.records,
            name=_name(name),
            megabytes=MOST_MEGABYTES,
            **_figures(file),
        )
        for name, file in files
        for kind in (_kinds_of_text(file) if isinstance(file, TextFile) else _kinds(file))
    ]


def _figures(file: EventLog | TextFile) -> dict[str, str]:
    source = file if isinstance(file, TextFile) else file.source
    of_text = _figures_of_text(source) if source is not None else {}
    if isinstance(file, TextFile):
        return of_text
    return {
        **of_text,
        "damaged": f"{file.damaged:,}",
        "records": f"{file.records:,}",
        "total": f"{file.records + file.damaged:,}",
        "ours": f"{file.ours:,}",
        "read": f"{file.read:,}",
    }


def _figures_of_text(file: TextFile) -> dict[str, str]:
    inside = ", ".join(map(_name, file.skipped))
    return {"encoding": file.guessed, "inside": inside}


def render_unread(files: Sequence[Named], language: Language) -> Reply | None:
    """Say it as a message of its own; None when everything was read."""
    lines = unread(files, language)
    if not lines:
        return None
    return Reply(shorten(without_marks(" ".join(lines)), TEXT), (section("\n".join(lines)),))


def with_unread(reply: Reply, files: Sequence[Named], language: Language) -> Reply:
    """Put those sentences under an answer, as far as there is room."""
    blocks = list(reply.blocks)
    # The buttons stay last.
    at = len(blocks) - 1 if blocks and blocks[-1]["type"] == "actions" else len(blocks)
    for line in unread(files, language):
        note = context(line)
        if len(blocks) >= MESSAGE_BLOCKS or size([*blocks, note]) > TOTAL:
            break
        blocks.insert(at, note)
        at += 1
    return Reply(reply.text, tuple(blocks))


def _kinds_of_text(file: TextFile) -> list[str]:
    if file.kind is not None:
        return [file.kind]
    told = {
        "lossy": file.lossy,
        "guessed": bool(file.guessed),
        "torn": file.torn,
        "skipped": bool(file.skipped),
    }
    return [kind for kind, holds in told.items() if holds]


def _kinds(log: EventLog) -> list[str]:
    if log.fault is not None:
        return [log.fault]
    of_text = _kinds_of_text(log.source) if log.source is not None else []
    if not log.records:
        return of_text or (["empty"] if log.source is None else [])
    told = {
        # Where it is cut off, one record is broken by that.
        "damaged": log.source is None and log.damaged > int(log.cut_off),
        "damaged_records": log.source is not None and log.damaged > 0,
        "cut_off": log.cut_off,
        "stopped": log.stopped,
        "left_out": log.read < log.ours,
    }
    return [*(kind for kind, holds in told.items() if holds), *of_text]


def _name(name: str) -> str:
    """Set a file's name as code, where it can ping and style nothing."""
    return as_code(shorten(one_line(name), _LONGEST_NAME))
