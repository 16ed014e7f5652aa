"""Tells which of the bot's languages an asker reads, from the characters alone."""

from __future__ import annotations

import re

from bot.evidence.values import Language

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def read_language(prose: str, pasted: str) -> Language | None:
    """Judge by the asker's own words, then by what was pasted; None when neither tells.

    Japanese is answered in English: kana stand beside Han characters there.
    """
    for text in (prose, pasted):
        if _KANA.search(text):
            return "en"
        if _HAN.search(text):
            return "zh-TW"
        if text is prose and len(_LATIN_WORD.findall(prose[:2000])) >= 3:
            return "en"
    return None
