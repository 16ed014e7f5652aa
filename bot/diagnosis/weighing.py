"""Weighs what a text holds: which articles its events, IDs, names and codes match, and how strongly."""

from __future__ import annotations

from bot.diagnosis.case import Case
from bot.diagnosis.code_matches import judge_codes
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.event_matches import judge_events
from bot.diagnosis.id_matches import judge_identifiers
from bot.diagnosis.message_matches import judge_messages
from bot.diagnosis.name_matches import judge_names
from bot.diagnosis.phrase_matches import find_phrases, judge_phrases, judge_typed_ids
from bot.diagnosis.range_matches import judge_ranges
from bot.evidence import Evidence


def weigh(evidence: Evidence, sceptic: Sceptic, *, asked: bool) -> Case:
    """Weigh everything a text holds but its free words.

    A text of which characters were lost may have lost the label or the source by which an event is another product's.
    """
    case = Case(evidence, asked)
    if evidence.lossy:
        case.note("undecodable", "")
        if not asked:
            return case
    find_phrases(case, sceptic)
    judge_events(case, sceptic)
    judge_identifiers(case, sceptic)
    judge_ranges(case, sceptic)
    judge_typed_ids(case, sceptic)
    judge_phrases(case)
    judge_names(case, sceptic)
    judge_codes(case, sceptic)
    # An ID that was read already says more than the words it came with; the line of a log may be the beginning of a message.
    if not case.unknown and all(each.article.kind == "line" for each in case.strong.values()):
        judge_messages(case, sceptic.messages)
    return case
