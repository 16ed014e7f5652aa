"""Matches the texts that events and codes carry, and the phrases that articles quote, wherever they stand in a message.

Texts are compared by their letters and digits alone. One that differs in a few letters, as a hand or a translation leaves it,
is still the same; a text that differs in a word from its opposite ("failed", "successfully") never is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.diagnosis.case import Case
from bot.diagnosis.values import MatchReason, ReasonKind
from bot.evidence import Evidence, Stance
from bot.evidence.lazy_pattern import lazy_pattern
from bot.knowledge import Article

_GRAM: Final = 10
"""Letters of a piece by which a text is looked up; every such piece of the known texts is in the index."""
_GRAM_CJK: Final = 4
_SHORTEST: Final = 30
"""Letters of a sentence that nobody writes by chance."""
_SHORTEST_CJK: Final = 11
_SAME: Final = 100.0
_ALIKE: Final = 94.0
"""Of 100, rapidfuzz `fuzz.ratio` of a text and the known one."""
_MOST_BEYOND: Final = 0.12
"""Share of letters that differ, above which 2·(n−k) ÷ (2n−k) is below `_ALIKE`."""
_SHIFT: Final = 4
"""Letters by which slips may move the rest of a text."""
_MOST_READ: Final = 12_000
"""Letters of a message in which known texts are looked for."""
SEARCHED: Final = 4_000
"""Letters of messages that are searched for before all known texts are indexed; by then that is the quicker way."""
_SENTENCE: Final = re.compile(r"(?<=[.。！!?？])\s*")
_SHOWN: Final = 60
_IDEOGRAPH: Final = lazy_pattern(r"[぀-ヿ㐀-鿿가-힣]")
_WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class KnownText:
    """A text that an article is known by, in letters and digits alone."""

    article: Article
    letters: str
    text: str
    kind: ReasonKind
    # Its first sentence, which says what happened: all others may be those of the opposite event, too.
    first: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a known text among the letters of a message, and how alike the two are, of 100."""

    start: int
    end: int
    alike: float


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """A whole message, or a phrase that an article quotes, from which known texts are taken."""

    article_id: str
    text: str
    letters: str
    is_message: bool


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Known texts by their pieces."""

    by_piece: Mapping[str, Sequence[KnownText]]
    # Pieces of four letters that lead to texts which a message in Latin letters alone may be: they are nearly so.
    latin: Mapping[str, Sequence[KnownText]]


class MessageIndex:
    """Finds the texts of events and codes in a message, in time that grows with the message alone.

    To index all known texts takes longer than to answer. So for the first texts only those are indexed that share a piece
    with the text, which one search through all letters tells; once much was searched, all are.
    """

    def __init__(
        self, articles: Mapping[str, Article], messages: Mapping[str, tuple[str, ...]], searched: int = SEARCHED
    ) -> None:
        self._articles = articles
        self._searched = searched
        found = [_Source(name, text, _letters(text), True) for name, texts in messages.items() for text in texts]
        phrases = [_Source(each.id, text, _letters(text), False) for each in articles.values() for text in each.quoted]
        self._sources = [*found, *(each for each in phrases if len(each.letters) >= _GRAM)]
        self._by_size = {size: _Joined(size, self._sources) for size in (_GRAM, _GRAM_CJK)}
        self._read = 0
        self._all: _Pieces | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether all known texts are indexed."""
        return self._all is not None

    def find(self, text: str) -> list[KnownText]:
        """Return the texts that stand in a message, in its order, none that is a part of another."""
        letters = _letters(text)[:_MOST_READ]
        longest = len(letters) + _SHIFT
        known = self._texts_for(letters)
        by_size = ((_GRAM, known.by_piece), (_GRAM_CJK, known.latin if letters.isascii() else known.by_piece))
        tried: set[KnownText] = set()
        found: list[tuple[_Place, KnownText]] = []
        for size, by_piece in by_size:
            # Nothing is looked up for most messages of Latin letters in the pieces of other scripts.
            for at in _places_of_pieces(letters, size) if by_piece else ():
                for each in by_piece.get(letters[at : at + size], ()):
                    if len(each.letters) > longest:
                        continue
                    place = None if each in tried else _place(each, letters, at, size)
                    # Each is looked at once, where its first piece stands: a text is not long enough to tell it twice.
                    tried.add(each)
                    found += [(place, each)] if place is not None else []
        # What stands there to the letter goes before what is merely near, and a whole message before its sentences.
        found.sort(key=lambda each: (-each[0].alike, each[0].start - each[0].end))
        kept: list[tuple[_Place, KnownText]] = []
        for place, each in found:
            if not any(place.start < other.end and other.start < place.end for other, _ in kept):
                kept.append((place, each))
        return [each for _, each in sorted(kept, key=lambda one: one[0].start)]

    def _texts_for(self, letters: str) -> _Pieces:
        """Return the known texts by their pieces: all, or at least those that share a piece with a message."""
        if self._all is None and (read := self._read + len(letters)) <= self._searched:
            self._read = read
            near: set[int] = set()
            for size, joined in self._by_size.items():
                for at in _places_of_pieces(letters, size):
                    near.update(joined.with_piece(letters[at : at + size]))
            return _index(self._articles, [self._sources[number] for number in sorted(near)])
        if self._all is None:
            self._all = _index(self._articles, self._sources)
        return self._all


