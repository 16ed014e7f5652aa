"""Text made to be slow: whatever repeats in it, reading and deciding must grow with its length and no faster."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import log2
from typing import Final

from bot.diagnosis import Sceptic, Surface, build_sceptic, diagnose
from bot.evidence.normalise import MAX_CHARACTERS
from bot.settings import read_settings
from tests.benchmarks.measure import seconds, table
from tests.fixtures.reading import read_evidence

EXPONENT: Final = 1.5
"""Linear work is 1, quadratic 2; caches and a busy machine move it a little."""
NOTICED: Final = 0.020
"""Seconds from which growth counts: what is shorter is noise."""
LENGTH: Final = 20_000
_REPETITIONS: Final = 5
_ENOUGH: Final = 1.0
"""Seconds for n or 2n characters after which 4n is not tried: the answer is known."""
_BUDGET: Final = 1.5
"""Seconds after which an action is not repeated."""
_AGAIN: Final = 2
_SURFACES: Final[tuple[Surface, ...]] = ("command", "channel")

# What is repeated until the text is long enough.
REPEATED: Final = {
    "spaces": " ",
    "tabs": "\t",
    "newlines": "\n",
    "carriage returns": "\r\n",
    "digits": "7",
    "digits with spaces": "20502 ",
    "hyphens": "-",
    "0x0x0x": "0x",
    "hex digits": "f",
    "<": "<",
    "<Event ": "<Event ",
    "<Event>": "<Event>",
    "<EventID>": "<EventID>",
    "<EventID>1": "<EventID>1",
    "<EventID >": "<EventID x='",
    "event XML": "<Event><System><EventID>20502</EventID></System></Event>",
    "<Provider ": "<EventID><Provider Name ='",
    "nested XML": "<Event><EventID>",
    "links": "<http://",
    "links with labels": "<http://a|",
    "mentions": "<@",
    "&lt;": "&lt;",
    "&amp;": "&amp;",
    "&amp;lt;": "&amp;lt;Event&amp;gt;",
    "emoji": ":a",
    "asterisks": "**",
    "backticks": "`",
    "event": "event ",
    "event event 1": "event 1 ",
    "event 20502": "event 20502 ",
    "event 10010": "event 10010 ",
    "a source and numbers": "NetworkDeviceEnrollmentService logs 31, ",
    "a short word and numbers": "KDC 39 ",
    "words of reporting": "the log shows error event ",
    "a source joined to numbers": "NetworkDeviceEnrollmentService.31 ",
    "a Windows log and numbers": "security log of the CA 4888, ",
    "marks before a number": "NDES ::::::::::: 31 ",
    "items below a heading": "Microsoft Intune Connector:\n- 20502 (1)\n",
    "counts in words": "three 20502s, two dozen ",
    "words of being over": "fixed, done, resolved if when ",
    "misspelled names": "Upload_Failur ",
    "error numbers": "error 1069 ",
    "unmarked 10010": "10010 x ",
    "event ids without colon": "event id ",
    "id: id: id:": "id: ",
    "id: lines, known": "id: 20502\n",
    "id: lines, mistaken for others": "id: 10010\n",
    "id: lines, foreign": "Source: Other\nid: 10010\n",
    "Event ID:": "Event ID:\n",
    "Event ID: and text": "Event ID: 1\nx\n\n",
    "Log Name:": "Log Name: a\n",
    "Description:": "Description:\n",
    "Device ID:": "id: 1\nDevice ID: \nDevice ID: ",
    "commas": ",",
    "tabs in rows": "\t\t\t\t\n",
    "headed rows": "Level,Date,Source,Event ID,Task\n",
    "CSV rows": 'Error,a,b,20502,c,"d"\n',
    "CSV open quotes": 'Error,a,b,20502,c,"d\n',
    "quotes": '"',
    "Error,": "Error,",
    "rows of Get-WinEvent": "TimeCreated LevelDisplayName\n1/1/2020 1:11:11 AM 1 Error x\n",
    "ProviderName:": "ProviderName: a\n",
    "PowerShell dates": "1/1/2020 " * 3 + "\n",
    "a_": "a_",
    "aB": "aB",
    "CRPVerifyMetric_Failure": "CRPVerifyMetric_Failure ",
    "A.a[1": "A.a[1",
    "A.a[1] ": "A.a[10010] ",
    "dots": "A.",
    "事件": "事件",
    "事件 1": "事件 1 ",
    "不": "不",
    "沒有": "沒有",
    "沒有 成功": "沒有失",
    "kana": "イベント",
    "full-width digits": "\uff12",
    "brackets": "[",
    "parentheses": "(",
    "colons": ":",
    "codes": "0x409 ",
    "codes, small letters": "0x4af ",
    "codes, unknown": "code 0xabc ",
    "pairs": "20502 0x409 ",
    "pairs apart": "20502 0x409 " + "x " * 30,
    "lists of numbers": "event 1, 2, ",
    "not not not": "not ",
    "failed ok": "failed ok, ",
    "combining marks": "e\u0301\u0302",
    "zero width": "\u200b",
    "zero width apart": "2\u200b0",
    "surrogates": "\ud83d",
    "astral": "😀",
    "right to left": "\u202e1",
    "backslashes": "\\",
    "thumbprints": "thumbprint: 0f ",
    "i'": "i'",
    "NUL": "\x00",
}


def _halves(first: str, second: str) -> Callable[[int], str]:
    """Repeat one thing over the first half of the text, and another over the second."""
    return lambda size: (first * size)[: size // 2] + (second * size)[: size - size // 2]


def _repeated(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _framed(head: str, unit: str, tail: str) -> Callable[[int], str]:
    return lambda size: head + (unit * (size // len(unit) + 1))[: size - len(head) - len(tail)] + tail


GENERATORS: Final[dict[str, Callable[[int], str]]] = {
    **{name: _repeated(unit) for name, unit in REPEATED.items()},
    "lines, then XML": _halves("id: 1\n", "<EventID>1</EventID></Event>"),
    "foreign events, then IDs": _halves("Source: X\nid: 3\n\n", "event 20502 "),
    "IDs, then codes": _halves("20502 ", "0x409 "),
    "unknown IDs, then codes": _halves("event 20509 ", "0x409 "),
    "one event, long message": _framed("Event ID: 20502\nDescription:\n", "a b: c\n", "Device ID: x"),
    "one event, deep XML": _framed("<Event><System><EventID>20502</EventID></System>", "<a>", "</Event>"),
    "one event, many attributes": _framed(
        "<Event><System><Provider ", "a='b' ", "/><EventID>20502</EventID></System></Event>"
    ),
    "entities": _framed('<!DOCTYPE Event [<!ENTITY a "b">]><Event><EventID>20502</EventID>', "&a;", "</Event>"),
    "one link": _framed("<http://", "a", ">"),
    "one CSV row": _framed("Error,a,b,20502,c,", '""', "\n"),
    "spaces before a number": _framed("event", " ", "20502"),
    "numbered words": lambda size: " ".join(f"a_{number}" for number in range(size // 4))[:size],
    "different IDs": lambda size: " ".join(f"event {number}" for number in range(10_000, 10_000 + size // 12))[:size],
    "different lines": lambda size: "\n".join(f"id: {number}" for number in range(10_000, 10_000 + size // 10))[:size],
    "different codes": lambda size: " ".join(f"code 0x{number:x}" for number in range(0xA000, 0xA000 + size // 12))[
        :size
    ],
    "different owners": lambda size: "\n\n".join(
        f"Log Name: Microsoft Intune Connector{'.' * (number % 50)}{' ' * (number // 50)}.\nEvent ID: 20502"
        for number in range(1, size // 60)
    )[:size],
    "different names": lambda size: " ".join(f"UploadFail_{number}" for number in range(size // 16))[:size],
}


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds of one phase of one generator for growing lengths, each twice the one before."""

    generator: str
    phase: str
    times: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """Growth of time with length, as an exponent: 1 is linear, 2 quadratic."""
        return log2(self.times[-1] / self.times[-2])

    @property
    def is_bad(self) -> bool:
        """Tell whether time grows too fast, where it is long enough to be told from noise."""
        return self.times[-1] > NOTICED and self.exponent > EXPONENT


