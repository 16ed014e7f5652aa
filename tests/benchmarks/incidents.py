"""Makes the resolved incidents of a workspace, most of them alike, and questions whose right answer is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from pathlib import Path
from random import Random
from typing import Final

from bot.knowledge.library import read_knowledge
from bot.knowledge.phrasings import load_phrasings
from bot.triage.similar_features import ResolvedIncident
from tests.benchmarks.synthetic import WRITTEN

# What an incident turned out to be, each in several wordings: (English, Chinese).
_DETAILS: Final[Sequence[tuple[tuple[str, ...], tuple[str, ...]]]] = (
    (
        ("clock of the server was ten minutes off", "time skew, w32tm not syncing"),
        ("伺服器時鐘慢了十分鐘", "時間不同步"),
    ),
    (
        ("proxy blocked the connector", "outbound traffic denied by web filter"),
        ("代理伺服器擋住連接器", "對外連線被過濾"),
    ),
    (
        ("service account password had expired", "credentials of the svc user ran out"),
        ("服務帳號密碼過期", "帳戶認證失效"),
    ),
    (
        ("template lost its enroll permission", "ACL on the template was reset"),
        ("範本沒有註冊權限", "範本的存取清單被重設"),
    ),
    (("disk of the machine was full", "no free space left on the volume"), ("磁碟滿了", "磁碟區空間不足")),
    (("antivirus quarantined the module", "Defender removed the DLL"), ("防毒軟體隔離模組", "檔案被防毒刪除")),
    (("firewall rule changed last night", "network team closed the port"), ("昨晚改了防火牆規則", "網路組關閉連接埠")),
    (
        ("profile pointed to the old root", "SCEP profile referenced a retired trusted root"),
        ("設定檔指向舊的根憑證", "用到已淘汰的根"),
    ),
    (("application pool was stopped", "IIS app pool crashed and stayed down"), ("應用程式集區停止", "集區當掉未重啟")),
    (("load balancer mixed the sessions", "no affinity on the balancer"), ("負載平衡混淆工作階段", "平衡器沒有黏著")),
    (("registry key had been overwritten", "value in the registry got lost"), ("登錄機碼被覆寫", "登錄值遺失")),
    (("connector upgrade failed halfway", "new build only partly installed"), ("連接器升級中斷", "新版只裝了一半")),
    (
        ("TLS inspection replaced the chain", "SSL interception broke the handshake"),
        ("TLS 檢查換掉憑證鏈", "加密流量被攔截"),
    ),
    (("group policy overwrote the setting", "a GPO came back and undid it"), ("群組原則覆寫設定", "原則又套用回來")),
    (("licence of the tenant lapsed", "subscription was not renewed"), ("租用戶授權到期", "訂閱未續約")),
    (("DNS record was stale", "name resolved to the decommissioned host"), ("網域名稱紀錄過舊", "名稱解析到停用主機")),
    (
        ("CA was paused for backup", "certification authority offline during maintenance"),
        ("憑證授權單位備份暫停", "維護時離線"),
    ),
    (
        ("revocation list could not be reached", "CRL distribution point gave 404"),
        ("撤銷清單無法取得", "清單發佈點失效"),
    ),
    (("reboot pending after patches", "updates waited for a restart"), ("修補後等待重開機", "更新尚未重啟")),
    (
        ("user was moved to another group", "assignment changed with the department"),
        ("使用者換了群組", "部門異動改變指派"),
    ),
    (("battery died during enrolment", "device lost power midway"), ("註冊途中沒電", "裝置中途斷電")),
    (("key size was below the minimum", "requested key too short"), ("金鑰長度不足", "要求的金鑰太短")),
    (
        ("subject name template was malformed", "variable in the subject stayed empty"),
        ("主體名稱格式錯誤", "主體變數為空"),
    ),
    (
        ("virtual machine was restored from snapshot", "rolled back to an older checkpoint"),
        ("虛擬機還原快照", "回復到舊的檢查點"),
    ),
)
_CHATTER: Final = (
    (
        "ticket came in on Monday",
        "reported by the branch office",
        "checked together with the second line",
        "customer confirmed it works",
        "took about an hour",
        "will watch it for a day",
        "see the change calendar",
        "closed after the call",
    ),
    (
        "週一進來的案件",
        "分公司回報",
        "跟二線一起看過",
        "客戶確認正常",
        "花了大約一小時",
        "再觀察一天",
        "電話後結案",
        "主管已知悉",
    ),
)
_CHINESE: Final = 0.4
_HUBS: Final = 0.02
"""Share of incidents with half of all events and codes, as after an outage: they share something with everything."""
_DETAILS_EACH: Final = 3
_YEAR: Final = 31_536_000
_TEAM: Final = "T0EXAMPLE"

Case = tuple[str, tuple[int, ...]]
"""What really happened: the article of the fault and three details."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A new incident, and the number of the resolved one it repeats (None: nothing here is like it)."""

    kind: str
    question: ResolvedIncident
    right: int | None


