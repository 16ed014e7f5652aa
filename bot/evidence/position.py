"""The position of a number in its sentence: naming a fault, or counting or labelling something."""

from __future__ import annotations

import re
from typing import Final

from bot.evidence.cues import Cues
from bot.evidence.labels import LEVELS, field_of
from bot.evidence.lazy_pattern import lazy_pattern

_BEFORE = lazy_pattern(r"([^\W\d_]+(?:['’][a-z]{1,2})?|\d+|[^\w\s]|\n)[^\S\n]{0,6}$")
_BEHIND = lazy_pattern(r"[^\S\n]{0,6}([^\W\d_]+(?:['’][a-z]{1,2})?|\d+|[^\w\s]|\n)")
_WORD: Final = 4
"""Letters below which a word behind a number may be a measure, such as GB or min."""
_CJK = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# A line, or a cell of one, that is a label and its value: whose number it is, the label says.
_FIELD = lazy_pattern(
    r"(?:^|[\n|;,{\t])[ \t\"'*>\-]{0,8}[^\W\d_][\w.\-#/]{0,24}(?: [\w.\-#/]{1,24}){0,2}[\"'*]{0,3}[ \t]?[:=][ \t]{0,8}[\"']?$"
)
_FIELD_ENDS = lazy_pattern(r"[\"']?[ \t]{0,4}(?:$|[\n|;,}\t\]])")

