"""Detection of labelled secrets: "password=…", "密碼：…", "client secret …"; most of it rules out words about secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from bot.privacy.values import Detection, SecretKind

# A label stands directly before its separator: "PasswordExpired=true" and "secret name:" are no labels.
_LABEL = re.compile(
    r"(?:(?P<client_secret>client[ _\-]?secret"
    r"|app(?:lication)?[ _\-]?secret"
    r"|用戶端(?:密碼|密鑰|秘密|祕密)|客户端(?:密码|密钥|机密))"
    r"|(?P<account_key>(?:account|shared(?:[ _]?access)?|storage)[ _\-]?key|儲存體帳戶金鑰)"
    r"|(?P<challenge>challenge[ _.\-]?(?:password|passphrase|pwd|pw)|挑戰密碼|挑战密码)"
    r"|(?P<token>(?:(?:access|refresh|id|auth|api|bot|bearer|session)[ _\-]?token)|(?<![A-Za-z])(?<!key )token|權杖|令牌"
    r"|(?:api|access|subscription|functions)[ _\-]?key|金鑰|密鑰|密钥)"
    r"|(?P<password>pass(?:word|wd|phrase|code)|pwd|(?<![A-Za-z])pw(?=[ \t]{0,3}[:=]|[ ]is[ ])|(?<![A-Za-z])pass(?==)"
    r"|(?<![A-Za-z])psk|pre-?shared[ _]?key|密碼|密码|口令|通行碼|暗号|パスワード|Kennwort|Passwort)"
    r"|(?P<secret>secret))(?:(?<=[^\x00-\x7f])|[0-9]?(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
# A part of every label: looking for labels only around it is twenty times as fast as looking everywhere.
_STEM = re.compile(
    "[Pp][Aa][Ss][Ss]|[Pp][Ww]|[Pp][Ss][Kk]|[Ss][Ee][Cc][Rr]|[Tt][Oo][Kk][Ee]|[Kk][Ee][Yy](?![Ww])|[Kk]ennw|KENNW"
    "|[密权權令金口通暗机秘祕パ]"
)
# No label has more characters before a stem, or from it on with what must not follow.
_STEM_BEFORE, _STEM_BEHIND = 20, 16
_KINDS: Final[dict[str, SecretKind]] = {
    "client_secret": "client_secret",
    "account_key": "account_key",
    "challenge": "challenge",
    "token": "bearer",
    "password": "password",
    "secret": "password",
}
# What joins a label to its value, from the surest to the weakest.
_JOINT = re.compile(
    r"(?P<xml></key>\s{0,20}<string>|[\"']?>(?=[^<>\n]{1,300}</))"
    r"|[\"'*`_\\)\]]{0,3}[ \t]{0,12}(?P<sign>[:=]>?)[\"*_]{0,2}(?<!\")[ \t]{0,12}"
    r"|[\"'*`]{0,2}[ \t]{0,3}(?P<verb>(?:is|was|ist|lautet)(?=[ \t:])[ \t:]{1,4}|(?:是|為|为|改成|改為|設成|設為)[ \t:]{0,3})"
    r"|(?P<gap>[ \t|]{1,6}|(?<=[碼码令])(?=[A-Za-z0-9]))",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"(?:^|\s)(?:--?|/)[A-Za-z\-]{0,20}$")
_VALUE = re.compile(
    r"\\?\"(?P<double>(?:[^\"\\\n]|\\[^\"\n]|\\\"(?![ \t]{0,4}[,}\]\r\n]|$)){1,300})"
    r"|'(?P<single>[^'\n]{1,300})'|`(?P<ticked>[^`\n]{1,300})`|(?P<bare>[^\s<>\"'`][^\s<>]{0,299})"
)
# Where a bare value ends although no space does: at the next field of a connection string, query or list.
_NEXT_FIELD = re.compile(
    r"[;,&|，；、。](?=$|[\w .\-]{1,30}[=:]|[^\x00-\x7f])|[;,]$|[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
)
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
    something unspecified
    """.split()  # noqa: SIM905 - a list of words
)
_PLACEHOLDER = re.compile(
    r"[*•●x.·_\-#?…~]+|\$\{?[A-Za-z_][\w:.]*\}?|\$\(.*|\$[A-Za-z_][\w:.()]*|%\w+%|\{.*|\[.*|\(.*|<.*|.*‹.*|@\{.*|your[\w\-]*|my[_\-]?(?:password|secret|token)"
    r"|(?:not|no|un|in)[\-_ ]?(?:set|given|required|valid|applicable)|.*\(\)|System\..*|\*+.*\*+|env[.:]\w+",
    re.IGNORECASE,
)
# What stands behind such a label too: a code, a file, an address, an algorithm, a date, an identifier.
_OTHER = re.compile(
    r"0x[0-9A-Fa-f]{1,16}|[A-Za-z]:[\\/].*|\\\\.*|/\w+/.*|https?:.*|\$env:.*|(?:AES|SHA|MD|UTF|RSA|Base)-?\d{1,4}.*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"
    r"|v?\d+(?:\.(?:\d+|x)){1,4}(?:[:/]\d+)?|S-1-.*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f\-]{4,32}|\d{1,2}:\d{2}.*|-?\d{1,3}",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z]+")
