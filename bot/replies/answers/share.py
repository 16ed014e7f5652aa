"""A button's value, from which a click renders the same answer again: IDs only, never what somebody pasted."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.diagnosis import Diagnosis, Match
from bot.diagnosis.values import MatchReason
from bot.knowledge import Knowledge
from bot.languages import Language, known_language
from bot.replies.blocks import BUTTON_VALUE

Packed = list[list[str]]


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer out of a button's value."""

    diagnosis: Diagnosis
    language: Language
    # The thread that sharing goes into; None for the channel itself.
    thread_ts: str | None = None


def pack(matches: tuple[Match, ...], language: Language, thread_ts: str = "") -> str:
    """Write matches into a button's value: one list for each, the event or code first, then its codes.

    A value holds 2,000 characters; a list of 31 articles needs under 700, so only codes are ever left out, from the last match on.
    """
    packed: Packed = [[match.article.id, *(code.id for code in match.codes)] for match in matches]
    content: dict[str, object] = {"articles": packed, "language": language}
    if thread_ts:
        content["thread_ts"] = thread_ts
    for codes in (None, *reversed(packed)):
        if codes is not None:
            del codes[1:]
        value = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        if len(value) <= BUTTON_VALUE:
            break
    return value


def pack_match(match: Match, language: Language) -> str:
    """Write one match into a button's value."""
    return pack((match,), language)


def unpack(value: str, knowledge: Knowledge) -> Shared | None:
    """Read a button's value; None when it is not one of ours, or its articles are gone since it was posted."""
    try:
        content = json.loads(value)
        packed: Packed = content["articles"]
        language = known_language(content["language"])
        found = [[knowledge.articles[article_id] for article_id in ids] for ids in packed]
    except (ValueError, KeyError, TypeError):
        return None
    if not found or not all(found):
        return None
    matches = tuple(Match(first, (MatchReason("name_matches", first.id),), (), tuple(codes)) for first, *codes in found)
    thread_ts = content.get("thread_ts")
    return Shared(
        Diagnosis("answer", matches=matches, language=language), language, str(thread_ts) if thread_ts else None
    )