_PRECEDING: Final = frozenset(
    """
    a an the this that these those it its it's that's there's here's what's whats what who why how when while if until since after before because although
    and or but then so also too only just still again now always never not no another more less same both all any some each every first second last next
    new old two three four five times mal many several i we you he she they me us him her them my our your his their is are was were be been being am has have had do does did
    can could may might will would shall should must get gets got getting gotten give gives gave see sees seeing saw seen show shows showing showed say says
    said saying throw throws throwing threw log logs logged logging keep keeps kept report reports reported reporting raise raises raised write writes wrote
    return returns returned spit spits hit hits hitting find finds found finding have having mean means meant meaning explain about of by from with without
    to into onto on in at for against between versus vs than like as via during between through error errors warning warnings failure failures fault alert alerts red yellow
    green fix fixed solve clear cause causes caused produces produced produce trigger triggers triggered comes came appears appeared pops popped spot spotted
    und oder aber dann auch nur noch wieder jetzt immer laufend ständig dauernd mit ohne seit bei von vom im in am auf das der die den dem ein eine einen einer ist sind war
    waren hat haben hatte habe bekomme bekommen kommt kommen erscheint zeigt zeigen steht meldet melden schreibt wirft was wie warum heißt heisst bedeutet fehler warnung
    et ou mais puis aussi encore toujours avec sans depuis de du des le la les un une est sont était a ai as ont plein d l j'ai qu'est erreur affiche donne signifie veut voit
    y o pero luego también otra vez siempre con sin desde del el los las una es son tiene tengo tenemos registra sale aparece error errores qué que significa muestra da
    e ou mas com sem os as um uma é são tem temos gravou registrou mostra aparece o erro dà ci il lo gli con da di che è sono ha abbiamo vede errore cosa
    en of maar met zonder sinds de het een is zijn heeft hebben krijg krijgen zie melding fout wat betekent oznacza co i z jest błąd
    """.split()
)
_REPORTING: Final = frozenset(
    """
    show shows showed showing say says said saying throw throws throwing threw log logs logged logging report reports reported reporting raise raises raised
    write writes wrote return returns returned spit spits get gets got getting see sees seeing saw seen produces triggers error errors warning warnings failure failures alert alerts
    zeigt meldet schreibt wirft bekomme bekommen
    """.split()
)
_OTHER_FIELDS: Final = frozenset({"keywords", "record", "user", "task", "level", "other", "computer", "time"})
_FOLLOWING: Final = frozenset(
    """
    a an the this that these those it its what who why how when while if until since after before because although even though and or but then so also too only just
    still again now today tonight yesterday overnight always never not no is are was were be been has have had do does did can could may might will would should must
    mean means meant on in at from to with without by for as of via during over about into between through something anything nothing serious bad good normal harmless ok okay critical important dangerous related fatal expected here there everywhere all each every both instead
    within straight per daily hourly
    keep keeps kept show shows showed appear appears appeared pop pops popped come comes came happen happens happened go goes went repeat repeats error errors event events id ids
    warning warnings failure entry entries code codes logged please pls thanks thx right lol help constantly repeatedly x last this once twice like versus vs than
    und oder aber dann auch nur noch wieder jetzt mit ohne seit bei von vom im in am auf ist sind war kommt heißt heisst bedeutet was wie warum bitte ein an aus dauernd ständig
    et ou mais puis avec sans depuis sur dans est sont que quoi pourquoi comment signifie c'est à au aux pour
    y o pero con sin desde en es son qué que por cómo significa
    e ou mas com sem desde no na em é são que três hoje significa quer su con da cosa che è dal
    en of met sinds op in is zijn wat betekent i na w jest co
    """.split()
)
# A label in front of a number makes it that thing's number, even among words of the connector.
_LABELLING: Final = frozenset(
    """
    ticket tickets folder share case invoice order orders seat room desk floor building request requests job row rows line lines port ports pid process record records serial
    user employee customer client account phone tel ext extension build version revision release kb issue bug pr pull page pages batch size length count total line
    number numero nummer no item sku part model zip postcode code password pin channel gate flight bus train track box asset tag badge license licence po purchase
    route street apt suite locker chapter section step steps year price cost budget usd eur twd nt rechnung auftrag bestellung zimmer konto kunde kundennummer
    facture commande factura pedido fattura inc req chg sr cs task sprint epic story change rfc cve offset address bytes byte memory at
    """.split()
)
_SHORT_LABELS: Final = frozenset(
    {"ext", "tel", "rm", "fl", "bldg", "apt", "durchw", "tkt", "inc", "req", "ver", "vers", "pos", "art", "rev"}
)
_CJK_LABELLING = lazy_pattern(
    r"(?:チケット|案件|工单|单号|文件夾|資料夾|文件夹|單|號|编号|編號|工單|訂單|發票|座位|員工|學號|票|房|室|樓|門牌|分機|電話|統編|批|序號|金額|價|費|元|伝票|注文|部屋|席|電話|번호|송장)(?:是|為|为)?[\s:#]{0,3}$"
)
_CJK_COUNTING = lazy_pattern(
    r"\s?(?:元|塊|圓|個(?!錯|事|是|代)|台|臺|人|次|筆(?!是)|張|份|年|月|日|號(?!的?(?:事件|錯誤|警告))|樓|位|家|天|分|秒|萬|美|歐|件|條|公|室|房|路|街|巷|度|點|種|支|本|頁|行|列|名|間|股|票|噸|坪|顆|箱|包|ページ|頁|円|点|回|冊|枚|番(?!の?(?:イベント|エラー))|개|명|원|대|건)"
)


