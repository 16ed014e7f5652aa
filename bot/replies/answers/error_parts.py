"""Says what a code of Windows that no article explains is made of, and what Windows itself calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.diagnosis import Diagnosis
from bot.diagnosis.identity import is_cut_short
from bot.languages import Language
from bot.replies.mrkdwn import escape
from bot.replies.texts import say

_HEXADECIMAL: Final = re.compile(r"0x([0-9A-F]{1,8})", re.ASCII)


def error_lines(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Yield a line for each code that is taken apart, and one for a code of which the end is missing."""
    for parts in diagnosis.error_parts:
        facility = f"{parts.facility} ({parts.facility_name})" if parts.facility_name else str(parts.facility)
        made_of = say(
            language,
            "answer.error_parts",
            id=escape(" = ".join(dict.fromkeys((parts.written, f"0x{parts.digits}")))),
            kind=parts.kind,
            facility=facility,
            code=parts.code,
        )
        key = "answer.own_name" if parts.name else "answer.no_own_name"
        yield f"{made_of} {say(language, key, name=parts.name)}"
    written = _HEXADECIMAL.fullmatch(diagnosis.subject or "")
    if written is not None and is_cut_short(written[1]):
        yield say(language, "answer.cut_short", id=escape(written[0]), count=len(written[1]))
