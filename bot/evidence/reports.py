"""The marks of a report: a verb of what a log does, how often or since when, a level, a label, a call for help.

A sentence about an event that has none of them plans, remembers, arranges or jokes; and what it may be instead never ends.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_VERBS: Final = (
    # What a log, a program or an event does.
    r"log(?:s|ged|ging)|show(?:s|ed|ing)|throw(?:s|ing)|threw|report(?:s|ed|ing)|rais(?:es|ed|ing)|writ(?:es|ing)|wrote",
    r"says|gives|gave|keep(?:s|ing)?|kept|spam\w{0,4}|flood\w{0,3}|full of|appear(?:s|ed|ing)|com(?:es|ing) up|came",
    r"pop(?:s|ped|ping)|fir(?:es|ed|ing)|records?|trigger(?:s|ed)|spits?|fill(?:s|ing)|repeat\w{0,3}|matched|exceed\w{0,3}",
    r"contain(?:s|ed)|complain(?:s|ed|ing)|return(?:s|ed|ing)|list(?:s|ed)|went|goes|found|non-?stop|new",
    r"turn(?:s|ed) (?:up|red|yellow)",
    # What people have or see.
    r"(?:we|i|they)(?:['’]ve|['’]re| have| are)?(?: also| just| now| only| still)?"
    r" (?:get|got|gotten|getting|see|saw|seeing|have|had|keep|find|found)",
    r"there(?:['’]s| is| are)|ha(?:s|ve) an?|gets|getting|stuck|unassigned",
    r"melde[tn]|wirft|werfen|steh(?:t|en)|komm(?:t|en)|zeig(?:t|en)|schreibt|hat|haben|taucht|tauchen",
    r"aufgetreten|tritt|treten|logg\w{1,2}|spuckt|protokolliert|lehnt|es gibt",
)
_SYMPTOMS: Final = (
    r"fail\w{0,4}|cannot|can['’]t|unable|crash\w{0,3}|died|dies|stop(?:s|ped)",
    r"terminated|den(?:y|ies|ied)|reject\w{0,3}|time ?outs?|offline|expired",
    r"fällt|schlägt|fehlgeschlagen|startet nicht|geht nicht|abgelaufen|verweigert|hängt",
)
_FREQUENCY: Final = (
    r"since|again|every|each|overnight|all (?:night|day|morning|week\w{0,3}|over)|this (?:morning|afternoon|evening)",
    r"last (?:night|hour)|today|tonight|times|twice|per (?:hour|day|minute)|constantly|repeatedly|always|still|mostly|both",
    r"at (?:\d\w{0,3}|the same|once)|in a row|in \d{1,3} ?m\w{0,6}|together|only|nothing but|after|on (?:all|one|\d+)",
    r"seit|wieder|ständig|dauernd|immer|laufend|alle \d+|jede[nrs]?|heute|gestern|letzte nacht|\d+ ?mal|nur noch|paarweise",
)
_LEVELS: Final = (
    r"errors?|warnings?|critical|red|yellow|fehler|warnung|kritisch|alert|level|severity|count|affected|down|broken"
)
_HELP: Final = (
    r"screenshots?|ocr|blurry|any(?:one|body)|some(?:one please|body)|any ideas?|help",
    r"worr(?:y|ied)|escalate|what (?:is|are|does|do|now|to do)",
    r"what['’]s|whats|why|should (?:i|we)|do (?:i|we) (?:need|have) to|or ignore|meaning|explain|understand",
    r"kennt|weiß|weiss|jemand|was (?:heißt|bedeutet|ist|will|soll|tun)|muss ich|müssen wir|hilfe|warum|wieso",
)
# A number that is labelled as in a log, or called an event.
_LABELS: Final = (
    r"(?:source(?:name)?|provider(?:name)?|event ?(?:id|code)|event_id|eid|log ?name|channel|level|computer|quelle|ebene)s?"
    r"(?=\s?[=:#])|(?:id|深刻度)(?=\s?=)|(?:event|ereignis)(?:s|se|[ -]?id)?[ :#]{1,2}(?=\d)|(?:source|quelle) (?=[A-Z])"
)
_INSIDE: Final = (
    r"出現|出现|顯示|显示|看到|發現|发现|收到|拿到|卡[住在]|爆量|一大堆|跳|噴|喷|報(?!告)|报(?!告)|記錄|记录|記了|寫|写|刷|冒|洗版|洗頻|一直|又|狂|不斷|不断|連續|连续",
    r"每[天週周小時分次隔到台]|昨[晚天夜]|今[早天晨]|凌晨|半夜|早上|整晚|[筆次件](?:$|\W|以)|有\s?(?=\d)|變成|变成",
    r"失[敗败]|[無无]法|[終终]止|停[掉了止]|[掛挂][了掉]|[當当]機|当机|[連连]不上|拿不到|不能|拒[絕绝]|逾[時时]|超时",
    r"錯誤|错误|警告|嚴重|严重|層級|级别|來源|来源|事件|服務名稱|服务名称|同時|同时|輪流|轮流|來回|来回|滿滿|一堆|都是|全是|只有",
    r"之[後后]|[後后](?:就|又|還|还|開始|开始|馬上|马上)|[才還还]是|請協助|请协助|麻煩看|求救|求助|有人|哪位|誰|谁|怎[麼么辦办樣样]",
    r"拍照|截[圖图]|先(?=\s?\d)|什[麼么]|為何|为何|要緊|嗎|吗|要理|要處理|需要|是不是|算不算",
    r"出て|出た|止まら|止まり|あり(?:ま|、|。|$)|ある(?:。|$)|見え|出る|出ま|記録|大量|毎|朝から|昨夜|深夜|続[いけ]|増え|繰り返|鳴っ|発生|表示|エラー|重大|レベル|ソース",
    r"できな|停止|落ち|拒否|全滅|届か",
    r"何|でしょうか|ですか|ますか|とは|わかる",
)


@cache
def marks_of_reports() -> re.Pattern[str]:
    """Return the pattern of all marks."""
    edged = "|".join((*_VERBS, *_SYMPTOMS, *_FREQUENCY, _LEVELS, *_HELP))
    # The first letter is looked at first: most characters begin none of the words.
    latin = rf"(?=[a-z])(?<![a-zäöüß])(?:(?:{edged})(?![a-zäöüß])|{_LABELS})"
    counted = r"[?xX×\d](?:(?<=\?)|(?<=[xX×])(?<!\w.) ?\d|(?<=\d) ?[x×筆次件])"
    return re.compile(rf"{latin}|{counted}|(?=[^\x00-\x7f])(?:{'|'.join(_INSIDE)})", re.IGNORECASE)
