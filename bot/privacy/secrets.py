"""Detection of secrets: by the rules of secrets.toml, and those whose extent takes more than a pattern to find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.labels import find_labelled
from bot.privacy.pairs import find_pairs
from bot.privacy.rules import RULES
from bot.privacy.strength import proves
from bot.privacy.values import Detection

# --- challenges ----------------------------------------------------------------------------------------------------------
# An enrollment server prints a challenge password as 16 or 32 hexadecimal digits; a cloud service's is a long base64 text.
_CHALLENGE = re.compile(
    r"(?<!code_)(?<!code )(?:challenge[ _.\-]?(?:passwords?|passphrase|pwd|pw|string|blob)?|挑戰(?:密碼|字串)?|挑战(?:密码)?"
    r"|1\.2\.840\.113549\.1\.9\.7)(?![A-Za-z])"
    r"(?:</key>\s{0,20}<string>|</LocURI>[^\n]{0,300}?<Data>|(?:[\s\"'*`:=>(\\\[]|<B>|is\b|was\b|of\b|value\b|是|為|为){1,16})",
    re.IGNORECASE,
)
_HEX_CHALLENGE = re.compile(r"(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{16})(?![0-9A-Za-z\-])")
_MORE = re.compile(r"[\s,;、和與]{1,4}(?:and\s)?(?=[0-9A-Fa-f]{16})")
_BASE64_CHALLENGE = re.compile(r"(?=[A-Za-z+/_\-]{0,60}[0-9])(?:[A-Za-z0-9+/_\-]|%2[BF]){40,}+(?:=|%3D){0,2}", re.ASCII)

# --- private keys --------------------------------------------------------------------------------------------------------
_PEM_SPACE = r"(?:[\s>|\"',+]|\\[nr])"
_PEM_BEGIN = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    rf"(?:{_PEM_SPACE}*+(?:(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\]{{0,80}}|[A-Za-z0-9+/=]{{32,}}+))*+"
    rf"(?:{_PEM_SPACE}*+[A-Za-z0-9+/=]{{0,80}}+{_PEM_SPACE}*+-----END [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----"
    rf"|{_PEM_SPACE}*+(?=[A-Za-z+/]{{0,30}}[0-9])[A-Za-z0-9+/=]{{4,31}}(?![A-Za-z0-9+/=]))?"
)
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_LINE = re.compile(r"[\s>|]{0,8}[A-Za-z0-9+/]{1,80}={0,2}\s{0,4}", re.ASCII)
_LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{16}")
# A PKCS #12 file is a DER sequence, which in base64 begins with MI.
_PFX = re.compile(
    r"(?:\.?pfx|\.?p12|pkcs ?#?12|private[ _]?key|私密金鑰|私鑰|私钥)[\w\"'\\ \t:=<>()*`,.\n-]{0,60}?"
    r"(?<![A-Za-z0-9+/])(MI[A-Za-z0-9+/]{40,}+={0,2}(?:\s{1,4}[A-Za-z0-9+/]{32,}+={0,2})*+)",
    re.IGNORECASE,
)
_KEY_VALUE = re.compile(r"<(?:D|InverseQ)>([A-Za-z0-9+/]{20,}+={0,2})</", re.ASCII)

# A password is often written again without its label; an ordinary word is not hunted for.
_TOKEN = re.compile(r"[^\s\"'<>,;()]{8,300}")


def find_secrets_in(text: str) -> Iterator[Detection]:
    """Yield every secret in a folded text; they may overlap."""
    found = [*_labelled_or_formed(text)]
    yield from found
    known = {text[each.start : each.end]: each.kind for each in found if each.kind != "private_key"}
    again = {value: kind for value, kind in known.items() if len(value) >= 8 and _is_mixed(value)}
    if again:
        for match in _TOKEN.finditer(text):
            word = match.group().rstrip(".:!?`*")
            if (kind := again.get(match.group()) or again.get(word)) is not None:
                yield Detection(
                    match.start(), match.start() + (len(match.group()) if match.group() in again else len(word)), kind
                )


def _labelled_or_formed(text: str) -> Iterator[Detection]:
    yield from _formed(text)
    yield from _challenges(text)
    yield from find_labelled(text)
    yield from find_pairs(text)
    yield from _private_keys(text)


def _formed(text: str) -> Iterator[Detection]:
    small = text.lower()
    for form in RULES.forms:
        if any(hint in small for hint in form.hints):
            for match in form.pattern.finditer(text):
                start, end = match.span("value" if match.groupdict().get("value") is not None else 0)
                start, end = _without_quotes(text, start, end, form.proof)
                if end > start and proves(text[start:end], form.proof):
                    yield Detection(start, end, form.kind)


def _without_quotes(text: str, start: int, end: int, proof: str) -> tuple[int, int]:
    """Trim the quotes around a value, and behind one that people write what belongs to their sentence."""
    if text[start] == "\\" and text[start + 1 : start + 2] == '"':
        start += 1
    if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start]:
        return start + 1, end - 1
    while proof and end > start and text[end - 1] in ".,;:)]}\"'`\\":
        end -= 1
    return start, end


def _is_mixed(value: str) -> bool:
    return any(letter.isalpha() for letter in value) and any(not letter.isalpha() for letter in value)


def _challenges(text: str) -> Iterator[Detection]:
    for label in _CHALLENGE.finditer(text):
        at = label.end()
        value = _HEX_CHALLENGE.match(text, at)
        while value is not None:
            yield Detection(value.start(), value.end(), "challenge")
            more = _MORE.match(text, value.end())
            value = _HEX_CHALLENGE.match(text, more.end()) if more is not None else None
        if (blob := _BASE64_CHALLENGE.match(text, at)) is not None:
            yield Detection(blob.start(), blob.end(), "challenge")


def _private_keys(text: str) -> Iterator[Detection]:
    if "PRIVATE KEY" in text:
        begun = -1
        for match in _PEM_BEGIN.finditer(text):
            # "It begins with -----BEGIN PRIVATE KEY-----" shows no key.
            if _LONG_BASE64.search(text, match.start() + 10, match.end()):
                begun = match.end()
                yield Detection(match.start(), match.end(), "private_key")
        for match in _PEM_END.finditer(text):
            start = _beginning_of_rest(text, match.start())
            if match.end() != begun and start < match.start():
                yield Detection(start, match.end(), "private_key")
    for pattern in (_PFX, _KEY_VALUE):
        for match in pattern.finditer(text):
            yield Detection(match.start(1), match.end(1), "private_key")


def _beginning_of_rest(text: str, end: int) -> int:
    """Return the start of a key's lines when its first line was cut off; `end` when none of them is long enough."""
    start = at = end
    is_key = False
    while at > 0:
        before = text.rfind("\n", 0, at - 1) + 1
        if _PEM_LINE.fullmatch(text, before, at) is None:
            break
        is_key = is_key or _LONG_BASE64.search(text, before, at) is not None
        start = at = before
    return start if is_key else end
