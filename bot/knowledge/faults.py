"""Faults of the articles, worded so that an author can mend them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Place = tuple[str | int, ...]
"""Where something stands in a YAML file: the keys and positions that lead to it."""


@dataclass(frozen=True, slots=True)
class KnowledgeFault:
    """One thing to mend: where it stands and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class KnowledgeError(Exception):
    """The articles have faults; `sceptic knowledge check` lists them."""

    def __init__(self, faults: list[KnowledgeFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
