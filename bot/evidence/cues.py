"""The words that make a number an event ID or a code. Positive cues only: lists of what a number might be instead never end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.evidence.lazy_pattern import lazy_pattern

USUAL_LENGTHS: Final = frozenset({4, 5})
"""Digits that Windows' event IDs have as a rule; a shorter or longer number is one where a product has such IDs."""

_I = re.IGNORECASE | re.ASCII


class Guarded:
    """A pattern that ends at a number, tried only where one of its stems stands before: trying all costs ten times as much."""

    def __init__(self, pattern: str, *stems: str) -> None:
        self._expression, self._stems = pattern, stems

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compile the pattern for the first text with one of its stems."""
        return re.compile(self._expression, _I)

    def search(self, before: str) -> bool:
        """Tell whether the pattern ends the text before a number."""
        lower = before.lower()
        for stem in self._stems:
            if stem in lower:
                return self._pattern.search(before) is not None
        return False


# Looked for directly before a number, in the last REACH characters.
REACH: Final = 40
_TAIL = r"[\s:=#(\[\"'`*,@{]{0,6}(?:is\s|was\s|of\s|-eq\s|-in\s|是|為)?[\s:=#(\[\"'`*@{]{0,4}$"
EVENT_BEFORE: Final = Guarded(
    r"(?:(?<![a-z])(?:event|evt|evnt|ev|eid|event ?viewer|event ?log|ereignis|ereigniskennung|évènement|événement|"
    r"evento|gebeurtenis|zdarzeni[ea]|händelse)s?(?:[\s_\-.]{0,3}(?:ids?|codes?|numbers?|num|nos?\.?|nr\.?|n[°º]|log|viewer))?"
    r"|(?:事件|イベント|이벤트|событи[ея])\s?(?:識別碼|识别码|編號|编号|代碼|代码|號碼|紀錄|記錄|檢視器|id|code|log)?|識別碼|识别码"
    r"|(?<![a-z])instance_?id|(?:[{;@]\s{0,2}|\$_\.)id(?=\s?=|\s-eq|\s-in))" + _TAIL,
    "ev",
    "vé",
    "eid",
    "reign",
    "gebeur",
    "zdarz",
    "händel",
    "事件",
    "識別",
    "识别",
    "イベ",
    "이벤",
    "событи",
    "instance",
    "id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The patterns that depend on the products: on words that say whose an ID is, and on how many digits IDs have."""

    id_before: Guarded
    code_before: Guarded
    code_behind: re.Pattern[str]
    owners: frozenset[str]
    # Digits of event IDs of the products, and of all numbers that may be an ID or a code.
    id_lengths: frozenset[int]
    lengths: frozenset[int]
    # "31410/31415", "31410-31412": event IDs side by side.
    side_by_side: re.Pattern[str]
    # "ID31410", "event31410": the cue and the number in one word.
    glued: re.Pattern[str]
    # Runs of digits of another length than an event ID's, beside a number.
    digits_before: re.Pattern[str]
    digits_behind: re.Pattern[str]


_CODE_LENGTHS: Final = frozenset({3, 8, 10})
"""Digits of codes that are written without 0x."""
_SHORTEST_TOGETHER: Final = 5
"""Digits from which numbers side by side are event IDs: shorter ones are years, parts of a date, or pages."""


def make_cues(owners: frozenset[str], id_lengths: frozenset[int]) -> Cues:
    """Compile the patterns for products whose words and digits these are; without any, for Windows' events at large."""
    lengths = id_lengths or USUAL_LENGTHS
    words = "".join(f"|{re.escape(owner)}" for owner in sorted(owners))
    together = [n for n in sorted(lengths) if n >= _SHORTEST_TOGETHER] or [_SHORTEST_TOGETHER]
    beside = "|".join(rf"\d{{{n - 1}}}(?:[/\-]\d{{{n}}}){{1,9}}" for n in together)
    glued = "|".join(rf"\d{{{n - 1}}}" for n in sorted(lengths | USUAL_LENGTHS, reverse=True))
    others = "|".join(rf"\d{{{n}}}" for n in range(1, max(lengths) + 1) if n not in lengths)
    other = rf"(?:{others}|\d{{{max(lengths) + 1},}})" if others else rf"\d{{{max(lengths) + 1},}}"
    return Cues(
        id_before=id_before(words),
        code_before=code_before(words),
        code_behind=code_behind(words),
        owners=owners,
        id_lengths=lengths,
        lengths=lengths | USUAL_LENGTHS | _CODE_LENGTHS,
        side_by_side=re.compile(rf"[0-9](?<![\w\-./+].)(?:{beside})(?![\w\-/+])", re.ASCII),
        glued=re.compile(rf"[0-9](?<=[A-Za-z_\-].)(?:{glued})(?![0-9A-Za-z_\-/])", re.ASCII),
        digits_before=re.compile(rf"(?<![\dA-Za-z]){other}[ ]$"),
        digits_behind=re.compile(rf"[ ]{other}(?![\dA-Za-z])"),
    )


