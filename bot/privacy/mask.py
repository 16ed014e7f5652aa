"""Masks for private values.

>>> redact("anna@contoso.com on 10.20.30.40: service stopped")
'‹person›@contoso.com on ‹ipv4-10-20›: service stopped'
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.privacy.find import find_private
from bot.privacy.values import PrivateKind, fold

# Nearly every text is clean after the first pass, the texts of property tests after the second.
_PASSES = 4
_HEX_DIGITS = re.compile("[0-9A-Fa-f]")


def redact(text: str, computers: Iterable[str] = ()) -> str:
    """Mask every private value; codes, event IDs, times, versions and paths stay, but for the owner of a profile folder.

    The same value has the same mask in every text, and masking twice changes
    nothing. Reading finds the same events and codes as before; only a sentence
    behind an event whose sole colon or equals sign was a secret's may be taken for
    the asker's own words then, with the code in it.

    A mask keeps only a part of the value that names nobody by itself. It is no hash:
    there are few people in a company and few addresses in a
    network, so whoever hashes them all has the value back, and a salt that
    prevents it would have to be kept as secret as the values.
    """
    named = tuple(computers)
    # A mask keeps a domain, which may look private itself once the name is gone from it.
    for _ in range(_PASSES):
        found = find_private(text, named)
        if not found:
            break
        pieces, done = [], 0
        for each in found:
            pieces += [text[done : each.span.start], mask_of(each.kind, fold(each.value).text)]
            done = each.span.end
        text = "".join([*pieces, text[done:]])
    return text


def mask_of(kind: PrivateKind, value: str) -> str:
    """Write the mask of a folded value.

    Its digits stand behind a letter or hyphen and it has no space, colon, quote,
    bracket or product word: reading finds nothing in it.
    """
    if kind in {"upn", "email"}:
        # The domain shows guest or colleague, and the tenant; an initial would identify the person in a small team.
        return "‹person›@" + re.split("@|%40", value)[-1]
    if kind == "account":
        domain, stroke, _ = value.rpartition("\\")
        return f"{domain}{stroke}‹person›"
    if kind in {"guid", "device_id", "user_id"}:
        # Without its owner's kind: the same ID may be unlabelled in the next message.
        return f"‹guid-{_last_digits(value)}›"
    if kind in {"thumbprint", "mac"}:
        return f"‹{kind}-{_last_digits(value)}›"
    if kind == "sid":
        return _mask_of_sid(value)
    if kind == "ip":
        return _mask_of_address(value)
    return f"‹{kind.replace('_', '-')}›"


def _last_digits(value: str) -> str:
    return "".join(_HEX_DIGITS.findall(value))[-4:].lower()


def _mask_of_sid(value: str) -> str:
    """Keep the kind of account and its relative ID, which without the domain identifies nobody."""
    parts = value.upper().split("-")
    if parts[2] == "12":
        return "S-1-12-1-x"
    return "S-1-5-21-x" + (f"-{parts[7]}" if len(parts) > 7 else "")


def _mask_of_address(value: str) -> str:
    """Keep the network. Private ranges are masked like others: inside, an internal address identifies a host."""
    if ":" in value:
        return f"‹ipv6-{value.partition(':')[0].lower()}›"
    # Not 10.20.x.x, which would be detected again as a password or a person's name.
    first, second, *_ = value.split(".")
    return f"‹ipv4-{first}-{second}›"
