"""Polarity of a sentence, success or failure: negation decides between success and failure twins."""

from __future__ import annotations

import re
from typing import Final, Literal

Polarity = Literal["worked", "failed"]

# What people say of themselves, or ask with, negates nothing.
_ASIDE = re.compile(
    r"(?:i |we |they )?(?:do not|don'?t|dont|did not|didn'?t) (?:know|understand|get (?:it|why|what)|see why|want|think|care|mean)|not sure|no idea|no clue|why not|or not|"
    r"not only|not just|if not|no one knows|no rush|can(?:no|')?t (?:tell|find out|figure)|wouldn'?t it|isn'?t it|don'?t you|didn'?t it|right or wrong|good or bad|no event|"
    r"no need|without being asked|sans qu|sin que|了沒|了嗎|什麼都不|是不是|有沒有|能不能|會不會|要不要|對不對|可不可以|該不該|好不好|算不算|不知道|不懂|不明白|不確定|不太確定|不好意思|不曉得|看不懂|搞不懂|不用|不必|不客氣|不然|差不多|"
    r"ich weiß nicht|weiß nicht|keine ahnung|je ne sais pas|no sé|não sei|分かりません|わかりません|わからない|知りたい"
)
# "issue" fails only as a noun: the connector that cannot issue a certificate has no issue, but a fault.
_ISSUES = re.compile(r"\b(no|without|any) issues?\b")
_NOTHING = re.compile(r"\bnothing (?=fail|broke|wrong|bad|refused|rejected)")
# What worked in one clause and failed in the other says neither.
_CONTRAST = re.compile(
    r"(?<![a-z])(?:but|yet|still|although|though|however|trotzdem|aber|dennoch|pero|mais|pourtant|porém)(?![a-z])|卻|但|可是|怎麼還|仍|けど|のに"
)
_TOKEN = re.compile(r"[a-zà-öø-ÿœ]+(?:['’][a-z]{1,2})?|[,.;:!?]|[\u3040-\u30ff\u3400-\u9fff]+|[\uac00-\ud7af]+")
_NEGATION = re.compile(
    r"not|no|never|none|nobody|without|neither|nor|cannot|cant|wont|dont|doesnt|didnt|isnt|wasnt|arent|werent|hasnt|havent|hadnt|couldnt|wouldnt|aint|"
    r".*n['’]t|unable|nicht|kein\w?\w?|ohne|nie|niemals|pas|jamais|sans|aucun\w?|nunca|sin|ningun\w?|não|nao|sem|nem|non|senza|niet|geen|zonder|안|못"
)
_FAILED = re.compile(
    r"fail\w*|error\w*|broken|broke|breaks|refus\w+|reject\w*|denied|deny|denies|problem\w*|hitch\w*|snags?|glitch\w*|fuss|drama|red|alarms?|complaints?|trouble\w*|unsuccessful\w*|stuck|dies|died|dead|crash\w*|"
    r"complain\w*|choke\w*|hiccup\w*|fehl\w*|gescheitert|scheitert|kaputt|abgelehnt|échou\w*|échec\w*|erreur\w*|refusé\w*|fall[aóoe]\w*|falh\w+|falla\w*|rechaz\w+|"
    r"erro|fallit\w*|mislukt\w*|fout\w*|실패\w*|오류\w*"
)
_WORKED = re.compile(
    r"success\w*|succeed\w*|ok|okay|fine|works|worked|working|happy|accepted|genuine|healthy|green|passed|passes|completed|complete|completes|finished|finishes|properly|"
    r"erfolgreich\w*|geklappt|klappt|funktioniert|réussi\w*|succès|fonctionne|éxito|exitos\w+|correctamente|funciona|sucesso|riuscit\w+|gelukt|성공\w*|완료\w*"
)
_REACH: Final = 4

_CJK_RULES: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (
            r"(?:沒有?|不再?|不會|未|無|別|零)[^，。,]{0,3}?(?:失敗|出錯|錯誤|問題|異常|報錯|紅字|紅色|警告|意外|狀況|fail)|エラー(?:は|が|も)?な[いく]|失敗し(?:ない|なくな|ません)",
            "worked",
        ),
        (
            r"(?:沒有?|不|未|無法|不能|未能|沒能)[^，。,？?]{0,7}?(?:成功|完成|通過|正常|順利)|成功し(?:ない|なかった|ません|ていない)",
            "failed",
        ),
        (
            r"失敗|出錯|報錯|錯誤|異常|壞掉|掛掉|掛了|卡住|卡死|被拒|退件|打回票|失败|エラー|できな|できませ|拒否|不可",
            "failed",
        ),
        (
            r"[\u4e00-\u9fff](?:不|沒)(?:過|出|來|了|上|下|到|起|進|動|掉|成|回|著|通|著)|無法|不能|未能|沒辦法|沒有?|未|不會|不肯|不給|ない|ません|なかった",
            "failed",
        ),
        (r"成功|正常|完成|順利|好了|通過|沒事|過了|搞定|できた|できました|完了|ok", "worked"),
    )
)


def read_polarity(folded: str) -> Polarity | None:
    """Tell what a folded text says; None when it says nothing, or both."""
    said: set[Polarity] = set()
    if _CONTRAST.search(folded):
        return None
    text = _ISSUES.sub(r"\1 problem", _NOTHING.sub("no ", _ASIDE.sub(" , ", folded)))
    negation_open: int | None = None
    for position, token in enumerate(_TOKEN.findall(text)):
        if token[0] >= "\u3000" and not "\uac00" <= token[0] <= "\ud7af":
            said.update(_of_characters(token))
        elif _NEGATION.fullmatch(token):
            negation_open = position
        elif token in {",", ".", ";", ":", "!", "?"}:
            if negation_open is not None:
                said.add("failed")
            negation_open = None
        elif (failed := _FAILED.fullmatch(token)) or _WORKED.fullmatch(token):
            negated = negation_open is not None and position - negation_open <= _REACH
            said.add("worked" if bool(failed) == negated else "failed")
            negation_open = None
    if negation_open is not None:
        said.add("failed")
    return said.pop() if len(said) == 1 else None


def _of_characters(run: str) -> set[Polarity]:
    """Apply the rules in order; what one has read, the next does not see."""
    said: set[Polarity] = set()
    for pattern, meaning in _CJK_RULES:
        run, hits = pattern.subn("／", run)
        if hits:
            said.add(meaning)  # type: ignore[arg-type]  # the table holds only the two
    return said
