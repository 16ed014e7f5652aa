"""The notations of a code besides 0x and eight digits, and numbers in which digits are not certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern

# What stands before is asked behind the first character: so each scan jumps from one digit to the next.
# The high bit of an HRESULT and of a failing NTSTATUS is set, so their decimals are negative.
_SIGNED: Final = lazy_pattern(
    r"-(?<![0-9A-Za-z_.,\-+/].)(?:2\d{9}|1[89]\d{8}|10737\d{5})(?![0-9A-Za-z_\-/]|[.,]\d)", re.ASCII
)
_BARE_BEHIND: Final = r"(?<![0-9A-Za-z_.\-+#/\\].)[0-9A-Fa-f]{7}(?![0-9A-Za-z_\-/\\]|\.\d)"
_BARE: Final = lazy_pattern("[0-9A-Fa-f]" + _BARE_BEHIND, re.ASCII)
_BARE_HRESULT: Final = lazy_pattern("[8Cc]" + _BARE_BEHIND, re.ASCII)
_HRESULT: Final = lazy_pattern(
    r"8[0-9A-F]*\d[0-9A-F]*[A-F][0-9A-F]*|8[0-9A-F]*[A-F][0-9A-F]*\d[0-9A-F]*|C[0-9A-F]*\d[0-9A-F]*", re.ASCII
)
_UNSIGNED: Final = lazy_pattern(r"[2-4](?<![0-9A-Za-z_.,\-+/].)\d{9}(?![0-9A-Za-z_\-/]|[.,]\d)", re.ASCII)
# "3l410", "314l0": letters for digits that text recognition confuses.
_MISREAD: Final = lazy_pattern(
    r"[0-9OoIlZzSsB](?<![0-9A-Za-z_.\-/\\@#:].)(?:(?<=\d)|(?=[A-Za-z]?\d))[0-9OoIlZzSsB]{3,5}"
    r"(?![0-9A-Za-z_\-/\\@:]|\.\w)",
    re.ASCII,
)
_AS_DIGITS: Final = str.maketrans("OoIlZzSsB", "001122558")
_FEWEST_DIGITS: Final = 3
# The letter O in place of zeros within four or more digits: nobody writes a word so.
_ZEROS: Final = lazy_pattern(r"[1-9][0-9Oo]{2,4}[0-9]", re.ASCII)
_MOST_LETTERS: Final = 2
# "31 410", "31,410": an ID broken in two.
_BROKEN: Final = lazy_pattern(r"([1-9](?<![\w.,\-/:].)\d{0,2})[ .,]{1,2}(\d{2,4})(?![\w\-/:]|[.,]\d)", re.ASCII)

# "WIN32: 1722", "(WIN32/HTTP: 12007)", "Win32 error 5", and what Event Viewer leaves of a text: "%%1069", "%%2147942405".
_WIN32: Final = re.compile(
    r"(?:(?<![A-Za-z])WIN32(?:/[A-Z]{2,8})?(?: ?(?:error(?: code)?|錯誤碼?|错误码?))?[:\s]{1,2}|%%)(?P<number>-?\d{1,10})(?![\w.])",
    re.ASCII | re.IGNORECASE,
)
# The digits first, which few texts have.
_EIGHT_DIGITS: Final = lazy_pattern(r"8(?<=[\s:=(].)\d{7}(?![\w.\-])", re.ASCII)
_CALLS_RESULT: Final = lazy_pattern(
    r"(?:[Rr]esult|[Ee]rror|[Cc]ode|[Ss]tatus|HRESULT|錯誤碼?|错误码?|代碼|代码)[\s:=(]{1,4}\Z", re.ASCII
)
_LONGEST_CALL: Final = 11
"""Characters that `_CALLS_RESULT` matches at most."""
# 8000 to 8019: the high bit and one of Windows' facilities.
_PLAIN: Final = lazy_pattern(r"8(?<![0-9A-Za-z_.\-+#/\\:,$€£].)0[01]\d{5}(?![0-9A-Za-z_\-/\\]|[.,:]\d)", re.ASCII)
_FEWEST_NINES: Final = 2
_PART: Final = 4
"""Digits of a range between any two numbers; longer ones side by side are a list."""
_YEARS: Final = frozenset(range(1900, 2100))
_MOST_ERRORS: Final = 0xFFFF

# "2000–2999", "from 3000 to 3999", "0001-0999": all numbers that begin alike.
_RANGE: Final = lazy_pattern(
    r"(?P<first>[0-9](?<![0-9A-Za-z_.\-/+#].)[0-9]{0,4})\s?(?:-|,|~|to|through|until|bis|至|到|から)\s?(?P<last>[0-9]{3,5})"
    r"(?![0-9A-Za-z_\-/]|[.,:][0-9])",
    re.ASCII,
)

Notation = tuple[int, int, str]
"""Where a number stands, from and to, and its digits."""


def signed_codes(text: str, start: int = 0, end: int | None = None) -> Iterator[Notation]:
    """Yield negative decimals of HRESULTs, with the hexadecimal digits that they mean."""
    for match in _SIGNED.finditer(text, start, len(text) if end is None else end):
        yield match.start(), match.end(), f"{int(match[0]) & 0xFFFFFFFF:08X}"


def number_ranges(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield where a range of whole hundreds or thousands stands, and its first and last number."""
    for match in _RANGE.finditer(text):
        first, last = match["first"], match["last"]
        nines = len(last) - len(last.rstrip("9"))
        is_whole = nines >= _FEWEST_NINES and (
            (len(first) == len(last) and first[:-nines] == last[:-nines] and int(first[-nines:]) <= 1)
            or (first == "1" and nines == len(last))
        )
        is_part = "," not in match[0] and len(first) == len(last) == _PART and int(first) < int(last)
        if is_whole or (is_part and not {int(first), int(last)} & _YEARS):
            yield match.start(), match.end(), first, last


