"""Polarity of a sentence, success or failure: negation decides between success and failure twins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Polarity = Literal["worked", "failed"]

# What people say of themselves, or ask with, negates nothing.
_ASIDE = re.compile(
    r"(?:i |we |they )?(?:do not|don'?t|dont|did not|didn'?t) (?:know|understand|get (?:it|why|what)|see why|want|think|care|mean)|not sure|no idea|no clue|why not|or not|"
    r"after (?:all )?(?:the |these |those )?(?:failures|failed|errors|problems|trouble)[^,.;]*|"
    r"not only|not just|if not|no one knows|no rush|can(?:no|')?t (?:tell|find out|figure)|wouldn'?t it|isn'?t it|don'?t you|didn'?t it|right or wrong|good or bad|no event|"
    r"no need|without being asked|sans qu|sin que|了沒|了嗎|什麼都不|是不是|有沒有|能不能|會不會|要不要|對不對|可不可以|該不該|好不好|算不算|不知道|不懂|不明白|不確定|不太確定|不好意思|不曉得|看不懂|搞不懂|不用|不必|不客氣|不然|差不多|"
    r"ich weiß nicht|weiß nicht|keine ahnung|je ne sais pas|no sé|não sei|分かりません|わかりません|わからない|知りたい"
)
# "issue" fails only as a noun: the connector that cannot issue a certificate has no issue, but a fault.
_ISSUES = re.compile(r"\b(no|without|any) issues?\b")
_NOTHING = re.compile(r"\bnothing (?=fail|broke|wrong|bad|refused|rejected)")
# A fault that is over. Written as what worked, so that a negation before it still turns it round.
_OVER = re.compile(
    r"(?<![a-z])(?:fail\w*|errors?|problems?|troubles?|issues?|refusals?|denials?|rejections?|warnings?|alarms?|red)(?: \w+){0,3}? "
    r"(?:(?:is|are|was|were|have|has|had|been|all|now|finally|long) )*(?:gone|over|history|fixed|solved|resolved|cured|vanished|disappeared|stopped|ceased|ended|cleared(?: up)?|went away)(?![a-z])"
    r"|fehler\w*(?: \w+){0,3}? (?:weg|verschwunden|behoben|gelöst|vorbei)(?![a-zà-ÿ])"
)
# Verbs of two words, and one whose second half stands apart.
_WENT = re.compile(
    r"(?<![a-z])(?:went|goes|going|gone|go|got|made it|makes it|come|comes|came) "
    r"(?:through(?![a-z])(?! (?:the|a|an|it|our|my|this|each|every|all)(?![a-z]))|up(?= (?:fine|ok|again|clean\w*|without|properly|normally|now)|\s*(?:$|[,.;:!?])))"
)
_FELL = re.compile(
    r"(?<![a-z])(?:fell (?:over|through|apart)|falls (?:over|through)|came to nothing|went wrong|goes wrong|gave up|gives up|given up|blows? up|blew up|turn(?:s|ed)?(?: \w+'?s?){0,4}? (?:down|away)|(?:says?|said) no|knocked back|bounced?|bounces)(?![a-z])"
    r"|(?<![a-z])(?:weis(?:t|en)|lehn(?:t|en)|brich(?:t|en)|stürz(?:t|en))(?= (?:(?!nicht|kein)\w+ ){0,4}?ab(?![a-z]))"
)
_NOT_FELL = re.compile(
    r"(?<![a-z])(?:weis(?:t|en)|lehn(?:t|en)|brich(?:t|en)|stürz(?:t|en)) (?:\w+ ){0,2}?(?:nichts?|kein\w*) (?:\w+ ){0,3}?ab(?![a-z])"
)
_STOPPED = re.compile(r"(?<![a-z])(?:stop|stops|stopped|quit|quits|cease[sd]?) (?=[a-z]{2,}ing(?![a-z]))")
# What stands behind such a word is what is complained of, or what is good again.
_CONTRAST = re.compile(
    r"(?<![a-z])(?:but|yet|however|only that|aber|sondern|dennoch|trotzdem|pero|mais|pourtant|porém)(?![a-z])|(?<![a-z])now(?![a-z])|卻|却|但是?|可是|只是|只有|(?:(?<=[，,。；;])|^)不過|偏偏|けれど|けど|のに|ものの"
)
_CONCESSION = re.compile(
    r"(?<![a-z])(?:although|though|even if|obwohl|aunque|bien que|embora)(?![a-z])|雖然|虽然|儘管|尽管"
)
_CLAUSES = re.compile(r"[,.;:!?，。；：！？、\n]+")
# Clauses of what was before, and is over.
_BEFORE = re.compile(
    r"(?<![a-z])(?:yesterday|last (?:night|week|month|time)|before|earlier|previously|had been|used to|after (?:all )?the|since (?:the|we)|all (?:day|week|month|weekend|night)|for (?:days|weeks|hours)|gestern|vorher|bisher|zuvor|tagelang|ayer|hier)(?![a-z])"
    r"|之前|先前|原本|本來|本来|昨天|昨晚|上週|上周|以前|一直到|前は|昨日|先週|までは|ずっと"
)
# What was waited for happened.
_AT_LAST = re.compile(r"(?<![a-z])(?:finally|at last|endlich|por fin|enfin)(?![a-z])|終於|总算|總算|やっと|ようやく")
# A clause of how it is now: it decides against one of how it was.
_NOW = re.compile(
    r"(?<![a-z])(?:now|today|this time|finally|at last|again|meanwhile|by now|jetzt|heute|diesmal|endlich|wieder|inzwischen|ahora|por fin|maintenant|enfin)(?![a-z])"
    r"|現在|这次|這次|這回|今天|今早|終於|总算|總算|已經|已经|剛剛|今は|今回|やっと|ようやく|もう"
)
# What stands between these and a noun happened to it, and is no news: "the notification that kept failing".
_KEPT = re.compile(r"(?<![a-z])(?:that|which) (?:kept|keeps|had|always|used to)(?: \w+){0,2}? \w+(?:ing|ed)(?![a-z])")
_TOKEN = re.compile(r"[a-zà-öø-ÿœ]+(?:['’][a-z]{1,2})?|[,.;:!?]|[\u3040-\u30ff\u3400-\u9fff]+|[\uac00-\ud7af]+")
_NEGATION = re.compile(
    r"not|no|never|none|nobody|nothing|nichts|without|neither|nor|cannot|cant|wont|dont|doesnt|didnt|isnt|wasnt|arent|werent|hasnt|havent|hadnt|couldnt|wouldnt|aint|"
    r".*n['’]t|unable|nicht|kein\w?\w?|ohne|nie|niemals|pas|jamais|sans|aucun\w?|nunca|sin|ningun\w?|não|nao|sem|nem|non|senza|niet|geen|zonder|안|못"
)
_FAILED = re.compile(
    r"fail\w*|error\w*|broken|broke|breaks|wrong|refus\w+|reject\w*|declin\w*|den(?:ied|y|ies|ying)|problem\w*|hitch\w*|snags?|glitch\w*|fuss|drama|red|alarms?|complaints?|trouble\w*|unsuccessful\w*|stuck|dies|died|dead|dying|crash\w*|struggl\w+|"
    r"complain\w*|choke\w*|hiccup\w*|hang|hangs|hung|timeout\w*|abort\w*|unfinished|incomplete|fehl(?!erfrei|erlos)\w*|abgebrochen|bricht|hängt|verweiger\w*|gescheitert|scheitert|kaputt|abgelehnt|échou\w*|échec\w*|erreur\w*|refusé\w*|fall[aóoe]\w*|falh\w+|falla\w*|rechaz\w+|"
    r"erro|fallit\w*|mislukt\w*|fout\w*|실패\w*|오류\w*"
)
_WORKED = re.compile(
    r"success\w*|succeed\w*|ok|okay|fine|works|worked|working|happy|accepted|genuine|healthy|green|passed|passes|recovered|restored|completed|complete|completes|finished|finishes|properly|"
    r"erfolgreich\w*|fehlerfrei\w*|fehlerlos\w*|geklappt|klappt|funktioniert|réussi\w*|succès|fonctionne|éxito|exitos\w+|correctamente|funciona|sucesso|riuscit\w+|gelukt|성공\w*|완료\w*"
)
_REACH: Final = 7
# Behind these a negation is of a thing, not of what it does: "not the one for signing".
_OF_A_THING = re.compile(
    r"the|a|an|that|this|these|those|whether|by|das|die|der|den|dem|ein|eine|einen|la|le|celle|celui|el|los|una|um|uma"
)
_ENDS: Final = frozenset({",", ".", ";", ":", "!", "?", "due", "because", "wegen", "weil"})
"""What a negation does not reach beyond: the end of a clause, and what a reason begins with."""
_NOT: Final = frozenset({"not", "nicht", "niet", "pas", "non", "não"})
_BEHIND_VERB: Final = frozenset({"nicht", "niet", "pas"})

_CJK_RULES: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (
            r"無事|問題なく|(?:失敗|出錯|錯誤|報錯|異常|紅字|警告|拒絕)[^，。,、]{0,4}?(?:消失|不見了|沒了|沒有了|解除|停了|排除)|(?:失敗|エラー|拒否|警告)[^。、,]{0,6}?(?:出て(?:い)?(?:ない|ません)|出なく|なくな|消え|ありません|なし|なしで|止ま)|(?:沒有?再|不再)[^，。,]{0,7}?(?:失敗|出錯|錯誤|報錯|拒絕)|(?:沒有?|不再?|不會|未(?!知)|無|別|零)[^，。,]{0,3}?(?:失敗|出錯|錯誤|問題|異常|報錯|紅字|紅色|警告|意外|狀況|卡住|被拒|拒絕|中斷|斷線|當掉|逾時|fail)|エラー(?:は|が|も)?な[いく]|失敗し(?:て(?:い)?)?(?:ない|なくな|ません)|沒有?再(?:重試|跳|出現|發生)",
            "worked",
        ),
        (
            r"(?:沒有?|不|未|無法|不能|未能|沒能)[^，。,？?]{0,7}?(?:成功|完成|通過|正常|順利)|成功し(?:ない|なかった|ません|ていない)",
            "failed",
        ),
        (
            r"失敗|出錯|報錯|錯誤|異常|壞掉|掛掉|掛了|卡住|卡死|卡在|逾時|超時|中斷|無回應|沒反應|拒絕|退件|打回|遲遲|不認|不理|不接受|不受理|失败|エラー|できな|できませ|拒否|不可",
            "failed",
        ),
        (
            r"[\u4e00-\u9fff](?:不|沒)(?:過|出|來|了|上|下|到|起|進|動|掉|成|回|著|通|完)|無法|不能|未能|沒辦法|沒有?|未(?!知)|不會|不肯|不給|ない|ません|なかった",
            "failed",
        ),
        (r"成功|正常|完成|順利|好了|通過|沒事|過了|搞定|恢復|復原|できた|できました|完了|直っ|ok", "worked"),
    )
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome that a text tells of, if any; `is_plain` where it tells of no other, and not behind a contrast."""

    said: Polarity | None
    is_plain: bool = False


