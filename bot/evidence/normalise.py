"""One spelling for what people paste: widths, spaces, quotes, Slack's escapes. Remembers where each character came from."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from bot.evidence.values import Span

MAX_CHARACTERS = 100_000
"""Longer texts are read this far: Slack itself cuts a message at 40,000 characters."""

# Everything that changes the length of the text. `[^<>\n]` keeps the scan linear on "<http://<http://…".
# The first character is looked for first: so the scan jumps from one that may begin something to the next.
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200e\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
# The right-to-left mark is part of a name that is written from right to left; elsewhere Windows sets it between digits.
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_REWRITTEN = re.compile(
    f"[&<:\u200f{_UNSEEN}](?:"
    f"(?<=\u200f)(?<![{_RIGHT_TO_LEFT}].)(?![{_RIGHT_TO_LEFT}])|"
    r"(?<=&)(?:lt|gt|amp|quot|nbsp|#39|apos);"
    r"|(?<=<)(?:https?://|mailto:|tel:|[@#!](?=[A-Za-z0-9^]))[^<>\n]{0,4000}>"
    r"|(?<=:)(?<![A-Za-z0-9].)[a-z][a-z0-9_+\-]{1,40}:(?![A-Za-z0-9])"
    f"|(?<=[{_UNSEEN}])[{_UNSEEN}]*)"
)
_FEW_KINDS = 32
_UNPLAIN = re.compile("[^\t\n\r\x20-\x25\x27-\x3b\x3d-\x7e]|:[a-z]")


class _Widths(dict[int, int]):
    """Maps a code point to its one-character NFKC form, computed once each."""

    def __missing__(self, code: int) -> int:
        folded = unicodedata.normalize("NFKC", chr(code)) if code > 0x7F else chr(code)
        self[code] = result = ord(folded) if len(folded) == 1 else code
        return result


_widths = _Widths()
_widths.update(str.maketrans("“”„‟«»‘’‚‛′″‐‑‒–—−　", '""""""\'\'\'\'\'"---,,- '))
_widths.update({0x3000: 0x20, 0x2028: 0x0A, 0x2029: 0x0A, 0x85: 0x0A, 0xD7: 0x78})


_plain: set[str] = set()
"""Characters that were met and are their own plain form."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised text that can say where its characters stood before."""

    text: str
    # Parallel, ascending: from text[starts[i]] on, the origin is shifted by origins[i] - starts[i].
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()
    # The same text before widths and quotes were folded, character by character.
    unfolded: str = ""
    # The text went on: the last line is whole, but the record that it belongs to may not be.
    is_cut: bool = False

    def origin(self, start: int, end: int) -> Span:
        """Translate offsets of the normalised text into offsets of the received one."""
        return Span(self._back(start), self._back(end - 1) + 1 if end > start else self._back(start))

    def _back(self, at: int) -> int:
        if not self.starts:
            return at
        piece = bisect_right(self.starts, at) - 1
        return at if piece < 0 else at - self.starts[piece] + self.origins[piece]


def normalise(received: str, most: int = MAX_CHARACTERS) -> Normal:
    """Fold widths, quotes and spaces, undo Slack's escaping and links, drop what cannot be seen; read `most` characters."""
    if is_cut := len(received) > most:
        received = _whole_lines(received[:most])
    if not _UNPLAIN.search(received):
        return Normal(received, unfolded=received, is_cut=is_cut)
    if not _REWRITTEN.search(received):
        return Normal(_fold_widths(received), unfolded=received, is_cut=is_cut)
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = done = 0
    for match in _REWRITTEN.finditer(received):
        replacement = _replacement(match.group())
        kept = received[done : match.start()]
        for piece, origin in ((kept, done), (replacement, match.start())):
            if piece:
                starts.append(length)
                origins.append(origin)
                pieces.append(piece)
                length += len(piece)
        done = match.end()
    starts.append(length)
    origins.append(done)
    pieces.append(received[done:])
    text = "".join(pieces)
    return Normal(_fold_widths(text), tuple(starts), tuple(origins), text, is_cut)


def _fold_widths(text: str) -> str:
    """Put the plain form in place of each character that has one of a single character."""
    if text.isascii():
        return text
    folded = {each: chr(_widths[ord(each)]) for each in set(text).difference(_plain)}
    for each in [each for each, plain in folded.items() if each == plain]:
        _plain.add(each)
        del folded[each]
    if len(folded) > _FEW_KINDS:
        return text.translate(_widths)
    # A few passes for one character each are faster than asking a table for every character.
    for character, plain in folded.items():
        text = text.replace(character, plain)
    return text


def _whole_lines(cut: str) -> str:
    """Leave out the last line of a cut text, and of one without lines the last word: either may be half a number."""
    end = max(cut.rfind("\n"), cut.rfind("\r"))
    if end < 0:
        end = max(cut.rfind(mark) for mark in " \t,;|>")
    return cut[: end + 1]


def _replacement(found: str) -> str:
    if found[0] == "&":
        return html.unescape(found).replace("\xa0", " ")
    if found[0] == ":":
        return " "
    if found[0] != "<":
        return ""
    target, _, label = found[1:-1].partition("|")
    if target[0] in "@!":
        return " "
    return label or target
