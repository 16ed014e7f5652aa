"""The short words beside a number that say whose it is: before it ("CA event 62"), or behind it as its source or place."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.evidence.cues import ASKING

_SHORT: Final = 2
"""Letters of an owner that is a word of other things in small letters ("ca. 40")."""
_MARKS: Final = " \t:#=\"'`*(["
_JOINT: Final = (
    r"(?:[ \t\-_:#=\"'`*(\[]{0,3}(?:events?|evt|eid|ids?|errors?|warnings?|fehler|ereignis(?:se|kennung|-id)?|nr\.?|no\.?|numbers?"
    r"|(?:application |system |security |admin |operational |app |sys |sec |op |event ?|evt ?)?logs?"
    r"|(?<=[/ \-])(?:admin|operational|op|audit)|/|logged|says|shows|server|的|の"
    r"|(?:事件|イベント|錯誤|错误|警告|失敗|失败)(?:識別碼|识别码|編號|编号| ?id)?|識別碼|识别码"
    r"|(?:應用程式|系統管理員|系統|管理員|作業)?記錄檔?|日誌|日志|ログ|有|是|出現|出现|報|报|跳)){0,3}[ \t:#=\"'`*(\[]{0,3}"
)

# Behind a number: the others of its list, its plural, "event".
_AND: Final = r"(?:\s{0,2}(?:[,/+&;、]|and|or|und|oder|和|跟|與|及|と)\s{0,2})"
_LIST_ENDS: Final = (
    rf"(?:{_AND}[0-9]{{1,5}}(?![0-9A-Za-z.])){{0,6}}['’]?s?[\"'`*]{{0,2}}"
    r"(?:\s?(?:[號号]|番の?)?\s?(?:event|error|warning|事件|イベント|錯誤|错误|警告)(?![A-Za-z]))?"
)
_SOURCE: Final = (
    r"(?:(?<![A-Za-z])(?:source|src|provider|quelle|sourcename|providername)(?![A-Za-z])|來源|来源|ソース|提供者)"
    r"(?:\s?(?:name|名稱|名称))?(?:\s(?:is|was|ist))?"
)
_SAID: Final = (
    rf"[^.!?。\n0-9]{{0,40}}?{_SOURCE}[\s:=是為为\"'`(]{{0,4}}|\s?[(（\[]{{1,2}}"
    r"|\s{1,2}(?:on|from|in|at|by|of|von|vom|auf|im)\s{1,2}(?:(?:the|our|a|der|dem|die)\s{1,2})?"
)
_LOG: Final = r"(?:[/ ](?:admin|operational)(?![A-Za-z]))?"
# What may follow, so that the word is no part of another name ("3 CA servers").
_CLOSES: Final = (
    r"[^A-Za-z]{0,3}$|\s?[.,;:!?)\]）、，。？\n—]|\s?[\u3040-\u30ff\u3400-\u9fff]"
    r"|\s{1,2}(?:event|log|audit|admin|operational|again|since|now|on|in|at|every|and|but|is|was|what|why|how|any|can|seit|und)(?![a-z])"
)


def find_owner_before(before: str, owners: frozenset[str]) -> str:
    """Return the word at the end of a text that says whose the number behind it is, in small letters; empty without one.

    A word of two letters is taken for one in capitals, or before an event; one of everybody's ("was") in capitals alone.
    """
    match = _before_pattern(owners).search(before)
    if match is None:
        return ""
    written, word, is_event = match["owner"], match["owner"].casefold(), bool(match["joint"].strip(_MARKS))
    may_be_small = word not in ASKING and (len(word) > _SHORT or is_event)
    return word if written.isupper() or may_be_small else ""


def find_owner_behind(behind: str, owners: frozenset[str]) -> tuple[str, bool]:
    """Return the word behind a number that says whose it is, in small letters, and whether a word or bracket says so."""
    match = _behind_pattern(owners).match(behind)
    if match is None:
        return "", False
    written, word = match["owner"], match["owner"].casefold()
    if not written.isupper() and (word in ASKING or len(word) <= _SHORT):
        return "", False
    return word, match["said"] is not None


def _any_of(owners: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(owners, key=len, reverse=True))


@cache
def _before_pattern(owners: frozenset[str]) -> re.Pattern[str]:
    """Match one of the words at the end of a text, with nothing behind it but words for an event."""
    return re.compile(rf"(?<![\w.\-/])(?P<owner>{_any_of(owners)})(?P<joint>{_JOINT})$", re.IGNORECASE | re.ASCII)


@cache
def _behind_pattern(owners: frozenset[str]) -> re.Pattern[str]:
    """Match one of the words where it stands behind a number as its source, its place, in brackets, or at a clause's end."""
    return re.compile(
        rf"{_LIST_ENDS}(?:(?P<said>{_SAID})|\s?[,;|/–\-]?\s{{1,2}})"
        rf"(?P<owner>{_any_of(owners)})(?![A-Za-z0-9_\-]){_LOG}(?={_CLOSES})",
        re.IGNORECASE | re.ASCII,
    )