def read_polarity(folded: str) -> Outcome:
    """Tell what a folded text says of an outcome. What it says behind a contrast counts, but is not said plainly."""
    text = _plain_words(folded)
    if _CONCESSION.search(text):
        return Outcome(None)
    if (contrasts := list(_CONTRAST.finditer(text))) and (behind := _said(text[contrasts[-1].end() :])):
        return Outcome(_only(behind))
    said = _said(text)
    clauses = [(clause, found) for clause in _CLAUSES.split(text) if (found := _said_of_clause(clause))]
    said = said.union(*(found for _, found in clauses))
    if len(said) < 2:
        return Outcome(_only(said), is_plain=bool(said) and not contrasts)
    # What failed before may work now, and the other way round; else what fails is what is asked about, the rest is well.
    recent = [found for clause, found in clauses if not _BEFORE.search(clause)]
    now = [found for clause, found in clauses if _NOW.search(clause)]
    told = now[-1] if now else set[Polarity]().union(*recent)
    return Outcome(_only(told) or ("failed" if told and not now else None))


def _plain_words(folded: str) -> str:
    """Write what negates or fails in several words as one that is known."""
    text = _KEPT.sub(" ", _ASIDE.sub(" , ", folded))
    text = _NOT_FELL.sub(" succeeded ", _WENT.sub(" succeeded ", _OVER.sub(" succeeded ", _STOPPED.sub("no ", text))))
    text = _FELL.sub(" failed ", text)
    return _ISSUES.sub(r"\1 problem", _NOTHING.sub("no ", text))


