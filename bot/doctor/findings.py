"""Findings of `sceptic doctor`: what was looked at, how it is, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Condition = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is what to do, and empty where all is well."""

    name: str
    state: Condition
    said: str
    advice: str = ""


def ok(name: str, said: str) -> Finding:
    """Make a finding of something that is well."""
    return Finding(name, "ok", said)


def warning(name: str, said: str, advice: str) -> Finding:
    """Make a finding of something that works, and could be better."""
    return Finding(name, "warning", said, advice)


def fault(name: str, said: str, advice: str) -> Finding:
    """Make a finding of something that keeps the bot from working."""
    return Finding(name, "fault", said, advice)


def as_object(finding: Finding) -> dict[str, str]:
    """Return a finding as JSON has it."""
    return asdict(finding)
