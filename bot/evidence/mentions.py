"""Reads event IDs, codes and names out of sentences. A number counts only with a positive cue; see `number_cues`."""

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
    plain_codes,
    signed_codes,
    unsigned_codes,
)
from bot.evidence.number_cues import Number, continues_list, find_numbers, judge_number, states_amount
from bot.evidence.position import counts_something, goes_on, is_labelled, is_other_field
from bot.evidence.reporters import Reporters
from bot.evidence.statuses import log_lines, worded_statuses
from bot.evidence.surroundings import Surroundings
from bot.evidence.values import NOTHING_BESIDE, Beside, Code, Cue, Identifier, Name, Span
from bot.evidence.words import joined_words, words_beyond_asking

# What stands before is asked behind the first character: so the scan jumps from one digit to the next.
_SUFFIXED = re.compile(r"([0-9](?<![0-9A-Za-z_\-.].)[0-9A-Fa-f]{2,8})[hH](?![0-9A-Za-z_\-])", re.ASCII)
# Without one of these a text mentions no identifier, code or name: most lines of a chat have none.
_MAY_MENTION = re.compile(r"[0-9_A-Z](?:(?<=[0-9_])|(?<=[A-Za-z].))", re.ASCII)
_MAY_BE_HEX = re.compile(r"[A-Fa-fOo](?:(?<=[Oo])[xX]|[A-Fa-f]{7})", re.ASCII)

