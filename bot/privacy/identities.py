"""Detection of identities: people, devices, certificates, addresses. None of them grants access by itself."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator

from bot.privacy.accounts import find_accounts
from bot.privacy.folders import find_folders
from bot.privacy.values import Detection, PrivateKind

# Edges are ASCII on purpose: Chinese is written without spaces around a value.
_DOMAIN = re.compile(r"(?:@|%40)((?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9])")
_LOCAL_BACKWARDS = re.compile(r"[A-Za-z0-9._%+\-'#~À-ɏ]{1,113}")  # 113: the longest user part of a UPN
# "https://anna:secret@host" names no mailbox.
_IN_ADDRESS = re.compile(r"://[^\s/:@]{1,64}:$")
_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp"})  # "logo@2x.png"
_UPN_LABEL = re.compile(
    r"(?:upn|principal[ _]?name|user[ _]?name|使用者主體名稱|使用者主体名称|用户主体名称|用戶主體名稱|主體名稱|使用者名稱|用户名)"
    r"[\"'*`}\])]{0,3}[\s:=>\"'*`是為为]{0,8}(?:<?mailto:)?$",
    re.IGNORECASE,
)

_GUID = re.compile(
    r"(?<![0-9A-Za-z\-])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Za-z\-])"
)
# The GUID of a class, interface, provider or product is the same on every Windows; a GUID of one repeated digit is nobody's.
_OF_SOFTWARE = re.compile(
    r"(?:(?<![A-Za-z])(?:CLSID|APPID|IID|LIBID|TypeLib|ProgID|UpgradeCode|ProductCode|(?:class|interface|provider|product|setup)"
    r"[ _\-]?(?:G?U?ID|code)?|GUID des Anbieters|Klassen-?ID)"
    r"|<Provider\s[^<>]{0,160}\sGuid|類別識別碼|类标识符|提供者|プロバイダー|クラス ?ID)"
    r"(?:[ \t]{0,2}G?UID)?[\"'*`]{0,2}[ \t]{0,4}[:=\\/：]?[ \t\"'*`({]{0,6}$",
    re.IGNORECASE,
)
_NOBODYS = re.compile(r"([0-9A-Fa-f])(?:-?\1){31}")
_OF_SOFTWARE_NEAR = 200
_OWNER = re.compile(r"(device|裝置|设备|設備|デバイス|gerät)|(user|使用者|用户|用戶|ユーザー|benutzer)", re.IGNORECASE)
_LISTED = re.compile(r"[\s,;、和與及{}()\"']{1,6}(?:and[\s{\"']{1,3})?")
_LISTED_APART = 12
_NEAR = 40
# A labelled ID is one even when it is cut off or miswritten: "Device ID: 0badcafe".
_LABELLED_ID = re.compile(
    r"(?:(device|裝置|设备|設備|デバイス|Geräte?)|(user|使用者|用户|用戶|ユーザー|Benutzer))[ _\-]?(?:ids?|識別碼|识别码|標識符)"
    r"[\"'*`]{0,3}[ \t]{0,8}[:=>是為为]?[\s\"'*`{(]{0,8}"
    r"((?=[0-9A-Fa-f\-]{8})[0-9A-Fa-f]{4,32}(?:-[0-9A-Fa-f]{1,12}){0,6})(?![0-9A-Za-z\-@.])",
    re.IGNORECASE,
)

_HASH = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40})(?![0-9A-Za-z])")
# What is called a hash, a checksum or a commit is a file's or a text's, unless a certificate is named with it.
_CALLED_HASH = re.compile(
    r"(?:(?<![A-Za-z])(?:hash(?:es|[ _]?value|wert)?|check ?sum|digest|integrity|commit|revision"
    r"|blob|etag|md5|sha-?(?:1|2|224|256|384|512)"
    r"|Prüfsumme|Hashwert|Streuwert)|雜湊值?|哈希值?|校驗和|校验和|ハッシュ値?|チェックサム|提交)"
    r"(?:[ \t]{0,2}\([\w \-]{1,16}\)|(?:[ \t]{1,2}(?:of|for|the|is|der|des|für|von|\w{1,24})){1,4})?"
    r"[ \t]{0,4}[:=：]?[ \t\"'*`(]{0,6}$",
    re.IGNORECASE,
)
_OF_CERTIFICATE = re.compile(r"cert|thumb|finger|zertifikat|憑證|凭证|证书|証明書|指紋|指纹|拇印|key id", re.IGNORECASE)
# As sha256sum prints it: the hash, two spaces (or one and a star), and the file.
_FILE_BEHIND = re.compile(r"(?:  | \*)[^\s/\\][^\s]{0,80}\.[A-Za-z0-9]{2,8}(?![A-Za-z0-9])")
_PAIRS = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}([ :\-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){6,}+(?![0-9A-Za-z])", re.ASCII
)
_PAIRS_OF_HASHES = frozenset({20, 32})
_THUMBPRINT_LABEL = re.compile(
    r"(?:thumb ?print|fingerprint|cert hash\(sha\d{1,3}\)|指紋|指纹|拇印|Fingerabdruck)[\"'*`]{0,3}"
    r"(?:[ \t:=>\"'*`({#]{0,8}(?:is|of|for|the|hash|value\)?|ca|cert|certificate|sha-?1|sha-?256|是|為|为)(?![A-Za-z])){0,8}"
    r"[\s:=>\"'*`({]{0,12}"
    r"(?=[^\s]{0,63}[0-9])([0-9A-Fa-f]{2}(?:[ :\-][0-9A-Fa-f]{2}){7,31}|[0-9A-Fa-f]{8}(?: [0-9A-Fa-f]{8}){1,7}"
    r"|[0-9A-Fa-f]{8,64})(?![0-9A-Za-z])",
    re.IGNORECASE,
)

# S-1-5-21 begins an account of a domain or machine, S-1-12-1 one of Entra ID, whose four numbers are its object ID.
# Well-known SIDs (S-1-5-18), services (S-1-5-80) and application pools (S-1-5-82) are the same everywhere:
# https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers
_SID = re.compile(r"(?<![0-9A-Za-z\-])S-1-(?:5-21|12-1)(?:-\d{1,10}){1,14}(?![0-9A-Za-z\-])", re.ASCII | re.IGNORECASE)

_IPV4 = re.compile(r"(?<![0-9A-Za-z_.\-])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![0-9A-Za-z_\-]|\.\d)", re.ASCII)
_NO_ADDRESS = re.compile(
    r"(?:(?<![A-Za-z])(?:v|ver|version|build|release|oid|section|chapter|clause|paragraph|Kapitel|Abschnitt|Ziffer)|§|[a-z]Version|版本|版|第|章節?|物件識別碼|バージョン)[\"'*`]{0,2}[\s:=.(\"'*`>]{0,6}$",
    re.IGNORECASE,
)
# X.500's attribute types and certificate extensions, and the Internet's arc: four numbers of an OID.
_OID_ARCS = (("2", "5", "4"), ("2", "5", "29"), ("1", "3", "6", "1"))
# RFC 1918. A network in them of 256 addresses or more names no host.
_PRIVATE_NETWORKS = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_PREFIX = re.compile(r"/([0-9]{1,2})(?![0-9])")
_IPV6 = re.compile(
    r"(?<![0-9A-Za-z.])(?<!::)(?:[23][0-9A-Fa-f]{3}|[Ff][CcDdEe][0-9A-Fa-f]{2})(?::[0-9A-Fa-f]{0,4}){2,8}(?![0-9A-Za-z])"
)


# Six bytes: with a letter among them, for otherwise they may be a date and a time, or labelled.
_MAC = re.compile(
    r"(?<![0-9A-Za-z\-.])(?:(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|(?<!:)(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z:\-]|\.[0-9A-Za-z])"
)
_MAC_LABEL = re.compile(
    r"(?:(?<![A-Za-z])MAC(?:[ _\-]?address(?:es)?)?|(?:physical|hardware|ethernet|wi-?fi)[ _]?address"
    r"|(?:實體|硬體|網卡)位址|(?:物理|硬件|网卡)地址"
    r"|MAC ?(?:位址|地址)|物理アドレス|physische Adresse)[\"'*`]{0,3}[\s.:=>\"'*`(是為为]{0,24}$",
    re.IGNORECASE,
)
_BARE_MAC = re.compile(r"(?<![0-9A-Za-z\-])[0-9A-Fa-f]{12}(?![0-9A-Za-z\-])")


def find_identities(text: str, computers: Iterable[str] = ()) -> Iterator[Detection]:
    """Yield every identity in a folded text; they may overlap."""
    yield from _addresses_of_people(text)
    yield from find_accounts(text)
    yield from find_folders(text)
    yield from _ids(text)
    yield from _thumbprints(text)
    for match in _SID.finditer(text):
        yield Detection(match.start(), match.end(), "sid")
    yield from _network_addresses(text)
    yield from _hardware_addresses(text)
    if names := sorted({name.strip() for name in computers} - {""}, key=len, reverse=True):
        named = re.compile(
            rf"(?<![0-9A-Za-z_\-])(?:{'|'.join(map(re.escape, names))})(?![0-9A-Za-z_\-])", re.IGNORECASE
        )
        for match in named.finditer(text):
            yield Detection(match.start(), match.end(), "computer")


def _addresses_of_people(text: str) -> Iterator[Detection]:
    for match in _DOMAIN.finditer(text):
        before = text[max(0, match.start() - 113) : match.start()]
        local = _LOCAL_BACKWARDS.match(before[::-1])
        person = before[len(before) - local.end() :].lstrip(".'-") if local is not None else ""
        if not person or person == "git" or match[1].rpartition(".")[2].lower() in _PICTURES:
            continue
        start = match.start() - len(person)
        context = text[max(0, start - _NEAR) : start]
        if _IN_ADDRESS.search(context):
            continue
        labelled = _UPN_LABEL.search(context)
        yield Detection(start, match.end(), "upn" if labelled else "email")


def _ids(text: str) -> Iterator[Detection]:
    previous: Detection | None = None
    for match in _GUID.finditer(text):
        before = text[max(0, match.start() - _OF_SOFTWARE_NEAR) : match.start()].rpartition("\n")[2]
        if _NOBODYS.fullmatch(match.group()) or _OF_SOFTWARE.search(before[-_NEAR:] if "<" not in before else before):
            continue
        owner = _owner(text, match.start(), match.end(), previous)
        previous = Detection(match.start(), match.end(), owner)
        yield previous
    for match in _LABELLED_ID.finditer(text):
        yield Detection(match.start(3), match.end(3), "device_id" if match[1] else "user_id")


def _owner(text: str, start: int, end: int, previous: Detection | None) -> PrivateKind:
    """Return whose a GUID is: in a list the kind of its first, else by the nearest word before it on its line, else after it."""
    if (
        previous is not None
        and previous.kind != "guid"
        and start - previous.end <= _LISTED_APART
        and _LISTED.fullmatch(text, previous.end, start)
    ):
        return previous.kind
    floor = max(start - _NEAR, previous.end if previous is not None else 0, 0)
    before = [*_OWNER.finditer(text[floor:start].rpartition("\n")[2])]
    nearest = before[-1] if before else _OWNER.search(text[end : end + 14].partition("\n")[0])
    if nearest is None:
        return "guid"
    return "device_id" if nearest[1] else "user_id"


def _thumbprints(text: str) -> Iterator[Detection]:
    for match in _HASH.finditer(text):
        if not _is_called_hash(text, match.start(), match.end()):
            yield Detection(match.start(), match.end(), "thumbprint")
    for match in _PAIRS.finditer(text):
        # Twenty numbers of two digits and no letter are a list of numbers; a hash without a letter is one in 10^8.
        written = match.group()
        if (len(written) + 1) // 3 in _PAIRS_OF_HASHES and re.search("[A-Fa-f]", written):
            yield Detection(match.start(), match.end(), "thumbprint")
    for match in _THUMBPRINT_LABEL.finditer(text):
        yield Detection(match.start(1), match.end(1), "thumbprint")


def _is_called_hash(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 2 * _NEAR) : start].rpartition("\n")[2]
    called = _CALLED_HASH.search(before[-_NEAR:]) is not None or _FILE_BEHIND.match(text, end) is not None
    return called and _OF_CERTIFICATE.search(before) is None


def _is_private_network(numbers: list[int], behind: str) -> bool:
    """Return True for a whole range that is the same in every company, "10.0.0.0/8", and its first and last address."""
    address = ipaddress.IPv4Address(".".join(map(str, numbers)))
    network = next((each for each in _PRIVATE_NETWORKS if address in each), None)
    if network is None:
        return False
    if address in {network.network_address, network.broadcast_address}:
        return True
    written = _PREFIX.match(behind)
    return written is not None and int(written[1]) <= 24 and int(address) % 2 ** (32 - int(written[1])) == 0


def _network_addresses(text: str) -> Iterator[Detection]:
    for match in _IPV4.finditer(text):
        octets = match.groups()
        numbers = [int(octet) for octet in octets]
        # Not an address of anybody's: this host, loopback, multicast, masks.
        if max(numbers) > 255 or numbers[0] in {0, 127} or numbers[0] >= 224:
            continue
        if _is_private_network(numbers, text[match.end() : match.end() + 4]):
            continue
        if octets[:3] in _OID_ARCS or octets in _OID_ARCS:
            continue
        if not _NO_ADDRESS.search(text[max(0, match.start() - 24) : match.start()]):
            yield Detection(match.start(), match.end(), "ip")
    for match in _IPV6.finditer(text):
        written = match.group()
        if written.endswith(":") and not written.endswith("::"):
            written = written[:-1]
        if _is_ipv6(written):
            yield Detection(match.start(), match.start() + len(written), "ip")


def _hardware_addresses(text: str) -> Iterator[Detection]:
    for pattern in (_MAC, _BARE_MAC):
        for match in pattern.finditer(text):
            lettered = (
                pattern is _MAC and not match.group().replace(":", "").replace("-", "").replace(".", "").isdigit()
            )
            if lettered or _MAC_LABEL.search(text[max(0, match.start() - _NEAR) : match.start()]):
                yield Detection(match.start(), match.end(), "mac")


def _is_ipv6(written: str) -> bool:
    try:
        ipaddress.IPv6Address(written)
    except ValueError:
        return False
    return True
