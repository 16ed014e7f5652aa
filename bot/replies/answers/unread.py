"""What of a file could not be read, or was left out, in one sentence each; nothing where all of it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.evidence import EventLog, TextFile
from bot.evidence.event_log import MOST_MEGABYTES
from bot.knowledge import Language
from bot.replies.blocks import MESSAGE_BLOCKS, TEXT, TOTAL, context, section, size
from bot.replies.mrkdwn import as_code, one_line, shorten, without_marks
from bot.replies.values import Reply

Named = tuple[str, EventLog | TextFile]
"""A file's name, as somebody gave it, and what was read of it."""

_LONGEST_NAME: Final = 80
_EN: Final = {
    "too_large": "{name} is larger than {megabytes} MB, so I did not read it. Filter it in Event Viewer, save only what matters.",
    "too_slow": "Reading {name} took too long, so I gave up. Filter it in Event Viewer, save only what matters.",
    "unreadable": "{name} cannot be read as an event log: it is damaged, or not all of it is there.",
    "no_event_log": "{name} is called an event log but is none, so I read nothing in it.",
    "empty": "{name} holds no events.",
    "damaged": "Parts of {name} are damaged ({damaged}); I read the {records} records that are not.",
    "cut_off": "{name} ends before its end; I read the {records} records that are there.",
    "stopped": "{name} is too long for me: I read its first {records} records and not the rest.",
    "text_cut": "{name} is too long: I read its first {characters} characters. The newest events may stand further down.",
    "text_not_read": "There was no room left to read {name}; send it by itself.",
    "lossy": "{name} is neither UTF-8 nor UTF-16: I could not read all of it. Save it as UTF-8 and send it again.",
    "left_out": "Of {ours} events of the connector in {name} I took {read}: the first of each kind, and the newest.",
}
_ZH: Final = {
    "too_large": "{name} 超過 {megabytes} MB，所以我沒有讀取；請在事件檢視器裡篩選，只儲存相關的事件。",
    "too_slow": "讀取 {name} 花太久，所以我放棄了；請在事件檢視器裡篩選，只儲存相關的事件。",
    "unreadable": "{name} 無法當成事件記錄檔讀取：檔案已損毀，或是不完整。",
    "no_event_log": "{name} 的名稱是事件記錄檔，內容卻不是，所以我沒有讀到任何東西。",
    "empty": "{name} 裡沒有事件。",
    "damaged": "{name} 有部分損毀（{damaged} 處）；其餘 {records} 筆記錄我都讀了。",
    "cut_off": "{name} 不完整，檔案提前結束；現有的 {records} 筆記錄我都讀了。",
    "stopped": "{name} 太長：我只讀了前 {records} 筆記錄，其餘沒有讀。",
    "text_cut": "{name} 太長：我只讀了前 {characters} 個字元，最新的事件可能在後面。",
    "text_not_read": "{name} 已經超過我一次能讀的量，所以沒有讀；請單獨傳給我。",
    "lossy": "{name} 不是 UTF-8 或 UTF-16 編碼，有些字我讀不出來。請另存成 UTF-8 再傳一次。",
    "left_out": "{name} 裡有 {ours} 筆連接器的事件，我取用了 {read} 筆：每一種的第一筆，以及最新的幾筆。",
}
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh-TW": _ZH}


def unread(files: Sequence[Named], language: Language) -> list[str]:
    """Say what of these files was not read, as mrkdwn; empty when everything was."""
    phrases = _PHRASES[language]
    return [
        phrases[kind].format(name=_name(name), megabytes=MOST_MEGABYTES, **_figures(file))
        for name, file in files
        for kind in (_kinds_of_text(file) if isinstance(file, TextFile) else _kinds(file))
    ]


def _figures(file: EventLog | TextFile) -> dict[str, str]:
    if isinstance(file, TextFile):
        return {"characters": f"{file.read or 0:,}"}
    return {
        "damaged": f"{file.damaged:,}",
        "records": f"{file.records:,}",
        "ours": f"{file.ours:,}",
        "read": f"{file.read:,}",
    }


def render_unread(files: Sequence[Named], language: Language) -> Reply | None:
    """Say it as a message of its own; None when everything was read."""
    lines = unread(files, language)
    if not lines:
        return None
    return Reply(shorten(without_marks(" ".join(lines)), TEXT), (section("\n".join(lines)),))


def with_unread(reply: Reply, files: Sequence[Named], language: Language) -> Reply:
    """An answer with that under it, as far as there is room."""
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
    cut = ["text_cut" if file.read else "text_not_read"] if file.read is not None else []
    return [*cut, "lossy"] if file.lossy else cut


def _kinds(log: EventLog) -> list[str]:
    if log.fault is not None:
        return [log.fault]
    if not log.records:
        return ["empty"]
    told = {
        # Where it is cut off, one record is broken by that.
        "damaged": log.damaged > int(log.cut_off),
        "cut_off": log.cut_off,
        "stopped": log.stopped,
        "left_out": log.read < log.ours,
    }
    return [kind for kind, holds in told.items() if holds]


def _name(name: str) -> str:
    """Set a file's name as code, where it can ping and style nothing."""
    return as_code(shorten(one_line(name), _LONGEST_NAME))
