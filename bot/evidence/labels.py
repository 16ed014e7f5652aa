"""Field labels and level words of Windows events in the languages Event Viewer speaks, and of the tools that print events.

Labels: domain facts section 5.1 (en, zh-TW, zh-CN, ja, de, fr, es), 5.3 (wevtutil), 5.4 (Get-WinEvent), 5.6 (validation script).
"""

from __future__ import annotations

from typing import Final

_SPELLINGS: Final[dict[str, str]] = {
    "log_name": (
        "log name|logname|log|記錄檔名稱|日志名称|ログの名前|protokollname|nom du journal|nombre de registro|containerlog|channel"
    ),
    "provider": "source|providername|provider name|provider|event source|來源|来源|ソース|quelle|origen",
    "time": "date|timecreated|timegenerated|event time|time|date and time|日期|日付|datum|fecha|日期和時間|日期和时间|日付と時刻",
    "event_id": (
        "event id|eventid|eventcode|event code|id|事件識別碼|事件识别码|事件识別碼|事件 id|事件id|イベント id|イベントid|ereignis-id|ereigniskennung"
        "|id de l'événement|id de l'evenement|id. del evento|id del evento|id. de evento|id de evento"
    ),
    "instance_id": "instanceid|instance id",
    "task": (
        "task category|task|工作類別|任务类别|タスクのカテゴリ|aufgabenkategorie|catégorie de la tâche|categoría de la tarea"
        "|categoría de tarea|category|categorynumber|taskdisplayname"
    ),
    "level": "level|leveldisplayname|entrytype|層級|级别|レベル|ebene|niveau|nivel",
    "keywords": "keywords|keyword|關鍵字|关键字|キーワード|schlüsselwörter|mots clés|mots-clés|palabras clave|opcode|opcodedisplayname",
    "user": "user|user name|username|userid|使用者|用户|ユーザー|benutzer|utilisateur|usuario",
    "computer": "computer|machinename|computer name|電腦|计算机|コンピューター|コンピュータ|ordinateur|equipo",
    "description": "description|details|message|描述|説明|說明|beschreibung|descripción|详细信息|詳細資料|details of event",
    "event_xml": "event xml|事件 xml|ereignis-xml|イベント xml|xml de l'événement|xml de evento",
    "other": "version|processid|threadid|recordid|relatedactivityid|activityid|index|data|replacementstrings|providerid|qualifiers|site|bookmark",
}
LABELS: Final[dict[str, str]] = {
    spelling: field for field, spellings in _SPELLINGS.items() for spelling in spellings.split("|")
}
"""Lower-case label, as printed before its colon → the event field it fills."""

STARTERS: Final = frozenset({"log_name", "provider", "event_id", "instance_id", "time", "level"})
"""Fields that, met a second time, begin another event."""

LEVELS: Final = frozenset(
    [
        "information",
        "informational",
        "warning",
        "error",
        "critical",
        "verbose",
        "資訊",
        "警告",
        "錯誤",
        "重大",
        "詳細資訊",
        "信息",
        "错误",
        "严重",
        "情報",
        "エラー",
        "重大",
        "informationen",
        "warnung",
        "fehler",
        "kritisch",
        "avertissement",
        "erreur",
        "critique",
        "información",
        "advertencia",
        "crítico",
    ]
)
"""Words that stand in a level column, lower case."""

EMPTY: Final = frozenset({"", "-", "n/a", "無", "不適用", "なし", "none", "keine", "aucune", "ninguna", "无", "暂缺"})


def split_label(line: str) -> tuple[str, str] | None:
    """Split "Event ID:   20502" into its field and value; None when the line has no label that Windows prints.

    Quote marks and emphasis around the label ("> ", "// ", "**") are not part of it.
    """
    head, colon, value = line.partition(":")
    if not colon or len(head) > 60:
        return None
    field = LABELS.get(" ".join(head.strip(" \t>/|*_`-•#\"'").casefold().split()))
    return (field, value.strip(' \t*_`"')) if field else None