_ENDS_LINE = re.compile(r"[ \t.!。*`\"')]{0,6}(?:$|[\r\n]|\\n)")

Joint = Literal["xml", "sign", "verb", "gap", "switch"]


def _labels(text: str) -> Iterator[re.Match[str]]:
    done = 0
    for stem in _STEM.finditer(text):
        if stem.start() >= done:
            label = _LABEL.search(text, max(done, stem.start() - _STEM_BEFORE), stem.start() + _STEM_BEHIND)
            # A label behind this place has a stem of its own.
            done = label.end() if label is not None else stem.start() + 1
            if label is not None:
                yield label


def find_labelled(text: str) -> Iterator[Detection]:
    """Yield each value behind a label that reads like a secret rather than like a word about one."""
    done = 0
    for label in _labels(text):
        if label.start() < done:
            continue
        name = label.lastgroup or "password"
        if label.end() < len(text) and (joint := _JOINT.match(text, label.end())) is not None:
            how: Joint = "xml" if joint["xml"] else "sign" if joint["sign"] else "verb" if joint["verb"] else "gap"
            if how == "gap" and _SWITCH.search(text[max(0, label.start() - 24) : label.start()]):
                how = "switch"
            span = _value_at(text, joint.end(), how)
            if span is not None and _is_secret(text, span, name, how, is_quoted=text[span[0] - 1] in "\"'`"):
                done = span[1]
                yield Detection(*span, _KINDS[name])


def _value_at(text: str, at: int, how: Joint) -> tuple[int, int] | None:
    if how == "xml":
        end = text.find("<", at, at + 301)
        return (at, end) if end > at else None
    value = _VALUE.match(text, at)
    if value is None:
        return None
    group = value.lastgroup or "bare"
    start, end = value.span(group)
    if group == "double" and text[end - 1] == "\\" and text[end : end + 1] == '"':
        end -= 1
    if group == "bare":
        field = _NEXT_FIELD.search(text, start, end)
        end = field.start() if field is not None else end
        while end > start and text[end - 1] in ".,;:)]}\"'`*_\\":
            end -= 1
    return (start, end) if end > start else None


def _is_secret(text: str, span: tuple[int, int], name: str, how: Joint, *, is_quoted: bool) -> bool:
    value = text[slice(*span)].strip()
    if is_no_value(value):
        return False
    has_digit = any(letter.isdigit() for letter in value)
    has_letter = any(letter.isalpha() for letter in value)
    is_strong = has_letter and (has_digit or not _STRONG.isdisjoint(value))
    if name == "token" or (name == "secret" and how in {"gap", "verb"}):
        # A cancellation token or the name of a secret is short or all words; what opens a door is neither.
        return len(value) >= 16 and has_digit and has_letter and " " not in value
    if how == "gap":
        return (
            _is_strong_without_joint(value)
            or (not text[span[0] - 1].isascii() and is_strong and len(value) >= 6)
            or (
                text[max(0, span[0] - 3) : span[0]].strip(" \t|")[-1:] in {"碼", "码", "令"}
                and is_strong
                and len(value) >= 6
            )
        )
    if how == "verb":
        return (is_strong and len(value) >= 6) or (value.isdigit() and len(value) >= 6)
    if is_strong or (value.isdigit() and len(value) >= 4):
        return len(value) >= 4
    if _LETTERS.fullmatch(value):
        # One plain word: only where nothing but a value can stand.
        ends = is_quoted or how in {"xml", "switch"} or _ENDS_LINE.match(text, span[1]) is not None
        return len(value) >= 4 and ends and name != "secret"
    return len(value) >= 6 and (is_quoted or how == "xml" or text[span[0] - 1] == "=") and name != "secret"


def is_no_value(value: str) -> bool:
    """Return True for a placeholder, a word about secrets, or a value of another kind."""
    about = value.casefold().rstrip(".!?") in _ABOUT
    return about or _PLACEHOLDER.fullmatch(value) is not None or _OTHER.fullmatch(value) is not None


def _is_strong_without_joint(value: str) -> bool:
    """Return True for a password right after its label: "password Winter2026 fails", not "password policy" or "password v2"."""
    kinds = (
        any(letter.islower() for letter in value) and any(letter.isupper() for letter in value),
        any(letter.isdigit() for letter in value),
        not _STRONG.isdisjoint(value.rstrip("?!")),
    )
    return len(value) >= 8 and sum(kinds) >= 2 and "." not in value and "-" not in value