class _Joined:
    """The letters of all sources whose texts are looked up by pieces of one size, as one text: quicker to search than many."""

    def __init__(self, size: int, sources: Sequence[_Source]) -> None:
        self._numbers = [number for number, each in enumerate(sources) if _size(each.letters) == size]
        self._letters = "\n".join(sources[number].letters for number in self._numbers)
        lengths = (len(sources[number].letters) + 1 for number in self._numbers)
        self._ends = list(accumulate(lengths))

    def with_piece(self, piece: str) -> Iterator[int]:
        """Yield the number of each source that holds a piece."""
        at = self._letters.find(piece)
        while at >= 0:
            here = bisect_right(self._ends, at)
            yield self._numbers[here]
            at = self._letters.find(piece, self._ends[here])


def _index(articles: Mapping[str, Article], sources: Sequence[_Source]) -> _Pieces:
    """Return the texts of these sources by their pieces.

    Of a text that has a certain piece every owner is told, if every source that has the piece is among them.
    """
    known = list(_of_messages(articles, (each for each in sources if each.is_message)))
    taken = {each.letters for each in known}
    phrases = [each for each in sources if not each.is_message]
    known += _of_articles(articles, phrases, taken) if phrases else ()
    by_piece: defaultdict[str, list[KnownText]] = defaultdict(list)
    for each in known:
        size = _size(each.letters)
        # A message is looked through in steps of a piece's length, so every piece of a known text leads to it.
        for at in range(len(each.letters) - size + 1):
            by_piece[each.letters[at : at + size]].append(each)
    nearly_latin = {each for each in known if _is_nearly_latin(each.letters)}
    latin = {
        piece: kept
        for piece, found in by_piece.items()
        if len(piece) == _GRAM_CJK and (kept := [each for each in dict.fromkeys(found) if each in nearly_latin])
    }
    return _Pieces({piece: list(dict.fromkeys(found)) for piece, found in by_piece.items()}, latin)


def _places_of_pieces(letters: str, size: int) -> range:
    return range(0, len(letters) - size + 1, size)


def judge_messages(case: Case, index: Callable[[], MessageIndex]) -> None:
    """Match what the text holds of known messages; one that an ID beside it contradicts says nothing."""
    evidence = case.evidence
    if len(evidence.prose) < _SHORTEST_CJK:
        return
    found = index().find(evidence.prose)
    # Whoever edits or translates a text has met no event.
    is_edited = bool(found) and not case.asked and Stance(evidence.prose, in_context=True).is_no_report
    for each in found:
        if not _goes_beyond_lines(case, each):
            continue
        reason = MatchReason(each.kind, each.text[:_SHOWN])
        is_said = each.kind == "message_matches" and not is_edited and not _is_foreign(evidence, each.article)
        case.gather(each.article, reason, strong=is_said)


