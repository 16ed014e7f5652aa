"""The words around an incident, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.knowledge import Language

_EN: Final = {
    # How it stands.
    "triage": "Triage",
    "in_progress": "In progress",
    "waiting": "Waiting",
    "mitigated": "Mitigated",
    "resolved": "Resolved",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "done": "Done",
    "did_not_help": "Did not help",
    "not_applicable": "Not applicable",
    # The card.
    "headline": "*{name}* · {status} · P{priority}",
    "owner": "Owner: <@{owner}>",
    "no_owner": "*Nobody owns it yet*",
    "age": "opened {age} ago",
    "took": "took {age}",
    "service": "Affected: {service}",
    "minutes": "{count} min",
    "hours": "{count} h",
    "days": "{count} days",
    "stopped": "Where it stopped",
    "seen": "Seen so far",
    "nothing_seen": "Nothing seen yet. Paste the events' text into this thread and I read it, without a mention.",
    "more_seen": "and {count} more",
    "cause": "Likely cause",
    "follows": "{effect} follows from {cause}",
    "steps": "Next steps",
    "no_steps": "No step is left from the articles.",
    "more_steps": "{count} more steps",
    "missing": "What is missing",
    "fetch": "Fetch it with this line; it only reads:",
    "settled": "Settled",
    "ended": "Cause",
    "fixed": "What fixed it",
    "step_said": "{outcome}, <@{user}>",
    # Buttons and forms.
    "start": "Start triage",
    "claim": "Claim",
    "hand_over": "Hand over",
    "resolve": "Resolve",
    "reopen": "Reopen",
    "rate": "Impact and urgency",
    "status": "How it stands",
    "summary": "Summary",
    "export": "Export",
    "note": "Team note",
    "draft": "Article draft",
    "waits": "Waiting for {event}: {because}",
    "cancel": "Cancel",
    "hand_over_to": "Who takes it?",
    "hand_over_note": "What should they know?",
    "impact": "Impact: how much is concerned",
    "urgency": "Urgency: how soon it hurts",
    "service_label": "Affected service or customer",
    "cause_label": "What was the cause?",
    "fix_label": "What fixed it?",
    "note_label": "What should the team know next time?",
    "note_article": "Under which article?",
    # What was refused, and why.
    "already_resolved": "{name} is resolved; reopen it first.",
    "owned_by_another": "<@{who}> has {name} already. Use *Hand over* to take it over.",
    "owner_unchanged": "<@{who}> has {name} already.",
    "nobody_named": "Say who takes {name}.",
    "not_resolved": "{name} is not resolved.",
    "no_cause": "Both are needed: the cause, and what fixed it.",
    "not_possible": "{name} cannot go from where it is to that.",
    "open_already": "{name} is open in this thread already; its card is above.",
    "reminded_unowned": "Nobody owns {name} yet. Who takes it?",
    "reminded_silent": "Nothing has happened in {name} for a while. Is it still open? Say how it stands on the card above.",
    # Memory.
    "similar": "Looks like",
    "similar_line": "<{link}|{name}> — {reasons}. Fixed by: {fix}",
    "similar_line_plain": "{name} — {reasons}. Fixed by: {fix}",
}
_ZH: Final = {
    "triage": "分診中",
    "in_progress": "處理中",
    "waiting": "等待中",
    "mitigated": "已緩解",
    "resolved": "已解決",
    "high": "高",
    "medium": "中",
    "low": "低",
    "done": "已完成",
    "did_not_help": "沒有幫助",
    "not_applicable": "不適用",
    "headline": "*{name}* · {status} · P{priority}",
    "owner": "負責人：<@{owner}>",
    "no_owner": "*尚無人負責*",
    "age": "{age}前開啟",
    "took": "歷時{age}",
    "service": "受影響：{service}",
    "minutes": " {count} 分鐘",
    "hours": " {count} 小時",
    "days": " {count} 天",
    "stopped": "停在哪一步",
    "seen": "目前看到的",
    "nothing_seen": "還沒看到任何事件。把事件內容貼進這個討論串，我會自動讀取，不必提及我。",
    "more_seen": "還有 {count} 項",
    "cause": "可能原因",
    "follows": "{effect} 是 {cause} 造成的",
    "steps": "接下來",
    "no_steps": "文章裡的步驟都處理過了。",
    "more_steps": "還有 {count} 個步驟",
    "missing": "還缺什麼",
    "fetch": "用這一行取得，它只會讀取：",
    "settled": "已平息",
    "ended": "原因",
    "fixed": "解決方法",
    "step_said": "{outcome}，<@{user}>",
    "start": "開始分診",
    "claim": "我來處理",
    "hand_over": "交接",
    "resolve": "標示為已解決",
    "reopen": "重新開啟",
    "rate": "影響與急迫性",
    "status": "目前狀態",
    "summary": "摘要",
    "export": "匯出",
    "note": "團隊註記",
    "draft": "文章草稿",
    "waits": "等待 {event}：{because}",
    "cancel": "取消",
    "hand_over_to": "交給誰？",
    "hand_over_note": "接手的人該知道什麼？",
    "impact": "影響：牽涉的範圍有多大",
    "urgency": "急迫性：多快會造成損害",
    "service_label": "受影響的服務或客戶",
    "cause_label": "原因是什麼？",
    "fix_label": "怎麼解決的？",
    "note_label": "下次遇到時，團隊該知道什麼？",
    "note_article": "放在哪一篇文章底下？",
    "already_resolved": "{name} 已解決；請先重新開啟。",
    "owned_by_another": "<@{who}> 已在處理 {name}。要接手請用「交接」。",
    "owner_unchanged": "{name} 已由 <@{who}> 負責。",
    "nobody_named": "請指定由誰接手 {name}。",
    "not_resolved": "{name} 尚未解決。",
    "no_cause": "原因與解決方法兩者都要填。",
    "not_possible": "{name} 無法從目前狀態直接變成那樣。",
    "open_already": "這個討論串已經有 {name}，卡片就在上面。",
    "reminded_unowned": "{name} 還沒有人負責，誰來接手？",
    "reminded_silent": "{name} 已經一陣子沒有進展了，還沒解決嗎？請在上方卡片更新狀態。",
    "similar": "看起來類似",
    "similar_line": "<{link}|{name}> — {reasons}。解決方法：{fix}",
    "similar_line_plain": "{name} — {reasons}。解決方法：{fix}",
}
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh-TW": _ZH}


def said(language: Language, key: str, **values: object) -> str:
    """Return one of these phrases with its gaps filled."""
    return _PHRASES[language][key].format(**values)


def lasted(language: Language, seconds: float) -> str:
    """Say a span of time in one unit: minutes, hours, days."""
    minutes = max(0, int(seconds // 60))
    if minutes < 120:
        return said(language, "minutes", count=minutes)
    if minutes < 48 * 60:
        return said(language, "hours", count=minutes // 60)
    return said(language, "days", count=minutes // 1440)