# The tag of XML in which a number stands.
_TAG = lazy_pattern(r"<(?:\w{1,20}:)?(\w{1,40})(?:\s[^<>]{0,20})?>$", re.ASCII)
# thread="31410", an attribute that is no event's ID; the line of a source file, "relay.cpp:31410"; and the port behind an
# address that is masked.
_ATTRIBUTE = lazy_pattern(
    r"(?<![A-Za-z])(?!(?:event_?|instance_?|event_?code_?)?id=|event(?:code|id)=)[a-z][\w.\-]{1,30}=\"$"
    r"|\w\.[a-z]{1,4}:$|›:$",
    re.IGNORECASE,
)
# "ext. 31410", "Tel. 31410".
_SHORTENED = lazy_pattern(r"([^\W\d_]{2,6})\.\s{0,3}$")
_COPULA = lazy_pattern(r"(?:[ \t]|[:=]){0,3}(?:(?<![a-z])(?:is|was|=)|是|為|为)?(?:[ \t]|[:=]){0,3}$", re.IGNORECASE)
_SWITCH = lazy_pattern(r"(?<!\w)-{1,2}\w{1,30}[ =]$")
# "our zip is 31410": what is said to be the number stands before the verb.
_SAID_TO_BE = lazy_pattern(r"([^\W\d_]+)\s+(?:is|was|ist|est|es|ends\swith|lautet)\s{1,3}$", re.IGNORECASE)
_ASKS_HOW = lazy_pattern(r"(?<![a-z])(?:how|what|which|why|where)\s[a-z]{1,20}\s(?:is|are|was)\s{1,3}$", re.IGNORECASE)
_NUMERO = lazy_pattern(r"(?<![a-z])(?:no|nr|num|nº|n°)\.?\s{0,2}$", re.IGNORECASE)
_OWNERS: Final = frozenset({"the", "event", "error", "an", "its", "log"})
"""Words before "id" that make it an event's as well as anybody's."""
_MAY_BE: Final = frozenset(
    "it this that one error event code fault which what problem id entry failure there warning latest newest last".split()
)


def names_a_fault(before: str, behind: str, shapes: Cues) -> bool:
    """Tell whether a number stands where a fault is named: "we get 31415 here", not "seat 31415" or "31415 users"."""
    return not is_field(before, behind) and _opens(before, shapes) and _closes(behind, shapes)


def is_reported(before: str) -> bool:
    """Tell whether what stands before a number says that a log or a program reports it: "the log shows 31410"."""
    previous = _BEFORE.search(before)
    return previous is not None and previous[1].casefold() in _REPORTING


def is_labelled(before: str) -> bool:
    """Tell whether the word before a number makes it that thing's number: "ticket 31410", "PID 是 31410"."""
    bare = _COPULA.sub("", before)
    if _ATTRIBUTE.search(before) or _SWITCH.search(before) or _is_shortened_label(before):
        return True
    if before.strip() == "#" or before.rstrip(" \t").endswith("\n"):
        return False
    if (tag := _TAG.search(before)) is not None and field_of(tag[1]) in _OTHER_FIELDS:
        return True
    previous = _BEFORE.search(bare)
    return _CJK_LABELLING.search(bare) is not None or (
        previous is not None and (previous[1].casefold() in _LABELLING or previous[1] in "#+$€£")
    )


def _is_shortened_label(before: str) -> bool:
    """Tell whether an abbreviation before a number makes it that thing's number; "no." is any number's."""
    shortened = _SHORTENED.search(before)
    return shortened is not None and shortened[1].casefold() in _SHORT_LABELS


def is_other_field(before: str) -> bool:
    """Tell whether the label of another field of an event stands before a number: "Keywords: 0x8000", "Process ID: 4332"."""
    label = _FIELD.search(before)
    return label is not None and field_of(label[0].rstrip(" \t\"':=*")) in _OTHER_FIELDS


def is_labelled_or_counted(before: str, behind: str, shapes: Cues) -> bool:
    """Tell whether the words beside a number make it something's number or an amount."""
    if (
        is_field(before, behind)
        or is_amount(before, behind, shapes)
        or _SWITCH.search(before)
        or _CJK_LABELLING.search(before)
        or _ATTRIBUTE.search(before)
        or _is_shortened_label(before)
    ):
        return True
    previous, following = _BEFORE.search(before), _BEHIND.match(behind)
    if previous is not None and (
        previous[1].casefold() in _LABELLING or previous[1].isdigit() or previous[1] in "#+$€£"
    ):
        return True
    if following is None or not following[1][0].isalpha() or _CJK.match(following[1]):
        return following is not None and following[1].isdigit()
    return following[1].casefold() not in _FOLLOWING


def is_amount(before: str, behind: str, shapes: Cues) -> bool:
    """Tell whether a number is an amount, or a part of a longer one such as a phone number."""
    return (
        _CJK_COUNTING.match(behind) is not None
        or shapes.digits_before.search(before) is not None
        or shapes.digits_behind.match(behind) is not None
    )


