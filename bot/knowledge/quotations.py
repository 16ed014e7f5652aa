"""Phrases that an article quotes or sets as code: texts of other programs, mostly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.knowledge.values import Prose

_FEWEST_WORDS: Final = 2
_QUOTED: Final = re.compile(r"“([^“”]{8,80})”|\"([^\"]{8,80})\"|「([^「」]{5,60})」")


def read_quotations(proses: Iterable[Prose]) -> Iterator[str]:
    """Yield the phrases of several words, in their order and as often as they stand there."""
    for prose in proses:
        sections = (prose.meaning, prose.causes, prose.next_steps, prose.where_to_look, prose.errata)
        for run in (run for section in sections for text in section for run in text):
            phrases = (
                [run.text]
                if run.style == "code"
                else [next(filter(None, m.groups())) for m in _QUOTED.finditer(run.text)]
            )
            yield from filter(_is_phrase, phrases)


def _is_phrase(text: str) -> bool:
    """Tell a phrase from a command, a path or a menu: it is words and nothing else."""
    words = text.split()
    return len(words) >= _FEWEST_WORDS and all(word.strip(",.'’").isalpha() for word in words)
