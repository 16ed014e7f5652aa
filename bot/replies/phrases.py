"""Comparison of what people say with the catalogues' lists of phrases."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")


def bare(text: str) -> str:
    """Drop capitals, widths, and all but letters and digits; what is left is a word or several with a space between."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("'", "")
    return " ".join(_WORD.findall(folded))