def _goes_beyond_lines(case: Case, known: KnownText) -> bool:
    """Tell whether a known text says more than the lines found in it, and take those back: they are its beginning."""
    inside = [each for each in case.phrases if each.article.id in case.strong and _overlap(_letters(each.piece), known)]
    if any(len(_letters(each.piece)) >= len(known.letters) for each in inside):
        return False
    for each in inside:
        del case.strong[each.article.id]
    return True


def _overlap(letters: str, known: KnownText) -> bool:
    return letters in known.letters or known.letters in letters


def _is_foreign(evidence: Evidence, article: Article) -> bool:
    """Tell whether a text names another product than the article's, or a log or source that is nobody's we know."""
    named = evidence.strong | evidence.weak
    return bool(evidence.strong) and article.product.id not in named


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text)).replace("_", "").casefold()


def _is_nearly_latin(letters: str) -> bool:
    """Tell whether a text may be as alike as `_ALIKE` to one without the letters it has beyond ASCII."""
    beyond = sum(not letter.isascii() for letter in letters)
    return beyond <= _MOST_BEYOND * len(letters)


def _size(letters: str) -> int:
    return _GRAM_CJK if _IDEOGRAPH.search(letters) else _GRAM


def _place(text: KnownText, letters: str, at: int, size: int) -> _Place | None:
    """Return where a known text stands around a piece that both have; None where the rest is another text."""
    known = text.letters
    for offset in _offsets(known, letters[at : at + size]):
        start = max(0, at - offset)
        if letters.startswith(known, start):
            return _Place(start, start + len(known), _SAME)
    # Loaded for a text that has a piece of a known one, which few have.
    from rapidfuzz import fuzz

    first = max(0, at - known.find(letters[at : at + size]) - _SHIFT)
    window = letters[first : first + len(known) + 2 * _SHIFT]
    if len(window) < len(known) - _SHIFT:
        return None
    alignment = fuzz.partial_ratio_alignment(known, window, score_cutoff=_ALIKE)
    if alignment is None:
        return None
    start, end = first + alignment.dest_start, first + alignment.dest_end
    alike = fuzz.ratio(known, letters[start:end])
    said = fuzz.partial_ratio(text.first, letters[start : start + len(text.first) + _SHIFT]) if text.first else _SAME
    return _Place(start, end, alike) if min(alike, said) >= _ALIKE else None


def _offsets(known: str, piece: str) -> Iterator[int]:
    at = known.find(piece)
    while at >= 0:
        yield at
        at = known.find(piece, at + 1)


def _of_messages(articles: Mapping[str, Article], messages: Iterable[_Source]) -> Iterator[KnownText]:
    """Yield each whole message, and each of its sentences that only one article has and nobody writes by chance."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    texts: dict[tuple[str, str], str] = {}
    for message in messages:
        sentences = [each for each in _SENTENCE.split(message.text) if each]
        beginnings = [" ".join(sentences[:many]) for many in range(2, len(sentences) + 1)]
        for part in (*beginnings, *sentences):
            if _is_long(letters := _letters(part)):
                owners[letters].add(message.article_id)
                texts[letters, message.article_id] = part
    for (letters, article_id), text in texts.items():
        if len(owners[letters]) == 1:
            first = _letters(_SENTENCE.split(text)[0])
            yield KnownText(articles[article_id], letters, text, "message_matches", first)


_SHORTEST_PHRASE: Final = 16
"""Letters of a phrase that leads to the article which quotes it; shorter ones are names of things."""


def _of_articles(articles: Mapping[str, Article], phrases: Iterable[_Source], taken: set[str]) -> Iterator[KnownText]:
    """Yield the phrases that just one article quotes or sets as code.

    What a product, its log or its source is called is no such phrase.
    """
    products = {article.product for article in articles.values()}
    taken = taken.union(_letters(name) for product in products for name in product.spoken_names)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    texts: dict[str, str] = {}
    for each in phrases:
        owners[each.letters].add(each.article_id)
        texts[each.letters] = each.text
    for letters, found in owners.items():
        if len(found) == 1 and letters not in taken and len(letters) >= _SHORTEST_PHRASE:
            yield KnownText(articles[next(iter(found))], letters, texts[letters], "phrase_matches")


def _is_long(letters: str) -> bool:
    return len(letters) >= (_SHORTEST_CJK if _IDEOGRAPH.search(letters) else _SHORTEST)
