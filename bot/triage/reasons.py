"""Why a cause is likely, in words of both languages. What no page states says that it is inferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.knowledge import LANGUAGES, Article, Effect, Language
from bot.knowledge.relation_values import Translations
from bot.triage.evidence_order import Seen, computers_of

_INFERRED = {"en": "Inferred: ", "zh-TW": "推論："}


@dataclass(frozen=True, slots=True)
class CauseReason:
    """One reason, as plain text; computers' names in it come from what was pasted."""

    kind: Literal["code", "silence", "relation", "places"]
    words: Translations
    inferred: bool = False

    def said(self, language: Language) -> str:
        """Return the sentence in a language."""
        return (_INFERRED[language] if self.inferred else "") + self.words[language]


def because_of_code(code: Article) -> CauseReason:
    """The code in the event says what is wrong."""
    marks = {"en": ": ", "zh-TW": "："}
    ends = {"en": ".", "zh-TW": "。"}
    said = {language: code.prose[language].title.rstrip(".。") for language in LANGUAGES}
    return CauseReason("code", {each: f"{code.id}{marks[each]}{said[each]}{ends[each]}" for each in LANGUAGES})


def because_of_silence(seen: Seen, relation: Effect) -> CauseReason:
    """Nothing more was seen of this computer."""
    computer = seen.sighting.computer
    words = {
        "en": f"Nothing later than {seen.article_id} was posted{f' from {computer}' if computer else ''}. ",
        "zh-TW": f"{seen.article_id} 之後沒有人再貼出{f' {computer} 的' if computer else ''}其他事件。",
    }
    return CauseReason(
        "silence", {each: words[each] + relation.because[each] for each in LANGUAGES}, not relation.source
    )


def because_of_relation(cause_id: str, effect: Seen, relation: Effect, count: int) -> CauseReason:
    """Other events follow from it."""
    code = relation.effect.code
    times = {"en": f", {count} times" if count > 1 else "", "zh-TW": f"，共 {count} 次" if count > 1 else ""}
    words = {
        "en": f"{effect.article_id}{f' with {code}' if code else ''} follows from {cause_id}{times['en']}. ",
        "zh-TW": f"{effect.article_id}{f'（{code}）' if code else ' '}由 {cause_id} 引起{times['zh-TW']}。",
    }
    return CauseReason(
        "relation", {each: words[each] + relation.because[each] for each in LANGUAGES}, not relation.source
    )


def because_of_places(roots: Sequence[Seen], all_of_it: Sequence[Seen]) -> CauseReason:
    """How often it was seen, on which computers, for how many devices."""
    computers = computers_of(all_of_it)
    devices = {each.sighting.device for each in all_of_it if each.sighting.device}
    en = f"{roots[0].article_id} was seen {'once' if len(roots) == 1 else f'{len(roots)} times'}"
    zh = f"{roots[0].article_id} 出現 {len(roots)} 次"
    if len(computers) == 1 and len(all_of_it) > 1 and all(each.sighting.computer for each in all_of_it):
        en, zh = f"{en}; all of this is on {computers[0]}", f"{zh}；以上全都在 {computers[0]}"
    elif computers:
        en, zh = f"{en} on {', '.join(computers)}", f"{zh}，電腦：{'、'.join(computers)}"
    if len(devices) > 1:
        en, zh = f"{en}, for {len(devices)} devices", f"{zh}，涉及 {len(devices)} 台裝置"
    return CauseReason("places", {"en": f"{en}.", "zh-TW": f"{zh}。"})
