"""Search for private values in text: personal data and secrets."""

from __future__ import annotations

from collections.abc import Iterable

from bot.privacy.identities import find_identities
from bot.privacy.secrets import find_secrets_in
from bot.privacy.values import Detection, Private, fold, is_secret


def find_private(text: str, computers: Iterable[str] = ()) -> tuple[Private, ...]:
    """Find every private value of a text, in order and without overlaps.

    The names of computers are not private, the team needs them; those in
    `computers` are found all the same, for an export that leaves the company.
    Time grows linearly with the text, whatever is in it.
    """
    folded = fold(text)
    found = []
    for each in _find(folded.text, tuple(computers)):
        span = folded.span(each.start, each.end)
        found.append(Private(each.kind, span, text[span.start : span.end]))
    return tuple(found)


def find_secrets(text: str) -> tuple[Private, ...]:
    """Find the secrets in a text: values that their poster has to revoke."""
    return tuple(each for each in find_private(text) if is_secret(each.kind))


def _find(text: str, computers: tuple[str, ...]) -> list[Detection]:
    """Search again with all detections blanked until nothing new is found: one value may hide the start of another."""
    secrets: list[Detection] = []
    while new := _apart([*find_secrets_in(text)]):
        secrets += new
        text = _without(text, new)
    identities: list[Detection] = []
    while new := _apart([*find_identities(text, computers)]):
        identities += new
        text = _without(text, new)
    return sorted(secrets + identities, key=lambda each: each.start)


def _without(text: str, found: list[Detection]) -> str:
    """Blank each value with as many opening marks of a mask, which no pattern matches."""
    pieces, done = [], 0
    for each in found:
        pieces += [text[done : each.start], "‹" * (each.end - each.start)]
        done = each.end
    return "".join([*pieces, text[done:]])


def _apart(found: list[Detection]) -> list[Detection]:
    """Resolve overlaps: the outermost wins, and partial overlaps merge into the more important kind."""
    kept: list[Detection] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end, not is_secret(each.kind))):
        last = kept[-1] if kept else None
        if last is None or each.start >= last.end:
            kept.append(each)
        elif each.end > last.end or (is_secret(each.kind) and not is_secret(last.kind)):
            first = last if is_secret(last.kind) or not is_secret(each.kind) else each
            kept[-1] = Detection(last.start, max(last.end, each.end), first.kind)
    return kept
