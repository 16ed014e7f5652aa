"""Detection of labelled secrets: "password=…", "密碼：…", "client secret …"; most of it rules out words about secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.rules import RULES, SecretLabel
from bot.privacy.strength import is_mixed, is_no_value, is_strong, is_thing, is_word_with_number
from bot.privacy.values import Detection

_SWITCH: Final = re.compile(r"(?:^|\s)(?:--?|/)[A-Za-z\-]{0,20}$")
_VALUE: Final = re.compile(
    r"\\?\"(?P<double>(?:[^\"\\\n]|\\[^\"\n]|\\\"(?![ \t]{0,4}[,}\]\r\n]|$)){1,300})"
    r"|'(?P<single>[^'\n]{1,300})'|`(?P<ticked>[^`\n]{1,300})`|[「『《【](?P<corner>[^」』》】\n]{1,100})[」』》】]"
    r"|[«»](?P<angle>[^«»\n]{1,100})[«»]|(?P<bare>[^\s<>\"'`「『《【][^\s<>]{0,299})"
)
# Where a bare value ends although no space does: at the next field of a connection string, query or list.
_NEXT_FIELD: Final = re.compile(
    r"[;,&|，；、。](?=$|[\w .\-]{1,30}[=:]|[^\x00-\x7f])|[;,](?=\s|$)|[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
)
_FIELD_AHEAD: Final = 32
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_ENDS_LINE: Final = re.compile(r"[ \t.!。*`\"')]{0,6}(?:$|[\r\n]|\\n)")
# A pass phrase: words of a sentence that says nothing, up to its end.
_PHRASE: Final = re.compile(r"[^\W\d_]{2,20}(?:[ \-][^\W\d_]{2,20}){3,7}(?=[ \t]{0,4}(?:[.,;)\"']|$|[\r\n]))")
# Several words with a digit or sign among them, alone on the rest of their line: "Kennwort: Drei Räuber!".
_WORDS: Final = re.compile(r"[^\W_]\S{0,30}(?: \S{1,30}){1,3}(?=[ \t]{0,4}(?:$|[\r\n]))")
_SENTENCE: Final = frozenset(
    """
    a an and are as ask at be bei bitte but by call can das dem den der des die ein eine es for from für go have help i ich
    if in is ist it kein keine me mit must my need no not nicht of on or our please requires required same see sehen sie siehe
    should soll the their them then this to und use was we wird with wrong you your zu
    """.split()  # noqa: SIM905 - a list of words
)
_PHRASES_LABEL: Final = re.compile(r"phrase|フレーズ|Losung|語$", re.IGNORECASE)
_BEFORE, _JOINT_BEFORE = 160, 48
_VALUE_BACKWARDS: Final = re.compile(r"(?P<value>[^\s\"'`<>‹,;()「」『』。，、：；]{6,80})")
_AND_BACKWARDS: Final = re.compile(r"[ \t]{1,3}(?:dna|ro|dnu|redo|te|y|,)[ \t]{1,3}|[ \t]?,")


def _labels(text: str) -> Iterator[re.Match[str]]:
    rules = RULES.labels
    done = 0
    for stem in rules.stems.finditer(text):
        if stem.start() >= done:
            label = rules.pattern.search(text, max(done, stem.start() - rules.before), stem.start() + rules.behind)
            # A label behind this place has a stem of its own.
            done = label.end() if label is not None else stem.start() + 1
            if label is not None:
                yield label


def find_labelled(text: str) -> Iterator[Detection]:
    """Yield each value at a label that reads like a secret rather than like a word about one."""
    done = 0
    for label in _labels(text):
        if label.start() < done:
            continue
        entry = RULES.labels.entry(label)
        if label.end() < len(text) and (joint := RULES.joints.behind.match(text, label.end())) is not None:
            how = joint.lastgroup or "gap"
            if how == "gap" and _SWITCH.search(text[max(0, label.start() - 24) : label.start()]):
                how = "switch"
            if (phrase := _phrase_at(text, joint.end(), how, label.group())) is not None:
                done = phrase[1]
                yield Detection(*phrase, entry.kind)
                continue
            span = _value_at(text, joint.end(), how)
            if span is not None and _is_secret(text, span, entry, how, is_quoted=text[span[0] - 1] in "\"'`「『《【«»"):
                done = span[1]
                yield Detection(*span, entry.kind)
                continue
        if entry.proof in {"", "either"} or entry.is_terse:
            yield from _values_before(text, label.start(), entry)


def _values_before(text: str, end: int, entry: SecretLabel) -> Iterator[Detection]:
    """Yield the values that a label behind them names: "use X as password"."""
    line = text[max(0, end - _BEFORE) : end].rpartition("\n")[2]
    joint = RULES.joints.before.search(line, max(0, len(line) - _JOINT_BEFORE))
    if joint is None:
        return
    start, before = end - len(line), line[: joint.start()][::-1]
    at = 0
    while (found := _VALUE_BACKWARDS.match(before, at)) is not None:
        first, last = len(before) - found.end("value"), len(before) - found.start("value")
        if not is_strong(line[first:last]) or is_no_value(line[first:last]):
            return
        yield Detection(start + first, start + last, entry.kind)
        if (more := _AND_BACKWARDS.match(before, found.end())) is None:
            return
        at = more.end()


def _phrase_at(text: str, at: int, how: str, label: str) -> tuple[int, int] | None:
    """Return a secret of several words: a pass phrase, or words with a digit or sign among them on the rest of their line."""
    if how not in {"sign", "wide", "verb"}:
        return None
    is_stated = how != "wide" or text[max(0, at - 16) : at].rstrip(" \t")[-1:] in {":", "="}
    if is_stated and _PHRASES_LABEL.search(label) and (phrase := _PHRASE.match(text, at)) is not None:
        words = re.split("[ -]", phrase.group().casefold())
        if _SENTENCE.isdisjoint(words) and len(set(words)) > 2:
            return phrase.span()
    found = _WORDS.match(text, at) if how != "verb" else None
    if found is None or not (is_mixed(found.group()) or (found.group().endswith("!") and found.group().istitle())):
        return None
    words = [word.strip(".,;:!?").casefold() for word in found.group().split()]
    is_talk = not _SENTENCE.isdisjoint(words) or any(map(is_no_value, words)) or any(map(is_thing, words))
    return None if is_talk or _NEXT_FIELD.search(found.group()) or not words[0].isalpha() else found.span()


def _value_at(text: str, at: int, how: str) -> tuple[int, int] | None:
    if how == "xml":
        end = text.find("<", at, at + 301)
        return (at, end) if end > at else None
    value = _VALUE.match(text, at)
    if value is None:
        return None
    group = value.lastgroup or "bare"
    start, end = value.span(group)
    if group == "double" and text[end - 1] == "\\" and text[end : end + 1] == '"':
        end -= 1
    if group == "bare":
        field = _NEXT_FIELD.search(text, start, min(len(text), end + _FIELD_AHEAD))
        end = field.start() if field is not None and field.start() < end else end
        while end > start and text[end - 1] in ".,;:)]}\"'`*_\\」』":
            end -= 1
    return (start, end) if end > start else None


def _is_secret(text: str, span: tuple[int, int], label: SecretLabel, how: str, *, is_quoted: bool) -> bool:
    value = text[slice(*span)].strip()
    if is_no_value(value):
        return False
    match label.proof:
        case "token":
            # A cancellation token is short or all words; what opens a door is neither.
            return _is_token(value)
        case "digits":
            least = 6 if how == "gap" else 4
            return value.isdecimal() and least <= len(value) <= 12
        case "either" if value.isdecimal() and 6 <= len(value) <= 8:
            return True
        case "secret" if how in {"gap", "verb", "wide", "changed", "mean", "lead"}:
            return _is_token(value)
        case "strong" if not label.is_terse:
            return is_strong(value)
    is_name = label.proof == "secret"
    if how in {"sign", "xml", "switch"}:
        return _is_stated(text, span, value, how, is_quoted=is_quoted, may_be_word=not is_name)
    return _is_told(text, span, value, how, is_terse=label.is_terse, is_quoted=is_quoted)


def _is_token(value: str) -> bool:
    return len(value) >= 16 and any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and " " not in value


def _is_stated(text: str, span: tuple[int, int], value: str, how: str, *, is_quoted: bool, may_be_word: bool) -> bool:
    """Judge a value behind a colon, an equals sign or a switch, where little else than a value can stand."""
    if _is_any_mixed(value) or (value.isdecimal() and len(value) >= 4):
        return len(value) >= 4
    if _LETTERS.fullmatch(value):
        # One plain word: only where nothing but a value can stand.
        ends = is_quoted or how in {"xml", "switch"} or _ENDS_LINE.match(text, span[1]) is not None
        return len(value) >= 4 and ends and may_be_word
    return len(value) >= 6 and (is_quoted or how == "xml" or text[span[0] - 1] == "=") and may_be_word


def _is_told(text: str, span: tuple[int, int], value: str, how: str, *, is_terse: bool, is_quoted: bool) -> bool:
    """Judge a value in a sentence, where words about the secret stand as well."""
    if is_quoted:
        return _is_any_mixed(value) and len(value) >= 4
    if how in {"line", "mean"}:
        return is_strong(value)
    if how == "gap":
        after_letter = (
            not text[span[0] - 1].isascii() or not text[max(0, span[0] - 3) : span[0]].strip(" \t|").isascii()
        )
        likely = (is_terse or after_letter) and is_mixed(value) and len(value) >= 6 and not is_thing(value)
        return is_strong(value) or likely or is_word_with_number(value)
    if how in {"verb", "lead"} and value.isdecimal():
        return len(value) >= 6
    return _is_any_mixed(value) and len(value) >= 6 and not is_thing(value) and (how == "verb" or is_mixed(value))


def _is_any_mixed(value: str) -> bool:
    """Return True for letters with digits or signs, an exclamation mark at the end included."""
    return is_mixed(value) or (any(map(str.isalpha, value)) and value.endswith("!") and " " not in value)
