"""Takes apart the codes of Windows that no article explains: what part of it they are of, and its own name for them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import Diagnosis
from bot.evidence import Evidence
from bot.evidence.notations import unsigned_codes
from bot.knowledge.windows_errors import ErrorParts

_MOST = 3
"""Codes of one text that are taken apart; more would be a list for somebody else's tool."""


def find_error_parts(evidence: Evidence, diagnosis: Diagnosis, sceptic: Sceptic) -> tuple[ErrorParts, ...]:
    """Return the parts of the codes that a decision leaves unexplained, in the order of the text."""
    unknown = {about for kind, about in _named(diagnosis) if kind != "code_neutral"}
    if not unknown:
        return ()
    found: dict[str, ErrorParts] = {}
    for written, digits in _codes(evidence):
        if {written, digits} & unknown and digits not in found:
            parts = sceptic.windows_errors().take_apart(written, digits)
            found |= {digits: parts} if parts is not None else {}
    return tuple(found.values())[:_MOST]


def _named(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    yield from (("", subject) for subject in (diagnosis.subject, *diagnosis.unexplained) if subject)
    yield from ((each.kind, each.about) for each in diagnosis.reasons if each.kind in ("code_unknown", "id_unknown"))


def _codes(evidence: Evidence) -> Iterator[tuple[str, str]]:
    events = (code for event in evidence.events for code in event.codes)
    yield from ((code.written, code.digits) for code in (*evidence.codes, *events) if not code.product)
    # Ten digits without any other word are read as a number.
    for number in evidence.identifiers:
        yield from ((number.digits, digits) for _, _, digits in unsigned_codes(number.digits))
