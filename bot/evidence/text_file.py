"""The bytes of a text file as text, whatever Windows wrote them with."""

from __future__ import annotations


def decoded(content: bytes) -> str:
    """Read bytes as text: UTF-8, or UTF-16 as Windows writes it; what is no text becomes nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    text = content.decode("utf-8-sig", "replace")
    return "" if "\0" in text else text
