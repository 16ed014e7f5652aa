"""Detection of passwords in labelled pairs, "login: svc_web / Hunter2!"; without a label a pair is just two words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.strength import is_no_value, is_signed
from bot.privacy.values import Detection

# The first kind of label says that a password follows; behind the others the second word may be a computer or a product.
_LABEL: Final = re.compile(
    r"(?:(?P<sure>(?<![A-Za-z])(?:credentials?|creds?|(?:user(?:[ _]?name)?|login|account)[ ]?[/&+][ ]?(?:pass(?:word|wd)?|pwd|pw)"
    r"|Zugangsdaten|Zugang|ID (?:und|and|と|/) PW|ID/PW)|帳密|账密|帳號[ /]?密碼|账号[ /]?密码|使用者[ /]?密碼)"
    r"|(?P<login>(?<![A-Za-z])(?:log[ \-]?[io]n|sign[ \-]?in|Anmeldung)|登入|登录|ログイン)"
    r"|(?P<user>(?<![A-Za-z])(?:user(?:[ _]?name)?|account|Benutzer)|使用者|帳號|帳戶|账号|用户))"
    r"(?: (?:for|on|to|of) [\w.\-]{1,30})?[\"'*`]{0,2}[ \t]{0,3}"
    r"(?:[:=]|(?:is|are|was|with|as|ist|sind|mit|lautet|lauten)(?=[ \t])|是|為|为|は|(?P<mere>[ \t]))[ \t\"'*`]{0,4}",
    re.IGNORECASE,
)
# Every label begins with one of these: looking for labels only there is much faster than looking everywhere.
_STEM: Final = re.compile(
    "[Cc][Rr][Ee][Dd]|CRED|[Ll]og|LOG|[Ss]ign|[Uu]ser|USER|[Aa]ccount|ACCOUNT|Zugang|Anmeld|ID[ /]|Benutz|[帳账使登用ロ]"
)
_PAIR: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._@\\\-]{1,63}+)[\"'*`]{0,2}[ \t]{0,3}"
    r"(?:[/|]|(?P<colon>:)|(?P<space>(?<=[ \t])))[ \t]{0,3}[\"'*`]{0,2}"
    r"(?![A-Za-z]{1,16}[:=])(?P<value>[^\s\"'`<>/|‹\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]{6,64})(?![0-9A-Za-z/|])"
)
_SIGNS: Final = frozenset("!@#$%^&*+~?")
# A computer, or a product with its version.
_THING: Final = re.compile(
    r"(?-i:[A-Z]+-?[A-Z]*\d+)|(?:windows|win|server|office|iphone|ipad|android|ios|macos|surface|exchange|laptop|desktop|pc|vm)(?:-?\d[\w.\-]*)?",
    re.IGNORECASE,
)
# "Login page / …": no account's name.
_PLACES: Final = frozenset(
    {"page", "form", "screen", "prompt", "dialog", "window", "failed", "failure", "error", "name"}
)


def find_pairs(text: str) -> Iterator[Detection]:
    """Yield the second half of each labelled pair that reads like a password."""
    done = 0
    for stem in _STEM.finditer(text):
        if stem.start() < done:
            continue
        label = _LABEL.match(text, stem.start())
        pair = _PAIR.match(text, label.end()) if label is not None else None
        if label is None or pair is None:
            continue
        done = pair.end()
        end = pair.end("value")
        while text[end - 1] in ".,;:)]}":
            end -= 1
        value, kind = (
            text[pair.start("value") : end],
            "sure" if label["sure"] else "login" if label["login"] else "user",
        )
        # Without "is" or a colon before the pair, or with one within it, the second word is more often something else.
        is_loose = label["mere"] or pair["colon"] or pair["space"] is not None
        is_likely = is_signed(value) and pair["name"].casefold() not in _PLACES
        if pair["space"] is not None:
            is_likely = is_likely and label["mere"] is None and any(map(str.isdigit, value))
        if _is_password(value, kind) and (not is_loose or is_likely):
            yield Detection(pair.start("value"), end, "password")


def _is_password(value: str, label: str) -> bool:
    if len(value) < 6 or is_no_value(value) or ("@" in value and "." in value.partition("@")[2]):
        return False
    has_digit, has_letter = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    has_sign = not _SIGNS.isdisjoint(value)
    if label == "user":
        return has_digit and has_letter and has_sign
    if _THING.fullmatch(value):
        return False
    if label == "login":
        mixed = any(map(str.islower, value)) and any(map(str.isupper, value))
        return has_letter and (has_sign or (has_digit and mixed and len(value) >= 8))
    return has_letter and (has_digit or has_sign)
