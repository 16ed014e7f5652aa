"""`sceptic ask --batch`: JSON Lines in, one decision a line out, in order; large files are shared among processes."""

from __future__ import annotations

import json
import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, get_args

from bot.diagnosis import Diagnosis, Sceptic, Surface, build_sceptic, diagnose
from bot.diagnosis.values import MatchReason
from bot.evidence import read_evidence
from bot.languages import DEFAULT, Language
from bot.replies.answers.small_talk import find_small_talk

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult

SURFACES: Final = get_args(Surface)
_LARGE: Final = 2_000_000
"""Bytes of a file from which starting further processes pays."""
_CHUNK: Final = 2_000
_LONGEST_LINE: Final = 4_000_000
"""Bytes of a line that are read; no text of a message is near it."""

_worker: Sceptic | None = None


def as_object(diagnosis: Diagnosis, sceptic: Sceptic | None = None) -> dict[str, object]:
    """Return the stable public form of a decision; of several events, which `sceptic` is needed for, in the card's order."""
    if sceptic is not None and len(diagnosis.matches) > 1:
        # Most decisions are about one event or none.
        from bot.replies.answers.digest import order_as_shown

        diagnosis = order_as_shown(diagnosis, sceptic.knowledge)
    return {
        "decision": diagnosis.decision,
        "entries": list(diagnosis.entries),
        "choices": [match.article.id for match in diagnosis.choices],
        "provider": diagnosis.provider,
        "language": diagnosis.language or DEFAULT,
    }


def answer_batch(lines: IO[bytes], sceptic: Sceptic, folders: Sequence[Path], cache: Path) -> Iterator[str]:
    """Yield one JSON object for each line that is not blank.

    A pipe is answered line by line as it comes. A large file is read by several processes, each of which builds
    its own Sceptic from `folders` and `cache`; the order stays.
    """
    numbered = enumerate(_lines(lines), 1)
    workers = os.cpu_count() or 1
    if workers == 1 or not _is_large(lines):
        yield from (answer for number, line in numbered if (answer := answer_line(number, line, sceptic)))
        return
    import multiprocessing

    sceptic.words()
    with multiprocessing.get_context("spawn").Pool(workers, _start_worker, (folders, cache)) as pool:
        waiting: deque[AsyncResult[list[str]]] = deque()
        while chunk := list(islice(numbered, _CHUNK)):
            waiting.append(pool.apply_async(_answer_chunk, (chunk,)))
            # A few chunks ahead keep all processes busy without holding the whole file.
            if len(waiting) > 3 * workers:
                yield from waiting.popleft().get()
        while waiting:
            yield from waiting.popleft().get()


def _lines(lines: IO[bytes]) -> Iterator[bytes]:
    """Yield each line; of a longer one only its beginning, so that one line in stays one line out."""
    while line := lines.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = lines.readline(_LONGEST_LINE)
        yield line


def _is_large(lines: IO[bytes]) -> bool:
    try:
        found = os.fstat(lines.fileno())
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size > _LARGE


def _start_worker(folders: Sequence[Path], cache: Path) -> None:
    global _worker
    _worker = build_sceptic(folders, cache)


def _answer_chunk(chunk: list[tuple[int, bytes]]) -> list[str]:
    assert _worker is not None  # noqa: S101 - the pool's initialiser made it
    return [answer for number, line in chunk if (answer := answer_line(number, line, _worker))]


def answer_line(number: int, line: bytes, sceptic: Sceptic) -> str | None:
    """Answer one line; None for a blank one. What is not such an object is answered with a clear `error`."""
    if not line.strip():
        return None
    try:
        content = json.loads(line)
        text, surface = content["text"], content.get("surface", "command")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _not_an_object(number)
    if not isinstance(text, str) or surface not in SURFACES:
        return _not_an_object(number)
    diagnosis = decide(text, sceptic, surface)
    if diagnosis.decision == "silent" and not diagnosis.provider:
        return _silent_line(diagnosis.language)
    answered = as_object(diagnosis, sceptic)
    if answered["decision"] == "not_covered":
        # A batch keeps to the five words that its readers know.
        answered["decision"] = "unknown"
    return json.dumps(answered, ensure_ascii=False)


@cache
def _silent_line(language: Language | None) -> str:
    """Return the line of a silent decision: nearly all of a chat's lines are answered with it."""
    return json.dumps(as_object(Diagnosis("silent", language=language)), ensure_ascii=False)


def decide(text: str, sceptic: Sceptic, surface: Surface) -> Diagnosis:
    """Decide about a text; a greeting, thanks or a question about the bot itself are about no fault."""
    if (talk := find_small_talk(text)) is not None:
        return Diagnosis("silent", reasons=(MatchReason("small_talk"),), language=talk.language)
    return diagnose(read_evidence(text, sceptic.knowledge.lexicon), sceptic, surface)


def _not_an_object(number: int) -> str:
    message = f'line {number} is not {{"text": "…", "surface": "{"|".join(SURFACES)}"}}; correct it and run it again'
    refused: dict[str, object] = {
        "decision": "silent",
        "entries": [],
        "choices": [],
        "provider": None,
        "language": DEFAULT,
        "error": message,
    }
    return json.dumps(refused, ensure_ascii=False)
