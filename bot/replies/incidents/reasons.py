"""Words for why a cause is likely, and for what two incidents share. What no source states says that it is inferred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.knowledge import Language
from bot.triage.reasons import CauseReason, CodeReason, PlacesReason, RelationReason, SilenceReason
from bot.triage.similar import SharedFeatures
from bot.triage.similar_features import FeatureKind

_INFERRED: Final[Mapping[Language, str]] = {"en": "Inferred: ", "zh-TW": "推論："}
# So many identifiers of one kind are named.
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class _Phrases:
    """How reasons are worded in one language."""

    # Kind → its name for one thing and for several.
    kinds: Mapping[FeatureKind, tuple[str, str]]
    same: str
    both: str
    comma: str
    more: str
    words: str


_PHRASES: Final[Mapping[Language, _Phrases]] = {
    "en": _Phrases(
        kinds={
            "code": ("code", "codes"),
            "event": ("event", "events"),
            "computer": ("computer", "computers"),
            "ca": ("certification authority", "certification authorities"),
        },
        same="same ",
        both=" and ",
        comma=", ",
        more=" and {} more",
        words="words in common: ",
    ),
    "zh-TW": _Phrases(
        kinds={
            "code": ("診斷碼", "診斷碼"),
            "event": ("事件", "事件"),
            "computer": ("電腦", "電腦"),
            "ca": ("憑證授權單位", "憑證授權單位"),
        },
        same="相同的",
        both=" 和",
        comma="、",
        more="等，另有 {} 個",
        words="共同的字詞：",
    ),
}


def cause_reason(reason: CauseReason, language: Language) -> str:
    """Word one reason for a cause as plain text; computers' names in it come from what was pasted."""
    match reason:
        case CodeReason():
            title = reason.code.prose[language].title.rstrip(".。")
            return f"{reason.code.id}: {title}." if language == "en" else f"{reason.code.id}：{title}。"
        case SilenceReason():
            return _inferred(reason.relation.source, language) + _silence(reason, language)
        case RelationReason():
            return _inferred(reason.relation.source, language) + _relation(reason, language)
        case PlacesReason():
            return _places_en(reason) if language == "en" else _places_zh(reason)


def _inferred(source: str, language: Language) -> str:
    return "" if source else _INFERRED[language]


def _silence(reason: SilenceReason, language: Language) -> str:
    article_id, computer = reason.article_id, reason.computer
    words: Mapping[Language, str] = {
        "en": f"Nothing later than {article_id} was posted{f' from {computer}' if computer else ''}. ",
        "zh-TW": f"{article_id} 之後沒有人再貼出{f' {computer} 的' if computer else ''}其他事件。",
    }
    return words[language] + reason.relation.because[language]


def _relation(reason: RelationReason, language: Language) -> str:
    effect_id, cause_id, count, code = reason.effect_id, reason.cause_id, reason.count, reason.relation.effect.code
    times = {"en": f", {count} times" if count > 1 else "", "zh-TW": f"，共 {count} 次" if count > 1 else ""}
    words: Mapping[Language, str] = {
        "en": f"{effect_id}{f' with {code}' if code else ''} follows from {cause_id}{times['en']}. ",
        "zh-TW": f"{effect_id}{f'（{code}）' if code else ' '}由 {cause_id} 引起{times['zh-TW']}。",
    }
    return words[language] + reason.relation.because[language]


def _places_en(reason: PlacesReason) -> str:
    text = f"{reason.article_id} was seen {'once' if reason.count == 1 else f'{reason.count} times'}"
    if reason.all_on_one:
        text = f"{text}; all of this is on {reason.computers[0]}"
    elif reason.computers:
        text = f"{text} on {', '.join(reason.computers)}"
    return f"{text}, for {reason.devices} devices." if reason.devices > 1 else f"{text}."


def _places_zh(reason: PlacesReason) -> str:
    text = f"{reason.article_id} 出現 {reason.count} 次"
    if reason.all_on_one:
        text = f"{text}；以上全都在 {reason.computers[0]}"
    elif reason.computers:
        text = f"{text}，電腦：{'、'.join(reason.computers)}"
    return f"{text}，涉及 {reason.devices} 台裝置。" if reason.devices > 1 else f"{text}。"


def similarity_reasons(shared: Sequence[SharedFeatures], language: Language) -> Iterator[str]:
    """Word what two incidents share, identifiers first, as plain text."""
    phrases = _PHRASES[language]
    values = {each.kind: each.values for each in shared}
    named = [_name(phrases, kind, values[kind]) for kind in ("code", "event") if kind in values]
    if named:
        yield phrases.same + phrases.both.join(named)
    for kind in ("computer", "ca"):
        if kind in values:
            yield phrases.same + _name(phrases, kind, values[kind])
    if "word" in values:
        yield phrases.words + phrases.comma.join(values["word"])


def _name(phrases: _Phrases, kind: FeatureKind, values: Sequence[str]) -> str:
    one, several = phrases.kinds[kind]
    shown = f"{one if len(values) == 1 else several} {phrases.comma.join(values[:_SHOWN])}"
    return shown if len(values) <= _SHOWN else shown + phrases.more.format(len(values) - _SHOWN)
