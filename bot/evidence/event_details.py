"""The labelled values of an event's message: diagnostic codes and the IDs of devices, users, CAs and certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.evidence.lazy_pattern import lazy_pattern
from bot.evidence.lexicon import Lexicon
from bot.evidence.normalise import Normal
from bot.evidence.notations import bare_hresults, called_codes, error_numbers, signed_codes
from bot.evidence.values import Code, Detail, DetailKind

# The letter O in place of the zero is what text recognition makes of a screenshot.
# Behind an event ID a hyphen or plus joins the two ("31415+0x2A7"). A trailing h changes nothing, nor does a space
# that a line break or a careless hand put behind the 0x of eight digits.
HEX = lazy_pattern(
    r"[0Oo][xX](?:(?<![0-9A-Za-z_.\-+]..)|(?<=[0-9]{5}[\-+]..))(?:[ ]{1,2}(?=[0-9A-Fa-fOo]{8}(?![0-9A-Za-z_])))?"
    r"([0-9A-Fa-fOo]{1,16})[hH]?(?![0-9A-Za-z_\-]|\.[0-9A-Za-z])"
)

LONGEST_CODE = 10
"""Hexadecimal digits up to which a number is a code; a longer one is a mask or an address."""
# Literal beginnings first: with them the scan jumps from one to the next.
_DETAIL = lazy_pattern(
    "Device|device|DEVICE|User|user|USER|CA|Thumbprint|thumbprint|THUMBPRINT|裝置|设备|デバイス|Geräte|使用者|用户|指紋|指纹|拇印|Fingerabdruck"
)
_KINDS: tuple[tuple[DetailKind, re.Pattern[str]], ...] = (
    ("device", re.compile(r"(?:device[\s_]?id|裝置識別碼|裝置 ?ID|设备 ?ID|デバイス ?ID|Geräte-?ID)", re.IGNORECASE)),
    ("user", re.compile(r"(?:user[\s_]?id|使用者識別碼|使用者 ?ID|用户 ?ID)", re.IGNORECASE)),
    ("ca", re.compile(r"CA[\s_]?(?:name|名稱|名称)", re.IGNORECASE)),
    ("thumbprint", re.compile(r"thumbprint|指紋|指纹|拇印|Fingerabdruck", re.IGNORECASE)),
)
_VALUE = lazy_pattern(r"[ \t]{0,4}[:=][ \t]{0,8}\"?([^\s,;\"][^\r\n,;\"]{0,119})")
_SPACED_HEX = lazy_pattern(r"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){7,31}|[0-9A-Fa-f-]{8,64}")


def read_codes(normal: Normal, start: int, end: int, lexicon: Lexicon) -> tuple[Code, ...]:
    """Find every code between two offsets that an event shows: hexadecimal ones written with 0x, and those of a shape."""
    found = [
        Code(
            digits=match[1].upper().replace("O", "0"),
            prefixed=True,
            cue="event",
            span=normal.origin(match.start(), match.end()),
            misread="O" in match[1].upper(),
            notation=match[0] if "O" in match[1].upper() else "",
        )
        for match in HEX.finditer(normal.text, start, end)
        if len(match[1]) <= LONGEST_CODE
    ]
    called = called_codes(normal.text, start, end)
    hresults = bare_hresults(normal.text, start, end)
    for places in (signed_codes(normal.text, start, end), error_numbers(normal.text, start, end), called, hresults):
        for first, last, digits in places:
            span, notation = normal.origin(first, last), normal.text[first:last]
            found.append(Code(digits, prefixed=True, cue="event", span=span, notation=notation))
    for product, match in lexicon.find_codes(normal.text, start, end):
        span = normal.origin(match.start(), match.end())
        found.append(Code(match[0].upper(), prefixed=True, cue="event", span=span, product=product))
    return tuple(found)


def unique_codes(codes: Iterable[Code]) -> tuple[Code, ...]:
    """Keep the first of each code: a form may print an event's message as well as the values in it."""
    found: dict[str, Code] = {}
    for code in codes:
        found.setdefault(code.digits, code)
    return tuple(found.values())


def read_details(text: str) -> tuple[Detail, ...]:
    """Find the labelled device, user, CA and certificate thumbprint of an event's message, the first of each."""
    found: dict[DetailKind, Detail] = {}
    for hit in _DETAIL.finditer(text):
        for kind, label in _KINDS:
            if kind in found or (named := label.match(text, hit.start())) is None:
                continue
            value = _VALUE.match(text, named.end())
            if value is not None and (word := _value_of(kind, value[1].strip().rstrip("."))):
                found[kind] = Detail(kind, word)
        if len(found) == len(_KINDS):
            break
    return tuple(found.values())


def _value_of(kind: DetailKind, written: str) -> str:
    """Cut what follows a label to the value itself; only a CA's name has spaces, and a thumbprint perhaps."""
    if kind == "ca":
        return written
    joined = _SPACED_HEX.match(written) if kind == "thumbprint" else None
    return joined.group() if joined else written.split()[0]