def id_before(owners: str) -> Guarded:
    """Match "id" where nobody else's is meant: at the start, or behind a word that says whose, or whose it may be."""
    return Guarded(
        rf"(?:^|[.!?;:,(\n]|(?<![a-z])(?:the|an?|with|this|that|what|and|is|error|log|what's|whats{owners}))\s{{0,3}}"
        r"(?:ids?|i\.d\.)" + _TAIL,
        "id",
        "i.d",
    )


def code_before(owners: str) -> Guarded:
    """Match "code" where a diagnostic code is meant."""
    return Guarded(
        rf"(?:(?<![a-z])(?:diag(?:nos\w{{0,8}})?{owners})[\s_\-]{{0,3}}(?:error\s)?(?:codes?|kod)"
        r"|(?<![a-z])(?:codes?|código|codice)\s(?:de\s|di\s)?diagn\w{2,10}|(?<![a-z])hex(?:code)?"
        r"|(?:^|[.!?;:,(\n]|\d{4,5}|(?<![a-z])(?:the|an?|with|this|that|what|and|is|has|says|shows|gives|got|get|mean|means|explain|about|same|also|fehler))\s{0,3}codes?"
        r"|(?:診斷|诊断|診断|진단)\s?(?:代?碼|代?码|コード|코드|code)|(?:^|[^誤误郵邮號号一-鿿])(?:代碼|代码|コード))"
        + _TAIL,
        "cod",
        "cód",
        "kod",
        "hex",
        "碼",
        "码",
        "コード",
        "코드",
    )


ERROR_CODE_BEFORE: Final = Guarded(
    r"(?:error|err|fehler|result|return|status|hresult|hr|錯誤|错误|エラー)[\s_\-]{0,3}(?:code|碼|代碼|代码|コード)?"
    + _TAIL,
    "err",
    "fehler",
    "result",
    "return",
    "status",
    "hr",
    "錯",
    "错",
    "エラー",
)
# What is seen, said or asked about before a hexadecimal code.
CODE_NAMED_AFTER: Final = lazy_pattern(
    r"(?:(?<![a-z])(?:gets?|got|getting|sees?|seeing|saw|seen|shows?|showing|says?|said|throws?|throwing|logs?|logging|logged|gives?|gave|reports?|returns?|had|have|has|having|with|does|did|about|"
    r"explain|means?|details?|error|errors|and|still|again|hit|of|for|why|what|what's|whats|behind|carry|carries|half|by|then|or|plus|between|vs|versus|now|only|also|to|mit|und|avec|et|con|y)|(?:^|[,.!?;\n]\s{0,3})is|看到|出現|出现|顯示|显示|寫著?|說|报|報|收到|得到|跳出?|噴|有|是|出|吐|碼|給)[\s:\"'`*(\[]{0,3}$",
    _I,
)
# Looked for directly behind a number. The plural "events" is a count ("31410 events"), so it is no cue.
EVENT_BEHIND: Final = lazy_pattern(
    r"[\s\"'`*)\]]{0,3}(?:event(?:\s?id)?(?![a-z])|(?:[號号]|番の?)?\s?的?(?:這|这|那)?(?:個|个)?(?:事件|イベント)"
    r"|(?:這|这|那)(?:個|个)?(?:錯誤|错误|代碼))",
    _I,
)
# The same for a number of one to three digits: "3 event logs" counts, "the 39 event" and "39 號事件" do not.
SHORT_EVENT_BEHIND: Final = lazy_pattern(
    r"[\s\"'`*)\]]{0,3}(?:[號号]|番の?)\s?的?(?:事件|イベント|錯誤|错误|警告|エラー)"
)
THE_EVENT: Final = lazy_pattern(r"(?<![a-z])(?:the|that|this|those|der|die|das)\s{1,2}[\"'`]?$", _I)
EVENT_ALONE: Final = lazy_pattern(
    r"['’]?s?[\"'`]?\s{1,2}(?:event|error|warning)s?(?![a-z ]{0,3}(?:log|viewer|per|a ))(?![a-z])", _I
)


