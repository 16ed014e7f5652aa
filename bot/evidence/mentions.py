"""Reads event IDs, codes and names out of sentences. A number counts only with a positive cue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.evidence import cues
from bot.evidence.event_details import HEX
from bot.evidence.lexicon import Lexicon
from bot.evidence.normalise import Normal
from bot.evidence.position import is_amount, is_labelled_or_counted, names_a_fault
from bot.evidence.values import Code, Cue, Identifier, Name

# Word edges that also exclude letters, hyphens, paths, money, versions and times: "SR-31415", "6.2406.0.1001", "€31415".
# What may follow an event ID directly: the code it came with ("31415/0x2A7"), or a plural ("31400s").
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z_\-./\\$€£+%@&])(-?\d{1,10})"
    r"(?:(?=[/+:\-]0[xX][0-9A-Fa-f])|(?=['’]?s(?![0-9A-Za-z_\-]))|(?![0-9A-Za-z_\-/\\%°$€£+@]|[.:]\d|,\d{3}(?!\d)))",
    re.ASCII,
)
_SUFFIXED = re.compile(r"(?<![0-9A-Za-z_\-.])([0-9][0-9A-Fa-f]{2,8})[hH](?![0-9A-Za-z_\-])", re.ASCII)
_JOINED_WORD = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9_]*|(?<=[a-z0-9])[A-Z][A-Za-z0-9_]*|(?<=[A-Z]{2})[a-z][A-Za-z0-9_]*)",
    re.ASCII,
)
_JOINED = re.compile(r"[a-z0-9][A-Z]|_|[A-Z]{2}[a-z]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


_DIGITS = re.compile(r"\d+", re.ASCII)
_PLURAL = re.compile(r"^['’]?s(?![0-9A-Za-z_\-])", re.ASCII)
_GLUE = re.compile(r"(?<![A-Za-z0-9])(?:event[_\-]?id|event|evt|eid|id)[_\-]?$", re.ASCII | re.IGNORECASE)
_FEW = 8
"""Words beyond those people ask with after which there is no need to count on."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The identifiers, codes and names mentioned in one stretch of prose."""

    identifiers: tuple[Identifier, ...]
    unmarked: tuple[Identifier, ...]
    codes: tuple[Code, ...]
    names: tuple[Name, ...]
    words_left: float


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str
    start: int
    end: int


def read_mentions(normal: Normal, stretches: Iterable[tuple[int, int]], lexicon: Lexicon, in_context: bool) -> Mentions:
    """Read what the given stretches of a normalised text mention."""
    identifiers: list[Identifier] = []
    unmarked: list[Identifier] = []
    codes: list[Code] = []
    names: list[Name] = []
    left_over = 0.0
    for start, end in stretches:
        stretch = normal.text[start:end]
        names.extend(_names(normal, stretch, start))
        if left_over < _FEW:
            left_over += words_beyond_asking(stretch[:2000], lexicon)
        codes.extend(_codes(normal, stretch, start, lexicon, in_context))
        previous: tuple[_Number, Cue | None] | None = None
        for number in _numbers(stretch, lexicon.cues):
            identifier, code = _judge(stretch, number, previous, lexicon.cues, in_context)
            span = normal.origin(start + number.start, start + number.end)
            if code:
                codes.append(Code(number.digits, prefixed=False, cue=code, span=span))
            elif identifier:
                identifiers.append(Identifier(_stripped(number.digits), identifier, span))
            elif not number.digits.startswith("-") and not _is_amount(stretch, number, lexicon.cues):
                unmarked.append(Identifier(_stripped(number.digits), "context", span))
            previous = (number, identifier)
    codes.sort(key=lambda code: code.span.start)
    return Mentions(tuple(identifiers), tuple(unmarked), tuple(codes), tuple(names), words_left=left_over)


