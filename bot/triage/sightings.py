"""Sightings in a message: the events it pastes or names, with computer, time and masked device ID."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.diagnosis import Diagnosis, Match
from bot.evidence import Event, Evidence
from bot.knowledge import Article, Relations
from bot.triage.incident import Sighting

_SHOWN_DIGITS: Final = 4
_LONGEST: Final = 120
"""Characters kept of a pasted value; names of computers and CAs are shorter."""


def read_sightings(
    diagnosis: Diagnosis, evidence: Evidence | None = None, relations: Relations | None = None
) -> tuple[Sighting, ...]:
    """Return a sighting for each pasted event that an article explains, in order, then for those only named.

    With `relations`, a pasted event without an article counts as well when they list it in its log: a success in another
    log can settle a failure.
    """
    pasted = [
        (event.span.start, _seen(match, event))
        for match in diagnosis.matches
        for event in match.events
        if diagnosis.decision == "answer"
    ]
    pasted.extend(
        (event.span.start, seen)
        for event in (evidence.events if evidence else ())
        if (seen := _listed(event, relations))
    )
    told = [match for match in diagnosis.matches if not match.events and diagnosis.decision == "answer"]
    return (*(seen for _, seen in sorted(pasted, key=lambda each: each[0])), *map(_named, told))


def mask(identifier: str) -> str:
    """Keep the last four characters of an ID, enough to tell the devices of a thread apart; of a short one, nothing."""
    kept = identifier.strip("{} ")
    return f"…{kept[-_SHOWN_DIGITS:]}" if len(kept) > 2 * _SHOWN_DIGITS else ""


def _seen(match: Match, event: Event) -> Sighting:
    # A code beside a single event belongs to it.
    codes = match.codes if len(match.events) == 1 else [code for code in match.codes if _carries(event, code)]
    return _sighting(match.article.id, tuple(code.id for code in codes), event)


def _sighting(article_id: str, codes: tuple[str, ...], event: Event) -> Sighting:
    details = {detail.kind: detail.value for detail in reversed(event.details)}
    return Sighting(
        article_id=article_id,
        codes=codes,
        computer=_cut((event.computer or "").strip()),
        time=_cut((event.time or "").strip()),
        device=mask(details["device"]) if "device" in details else "",
        ca=_cut(details.get("ca", "")),
    )


def _cut(value: str) -> str:
    """Cut a value to what is kept of it, and mark it as cut."""
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"


def _named(match: Match) -> Sighting:
    return Sighting(match.article.id, tuple(code.id for code in match.codes), told=True)


def _listed(event: Event, relations: Relations | None) -> Sighting | None:
    for log in relations.logs.values() if relations else ():
        if event.event_id in log.events and log.name.casefold() == (event.log_name or "").strip().casefold():
            return _sighting(event.event_id, (), event)
    return None


def _carries(event: Event, article: Article) -> bool:
    spelled, own = set(_spellings(article)), _letters(article.id)
    return any(
        _letters(code.digits) == own
        if code.product
        else code.digits in spelled or (code.digits.lstrip("0") or "0") in spelled
        for code in event.codes
    )


def _letters(code: str) -> str:
    """Spell a code of a product's own shape without the hyphens in it."""
    return "".join(filter(str.isalnum, code)).upper()


def _spellings(article: Article) -> Iterator[str]:
    """Yield the spellings of a code, as in `Identities.code`: without leading zeros, and each alias as written."""
    yield article.id[2:].lstrip("0") or "0"
    yield from (alias[2:] for alias in article.aliases)
