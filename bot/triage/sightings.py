"""What a message shows: the events it pastes or names, with what tells each from others of its kind. Masks device IDs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.diagnosis import Diagnosis, Match
from bot.evidence import Event, Evidence
from bot.knowledge import Article, Relations
from bot.triage.incident import Sighting

_SHOWN_DIGITS: Final = 4
_LONGEST: Final = 120
"""Characters kept of a value that was pasted; a computer's or CA's name is shorter."""


def read_sightings(
    diagnosis: Diagnosis, evidence: Evidence, relations: Relations | None = None
) -> tuple[Sighting, ...]:
    """Return a sighting for each pasted event that an article explains, in their order, then those only named.

    With `relations`, a pasted event without an article is one as well when they list it in its log: a success in the
    current connector's log can settle a failure of the old one.
    """
    pasted = [
        (event.span.start, _seen(match, event))
        for match in diagnosis.matches
        for event in match.events
        if diagnosis.decision == "answer"
    ]
    pasted.extend((event.span.start, seen) for event in evidence.events if (seen := _listed(event, relations)))
    told = [match for match in diagnosis.matches if not match.events and diagnosis.decision == "answer"]
    return (*(seen for _, seen in sorted(pasted, key=lambda each: each[0])), *map(_named, told))


def mask(identifier: str) -> str:
    """Keep the last four characters of an ID, enough to tell the devices of a thread apart; of a short one, nothing."""
    kept = identifier.strip("{} ")
    return f"…{kept[-_SHOWN_DIGITS:]}" if len(kept) > 2 * _SHOWN_DIGITS else ""


def _seen(match: Match, event: Event) -> Sighting:
    # With one event, a code beside it is that event's.
    codes = match.codes if len(match.events) == 1 else [code for code in match.codes if _carries(event, code)]
    return _sighting(match.article.id, tuple(code.id for code in codes), event)


def _sighting(article_id: str, codes: tuple[str, ...], event: Event) -> Sighting:
    details = {detail.kind: detail.value for detail in reversed(event.details)}
    return Sighting(
        article_id=article_id,
        codes=codes,
        computer=(event.computer or "").strip()[:_LONGEST],
        time=(event.time or "").strip()[:_LONGEST],
        device=mask(details["device"]) if "device" in details else "",
        ca=details.get("ca", "")[:_LONGEST],
    )


def _named(match: Match) -> Sighting:
    return Sighting(match.article.id, tuple(code.id for code in match.codes), told=True)


def _listed(event: Event, relations: Relations | None) -> Sighting | None:
    for log in relations.logs.values() if relations else ():
        if event.event_id in log.events and log.name.casefold() == (event.log_name or "").strip().casefold():
            return _sighting(event.event_id, (), event)
    return None


def _carries(event: Event, article: Article) -> bool:
    spelled = set(_spellings(article))
    return any(code.digits in spelled or (code.digits.lstrip("0") or "0") in spelled for code in event.codes)


def _spellings(article: Article) -> Iterator[str]:
    """As in `Identities.code`: an ID also without its leading zeros, an alias only as it is written."""
    yield article.id[2:].lstrip("0") or "0"
    yield from (alias[2:] for alias in article.aliases)
