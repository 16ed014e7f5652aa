"""Field labels and level words of Windows events in the languages Event Viewer speaks, and of the tools that print events.

Labels: domain facts section 5.1 (en, zh-TW, zh-CN, ja, de, fr, es), 5.3 (wevtutil), 5.4 (Get-WinEvent), 5.6 (validation script).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern

_SPELLINGS: Final[dict[str, str]] = {
    "log_name": (
        "log name|logname|log_name|log|event log|eventlog|channel|[log name]|記錄檔名稱|日志名称|ログの名前|protokollname|protokoll|nom du journal"
        "|nombre de registro|로그 이름|имя журнала|nome registro|nome do log|logboeknaam|nazwa dziennika|dziennik|loggnamn|günlük adı"
        "|název protokolu"
    ),
    "provider": (
        "source|sourcename|source name|source_name|providername|provider name|provider_name|provider|event source|eventsource|來源|来源|ソース|quelle"
        "|origen|원본|источник|origine|fonte|bron|źródło|källa|kaynak|zdroj"
    ),
    "time": (
        "date|timecreated|time_created|timegenerated|timewritten|event time|time|date and time|date / time|zeit|zeitpunkt|last seen|日期|日付|日期和時間"
        "|日期和时间|日付と時刻|datum|datum und uhrzeit|fecha|fecha y hora|date et heure|날짜|날짜 및 시간|дата|дата и время|data|data e ora|data e hora"
        "|datum en tijd|data i godzina|datum och tid|tarih|tarih ve saat|datum a čas"
    ),
    "event_id": (
        "event id|eventid|event_id|event ids|eventcode|event code|event.code|event number|id|事件識別碼|事件识别码|事件識别码|事件 id|事件id|イベント id"
        "|イベントid|ereignis-id|ereigniskennung|id de l'événement|id de l'evenement|id. del evento|id del evento|id. de evento|id de evento"
        "|이벤트 id|код события|id evento|id do evento|identificação do evento|gebeurtenis-id|identyfikator zdarzenia|händelse-id|olay kimliği"
        "|id události"
    ),
    "instance_id": "instanceid|instance id",
    "task": (
        "task category|task|taskcategory|工作類別|任务类别|タスクのカテゴリ|aufgabenkategorie|catégorie de la tâche|categoría de la tarea|categoría de tarea"
        "|category|categorynumber|taskdisplayname|작업 범주|категория задачи|categoria attività|categoria da tarefa|taakcategorie|kategoria zadania"
        "|aktivitetskategori|görev kategorisi|kategorie úlohy"
    ),
    "level": (
        "level|leveldisplayname|entrytype|event type|eventtype|eventlevel|eventlevelname|severity|層級|级别|レベル|ebene|stufe|niveau|nivel|수준|уровень"
        "|livello|nível|poziom|nivå|düzey|úroveň"
    ),
    "keywords": (
        "keywords|keyword|keywordsdisplaynames|opcode|opcodedisplayname|關鍵字|关键字|キーワード|schlüsselwörter|mots clés|mots-clés|palabras clave|키워드"
        "|ключевые слова|parole chiave|palavras-chave|trefwoorden|słowa kluczowe|nyckelord|anahtar sözcükler|klíčová slova"
    ),
    "user": (
        "user|user name|username|userid|使用者|用户|ユーザー|benutzer|utilisateur|usuario|사용자|пользователь|utente|usuário|gebruiker|użytkownik"
        "|användare|kullanıcı|uživatel"
    ),
    "computer": (
        "computer|machinename|computer name|computername|computer_name|host|hostname|host.name|server|電腦|计算机|コンピューター|コンピュータ|ordinateur"
        "|equipo|컴퓨터|компьютер|computador|komputer|dator|bilgisayar|počítač"
    ),
    "description": (
        "description|details|message|rendereddescription|描述|説明|說明|beschreibung|descripción|详细信息|詳細資料|details of event|설명|описание|descrizione"
        "|descrição|beschrijving|event description|opis|beskrivning|açıklama|popis"
    ),
    "event_xml": "event xml|事件 xml|ereignis-xml|イベント xml|xml de l'événement|xml de evento",
    "record": "event #|record|recordid|record id|record_id|record number|recordnumber|eventrecordid|event record id",
    "other": (
        "version|processid|process id|process.pid|pid|threadid|thread id|relatedactivityid|activityid|index|replacementstrings|providerid|qualifiers"
        "|site|bookmark|count|anzahl|nr|ticket|total|containerlog"
    ),
}
LABELS: Final[dict[str, str]] = {
    spelling: field for field, spellings in _SPELLINGS.items() for spelling in spellings.split("|")
}
"""Lower-case label, as printed before its colon → the event field it fills."""

STARTERS: Final = frozenset({"log_name", "provider", "event_id", "instance_id", "time", "level", "record"})
"""Fields that, met a second time, begin another event."""

LEVELS: Final = frozenset(
    """
    information informational info warning warn error err critical verbose failure 資訊 警告 錯誤 重大 詳細資訊 信息 错误 严重 情報 エラー
    informationen warnung fehler kritisch avertissement erreur critique información advertencia crítico 오류 경고 정보 위험 ошибка предупреждение
    сведения критический errore avviso informazioni critico erro aviso informações fout waarschuwing informatie kritiek
    błąd ostrzeżenie informacje krytyczne krytyczny fel varning hata uyarı bilgi kritik chyba upozornění informace kritická kritický
    """.split()
)
"""Words that stand in a level column, lower case."""

EMPTY: Final = frozenset({"", "-", "n/a", "無", "不適用", "なし", "none", "keine", "aucune", "ninguna", "无", "暂缺"})


_DRESS: Final = " \t>/|*_`-•#\"'[]{}"
_LABEL_START: Final = lazy_pattern(r"[ \t>/|*_`\-•#\"'\[\]{}]{0,80}")
_SEPARATOR: Final = lazy_pattern(r"[:=\]\t]|[ ](?:-[ ]|[ ])")
_XML_FIELD: Final = lazy_pattern(r"[ \t\-+]{0,12}(?:Event|Channel |Computer |Level |Task |Keywords |Opcode |Version )")


# Event Viewer's "friendly view" of an event's details, copied.
_FRIENDLY: Final = {"[ Name": "provider", "[ SystemTime": "time"}
_FRIENDLY_LINE: Final = lazy_pattern(
    r"[ \t\-+]{0,12}(EventID|EventRecordID|Channel|Computer|Level|Task|Keywords|Opcode|Version)[ \t]+([^:=\s].*)"
)


_SHORT: Final = 80
"""Characters up to which the field and value of a line are remembered."""
_MARKS: Final = '*_`"'
_UNMARKED: Final = "".join(sorted(set(_DRESS) - set(_MARKS)))
# The end of a label's own emphasis, before its value.
_CLOSING: Final = lazy_pattern(r'[*_`"]{1,6}(?=[ \t])[ \t]+')


# "Data:" is the date of an event in Italian, Polish and Portuguese, and what an event holds in English.
_SAYS_DATE: Final = "data"
_DATE: Final = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}")


def field_of(label: str, value: str = "") -> str | None:
    """Return the event field that a printed label fills, with this value; None for a label that no tool prints."""
    if (of_view := _FRIENDLY.get(label.strip(" \t"))) is not None:
        return of_view
    bare = " ".join(label.strip(_DRESS).casefold().split())
    if bare == _SAYS_DATE and _DATE.search(value) is None:
        return "other"
    return LABELS.get(bare) or LABELS.get("event #" if bare == "event" and "#" in label else bare.rpartition(".")[2])


def looks_like_date(value: str) -> bool:
    """Tell whether a value begins with a date in digits."""
    return _DATE.match(value.lstrip()) is not None


def split_label(line: str) -> tuple[str, str] | None:
    """Split "Event ID:   31415" into its field and value; None when the line has no label that a tool prints.

    Besides the colon: "EventID=31415", "[Log Name] …", "Source - …" and columns ("EVENT ID   31302").
    Quote marks and emphasis around the label ("> ", "// ", "**") are not part of it.
    """
    return _split_short(line) if len(line) <= _SHORT else _split(line)


@lru_cache(maxsize=1_000)
def _split_short(line: str) -> tuple[str, str] | None:
    # A paste repeats its logs, sources, levels and computers in every record.
    return _split(line)


def _split(line: str) -> tuple[str, str] | None:
    first = _LABEL_START.match(line)
    separator = _SEPARATOR.search(line, first.end(), first.end() + 60) if first is not None else None
    if separator is None:
        friendly = _FRIENDLY_LINE.fullmatch(line) if "EventID" in line or _XML_FIELD.match(line) else None
        return (LABELS.get(friendly[1].lower(), "other"), friendly[2].strip()) if friendly else None
    label, behind = line[: separator.start()], line[separator.end() :]
    field = field_of(label, behind)
    if separator[0] == "=" and label == "Type" and behind.strip().casefold() in LEVELS:
        # Splunk's name of the level's word; elsewhere "type" is anything's.
        field = "level"
    if field is None:
        return None
    return field, _undress(line[separator.end() :].lstrip(" \t:="), opened=first[0] if first is not None else "")


def _undress(value: str, opened: str) -> str:
    """Take quote marks and emphasis off a value, but no mark that is a part of it: a host may be named "MFP_3W_".

    Marks belong to the dress where they stand around the value, where they stand before a space, and where the line
    `opened` with them ("**Event ID: 31415**", "**Computer:** MFP_3W_").
    """
    value = value.strip(" \t\r,")
    if not value or (value[0] not in _MARKS and value[-1] not in _MARKS and not opened.strip(_UNMARKED)):
        return value
    closing = _CLOSING.match(value)
    if closing is not None:
        value, opened = value[closing.end() :], ""
    dress = "".join(mark for mark in opened if mark in _MARKS)[::-1]
    if dress and value.endswith(dress):
        value, opened = value.removesuffix(dress), ""
    while len(value) > 1 and value[0] in _MARKS:
        if value[-1] == value[0]:
            value = value[1:-1]
        elif value[0] in '"`':
            value = value[1:]
        else:
            break
    for mark in _MARKS:
        if mark in opened or mark == '"':
            value = value.rstrip(mark)
    return value.strip(" \t,")


_SAID_SOURCE: Final = lazy_pattern(r"\s{0,3}(source|provider|log name|log|channel)\s{1,3}(\S.{1,80})", re.IGNORECASE)
_CELL_ENDS: Final = lazy_pattern(r"[|;\t{}\[\]]|,\s?(?=[\"'\w])|\s{2,}|\s(?=\w{1,40}=)")


def split_fields(line: str) -> list[tuple[str, str]]:
    """Read a line that holds several labelled fields ("log: X | id: 31415", JSON, key=value pairs), in their order."""
    fields: list[tuple[str, str]] = []
    for cell in _CELL_ENDS.split(line):
        if ":" not in cell and "=" not in cell and (said := _SAID_SOURCE.fullmatch(cell)) is not None:
            # "source Contoso-Kettle" among cells that have a colon.
            fields.append((LABELS[said[1].lower()], said[2].strip(" \t\"'")))
            continue
        label, separator, value = cell.partition("=" if "=" in cell and ":" not in cell.partition("=")[0] else ":")
        if separator and (field := field_of(label, value)) is not None:
            opened = label[: len(label) - len(label.lstrip(" \t*_`\"'"))]
            fields.append((field, _undress(value.strip(" \t'"), opened).removeprefix("WinEventLog:")))
    return fields
