"""Judgement of how much like a password a value reads, from a placeholder to a text that can be nothing else."""

from __future__ import annotations

import re
from typing import Final

_STRONG: Final = frozenset("!@#$%^&*+~?")
_ABOUT: Final = frozenset(
    """
    expired expires expiring expiry incorrect wrong invalid required missing none null nil empty blank unknown
    changed change reset ok okay true false yes no not hidden redacted removed masked secret password string
    value here failed failure fail mismatch policy protected encrypted enabled disabled optional never
    unavailable accepted rejected verified authentication dynamic static default todo tbd n/a na undefined
    securestring done help fixed same error success successful ready needed unset set stored saved login
    username user prompt manual rotated revoked updated sent see below above attached later unchanged match
    matches matched denied locked weak strong complexity length notset provided supplied any anything
    something unspecified public private
    """.split()  # noqa: SIM905 - a list of words
)
# What stands behind a switch that is only talked about: "certutil -p asks for it".
_SWITCH_TALK: Final = frozenset(
    "argument asks does fails flag from needs option parameter shows switch then when where with without works".split()  # noqa: SIM905
)
_PLACEHOLDER: Final = re.compile(
    r"[*•●○◯x.·_\-#?…~]+|\$\{?[A-Za-z_][\w:.]*\}?|\$\(.*|\$\{\{.*|\$[A-Za-z_][\w:.()]*|%\w+%|\{.*|\[.*|\(.*|<.*|.*‹.*|@\{.*|@[A-Za-z][\w.]*\(.*|#\{.*|__\w+__|your[\w\-]*"
    r"|my[_\-]?(?:password|secret|token)|(?:dein|ihr|mein)[_\-]?(?:passwort|kennwort)"
    r"|(?:not|no|un|in)[\-_ ]?(?:set|given|required|valid|applicable)|.*\(\)|System\..*|\*+.*\*+|(?:process\.)?env[.:[]\w+.*"
    r"|[A-Za-z_][\w.]{2,60}[(\[].*",
    re.IGNORECASE | re.DOTALL,
)
# What stands behind such a label too: a code, a file, an address, an algorithm, a date, an identifier, an account.
_OTHER: Final = re.compile(
    r"0x[0-9A-Fa-f]{1,16}|[A-Za-z]:[\\/].*|\\\\.*|/\w+/.*|https?:.*|\$env:.*|(?:AES|SHA|MD|UTF|RSA|Base)-?\d{1,4}.*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"
    r"|v?\d+(?:\.(?:\d+|x)){1,4}(?:[:/]\d+)?|S-1-.*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f\-]{4,32}|\d{1,2}:\d{2}.*|-?\d{1,3}",
    re.IGNORECASE | re.DOTALL,
)
# Names of computers, products, protocols and files, which stand behind a label in a sentence.
_THING: Final = re.compile(
    r"(?-i:[A-Z]{2,}-?[A-Z]*-?\d{1,5})(?:\.[\w.\-]+)?|(?-i:[A-Z][A-Z0-9\-]+\\.+)"
    r"|(?:windows|win|server|office|iphone|ipad|android|ios|macos|surface|exchange|laptop|desktop|pc|vm|sql|kb|event|step"
    r"|page|line|day|room|ticket|option|tls|ssl|ntlmv?|oauth|saml|smb|ipv|x|pkcs|http|fips|rc|des|sha|md|aes)-?\d[\w.\-+]*"
    r"|[\w\-+.]+\.(?:log|txt|exe|dll|evtx?|xml|config|ini|msi|ps1|psm1|cmd|bat|csv|json|ya?ml|toml|zip|cer|crt|pfx|p12|pem|key|kdbx?|docx?"
    r"|xlsx?|pptx?|pdf|md|html?|py|com|net|org|local|de|tw|jp|cn)"
    r"|[^@\s]+@[\w\-]+(?:\.[\w\-]+)+|1st|2nd|3rd|\d+(?:st|nd|rd|th|x|h|d|min|mins|sec|days?|hours?|kb|mb|gb|bit|bits|%)",
    re.IGNORECASE,
)
# A digit in a word's place of a letter, but for "v2".
_LEET: Final = re.compile(r"(?<=[a-uw-z])\d(?=[a-z])", re.IGNORECASE)
_WORD_WITH_NUMBER: Final = re.compile(
    r"(?!(?:srv|server|host|node|web|app|db|dc|ca|policy|test|user|version|filter|rule|field|type|part|group|set|reset)[a-z]*\d)"
    r"[a-z]{4,20}\d{2,6}[a-z]{0,2}!?"
)
_HEX: Final = re.compile(r"(?=[0-9]*[A-F])(?=[A-F]*[0-9])(?:[0-9A-F]{32}|[0-9A-F]{16})")