def phases_of(text: str, sceptic: Sceptic) -> dict[str, Callable[[], object]]:
    """Return what is timed: reading, and deciding on each surface."""
    evidence = read_evidence(text)
    phases: dict[str, Callable[[], object]] = {"read": lambda: read_evidence(text)}
    for surface in _SURFACES:
        phases[surface] = partial(diagnose, evidence, sceptic, surface)
    return phases


def measure(generator: str, sceptic: Sceptic, lengths: Sequence[int], repetitions: int = _REPETITIONS) -> list[Growth]:
    """Time each phase at each length; what seems steep is timed again, since a busy machine slows down as it likes."""
    phases = [phases_of(GENERATORS[generator](length), sceptic) for length in lengths]
    found = []
    for phase in phases[0]:
        actions = [actions[phase] for actions in phases]
        growth = Growth(generator, phase, _times(actions, repetitions))
        for _ in range(_AGAIN):
            if growth.is_bad and growth.times[-1] < _ENOUGH:
                growth = min(
                    growth, Growth(generator, phase, _times(actions, repetitions)), key=lambda each: each.exponent
                )
        found.append(growth)
    return found


def _times(actions: Sequence[Callable[[], object]], repetitions: int) -> tuple[float, ...]:
    """Return each action's shortest time, taken in turns; an action is not tried when the one before was hopeless."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(repetitions):
        for at, action in enumerate(actions):
            if at > 1 and min(times[at - 1]) > _ENOUGH:
                break
            if sum(times[at]) < _BUDGET:
                times[at].append(seconds(action))
    return tuple(min(taken) for taken in times if taken)


def ready_sceptic() -> Sceptic:
    """Build the bot with everything learned, so that no phase pays for that."""
    settings = read_settings()
    sceptic = build_sceptic(settings.sceptic_knowledge, settings.sceptic_cache)
    sceptic.words()
    gc.freeze()
    return sceptic


def _row(phases: Sequence[Growth]) -> tuple[str, ...]:
    worst = max(phases, key=lambda growth: growth.times[-1])
    cells = [f"{growth.times[-1] * 1e3:.1f}" for growth in phases]
    counted = [growth for growth in phases if growth.times[-1] > NOTICED]
    exponent = f"{max(growth.exponent for growth in counted):.2f}" if counted else f"({worst.exponent:.2f})"
    return (phases[0].generator, *cells, exponent, "TOO STEEP" if any(growth.is_bad for growth in phases) else "")


def run(length: int = LENGTH) -> bool:
    """Print the table; tell whether nothing grows faster than it may."""
    assert 4 * length < MAX_CHARACTERS
    sceptic = ready_sceptic()
    found = [measure(generator, sceptic, (length, 2 * length, 4 * length)) for generator in GENERATORS]
    print(f"Hostile text: {len(found)} generators. ms for {4 * length:,} characters, best of {_REPETITIONS};")
    print(
        f"growth = log2(t({4 * length:,}) / t({2 * length:,})): 1 is linear, 2 quadratic; in brackets where all is under 20 ms.\n"
    )
    rows = sorted(map(_row, found), key=lambda row: -sum(map(float, row[1:4])))
    print(table(("text", "read", "command", "channel", "growth", ""), rows), flush=True)
    return not any(growth.is_bad for phases in found for growth in phases)
