"""Words of talk that reports no event: conditions, plans, finished jobs, exercises, errands, documents, scripts and jokes.

Each class of words has a reach, and stands in the languages that people write here. No product and no event is named.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

from bot.evidence.lazy_pattern import lazy_pattern

Reach = Literal["clause", "clause_before", "statement", "over", "sentence", "message", "joke"]
"""How far a mark speaks: for its clause, for what stands before it in its clause, for its clause unless the sentence asks
(`statement`), the same unless a clause says "since" or "after" (`over`), for its sentence, for the whole message, or for its
sentence where no product is spoken of (`joke`)."""

# Matched at the edges of words.
_EDGED: Final[dict[Reach, tuple[str, ...]]] = {
    "clause": (
        # "does anyone know if …" asks, and sets no condition.
        r"(?P<asked>(?:knows?|knew|wonder(?:ing)?|sure|tell|see|check|ask(?:ing)?|say|sorry"
        r"|curious|unclear|confirm|even|as|or) if)",
        r"if|unless|in case|in the event|as soon as|whenever|next time|should (?:you|anyone|someone)",
        r"when (?:you|someone|somebody|anyone|anybody)",
        r"wenn|falls|sobald|sofern",
    ),
    "statement": (
        # What is to come, or would be.
        r"[a-z]+['’]ll|will|won['’]t(?! (?:come|start|work|boot|load|connect|open|go|get|issue|stay|install|enroll))"
        r"|shall|would|wouldn['’]t|going to|gonna|expect(?:s|ing)?|expected(?![,.)]|$)",
        r"supposed to|about to|let['’]?s|forget",
        r"werdet|werden wir|wollen wir|würden?|soll(?:en|te|ten)?",
        # What once was.
        r"used to (?:get|see|have|log|show)|back in|years? ago|remember (?:when|the|that)|last year|in the old days|in version \d",
        r"damals|früher|letztes jahr|voriges jahr",
        # What it means, said to those who did not ask; and what is nothing new.
        r"means? (?:that|the|it|a|an|your|there)|stands for|refers to|is (?:logged|written|raised) (?:when|if)",
        r"(?:bedeutet|heißt|heisst),? dass",
        r"the usual|as usual|as always|as expected|(?:just|please) ignore|nothing to (?:worry|do)|don['’]t (?:worry|panic)",
        r"never ?mind|false alarm|known issue",
        r"wie (?:immer|üblich|gewohnt|erwartet)|die üblichen|bitte ignorieren|keine sorge|fehlalarm",
        # Whose it is.
        r"leave it to|(?:is|are) (?:his|hers|theirs|mine)|liegt bei|kümmere|übernehme",
    ),
    "over": (
        r"(?<!not )(?<!n['’]t )(?<!never )(?<!not yet )(?<!be )(?<!get )(?:fixed|resolved|solved|sorted|cured|healed|remediated)",
        r"mitigated|dealt with|tak(?:en|ing) care of|took care of|handled|gone|history|under control|back to normal|ruled out",
        r"no longer (?:see|get|log|appear|happen|occur|show(?!s? up))\w{0,4}"
        r"|turned out|ended up|was (?:just|only) (?:the|me|my|our|an?)",
        r"(?:was|were) me|all working|works? again|no action|mark(?:ed|ing) (?:it )?(?:as )?done",
        r"gefixt|behoben|gelöst|erledigt|repariert|beseitigt|bereinigt|geklärt|abgehakt|vom tisch|im griff",
        r"(?:ist|sind|wieder) weg|war(?:en)? nur|(?:läuft|geht) wieder",
    ),
    "sentence": (
        # Plans.
        r"to-?do(?: for me)?|next (?:week|month|sprint|quarter|year)|tomorrow|reminder|remind me",
        r"on purpose|deliberately|intentionally",
        r"(?:i|we)(?:['’]ll| will| am going to| are going to|['’]m going to|['’]re going to| plan to| want to| would like to)"
        r" (?:\w+ )?(?:test|try|trigger|break|simulate|fake|force|provoke|reproduce|add|create|write|set|mute|disable)",
        r"(?:simulat|fak|provok)(?:e|ing)|(?:trigger|force) an?",
        r"in (?:the|our|my) (?:lab|test lab|sandbox|training|course|exam|quiz)",
        r"(?:nächste|kommende)[nrs]? (?:woche|monat)|morgen (?:um|früh|abend|mittag|\d)|übermorgen|geplant|absichtlich|testweise",
        r"zum test(?:en)?|im lab(?:or)?",
        # Exercises, and what is only imagined.
        r"drill|exercise|rehears\w+|dry run|test ?(?:alert|alarm|message|event)|test test|imagin\w+|dream(?:s|t|ed)?",
        r"i bet|bet (?:you|a|that)",
        r"suppose|pretend\w*|kidding|joke|i quit|and i(?:['’]m| am) (?:mov|leav|quitt)ing|spirit animal|happy birthday",
        r"übung|testalarm|probealarm|stellt? (?:dir|euch|sie sich) vor|geträumt|wette|kündige|scherz",
        # Alerts and rules that are set up, changed or silenced.
        r"(?:add|creat|writ|mak|set(?:ting)? ?up|build|configur|enabl|disabl|mut|silenc|suppress|remov|delet|tun)\w{0,3}(?![a-z])"
        r"[^.!?\n]{0,30}(?<![a-z])(?:alert|alarm|rule|monitor|filter|threshold|dashboard|notification)s?",
        r"(?:alert|alarm|threshold|monitor|sensor|rule)s?(?![a-z])[^.!?\n]{0,60}(?<![a-z])"
        r"(?:muted|silenced|raised to|lowered|set to|off|disabled|paused|stumm|deaktiviert|pausiert)",
        r"(?:regel|alarm|alert|warnung)(?:en)? (?:für|auf|zu)[^.!?\n]{0,60}"
        r"(?:anlegen|einrichten|einbauen|abgeschaltet|deaktiviert)",
        # Jobs that are closed.
        r"\[?(?:resolved|recovered|ok|closed)\]? ?:|\[resolved|is up again|recovered at|rule added",
        r"(?:is|was) over(?! (?:\d|the|a|all|our|this|that|there)(?![a-z]))|all done|no action needed"
        r"|expected(?=[,.)]|$)|for the record|just fyi|never (?:came|come) back"
        r"|(?:n['’]t|not|never) come back|(?:was|were|been) caused by|all clear|stood down|no longer shows? up",
        r"fürs protokoll|nur zur info|kam(?:en)? nie wieder|entwarnung",
        r"nothing (?:for us )?to do|nothing for us|(?:documented|described|explained) (?:in|at|under|here)"
        r"|my (?:private|own|personal|home)|at home|lab ?:|in the wiki|wiki ?:",
        r"(?:meeting|call|stand-?up|session) (?:is |was )?(?:moved|starts|cancelled|booked)|moved to (?:room )?(?=\d)",
        # What is not there.
        r"(?:no|0|zero|not an?|not one|without an?) (?:single )?(?:event )?(?=\d{4,5})",
        r"0 (?:hits|events|matches)|haven['’]t seen|not a single",
        r"kein(?:e|en)? (?=\d{4,5})",
        r"(?:is|was|got|been|all|now|already|finally) (?:fixed|resolved|solved|sorted(?: out)?|closed)",
        r"(?:ticket|incident|case) (?:is )?closed|closing (?:this|the (?:ticket|incident|case))",
        r"(?:ist|war|schon|bereits|inzwischen) (?:behoben|gelöst|erledigt|geschlossen)",
        # What one person asks of another, and how a tool is handled.
        r"(?:send|mail|e-mail|forward|call|ring|wake) (?:it |that |them )?(?:to )?(?:me|us)",
        r"(?:schick|ruf|leit|mail)\w{0,3} (?:es |das )?(?:mir|mich|uns)",
        r"(?:please|pls|(?:can|could) (?:you|someone|somebody|we)) (?:also |just |quickly )?(?:add|put|remove|correct|forward"
        r"|write|change|update|delete|move|assign|open|close|mute|rename|approve|merge|exclude|include|whitelist|document)",
        r"did you|have you (?!seen|ever)|were you|hast du|habt ihr|kannst du|könntest du|könnt ihr",
        r"bitte (?:ändern|eintragen|löschen|aufnehmen|weiterleiten)|wrong channel|falscher kanal",
        r"(?:how (?:do|can|would|to) (?:i |we |you )?|way to |possible to )"
        r"(?:filter|suppress|mute|search|query|export|parse|graph|silence|exclude|count|alert)",
        r"(?:on|in) my (?:test|lab|home) ?\w*|exporter|parser|our script|new (?:dashboard|panel)",
        r"(?:forwarded|sent|shipped) to|collected (?:by|in)|ingest\w{0,3}",
        # Names of things in programs, and what has numbers of other kinds.
        r"enum|constants?|konstanten?|header file|invoices?|hotline|phone number|rechnung",
    ),
    "message": (
        r"drafts?|drafted|drafting|slides?|slide deck",
        r"(?:the|our) run ?book|playbook|wording|proof-?read\w*|lgtm|pull request|pr (?:for|#)",
        r"change ?log|release notes|agenda|invit(?:e|ation|ed)|work ?shop|brown bag|webinar|live demo|demo of|meeting notes",
        r"training (?:session|course|module|material|slides)|quiz|exam|onboarding|post-?mortem|retrospective|newsletter|glossary",
        r"unit tests?|syntax|regex|regular expression|job ad|hiring|interview|candidate|review comments?|blog post|white ?paper",
        r"(?:section|chapter|appendix|slide) \d|paragraph|(?:hand-?over|minutes|agenda) ?:|nothing left for you",
        r"official (?:docs?|page|wording|text|sentence|line)|the page (?:says|reads)",
        r"the sentence|comma|as a translation|in (?:the|our|a) demo",
        r"(?:ticket|mail|message) templates?|fixtures?|(?:test|sample|dummy) data|(?<![.\-])(?<!for )examples?|cheat ?sheet",
        r"will look|ms docs|docs list|old (?:post|thread)|reddit",
        r"old (?:ms|microsoft) page|testdaten|beispiel|spickzettel",
        r"handbook|documentation|the docs?|for (?:the )?new (?:starters|hires|joiners|colleagues)",
        r"entwurf|folien?|schulung|besprechung|einladung|vertrag|übersetz\w+|handbuch|anleitung|lehrgang|prüfungsfrage|tagesordnung",
        r"dokumentation|doku|protokollpunkt|vorstellungsgespräch|für neue kollegen",
    ),
    "joke": (
        r"my(?! \w*(?:log|event|server|connector|device|laptop|phone|ipad|tablet|machine|box|pc|host))(?= [a-z])",
        r"meine?[mnrs]?(?= [a-zäöü])",
    ),
}
# Matched anywhere: these languages put no space between words.
_INSIDE: Final[dict[Reach, tuple[str, ...]]] = {
    "clause": (
        r"如果|若(?!干|無|无)|要是|假如|假設|假设|假使|倘若|萬一|万一|一旦|もし(?!く)",
        r"(?:看到|遇到|出現|出现)[^,。;!?\n]{0,16}(?:就|請|请|再)",
    ),
    # A number behind "…したら" that came up is a report, one before "が出たら" is none.
    "clause_before": (
        r"たら(?!い)|なら(?:ば)?(?!な)|れば(?!い)|場合|ときは|時は|次第|[的時时][話话請请]|的[時时]候[請请]",
    ),
    "statement": (
        r"以前|去年|當年|当年|當時|当时|曾經|曾经|昨年|昔|不[會会]再",
        r"是指|意思是|表示(?!什|啥|甚)|代表(?!什|啥|甚)|という意味|を意味し",
        r"不[用必](?:緊張|紧张|擔心|担心|理|管)|[請请](?:忽略|略[過过])|老樣子|老样子|正常現象|正常现象|屬正常|属正常|預期中|预期中",
        r"いつもの|気にしない|無視してください|想定内|想定どおり",
        r"處理中|处理中|在處理|在处理|吃飽|対応中|見ています",
    ),
    "over": (
        r"(?<![沒没未])(?:修好|修[復复]了|搞定|[處处]理[好完]|解[決决][了掉]|已解[決决]|已?排除了|已排除|恢[復复]正常|[沒没未不]再|消失了|不[見见]了)",
        r"[後后][來来][發发][現现]|原[來来]是|造成的|已[經经]?正常|又正常了|最[後后]重[裝灌装]",
        r"已[經经]?(?:開|开|提|報|报)\S{0,4}(?:case|單|单|給|给|微[軟软])",
        r"直りました|直しました|修正しました|修正済|解決しました|解決済|対応済|対処済|対応しました|収まりました|復旧しました",
        r"出なくな|出ていません|完了しました|もう大丈夫|止めてあります",
    ),
    "sentence": (
        r"待辦|待办|[下這这](?:個?禮拜|個?星期|週|周|個?月|个月)(?:我|要|會|会|再|打算)|明[天早晚]|後天|待[會会]|稍[後后]|打算|[計计][畫划]要",
        r"[預预][計计]|故意|来週|来月|明日|予定|わざと|テスト用に",
        r"演[練练習习]|(?:測試|测试)(?:告警|通知)|假[裝装]|想像|[夢梦][到見见]|[賭赌]|我[就要]?[離离辭][職职]|[開开]玩笑|笑死|幻想|テスト通知|訓練(?:です|の)",
        r"(?:加|設|设|建|寫|写|停用|關掉|关掉|拿掉|刪|删|調|调)[^。！？\n]{0,4}(?:警示|告警|警報|警报|規則|规则|監控|监控|alert|alarm|rule)",
        r"(?:警示|告警|警報|警报|規則|规则|監控|监控)[^。！？\n]{0,8}(?:加|設|设|建|停用|拿掉|刪|删)",
        r"(?:告警|警示|警報|警报|門檻|阈值|閾值)[^。！？\n]{0,6}(?:先)?(?:靜音|静音|關|关|調|调|停)",
        r"アラート(?:を|の)[^。\n]{0,10}(?:追加|作成|設定|無効|停止)",
        r"已經?(?:修好|處理[完好]|解決|搞定|修復)|已经?(?:修好|处理[完好]|解决|搞定|修复)|[結结][案單单]|关单|クローズし",
        r"(?:打|寄|傳|传|轉|转|寫信|写信|打電話|打电话)(?:電話|电话)?[給给]我|叫我|提醒我|通知我",
        r"(?:電話|連絡)(?:して)?ください|送ってください|呼んでください|追加して|直してください",
        r"(?:麻煩|麻烦|請|请|幫[我忙]|帮[我忙])\s?[把將将]|請更正|请更正|更正一下|才[對对]$|貼錯|贴错|你(?:看了|看過|有[沒没]有|處理|处理)",
        r"[記记][錄录]一下|[這这][張张][單单]?可以[結结]|(?:弄|修|[處处]理)好(?:了|[,，。]|$)|就[沒没]有?再[來来出]|[給给]大家[參参]考|[供做]個?[紀纪記记][錄录]",
        r"(?:昨日|今朝|先週|先ほど|もう|既に)[^。\n]{0,6}(?:直しました|直った|解決|対応済)|記録として",
        r"[等待]一?[下會会][兒儿]?(?:會|会|就)|(?:會|会)(?:有|出現|出现|看到|跳)(?=.{0,2}\d)|これから[^。\n]{0,12}(?:再起動|止め|更新)",
        r"已恢[復复]|恢[復复]通知|[狀状][態态][=:]正常|復旧通知|正常に戻|[一\d][^。\n]{0,10}都[沒没]有(?=.{0,2}$|,)",
        r"一[筆条條]也?[沒没]有|なしです|0 ?[件筆笔次](?!\d)",
        r"[把將将][^。！？\n]{0,40}(?:加[進到进入]|放[到進进]|[寫写][進到进]|改[成為为掉]|[換换]成|移[到除]|刪|删|[標标]成)|新版程[式序]",
        r"常[數数]|定数|註解|注释|[發发]票",
    ),
    "message": (
        r"審稿|审稿|校稿|校[對对]|草稿|初稿|簡報|简报|投影片|幻灯片|教材|[講讲][義义座]|[課课]程|工作坊|教育訓練|培[訓训]|內訓|内训|[讀读]書?[书會会]",
        r"分享[會会]|研討會|小考|考[題题古試试]|[測测][驗验]|[單单]元[測测][試试]|試題|试题|面[試试]|怎[麼么]翻|翻成|[譯译][法成]",
        r"[錯错]字|句[號号]|[標标][點点]|[評评][審审]|[議议]程|[會会][議议]|[週周例][會会]|邀[請请]|[條条]款|合[約约同]",
        r"官方(?:文件|[頁页網网]|文[檔档])|公式(?:ドキュメント|サイト|の)|手[冊册]|文件[寫写]|文[檔档]|[說说]明[書书]|值班表|第\s?\d+(?:\.\d+)?\s?[章節节]|新人(?:注意|守則|守则)|程式碼審查|代码审查",
        r"假[資资]料|假[數数]据|(?:測試|测试)(?:用|資料|数据)",
        r"[備备]忘|小抄|テストデータ|サンプル|メモ ?:|[這这]句(?:話|话|怎|要|該|该|譯|译|翻|有|的)",
        r"[譯译翻][順顺]|[範范]例|例です|例題",
        r"[發发][佈布行][說说]明|更新日[誌志]|[徵征]才|招聘",
        r"マニュアル|手順書|スライド|議事録|勉強会|研修|講習|誤字|脱字|句点|訳語|訳し|レビュー|招待|契約|単体テスト|リリースノート|求人",
    ),
    "joke": (r"我的[^,。\n]{1,6}|私の|俺の|僕の",),
}
_CODE: Final = lazy_pattern(
    # Base64 ends with equals signs, too.
    r"(?<=\s)==|\w==\d"
    r"|-(?:eq|ne|in|notin|match|notmatch|like|contains)\s|\$_|\$\w+[.\[ ]|!=|=>|&&|@\{|#define|(?<!\w)s/\d|^\s{0,8}\w+ = [\[{(\d]"
    r"|^\s{0,8}(?:assert\w*|const|let|var|def|return|grep|egrep|findstr|awk|sed|curl|SELECT|select|if ?\(|case \d|switch"
    r"|for ?\(|while ?\()(?![a-z])"
    r"|^\s{0,8}(?:resource|module|data|provider) \"|\{ \w+ = \""
    r"|-Filter(?:Hashtable|XPath|Xml)|\|\s?(?:Where|Select|Export|Measure|ForEach)-|\|\s?\? |re\.(?:compile|match|search)"
    r"|new Set|(?<!\w)expr:"
)


@cache
def marks_of_talk() -> re.Pattern[str]:
    """Return the pattern of all marks; compiling it takes milliseconds of each start, and few messages need it."""
    edged = "|".join(rf"(?P<{reach}>{'|'.join(parts)})" for reach, parts in _EDGED.items())
    inside = "|".join(rf"(?P<{reach}_>{'|'.join(parts)})" for reach, parts in _INSIDE.items())
    # The first letter is looked at first: most characters begin none of the words.
    latin, other = rf"(?=[a-zäöü])(?<![a-zäöüß])(?:{edged})(?![a-zäöüß])", rf"(?=[^\x00-\x7f])(?:{inside})"
    return re.compile(f"{latin}|{other}", re.IGNORECASE)


def is_code(line: str) -> bool:
    """Tell whether a line is of a script or a query, where a number is sought and none is reported."""
    return _CODE.search(line) is not None
