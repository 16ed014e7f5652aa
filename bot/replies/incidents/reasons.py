"""Words for why a cause is likely, and for what two incidents share. What no source states says that it is inferred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.languages import LANGUAGES, Language
from bot.replies.article_numbers import ArticleNumbers
from bot.replies.texts import say, say_count
from bot.triage.reasons import CauseReason, CodeReason, PlacesReason, RelationReason, SilenceReason
from bot.triage.similar import SharedFeatures
from bot.triage.similar_features import FeatureKind

# So many identifiers of one kind are named.
_SHOWN: Final = 3
_NUMBERED: Final = frozenset[FeatureKind]({"code", "event"})


def cause_reason(reason: CauseReason, numbers: ArticleNumbers) -> str:
    """Word one reason for a cause as plain text; computers' names in it come from what was pasted."""
    language = numbers.language
    match reason:
        case CodeReason():
            title = reason.code.prose[language].title.rstrip(f".{LANGUAGES[language].stop}")
            return say(language, "cause.code", code=numbers.named(reason.code.id), title=title)
        case SilenceReason():
            return _sourced(reason.relation.source, _silence(reason, numbers), language)
        case RelationReason():
            return _sourced(reason.relation.source, _relation(reason, numbers), language)
        case PlacesReason():
            return _places(reason, numbers)


def _sourced(source: str, sentence: str, language: Language) -> str:
    return sentence if source else say(language, "cause.inferred", sentence=sentence)


def _silence(reason: SilenceReason, numbers: ArticleNumbers) -> str:
    key = "cause.silence_of_computer" if reason.computer else "cause.silence"
    because, event = reason.relation.because[numbers.language], numbers.named(reason.article_id)
    return say(numbers.language, key, event=event, computer=reason.computer, because=because)


def _relation(reason: RelationReason, numbers: ArticleNumbers) -> str:
    code = reason.relation.effect.code
    if reason.count > 1:
        key = "cause.follows_often_with_code" if code else "cause.follows_often"
    else:
        key = "cause.follows_with_code" if code else "cause.follows"
    arguments = {
        "effect": numbers.named(reason.effect_id),
        "code": numbers.number(code),
        "cause": numbers.named(reason.cause_id),
        "count": reason.count,
    }
    return say(numbers.language, key, because=reason.relation.because[numbers.language], **arguments)


def _places(reason: PlacesReason, numbers: ArticleNumbers) -> str:
    language = numbers.language
    text = say_count(language, "cause.seen", reason.count, event=numbers.named(reason.article_id))
    if reason.all_on_one:
        text = say(language, "cause.seen_all_on", seen=text, computer=reason.computers[0])
    elif reason.computers:
        text = say(language, "cause.seen_on", seen=text, computers=LANGUAGES[language].comma.join(reason.computers))
    if reason.devices > 1:
        text = say_count(language, "cause.seen_for_devices", reason.devices, seen=text)
    return text + LANGUAGES[language].stop


def similarity_reasons(shared: Sequence[SharedFeatures], numbers: ArticleNumbers) -> Iterator[str]:
    """Word what two incidents share, identifiers first, as plain text."""
    language = numbers.language
    values = {each.kind: tuple(map(numbers.named, each.values)) for each in shared if each.kind in _NUMBERED}
    values |= {each.kind: each.values for each in shared if each.kind not in _NUMBERED}
    named = [_name(kind, values[kind], language) for kind in ("code", "event") if kind in values]
    if len(named) == 2:
        named = [say(language, "similar.both", first=named[0], second=named[1])]
    named += [_name(kind, values[kind], language) for kind in ("computer", "ca") if kind in values]
    yield from (say(language, "similar.same", named=each) for each in named)
    if "word" in values:
        yield say(language, "similar.words", words=LANGUAGES[language].comma.join(values["word"]))


def _name(kind: FeatureKind, values: Sequence[str], language: Language) -> str:
    listed = LANGUAGES[language].comma.join(values[:_SHOWN])
    named = say_count(language, f"similar.kind_{kind}", len(values), values=listed)
    more = len(values) - _SHOWN
    return say(language, "similar.more", named=named, count=more) if more > 0 else named