# A vendor's prefix with nothing behind it: "ghp_xxxxxxxxxxxxxxxx".
_FILLED: Final = re.compile(r"([xX*.0])\1{9}")


def is_no_value(value: str) -> bool:
    """Return True for a placeholder, a word about secrets, or a value of another kind."""
    about = value.casefold().rstrip(".!?") in _ABOUT
    return about or _PLACEHOLDER.fullmatch(value) is not None or _OTHER.fullmatch(value) is not None


def is_thing(value: str) -> bool:
    """Return True for the name of a computer, a product, a protocol or a file."""
    return _THING.fullmatch(value) is not None


def is_mixed(value: str) -> bool:
    """Return True for letters with digits or signs among them."""
    letters = any(map(str.isalpha, value))
    return letters and (any(map(str.isdigit, value)) or not _STRONG.isdisjoint(value.rstrip("?!") or value))


def is_strong(value: str) -> bool:
    """Return True for what reads like a password by itself: "Winter2026", "W0lken.bruch"; not "policy", "v2", "SRV01"."""
    if is_thing(value):
        return False
    if _HEX.fullmatch(value):
        return True
    has_sign = not _STRONG.isdisjoint(value.rstrip("?!"))
    digits = any(map(str.isdigit, value))
    cases = any(map(str.islower, value)) and any(map(str.isupper, value))
    if len(value) >= 6 and has_sign and digits and any(map(str.isalpha, value)):
        return True
    if len(value) < 8 or sum((cases, digits, has_sign)) < 2:
        return len(value) >= 7 and _LEET.search(value) is not None and value.replace("_", "").isalnum()
    return has_sign or not {".", "-", "/"} & set(value) or _LEET.search(value) is not None


def is_word_with_number(value: str) -> bool:
    """Return True for "kettle44", which right behind "password" is one, and not for a server or a version."""
    return _WORD_WITH_NUMBER.fullmatch(value) is not None and not is_thing(value)


def is_signed(value: str) -> bool:
    """Return True for what reads like a password even behind a mere name and colon."""
    has_sign = not _STRONG.isdisjoint(value)
    cases = any(map(str.islower, value)) and any(map(str.isupper, value))
    return has_sign and any(map(str.isalpha, value)) and (any(map(str.isdigit, value)) or cases) and not is_thing(value)


def proves(value: str, proof: str) -> bool:
    """Return True where a value is password-like enough for a rule; without proof only a vendor's form is one."""
    match proof:
        case "plain":
            return not is_no_value(value)
        case "argument":
            is_talk = value.isalpha() and (len(value) < 4 or value.casefold() in _SWITCH_TALK)
            return not is_no_value(value) and not is_talk
        case "mixed":
            return not is_no_value(value) and is_mixed(value) and len(value) >= 6 and not is_thing(value)
        case "strong":
            return not is_no_value(value) and is_strong(value)
        case "signed":
            return not is_no_value(value) and is_signed(value)
        case _:
            return _FILLED.search(value) is None
