r"""Detection of accounts with a domain, CONTOSO\anna, as opposed to paths, registry keys, CAs and built-in accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.values import Detection

_NEAR: Final = 40
_FILE: Final = (
    r"\.(?:log|txt|exe|dll|evtx?|svclog|xml|config|ini|inf|msi|ps1|psm1|cmd|bat|csv"
    r"|json|zip|cer|crt|pfx|p7b|crl|req|sys|dat)"
)
# Chinese, Japanese and Korean letters: a sentence goes on right behind a name, and a name ends where other letters begin.
UNSPACED: Final = r"々〇ぁ-ヿㄅ-ㄭ㐀-鿿가-힣豈-﫿\U00020000-\U000323AF"
# Letters of scripts that part their words: Latin, Greek, Cyrillic and those up to Khmer. A name is the whole word.
_SPACED: Final = "A-Za-z0-9À-῿"
# One backslash, or two where it is escaped. What stands before the domain or behind the name makes it a path or a share.
_ACCOUNT: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ɏ_\-.\\/%$&*])(?<![A-Za-z]:)([A-Za-z0-9][A-Za-z0-9.\-]{0,62}+|\.)\\{1,2}+"
    rf"(?:([{_SPACED}][{_SPACED}._\-]{{0,63}}+)(?![0-9A-Za-z_$\\/])"
    rf"|(?=([{UNSPACED}])(?![{UNSPACED}]{{0,63}}+[$\\/]|[{UNSPACED}0-9_\-]{{0,63}}+(?i:{_FILE})(?![A-Za-z]))))"
)
_UNSPACED_NAME: Final = re.compile(rf"[{UNSPACED}]{{1,32}}+(?:[.·_\-][{UNSPACED}]{{1,32}}+)?")
# The words with which a sentence goes on behind a name, those among them by which reading knows a number for an event or
# a code. None of them is common in names; what is missing here is masked with the name.
_GOES_ON: Final = re.compile(
    "的|被|已|沒|没|嗎|吗|這|这|那|都|還|还|無法|无法|不能|不行|不到|不了|登入|登錄|登录|登出|收到|看到|拿到|得到|遇到|出現|出现|發生|发生|顯示|显示"
    "|事件|識別|识别|診斷|诊断|診断|代碼|代码|錯誤|错误|失敗|失败|帳號|帳戶|账号|账户|密碼|密码|使用(?!者)|执行|執行|裝置|設備|设备|電腦|电脑|伺服器|服务器"
    "|憑證|凭证|证书|連接器|连接器|重[啟启開开新]|報告|报告|回報|請|请|說|说|今天|昨天|剛[才剛]|刚[才刚]|の|が|は|を|에서"
)
# Longer than any name of a person with the department before it; a sentence that none of the words above begins.
_LONGEST_UNSPACED: Final = 8
_LABEL: Final = re.compile(
    r"(?:(?<![A-Za-z])(?:users?|user[ _]?name|accounts?|account[ _]?name|log[ \-]?[oi]n(?: as)?|logged on as|runs? as|running as"
    r"|identity|owner|caller|member|Benutzer(?:name)?|Konto|utilisateur|compte|usuario|cuenta|utente)"
    r"|(?<=[a-z])User(?:Name)?|使用者(?:名稱)?|帳戶|帳號|用户(?:名)?|账户|账号|ユーザー|アカウント)"
    r"[\"'*`}\])]{0,3}[\s:=>\"'*`(是為为]{0,16}$",
    re.IGNORECASE,
)
# A NetBIOS name of a domain or computer, as Windows prints it.
_NETBIOS: Final = re.compile(r"[A-Z][A-Z0-9\-]{1,14}")
# Windows' own accounts and their authorities, hives of the registry, stores, namespaces.
_NO_DOMAIN: Final = frozenset(
    """
    nt authority autorite autoridad autorita builtin vordefiniert integrado predefinito incorporado
    service apppool machine host manager workgroup application-package
    hklm hkcu hkcr hku hkcc software system sam security hardware wow6432node clsid root localmachine currentuser cert
    microsoft windows system32 inetpub logs temp certsrv programdata setup users
    failed failure error errors warning success info true false ok
    """.split()  # noqa: SIM905 - a list of words
)
# What stands behind a computer's name and names nobody: shares, folders, groups, databases.
_NO_NAME: Final = re.compile(
    r"(?:log|logs|temp|bin|share|admin|my|cimv2|system|system32|everyone|users|administrators|guests"
    r"|(?:ms)?sql\w*|microsoft\w*|windows\w*|w3svc\d*|u_ex\w*)"
    r"|(?:網域|網路|网络|本機|本地|遠端|系統|系统)?(?:系統|系统|使用者|用户|管理員|管理员|系統管理員|電腦|计算机|群組|服務|服务|記錄檔?|日誌|日志"
    r"|資料夾|文件夹|共用|共享|暫存|憑證|证书|範本|模板)"
    rf"|.*{_FILE}"
    r"|(?:.*[\-_.])?(?:CA|PKI)\d{0,2}(?:[\-_.].*)?",
    re.IGNORECASE,
)
# "CONTOSO\Domain Users", and "CA01\Contoso Sub CA".
_GROUP_OR_CA: Final = re.compile(
    r" (?:users|admins|computers|controllers|guests|operators|publishers)(?![A-Za-z])"
    r"|(?: [A-Za-z0-9]{1,20}){0,3} (?:CA|PKI)(?![A-Za-z])",
    re.IGNORECASE,
)
_CA_BEFORE: Final = re.compile(
    r"(?:-config|(?<![A-Za-z])CA(?:[ _]?name)?|authority|授權單位|颁发机构|ierungsstelle)[\s:=\"'*`(]{1,8}$",
    re.IGNORECASE,
)
# The letters that a backslash turns into a line break or tab, and what shows that a text is written so.
_ESCAPED: Final = re.compile(
    r"\\r\\n|\\[nrt](?![a-z]{2})|[^A-Z0-9\-]\\[nrt]|\\n(?:event|source|level|log|computer|user|code|the|id)"
)


def find_accounts(text: str) -> Iterator[Detection]:
    """Yield the accounts of a folded text, domain and name; a computer's, which ends in $, is nobody's."""
    escaped: bool | None = None
    for match in _ACCOUNT.finditer(text):
        domain, start = match[1], match.start(2 if match[2] else 3)
        end = start + len(match[2].rstrip("._-")) if match[2] else name_at(text, start)
        name = text[start:end]
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if domain.casefold() in _NO_DOMAIN or _NO_NAME.fullmatch(name) or _names_no_one(before, text, end):
            continue
        if match.end(1) + 1 == start and name[0] in "nrt":
            escaped = _ESCAPED.search(text) is not None if escaped is None else escaped
            if escaped:
                continue
        certain = domain.casefold() == "azuread" or (_NETBIOS.fullmatch(domain) and any(map(str.isalpha, name)))
        if certain or _LABEL.search(before):
            yield Detection(match.start(), end, "account")


def name_at(text: str, start: int) -> int:
    """Return the end of a name that begins here in a script without spaces between words; `start` where there is none."""
    name = _UNSPACED_NAME.match(text, start)
    if name is None:
        return start
    goes_on = _GOES_ON.search(text, start + 1, name.end())
    end = goes_on.start() if goes_on else min(name.end(), start + _LONGEST_UNSPACED)
    return start + len(text[start:end].rstrip("._-·・"))


def _names_no_one(before: str, text: str, end: int) -> bool:
    return _GROUP_OR_CA.match(text, end) is not None or _CA_BEFORE.search(before) is not None
