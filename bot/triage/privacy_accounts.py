r"""Finds accounts that name their domain, CONTOSO\anna, and tells them from paths, registry keys, CAs and Windows' own accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.triage.privacy_values import Found

_NEAR: Final = 40
# One backslash, or two where it is escaped. What stands before the domain or behind the name makes it a path or a share.
_ACCOUNT: Final = re.compile(
    r"(?<![0-9A-Za-zÀ-ɏ_\-.\\/%$&*])(?<![A-Za-z]:)([A-Za-z0-9][A-Za-z0-9.\-]{0,62}+|\.)\\{1,2}+"
    r"([A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ._\-]{0,63}+)(?![0-9A-Za-z_$\\/])"
)
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
    nt authority autorite autoridad builtin service apppool machine host manager workgroup application-package
    hklm hkcu hkcr hku hkcc software system sam security hardware wow6432node clsid root localmachine currentuser cert
    microsoft windows system32 inetpub logs temp certsrv mscep programdata setup users
    failed failure error errors warning success info true false ok
    """.split()  # noqa: SIM905 - a list of words
)
# What stands behind a computer's name and names nobody: shares, folders, groups, databases.
_NO_NAME: Final = re.compile(
    r"(?:log|logs|temp|bin|share|admin|my|cimv2|system|system32|certenroll|mscep|everyone|users|administrators|guests"
    r"|(?:ms)?sql\w*|microsoft\w*|windows\w*|w3svc\d*|u_ex\w*)"
    r"|.*\.(?:log|txt|exe|dll|evtx?|svclog|xml|config|ini|inf|msi|ps1|psm1|cmd|bat|csv|json|zip|cer|crt|pfx|p7b|crl|req|inf|sys|dat)"
    r"|(?:.*[\-_.])?(?:CA|PKI)\d{0,2}(?:[\-_.].*)?",
    re.IGNORECASE,
)
# "CONTOSO\Domain Users", and "CA01\Contoso Issuing CA".
_GROUP_OR_CA: Final = re.compile(
    r" (?:users|admins|computers|controllers|guests|operators|publishers)(?![A-Za-z])"
    r"|(?: [A-Za-z0-9]{1,20}){0,3} (?:CA|PKI)(?![A-Za-z])",
    re.IGNORECASE,
)
_CA_BEFORE: Final = re.compile(
    r"(?:-config|(?<![A-Za-z])CA(?:[ _]?name)?|authority|憑證授權單位|证书颁发机构|Zertifizierungsstelle)[\s:=\"'*`(]{1,8}$",
    re.IGNORECASE,
)
# The letters that a backslash turns into a line break or tab, and what shows that a text is written so.
_ESCAPED: Final = re.compile(
    r"\\r\\n|\\[nrt](?![a-z]{2})|[^A-Z0-9\-]\\[nrt]|\\n(?:event|source|level|log|computer|user|code|the|id)"
)


def find_accounts(text: str) -> Iterator[Found]:
    """Yield the accounts of a folded text, domain and name; a computer's, which ends in $, is nobody's."""
    escaped: bool | None = None
    for match in _ACCOUNT.finditer(text):
        domain, name = match[1], match[2].rstrip("._-")
        end = match.start(2) + len(name)
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if domain.casefold() in _NO_DOMAIN or _NO_NAME.fullmatch(name) or _names_no_one(before, text, end):
            continue
        if match.end(1) + 1 == match.start(2) and name[0] in "nrt":
            escaped = _ESCAPED.search(text) is not None if escaped is None else escaped
            if escaped:
                continue
        certain = domain.casefold() == "azuread" or (_NETBIOS.fullmatch(domain) and any(map(str.isalpha, name)))
        if certain or _LABEL.search(before):
            yield Found(match.start(), end, "account")


def _names_no_one(before: str, text: str, end: int) -> bool:
    return _GROUP_OR_CA.match(text, end) is not None or _CA_BEFORE.search(before) is not None
