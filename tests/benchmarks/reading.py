"""Reading of long pastes beside the least that any reader must do: find digits, hex and names, and look each up."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Final

from bot.knowledge import Knowledge, plain
from bot.knowledge.library import read_knowledge
from tests.benchmarks.measure import seconds, table, with_spread
from tests.fixtures.reading import CONNECTOR, read_evidence

SIZES: Final = (4_000, 40_000)
_ROUNDS: Final = 7
_EACH_ROUND: Final = 5
_AIMS: Final = {"events, en": 2.5, "events, zh-TW": 3.5}

_LABELLED = """\
Log Name:      Microsoft Intune Connector
Source:        Microsoft Intune Connector
Date:          {month}/{day}/2020 {hour}:12:33 AM
Event ID:      {event}
Task Category: None
Level:         Error
Keywords:      Classic
User:          N/A
Computer:      NDES{day:02}.contoso.com
Description:
{name}
{meaning}
Device ID: {guid}
Diagnostic Code: {code}
Diagnostic Message: Could not retrieve the certificate.

"""
_LABELLED_ZH = """\
記錄檔名稱:         Microsoft Intune Connector
來源:              Microsoft Intune Connector
日期:              2020/{month}/{day} 上午 {hour:02}:12:33
事件識別碼:         {event}
工作類別:          無
層級:              錯誤
關鍵字:            傳統
使用者:            不適用
電腦:              NDES{day:02}.contoso.com
描述:
{name}
{meaning}
裝置識別碼: {guid}
診斷碼: {code}

"""
_XML = """\
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft Intune Connector'/>\
<EventID Qualifiers='0'>{event}</EventID><Level>2</Level><Task>0</Task><Keywords>0x80000000000000</Keywords>\
<TimeCreated SystemTime='2020-{month:02}-{day:02}T0{hour}:12:33.000000000Z'/><EventRecordID>{guid:.5}</EventRecordID>\
<Channel>Microsoft Intune Connector</Channel><Computer>NDES{day:02}.contoso.com</Computer><Security/></System><EventData>\
<Data>{name} {meaning}</Data><Data>Device ID: {guid}</Data><Data>Diagnostic Code: {code}</Data></EventData></Event>
"""
_CSV = (
    "Error,{month}/{day}/2020 {hour}:12:33 AM,Microsoft Intune Connector,{event},None,"
    '"{name} {meaning} Device ID: {guid} Diagnostic Code: {code}"\n'
)
_PROSE = "We saw event {event} again on NDES{day:02}, {meaning} The code was {code} and the device {guid}. What does {name} want?\n"
_PROSE_ZH = "今天 NDES{day:02} 又出現事件 {event}，{meaning}診斷碼是 {code}，裝置 {guid}。請問 {name} 是什麼意思？\n"
_KINDS: Final = {
    "events, en": (_LABELLED, "en"),
    "events, zh-TW": (_LABELLED_ZH, "zh-TW"),
    "XML": (_XML, "en"),
    "CSV": (_CSV, "en"),
    "prose, en": (_PROSE, "en"),
    "prose, zh-TW": (_PROSE_ZH, "zh-TW"),
}

_DIGITS = re.compile(r"(?<![\w.-])\d{4,5}(?![\w.-])", re.ASCII)
_HEX = re.compile(r"(?<!\w)0[xX]0*([0-9A-Fa-f]{1,8})(?!\w)", re.ASCII)
_NAMES = re.compile(r"(?<!\w)[A-Z][a-z]*[A-Z_]\w{3,60}", re.ASCII)


def make_paste(kind: str, size: int, knowledge: Knowledge) -> str:
    """Make a paste of exactly `size` characters; no two of its events are alike."""
    template, language = _KINDS[kind]
    random = Random(size)
    articles = list(knowledge.articles.values())
    codes = [article for article in articles if article.kind == "code"]
    pieces: list[str] = []
    for number in count():
        if sum(map(len, pieces)) >= size:
            break
        article = articles[number % len(articles)]
        fields = {
            "event": article.id if article.kind == "event" else 4000 + number,
            "code": random.choice(codes).id,
            "name": article.name,
        }
        digits = f"{random.getrandbits(128):032x}"
        fields["guid"] = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        fields["meaning"] = " ".join(map(plain, article.prose[language].meaning[:1]))  # type: ignore[index]
        pieces.append(template.format(month=1 + number % 12, day=1 + number % 28, hour=1 + number % 9, **fields))
    return "".join(pieces)[:size]


def floor_of(knowledge: Knowledge) -> Callable[[str], list[object]]:
    """Build the floor: three patterns, and a dict look-up for each hit."""
    events = {article.id: article for article in knowledge.articles.values() if article.kind == "event"}
    codes = {article.id[2:].lstrip("0"): article for article in knowledge.articles.values() if article.kind == "code"}
    names = {article.name.replace("_", "").lower(): article for article in knowledge.articles.values()}

    def read(text: str) -> list[object]:
        found: list[object] = [events.get(match[0]) for match in _DIGITS.finditer(text)]
        found += [codes.get(match[1].upper()) for match in _HEX.finditer(text)]
        return found + [names.get(match[0].replace("_", "").lower()) for match in _NAMES.finditer(text)]

    return read


def _rounds(text: str, floor: Callable[[str], object]) -> Iterator[tuple[float, float]]:
    """Yield for each round the seconds of the floor and of the bot, timed in turns."""
    for _ in range(_ROUNDS):
        pairs = [(seconds(lambda: floor(text)), seconds(lambda: read_evidence(text))) for _ in range(_EACH_ROUND)]
        bare, bot = (statistics.median(times) for times in zip(*pairs, strict=True))
        yield bare, bot


def run(sizes: tuple[int, ...] = SIZES) -> bool:
    """Print the table; tell whether reading the longest pasted events stays within the aims."""
    knowledge = read_knowledge(CONNECTOR)
    floor = floor_of(knowledge)
    rows, kept = [], []
    for size in sizes:
        for kind in _KINDS:
            text = make_paste(kind, size, knowledge)
            events = len(read_evidence(text).events)
            times = list(_rounds(text, floor))
            bare, bot = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
            ratio = [each[1] / each[0] for each in times]
            rows.append((f"{size:,}", kind, f"{events}", f"{bare:.2f}", f"{bot:.2f}", with_spread(ratio)))
            if size == sizes[-1] and kind in _AIMS:
                kept.append(statistics.median(ratio) <= _AIMS[kind])
    print("Reading. Floor: three regular expressions (digits, hex, names) and a dict look-up of each hit.")
    print(f"Ratio: bot to floor, median (least–greatest) of {_ROUNDS} rounds, timed in turns.\n")
    print(table(("characters", "paste", "events", "floor ms", "bot ms", "ratio"), rows, left=2), flush=True)
    return all(kept)
