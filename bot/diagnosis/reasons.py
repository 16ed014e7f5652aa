"""The words of a question that speak for an article, whole and as the person wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.diagnosis.features import ConceptIndex, Features
from bot.diagnosis.function_words import content_runs, is_function_word

_SHOWN: Final = 3
_LONGEST: Final = 12
"""Characters of a run without blanks up to which it may be one word."""
_RUN = re.compile(r"[A-Za-zÀ-ɏ0-9][\wÀ-ɏ'’-]*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_CJK_FROM: Final = "\u3000"


def telling_words(text: str, spoken: Mapping[int, float], features: Features) -> tuple[str, ...]:
    """Choose up to three words of a text by how strongly their features speak, the strongest first."""
    weighed: dict[str, float] = {}
    for word in _words(text, features.concepts):
        weighed[word] = sum([spoken[key] for key in features.extract_keys(word) if key in spoken])
    chosen: list[str] = []
    for word in sorted(weighed, key=lambda each: -weighed[each]):
        if len(chosen) == _SHOWN or weighed[word] <= 0:
            break
        if not any(word.casefold() == other.casefold() for other in chosen):
            chosen.append(word)
    return tuple(chosen)


def _words(text: str, concepts: ConceptIndex) -> Iterator[str]:
    for run in _RUN.findall(text):
        if run[0] >= _CJK_FROM:
            for part in content_runs(run):
                yield from _divide(part, concepts)
        elif len(run) > 1 and not run.isdigit() and not is_function_word(re.sub("['’]", "", run.lower())):
            yield run.rstrip("-'’")


def _divide(run: str, concepts: ConceptIndex) -> Iterator[str]:
    """Divide a run of characters at expressions that the concepts know; what is left between them stays together."""
    rest = ""
    at = 0
    while at < len(run):
        length = next((n for n in range(min(_LONGEST, len(run) - at), 1, -1) if run[at : at + n] in concepts.exact), 0)
        if length:
            if len(rest) > 1:
                yield rest
            rest = ""
            yield run[at : at + length]
            at += length
        else:
            rest += run[at]
            at += 1
    if 1 < len(rest) <= _LONGEST:
        yield rest