def _only(said: set[Polarity]) -> Polarity | None:
    return next(iter(said)) if len(said) == 1 else None


def _said_of_clause(clause: str) -> set[Polarity]:
    """Collect what a clause says; what happened at last is what was waited for."""
    return _said(clause) or ({"worked"} if _AT_LAST.search(clause) else set())


def _said(text: str) -> set[Polarity]:
    """Collect what the words of a stretch of text say."""
    said: set[Polarity] = set()
    negation_open: int | None = None
    worked_at = -_REACH
    tokens = _TOKEN.findall(text)
    for position, token in enumerate(tokens):
        if token[0] >= "\u3000" and not "\uac00" <= token[0] <= "\ud7af":
            said.update(_of_characters(token))
        elif _NEGATION.fullmatch(token):
            if token in _BEHIND_VERB and position - worked_at < _REACH:
                said.discard("worked")
            behind = tokens[position + 1] if position + 1 < len(tokens) else ""
            if token not in _NOT or not _OF_A_THING.fullmatch(behind):
                negation_open = position
        elif token in _ENDS:
            if negation_open is not None:
                said.add("failed")
            negation_open = None
        elif (failed := _FAILED.fullmatch(token)) or _WORKED.fullmatch(token):
            negated = negation_open is not None and position - negation_open <= _REACH
            said.add("worked" if bool(failed) == negated else "failed")
            worked_at = position if not failed and not negated else worked_at
            negation_open = None
    if negation_open is not None:
        said.add("failed")
    return said


def _of_characters(run: str) -> set[Polarity]:
    """Apply the rules in order; what one has read, the next does not see."""
    said: set[Polarity] = set()
    for pattern, meaning in _CJK_RULES:
        run, hits = pattern.subn("／", run)
        if hits:
            said.add(meaning)  # type: ignore[arg-type]  # the table holds only the two
    return said
