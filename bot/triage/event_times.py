"""Times written in events, read where they are unambiguous. Knows no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
# Event Viewer formats dates by the reader's locale.
_LOCAL: Final = re.compile(
    r"(?P<a>\d{1,4})[/.](?P<b>\d{1,2})[/.](?P<c>\d{1,4}),?\s+(?:(?P<before>上午|下午)\s*)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\s*(?P<after>[AaPp])\.?[Mm]\.?)?"
)
_NOON: Final = 12


def read_times(written: Iterable[str]) -> Mapping[str, datetime]:
    """Parse those texts that have one meaning; the results can all be compared with each other.

    ISO 8601 is always read. 7/1/2026 is read when another date of that form shows whether month or day comes first, or
    when both readings name the same day. Where some texts have a time zone, texts without one are left out.
    """
    texts = dict.fromkeys(written)
    found = {text: moment for text in texts if (moment := _iso(text)) is not None}
    local = {text: match for text in texts if text not in found and (match := _LOCAL.fullmatch(text.strip()))}
    day_first = _day_comes_first(list(local.values()))
    for text, match in local.items():
        moment = _moment(match, day_first)
        if moment is not None:
            found[text] = moment
    if any(moment.tzinfo for moment in found.values()):
        return {text: moment.astimezone(UTC) for text, moment in found.items() if moment.tzinfo}
    return found


def _iso(text: str) -> datetime | None:
    stripped = text.strip()
    if not _ISO.match(stripped):
        return None
    try:
        moment = datetime.fromisoformat(stripped)
        # At the first and last day of the calendar the conversion to UTC overflows.
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _day_comes_first(dates: list[re.Match[str]]) -> bool | None:
    """Infer the order of day and month from dates that allow only one; None when none does, or they disagree."""
    short = [(int(date["a"]), int(date["b"])) for date in dates if len(date["a"]) < len("2026")]
    votes = {first > _NOON for first, second in short if (first > _NOON) != (second > _NOON)}
    return votes.pop() if len(votes) == 1 else None


def _moment(match: re.Match[str], day_first: bool | None) -> datetime | None:
    first, second, third = int(match["a"]), int(match["b"]), int(match["c"])
    if len(match["a"]) == len("2026"):
        year, month, day = first, second, third
    elif day_first is None and first != second:
        return None
    else:
        year = third
        day, month = (first, second) if day_first else (second, first)
    hour = int(match["hour"])
    half = (match["after"] or "").lower() or {"上午": "a", "下午": "p"}.get(match["before"] or "", "")
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None
