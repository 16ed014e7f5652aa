"""What stands inside a connector event's message: diagnostic codes and the IDs of devices, users, CAs and certificates."""

from __future__ import annotations

import re

from bot.evidence.normalise import Normal
from bot.evidence.values import Code, Cue, Detail

# The letter O in place of the zero is what text recognition makes of a screenshot.
# Behind an event ID a hyphen or plus joins the two ("20502+0x409"). A trailing h changes nothing, nor does a space
# that a line break or a careless hand put behind the 0x of eight digits.
HEX = re.compile(
    r"(?:(?<![0-9A-Za-z_.\-+])|(?<=[0-9]{5}[\-+]))[0Oo][xX](?:[ ]{1,2}(?=[0-9A-Fa-fOo]{8}(?![0-9A-Za-z_])))?"
    r"([0-9A-Fa-fOo]{1,16})[hH]?(?![0-9A-Za-z_\-]|\.[0-9A-Za-z])"
)

_DETAIL = re.compile(
    r"(?P<device>device\s?id|devid|裝置識別碼|裝置 ?ID|设备 ?ID|デバイス ?ID|Geräte-?ID)"
    r"|(?P<user>user\s?id|使用者識別碼|使用者 ?ID|用户 ?ID)"
    r"|(?P<ca>CA\s?name|CA 名稱|CA 名称)"
    r"|(?P<thumbprint>(?:certificate )?thumbprint|憑證指紋|指紋|指纹|拇印|Fingerabdruck)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[ \t]{0,4}[:=][ \t]{0,8}\"?([^\s,;\"][^\r\n,;\"]{0,119})")
_SPACED_HEX = re.compile(r"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){7,31}|[0-9A-Fa-f-]{8,64}")


def read_codes(normal: Normal, start: int = 0, end: int | None = None, cue: Cue | None = None) -> tuple[Code, ...]:
    """Find every hexadecimal code written with 0x between two offsets."""
    stop = len(normal.text) if end is None else end
    return tuple(
        Code(
            digits=match[1].upper().replace("O", "0"),
            prefixed=True,
            cue=cue,
            span=normal.origin(match.start(), match.end()),
        )
        for match in HEX.finditer(normal.text, start, stop)
    )


def read_details(text: str) -> tuple[Detail, ...]:
    """Find the labelled device, user, CA and certificate thumbprint of an event's message, the first of each."""
    found: dict[str, Detail] = {}
    for label in _DETAIL.finditer(text):
        kind = label.lastgroup
        value = _VALUE.match(text, label.end())
        if kind is None or value is None or kind in found:
            continue
        word = value[1].strip().rstrip(".")
        if kind != "ca":
            joined = _SPACED_HEX.match(word) if kind == "thumbprint" else None
            word = joined.group() if joined else word.split()[0]
        found[kind] = Detail(kind, word)  # type: ignore[arg-type]  # the group names are the kinds
    return tuple(found.values())