def code_behind(owners: str) -> re.Pattern[str]:
    """Match what says, directly behind a number, that it is a diagnostic code."""
    return re.compile(
        rf"[\s\"'`*)\]]{{0,3}}(?:(?:(?:diagnostic|diag{owners}) (?:code|error)|hex)(?![a-z])"
        r"|(?:這|这|那)?(?:個|个)?(?:診斷碼|诊断码|診断コード|代碼|代码|錯誤碼|错误码|コード))",
        _I,
    )


# A number in a list takes the cue of the number before it.
LISTED: Final = lazy_pattern(
    r"[\s\"'`)*]{0,3}(?:[,/&+;|、]|and|or|vs\.?|then|danach|dann|with|without|before|after|followed by|but (?:no|not|never)|through|thru|to|until|bis|vor|nach|ohne"
    r"|aber kein\w{0,2}|et|y|e|en|[-~]|和|至|到|或|與|跟|及|還有|再|之後是?|之前是?|但(?:是)?(?:沒有|没有)|から|と|und|oder|->|→|>)[\s\"'`(*,]{0,3}(?:(?:and|then|or)\s)?",
    _I,
)

# Words people ask with. A message of nothing else and a number is about that number.
_ASKING_WORDS = (
    "lol haha pls pretty color colour red green yellow signify stand stands short mind decode translate entry entries wat betekent co oznacza cosa significa vuol dire cosè quer dizer "
    "qu quoi veut c'est ça ist das der die den ein eine mal gerade hier wieso warum weshalb wofür steht bedeutung was'n kennt jemand keine welche welcher "
    "what whats what's is are was does do did mean means meaning meant this that it the a an of for about on in me us i i'm im we my our you can could would "
    "please pls plz help explain explanation describe tell lookup look up find check info information details detail hi hello hey hallo team guys folks all anyone "
    "anybody someone know knows knew any idea ideas how to fix fixed resolve resolution solve why again got get getting gets see seeing saw having have "
    "there here now today and or & with? thanks thank thx ty so error errors fehler code codes id ids event events evt evnt eid eventid windows log logs "
    "number no nr new next still same one help? need needs hmm hm uh um ok okay next-steps cause causes causing reason bedeutet bedeuten was ist heißt bitte hilfe qué que "
    "significa es el la qu'est-ce c'est quoi signifie le pour heck hell exactly should be good bad wrong happened happens just keep keeps keep? means? went go diagnostic diagnostics diag success successful failure failed warning warnings difference different between versus vs than compare compared "
    "missing where who whom will would should must may might want wants need needed then into at as if when since after before with from by not really actually maybe also too "
    "correspond corresponds corresponding correspondence equivalent equivalents counterpart counterparts become became becomes maps mapped "
    "been be being has had were am its it's that's thats there's us u r pls? plz? kindly quick question urgent asap saw seen says say said show shows showing logged logging box server machine our nothing else alone only"
)
ASKING: Final = frozenset(_ASKING_WORDS.replace("?", "").split())
ASKING_CJK: Final = lazy_pattern(
    r"だけ|しか|について|とか|って何|どれ|どっち|ですけど|請教|请教|麻煩|麻烦|算不算|正常嗎|正常吗|能不能|可以|嚴重|严重|對應|对应|相當於|相当于|等於|等于|編號|编号|什麼意思|是什麼|什么意思|是什么|什麼|什么|是啥|啥意思|甚麼|意思|代表|事件識別碼|事件识别码|事件|識別碼|识别码|診斷碼|诊断码|診断コード|錯誤碼|錯誤代碼|错误代码|錯誤|错误|代碼|代码|請問|请问|"
    r"怎麼辦|怎么办|怎麼|怎么|怎樣|如何|處理|处理|解決|解决|修復|解釋|解释|說明|说明|查詢|查询|查|一下|幫我|幫忙|帮我|帮忙|幫|看看|看到|看|出現|出现|遇到|收到|為什麼|为什么|為何|原因|"
    r"這個|这个|那個|那个|這|这|那|有人|知道|誰|嗎|吗|呢|啊|喔|耶|之後|之后|後來|變成|变成|吧|的|了|又|是|有|差在哪|差別|差异|差異|不同|區別|区别|警告|成功|失敗|失败|還是|还是|這邊|这边|那邊|我們這邊|差|邊|邊|在|缺|少|找|該找|裡|上|中|，|我|我們|你|您|好|謝謝|谢谢|感謝|各位|大家|大大|一直|哪個|哪一個|コード|イベント|とは|ですか|何|って|意味|教えて|ください|の|は|を|が|エラー|"
    r"です|ます|か|連接器|连接器|搞懂|請|指|再|次|今天|剛|剛剛|剛才|碼|個|支援|告訴|不懂|看不懂|求解|求救|急|詳細|內容|資訊|跟|和|與|或|是不是|該|要|到底|啦|咧|哩"
)
