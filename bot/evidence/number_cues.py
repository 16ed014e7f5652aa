"""Numbers in sentences: where they stand, which are of one list, and what makes one an event ID or a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.evidence import cues
from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.position import (
    counts_something,
    is_amount,
    is_labelled_or_counted,
    is_reported,
    names_a_fault,
    opens_a_fault,
)
from bot.evidence.values import Cue

# Word edges that also exclude letters, hyphens, paths, money, versions and times: "SR-31415", "6.2406.0.1001", "€31415".
# What may follow an event ID directly: the code it came with ("31415/0x2A7"), or a plural ("31400s").
# Here and below what stands before is asked behind the first character: so the scan jumps from one digit to the next.
_NUMBER = lazy_pattern(
    r"[\-0-9](?<![0-9A-Za-z_\-./\\$€£+%@&].)(?:(?<=-)\d{1,10}|(?<=\d)\d{0,9})"
    r"(?:(?=[/+:\-]0[xX][0-9A-Fa-f])|(?=['’]?(?:s|ern?)(?![0-9A-Za-z_\-]))|(?![0-9A-Za-z_\-/\\%°$€£+@]|[.:]\d|,\d{3}(?!\d)))",
    re.ASCII,
)

# As monitoring tools print it, the source and the number joined: "Kettle-Service.53".
_SOURCED = lazy_pattern(r"[./](?<=[A-Za-z]{3}.)([1-9][0-9]{0,4})(?![0-9A-Za-z_\-/]|\.\w)", re.ASCII)
_SHORT = 3
"""Digits up to which numbers of different lengths stand in one list: "2, 10, 29"; longer ones are of one length."""
_DIGITS = lazy_pattern(r"\d+", re.ASCII)
_PLURAL = lazy_pattern(r"^['’]?(?:s|ern?)(?![0-9A-Za-z_\-])", re.ASCII)
# The minutes of a time are no number: "14:20".
_OF_A_CLOCK = lazy_pattern(r"(?<![0-9])[0-9]{1,2}:$", re.ASCII)
_GLUE = lazy_pattern(r"(?<![A-Za-z0-9])(?:event[_\-]?id|event|evt|eid|id)[_\-]?$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a stretch of prose, with its place there."""

    digits: str
    start: int
    end: int


def find_numbers(stretch: str, shapes: cues.Cues, ends_a_name: Callable[[int], bool]) -> Iterator[Number]:
    """Yield the numbers of a stretch that may be event IDs or codes, in order; `ends_a_name` asks of an offset behind a word."""
    found = [(match.start(), match.end()) for match in _NUMBER.finditer(stretch)]
    found.extend(
        match.span()
        for match in shapes.glued.finditer(stretch)
        if _GLUE.search(stretch[max(0, match.start() - 10) : match.start()])
    )
    found.extend(match.span(1) for match in _SOURCED.finditer(stretch) if ends_a_name(match.start()))
    for group in shapes.side_by_side.finditer(stretch):
        found.extend((group.start() + each.start(), group.start() + each.end()) for each in _DIGITS.finditer(group[0]))
    for start, end in sorted(set(found)):
        if not _OF_A_CLOCK.search(stretch, max(0, start - 3), start):
            yield Number(stretch[start:end], start, end)


def continues_list(stretch: str, previous: Number, number: Number) -> bool:
    """Tell whether a number continues a list: it is as long as the one before it, or both are short and nothing is counted."""
    between = stretch[previous.end : number.start]
    if len(previous.digits) == len(number.digits):
        return between.isspace() or cues.LISTED.fullmatch(between) is not None
    are_short = max(len(previous.digits), len(number.digits)) <= _SHORT
    return (
        are_short
        and cues.LISTED.fullmatch(between) is not None
        and not counts_something(stretch[number.end : number.end + cues.REACH])
    )


def states_amount(stretch: str, number: Number, shapes: cues.Cues) -> bool:
    """Tell whether a number is an amount; see `position.is_amount`."""
    before = stretch[max(0, number.start - cues.REACH) : number.start]
    return is_amount(before, stretch[number.end : number.end + 24], shapes)


def judge_number(
    stretch: str, number: Number, previous: tuple[Number, Cue | None] | None, shapes: cues.Cues, in_context: bool
) -> tuple[Cue | None, Cue | None]:
    """Decide what makes a number an event ID, and what makes it a code written without 0x."""
    before = stretch[max(0, number.start - cues.REACH) : number.start]
    behind = _PLURAL.sub("", stretch[number.end : number.end + 24])
    if (
        before.endswith("[")
        and behind.startswith("]")
        and (behind.startswith("]:") or not cues.EVENT_BEFORE.search(before))
    ):
        # wevtutil counts the events it prints: "Event[0]:". The subject of a mail has its ticket: "RE: [31410]".
        return None, None
    if len(number.digits) not in shapes.lengths and not number.digits.startswith("-"):
        listed = previous is not None and continues_list(stretch, previous[0], number)
        cue = previous[1] if previous is not None and listed else None
        return ("event", None) if _is_called_event(before, stretch[number.end : number.end + 24]) else (cue, None)
    if shapes.code_before.search(before) or shapes.code_behind.match(behind):
        # "code 679" is a code; "code 31415" is what some call an event ID.
        return ("event", None) if len(number.digits) in shapes.id_lengths | cues.USUAL_LENGTHS else (None, "code")
    if number.digits.startswith("-"):
        return None, None
    if cues.EVENT_BEFORE.search(before) or _GLUE.search(before) or cues.EVENT_BEHIND.match(behind):
        return "event", None
    if previous is not None and continues_list(stretch, previous[0], number):
        # In a list each number is what the first is: "events 31420, 31422", "tickets 31420 and 31422".
        return previous[1], None
    if shapes.id_before.search(before):
        # "id" by itself may be anybody's; it speaks among the connector's words, or when asked.
        return ("event" if in_context else "position"), None
    if before.endswith(("#", "=")):
        return None, None
    return _cue_by_position(before, behind, shapes, in_context), None


def _is_called_event(before: str, behind: str) -> bool:
    """Tell whether a number of one to three digits is called an event: "the 39 event" is, "3 event logs" is not."""
    return (
        cues.EVENT_BEFORE.search(before)
        or cues.SHORT_EVENT_BEHIND.match(behind) is not None
        or (cues.THE_EVENT.search(before) is not None and cues.EVENT_ALONE.match(behind) is not None)
    )


def _cue_by_position(before: str, behind: str, shapes: cues.Cues, in_context: bool) -> Cue | None:
    if names_a_fault(before, behind, shapes):
        return "position" if not in_context else "reported" if is_reported(before) else "context"
    if in_context and not is_labelled_or_counted(before, behind, shapes):
        return "position"
    # "12007 SCEP URL", "error 1053 connector service": a thing that a number counts is a plural.
    return "position" if in_context and opens_a_fault(before, shapes) and not counts_something(behind) else None
