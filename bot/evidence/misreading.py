"""Letters that text recognition confuses, put right within words; numbers are never touched."""

from __future__ import annotations

from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern

# "lntune", "lD": no word begins with an l before a consonant; "C0nnector", "Up1oad": a digit among letters.
_CONFUSED: Final = lazy_pattern(
    r"l(?<![A-Za-z0-9].)(?=[bcdfgkmnpqrstvwxz]|D(?![A-Za-z]))|(?<=Event)l(?=D(?![A-Za-z]))"
    r"|0(?<=[A-Za-z].)(?=[a-z]{2})|1(?<=[a-z].)(?=[a-z]{2})"
)
_MEANT: Final = {"l": "I", "0": "o", "1": "l"}


def as_printed(text: str) -> str:
    """Return a text of the same length in which letters that were misread within words are the likely ones."""
    return _CONFUSED.sub(lambda match: _MEANT[match[0]], text)
