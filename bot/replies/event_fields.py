"""Fields of a pasted event as a reader is shown them: short where they can be, and never another than was written."""

from __future__ import annotations

import re
from typing import Final

_FRACTION: Final = re.compile(r"(?<=:\d\d)\.\d.*", re.DOTALL)


def short_computer(computer: str) -> str:
    """Cut a host's name before its domain; an IP address has none, and stays whole."""
    if ":" in computer or computer.replace(".", "").isdigit():
        return computer
    return computer.split(".")[0]


def short_time(time: str) -> str:
    """Cut fractions of a second; "14.05.2024 09:12:33" keeps its dots."""
    return _FRACTION.sub("", time).replace("T", " ")
