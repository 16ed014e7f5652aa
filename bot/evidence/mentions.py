"""Reads event IDs, codes and names out of sentences. A number counts only with a positive cue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.evidence import cues
from bot.evidence.event_details import HEX, LONGEST_CODE
from bot.evidence.lexicon import Lexicon
from bot.evidence.misreading import as_printed
from bot.evidence.normalise import Normal
from bot.evidence.notations import (
    Notation,
    bare_codes,
    broken_numbers,
    called_codes,
    error_numbers,
    is_hresult,
    misread_numbers,
    number_ranges,
    signed_codes,
    unsigned_codes,
)
from bot.evidence.position import (
    counts_something,
    is_amount,
    is_labelled,
    is_labelled_or_counted,
    is_other_field,
    is_reported,
    names_a_fault,
    opens_a_fault,
)
from bot.evidence.surroundings import Surroundings
from bot.evidence.values import NOTHING_BESIDE, Beside, Code, Cue, Identifier, Name, Span
from bot.evidence.words import joined_words

# Word edges that also exclude letters, hyphens, paths, money, versions and times: "SR-31415", "6.2406.0.1001", "€31415".
# What may follow an event ID directly: the code it came with ("31415/0x2A7"), or a plural ("31400s").
# Here and below what stands before is asked behind the first character: so the scan jumps from one digit to the next.
_NUMBER = re.compile(
    r"[\-0-9](?<![0-9A-Za-z_\-./\\$€£+%@&].)(?:(?<=-)\d{1,10}|(?<=\d)\d{0,9})"
    r"(?:(?=[/+:\-]0[xX][0-9A-Fa-f])|(?=['’]?s(?![0-9A-Za-z_\-]))|(?![0-9A-Za-z_\-/\\%°$€£+@]|[.:]\d|,\d{3}(?!\d)))",
    re.ASCII,
)
_SUFFIXED = re.compile(r"([0-9](?<![0-9A-Za-z_\-.].)[0-9A-Fa-f]{2,8})[hH](?![0-9A-Za-z_\-])", re.ASCII)
# Without one of these a text mentions no identifier, code or name: most lines of a chat have none.
_MAY_MENTION = re.compile(r"[0-9_A-Z](?:(?<=[0-9_])|(?<=[A-Za-z].))", re.ASCII)
_MAY_BE_HEX = re.compile(r"[A-Fa-fOo](?:(?<=[Oo])[xX]|[A-Fa-f]{7})", re.ASCII)

_SHORT = 3
"""Digits up to which numbers of different lengths stand in one list: "2, 10, 29"; longer ones are of one length."""
_DIGIT = re.compile(r"[0-9]")
_LONG_DECIMAL = re.compile(r"[0-9][0-9]{9}")
_DIGITS = re.compile(r"\d+", re.ASCII)
_PLURAL = re.compile(r"^['’]?s(?![0-9A-Za-z_\-])", re.ASCII)
_GLUE = re.compile(r"(?<![A-Za-z0-9])(?:event[_\-]?id|event|evt|eid|id)[_\-]?$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mentions:
    """The identifiers, codes and names mentioned in one stretch of prose."""

    identifiers: tuple[Identifier, ...]
    unmarked: tuple[Identifier, ...]
    doubtful: tuple[Identifier, ...]
    codes: tuple[Code, ...]
    names: tuple[Name, ...]
    ranges: tuple[tuple[str, str], ...]


_NO_MENTIONS = Mentions((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class _Number:
    digits: str
    start: int
    end: int


def read_mentions(
    normal: Normal, stretches: Iterable[tuple[int, int]], lexicon: Lexicon, in_context: bool, *, several: bool = False
) -> Mentions:
    """Read what the given stretches of a normalised text mention; `several` where its words speak of several products."""
    found = _Found()
    telling = [(start, end) for start, end in stretches if may_mention(normal.text[start:end], lexicon)]
    if not telling:
        return _NO_MENTIONS
    for start, end in telling:
        stretch = normal.text[start:end]
        surroundings = Surroundings(stretch, lexicon, several=several, in_context=in_context)
        _Stretch(normal, stretch, start, lexicon, in_context, surroundings).read(found)
    found.codes.sort(key=lambda code: code.span.start)
    return Mentions(
        identifiers=tuple(found.identifiers),
        unmarked=tuple(found.unmarked),
        doubtful=tuple(found.doubtful),
        codes=tuple(found.codes),
        names=tuple(found.names),
        ranges=tuple(found.ranges),
    )


@dataclass(slots=True)
class _Found:
    identifiers: list[Identifier] = field(default_factory=list)
    unmarked: list[Identifier] = field(default_factory=list)
    doubtful: list[Identifier] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    ranges: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One stretch of prose while it is being read; it begins at `start` of the normalised text."""

    normal: Normal
    text: str
    start: int
    lexicon: Lexicon
    in_context: bool
    surroundings: Surroundings

    def read(self, found: _Found) -> None:
        """Add what the stretch mentions."""
        found.names.extend(self._names())
        found.codes.extend(self._codes())
        if _DIGIT.search(self.text) is None:
            return
        doubtful = list(self._doubtful())
        found.doubtful.extend(doubtful)
        taken = {code.span.end for code in found.codes if code.notation or code.product}
        spans: list[tuple[int, int]] = []
        for start, end, first, last_one in number_ranges(self.text):
            spans.append((start, end))
            found.ranges.append((first, last_one))
        broken = {at for each in doubtful for at in (each.span.start, each.span.end)}
        shapes = self.lexicon.cues
        previous: tuple[_Number, Cue | None] | None = None
        last = NOTHING_BESIDE
        for number in _numbers(self.text, shapes):
            if any(start <= number.start < end for start, end in spans):
                continue
            identifier, code = _judge(self.text, number, previous, shapes, self.in_context)
            span, beside = self._place(number.start, number.end)
            beside = self._joined(number, previous, self._owned(number, beside), last)
            if span.end in taken or span.start in broken or span.end in broken:
                continue
            if code:
                found.codes.append(Code(number.digits, prefixed=False, cue=code, span=span, beside=beside))
            elif identifier:
                found.identifiers.append(Identifier(_stripped(number.digits), identifier, span, beside=beside))
            elif not number.digits.startswith("-") and (beside.next_to or not _is_amount(self.text, number, shapes)):
                found.unmarked.append(Identifier(_stripped(number.digits), "context", span, beside=beside))
            previous, last = (number, identifier), beside

    def _place(self, start: int, end: int, *, is_name: bool = False) -> tuple[Span, Beside]:
        beside = self.surroundings.of(start, end, is_name=is_name)
        return self.normal.origin(self.start + start, self.start + end), beside

    def _owned(self, number: _Number, beside: Beside) -> Beside:
        """Add the word directly before a number that says whose it is."""
        owner, owners = self.lexicon.find_owner(self._before(number.start))
        return replace(beside, owner=owner, owners=owners) if owners else beside

    def _joined(
        self, number: _Number, previous: tuple[_Number, Cue | None] | None, beside: Beside, last: Beside
    ) -> Beside:
        """Give a number in a list the place of the one before it beside a name; a labelled number is that thing's."""
        before = self._before(number.start)
        # The last word of a product's name is no label, though others are called so.
        if beside.named and is_labelled(before) and not self._ends_with_name(before):
            return replace(beside, named=frozenset(), next_to=False)
        if previous is None or not (last.next_to or last.owners) or not _goes_on(self.text, previous[0], number):
            return beside
        if last.owners and not beside.owners and not beside.next_to:
            beside = replace(beside, owner=last.owner, owners=last.owners)
        return replace(beside, next_to=True) if beside.named and last.next_to else beside

    def _ends_with_name(self, before: str) -> bool:
        return any(end >= len(before.rstrip()) for _, end, _ in self.lexicon.find_names(before))

    def _before(self, at: int) -> str:
        return self.text[max(0, at - cues.REACH) : at]

    def _codes(self) -> Iterator[Code]:
        for match in HEX.finditer(self.text):
            digits = match[1].upper()
            if len(digits) > LONGEST_CODE or is_other_field(self._before(match.start())):
                continue
            span, beside = self._place(*match.span())
            code = Code(digits.replace("O", "0"), prefixed=True, cue=self._cue(*match.span()), span=span, beside=beside)
            yield replace(code, misread=True, notation=match[0]) if "O" in digits else code
        for match in _SUFFIXED.finditer(self.text) if _DIGIT.search(self.text) is not None else ():
            cue: Cue | None = "context" if self.in_context else None
            span, beside = self._place(*match.span())
            yield Code(match[1].upper(), prefixed=True, cue=cue, span=span, beside=beside)
        yield from self._other_notations()
        for product, match in self.lexicon.find_codes(self.text):
            span, beside = self._place(*match.span())
            # A shape of its own names the product as clearly as a word beside the code would.
            yield Code(match[0].upper(), prefixed=True, cue="code", span=span, product=product, beside=beside)

    def _other_notations(self) -> Iterator[Code]:
        """Yield codes in decimal, and those without 0x that are called a code or can be nothing else."""
        found: list[tuple[Notation, Cue]] = [(place, "code") for place in error_numbers(self.text)]
        if _LONG_DECIMAL.search(self.text) is not None:
            found += [(each, self._cue(*each[:2]) or "code") for each in signed_codes(self.text)]
            found += [(place, cue) for place in unsigned_codes(self.text) if (cue := self._cue(*place[:2]))]
        found += [(place, "code") for place in called_codes(self.text)]
        for place in bare_codes(self.text):
            cue = self._cue(*place[:2])
            if cue == "code" or is_hresult(place[2]):
                found.append((place, cue or "alone"))
        for (start, end, digits), cue in found:
            span, beside = self._place(start, end)
            notation = self.text[start:end]
            yield Code(digits, prefixed=True, cue=cue, span=span, notation=notation, beside=beside)

    def _cue(self, start: int, end: int) -> Cue | None:
        """Tell what makes a hexadecimal number a diagnostic code."""
        shapes, before, behind = self.lexicon.cues, self._before(start), self.text[end : end + 24]
        called = shapes.code_before.search(before) or cues.ERROR_CODE_BEFORE.search(before)
        if called or shapes.code_behind.match(behind):
            return "code"
        return "context" if self.in_context or cues.CODE_NAMED_AFTER.search(before) else None

    def _names(self) -> Iterator[Name]:
        """Yield the words written as one identifier; runs of ordinary words are compared with names elsewhere."""
        for start, text in joined_words(self.text):
            if len(text) >= 6:
                span, beside = self._place(start, start + len(text), is_name=True)
                yield Name(text, text.replace("_", "").lower(), span, beside)

    def _doubtful(self) -> Iterator[Identifier]:
        """Yield numbers of an event ID's length of which some digit is not certain."""
        found: list[tuple[Notation, Cue]] = [
            (place, "event" if cues.EVENT_BEFORE.search(as_printed(self._before(place[0]))) else "position")
            for place in misread_numbers(self.text)
        ]
        found += [(p, "event") for p in broken_numbers(self.text) if cues.EVENT_BEFORE.search(self._before(p[0]))]
        for (start, end, digits), cue in found:
            if len(_stripped(digits)) in self.lexicon.cues.id_lengths:
                span, beside = self._place(start, end)
                yield Identifier(_stripped(digits), cue, span, doubtful=self.text[start:end], beside=beside)


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