def _stripped(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _numbers(stretch: str, shapes: cues.Cues) -> Iterator[_Number]:
    found = [(match.start(), match.end()) for match in _NUMBER.finditer(stretch)]
    found.extend(
        match.span()
        for match in shapes.glued.finditer(stretch)
        if _GLUE.search(stretch[max(0, match.start() - 10) : match.start()])
    )
    for group in shapes.side_by_side.finditer(stretch):
        found.extend((group.start() + each.start(), group.start() + each.end()) for each in _DIGITS.finditer(group[0]))
    for start, end in sorted(set(found)):
        yield _Number(stretch[start:end], start, end)


def _is_amount(stretch: str, number: _Number, shapes: cues.Cues) -> bool:
    before = stretch[max(0, number.start - cues.REACH) : number.start]
    return is_amount(before, stretch[number.end : number.end + 24], shapes)


def _judge(
    stretch: str, number: _Number, previous: tuple[_Number, Cue | None] | None, shapes: cues.Cues, in_context: bool
) -> tuple[Cue | None, Cue | None]:
    """Decide what makes a number an event ID, and what makes it a code written without 0x."""
    before = stretch[max(0, number.start - cues.REACH) : number.start]
    behind = _PLURAL.sub("", stretch[number.end : number.end + 24])
    if before.endswith("[") and behind.startswith("]:"):
        # wevtutil counts the events it prints: "Event[0]:".
        return None, None
    if len(number.digits) not in shapes.lengths and not number.digits.startswith("-"):
        return ("event", None) if cues.EVENT_BEFORE.search(before) else (None, None)
    if shapes.code_before.search(before) or shapes.code_behind.match(behind):
        # "code 679" is a code; "code 31415" is what some call an event ID.
        return ("event", None) if len(number.digits) in shapes.id_lengths | cues.USUAL_LENGTHS else (None, "code")
    if number.digits.startswith("-"):
        return None, None
    if cues.EVENT_BEFORE.search(before) or _GLUE.search(before) or cues.EVENT_BEHIND.match(behind):
        return "event", None
    if previous is not None and len(number.digits) == len(previous[0].digits):
        between = stretch[previous[0].end : number.start]
        if between.isspace() or cues.LISTED.fullmatch(between):
            # In a list each number is what the first is: "events 31420, 31422", "tickets 31420 and 31422".
            return previous[1], None
    if shapes.id_before.search(before):
        # "id" by itself may be anybody's; it speaks among the connector's words, or when asked.
        return ("event" if in_context else "position"), None
    if before.endswith(("#", "=")):
        return None, None
    if names_a_fault(before, behind, shapes):
        return ("context" if in_context else "position"), None
    if in_context and not is_labelled_or_counted(before, behind, shapes):
        return "position", None
    return None, None


def _codes(normal: Normal, stretch: str, start: int, lexicon: Lexicon, in_context: bool) -> Iterator[Code]:
    for match in HEX.finditer(stretch):
        digits = match[1].upper().replace("O", "0")
        span = normal.origin(start + match.start(), start + match.end())
        yield Code(digits, prefixed=True, cue=_cue_of_code(stretch, match, lexicon.cues, in_context), span=span)
    for match in _SUFFIXED.finditer(stretch):
        cue: Cue | None = "context" if in_context else None
        yield Code(
            match[1].upper(), prefixed=True, cue=cue, span=normal.origin(start + match.start(), start + match.end())
        )
    for product, shape in lexicon.code_shapes:
        for match in shape.finditer(stretch):
            span = normal.origin(start + match.start(), start + match.end())
            # A shape of its own names the product as clearly as a word beside the code would.
            yield Code(match[0].upper(), prefixed=True, cue="code", span=span, product=product)


def _cue_of_code(stretch: str, match: re.Match[str], shapes: cues.Cues, in_context: bool) -> Cue | None:
    before = stretch[max(0, match.start() - cues.REACH) : match.start()]
    behind = stretch[match.end() : match.end() + 24]
    if shapes.code_before.search(before) or cues.ERROR_CODE_BEFORE.search(before) or shapes.code_behind.match(behind):
        return "code"
    return "context" if in_context or cues.CODE_NAMED_AFTER.search(before) else None


def _names(normal: Normal, stretch: str, start: int) -> Iterator[Name]:
    """Yield the words written as one identifier; runs of ordinary words are compared with names elsewhere."""
    for word in _JOINED_WORD.finditer(stretch):
        text = word.group()
        if len(text) >= 6:
            yield Name(text, text.replace("_", "").lower(), normal.origin(start + word.start(), start + word.end()))


def words_beyond_asking(stretch: str, lexicon: Lexicon) -> float:
    """Count the words that are neither identifiers nor what people ask with; below one, the message is about its number.

    Two Chinese or Japanese characters count as a word.
    """
    left = 0.0
    stretch = HEX.sub(" ", stretch)
    for _, shape in lexicon.code_shapes:
        stretch = shape.sub(" ", stretch)
    for word in re.finditer(r"[A-Za-zÀ-ÿ'’\-]{1,60}|[0-9A-Za-z_]{1,60}", stretch):
        text = word.group().casefold().strip("'-")
        is_asking = text in cues.ASKING or text in lexicon.cues.owners
        if text and not text[0].isdigit() and not is_asking and not _JOINED.search(word.group()):
            left += 1
    for run in _CJK.finditer(stretch):
        left += len(cues.ASKING_CJK.sub("", run.group())) / 2
    return left