def error_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[Notation]:
    """Yield error numbers of Windows that are called so, with the hexadecimal digits of the HRESULT that they mean."""
    end = len(text) if end is None else end
    # Of one record only: a paste has many, and each is asked about.
    if text.find("%%", start, end) < 0 and "win32" not in text[start:end].lower():
        return
    for match in _WIN32.finditer(text, start, end):
        number = int(match["number"])
        if 0 <= number <= _MOST_ERRORS:
            yield match.start(), match.end(), f"8007{number:04X}"
        elif -0x80000000 <= number <= 0xFFFFFFFF:
            yield match.start(), match.end(), f"{number & 0xFFFFFFFF:08X}"


def bare_codes(text: str, start: int = 0, end: int | None = None) -> Iterator[Notation]:
    """Yield eight hexadecimal digits without 0x among which there is a letter, in upper case."""
    for match in _BARE.finditer(text, start, len(text) if end is None else end):
        if not match[0].isdecimal():
            yield match.start(), match.end(), match[0].upper()


def bare_hresults(text: str, start: int, end: int) -> Iterator[Notation]:
    """Yield those of `bare_codes` that can be nothing but an HRESULT or NTSTATUS."""
    for match in _BARE_HRESULT.finditer(text, start, end):
        if is_hresult(digits := match[0].upper()):
            yield match.start(), match.end(), digits


def called_codes(text: str, start: int = 0, end: int | None = None) -> Iterator[Notation]:
    """Yield eight digits without a letter that are called a result or an error: else they may be a date or a number."""
    for match in _EIGHT_DIGITS.finditer(text, start, len(text) if end is None else end):
        at = match.start()
        if _CALLS_RESULT.search(text, max(start, at - _LONGEST_CALL), at) is not None:
            yield at, match.end(), match[0]


def plain_codes(text: str) -> Iterator[Notation]:
    """Yield eight digits without 0x and without a letter that an HRESULT of Windows' usual parts may have."""
    for match in _PLAIN.finditer(text):
        yield match.start(), match.end(), match[0]


def is_hresult(digits: str) -> bool:
    """Tell whether eight hexadecimal digits can be nothing but an HRESULT or NTSTATUS: no word of letters, no date."""
    return _HRESULT.fullmatch(digits) is not None


def unsigned_codes(text: str) -> Iterator[Notation]:
    """Yield positive decimals that an HRESULT may have, with the hexadecimal digits that they mean."""
    for match in _UNSIGNED.finditer(text):
        if 0x80000000 <= int(match[0]) <= 0xFFFFFFFF:
            yield match.start(), match.end(), f"{int(match[0]):08X}"


def misread_numbers(text: str) -> Iterator[Notation]:
    """Yield numbers with a letter or two that text recognition puts for digits, with the digits they may be."""
    for match in _MISREAD.finditer(text):
        written = match[0]
        # A plural.
        if written[-1] == "s" and written[:-1].isdecimal():
            continue
        letters = len(written) - sum(map(str.isdecimal, written))
        few = _FEWEST_DIGITS - 1 if _ZEROS.fullmatch(written) else _FEWEST_DIGITS
        if 0 < letters <= _MOST_LETTERS and len(written) - letters >= few:
            yield match.start(), match.end(), written.translate(_AS_DIGITS)


def broken_numbers(text: str) -> Iterator[Notation]:
    """Yield numbers that a space, a full stop or a comma parts, with the digits they may be."""
    for match in _BROKEN.finditer(text):
        yield match.start(), match.end(), match[1] + match[2]