def opens_a_fault(before: str, shapes: Cues) -> bool:
    """Tell whether what stands before a number lets it be a fault's: nothing at all, or words such as "error"."""
    return _opens(before, shapes)


def counts_something(behind: str) -> bool:
    """Tell whether a number may count what stands behind it: a plural, a measure, or another number."""
    if _COUNTED_BEHIND.match(behind):
        return False
    if _CJK_COUNTING.match(behind):
        return True
    following = _BEHIND.match(behind)
    if following is None or following[1].casefold() in _FOLLOWING:
        return False
    word = following[1]
    return word.isdigit() or (word[0].isalpha() and word.isascii() and (word[-1] in "sS" or len(word) < _WORD))


def goes_on(behind: str) -> bool:
    """Tell whether a word follows a number that does not end what is said of it: "2 tier", and not "2 again" or "2 errors"."""
    following = _BEHIND.match(behind)
    if following is None or not following[1][0].isalpha() or _CJK.match(following[1]):
        return False
    return following[1].casefold() not in _FOLLOWING and following[1].casefold() not in LEVELS


# "31410 611 times": behind an ID stands how often.
_COUNTED_BEHIND = lazy_pattern(r"\s?[:(]?\s?\d{1,5}\s?(?:[x×]|times|mal(?![a-z])|次|[筆笔件](?!事)|回)", re.IGNORECASE)
_COUNT_BEHIND = lazy_pattern(r"\s?(?:[x×](?!\s?\d)|[%)]|times|mal(?![a-z])|次|[筆笔件](?!事)|回)", re.IGNORECASE)


def is_count(before: str, behind: str) -> bool:
    """Tell whether a number says how often: "(9)", "x12", "12 times"."""
    if behind.startswith(")"):
        return before.endswith("(")
    return before.strip()[-1:] in ("x", "×", "*") or _COUNT_BEHIND.match(behind) is not None


def closes_a_fault(behind: str) -> bool:
    """Tell whether what stands behind a number lets it be a fault's: no thing that it counts, and no measure."""
    following = _BEHIND.match(behind)
    if following is None:
        return not behind.strip()
    word = following[1].casefold()
    return (
        word in _FOLLOWING or word.isdigit() or not word[0].isalpha() or _CJK.match(word) is not None or len(word) > 12
    )


def is_field(before: str, behind: str) -> bool:
    """Tell whether a number is the value of a labelled field that stands for itself on its line or in its cell."""
    return _FIELD.search(before) is not None and _FIELD_ENDS.match(behind) is not None


def _opens(before: str, shapes: Cues) -> bool:
    said = None if _ASKS_HOW.search(before) else _SAID_TO_BE.search(before)
    if (
        _NUMERO.search(before)
        or _is_shortened_label(before)
        or _ATTRIBUTE.search(before)
        or _CJK_LABELLING.search(before)
        or _SWITCH.search(before)
        or (said is not None and not _may_be(said, before, shapes.owners))
    ):
        return False
    previous = _BEFORE.search(before)
    if previous is None:
        return not before.strip()
    word = previous[1].casefold()
    return word in _PRECEDING or word in ",;:()\n→>!?。.\"'`*-" or _CJK.match(word) is not None


def _may_be(said: re.Match[str], before: str, owners: frozenset[str]) -> bool:
    """Tell whether what is said to be the number can be an event: "the error is", but not "my employee id is"."""
    word = said[1].casefold()
    if word != "id":
        return word in _MAY_BE or word in _PRECEDING
    owner = _BEFORE.search(before[: said.start()])
    return owner is None or owner[1].casefold() in _OWNERS | owners


def _closes(behind: str, shapes: Cues) -> bool:
    if is_amount("", behind, shapes):
        return False
    following = _BEHIND.match(behind)
    if following is None:
        return not behind.strip()
    word = following[1].casefold()
    return (
        word in _FOLLOWING
        or (word.isdigit() and len(word) in shapes.id_lengths)
        or word in "?!;:,()\n.…\"'`*→-/"
        or _CJK.match(word) is not None
    )