class Workspace:
    """A generator of incidents; the same seed makes the same."""

    def __init__(self, folder: Path, size: int, seed: int) -> None:
        self._random = Random(seed)
        self._size = size
        knowledge = read_knowledge(folder)
        self._sayings: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for saying in load_phrasings(folder)[0]:
            if saying.article_id in knowledge.articles and saying.language in WRITTEN:
                self._sayings[saying.article_id][WRITTEN.index(saying.language)].append(saying.text)
        articles = [each for each in knowledge.articles.values() if all(self._sayings[each.id])]
        self._random.shuffle(articles)
        self._articles = {each.id: each for each in articles}
        self._events = {
            each.id: [other.id for other in articles if each.id in other.codes] or ["20502"]
            for each in articles
            if each.kind == "code"
        }
        combos = list(combinations(range(len(_DETAILS)), _DETAILS_EACH))
        self._random.shuffle(combos)
        # The first combinations are the asked ones' own; everything else happens with the others.
        self._own, self._common = combos[:400], combos[400:]
        self._causes: dict[int, tuple[int, ...]] = {}
        self._servers = [f"NDES{number:02}.example" for number in range(1, 3 + size // 2_000)]

    def incidents(self) -> Iterator[ResolvedIncident]:
        """Make the incidents nobody asks for; a few faults, servers and causes make up most of them."""
        weights = list(accumulate(1 / rank for rank in range(1, len(self._articles) + 1)))
        causes = list(accumulate(1 / rank for rank in range(1, len(self._common) + 1)))
        for number in range(1, self._size + 1):
            article = self._random.choices(list(self._articles), cum_weights=weights)[0]
            details = self._random.choices(self._common, cum_weights=causes)[0]
            row = self.happen(number, (article, details))
            if self._random.random() < _HUBS:
                some = self._random.sample(list(self._articles), len(self._articles) // 2)
                row = replace(row, **self._identifiers(some))
            yield row

    def happen(self, number: int, case: Case, language: int | None = None) -> ResolvedIncident:
        """Let something happen once: the same case has other words, another device and often another server each time."""
        random = self._random
        language = int(random.random() < _CHINESE) if language is None else language
        article_id, details = case
        self._causes[number] = details
        said = [random.choice(self._sayings[article_id][language])]
        said += [random.choice(_DETAILS[detail][language]) for detail in details]
        said += random.sample(_CHATTER[language], 2)
        random.shuffle(said)
        server = min(int(random.expovariate(1) * len(self._servers) / 3), len(self._servers) - 1)
        identifiers = [article_id]
        if article_id in self._events:
            identifiers.append(random.choice(self._events[article_id]))
        if random.random() < 0.3:
            identifiers.append(random.choice(list(self._articles)))
        return ResolvedIncident(
            _TEAM,
            number,
            **self._identifiers(identifiers),
            computers=(self._servers[server], f"LAPTOP-{random.randrange(10**6):06}"),
            cas=(f"EXAMPLE-CA{server // 4}",),
            words=("。" if language else ". ").join(said),
            resolved_at=1.7e9 + random.random() * _YEAR,
        )

    def causes_in_common(self, one: int, other: int) -> int:
        """Count the causes that two incidents really have in common, whatever their words."""
        return len({*self._causes[one]} & {*self._causes[other]})

    def _identifiers(self, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        kinds = {each: self._articles[each].kind for each in dict.fromkeys(ids)}
        return {
            "articles": tuple(each for each, kind in kinds.items() if kind == "event"),
            "codes": tuple(each for each, kind in kinds.items() if kind == "code"),
        }

    def planted(self, count: int) -> tuple[list[ResolvedIncident], list[Asked]]:
        """Make resolved incidents whose causes nothing else has, and for each one the questions that should find it."""
        rows, asked = [], []
        for at in range(count):
            case = (self._random.choice(list(self._articles)), self._own[at])
            language = int(self._random.random() < _CHINESE)
            row = self.happen(self._size + 1 + at, case, language)
            rows.append(row)
            again = self.happen(0, case, language)
            fresh = replace(again, cas=row.cas)
            for kind, question in {
                "worded anew, other device, same CA": fresh,
                "the same, half of its words": replace(fresh, words=fresh.words[: len(fresh.words) // 2]),
                "worded anew, words only": replace(fresh, codes=(), articles=(), computers=(), cas=()),
                "same device, no words": replace(fresh, computers=row.computers, words=""),
                "other language, same device": replace(self.happen(0, case, 1 - language), computers=row.computers),
                "other language, other device": self.happen(0, case, 1 - language),
            }.items():
                asked.append(Asked(kind, question, row.number))
        return rows, asked

    def unrelated(self) -> list[Asked]:
        """Ask what no incident here is about, in words only: the right answer is none."""
        return [Asked("nothing like it", ResolvedIncident(_TEAM, 0, words=words), None) for words in UNRELATED]


UNRELATED: Final = (
    "The printer on the third floor shows a paper jam although the tray is empty",
    "Outlook calendar of the managing director shows meetings one hour late since the trip",
    "投影機連不上會議室的螢幕，遙控器也沒反應",
    "Laptop fan is loud and the keyboard is hot",
    "Excel macro stopped working after the workbook was moved to SharePoint",
    "電話分機撥不出去，聽筒裡只有雜音",
    "New starter needs a mouse, a monitor and a headset on Friday",
    "滑鼠游標一直亂跳，換了電池還是一樣",
    "Teams call drops when the microphone is muted",
    "The badge reader at the back door is broken",
    "SAP transaction ends with a dump when printing invoices",
    "請協助申請新的識別證和停車位",
    "Password reset for the payroll portal",
    "Word document cannot be opened, it says the file is damaged",
    "手機螢幕破裂，需要送修並借用備用機",
    "VPN client asks for an update every morning",
    "The wireless in the canteen is slow at noon",
    "印表機碳粉匣要更換，庫存也用完了",
    "Camera of the tablet stays black in the browser",
    "Mailbox quota exceeded, please enlarge",
)
