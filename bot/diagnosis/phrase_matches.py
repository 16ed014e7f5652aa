"""Matches the literal pieces of text that articles name: lines of logs, and what people paste without an ID."""

from __future__ import annotations

import re
from typing import Final

from bot.diagnosis.case import Case
from bot.diagnosis.engine import Sceptic
from bot.diagnosis.values import MatchReason
from bot.evidence import Evidence, Stance
from bot.knowledge import Article

_TYPED: Final = re.compile(r"(?<![\w.\-])[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)+(?![\w\-])", re.ASCII)
_SURE: Final = 24
_SURE_OF_A_LINE: Final = 20
"""Characters from which a piece that is met by itself is nobody's by chance."""
_SENTENCE: Final = 40
"""Characters from which a piece is a sentence of its own."""
_NO_WORDS: Final = re.compile(r"[0-9_/]")
_MOST: Final = 0.7
"""Of a message, what a piece must be to be the whole of it."""
_SHOWN: Final = 60


def judge_typed_ids(case: Case, sceptic: Sceptic) -> None:
    """Match the IDs that only articles have (name, hyphen, number); typed among people's own talk they may be anything."""
    if "-" not in case.evidence.prose:
        return
    for match in _TYPED.finditer(case.evidence.prose):
        found = sceptic.identities.typed(match[0])
        if len(found) > 1:
            case.is_one_of(match[0], found)
        elif found:
            case.gather(found[0], MatchReason("id_cued", match[0]), strong=False)
        elif _is_like_one(match[0], sceptic):
            case.is_unknown(match[0], "id_unknown")


def _is_like_one(typed: str, sceptic: Sceptic) -> bool:
    """Tell whether an ID is spelled as those of articles are: a word that says whose it is, and a number."""
    owner, _, number = typed.casefold().rpartition("-")
    return number.isdecimal() and owner in sceptic.knowledge.lexicon.cues.owners


def find_phrases(case: Case, sceptic: Sceptic) -> None:
    """Note the literal pieces in what is no event with an ID; one of a source that reports on everything needs its words."""
    lacks = sceptic.identities.lacks_words
    case.phrases = [
        found
        for found in sceptic.identities.phrases.find(case.evidence.prose)
        if not lacks(found.article.provider, case.evidence.text)
    ]


def judge_phrases(case: Case) -> None:
    """Match literal pieces in what is no event with an ID; unasked, only lines of a log speak, among a product's words.

    The text of an error is met in many places: that of a code is its article only where nothing else is.
    """
    lines = [each for each in case.phrases if each.article.kind != "code"]
    for each in case.phrases:
        piece, article = each.piece, each.article
        if article.kind == "code" and (lines or case.strong or case.evidence.codes):
            continue
        # The text of a code is met with every program.
        if article.kind == "code" and not _is_all(case.evidence, piece):
            continue
        sure = (
            len(piece) >= (_SURE_OF_A_LINE if _NO_WORDS.search(piece) else _SURE)
            and article.kind in ("event", "line")
            and _is_ours(case.evidence, article, piece)
        )
        # A line that reports no fault is in every log: it speaks only to those who ask what it is.
        is_fault = article.kind == "event" or article.outcome in ("warning", "failure")
        sure = sure and (is_fault or _stance(case.evidence).asks(*_place(case.evidence, piece)))
        sure = sure and not (case.asked or _reports_nothing(case.evidence, piece))
        if sure or case.asked:
            case.gather(article, MatchReason("phrase_matches", piece[:_SHOWN]), strong=sure)


def _is_all(evidence: Evidence, piece: str) -> bool:
    """Tell whether a text is about a piece of it: among a product's words, or where there is little else."""
    return evidence.in_context or evidence.words_left < 1 or len(piece) > _MOST * len(evidence.prose)


def _reports_nothing(evidence: Evidence, piece: str) -> bool:
    """Tell whether a piece stands in talk about a plan, a document or a script."""
    return _stance(evidence).reports_nothing(*_place(evidence, piece))


def _stance(evidence: Evidence) -> Stance:
    return Stance(evidence.prose, in_context=evidence.in_context)


def _place(evidence: Evidence, piece: str) -> tuple[int, int]:
    at = max(0, evidence.prose.casefold().find(piece.casefold()))
    return at, at + len(piece)


def _is_ours(evidence: Evidence, article: Article, piece: str) -> bool:
    """Tell whether the words speak of a product here, and of the article's own where it has events.

    A whole sentence of an event has words that others may mean, too.
    """
    is_about = not article.product.writes_events or evidence.is_about(article.product.id)
    is_sentence = article.kind == "event" and len(piece) >= _SENTENCE and not evidence.strong
    return evidence.in_context and (is_about or is_sentence)
