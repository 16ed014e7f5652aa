"""Words that hold a sentence together and say nothing of what it is about; they decide nothing, and are no reason."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LATIN: Final = frozenset(
    # English
    "a an the this that these those and or but nor so yet if then else than as at by for from in into of off on onto out over to up with "
    "within about above across after against along among around before behind below beneath beside between beyond down during except inside like "
    "near outside per since through throughout till toward towards under until upon via am is are was were be been being isnt arent wasnt werent "
    "do does did done doing dont doesnt didnt has have had having hasnt havent hadnt will would wont wouldnt shall should shouldnt can could cant "
    "cannot couldnt may might must need needs let lets i me my mine myself we us our ours you your yours u ur he him his she her it its they them "
    "their theirs itself one ones im ive id ill were weve youre theyre hes shes thats theres whats wheres heres who whom whose which what when where "
    "why how here there now just only also too very really quite rather even still already again ever never not no none yes ok okay please pls plz "
    "thanks thank thx hi hello hey dear any some all both each every either neither many much more most few less least other another such same own "
    "because while whether though although however anyway maybe perhaps got get gets getting go goes going went gone come comes came say says said "
    "tell tells told know knows see sees seen saw look looks looking want wants think thinks mean means make makes made thing things something "
    "anything nothing everything someone anyone everyone nobody somebody anybody bit lot kind sort way back ago today yesterday tomorrow time "
    # German
    "der die das den dem des ein eine einen einem einer eines und oder aber denn weil wenn als wie ob dass daß zu zum zur im ins am an auf aus bei "
    "beim bis durch für gegen hinter mit nach neben ohne seit über um unter von vom vor wegen zwischen ist sind war waren sein wird werden wurde "
    "wurden worden bin hat habe haben hatte hatten kann können konnte muss müssen soll sollen darf will wollen ich du er sie es wir ihr mich mir uns "
    "euch ihm ihn ihnen mein meine unser unsere dein sein seine nicht kein keine keinen nie nur noch schon auch sehr mal doch ja nein bitte danke "
    "hallo hier da dort dann nun jetzt immer wieder was wer wo wann warum wieso welche welcher welches man sich so "
    # French, Spanish, Portuguese
    "le la les un une des du de et ou mais donc car que qui quoi dont où quand comment pourquoi je tu il elle nous vous ils elles on ce cet cette ces "
    "mon ma mes notre nos votre son sa ses leur leurs est sont était a ont avoir être ne pas plus très bien à au aux en dans par pour sur avec sans "
    "el los las una unos unas y o pero si no que qué quien cual cuál como cómo cuando cuándo donde dónde porque yo tú él ella nosotros ustedes ellos "
    "este esta estos estas ese esa eso mi mis su sus nuestro es son era fue ser está están estar ha han haber del al con sin sobre entre muy más ya "
    "me te se lo nos os um uma uns umas e ou mas por porquê quando onde eu ele ela nós eles isto isso meu minha seu sua nosso é são foi está estão "
    "do da dos das no na nos nas ao com sem não já".split()
)
# Expressions within a run of characters, the longest first where one begins like another.
_CHARACTERS: Final = (
    "為什麼|为什么|怎麼辦|怎么办|怎麼樣|怎么样|怎麼|怎么|什麼|什么|甚麼|哪一個|哪一个|哪一台|哪裡|哪里|哪個|哪个|哪些|是不是|有沒有|有没有|能不能|可不可以|會不會|要不要|"
    "請問|请问|請教|謝謝|谢谢|麻煩|不好意思|你好|您好|哈囉|大家|一下|一個|一个|一直|一樣|一样|這個|这个|那個|那个|這些|这些|那些|這裡|這樣|这样|那樣|這是|那是|"
    "我們|我们|你們|你们|他們|他们|咱們|自己|別人|因為|因为|所以|但是|可是|不過|不过|而且|還是|还是|或者|如果|的話|的话|然後|然后|之後|之后|以後|之前|以前|"
    "現在|现在|已經|已经|剛剛|刚刚|剛才|今天|昨天|早上|下午|晚上|突然|到底|究竟|可以|可能|應該|应该|需要|想要|想問|知道|看到|出現|出现|發生|发生|時候|时候|"
    "都是|就是|只是|還有|还有|沒有|没有|不是|不會|不会|不能|無法|无法|"
    "です|ます|ました|ません|でした|ください|下さい|どうして|なぜ|どこ|どの|どう|なに|何が|これ|それ|あれ|この|その|あの|から|まで|ので|のに|けど|という|している|してい|"
    "された|される|でき|こと|もの|とき|ため|"
    "的|了|嗎|吗|呢|吧|啊|喔|哦|呀|耶|嘛|在|是|有|和|與|与|跟|及|或|就|也|都|很|太|還|还|又|再|把|被|給|给|讓|让|對|对|從|从|到|向|往|用|我|你|您|他|她|它|這|这|那|"
    "不|沒|没|未|會|会|要|能|可|請|请|個|个|台|次|種|种|些|上|下|中|裡|里|時|时|後|后|前|"
    "は|が|を|に|で|と|も|の|へ|や|か|ね|よ|な|だ|た|て|し|い|る|れ|ん|"
    "은|는|이|가|을|를|에|의|도|로|와|과|나|요|다"
)
_FUNCTION_RUN = re.compile(_CHARACTERS)
_CJK_FROM: Final = "\u3000"


def is_function_word(word: str) -> bool:
    """Tell whether a folded Latin word, without its apostrophes, only holds a sentence together."""
    return word in _LATIN


@lru_cache(maxsize=20_000)
def content_runs(run: str) -> tuple[str, ...]:
    """Return what is left of a run of Chinese, Japanese or Korean characters between its function words."""
    return tuple(part for part in _FUNCTION_RUN.split(run) if part)
