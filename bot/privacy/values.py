"""Private values, and the folded spelling of a text in which they are searched. Knows no pattern."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal, TypeGuard, get_args

from bot.evidence.values import Span

IdentityKind = Literal[
    "upn", "email", "account", "user_id", "device_id", "guid", "thumbprint", "sid", "ip", "mac", "computer"
]
SecretKind = Literal[
    "challenge",
    "bearer",
    "slack_token",
    "sas",
    "client_secret",
    "account_key",
    "password",
    "private_key",
    "recovery_key",
]
PrivateKind = IdentityKind | SecretKind
SECRET_KINDS: Final[frozenset[str]] = frozenset(get_args(SecretKind))


def is_secret(kind: PrivateKind) -> TypeGuard[SecretKind]:
    """Return True for a kind that its poster has to revoke, after deleting the message."""
    return kind in SECRET_KINDS


@dataclass(frozen=True, slots=True)
class Private:
    """One private value and its span in the received text."""

    kind: PrivateKind
    span: Span
    # Verbatim; left out of repr, so that no log line or failed assertion shows it.
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detection:
    """A detected private value: half-open offsets into the folded text."""

    start: int
    end: int
    kind: PrivateKind


_INVISIBLE: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_REWRITTEN = re.compile(rf"&(?:lt|gt|amp|quot|apos|nbsp|#39|#x27|#34);|[{_INVISIBLE}]")


class _Widths(dict[int, int]):
    """Maps a code point to its one-character NFKC form, computed once each."""

    def __missing__(self, code: int) -> int:
        form = unicodedata.normalize("NFKC", chr(code)) if code > 0x7F else chr(code)
        self[code] = result = ord(form) if len(form) == 1 else code
        return result


_widths = _Widths()
_widths.update(str.maketrans("“”„‟‘’‚‛‐‑‒–—−", "\"\"\"\"''''------"))


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without escapes, invisible characters and full widths, with the origin of each character."""

    text: str
    # text[i] came from origins[i], with one entry more for the end; empty when nothing moved.
    origins: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Translate offsets of this text into offsets of the received one."""
        return Span(self.origins[start], self.origins[end]) if self.origins else Span(start, end)


def fold(received: str) -> Folded:
    """Undo Slack's and XML's escapes and full widths, and drop invisible characters; links keep both halves."""
    if not _REWRITTEN.search(received):
        return Folded(received if received.isascii() else received.translate(_widths))
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for match in _REWRITTEN.finditer(received):
        pieces.append(received[done : match.start()])
        origins.extend(range(done, match.start()))
        if match.group()[0] == "&":
            pieces.append(html.unescape(match.group()))
            origins.append(match.start())
        done = match.end()
    pieces.append(received[done:])
    origins.extend(range(done, len(received) + 1))
    return Folded("".join(pieces).translate(_widths), tuple(origins))