_PLURAL = re.compile(r"^['’]?(?:s|er|ers)(?![0-9A-Za-z_\-])", re.ASCII)
_REACH_BEHIND = 80
_SOURCE = re.compile(r"[Ss]ource|[Pp]rovider|Quelle|來源|来源|ソース")
# "30番", "31 號": a number of something, and not so many.
_NUMBERED = re.compile(r"\s?[號号番]")
_SHORT_NUMBER = 3
"""Digits up to which everybody's talk is full of a number."""
_SHORTEST_BARE = 2
_LONGEST_BARE = 80
_DIGIT = re.compile(r"[0-9]")
_LONG_DECIMAL = re.compile(r"[0-9][0-9]{9}")


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
        spans = self._statuses_and_lines()
        for start, end, first, last_one in number_ranges(self.text):
            spans.append((start, end))
            found.ranges.append((first, last_one))
        broken = {at for each in doubtful for at in (each.span.start, each.span.end)}
        shapes = self.lexicon.cues
        previous: tuple[Number, Cue | None] | None = None
        last = NOTHING_BESIDE
        reporters = Reporters(self.text, self.lexicon, self.surroundings)
        for number in find_numbers(self.text, shapes, self.surroundings.ends_a_name):
            if any(start <= number.start < end for start, end in spans):
                continue
            identifier, code = judge_number(self.text, number, previous, shapes, self.in_context)
            span, beside = self._place(number.start, number.end)
            beside = self._described(number, self._joined(number, previous, self._owned(number, beside), last))
            beside = reporters.add(number.start, number.end, beside)
            if span.end in taken or span.start in broken or span.end in broken:
                continue
            if code:
                found.codes.append(Code(number.digits, prefixed=False, cue=code, span=span, beside=beside))
            elif identifier:
                found.identifiers.append(Identifier(_stripped(number.digits), identifier, span, beside=beside))
            elif not number.digits.startswith("-") and (
                beside.next_to or beside.reporters or not states_amount(self.text, number, shapes)
            ):
                found.unmarked.append(Identifier(_stripped(number.digits), "context", span, beside=beside))
            previous, last = (number, identifier), beside

    def _statuses_and_lines(self) -> list[tuple[int, int]]:
        """Return where numbers are columns of a web server's log, or parts of a status."""
        if not self.lexicon.status_words:
            return []
        worded = worded_statuses(self.text) if self.in_context else ()
        return [(start, end) for start, end, _ in log_lines(self.text)] + [(each.start, each.end) for each in worded]

    def _place(self, start: int, end: int, *, is_name: bool = False) -> tuple[Span, Beside]:
        beside = self.surroundings.of(start, end, is_name=is_name)
        return self.normal.origin(self.start + start, self.start + end), beside

    def _owned(self, number: Number, beside: Beside) -> Beside:
        """Add the word directly before a number that says whose it is."""
        owner, owners = self.lexicon.find_owner(self._before(number.start))
        if not owners and (self.in_context or _SOURCE.search(self.text, number.end, number.end + _REACH_BEHIND)):
            owner, owners = self._owner_behind(number)
        return replace(beside, owner=owner, owners=owners) if owners else beside

    def _owner_behind(self, number: Number) -> tuple[str, frozenset[str]]:
        """Return the word behind a number that says whose it is: "source X", "on X"; a bare one where little else is said."""
        behind = self.text[number.end : number.end + _REACH_BEHIND]
        owner, owners, is_said = self.lexicon.find_owner_behind(behind)
        if owners and not is_said and len(number.digits) <= _SHORT_NUMBER:
            # "3 CA" is so many.
            if len(number.digits) < _SHORTEST_BARE:
                return "", frozenset()
            is_all = words_beyond_asking(self.text[:_LONGEST_BARE], self.lexicon) < 1
            return (owner, owners) if is_all and len(self.text) <= _LONGEST_BARE else ("", frozenset())
        return owner, owners

    def _described(self, number: Number, beside: Beside) -> Beside:
        """Tell of a number among a product's words what its neighbours make of it."""
        if not self.in_context:
            return beside
        before = self._before(number.start)
        labelled = not before.rstrip().endswith("+") and is_labelled(before) and not self._ends_with_name(before)
        behind = _PLURAL.sub("", self.text[number.end : number.end + cues.REACH])
        if _NUMBERED.match(behind) or (beside.owner and behind.lstrip().casefold().startswith(beside.owner)):
            behind = ""
        counts, further = counts_something(behind), goes_on(behind)
        return (
            replace(beside, labelled=labelled, counts=counts, goes_on=further)
            if labelled or counts or further
            else beside
        )

    def _joined(
        self, number: Number, previous: tuple[Number, Cue | None] | None, beside: Beside, last: Beside
    ) -> Beside:
        """Give a number in a list the place of the one before it beside a name; a labelled number is that thing's."""
        before = self._before(number.start)
        # The last word of a product's name is no label, though others are called so.
        if beside.named and is_labelled(before) and not self._ends_with_name(before):
            return replace(beside, named=frozenset(), next_to=False)
        if previous is None or not (last.next_to or last.owners) or not continues_list(self.text, previous[0], number):
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
        if self.lexicon.status_words:
            yield from self._statuses()

    def _statuses(self) -> Iterator[Code]:
        """Yield the statuses of a web server that stand in the columns of its log, or with their sub-status."""
        lines = list(log_lines(self.text))
        worded = worded_statuses(self.text) if self.in_context else ()
        found = [status for _, _, status in lines if status is not None]
        found += [each for each in worded if not any(start <= each.start < end for start, end, _ in lines)]
        for status in found:
            span, beside = self._place(status.start, status.end)
            notation = self.text[status.start : status.end]
            for product, word in self.lexicon.status_words.items():
                digits = f"{word}-{status.number}".upper()
                yield Code(
                    digits, prefixed=True, cue="code", span=span, product=product, notation=notation, beside=beside
                )

    def _other_notations(self) -> Iterator[Code]:
        """Yield codes in decimal, and those without 0x that are called a code or can be nothing else."""
        found: list[tuple[Notation, Cue]] = [(place, "code") for place in error_numbers(self.text)]
        if _LONG_DECIMAL.search(self.text) is not None:
            found += [(each, self._cue(*each[:2]) or "code") for each in signed_codes(self.text)]
            found += [(place, cue) for place in unsigned_codes(self.text) if (cue := self._cue(*place[:2]))]
        found += [(place, "code") for place in called_codes(self.text)]
        called = {place for place, _ in found}
        plain = (place for place in plain_codes(self.text) if place not in called)
        for start, end, digits in plain:
            if not is_labelled(self._before(start)):
                span, beside = self._place(start, end)
                yield Code(digits, prefixed=True, cue=None, span=span, notation=digits, beside=beside)
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


def may_mention(stretch: str, lexicon: Lexicon) -> bool:
    """Tell, by a look at its characters, whether a text may mention an identifier, a code or a name."""
    return (
        _MAY_MENTION.search(stretch) is not None
        or _MAY_BE_HEX.search(stretch) is not None
        or lexicon.may_hold_code(stretch)
    )
