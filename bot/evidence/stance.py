"""Tells a sentence that reports an event from one that plans or arranges one, calls it done, or says whose it is not."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_ENGLISH: Final = (
    r"to-?do(?: for me)?(?![a-z])|next (?:week|month|sprint|quarter|year)|tomorrow|reminder|remind me",
    r"(?:i|we)(?:'ll| will| am going to| are going to|'m going to|'re going to| plan to| want to| would like to)"
    r" (?:\w+ )?(?:test|try|trigger|break|simulate|fake|force|provoke|reproduce|add|create|write|set|mute|disable)(?![a-z])",
    r"on purpose|deliberately|intentionally|(?:simulat|fak|provok)(?:e|ing)(?![a-z])|(?:trigger|force) an?(?![a-z])",
    r"in (?:the|our|my) (?:lab|test lab|sandbox|training|course|exam|quiz)(?![a-z])",
    r"(?:add|creat|writ|mak|set(?:ting)? ?up|build|configur|enabl|disabl|mut|silenc|suppress|remov|delet|tun)\w{0,3}(?![a-z])"
    r"[^.!?\n]{0,30}(?<![a-z])(?:alert|alarm|rule|monitor|filter|threshold|dashboard|notification)s?(?![a-z])",
    r"(?:is|was|got|been|all|now|already|finally) (?:fixed|resolved|solved|sorted(?: out)?|closed)(?![a-z])",
    r"(?:ticket|incident|case) (?:is )?closed|closing (?:this|the (?:ticket|incident|case))",
)
_GERMAN: Final = (
    r"nächste[nrs]? (?:woche|monat)|absichtlich|testweise|zum test(?:en)?(?![a-z])|im lab(?:or)?(?![a-z])",
    r"(?:regel|alarm|alert|warnung)(?:en)? (?:für|auf|zu)[^.!?\n]{0,60}(?:anlegen|einrichten|einbauen|abgeschaltet|deaktiviert)",
    r"(?:ist|war|schon|bereits|inzwischen) (?:behoben|gelöst|erledigt|geschlossen)(?![a-z])",
)
_ELSEWHERE: Final = (
    r"待辦|待办|(?:下|這|这)(?:個?禮拜|個?星期|週|周|個?月|个月)(?:我|要|會|会|再|打算)|明天(?:我|要|會|会|再)|打算|計畫要|计划要|預計|预计|故意",
    r"(?:加|設|设|建|寫|写|停用|關掉|关掉|拿掉|刪|删|調|调)[^。！？\n]{0,4}(?:警示|告警|警報|警报|規則|规则|監控|监控|alert|alarm|rule)",
    r"(?:警示|告警|警報|警报|規則|规则|監控|监控)[^。！？\n]{0,8}(?:加|設|设|建|停用|拿掉|刪|删)",
    r"已經?(?:修好|處理完|處理好|解決|搞定|修復)|已经?(?:修好|处理完|处理好|解决|搞定|修复)|結案|关单|結單|结单|结案",
    r"来週|予定|わざと|テスト用に|アラート(?:を|の)[^。\n]{0,10}(?:追加|作成|設定|無効|停止)|対応済み|解決済み|解決しました|クローズし",
)


@cache
def _no_report() -> re.Pattern[str]:
    """Return the pattern of all these; compiling it takes milliseconds of each start, and few messages need it."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join((*_ENGLISH, *_GERMAN))})|{'|'.join(_ELSEWHERE)}", re.IGNORECASE)


_DENIAL: Final = re.compile(
    r"(?:(?<![a-z])(?:not|isn't|ain't|wasn't|nicht|kein\w{0,2}|never|no)\s(?:(?:the|from|an?|our|of|der|die|das|vom|von|our)\s){0,2}"
    r"|不是|並非|并非|非)\s?[\"'「“]?$",
    re.IGNORECASE,
)


def plans_in(text: str) -> list[int]:
    """Return where somebody plans, tests or arranges something, switches its alerts, or calls it done."""
    return [match.start() for match in _no_report().finditer(text)]


def is_denial(before: str) -> bool:
    """Tell whether the words before a name say that it is not that one."""
    return _DENIAL.search(before) is not None
