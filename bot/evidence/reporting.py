"""The words of reporting that may stand between a source, log or short word and the number that it reports."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = frozenset(
    """
    log logs logged logging show shows showed showing throw throws threw throwing report reports reported reporting raise raises raised write writes
    wrote writing say says said give gives gave keep keeps kept spam spams spamming flood floods flooded full appear appears came coming pop pops popped
    fire fires fired firing record records recorded trigger triggers triggered spit spits fill fills filled filling repeat repeats repeating list lists go goes
    went warn warns warned complain complains complaining return returns returned has had have contain contains found find finds spewing
    we i they it there get gets got getting see sees saw seeing are is
    the a an of with to in up at and or as only just nothing but also again still now then first next after that right followed by before constantly always mostly
    repeatedly yesterday today overnight tonight gestern heute our all this both like via while since midnight
    admin operational application system security auditing event events evt eid id ids error errors warning warnings number numbers entry entries
    channel eventlog eventid critical alert alerts new red reds yellow
    one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred dozen dozens hundreds thousands tons
    couple several many some few lots another more every single x times time mal twice once each
    meldet melden wirft werfen zeigt zeigen schreibt schrieb hat haben steht stehen kommt kommen taucht tauchen nur noch wieder auch jetzt und dann danach der die das den
    von mit im in am ständig laufend ein eine einen zwei drei vier fünf sechs sieben acht neun zehn zwölf zwanzig dreißig vierzig fünfzig hundert dutzend dutzende
    hunderte mehrere viele ereignis ereignisse ereignissen ereigniskennung fehler warnung warnungen protokoll kennung nr zweimal dreimal
    """.split()
)
_TELLING: Final = frozenset(
    """
    log logs logged logging show shows showed throw throws threw throwing report reports reported raise raises raised write writes wrote writing warn warns
    warned complains spams floods event events evt eid id ids error errors warning warnings eventid event_id
    meldet wirft zeigt schreibt ereignis ereignisse ereigniskennung fehler warnung warnungen protokoll kennung
    """.split()
)
"""Words that let nothing else be reported than an event."""
_IDEOGRAPHS: Final = re.compile(
    r"(?:一直|又|先|再|狂|都是|全是|只有|還有|还有|出現了?|出现了?|顯示了?|显示了?|記錄了?|记录了?|寫了?|写了?|看到|收到|拿到|跳出?|噴|喷|報|报|洗版|洗頻|不斷|不断"
    r"|連續|连续|開始|开始|之?[後后]|[就也]|接[著着]|然後|然后|和|跟|與|与|及|的|有|是|為|为|到|了|裡面?|里|上|中"
    r"|事件|錯誤|错误|警告|識別碼|识别码|編號|编号|代碼|代码|記錄檔?|记录|日誌|日志|系統管理員|作業|應用程式|應用系統"
    r"|[一二兩两三四五六七八九十幾几百]{1,4}\s?[筆笔次個个條条件]?|[筆笔次個个條条件回]"
    r"|イベント|エラー|ログ|に|が|の|で|と|は|も|から|その後|続いて|次に)$"
)
_TELLING_IDEOGRAPHS: Final = re.compile(
    r"事件|錯誤|错误|警告|識別碼|识别码|記錄|记录|日誌|日志|寫|写|報|报|跳|噴|出現|出现|顯示|显示|イベント|エラー|ログ"
)
_LAST: Final = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]+(?:['’][a-z]{1,3})?|(?<![\d.:,])\d{1,3})$")
_MARKS: Final = " \t:,;=#\"'`*()[]{}<>|/+&~·、，：；「」『』（）【】“”‘’→-–—_"
_PLURAL: Final = re.compile(r"['’]?(?:s|er|ern)(?![A-Za-z])")
_REACH: Final = 64
"""Characters before a number in which words of reporting may stand."""
_MOST: Final = 9


def begin_of_report(text: str, at: int) -> tuple[int, bool]:
    """Return where the words of reporting before a number begin, and whether one of them tells that it is an event's.

    A source that ends there reports the number; nothing but such words, marks and small counts stands between.
    """
    floor, end, telling = max(0, at - _REACH), at, False
    for _ in range(_MOST):
        end = _without_marks(text, floor, end)
        word = _LAST.search(text, max(floor, end - 24), end)
        if word is None:
            break
        found, begin = word[0].casefold(), word.start()
        if found.isdigit():
            break
        if found not in _WORDS:
            ideographs = _IDEOGRAPHS.search(text, max(floor, end - 8), end)
            if ideographs is None:
                break
            found, begin = ideographs[0], ideographs.start()
            telling = telling or _TELLING_IDEOGRAPHS.search(found) is not None
        telling = telling or found in _TELLING
        end = begin
    return _without_marks(text, floor, end), telling


def end_of_plural(text: str, end: int) -> int:
    """Return where a number ends with its plural: "31400s", "31400er"."""
    plural = _PLURAL.match(text, end)
    return plural.end() if plural is not None else end


def _without_marks(text: str, floor: int, end: int) -> int:
    while end > floor and text[end - 1] in _MARKS:
        end -= 1
    return end