def _goes_on(stretch: str, previous: _Number, number: _Number) -> bool:
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


def _is_amount(stretch: str, number: _Number, shapes: cues.Cues) -> bool:
    before = stretch[max(0, number.start - cues.REACH) : number.start]
    return is_amount(before, stretch[number.end : number.end + 24], shapes)


def _judge(
    stretch: str, number: _Number, previous: tuple[_Number, Cue | None] | None, shapes: cues.Cues, in_context: bool
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
        listed = previous is not None and _goes_on(stretch, previous[0], number)
        cue = previous[1] if previous is not None and listed else None
        return ("event", None) if cues.EVENT_BEFORE.search(before) else (cue, None)
    if shapes.code_before.search(before) or shapes.code_behind.match(behind):
        # "code 679" is a code; "code 31415" is what some call an event ID.
        return ("event", None) if len(number.digits) in shapes.id_lengths | cues.USUAL_LENGTHS else (None, "code")
    if number.digits.startswith("-"):
        return None, None
    if cues.EVENT_BEFORE.search(before) or _GLUE.search(before) or cues.EVENT_BEHIND.match(behind):
        return "event", None
    if previous is not None and _goes_on(stretch, previous[0], number):
        # In a list each number is what the first is: "events 31420, 31422", "tickets 31420 and 31422".
        return previous[1], None
    if shapes.id_before.search(before):
        # "id" by itself may be anybody's; it speaks among the connector's words, or when asked.
        return ("event" if in_context else "position"), None
    if before.endswith(("#", "=")):
        return None, None
    return _cue_by_position(before, behind, shapes, in_context), None


def _cue_by_position(before: str, behind: str, shapes: cues.Cues, in_context: bool) -> Cue | None:
    if names_a_fault(before, behind, shapes):
        return "position" if not in_context else "reported" if is_reported(before) else "context"
    if in_context and not is_labelled_or_counted(before, behind, shapes):
        return "position"
    # "12007 SCEP URL", "error 1053 connector service": a thing that a number counts is a plural.
    return "position" if in_context and opens_a_fault(before, shapes) and not counts_something(behind) else None


def may_mention(stretch: str, lexicon: Lexicon) -> bool:
    """Tell, by a look at its characters, whether a text may mention an identifier, a code or a name."""
    return (
        _MAY_MENTION.search(stretch) is not None
        or _MAY_BE_HEX.search(stretch) is not None
        or lexicon.may_hold_code(stretch)
    )
