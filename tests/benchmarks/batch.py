"""Many chat lines through `sceptic ask --batch`, and how long the command takes to start."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from time import perf_counter
from typing import Final

from bot.ask_batch import answer_batch
from bot.diagnosis import Sceptic
from bot.settings import read_settings
from tests.benchmarks.hostile import ready_sceptic
from tests.benchmarks.measure import table, with_spread

LINES: Final = 300_000
_AT_ONCE: Final = 10_000
_ROUNDS: Final = 7
_QUESTIONS: Final = Path(__file__).parents[1] / "questions"
_WORD = re.compile(r"[A-Za-z]{4,}")
_NUMBER = re.compile(r"\d{2,5}")
_FREE_TEXT: Final = "why can't NDES verify the challenge of our phones"


def make_lines(surface: str, seed: int = 20502) -> Iterator[bytes]:
    """Yield chat lines for ever, as JSON: those of the project with some words and numbers changed, no two alike."""
    texts = [
        json.loads(line)["text"]
        for name in ("chat", "numbers")
        for line in (_QUESTIONS / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    words = sorted({word for text in texts for word in _WORD.findall(text)})
    random = Random(seed)
    while True:
        text = _WORD.sub(
            lambda found: random.choice(words) if random.random() < 0.3 else found[0], random.choice(texts)
        )
        text = _NUMBER.sub(lambda found: str(random.randrange(10, 99_999)) if random.random() < 0.5 else found[0], text)
        yield json.dumps({"text": text, "surface": surface}, ensure_ascii=False).encode() + b"\n"


def _in_process(surface: str, count: int, sceptic: Sceptic) -> tuple[str, ...]:
    settings = read_settings()
    speeds = []
    decisions: Counter[str] = Counter()
    source = make_lines(surface)
    while decisions.total() < count:
        lines = list(islice(source, min(_AT_ONCE, count - decisions.total())))
        file = BytesIO(b"".join(lines))
        start = perf_counter()
        answers = list(answer_batch(file, sceptic, settings.sceptic_knowledge, settings.sceptic_cache))
        speeds.append(len(lines) / (perf_counter() - start))
        decisions.update(json.loads(answer)["decision"] for answer in answers)
    said = ", ".join(f"{decision} {number / count:.3%}" for decision, number in sorted(decisions.items()))
    return f"{surface}, one process", f"{count:,}", with_spread(speeds, ",.0f"), said


def _from_file(count: int, sceptic: Sceptic) -> tuple[str, ...]:
    """Answer a file of both surfaces' lines, which several processes share; their start is part of the time."""
    settings = read_settings()
    with TemporaryFile() as file:
        for surface in ("channel", "command"):
            file.writelines(islice(make_lines(surface), count // 2))
        file.seek(0)
        start = perf_counter()
        answered = sum(1 for _ in answer_batch(file, sceptic, settings.sceptic_knowledge, settings.sceptic_cache))
        speed = answered / (perf_counter() - start)
    return f"both, {os.cpu_count()} processes", f"{count:,}", f"{speed:,.0f}", ""


def _start(command: Sequence[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def start_up(rounds: int = _ROUNDS) -> str:
    """Start each command in turns and return a table with ratios to an empty Python program."""
    ask = [sys.executable, "-m", "bot", "ask"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "sceptic ask 20502": [*ask, "20502"],
        "sceptic ask, free text": [*ask, _FREE_TEXT],
    }
    for command in commands.values():
        _start(command)
    times: list[list[float]] = [[_start(command) for command in commands.values()] for _ in range(rounds)]
    rows = []
    for at, name in enumerate(commands):
        taken, ratios = [row[at] * 1e3 for row in times], [row[at] / row[0] for row in times]
        rows.append((name, f"{statistics.median(taken):.0f}", with_spread(ratios, ".1f")))
    return table(("command", "ms", "ratio"), rows)


def run(lines: int = LINES, rounds: int = _ROUNDS) -> bool:
    """Print both tables."""
    sceptic = ready_sceptic()
    print(
        f"Batch: changed chat lines through `sceptic ask --batch`; lines a second, median (least–greatest) of {_AT_ONCE:,} each.\n"
    )
    rows = [
        _in_process("channel", lines, sceptic),
        _in_process("command", lines // 5, sceptic),
        _from_file(lines, sceptic),
    ]
    print(table(("surface", "lines", "lines/s", "decisions"), rows))
    print(f"\nStart-up: median of {rounds}, in turns; ratio to an empty program (least–greatest).\n")
    print(start_up(rounds), flush=True)
    return True
